package story

import (
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
)

const (
	documented = "example.webex.com"
	grown      = "emea.example.webex.com"
)

// act is one step of the way to an answer by hand alone.
type act struct {
	title string            // of the button that is pressed
	fill  map[string]string // the card's inputs, before that
	tap   map[string]any    // instead: what the row that is tapped carries, at least
}

func press(title string) act { return act{title: title} }

func tap(ask, words string) act { return act{tap: map[string]any{"ask": ask, "question": words}} }

func tapCodes(site string) act { return tap("codes", site) }

// asking is the way from help to a question that names nothing.
func asking(command string) []act { return []act{tap("help", command), press("Ask it")} }

// askingMore is that to one behind a line "More: …" of help.
func askingMore(group, command string) []act {
	return append([]act{tap("help", "more: "+group)}, asking(command)...)
}

func submit(title string, inputs map[string]string) act { return act{title: title, fill: inputs} }

// row is one question of what the bot can be asked.
type row struct {
	name  string
	after string // asked before in the same thread
	typed string
	from  string // the question whose card the way by button begins at; empty: help
	by    []act
	in    int      // of these steps, how many change the card in place
	site  string   // what the header names; empty: the answer shows no site's data
	shows []string // on the card and in the markdown
	later []string // what the messages after the answer say
	file  string   // what the file in the thread holds
	more  int      // messages after the answer
	admin bool     // for admins alone
}

// rows are every way to ask that README lists. Some set a site that
// the next ones show, so they go in this order.
func rows() []row {
	toGrown := []act{press("All sites"), tapCodes(grown)}
	toOptions := append(slices.Clone(toGrown), tap("code", `"id":"5"`), press("All options"))
	toUse := []act{press("All sites"), press("Where am I?"), press("Choose another")}
	return []row{
		{
			name: "codes on SITE", typed: "codes on " + documented, by: []act{press("codes")}, site: documented,
			shows: []string{"3 tracking codes", "Department", "pick from the list", "Design", "required", "Cost Center"},
		},
		{
			name: "codes", typed: "codes", by: asking("codes"), site: documented,
			shows: []string{"the default site in Webex", "3 tracking codes"},
		},
		{name: "codes on a nickname", typed: "codes on eu", by: toGrown, site: grown, shows: []string{"Business Unit"}},
		{name: "codes on a first label", typed: "codes on emea", by: toGrown, site: grown, shows: []string{"Business Unit"}},
		{
			name: "options", typed: "options of Cost Center on " + grown, by: toOptions, site: grown,
			shows: []string{"500 options", "1–10 of 500", "Default: CC-1041", "CC-1000"},
		},
		{
			name: "options containing", typed: "options of Cost Center on " + grown + " containing 77", site: grown, in: 1,
			by: append(toOptions, submit("Search", map[string]string{"form.filter": "77"})), shows: []string{"that contain", "CC-1077"},
		},
		{
			name: "options as a file", typed: "options of Cost Center on " + grown + " as a file", by: append(toOptions, press("As a file")),
			site: grown, shows: []string{"500 options", "as a file below"}, file: "CC-1499", more: 1,
		},
		{name: "sites", typed: "sites", by: []act{press("All sites")}, shows: []string{"2 sites you can ask", documented, "also called emea, eu", "default"}},
		{
			name: "use SITE here", typed: "use emea here", by: append(toUse, submit("Use it here", map[string]string{"form.site": grown})),
			shows: []string{grown + " is now the site of this"},
		},
		{name: "the space's site", typed: "codes", by: asking("codes"), site: grown, shows: []string{"the site of this"}},
		{name: "where", typed: "where", by: toUse[:2], shows: []string{"Which site", grown, "This space"}},
		{name: "use none here", typed: "use default here", by: append(toUse, press("None here")), shows: []string{"No site is chosen for this"}},
		{
			name: "use SITE", typed: "use eu", by: append(toUse, submit("Use it for me", map[string]string{"form.site": grown})),
			shows: []string{grown + " is now the site of your own questions"},
		},
		{name: "one's own site", typed: "codes", by: asking("codes"), site: grown, shows: []string{"your own site"}},
		{name: "use none", typed: "use default", by: append(toUse, press("None for me")), shows: []string{"No site is chosen for your own questions"}},
		{
			name: "codes of PERSON", typed: "codes of alice@example.com on " + documented, admin: true, site: documented,
			by:    append(asking("values"), submit("Show", map[string]string{"form.person": "alice@example.com", "form.site": documented})),
			shows: []string{"Your tracking codes", "Department", "Value: Sales", "Required but empty", "Cost Center"},
		},
		{
			name: "codes of, by its form", typed: "codes of alice@example.com", admin: true, from: "codes of", site: documented,
			by:    []act{submit("Show", map[string]string{"form.person": "Alice@example.com", "form.site": documented})},
			shows: []string{"Your tracking codes"},
		},
		{
			name: "what PERSON sees", typed: "what does alice@example.com see on " + documented, admin: true, site: documented,
			by:    append(askingMore("people", "hostview"), submit("Show", map[string]string{"form.person": "alice@example.com", "form.site": documented})),
			shows: []string{"What you see for meetings", "Your value: Sales", "Required and empty"},
		},
		{
			name: "who is missing", typed: "who is missing Department on " + documented + "\nalice@example.com\nbob@example.com", admin: true,
			by:   append(askingMore("for admins", "missing"), submit("Check", map[string]string{"form.code": "1", "form.people": "alice@example.com\nbob@example.com"})),
			site: documented, shows: []string{"Checking who is missing Department", "2 people"}, more: 2,
			later: []string{"Missing Department: 1 of 2", documented}, file: "bob@example.com,,missing",
		},
		{
			name: "who is missing, by its form", typed: "who is missing 1 on example alice@example.com, bob@example.com", admin: true,
			from: "who is missing on " + documented, by: []act{submit("Check", map[string]string{"form.code": "1", "form.people": "bob@example.com\nAlice <alice@example.com>"})},
			site: documented, shows: []string{"Checking who is missing Department", "2 people"}, more: 2,
			later: []string{"Missing Department: 1 of 2"}, file: "alice@example.com,Sales,set",
		},
		{
			name: "compare one", typed: "compare Department on " + documented + " and " + grown, site: documented + " and " + grown,
			by:    append(asking("compare"), submit("Compare", map[string]string{"form.code": "Department", "form.also": grown})),
			shows: []string{"Department differs", "Options that aren't everywhere", "Legal"},
		},
		{
			name: "compare all", typed: "compare codes on example and emea", site: documented + " and " + grown,
			by:    append(asking("compare"), submit("Compare", map[string]string{"form.also": grown})),
			shows: []string{"Different", "Only on emea", "Cost Center"},
		},
		{
			name: "compare, by its form", typed: "compare Department on example and eu", from: "compare", site: documented + " and " + grown,
			by:    []act{submit("Compare", map[string]string{"form.code": "1", "form.also": grown})},
			shows: []string{"Department differs"},
		},
		{
			name: "check SITE", typed: "check " + documented, by: asking("check"), site: documented,
			shows: []string{"things to look at", "Why:", "To do:"},
		},
		{
			name: "export", typed: "export codes on " + documented, by: asking("export"), site: documented,
			shows: []string{"Export of 3 tracking codes", "follows in this thread"}, file: "\ufeffCode ID,Tracking code", more: 1,
		},
		{
			name: "export as csv", typed: "export codes on " + documented + " as csv", site: documented,
			by:    append(asking("check"), press("Export")),
			shows: []string{"Export of 3 tracking codes", ".csv"}, file: "\ufeffCode ID,Tracking code", more: 1,
		},
		{
			name: "export as json", typed: "export codes on " + documented + " as json", site: documented,
			from: "export codes on " + documented + " as xml", by: []act{press("As JSON")},
			shows: []string{"Export of 3 tracking codes", ".json"}, file: `"siteUrl": "example.webex.com"`, more: 1,
		},
		{
			name: "export for Control Hub", typed: "export Department on " + documented + " as control hub", site: documented,
			from: "export Department on " + documented + " as xml", by: []act{press("For Control Hub")},
			shows: []string{"Export of 1 tracking code", "UTF-16LE"}, file: "Code ID\tTracking code", more: 1,
		},
		{name: "find", typed: "find Marketing", by: []act{press("find"), submit("Find", map[string]string{"form.term": "Marketing"})}, site: documented + ", " + grown, shows: []string{"1 code, 1 option", "Department", "Marketing"}},
		{
			name: "why", after: "tracking code 1 on example.webex.com", typed: "why", from: "tracking code 1 on example.webex.com", by: []act{press("Why?")},
			shows: []string{"How that came about", "code “1”", "example.webex.com: named in the question", "1 call to Webex"},
		},
		{name: "status", typed: "status", by: askingMore("this bot", "status"), shows: []string{"I am well", "Admin token", "Queue", "Version"}},
		{name: "help", typed: "help", by: []act{tap("help", "more: this bot"), tap("help", "why"), press("All of help")}, shows: []string{"What you can ask", "codes on " + documented, "More: sites", "More: for admins of this bot", "who is missing"}},
		{name: "help COMMAND", typed: "help export", by: []act{tap("help", "export")}, shows: []string{"export codes on SITE as csv, json or control hub", "export Department on " + documented}},
	}
}

