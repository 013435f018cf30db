package story

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"trackbot/bot"
	"trackbot/handlers"
	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// hidden is a site that the admin token sees and that may not be asked.
const hidden = "secret.webex.com"

// slip is a question that is asked in a wrong way, and what leads on from it.
type slip struct {
	command string // that was meant
	typed   string
	shows   []string // what the answer says
	press   act      // what leads on: a button, or a form that is filled in; none: an example
	then    []string // what that brings
	file    string   // what the file holds that it brings
	more    int      // messages after what it brings
}

const (
	notThere   = "No such tracking code"
	notASite   = "I can't look up"
	notKnown   = "I don't know how to answer that yet"
	onlyReads  = "I'm read-only"
	askGolden  = "Ask " + documented
	department = "Department (code 1)"
)

// lost are questions whose code or site is missing, misspelt or not there.
func lost() []slip {
	return []slip{
		{"code", "tracking code", []string{"Which tracking code?", documented}, submit("Show it", map[string]string{"form.code": "2"}), []string{"Division", "code 2"}, "", 0},
		{"code", "tracking code Dxpxrtmxnt on example", []string{notThere, "It has Department"}, press("Codes: example"), []string{"3 tracking codes"}, "", 0},
		{"code", "tracking code 99 on example", []string{notThere, "“99”"}, press("Codes: example"), []string{"3 tracking codes"}, "", 0},
		{"code", "tracking code Project on example", []string{notThere, "Project is on " + grown}, press("Project on " + grown), []string{"Project", grown}, "", 0},
		{"code", "tracking code 1 on exampel", []string{notASite, "“exampel”"}, press(askGolden), []string{"Department", documented}, "", 0},
		{"code", "tracking code Department on exampel", []string{notASite, "“exampel”"}, press(askGolden), []string{"Department", documented}, "", 0},
		{"code", "tracking code 1 on " + hidden, []string{notASite}, press(askGolden), []string{"Department", documented}, "", 0},
		{"change", "delete tracking code 1 on example", []string{onlyReads, "Nothing was changed"}, press("Codes"), []string{"3 tracking codes"}, "", 0},
		{"change", "please rename code 1 to Dept on emea", []string{onlyReads}, press("Codes"), []string{grown}, "", 0},
		{"codes", "codes on exampel", []string{notASite}, press(askGolden), []string{"3 tracking codes"}, "", 0},
		{"codes", "codes on " + hidden, []string{notASite}, press(askGolden), []string{"3 tracking codes"}, "", 0},
		{"codes", "codes containing zzz on example", []string{"None of 3 contains “zzz”"}, press("Show all"), []string{"Department"}, "", 0},
		{"options", "options on example", []string{"Which tracking code?"}, submit("Show it", map[string]string{"form.code": "1"}), []string{"Options of Department", "Design"}, "", 0},
		{"options", "options of Dxpxrtmxnt on example", []string{notThere, "options of 1 on " + documented}, press("Codes: example"), []string{"3 tracking codes"}, "", 0},
		{"options", "options of 1 on " + hidden + " as a file", []string{notASite}, press(askGolden), []string{"as a file below"}, "Engineering", 1},
		{"options", "options of Cost Center on example", []string{"it has no options"}, press("The code"), []string{"Cost Center", "free text"}, "", 0},
		{"options", "options of 1 on example containing zzz", []string{"None of 3 contains “zzz”"}, press("Show all"), []string{"Engineering"}, "", 0},
		{"fact", "is Dxpxrtmxnt required on example", []string{notThere, "It has Department"}, press("Codes: example"), []string{"3 tracking codes"}, "", 0},
		{"fact", "default of Department on exampel", []string{notASite}, press(askGolden), []string{"The default of Department on " + documented + " is Design."}, "", 0},
		{"having", "which sites have Department on " + hidden, []string{notASite}, press(askGolden), []string{"Department is on " + documented + "."}, "", 0},
		{"find", "find", []string{"Find what?", "find Marketing"}, submit("Find", map[string]string{"form.term": "Sales"}), []string{"“Sales”:", "Department"}, "", 0},
		{"find", "find Salse", []string{"“Salse” was not found", "Did you mean Sales?"}, press("Find Sales"), []string{"“Sales”:", "Department"}, "", 0},
		{"find", "find sales on " + hidden, []string{notASite}, press(askGolden), []string{"1 code, 1 option", documented}, "", 0},
		{"check", "check exampel", []string{notASite}, press(askGolden), []string{"things to look at", documented}, "", 0},
		{"check", "check " + hidden, []string{notASite}, press(askGolden), []string{"things to look at", documented}, "", 0},
		{"compare", "compare", []string{"Compare with which site?"}, submit("Compare", map[string]string{"form.also": grown}), []string{documented + " and " + grown}, "", 0},
		{"compare", "compare codes on example", []string{"Compare with which site?", "compare codes on " + documented + " and " + grown}, submit("Compare", map[string]string{"form.also": grown}), []string{documented + " and " + grown}, "", 0},
		{"compare", "compare codes on example and example", []string{"Compare with which site?"}, submit("Compare", nil), []string{documented + " and " + grown}, "", 0},
		{"compare", "compare Cost Center with emea", []string{"Compare with which site?", "compare Cost Center on " + grown}, submit("Compare", nil), []string{"Cost Center differs"}, "", 0},
		{"compare", "compare codes on example and " + hidden, []string{notASite, "“" + hidden + "”"}, press("Ask " + grown), []string{documented + " and " + grown}, "", 0},
		{"export", "export Dxpxrtmxnt on example as json", []string{notThere, "export Department on " + documented}, press("Codes: example"), []string{"3 tracking codes"}, "", 0},
		{"export", "export codes on example as xml", []string{"No such format", "“xml”", "export codes on " + documented}, press("As JSON"), []string{"Export of 3 tracking codes", ".json"}, `"trackingCodes"`, 1},
		{"export", "export Department as xml on example", []string{"No such format", "“xml”"}, press("For Control Hub"), []string{"Export of 1 tracking code"}, "Code ID\tTracking code", 1},
		{"export", "export codes on exampel as json", []string{notASite, "“exampel”"}, press(askGolden), []string{"Export of 3 tracking codes", ".json"}, `"trackingCodes"`, 1},
		{"export", "export Department on " + hidden, []string{notASite}, press(askGolden), []string{"Export of 1 tracking code"}, "Engineering", 1},
		{"values", "my codes on exampel", []string{notASite}, press(askGolden), []string{"Your tracking codes"}, "", 0},
		{"hostview", "what do I see on " + hidden, []string{notASite}, press(askGolden), []string{"What you see for meetings"}, "", 0},
		{"sites", "sites containing zzz", []string{"None of 2 contains “zzz”"}, press("Show all"), []string{documented, grown}, "", 0},
		{"use", "use", []string{"Use which site?", "use " + documented + " here"}, submit("Use it for me", map[string]string{"form.site": documented}), []string{documented + " is now the site of your own"}, "", 0},
		{"use", "use exampel here", []string{notASite}, press(askGolden), []string{documented + " is now the site of this"}, "", 0},
		{"use", "use " + hidden, []string{notASite}, press(askGolden), []string{documented + " is now the site of your own"}, "", 0},
		{"use", "use exampel.evil.test", []string{notASite, "Sites I can look up"}, press(askGolden), []string{documented + " is now the site of your own"}, "", 0},
		{"site", documented, []string{"What would you like to know about " + documented + "?"}, press("Codes"), []string{"3 tracking codes"}, "", 0},
		{"site", hidden, []string{notASite, "“" + hidden + "”"}, press(askGolden), []string{"What would you like to know about " + documented}, "", 0},
		{"why", "why", []string{"Ask it in a thread", "Reply to one of my answers"}, act{}, nil, "", 0},
		{"where", "wher", []string{notKnown}, press("where"), []string{"Which site"}, "", 0},
		{"status", "statsu", []string{"I am well"}, act{}, nil, "", 0},
		{"stop", "stop", []string{"Nothing to stop"}, act{}, nil, "", 0},
		{"stop", "stop 7F3K-Q2", []string{"Nothing to stop"}, act{}, nil, "", 0},
		{"help", "help optoins", []string{"options of CODE on SITE"}, press("Ask it"), []string{"Which tracking code?"}, "", 0},
		{"help", "help nonsense", []string{"I know no question “nonsense”", "codes on SITE"}, press("codes"), []string{"3 tracking codes"}, "", 0},
	}
}

