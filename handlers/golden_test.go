package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot"
	q "trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fixed is an admin API whose codes are given.
type fixed []webex.TrackingCode

func (f fixed) TrackingCode(_ context.Context, _, id string) (webex.TrackingCode, error) {
	for _, c := range f {
		if c.ID == id {
			return c, nil
		}
	}
	return webex.TrackingCode{}, &webex.Error{Kind: webex.KindStatus, Status: 404}
}

func (f fixed) TrackingCodes(context.Context, string) ([]webex.TrackingCode, error) { return f, nil }

func (f fixed) UserTrackingCodes(context.Context, string, string, string) (webex.UserCodes, error) {
	return webex.UserCodes{TrackingCodes: []webex.UserCode{{ID: f[0].ID, Name: f[0].Name, Value: f[0].Name}}}, nil
}

func (f fixed) HostTrackingCodes(_ context.Context, _, service, _ string) ([]webex.HostCode, error) {
	return []webex.HostCode{{ID: f[0].ID, Name: f[0].Name, Options: f[0].Options, Service: service, Type: "required"}}, nil
}

func (f fixed) PeopleNamed(_ context.Context, name string, _ int) ([]webex.Person, error) {
	all := []webex.Person{{ID: "P2", DisplayName: "Bob Brown", Emails: []string{"bob@example.com"}}, {ID: "P3", DisplayName: "Bob Burns", Emails: []string{"burns@example.com"}}, {ID: "P4", DisplayName: "Bobby Tables", Emails: []string{"bobby@example.com"}}}
	return slices.DeleteFunc(all, func(p webex.Person) bool { return !strings.HasPrefix(fold(p.DisplayName), fold(name)) }), nil
}

// kept is a store in memory.
type traces map[string]bot.Trace

func (t traces) Trace(_ context.Context, root string) (bot.Trace, bool, error) {
	trace, known := t[root]
	return trace, known, nil
}

// nothingChosen is a space and a person without a site of their own.
func nothingChosen(context.Context, string) ([]byte, error) { return nil, nil }

const golden = "example.webex.com"

// few are the codes of an ordinary site.
func few() fixed {
	department := webex.TrackingCode{
		ID: "1", Name: "Department", SiteURL: golden, InputMode: "select", HostProfileCode: "optional",
		ScheduleStartCodes: []webex.ScheduleStart{{Service: "All", Type: "notApplicable"}, {Service: "MeetingCenter", Type: "required"}},
	}
	for i := range 14 {
		department.Options = append(department.Options, webex.Option{Value: fmt.Sprintf("CC-%d", 4100+i), DefaultValue: i == 3})
	}
	return fixed{
		department,
		{ID: "2", Name: "Cost Center", SiteURL: golden, InputMode: "text", HostProfileCode: "required", ScheduleStartCodes: []webex.ScheduleStart{{Service: "All", Type: "optional"}}},
	}
}

// worstOf are 200 codes of 500 options, all as long as Webex allows.
func worstOf(sign string) fixed {
	name := strings.Repeat(sign, 120/utf8.RuneCountInString(sign))
	var options []webex.Option
	for i := range 500 {
		options = append(options, webex.Option{Value: fmt.Sprintf("%03d", i) + string([]rune(name)[:117]), DefaultValue: i > 490})
	}
	var list fixed
	for i := range 200 {
		list = append(list, webex.TrackingCode{
			ID: strconv.Itoa(i + 1), Name: fmt.Sprintf("%03d", i) + string([]rune(name)[:117]), SiteURL: golden, InputMode: "select", Options: options,
			HostProfileCode: "required", ScheduleStartCodes: []webex.ScheduleStart{{Service: "All", Type: "required"}},
		})
	}
	return list
}

