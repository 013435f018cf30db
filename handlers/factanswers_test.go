package handlers

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// bySite is an admin API of several sites.
type bySite map[string]fixed

func (s bySite) TrackingCode(ctx context.Context, site, id string) (webex.TrackingCode, error) {
	return s[site].TrackingCode(ctx, site, id)
}

func (s bySite) TrackingCodes(_ context.Context, site string) ([]webex.TrackingCode, error) {
	if s[site] == nil {
		return nil, &webex.Error{Kind: webex.KindStatus, Status: 403}
	}
	return s[site], nil
}

func (s bySite) UserTrackingCodes(_ context.Context, site, personID, _ string) (webex.UserCodes, error) {
	if personID == "nobody" {
		return webex.UserCodes{}, &webex.Error{Kind: webex.KindStatus, Status: 404}
	}
	return webex.UserCodes{SiteURL: site, Email: "ann@example.com", TrackingCodes: []webex.UserCode{{Name: "Department", Value: "Sales"}, {Name: "Division", Value: "Board"}}}, nil
}

func (s bySite) HostTrackingCodes(context.Context, string, string, string) ([]webex.HostCode, error) {
	return []webex.HostCode{{ID: "1", Name: "Department", Type: "required", Options: []webex.Option{{Value: "Sales", DefaultValue: true}}}}, nil
}

func (s bySite) PeopleNamed(ctx context.Context, name string, limit int) ([]webex.Person, error) {
	if name == "forbidden" {
		return nil, &webex.Error{Kind: webex.KindStatus, Status: 403}
	}
	return s[golden].PeopleNamed(ctx, name, limit)
}

// threeSites are sites with codes of each kind, and one that can't be read.
func threeSites() bySite {
	here, emea := fixed{}, fixed{}
	for _, name := range []string{"department", "division", "cost", "entity", "unit"} {
		here = append(here, factCodes()[name])
	}
	for _, name := range []string{"cost", "unit", "two"} {
		c := factCodes()[name]
		c.SiteURL = "emea.example.webex.com"
		emea = append(emea, c)
	}
	return bySite{golden: here, "emea.example.webex.com": emea}
}

// asks makes a request of a question about the golden site.
func asks(question ask.Question) bot.Request {
	return bot.Request{
		Command: question.Command, Question: question, Site: bot.Site{Host: golden, Why: bot.AsAsked}, Sites: []string{golden},
		Person: bot.Person{ID: "ann", Email: "ann@example.com", Name: "Ann Arbor"}, Room: bot.Room{ID: "room"}, Ref: "7F3K-Q2",
	}
}

// run answers a request with the codes of an admin API.
func run(t *testing.T, admin Admin, r bot.Request) (bot.Reply, error) {
	t.Helper()
	sites := &bot.Sites{Allowed: []string{golden, "emea.example.webex.com"}, Default: golden, Chosen: nothingChosen}
	about := About{Contact: "alice@example.com", AuditDays: 400, CacheAge: 30 * time.Second, Links: Links{ControlHub: "https://admin.webex.com", SiteAdmin: "https://{site}/admin"}}
	for _, c := range All(Parts{Admin: admin, Bulk: admin, Sites: sites, Jobs: noJobs{}, About: about}) {
		if c.Name == r.Command {
			return c.Run(t.Context(), r)
		}
	}
	t.Fatalf("no command %s", r.Command)
	return bot.Reply{}, nil
}

