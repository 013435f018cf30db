package handlers

import (
	"slices"
	"strings"
	"testing"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// asked are the questions of an answer's buttons.
func asked(r bot.Reply) []cards.Data {
	var list []cards.Data
	r.Card.EachData(func(d *cards.Data) { list = append(list, *d) })
	return list
}

// TestMeantCompares: what was meant is compared with the same two sites.
func TestMeantCompares(t *testing.T) {
	team := []webex.TrackingCode{{ID: "7", Name: "Team"}, {ID: "8", Name: "TEAM"}}
	want := func(sites ...string) cards.Data {
		return bot.Data(ask.Question{Command: "compare", Code: &ask.Code{ID: "7", Name: "Team"}, Sites: sites})
	}
	for name, c := range map[string]struct {
		text        string
		here, there []webex.TrackingCode
		want        cards.Data
	}{
		"near":          {"Taem", team[:1], nil, want("a.webex.com", "b.webex.com")},
		"several here":  {"team", team, nil, want("a.webex.com", "b.webex.com")},
		"several there": {"team", nil, team, want("b.webex.com", "a.webex.com")},
	} {
		r := twoSites()
		r.Question.Code = &ask.Code{Written: c.text}
		if got := asked(comparing(r, c.here, c.there)); !slices.Contains(got, c.want) {
			t.Errorf("%s: buttons ask %+v, want %+v among them", name, got, c.want)
		}
	}
}

// TestFindSaysWhichSites it looked through, and why those.
func TestFindSaysWhichSites(t *testing.T) {
	for why, want := range map[string]string{"": "a.webex.com (all sites)", bot.AsAsked: "a.webex.com (as asked)"} {
		got, err := showFound(bot.Request{Site: bot.Site{Why: why}}, []looked{{host: "a.webex.com"}}, nil)
		if err != nil || !strings.Contains(got.Markdown, want) {
			t.Errorf("find = %q, %v, want %q", got.Markdown, err, want)
		}
	}
}

// wrongly are questions asked in the wrong way, and the buttons that lead to
// the right one.
func wrongly() map[string]struct{ q, want ask.Question } {
	eu := "emea.example.webex.com"
	golden := []string{golden}
	one := &ask.Code{ID: "1", Name: "Department"}
	return map[string]struct{ q, want ask.Question }{
		"nobody":                    {ask.Question{Command: "hostview", People: []ask.Person{{Name: "zoe"}}}, onSite("codes", golden[0])},
		"a form that is not there":  {ask.Question{Command: "export", Code: one, Format: "xml"}, ask.Question{Command: "export", Code: one, Sites: golden, Format: ask.JSON}},
		"the same of all codes":     {ask.Question{Command: "export", Format: "xml"}, ask.Question{Command: "export", Sites: golden, Format: ask.ControlHub}},
		"options in such a form":    {ask.Question{Command: "options", Code: one, Format: "xml"}, ask.Question{Command: "export", Code: one, Sites: golden, Format: ask.CSV}},
		"a misspelt code":           {ask.Question{Command: "export", Code: &ask.Code{Written: "Departmnt"}, Format: ask.JSON}, ask.Question{Command: "export", Code: one, Sites: golden, Format: ask.JSON}},
		"several that fit":          {ask.Question{Command: "options", Code: &ask.Code{Written: "D", Choices: []ask.Name{{Name: "Department"}, {Name: "Cost Center"}}}, Filter: "x"}, ask.Question{Command: "options", Code: one, Sites: golden, Filter: "x"}},
		"a code of another site":    {ask.Question{Command: "code", Code: &ask.Code{Written: "Project", Name: "Project", Elsewhere: []string{eu}}}, ask.Question{Command: "code", Code: &ask.Code{Written: "Project"}, Sites: []string{eu}}},
		"a code that was exchanged": {ask.Question{Command: "code", Code: &ask.Code{ID: "2", Name: "Department"}}, aboutCode("options", golden[0], webex.TrackingCode{ID: "1", Name: "Department"})},
	}
}

func TestAskedInTheWrongWay(t *testing.T) {
	for name, c := range wrongly() {
		r := bot.Request{Command: c.q.Command, Question: c.q, Site: bot.Site{Host: golden}, Sites: []string{golden}, Admin: true, Room: bot.Room{ID: "room"}}
		if got := asked(reply(t, few(), r)); !slices.Contains(got, bot.Data(c.want)) {
			t.Errorf("%s: buttons ask %+v, want %+v among them", name, got, bot.Data(c.want))
		}
	}
}

// TestOptionInPlaceOfCode: who names an option is told which codes have it.
func TestOptionInPlaceOfCode(t *testing.T) {
	list := siteOfSamples()
	r := bot.Request{Command: "code", Site: bot.Site{Host: "example.webex.com"}, Question: ask.Question{Command: "code", Code: &ask.Code{Written: "design"}}}
	got := noSuchCode(r, list)
	want := bot.Data(ask.Question{Command: "code", Code: &ask.Code{ID: "1", Name: "Department"}, Sites: []string{"example.webex.com"}})
	if !strings.Contains(got.Markdown, "“design” is an option of Department.") || got.Unanswered || !slices.Contains(asked(got), want) {
		t.Errorf("%q with buttons %+v, want Department, with a button", got.Markdown, asked(got))
	}
}

// TestCheckLeadsToWhereItIsMended, where that is set.
func TestCheckLeadsToWhereItIsMended(t *testing.T) {
	r, list := bot.Request{Site: bot.Site{Host: "a.webex.com"}}, siteOfSamples()
	for _, c := range []struct {
		links Links
		want  bool
	}{{Links{}, false}, {Links{SiteAdmin: "https://{site}/admin"}, true}} {
		got := showFindings(r, list, findings(list), c.links)
		found := false
		got.Card.EachAction(func(a *cards.Action) { found = found || a.URL == "https://a.webex.com/admin" })
		if found != c.want {
			t.Errorf("%+v: a link %t, want %t", c.links, found, c.want)
		}
	}
}
