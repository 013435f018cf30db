package handlers

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/webex"
)

func TestValuesOf(t *testing.T) {
	required := func(c *webex.TrackingCode) { c.HostProfileCode = "required" }
	list := []webex.TrackingCode{
		picked(nil),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "2", "Missing"; required(c) }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "3", "Foreign" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name, c.InputMode = "4", "Typed", "editableSelect" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name, c.InputMode, c.Options = "5", "Free", "text", nil }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "6", "Empty" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "7", "Blank"; required(c) }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "8", "By name" }),
	}
	user := []webex.UserCode{
		{ID: "1", Name: "Department", Value: "Sales"},
		{ID: "3", Name: "Foreign", Value: "sales"},
		{ID: "4", Name: "Typed", Value: "Own"},
		{ID: "5", Name: "Free", Value: "x"},
		{ID: "7", Name: "Blank", Value: ""},
		{Name: "by name", Value: "Design"},
		{ID: "99", Name: "Gone", Value: "y"},
	}
	var got []string
	for _, h := range valuesOf(user, list) {
		got = append(got, h.code.Name+" "+[...]string{"missing", "foreign", "unknown", "set", "empty"}[h.state]+" "+h.value)
	}
	want := []string{
		"Department set Sales", "Missing missing ", "Foreign foreign sales", "Typed set Own", "Free set x", "Empty empty ", "Blank missing ", "By name set Design", "Gone unknown y",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("valuesOf (-want +got):\n%s", diff)
	}
}

func TestWhom(t *testing.T) {
	ann := bot.Person{ID: "P1", Email: "ann@example.com"}
	of := func(people ...ask.Person) bot.Request {
		return bot.Request{Question: ask.Question{People: people}, Person: ann, Admin: true}
	}
	for _, c := range []struct {
		r    bot.Request
		want who
	}{
		{of(ask.Person{Me: true}), who{subject{me: true}, "P1", "ann@example.com"}},
		{of(ask.Person{Me: true, Address: "ANN@example.com"}), who{subject{me: true}, "P1", "ann@example.com"}},
		{of(ask.Person{Address: "Bob@Example.com"}), who{subject{name: "bob@example.com"}, "", "bob@example.com"}},
		{of(ask.Person{ID: "P2", Address: "bob@example.com", Name: "Bob"}), who{subject{name: "Bob"}, "P2", "bob@example.com"}},
		{of(ask.Person{ID: "P2", Name: "Bob"}), who{subject{name: "Bob"}, "P2", ""}},
		{of(), who{}},
		{of(ask.Person{Name: "bob"}), who{subject: subject{name: "bob"}}},
		{of(ask.Person{Address: "bob@"}), who{}},
		{of(ask.Person{Address: "bob@example"}), who{}},
		{of(ask.Person{Address: "a@b@c.de"}), who{}},
		{of(ask.Person{Address: "bøb@example.com"}), who{}},
		{of(ask.Person{Address: "bob@example.com\r\nX: 1"}), who{}},
		{of(ask.Person{Address: strings.Repeat("a", 250) + "@b.de"}), who{}},
		{of(ask.Person{Me: true}, ask.Person{Address: "bob@example.com"}), who{}},
	} {
		got, why := whom(c.r)
		if got != c.want || (why == "") != (c.want != who{}) {
			t.Errorf("whom(%+v) = %+v, %q; want %+v", c.r.Question.People, got, why, c.want)
		}
	}
}

// Whoever is no admin gets at nobody else, however it is written.
func TestWhomWithoutRights(t *testing.T) {
	ann := bot.Person{ID: "P1", Email: "ann@example.com"}
	bob, me := ask.Person{Address: "bob@example.com"}, ask.Person{Me: true}
	for _, people := range [][]ask.Person{{bob}, {{ID: "P2"}}, {me, bob}, {bob, me}, {{Name: "bob"}}} {
		if got, why := whom(bot.Request{Question: ask.Question{People: people}, Person: ann}); why == "" {
			t.Errorf("whom(%+v) = %+v for somebody who is no admin", people, got)
		}
	}
	for _, people := range [][]ask.Person{{me}, nil} {
		if got, why := whom(bot.Request{Question: ask.Question{People: people}, Person: ann}); why != "" || got.id != "P1" {
			t.Errorf("whom(%+v) = %+v, %q", people, got, why)
		}
	}
}

