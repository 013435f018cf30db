package main

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"trackbot/cards"
	"trackbot/internal/simulator"
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

func tap(ask, text string) act { return act{tap: map[string]any{"ask": ask, "text": text}} }

func tapCodes(site string) act { return act{tap: map[string]any{"ask": "codes", "site": site}} }

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
	toGrown := []act{press("sites"), tapCodes(grown)}
	toOptions := append(slices.Clone(toGrown), tap("code", "5"), press("Search the options"))
	toUse := []act{press("sites"), press("Where am I?"), press("Choose another")}
	return []row{
		{
			name: "codes on SITE", typed: "codes on " + documented, by: []act{press("codes on " + documented)}, site: documented,
			shows: []string{"3 tracking codes", "Department", "pick from the list", "Design", "required", "Cost Center"},
		},
		{
			name: "codes", typed: "codes", by: []act{tap("help", "codes"), press("codes")}, site: documented,
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
		{name: "sites", typed: "sites", by: []act{press("sites")}, shows: []string{"2 sites you can ask", documented, "also called emea, eu", "default"}},
		{
			name: "use SITE here", typed: "use emea here", by: append(toUse, submit("Use it here", map[string]string{"form.text": grown})),
			shows: []string{grown + " is now the site of this"},
		},
		{name: "the space's site", typed: "codes", by: []act{tap("help", "codes"), press("codes")}, site: grown, shows: []string{"the site of this"}},
		{name: "where", typed: "where", by: toUse[:2], shows: []string{"Which site", grown, "This space"}},
		{name: "use none here", typed: "use default here", by: append(toUse, press("None here")), shows: []string{"No site is chosen for this"}},
		{
			name: "use SITE", typed: "use eu", by: append(toUse, submit("Use it for me", map[string]string{"form.text": grown})),
			shows: []string{grown + " is now the site of your own questions"},
		},
		{name: "one's own site", typed: "codes", by: []act{tap("help", "codes"), press("codes")}, site: grown, shows: []string{"your own site"}},
		{name: "use none", typed: "use default", by: append(toUse, press("None for me")), shows: []string{"No site is chosen for your own questions"}},
		{
			name: "codes of PERSON", typed: "codes of alice@example.com on " + documented, admin: true, site: documented,
			by:    []act{tap("help", "personal"), press("codes of alice@example.com on " + documented)},
			shows: []string{"Tracking codes of alice@example.com", "Department", "Value: Sales", "Missing though required", "Cost Center"},
		},
		{
			name: "codes of, by its form", typed: "codes of alice@example.com", admin: true, from: "codes of", site: documented,
			by:    []act{submit("Show", map[string]string{"form.text": "Alice@example.com", "form.site": documented})},
			shows: []string{"Tracking codes of alice@example.com"},
		},
		{
			name: "what PERSON sees", typed: "what does alice@example.com see on " + documented, admin: true, site: documented,
			by:    []act{tap("help", "sees"), press("what does alice@example.com see on " + documented)},
			shows: []string{"What alice@example.com sees for Meetings", "Own value: Sales", "Required, and nothing is filled in"},
		},
		{
			name: "who is missing", typed: "who is missing Department on " + documented + "\nalice@example.com\nbob@example.com", admin: true,
			by:   []act{tap("help", "missing"), tap("missing", "Department")},
			site: documented, shows: []string{"Checking who is missing Department", "2 people"}, more: 2,
			later: []string{"Missing Department: 1 of 2", documented}, file: "bob@example.com,,missing",
		},
		{
			name: "who is missing, by its form", typed: "who is missing 1 on example alice@example.com, bob@example.com", admin: true,
			from: "who is missing on " + documented, by: []act{submit("Check", map[string]string{"form.text": "1", "form.rest": "bob@example.com\nAlice <alice@example.com>"})},
			site: documented, shows: []string{"Checking who is missing Department", "2 people"}, more: 2,
			later: []string{"Missing Department: 1 of 2"}, file: "alice@example.com,Sales,set",
		},
		{
			name: "compare one", typed: "compare Department on " + documented + " and " + grown, site: documented + " and " + grown,
			by:    []act{tap("help", "compare"), press("compare Department on " + documented + " and " + grown)},
			shows: []string{"Department differs", "Options only on example.webex.com (2)", "Legal"},
		},
		{
			name: "compare all", typed: "compare codes on example and emea", site: documented + " and " + grown,
			by:    []act{tap("help", "compare"), press("compare codes on " + documented + " and " + grown)},
			shows: []string{"Different", "Only on " + grown, "Cost Center"},
		},
		{
			name: "compare, by its form", typed: "compare Department on example and eu", from: "compare", site: documented + " and " + grown,
			by:    []act{submit("Compare", map[string]string{"form.text": "1", "form.also": grown})},
			shows: []string{"Department differs"},
		},
		{
			name: "check SITE", typed: "check " + documented, by: []act{tap("help", "check"), press("check " + documented)}, site: documented,
			shows: []string{"things to look at", "Why:", "To do:"},
		},
		{
			name: "export", typed: "export codes on " + documented, by: []act{tap("help", "export"), press("export codes on " + documented)}, site: documented,
			shows: []string{"Export of 3 tracking codes", "follows in this thread"}, file: "\ufeffCode ID,Tracking code", more: 1,
		},
		{
			name: "export as csv", typed: "export codes on " + documented + " as csv", site: documented,
			by:    []act{tap("help", "check"), press("check " + documented), press("Export")},
			shows: []string{"Export of 3 tracking codes", ".csv"}, file: "\ufeffCode ID,Tracking code", more: 1,
		},
		{
			name: "export as json", typed: "export codes on " + documented + " as json", site: documented,
			by:    []act{tap("help", "export"), press("export codes on " + documented + " as json")},
			shows: []string{"Export of 3 tracking codes", ".json"}, file: `"siteUrl": "example.webex.com"`, more: 1,
		},
		{
			name: "export for Control Hub", typed: "export Department on " + documented + " as control hub", site: documented,
			by:    []act{tap("help", "export"), press("export Department on " + documented + " as control hub")},
			shows: []string{"Export of 1 tracking code", "UTF-16LE"}, file: "Code ID\tTracking code", more: 1,
		},
		{name: "find", typed: "find Marketing", by: []act{press("find Marketing")}, site: documented + ", " + grown, shows: []string{"1 code, 1 option", "Department", "Marketing"}},
		{
			name: "why", after: "tracking code 1 on example.webex.com", typed: "why", from: "tracking code 1 on example.webex.com", by: []act{press("Why?")},
			shows: []string{"How that came about", "code “1”", "example.webex.com: named in the question", "1 call to Webex"},
		},
		{name: "status", typed: "status", by: []act{tap("help", "status"), press("status")}, shows: []string{"I am well", "Admin token", "Queue", "Version"}},
		{name: "help", typed: "help", by: []act{tap("help", "why"), press("All of help")}, shows: []string{"What you can ask", "Look up", "codes on " + documented, "who is missing"}},
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
				space := h.direct
				if where == "group" {
					space = h.sim.Group("Admins", h.alice.ID) // where all who read may see all
					h.next(space, nil)
				}
				for _, r := range rows() {
					if way == "typed" {
						h.typedRow(space, r)
					} else {
						h.buttonRow(space, r)
					}
				}
				if log := h.log.String(); strings.Contains(log, "Webex refused") {
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
		before, elsewhere := h.said(h.group), len(h.botMessages(h.direct))
		typed := r.typed
		if r.more == 0 {
			typed = strings.Replace(typed, "alice@", "bob@", 1) // one's own values one may show
		}
		line, root := h.begin(h.group, typed)
		shows(t, line, "I answered you 1:1")
		noData(t, line)
		h.settled()
		if n := len(h.inThread(root)); n != 1 || h.said(h.group)-before != 2+r.more {
			t.Errorf("%s: %d messages in the thread and %d in all, want 1 and %d", r.name, n, h.said(h.group)-before, 2+r.more)
		}
		direct := h.botMessages(h.direct)
		shows(t, direct[elsewhere], strings.Replace(r.shows[0], "alice@", "bob@", 1), documented, "You asked in a space where somebody may not read this")
	}
}

func rowsHouse(t *testing.T, env ...string) *house {
	t.Helper()
	h := boss(t, append(env, "SITE_NICKNAMES=eu="+grown)...)
	h.sim.PutUserCode(documented, h.alice.ID, "Department", "Sales")
	h.sim.PutCode(grown, simulator.TrackingCode{
		Name: "Department", InputMode: "select", HostProfileCode: "optional",
		Options: []simulator.Option{{Value: "Engineering", DefaultValue: true}, {Value: "Legal"}, {Value: "Marketing"}},
	})
	return h
}

// begin asks in a new thread and returns the answer and the thread's root: 1:1
// the question, in a group what somebody wrote before.
func (h *house) begin(space simulator.Space, text string) (answer simulator.Message, root simulator.Message) {
	h.t.Helper()
	if space.ID == h.direct.ID {
		root = h.write(space, h.alice, text, "")
		return h.reply(root), root
	}
	root = h.write(space, h.alice, "Does anybody know this?", "")
	return h.reply(h.write(space, h.alice, "@trackbot "+text, root.ID)), root
}

// said counts what the bot wrote anywhere.
func (h *house) said(space simulator.Space) int {
	n := len(h.botMessages(h.direct)) + len(h.botMessages(h.group))
	if space.ID != h.direct.ID && space.ID != h.group.ID {
		n += len(h.botMessages(space))
	}
	return n
}

func (h *house) typedRow(space simulator.Space, r row) {
	h.t.Helper()
	before, want := h.said(space), 1+r.more
	first := r.typed
	if r.after != "" {
		first = r.after
		want++
	}
	answer, root := h.begin(space, first)
	if r.after != "" {
		h.settled()
		answer = h.reply(h.write(space, h.alice, "@trackbot "+r.typed, root.ID))
	}
	h.settled()
	h.holds(r, root, answer, h.said(space)-before, want)
}

func (h *house) buttonRow(space simulator.Space, r row) {
	h.t.Helper()
	before := h.said(space)
	from := r.from
	if from == "" {
		from = "help"
	}
	card, root := h.begin(space, from)
	for _, a := range r.by {
		h.settled()
		card = h.do(r, root, card, a)
	}
	h.settled()
	h.holds(r, root, card, h.said(space)-before, 1+len(r.by)-r.in+r.more)
}

// do does one step on a card, and waits for what it brings to the thread.
func (h *house) do(r row, root, card simulator.Message, a act) simulator.Message {
	h.t.Helper()
	known := make(map[string]bool)
	for _, m := range h.inThread(root) {
		known[asOf(m)] = true
	}
	if a.tap != nil {
		h.sim.Press(h.t.Context(), h.alice.ID, card.ID, carried(h.t, r.name, card, a.tap))
	} else {
		h.sim.Submit(h.t.Context(), h.alice.ID, card.ID, onButton(a.title), a.fill)
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	m, err := h.sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == card.RoomID && m.ParentID == root.ID && m.PersonID == h.sim.Bot().ID && !known[asOf(m)]
	})
	if err != nil {
		h.t.Fatalf("%s: no answer in the thread to %v: %v", r.name, a, err)
	}
	return m
}