// questions are one for each shape of answer, by the golden file's name.
func questions() map[string]bot.Request {
	site := bot.Site{Host: golden, Why: "the site of this space"}
	ask := func(command string, change func(*bot.Request)) bot.Request {
		r := bot.Request{Command: command, Site: site, Room: bot.Room{ID: "room"}, Person: bot.Person{ID: "ann"}, Root: "root", Ref: "7F3K-Q2"}
		r.Question.Command = command
		if change != nil {
			change(&r)
		}
		return r
	}
	return map[string]bot.Request{
		"code":              ask("code", func(r *bot.Request) { r.Question.Code = &q.Code{ID: "1"} }),
		"code-form":         ask("code", nil),
		"code-unknown":      ask("code", func(r *bot.Request) { r.Question.Code = &q.Code{Written: "Departmnt"} }),
		"codes":             ask("codes", nil),
		"codes-found":       ask("codes", func(r *bot.Request) { r.Question.Filter, r.Question.Page = "cost", 1 }),
		"codes-none":        ask("codes", func(r *bot.Request) { r.Question.Filter, r.Question.Page = "zzz", 1 }),
		"options":           ask("options", func(r *bot.Request) { r.Question.Code = &q.Code{ID: "1"} }),
		"options-page":      ask("options", func(r *bot.Request) { r.Question.Code, r.Question.Page = &q.Code{ID: "1"}, 2 }),
		"options-file":      ask("options", func(r *bot.Request) { r.Question.Code, r.Question.Format = &q.Code{ID: "1"}, q.AnyFile }),
		"options-form":      ask("options", nil),
		"options-of-a-text": ask("options", func(r *bot.Request) { r.Question.Code = &q.Code{ID: "2"} }),
		"ask-compare-form":  ask("compare", nil),
		"ask-personal-form": ask("values", func(r *bot.Request) { r.Admin = true }),
		"ask-sees-form":     ask("hostview", func(r *bot.Request) { r.Admin = true }),
		"ask-missing-form":  ask("missing", func(r *bot.Request) { r.Admin = true }),
		"ask-stop":          ask("stop", nil),
		"sites":             ask("sites", nil),
		"use":               ask("use", func(r *bot.Request) { r.Question.Topic, r.Sites = "here", []string{"emea.example.webex.com"} }),
		"use-form":          ask("use", nil),
		"use-none":          ask("use", func(r *bot.Request) { r.Question.Topic = "default" }),
		"where":             ask("where", nil),
		"why":               ask("why", nil),
		"why-several":       ask("why", func(r *bot.Request) { r.Root = "many" }),
		"why-unknown":       ask("why", func(r *bot.Request) { r.Root = "elsewhere" }),
		"status":            ask("status", nil),
		"help":              ask("help", nil),
		"help-one":          ask("help", func(r *bot.Request) { r.Question.Term = "options" }),
		"help-unknown":      ask("help", func(r *bot.Request) { r.Question.Term = "optoins" }),
		"welcome":           ask("welcome", nil),
		"code-near": ask("code", func(r *bot.Request) {
			r.Question.Code = &q.Code{Written: "dept", Name: "Department", ID: "1", Near: true}
		}),
		"code-elsewhere": ask("code", func(r *bot.Request) {
			r.Question.Code = &q.Code{Written: "Project", Name: "Project", Elsewhere: []string{"emea.example.webex.com"}}
		}),
		"site":   ask("site", nil),
		"thanks": ask("thanks", nil),
		"change": ask("change", nil),
	}
}

// reply answers one of the questions with these codes.
func reply(t *testing.T, admin fixed, r bot.Request) bot.Reply {
	t.Helper()
	began := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	one := bot.Trace{Ref: "7F3K-Q2", Command: "code", Text: "1", Site: bot.Site{Host: golden, Why: "the default site in Webex"}, Began: began, Took: 312 * time.Millisecond, Calls: 1, TrackingID: "ROUTER_1", Read: began.Add(-12 * time.Second)}
	many := one
	many.More = []bot.Trace{
		{Ref: "7F3K-Q2", Command: "compare", Text: "Department", Site: bot.Site{Host: golden}, Also: "emea.example.webex.com", Began: began, Took: 90 * time.Millisecond, Read: began},
		{Ref: "7F3K-Q2", Command: "find", Text: "Sales", Began: began, Took: time.Second, Calls: 2, TrackingID: "ROUTER_2", Unanswered: true},
		{Ref: "7F3K-Q2", Command: "missing", Text: "Department", Site: bot.Site{Host: golden}, Began: began, Items: 500},
	}
	sites := &bot.Sites{Allowed: []string{golden, "emea.example.webex.com"}, Default: golden, Nicknames: map[string]string{"eu": "emea.example.webex.com"}, Chosen: nothingChosen}
	all := All(Parts{Admin: admin, Sites: sites, Jobs: noJobs{}, Traces: traces{"root": one, "many": many}, Status: func(context.Context) []Health {
		return []Health{{Part: "Connection", Words: "receiving through webhooks"}, {Part: "Queue", Words: "the disk is full", Bad: true}, {Part: "Version", Words: "v1"}}
	}})
	for _, c := range all {
		if c.Name == r.Command {
			got, err := c.Run(t.Context(), r)
			if err != nil {
				t.Fatalf("%s: %v", r.Command, err)
			}
			return got
		}
	}
	t.Fatalf("no command %s", r.Command)
	return bot.Reply{}
}