// people are questions about people that are asked in a wrong way.
func people() []slip {
	bob := map[string]string{"form.person": "bob@example.com"}
	both := map[string]string{"form.people": "alice@example.com\nbob@example.com"}
	missing := []string{"Checking who is missing Department", "2 people"}
	example := "codes of alice@example.com on " + documented
	return []slip{
		{"values", "codes of", []string{"Whose tracking codes?", example}, submit("Show", bob), []string{"bob@example.com's tracking codes"}, "", 0},
		{"values", "codes of bob", []string{"Whose tracking codes?", "I need an email address", example}, submit("Show", bob), []string{"bob@example.com's tracking codes"}, "", 0},
		{"values", "codes of bob@ on example", []string{"I need an email address", example}, press("Mine"), []string{"Your tracking codes"}, "", 0},
		{"values", "codes of alice@example.com, bob@example.com on example", []string{"one person at a time", example}, submit("Show", bob), []string{"bob@example.com's tracking codes"}, "", 0},
		{"values", "codes of nobody@example.com on example", []string{"Not found on this site"}, press("Another address"), []string{"Whose tracking codes?", example}, "", 0},
		{"values", "codes of bob@example.com on " + hidden, []string{notASite}, press(askGolden), []string{"bob@example.com's tracking codes", documented}, "", 0},
		{"hostview", "what does bob see on example", []string{"I need an email address", "host view of alice@example.com on " + documented}, submit("Show", bob), []string{"What bob@example.com sees for meetings"}, "", 0},
		{"hostview", "what does bob@example.com see for events on " + hidden, []string{notASite}, press(askGolden), []string{"What bob@example.com sees for events"}, "", 0},
		{"hostview", "what does nobody@example.com see on example", []string{"Not found on this site"}, press("Try again"), []string{"Not found on this site"}, "", 0},
		{"missing", "who is missing Department on example", []string{"Whom shall I check?", "who is missing Department on " + documented}, submit("Check", both), missing, "bob@example.com,,missing", 2},
		{"missing", "who is missing on example\nbob@example.com", []string{"Which tracking code?"}, submit("Check", map[string]string{"form.code": "1", "form.people": "alice@example.com\nbob@example.com"}), missing, "bob@example.com,,missing", 2},
		{"missing", "who is missing Department on example\nbob@", []string{"These are no e-mail addresses: bob@"}, submit("Check", both), missing, "bob@example.com,,missing", 2},
		{"missing", "who is missing Department on exampel\nalice@example.com\nbob@example.com", []string{notASite}, press(askGolden), missing, "bob@example.com,,missing", 2},
		{"missing", "who is missing Department on " + hidden + " alice@example.com bob@example.com", []string{notASite}, press(askGolden), missing, "bob@example.com,,missing", 2},
		{"missing", "who is missing Department on example\n" + strings.Join(manyAddresses(501), "\n"), []string{"Too many at once", "501 addresses", "up to 500"}, submit("Check", both), missing, "bob@example.com,,missing", 2},
		{"meetings", "meetings without a code on exampel", []string{notASite}, press(askGolden), []string{"Webex doesn't show me the meetings", "meeting:admin_config_read"}, "", 0},
		{"meetings", "which coming meetings have no Department on example", []string{"Whose coming meetings?"}, submit("Check", both), []string{"2 people", "What I find follows"}, "", 1},
		{"meetings", "meetings by Dxpxrtmxnt on example", []string{notThere, "It has Department"}, press("Codes: example"), []string{"3 tracking codes"}, "", 0},
		{"meetings", "meetings without a code on " + hidden, []string{notASite}, press(askGolden), []string{"Webex doesn't show me the meetings"}, "", 0},
	}
}