// onButton is a title as a button shows it: at most 60 characters.
func onButton(title string) string {
	if r := []rune(title); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return title
}

// carried is what the first element of a card carries that has at least these data.
func carried(t *testing.T, name string, m simulator.Message, want map[string]any) map[string]any {
	t.Helper()
	var card any
	if err := json.Unmarshal(m.Attachments[0].Content, &card); err != nil {
		t.Fatal(err)
	}
	var look func(v any) map[string]any
	look = func(v any) map[string]any {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				if found := look(one); found != nil {
					return found
				}
			}
		case map[string]any:
			if data, ok := v["data"].(map[string]any); ok && fits(data, want) {
				return data
			}
			for _, one := range v {
				if found := look(one); found != nil {
					return found
				}
			}
		}
		return nil
	}
	found := look(card)
	if found == nil {
		t.Fatalf("%s: nothing on the card carries %v:\n%s", name, want, drawn(t, m))
	}
	return found
}

func fits(data, want map[string]any) bool {
	both := maps.Clone(data)
	maps.Copy(both, want)
	return maps.Equal(both, data)
}

// holds fails unless an answer is what a row says, with a valid card within our
// budget, once in its thread and nowhere else.
func (h *house) holds(r row, root, answer simulator.Message, n, want int) {
	h.t.Helper()
	thread := h.inThread(root)
	if len(thread) != want || n != want {
		h.t.Errorf("%s: the bot wrote %d messages, %d of them in the thread; want %d and all there", r.name, n, len(thread), want)
	}
	var said, files strings.Builder
	for _, m := range thread {
		said.WriteString(m.Markdown + "\n")
		for _, address := range m.Files {
			files.WriteString(content(h.sim.File(address).Data))
		}
		for _, a := range m.Attachments {
			if len(a.Content) > cards.MaxCard {
				h.t.Errorf("%s: a card of %d bytes", r.name, len(a.Content))
			}
		}
	}
	if answer.ParentID != root.ID || len(answer.Attachments) != 1 {
		h.t.Fatalf("%s: the answer is in the thread %q with %d cards: %s", r.name, answer.ParentID, len(answer.Attachments), answer.Markdown)
	}
	shows(h.t, answer, r.shows...)
	headed(h.t, answer, r.site)
	for _, words := range r.later {
		if !strings.Contains(squeeze(said.String()), squeeze(words)) {
			h.t.Errorf("%s: nothing in the thread says %q:\n%s", r.name, words, said.String())
		}
	}
	if !strings.Contains(files.String(), r.file) {
		h.t.Errorf("%s: no file in the thread holds %q:\n%.300s", r.name, r.file, files.String())
	}
	if h.t.Failed() {
		h.t.Fatalf("%s: see above", r.name)
	}
}

// headed fails unless the first lines of card and markdown name the site.
func headed(t *testing.T, m simulator.Message, site string) {
	t.Helper()
	var card struct{ Body []json.RawMessage }
	if err := json.Unmarshal(m.Attachments[0].Content, &card); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(m.Markdown, "\n")
	if !strings.Contains(string(card.Body[0]), site) || !strings.Contains(squeeze(first), site) {
		t.Errorf("the header does not name %s:\n%s\n%s", site, card.Body[0], first)
	}
}

// content is a file as text, also where it is in UTF-16LE.
func content(data []byte) string {
	if len(data) < 2 || data[0] != 0xFF || data[1] != 0xFE {
		return string(data)
	}
	var units []uint16
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i])|uint16(data[i+1])<<8)
	}
	return string(utf16.Decode(units))
}
