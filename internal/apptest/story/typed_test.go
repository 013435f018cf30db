package story

import (
	"slices"
	"strings"
	"testing"

	"trackbot/bot"
	"trackbot/handlers"
	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// asks is a question as people type it, and what its answer must show. A row
// whose command is not there is left out.
type asks struct {
	text    string
	command string
	shows   []string
}

func typed(command, shows string, texts ...string) []asks {
	var list []asks
	for _, text := range texts {
		list = append(list, asks{text, command, strings.Split(shows, " | ")})
	}
	return list
}

// withFacts are rows of commands that answer them since there are facts.
func withFacts(shows string, texts ...string) []asks { return typed("fact", shows, texts...) }

// typedQuestions are questions that people typed who had read README alone.
func typedQuestions() []asks {
	const here, there = documented, grown
	return slices.Concat(
		typed("code", "Department | code 1 | "+here, "department", "Department", "1", "code one", "Department on example", "what is the Department code?", "What is Department?", "show me everything about Department"),
		typed("code", "Department (you wrote “departmnt”)", "departmnt"),
		typed("code", "Department (you wrote “dept”) | "+here, "pls show dept on example", "tracking code Dept"),
		typed("code", "Cost Center | code 3 | "+here, "cost center", "cost centre", "costcenter", "tracking cod 3", "trakcing code 3", "Whats the cost center", "info on cost center", "tracking code Cost Centre", "tracking code cost-center", `Cost Center"`),
		typed("code", "Cost Center (you wrote “CC”)", "CC"),
		typed("code", "Cost Center | code 5 | "+there, "show me cost center on emea", "I need the cost center for emea"),
		typed("code", "Division | code 2 | "+here, "tell me about Division", "describe Division", "details of Division on example", "look up Division"),
		typed("code", "Legal Entity | "+there, "emea code 3", "code 3 (emea)"),
		typed("code", "Project is on "+there, "is there a code for projects?"),
		typed("code", "Department | Division | Cost Center", "codes 1-3", "tracking codes 1-3 on example", "codes 1 to 3"),
		typed("code", "Department | Division", "code 1, code 2", "code 1. code 2", "codes\n1\n2"),
		typed("code", "Department | Business Unit", "code 1 on example and emea"),
		typed("code", "Department | Options of Division", "Code 1 on example please, and also the options for Division"),
		typed("codes", "6 tracking codes | "+there, "hi trackbot! what are the codes on emea? thanks a lot", "emea codes"),
		typed("codes", "3 tracking codes | "+here, "codes of example", "/codes", "Welche Codes gibt es auf example?"),
		typed("codes", "3 tracking codes | 6 tracking codes", "codes on example; codes on emea", "codes on all sites"),
		typed("codes", "Cost Center | that contain", "codes with cost"),
		typed("options", "Options of Department | Engineering", "Department options", "allowed values for Department", "what values can I use for Department?", "dropdown values for Department", "list the departments"),
		typed("options", "Options of Division | Intern", "what can I put in Division", "which options does Division have?"),
		typed("options", "Options of Cost Center | 500 options | "+there, "list all options of code 5 on emea"),
		typed("options", "Options of Cost Center | contain", `cost center options with "10" on emea`),
		typed("options", "No such tracking code | WBS", "options of WBS on example containing C.4711.AB.01"),
		typed("options", "as a file", "export options of Cost Center on emea", "I need a list of all departments as excel"),
		typed("options", "JSON", "options of Department as json"),
		typed("find", "“Status” was not found", "find Status"),
		typed("find", "10.20.30", "find 10.20.30"),
		typed("find", "C.4711.AB.01", "find C.4711.AB.01"),
		typed("find", "fabrikam.co.uk-4", "find fabrikam.co.uk-4"),
		typed("code", "No such tracking code | Acme.Corp.Legal", "tracking code Acme.Corp.Legal"),
		typed("find", "“Marketing”", "where is Marketing used"),
		typed("export", "Export of 3 tracking codes | .csv", "codes on example as csv"),
		typed("export", "Export of 6 tracking codes | .csv | "+there, "csv of all codes on emea"),
		typed("export", "Export of 6 tracking codes | .json | "+there, "export emea as json"),
		typed("export", "No such format | text", "export codes as text"),
		typed("export", "No such tracking code | ȺȺȺȺȺ", "export ȺȺȺȺȺ csv"),
		typed("help", "export codes on", "how do I export the codes?"),
		typed("compare", "Cost Center differs", "compare cost center between emea and example"),
		typed("compare", here, "diff example emea", "example vs emea", "what's different between example and emea?"),
		typed("check", "look at | "+here, "is anything wrong with example"),
		typed("check", there, "any problems with emea?"),
		typed("values", "Your tracking codes | Department", "my department", "does alice@example.com have a department"),
		typed("values", "Your tracking codes | Cost Center", "what is my cost center?", "does alice@example.com have a cost center"),
		typed("values", "Your tracking codes", "codes for alice@example.com", "do I have all my codes set?", "am I missing any codes?"),
		typed("values", "Department", "what's my department on emea"),
		typed("values", "bob@example.com's tracking codes", "bob@example.com", "what is bob@example.com's cost center", "what department is bob@example.com in"),
		typed("values", "I need an email address", "codes of bob"),
		typed("site", "What would you like to know about "+there, "emea"),
		typed("use", there+" is now the site of your own", "switch to emea", "set my site to emea", "set default site to emea", "can you change the site to emea"),
		typed("use", "No site is chosen for your own", "use default"),
		typed("where", "Which site | "+here, "which site are we on"),
		typed("code", "I can't look up “amea” | Ask "+there, "code 1 on amea"),
		typed("code", "No such tracking code | Kostenstelle", "was ist Kostenstelle"),
		typed("help", "What you can ask", "hilfe", "/help"),
		typed("thanks", "You're welcome", "merci", "gracias", "ok", "good bot"),
		typed("yes", "Which question?", "yes"),
		typed("no", "Sorry about that", "no"),
		typed("bye", "Goodbye", "bye", "quit"),
		typed("sorry", "No problem", "sorry"),
		typed("change", "I'm read-only", "please rename Division to Unit"),
		typed("code", "Department", "what does code 1 mean"),
		typed("not understood", "I don't know how to answer", `"Screen 27" wide"`),
		typed("fact", "Department | required", "is Department required?", "is code 1 mandatory", "where is Department required"),
		typed("fact", "Cost Center | required", "is cost center mandatory for meetings?", "what happens if i leave cost center empty", "why is Cost Center required?"),
		typed("fact", "Cost Center | "+there, "what's the default cost center on emea"),
		typed("fact", "Cost Center | 500 | "+there, "how many options does cost center have on emea"),
		typed("fact", "Department | Design", "default of Department", "what is the default for Department?"),
		typed("fact", "Division | Intern", "does Division have a default value"),
		typed("fact", "Division", "can I type my own value in Division?", "can I add my own value to Division?"),
		typed("fact", "Cost Center", "how do I enter a cost center?", "who can change code 3"),
		typed("fact", "Department | 3", "how many options has Department"),
		typed("fact", "Sales | Department", "does Department have Sales"),
		typed("fact", "Legal | Department", "Is Legal an option of Department?"),
		typed("fact", "Business Unit | "+there, "which site has Business Unit"),
		// Lists by what the codes are like came with the facts.
		withFacts("Cost Center | required", "which codes are mandatory", "codes that are required", "codes required for meetings on example", "what do I have to fill in when scheduling a meeting?", "welche Codes sind Pflicht", "quels sont les codes obligatoires ?", "códigos obligatorios"),
		withFacts("Division | required", "which codes are mandatory for events?", "what do i need to fill in for a webinar", "do training sessions need a code?"),
		withFacts(there, "required codes emea", "which codes are only on emea"),
		withFacts("Department", "which codes have a default"),
		withFacts("Cost Center", "which codes are free text"),
		withFacts("3", "how many codes do we have", "how many codes are there on example?"),
		withFacts("500", "max number of options"),
		withFacts(there, "compare Department across all sites", "please compare Cost Center on both sites", "same codes on both sites?"),
		typed("glossary", "tracking code", "what is a tracking code?"),
		typed("glossary", "admin", `what does "set by an admin" mean`, "difference between optional and set by an admin"),
		typed("glossary", "host profile", "what does host profile mean"),
		typed("about", "record", "what do you log?"),
		typed("about", "Webex", "where does this data come from"),
		typed("about", "Department", "history of Department", "who changed Department"),
		typed("fact", "Sales | Division", `is "Sales" a valid division?`),
		typed("check", there, "anything odd with the emea setup?"),
		typed("fact", "Project | "+there, "what would happen if I forget the project on emea"),
		typed("export", "Export of 1 tracking code | free text: Cost Center | .csv", "give me every code that is free text as a spreadsheet"),
		typed("compare", "Cost Center differs", "what's the difference between the two sites regarding cost centres"),
		typed("history", "Department", "has anybody touched Department lately?"),
	)
}

// TestTypedQuestions asks them of the whole bot, one after the other, and wants
// 95 of 100 answered with what was asked.
func TestTypedQuestions(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	have := map[string]bool{"not understood": true}
	for _, c := range handlers.All(handlers.Parts{Sites: new(bot.Sites)}) {
		have[c.Name] = true
	}
	right, all := 0, 0
	for _, q := range typedQuestions() {
		if !have[q.command] {
			t.Logf("%q: there is no command %s", q.text, q.command)
			continue
		}
		all++
		if missing := lacksWords(t, h.Ask(q.text), q.shows); missing == "" {
			right++
		} else {
			t.Logf("%q: does not show %q", q.text, missing)
		}
	}
	t.Logf("%d of %d typed questions are answered", right, all)
	if right*100 < all*95 {
		t.Errorf("%d of %d typed questions are answered, want 95 of 100", right, all)
	}
}

// What goes on from a question that nobody asked gets the form, and why.
func TestGoingOnFromNothing(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	for _, text := range []string{"and its options?", "which one is the default there?", "who changed it?"} {
		apptest.Shows(t, h.AskGroup("@trackbot "+text), "Which tracking code?", "I don't know which code you mean", "Department")
	}
}

// A near name is said wherever it was taken for one.
func TestNearNamesAreSaid(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	for _, text := range []string{"who is missing dept on example alice@example.com bob@example.com", "compare dept on both sites", "options of dept"} {
		apptest.Shows(t, h.Ask(text), "Department (you wrote “dept”)")
	}
}

// lacksWords is the first of some words that an answer does not show.
func lacksWords(t *testing.T, m simulator.Message, words []string) string {
	t.Helper()
	shown := apptest.Squeeze(m.Markdown)
	if len(m.Attachments) == 1 {
		shown += apptest.Squeeze(apptest.Drawn(t, m))
	}
	for _, w := range words {
		if !strings.Contains(shown, apptest.Squeeze(w)) {
			return w
		}
	}
	return ""
}

// TestGoingOn asks what goes on from the question before.
func TestGoingOn(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	for _, c := range []struct {
		first, then string
		shows       []string
	}{
		{"code 5 on emea", "what about code 2?", []string{"Project", grown, "as above"}},
		{"code 5 on emea", "and on example?", []string{"Cost Center", documented}},
		{"code 5 on emea", "same for example", []string{"Cost Center", documented}},
		{"code 5 on emea", "its options?", []string{"Options of Cost Center", grown, "as above"}},
		{"code 5 on emea", "why?", []string{"How that came about"}},
		{"options of 5 on emea", "next", []string{"11–20 of 500", grown, "as above"}},
		{"options of 5 on emea", "more", []string{"11–20 of 500"}},
	} {
		root := h.Write(h.Group, h.Alice, "@trackbot "+c.first, "")
		h.Reply(root)
		h.Settled()
		before := h.Sim.Messages(h.Group.ID)
		h.Write(h.Group, h.Alice, "@trackbot "+c.then, root.ID)
		apptest.Shows(t, h.Next(h.Group, append(before, h.Sim.Messages(h.Group.ID)...)), c.shows...)
	}
}