// misspelt are questions that are understood although they are not spelt right.
func misspelt() []slip {
	see := func(command, typed string, shows ...string) slip {
		return slip{command, typed, shows, act{}, nil, "", 0}
	}
	return []slip{
		see("code", "traking cod 1 on example", "Department", "code 1"),
		see("code", "tracking code Departmnt on example", "Department (you wrote “Departmnt”)"),
		see("codes", "cods on example", "3 tracking codes"),
		see("options", "optoins of 1 on example", "Options of Department"),
		see("options", "options of dept on example containing Sal", "Options of Department (you wrote “dept”)", "1–1 of 1 that contain", "Sales"),
		{"find", "fnd sales", []string{notKnown}, press("find sales"), []string{"“sales”:"}, "", 0},
		see("check", "chek example", "things to look at"),
		{"values", "codes fo bob@example.com on example", []string{notKnown}, press("codes of bob@example.com on " + documented), []string{"bob@example.com's tracking codes"}, "", 0},
		see("compare", "comprae codes on example and emea", documented+" and "+grown),
		see("compare", "compare Cost Centre on example and emea", "Cost Center differs"),
		see("hostview", "what deos bob@example.com see on example", "What bob@example.com sees for meetings"),
		see("values", "my cods on example", "Your tracking codes"),
		see("help", "hlep", "What you can ask"),
		see("stop", "sotp", "Nothing to stop"),
	}
}