// TestNoOtherSite: codes of another site than was asked are worth less than no
// answer, and also their names do not show.
func TestNoOtherSite(t *testing.T) {
	other := few()
	for i := range other {
		other[i].SiteURL = "emea.example.webex.com"
	}
	sites := &bot.Sites{Allowed: []string{golden}, Default: golden, Chosen: nothingChosen}
	reads := []string{"code", "codes", "options", "check", "compare", "export", "values", "hostview", "missing"}
	ran := 0
	for _, c := range All(Parts{Admin: other, Sites: sites, Jobs: noJobs{}}) {
		if !slices.Contains(reads, c.Name) {
			continue
		}
		for _, code := range []*q.Code{nil, {ID: "1"}, {ID: "99"}, {Written: "Departmnt"}, {ID: "1", Name: "Department"}} {
			r := bot.Request{
				Command: c.Name, Site: bot.Site{Host: golden}, Sites: []string{golden, golden}, Admin: true, Person: bot.Person{ID: "ann", Email: "ann@example.com"},
				Question: q.Question{Command: c.Name, Code: code, People: []q.Person{{Me: true}}},
			}
			got, err := c.Run(t.Context(), r)
			if err == nil && strings.Contains(got.Markdown, "Department") || err != nil && !isOtherSite(err) {
				t.Errorf("%s %+v = %q, %v, want nothing of the other site", c.Name, code, got.Markdown, err)
			}
			if err != nil {
				ran++
			}
		}
	}
	if ran < 3*len(reads) {
		t.Errorf("%d answers were refused, want most of %d", ran, 5*len(reads))
	}
}

func isOtherSite(err error) bool {
	_, ok := errors.AsType[bot.OtherSiteError](err)
	return ok
}

// TestGolden shows the answer of each shape: the card as JSON, the markdown
// beside it, and the card as a terminal draws it.
func TestGolden(t *testing.T) {
	for name, r := range questions() {
		sameReply(t, name, reply(t, few(), r))
	}
}

// sameReply holds a reply's card as JSON, its markdown and the card as a terminal
// draws it against the golden files.
func sameReply(t *testing.T, name string, got bot.Reply) {
	t.Helper()
	card, err := got.Card.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var pretty, drawn bytes.Buffer
	if err := errors.Join(json.Indent(&pretty, card, "", "  "), cards.Draw(&drawn, card, 48)); err != nil {
		t.Fatal(err)
	}
	same(t, name+".json", pretty.String()+"\n")
	same(t, name+".md", got.Markdown+"\n")
	same(t, name+".txt", drawn.String())
}

// same compares with a golden file, or writes it.
func same(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

// TestWorstCases: whatever a site's codes are called, each answer fits, is
// valid, and says its site in the header.
func TestWorstCases(t *testing.T) {
	schema := cardSchema(t)
	for _, sign := range []string{"x", "部", "𠜎", "קבוצת מכירות ", "<@all>*_"} {
		for name, r := range questions() {
			got := reply(t, worstOf(sign), r)
			got.Card.Small("Updated 3599 s ago.")
			checkAnswer(t, schema, name+" of "+sign, got)
		}
	}
	skipWithout(t, schema)
}