// TestFactAnswers: what a notification shows of each answer is its sentence, and
// the golden file holds the whole of it.
func TestFactAnswers(t *testing.T) {
	schema := cardSchema(t)
	department, cost := &ask.Code{ID: "1", Name: "Department"}, &ask.Code{ID: "3", Name: "Cost Center"}
	me := []ask.Person{{Me: true}}
	everywhere := []string{golden, "emea.example.webex.com"}
	for _, c := range []struct {
		name  string
		asked ask.Question
		sites []string
		want  string // the first line of the markdown
	}{
		{"fact-rule", ask.Question{Command: "fact", Topic: "rule", Rule: ask.Required, Code: department}, nil, "Department is required for meetings on example.webex.com, optional for events, not used for training and support."},
		{"fact-option", ask.Question{Command: "fact", Topic: "option", Option: "Sal", Code: department}, nil, "No, “Sal” is not an option of Department on example.webex.com."},
		{"fact-count", ask.Question{Command: "fact", Topic: "count", Code: department}, nil, "Department has 3 options on example.webex.com."},
		{"fact-unknown", ask.Question{Command: "fact", Topic: "default", Code: &ask.Code{Written: "Colour"}}, nil, "**No such tracking code** on example.webex.com (as asked)"},
		{"codes-required", ask.Question{Command: "codes", Rule: ask.Required, Service: ask.Meetings}, nil, "2 of 5 codes on example.webex.com are required for meetings: Department and Cost Center."},
		{"codes-only", ask.Question{Command: "codes", Topic: "only"}, nil, "3 of 5 codes on example.webex.com are on no other site: Department, Division and Legal Entity."},
		{"codes-no-such", ask.Question{Command: "codes", Topic: "morethan", Number: 100}, nil, "No code on example.webex.com has more than 100 options."},
		{"codes-count", ask.Question{Command: "codes", Topic: "count"}, nil, "example.webex.com has 5 tracking codes."},
		{"having", ask.Question{Command: "having", Code: cost}, everywhere, "Cost Center is on example.webex.com and emea.example.webex.com."},
		{"having-one", ask.Question{Command: "having", Code: department}, append(everywhere, "us.example.webex.com"), "Department is on example.webex.com, not on emea.example.webex.com."},
		{"having-none", ask.Question{Command: "having", Code: &ask.Code{Written: "Colour"}}, everywhere, "There is no code “Colour” on example.webex.com and emea.example.webex.com."},
		{"glossary", ask.Question{Command: "glossary", Topic: "code"}, nil, "A tracking code is a label that a site puts on its meetings, such as a department or a cost center. Hosts fill it in when they schedule, or an admin sets it for them. Reports then count meetings by it."},
		{"about-logs", ask.Question{Command: "about", Topic: "logs"}, nil, "I record who asked what, when, and whether it was answered, for 400 days. Those who run me can read that record. Questions and answers themselves are deleted once they're done."},
		{"about-contact", ask.Question{Command: "about", Topic: "contact"}, nil, "For access or help with me, ask alice@example.com. Tracking codes themselves are changed by the admins of a site, in Control Hub."},
		{"advice-schedule", ask.Question{Command: "advice", Topic: "schedule", Code: cost}, nil, "For meetings on example.webex.com you must give a value of Department and Cost Center."},
		{"advice-own", ask.Question{Command: "advice", Topic: "own", Code: department}, nil, "Your Department on example.webex.com is Sales. You can choose another when you schedule; an admin, or you in your profile on the site, can change it for good."},
		{"advice-change", ask.Question{Command: "advice", Topic: "change"}, nil, "I'm read-only: I can look up tracking codes but not change them."},
		{"values-one", ask.Question{Command: "values", Code: department, People: me}, nil, "Your Department on example.webex.com is Sales."},
		{"values-missing", ask.Question{Command: "values", Topic: "missing", People: me}, nil, "You have no value of Cost Center on example.webex.com, which the host profile requires."},
		{"values-mention", ask.Question{Command: "values", People: []ask.Person{{ID: "P2", Name: "Bob Brown"}}}, nil, "Bob Brown has a value for 2 of 5 codes on example.webex.com; required and empty: Cost Center."},
		{"values-name", ask.Question{Command: "values", People: []ask.Person{{Name: "bob brown"}}}, nil, "Bob Brown has a value for 2 of 5 codes on example.webex.com; required and empty: Cost Center."},
		{"values-first-name", ask.Question{Command: "values", People: []ask.Person{{Name: "bob"}}}, nil, "**Which of them?** on example.webex.com (as asked)"},
		{"values-no-such-name", ask.Question{Command: "values", People: []ask.Person{{Name: "zoe"}}}, nil, "**Whose tracking codes?**"},
		{"values-no-scope", ask.Question{Command: "values", People: []ask.Person{{Name: "forbidden"}}}, nil, "**Whose tracking codes?**"},
		{"hostview-me", ask.Question{Command: "hostview", People: me}, nil, "You see 1 code for meetings on example.webex.com."},
	} {
		r := asks(c.asked)
		r.Admin = true
		if c.sites != nil {
			r.Sites, r.Site = c.sites, bot.Site{Host: golden}
		}
		got, err := run(t, threeSites(), r)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if first, _, _ := strings.Cut(got.Markdown, "\n"); strings.NewReplacer(`\`, "", "\u2060", "").Replace(first) != c.want {
			t.Errorf("%s begins with\n%s\nwant\n%s", c.name, first, c.want)
		}
		checkAnswer(t, schema, c.name, got)
		same(t, c.name+".txt", shownOnPhone(t, got))
	}
}

// shownOnPhone is an answer as a phone's terminal shows it, and its markdown.
func shownOnPhone(t *testing.T, r bot.Reply) string {
	t.Helper()
	card, err := r.Card.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := cards.Draw(&b, card, phone); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n" + r.Markdown + "\n"
}