// TestEveryRow asks every row 1:1 and in a thread of a group, typed and by
// buttons alone.
func TestEveryRow(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"1:1", "group"} {
		for _, way := range []string{"typed", "by button"} {
			t.Run(where+" "+way, func(t *testing.T) {
				t.Parallel()
				h := rowsHouse(t)
				space := h.Direct
				if where == "group" {
					space = h.Sim.Group("Admins", h.Alice.ID) // where all who read may see all
					h.Next(space, nil)
				}
				for _, r := range rows() {
					if way == "typed" {
						typedRow(h, space, r)
					} else {
						buttonRow(h, space, r)
					}
				}
				if log := h.Log.String(); strings.Contains(log, "Webex refused") {
					t.Error("Webex refused a card, a file or a thread")
				}
			})
		}
	}
}

// TestAdminRowsAmongOthers: what is for admins goes to the admin alone where
// somebody else reads.
func TestAdminRowsAmongOthers(t *testing.T) {
	t.Parallel()
	h := rowsHouse(t)
	for _, r := range rows() {
		if !r.admin {
			continue
		}
		before, elsewhere := said(h, h.Group), len(h.BotMessages(h.Direct))
		typed := r.typed
		if r.more == 0 {
			typed = strings.Replace(typed, "alice@", "bob@", 1) // one's own values one may show
		}
		line, root := begin(h, h.Group, typed)
		apptest.Shows(t, line, "I answered you 1:1")
		apptest.NoData(t, line)
		h.Settled()
		if n := len(h.InThread(root)); n != 1 || said(h, h.Group)-before != 2+r.more {
			t.Errorf("%s: %d messages in the thread and %d in all, want 1 and %d", r.name, n, said(h, h.Group)-before, 2+r.more)
		}
		direct := h.BotMessages(h.Direct)
		apptest.Shows(t, direct[elsewhere], strings.NewReplacer("alice@", "bob@", "Your", "bob@example.com's", "you see", "bob@example.com sees").Replace(r.shows[0]), documented, "I'm replying here because not everyone in that space may see it.")
	}
}
