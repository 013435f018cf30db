package ask

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// row is what is typed, and what it is to be read as, see [short].
type row struct{ text, want string }

const (
	exampleHost = "example.webex.com"
	emeaHost    = "emea.example.webex.com"
)

func world() *World {
	return NewWorld([]Site{
		{Host: exampleHost, Codes: []Name{{"1", "Department"}, {"2", "Division"}, {"3", "Cost Center"}}},
		{Host: emeaHost, Nicknames: []string{"eu"}, Codes: []Name{
			{"1", "Business Unit"}, {"2", "Project"}, {"3", "Legal Entity"}, {"4", "Client"}, {"5", "Cost Center"}, {"customAttribute3/region", "Region"},
		}},
	})
}

// short writes a question in one line: command/topic, code, what else there is,
// and the sites.
func short(q Question) string {
	if q.Command == "" {
		return ""
	}
	out := []string{q.Command}
	if q.Topic != "" {
		out[0] += "/" + q.Topic
	}
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if c := q.Code; c != nil {
		switch {
		case len(c.Choices) > 0:
			add("choices=%d", len(c.Choices))
		case c.Name != "":
			add("%s", c.Name)
		case c.ID != "":
			add("#%s", c.ID)
		default:
			add("“%s”", c.Written)
		}
		if c.Near {
			add("near")
		}
		if len(c.Elsewhere) > 0 {
			add("elsewhere")
		}
	}
	for _, pair := range [][2]string{
		{"rule", string(q.Rule)}, {"option", q.Option}, {"lines", strings.Join(q.Lines, "/")}, {"filter", q.Filter}, {"term", q.Term}, {"format", string(q.Format)}, {"service", string(q.Service)},
	} {
		if pair[1] != "" {
			add("%s=%s", pair[0], pair[1])
		}
	}
	if h := q.Hours; h != nil {
		add("daily=%v from=%s to=%s", h.Daily, h.From, h.To)
	}
	if q.Number != 0 {
		add("n=%d", q.Number)
	}
	if q.Page != 0 {
		add("page=%d", q.Page)
	}
	var people []string
	for _, p := range q.People {
		switch {
		case p.Me:
			people = append(people, "me")
		case p.Address != "":
			people = append(people, p.Address)
		case p.ID != "":
			people = append(people, "id:"+p.ID)
		default:
			people = append(people, "~"+p.Name)
		}
	}
	if len(people) > 0 {
		add("person=%s", strings.Join(people, ","))
	}
	var sites []string
	for _, host := range q.Sites {
		label, _, _ := strings.Cut(host, ".")
		sites = append(sites, label)
	}
	if len(sites) > 0 {
		add("@%s", strings.Join(sites, ","))
	}
	if q.All {
		add("@all")
	}
	for _, u := range q.Unknown {
		add("?%s", u.Written)
	}
	if q.Above {
		add("above")
	}
	return strings.Join(out, " ")
}

func shorts(readings []Reading) string {
	var all []string
	for _, r := range readings {
		all = append(all, short(r.Question))
	}
	return strings.Join(all, " | ")
}

func grammar() *Grammar { return New(Languages()...) }

// TestHoldout holds the share of questions that are read rightly although the
// grammar was not made for them.
func TestHoldout(t *testing.T) {
	g := grammar()
	for name, rows := range map[string][]row{"first": holdout(), "second": secondHoldout(), "third": thirdHoldout()} {
		right := 0
		for _, r := range rows {
			if got := shorts(read(g, r.text, nil)); got == r.want {
				right++
			} else {
				t.Logf("%q = %s, want %s", r.text, got, r.want)
			}
		}
		if right*100 < 95*len(rows) {
			t.Errorf("%s: %d of %d are read rightly, want 95 %%", name, right, len(rows))
		}
	}
}

// read reads a text as alice@example.com, with example.webex.com as the usual site.
func read(g *Grammar, text string, above *Question) []Reading {
	return g.Read(Text{Words: text, Mentions: []Mention{{ID: "bob", Name: "Bob"}}}, world(), From{Me: "alice@example.com", Site: exampleHost, Above: above})
}

func TestTyped(t *testing.T) {
	g := grammar()
	for _, r := range slices.Concat(typed(), further(), strangers()) {
		if got := shorts(read(g, r.text, nil)); got != r.want {
			t.Errorf("%q = %s, want %s", r.text, got, r.want)
		}
	}
}

// What is not read must not be read wrongly.
func TestUnread(t *testing.T) {
	g := grammar()
	for _, r := range unread() {
		if got := read(g, r.text, nil); len(got) != 1 || got[0].Command != "" {
			t.Errorf("%q = %s, want no question: %s", r.text, shorts(got), r.want)
		}
	}
}

func TestFollowUps(t *testing.T) {
	g := grammar()
	for _, f := range followUps() {
		var above *Question
		if f.first != "" {
			above = &read(g, f.first, nil)[0].Question
		}
		if got := shorts(read(g, f.text, above)); got != f.want {
			t.Errorf("%q after %q = %s, want %s", f.text, f.first, got, f.want)
		}
	}
}

func TestOddNames(t *testing.T) {
	g, w := grammar(), oddWorld()
	for _, r := range oddNames() {
		if got := shorts(g.Read(Text{Words: r.text}, w, From{Site: "odd.webex.com"})); got != r.want {
			t.Errorf("%q = %s, want %s", r.text, got, r.want)
		}
	}
}

// documentedWorld has the sites and codes of the documented phrases.
func documentedWorld() *World {
	return NewWorld([]Site{
		{Host: "example.webex.com", Codes: []Name{{"1", "Department"}, {"2", "Cost Center"}, {"3", "Time in Lieu"}, {"4", "R&D"}, {"5", "Research and Development"}, {"6", "Dept."}, {"7", "Node.js"}}},
		{Host: "emea.example.com"},
		{Host: "twin.webex.com"},
		{Host: "twin.my.webex.com"},
	})
}

func TestDocumented(t *testing.T) {
	g, w := grammar(), documentedWorld()
	for _, r := range documented() {
		if got := shorts(g.Read(Text{Words: r.text}, w, From{Site: exampleHost})); got != r.want {
			t.Errorf("%q = %s, want %s", r.text, got, r.want)
		}
	}
	for _, w := range []*World{w, NewWorld([]Site{{Host: exampleHost}})} { // also where the codes are not known
		for _, text := range sameQuestion() {
			got := g.Read(Text{Words: text}, w, From{Site: exampleHost})
			if len(got) != 1 || got[0].Command != "code" || got[0].Code == nil || got[0].Code.ID != "1" || !slices.Equal(got[0].Sites, []string{exampleHost}) {
				t.Errorf("%q = %s, want code 1 on example", text, shorts(got))
			}
		}
	}
}
