package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot/ask"
	"trackbot/webex"
)

const (
	exampleHost = "example.webex.com"
	emeaHost    = "emea.example.webex.com"
)

// knowing is a bot on two sites with codes, of which the default one is first.
// read are the sites whose names were read.
func knowing(s *space, got *[]Request) (b *Bot, read *[]string) {
	b, _ = newBot(s, func(ctx context.Context, r Request) (Reply, error) {
		*got = append(*got, r)
		return echoText(ctx, r)
	})
	read = new([]string)
	b.o.Sites.Allowed = append(b.o.Sites.Allowed, emeaHost)
	b.names.read = func(_ context.Context, host string) ([]ask.Name, error) {
		b.names.mu.Lock()
		defer b.names.mu.Unlock()
		*read = append(*read, host)
		return map[string][]ask.Name{
			exampleHost: {{ID: "1", Name: "Department"}, {ID: "2", Name: "Cost Center"}}, emeaHost: {{ID: "7", Name: "Project"}},
		}[host], nil
	}
	for _, name := range []string{"codes", "find", "values", "help", "options"} {
		c := b.commands["code"]
		c.Name, c.Site, c.AllSites = name, name != "help" && name != "find", name == "find"
		b.commands[name] = c
	}
	return b, read
}

// TestNamesAreReadWhereTheyMatter, and no more of them.
func TestNamesAreReadWhereTheyMatter(t *testing.T) {
	for text, c := range map[string]struct{ read, code, site string }{
		"tracking code 1 on emea":           {"", "1", emeaHost},
		"codes on emea":                     {"", "", emeaHost},
		"help":                              {"", "", ""},
		"Department":                        {exampleHost, "1", exampleHost},
		"cost centre":                       {exampleHost, "2", exampleHost},
		"Project on emea":                   {emeaHost, "7", emeaHost},
		"Project":                           {emeaHost + " " + exampleHost, "", exampleHost},
		"codes 1 and 2":                     {exampleHost, "1", exampleHost}, // one call for both
		"tracking code Department on foo":   {"", "", ""},
		"options of Department on evil.com": {"", "", ""},
	} {
		var got []Request
		b, read := knowing(asked(text), &got)
		if _, err := handled(t.Context(), b, event()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(*read)
		if list := strings.Join(*read, " "); list != c.read {
			t.Errorf("%q: read the names of %q, want %q", text, list, c.read)
		}
		var r Request
		if len(got) > 0 {
			r = got[0]
		}
		code := ""
		if r.Question.Code != nil {
			code = r.Question.Code.ID
		}
		if code != c.code || r.Site.Host != c.site {
			t.Errorf("%q: code %q on %q, want %q on %q", text, code, r.Site.Host, c.code, c.site)
		}
	}
}

// TestNamesOfOutsidersAreNotRead: nothing is looked up for who may not ask.
func TestNamesOfOutsidersAreNotRead(t *testing.T) {
	var got []Request
	s := asked("Department")
	s.person.OrgID = "other"
	b, read := knowing(s, &got)
	a, err := b.Handle(t.Context(), event())
	if err != nil || len(*read)+len(got) != 0 || len(a.Entries) != 1 || a.Entries[0].Decision != Denied || a.Entries[0].Text != "Department" {
		t.Errorf("Handle = %+v, %v; read %v, ran %v", a, err, *read, got)
	}
}

// TestNamesAreRemembered for some minutes; a site that fails does no harm.
func TestNamesAreRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []Request
		s := asked("Department")
		b, read := knowing(s, &got)
		for _, c := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {5 * time.Minute, 1}, {6 * time.Minute, 2}} {
			time.Sleep(c.after) //nolint:forbidigo // the bubble's clock
			s.message.Created = time.Now()
			if _, err := handled(t.Context(), b, event()); err != nil || len(*read) != c.want {
				t.Errorf("after %v more: read %v, %v; want %d", c.after, *read, err, c.want)
			}
		}
		b.names.read = func(context.Context, string) ([]ask.Name, error) { return nil, errors.New("away") }
		time.Sleep(time.Hour) //nolint:forbidigo // the bubble's clock
		s.message.Created = time.Now()
		s.message.Text = "tracking code Department"
		if out, err := handled(t.Context(), b, event()); err != nil || out == nil || got[len(got)-1].Question.Code.Written != "Department" {
			t.Errorf("with a site that can't be read: %v, %v", out, err)
		}
	})
}