func TestViewed(t *testing.T) {
	options := func(preset string, values ...string) []webex.Option {
		var list []webex.Option
		for _, v := range values {
			list = append(list, webex.Option{Value: v, DefaultValue: v == preset})
		}
		return list
	}
	list := []webex.TrackingCode{
		picked(nil),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "2", "Own" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name, c.Options = "3", "Empty", options("", "a", "b") }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "4", "Hidden" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "5", "Not used" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "6", "Strange" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "8", "Foreign" }),
		picked(func(c *webex.TrackingCode) { c.ID, c.Name = "9", "Silent" }),
	}
	user := []webex.UserCode{{ID: "2", Name: "Own", Value: "Design"}, {ID: "8", Name: "Foreign", Value: "sales"}, {ID: "99", Name: "Gone", Value: "x"}}
	host := []webex.HostCode{
		{ID: "1", Name: "Department", Type: "required", Options: options("Sales", "Sales", "Design")},
		{ID: "2", Name: "Own", Type: "optional", Options: options("Design", "Sales", "Design")},
		{ID: "3", Name: "Empty", Type: "required", Options: options("", "a", "b")},
		{ID: "5", Name: "Not used", Type: "notUsed"},
		{ID: "6", Name: "Strange", Type: "optional", Options: options("Design", "Sales", "Design")},
		{ID: "8", Name: "Foreign", Type: "optional", Options: options("", "Sales", "Design")},
		{ID: "9", Name: "Silent", Type: "optional", Options: options("", "Sales", "Design")},
		{ID: "7", Name: "Extra", Type: "optional", Options: options("x", "x")},
	}
	want := map[string]string{
		"Department": "No personal value, so the site default", "Own": "personal value wins", "Empty": "field is empty",
		"Hidden": "doesn't show it here, although the site's rule is “optional”", "Foreign": "personal value is not among the options", "Silent": "although there is", "Gone": "no longer has such a code",
		"Not used": "Not used for this kind", "Strange": "other than the site default", "Extra": "other than the site default",
	}
	all := viewed(list, user, host, ask.Meetings)
	if len(all) != len(want) {
		t.Errorf("%d codes, want %d", len(all), len(want))
	}
	for _, s := range all {
		name := s.held.code.Name
		if !strings.Contains(s.decides(), want[name]) || s.stops() != (name == "Empty") {
			t.Errorf("%s: decides %q, stops %v; want %q", name, s.decides(), s.stops(), want[name])
		}
	}
}

func TestAddresses(t *testing.T) {
	got := addresses(
		"Alice Adams <Alice@Example.com>; bob@example.com,carol@example.com", "e-mail,name\r\ndave@example.com,\"Dave, D.\"\r\n'erin@example.com'",
		"bob@example.com nobody@ @x.de a@b <mailto:frank@example.com>", "no address here")
	want := people{
		good:  []string{"alice@example.com", "bob@example.com", "carol@example.com", "dave@example.com", "erin@example.com", "frank@example.com"},
		bad:   []string{"nobody@", "@x.de", "a@b"},
		twice: 1,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(people{})); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestTextOfFiles(t *testing.T) {
	for want, data := range map[string]string{
		"a@b.de":       "a@b.de",
		"\ufeffa@b.de": "\xef\xbb\xbfa@b.de",
		"aß":           "\xff\xfea\x00\xdf\x00",
		"aß\u0000":     "\xfe\xff\x00a\x00\xdf\x00\x00",
		"\xffx":        "\xffx",
		"":             "",
		"a":            "\xff\xfea\x00\x01",
		"\xff":         "\xff",
	} {
		if got := textOf([]byte(data)); got != want {
			t.Errorf("textOf(%q) = %q, want %q", data, got, want)
		}
	}
}

// A file is bytes from outside: whatever it holds, no address out of it can
// stand in a header with anything else.
func FuzzAddresses(f *testing.F) {
	f.Add([]byte("a@b.de, c@d.de"))
	f.Add([]byte("\xff\xfea\x00@\x00b\x00.\x00d\x00e\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, email := range addresses(textOf(data)).good {
			if strings.ContainsFunc(email, isOdd) || len(email) > 254 || !isAddress(email) {
				t.Errorf("%q passed for an address", email)
			}
		}
	})
}

// noJobs are none under way.
type noJobs struct{ running []bot.Job }

func (j noJobs) Running(context.Context) ([]bot.Job, error) { return j.running, nil }
func (noJobs) Stop(context.Context, string) error           { return nil }

func TestStoppable(t *testing.T) {
	running := []bot.Job{
		{Ref: "AAAA-11", Asker: webex.Person{ID: "ann"}, Room: bot.Room{ID: "R1"}},
		{Ref: "BBBB-22", Asker: webex.Person{ID: "bob"}, Room: bot.Room{ID: "R1"}},
		{Ref: "CCCC-33", Asker: webex.Person{ID: "ann"}, Room: bot.Room{ID: "R2"}},
	}
	for _, c := range []struct {
		text, person, room string
		admin              bool
		want               string
	}{
		{"", "ann", "R9", false, "AAAA-11 CCCC-33"},
		{"", "bob", "R1", false, "BBBB-22"},
		{"", "eve", "R1", false, ""},
		{"", "eve", "R1", true, "AAAA-11 BBBB-22"},
		{"ref aaaa-11", "ann", "R9", false, "AAAA-11"},
		{"AAAA-11", "bob", "R1", false, ""},
		{"CCCC-33", "eve", "R1", true, "CCCC-33"},
		{"DDDD-44", "ann", "R1", true, ""},
	} {
		r := bot.Request{Question: ask.Question{Term: c.text}, Person: bot.Person{ID: c.person}, Room: bot.Room{ID: c.room}, Admin: c.admin}
		var got []string
		for _, j := range stoppable(r, running) {
			got = append(got, j.Ref)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v may stop %v, want %q", c, got, c.want)
		}
	}
}