func manyAddresses(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "p" + string(rune('a'+i/26%26)) + string(rune('a'+i%26)) + string(rune('a'+i/676)) + "@example.com"
	}
	return list
}

// TestWrongWaysLeadToTheRightOne asks in every wrong way and takes the way that
// the answer offers.
func TestWrongWaysLeadToTheRightOne(t *testing.T) {
	t.Parallel()
	for name, slips := range map[string][]slip{"codes and sites": lost(), "people": people(), "spelling": misspelt()} {
		for _, where := range []string{"1:1", "group"} {
			t.Run(name+" "+where, func(t *testing.T) {
				t.Parallel()
				h := rowsHouse(t, "ALLOWED_SITES="+documented+","+grown, "DEFAULT_SITE="+documented)
				h.Sim.PutSite(simulator.Site{URL: hidden})
				space := h.Direct
				if where == "group" {
					space = h.Sim.Group("Admins", h.Alice.ID)
					h.Next(space, nil)
				}
				h.Settled()
				for _, s := range slips {
					slipped(h, space, s)
				}
			})
		}
	}
}

// slipped asks in the wrong way, and goes on from the answer as that offers.
func slipped(h *apptest.World, space simulator.Space, s slip) {
	h.T.Helper()
	before := said(h, space)
	h.Sim.ResetCalls()
	answer, root := begin(h, space, s.typed)
	h.Settled()
	holds(h, row{name: s.typed, shows: s.shows}, root, answer, said(h, space)-before, 1)
	askedInOrder(h, s, s.shows[0] == notASite)
	if s.press.title == "" {
		return
	}
	h.Sim.ResetCalls()
	r := row{name: s.typed + " [" + s.press.title + "]", shows: s.then, file: s.file}
	answer = do(h, r, root, answer, s.press)
	h.Settled()
	want := 2 + s.more
	if s.press.title == "Show all" || s.press.title == "Try again" { // in place
		want--
	}
	holds(h, r, root, answer, said(h, space)-before, want)
	askedInOrder(h, s, false)
}

// askedInOrder fails where the admin token was used for anything else than to
// read of sites that may be asked, about people that were named; none: at all.
func askedInOrder(h *apptest.World, s slip, none bool) {
	h.T.Helper()
	for _, c := range h.Sim.Calls() {
		if c.Token != "admin" || strings.HasSuffix(c.Path, "/people") && c.Status == http.StatusForbidden { // whether it knows people by name
			continue
		}
		q, err := url.ParseQuery(c.Query)
		if site := q.Get("siteUrl"); err != nil || none || c.Method != http.MethodGet || c.Status >= 500 || c.Status == 400 || site != documented && site != grown {
			h.T.Errorf("%s: the admin token was used for %s %s?%s (%d)", s.typed, c.Method, c.Path, c.Query, c.Status)
		}
	}
}

// TestEveryCommandHasItsWrongWays holds the tables above in step with what can
// be asked.
func TestEveryCommandHasItsWrongWays(t *testing.T) {
	t.Parallel()
	all := slices.Concat(lost(), people(), misspelt())
	for _, c := range handlers.All(handlers.Parts{Sites: new(bot.Sites), Jobs: struct{ handlers.Jobs }{}}) {
		// What changes something has its wrong ways in the tests of changes.
		if c.Usage != "" && c.Group != "Changes" && !slices.ContainsFunc(all, func(s slip) bool { return s.command == c.Name }) {
			t.Errorf("no wrong way to ask %q is tried", c.Name)
		}
	}
	for _, s := range all {
		if len(s.shows) == 0 || s.press.title != "" && len(s.then) == 0 {
			t.Errorf("%q: nothing is expected", s.typed)
		}
	}
}