// TestGoingOn: the site and the code of the last question are meant in its
// thread, by who asked it, and in a 1:1 space for 15 minutes; by nobody else.
func TestGoingOn(t *testing.T) {
	for _, c := range []struct {
		name             string
		group, inThread  bool
		later            time.Duration
		other            bool
		first, want, why string
	}{
		{"a 1:1 space", false, false, time.Minute, false, "Project on emea", emeaHost, AsAbove},
		{"too late there", false, false, 16 * time.Minute, false, "Project on emea", "", ""},
		{"a thread", true, true, time.Hour, false, "Project on emea", emeaHost, AsAbove},
		{"beside the thread", true, false, 0, false, "Project on emea", "", ""},
		{"another person", true, true, 0, true, "Project on emea", "", ""},
		{"a question that was refused", false, false, 0, false, "Project on nowhere.webex.com", "", ""},
	} {
		var got []Request
		notes := make(map[string]Change)
		s := asked(c.first)
		b, _ := knowing(s, &got)
		b.o.Note = func(_ context.Context, key string) ([]byte, error) {
			if n := notes[key]; n.For == 0 || n.For > c.later {
				return n.Value, nil
			}
			return nil, nil
		}
		say := func(id, text string) {
			e := event()
			e.ID, s.message.ID, s.message.Text = id, id, text
			if c.group {
				s.message.RoomType, s.message.MentionedPeople = "group", []string{"bot"}
			}
			a, err := b.Handle(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			for _, change := range a.Changes {
				notes[change.Key] = change
			}
		}
		say("m1", c.first)
		got = nil
		if c.inThread {
			s.message.ParentID = s.message.ID
		}
		if c.other {
			s.person.ID, s.message.PersonID = "bob", "bob"
		}
		say("m2", "its options")
		switch {
		case c.want == "" && (len(got) != 1 || got[0].Question.Code != nil || !got[0].Question.Above):
			t.Errorf("%s: asked %+v, want the options of no code, as above", c.name, got)
		case c.want != "" && (len(got) != 1 || got[0].Command != "options" || got[0].Site != (Site{c.want, c.why}) || got[0].Question.Code.Name != "Project"):
			t.Errorf("%s: asked %+v, want the options of Project on %s", c.name, got, c.want)
		}
	}
}

// TestPeopleOfAQuestion: who is the asker is decided by who they are, and the
// address of who was mentioned is that of their id.
func TestPeopleOfAQuestion(t *testing.T) {
	s := asked("x")
	s.person = webex.Person{ID: "P2", Emails: []string{"bob@example.com"}, DisplayName: "Bob", OrgID: "org"}
	b, _ := newBot(s, echoText)
	q := question{asker: webex.Person{ID: "P1", Emails: []string{"ann@example.com", "a@example.com"}}}
	people := []ask.Person{{Me: true}, {Address: "A@example.com"}, {Me: true, Address: "bob@example.com"}, {ID: "P1", Name: "Ann"}, {ID: "P2", Name: "Bob B."}, {Name: "bob"}}
	want := []ask.Person{{Me: true}, {Me: true, Address: "A@example.com"}, {Address: "bob@example.com"}, {Me: true, ID: "P1", Name: "Ann"}, {ID: "P2", Address: "bob@example.com", Name: "Bob"}, {Name: "bob"}}
	if diff := cmp.Diff(want, b.whose(t.Context(), q, people)); diff != "" {
		t.Errorf("whose (-want +got):\n%s", diff)
	}
	for i, own := range []bool{true, true, false, true, false, false} {
		if got := q.isOwn(ask.Question{People: people[i : i+1]}); got != own {
			t.Errorf("isOwn(%s) = %v", fmt.Sprint(people[i]), got)
		}
	}
}
