package handlers

import (
	"slices"
	"strings"
	"testing"

	"trackbot/bot"
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
	r := twoSites()
	team := []webex.TrackingCode{{ID: "7", Name: "Team"}, {ID: "8", Name: "TEAM"}}
	for name, c := range map[string]struct {
		text        string
		here, there []webex.TrackingCode
		want        cards.Data
	}{
		"near":          {"Taem", team[:1], nil, cards.Data{Ask: "compare", Text: "7", Quoted: true, Site: "a.webex.com", Also: "b.webex.com"}},
		"several here":  {"team", team, nil, cards.Data{Ask: "compare", Text: "7", Quoted: true, Site: "a.webex.com", Also: "b.webex.com"}},
		"several there": {"team", nil, team, cards.Data{Ask: "compare", Text: "7", Quoted: true, Site: "b.webex.com", Also: "a.webex.com"}},
	} {
		r.Text = c.text
		if got := asked(compareOne(r, c.here, c.there)); !slices.Contains(got, c.want) {
			t.Errorf("%s: buttons ask %+v, want %+v among them", name, got, c.want)
		}
	}
}

// TestMeantExports: what was meant comes in the form that was asked for.
func TestMeantExports(t *testing.T) {
	r := bot.Request{Command: "export", Site: bot.Site{Host: golden}, Text: "Departmnt as json"}
	got, err := export(few()).Run(t.Context(), r)
	if want := (cards.Data{Ask: "export", Text: "1", Quoted: true, Site: golden, As: asJSON}); err != nil || !slices.Contains(asked(got), want) {
		t.Errorf("buttons ask %+v, %v, want %+v among them", asked(got), err, want)
	}
}

// TestFindSaysWhichSites it looked through, and why those.
func TestFindSaysWhichSites(t *testing.T) {
	for why, want := range map[string]string{"": "all that may be asked, as none was named", bot.AsAsked: "a.webex.com (as asked)"} {
		got, err := showFound(bot.Request{Text: "x", Site: bot.Site{Why: why}}, []looked{{host: "a.webex.com"}}, nil)
		if err != nil || !strings.Contains(got.Markdown, want) {
			t.Errorf("find = %q, %v, want %q", got.Markdown, err, want)
		}
	}
}

// wrongly are questions asked in the wrong way, and the buttons that lead to
// the right one.
func wrongly() map[string]struct {
	r    bot.Request
	want cards.Data
} {
	eu := "emea.example.webex.com"
	ask := func(command, text string, admin bool) bot.Request {
		return bot.Request{Command: command, Text: text, Site: bot.Site{Host: golden}, Admin: admin, Room: bot.Room{ID: "room"}}
	}
	asXML := ask("export", "Department as xml", false)
	behind := ask("export", "", false)
	behind.More = "as xml"
	return map[string]struct {
		r    bot.Request
		want cards.Data
	}{
		"a code for a person":       {ask("personal", "Department", true), cards.Data{Ask: "code", Text: "Department", Quoted: true, Site: golden}},
		"the same of no admin":      {ask("personal", "Department", false), cards.Data{Ask: "code", Text: "Department", Quoted: true, Site: golden}},
		"a site for a person":       {ask("personal", "eu", true), cards.Data{Ask: "codes", Site: eu}},
		"nobody":                    {ask("sees", "", true), cards.Data{Ask: "codes", Site: golden}},
		"a form that is not there":  {asXML, cards.Data{Ask: "export", Text: "1", Quoted: true, Site: golden, As: asJSON}},
		"the same behind the site":  {behind, cards.Data{Ask: "export", Site: golden, As: asControlHub}},
		"one site for a comparison": {ask("compare", "eu", false), cards.Data{Ask: "compare", Form: true}},
	}
}

func TestAskedInTheWrongWay(t *testing.T) {
	for name, c := range wrongly() {
		if got := asked(reply(t, few(), c.r)); !slices.Contains(got, c.want) {
			t.Errorf("%s: buttons ask %+v, want %+v among them", name, got, c.want)
		}
	}
	if got := reply(t, few(), wrongly()["one site for a comparison"].r).Markdown; !strings.Contains(got, "compare codes on example.webex.com and emea.example.webex.com") {
		t.Errorf("compare with one site: %s", got)
	}
}

// TestSameCodeTwiceIsOneAnswer: an id and a name may mean one code.
func TestSameCodeTwiceIsOneAnswer(t *testing.T) {
	got := reply(t, few(), bot.Request{Command: "code", Text: "1, 2 and Cost Center", Site: bot.Site{Host: golden}})
	if n := strings.Count(got.Markdown, "**Cost Center**"); n != 1 {
		t.Errorf("Cost Center stands there %d times:\n%s", n, got.Markdown)
	}
}
