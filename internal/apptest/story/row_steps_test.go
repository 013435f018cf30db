package story

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"trackbot/cards"
	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

func rowsHouse(t *testing.T, env ...string) *apptest.World {
	t.Helper()
	h := apptest.NewForAdmin(t, append(env, "SITE_NICKNAMES=eu="+grown)...)
	h.Sim.PutUserCode(documented, h.Alice.ID, "Department", "Sales")
	h.Sim.PutCode(grown, simulator.TrackingCode{
		Name: "Department", InputMode: "select", HostProfileCode: "optional",
		Options: []simulator.Option{{Value: "Engineering", DefaultValue: true}, {Value: "Legal"}, {Value: "Marketing"}},
	})
	return h
}

// begin asks in a new thread and returns the answer and the thread's root: 1:1
// the question, in a group what somebody wrote before.
func begin(h *apptest.World, space simulator.Space, text string) (answer simulator.Message, root simulator.Message) {
	h.T.Helper()
	if space.ID == h.Direct.ID {
		root = h.Write(space, h.Alice, text, "")
		return h.Reply(root), root
	}
	root = h.Write(space, h.Alice, "Does anybody know this?", "")
	return h.Reply(h.Write(space, h.Alice, "@trackbot "+text, root.ID)), root
}

// said counts what the bot wrote anywhere.
func said(h *apptest.World, space simulator.Space) int {
	n := len(h.BotMessages(h.Direct)) + len(h.BotMessages(h.Group))
	if space.ID != h.Direct.ID && space.ID != h.Group.ID {
		n += len(h.BotMessages(space))
	}
	return n
}

func typedRow(h *apptest.World, space simulator.Space, r row) {
	h.T.Helper()
	before, want := said(h, space), 1+r.more
	first := r.typed
	if r.after != "" {
		first = r.after
		want++
	}
	answer, root := begin(h, space, first)
	if r.after != "" {
		h.Settled()
		answer = h.Reply(h.Write(space, h.Alice, "@trackbot "+r.typed, root.ID))
	}
	h.Settled()
	holds(h, r, root, answer, said(h, space)-before, want)
}

func buttonRow(h *apptest.World, space simulator.Space, r row) {
	h.T.Helper()
	before := said(h, space)
	from := r.from
	if from == "" {
		from = "help"
	}
	card, root := begin(h, space, from)
	for _, a := range r.by {
		h.Settled()
		card = do(h, r, root, card, a)
	}
	h.Settled()
	holds(h, r, root, card, said(h, space)-before, 1+len(r.by)-r.in+r.more)
}

// do does one step on a card, and waits for what it brings to the thread.
func do(h *apptest.World, r row, root, card simulator.Message, a act) simulator.Message {
	h.T.Helper()
	known := make(map[string]bool)
	for _, m := range h.InThread(root) {
		known[apptest.AsOf(m)] = true
	}
	if a.tap != nil {
		h.Sim.Press(h.T.Context(), h.Alice.ID, card.ID, carried(h.T, r.name, card, a.tap))
	} else {
		h.Sim.Submit(h.T.Context(), h.Alice.ID, card.ID, onButton(h.T, card, a.title), a.fill)
	}
	ctx, cancel := context.WithTimeout(h.T.Context(), time.Minute)
	defer cancel()
	m, err := h.Sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == card.RoomID && m.ParentID == root.ID && m.PersonID == h.Sim.Bot().ID && !known[apptest.AsOf(m)]
	})
	if err != nil {
		h.T.Fatalf("%s: no answer in the thread to %v: %v", r.name, a, err)
	}
	return m
}

// onButton is a title as the card's button shows it: it may be cut.
func onButton(t *testing.T, m simulator.Message, title string) string {
	t.Helper()
	var card cards.Card
	if err := json.Unmarshal(m.Attachments[0].Content, &card); err != nil {
		t.Fatal(err)
	}
	shown := title
	card.EachAction(func(a *cards.Action) {
		if cut, is := strings.CutSuffix(a.Title, "…"); is && strings.HasPrefix(title, cut) {
			shown = a.Title
		}
	})
	return shown
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
		t.Fatalf("%s: nothing on the card carries %v:\n%s", name, want, apptest.Drawn(t, m))
	}
	return found
}

// fits reports whether data ask the wanted command, with the wanted words in the
// question.
func fits(data, want map[string]any) bool {
	question, _ := data["question"].(string)
	words, _ := want["question"].(string)
	return data["ask"] == want["ask"] && strings.Contains(question, words)
}

// holds fails unless an answer is what a row says, with a valid card within our
// budget, once in its thread and nowhere else.
func holds(h *apptest.World, r row, root, answer simulator.Message, n, want int) {
	h.T.Helper()
	thread := h.InThread(root)
	if len(thread) != want || n != want {
		h.T.Errorf("%s: the bot wrote %d messages, %d of them in the thread; want %d and all there", r.name, n, len(thread), want)
	}
	var said, files strings.Builder
	for _, m := range thread {
		said.WriteString(m.Markdown + "\n")
		for _, address := range m.Files {
			files.WriteString(content(h.Sim.File(address).Data))
		}
		for _, a := range m.Attachments {
			if len(a.Content) > cards.MaxCard {
				h.T.Errorf("%s: a card of %d bytes", r.name, len(a.Content))
			}
		}
	}
	if answer.ParentID != root.ID || len(answer.Attachments) != 1 {
		h.T.Fatalf("%s: the answer is in the thread %q with %d cards: %s", r.name, answer.ParentID, len(answer.Attachments), answer.Markdown)
	}
	apptest.Shows(h.T, answer, r.shows...)
	headed(h.T, answer, r.site)
	for _, words := range r.later {
		if !strings.Contains(apptest.Squeeze(said.String()), apptest.Squeeze(words)) {
			h.T.Errorf("%s: nothing in the thread says %q:\n%s", r.name, words, said.String())
		}
	}
	if !strings.Contains(files.String(), r.file) {
		h.T.Errorf("%s: no file in the thread holds %q:\n%.300s", r.name, r.file, files.String())
	}
	if h.T.Failed() {
		h.T.Fatalf("%s: see above", r.name)
	}
}

// headed fails unless the titles of card and markdown name the site.
func headed(t *testing.T, m simulator.Message, site string) {
	t.Helper()
	var card struct{ Body []json.RawMessage }
	if err := json.Unmarshal(m.Attachments[0].Content, &card); err != nil {
		t.Fatal(err)
	}
	title := m.Markdown[max(0, strings.Index(m.Markdown, "**")):] // behind what answers the question
	title, _, _ = strings.Cut(title, "\n")
	if !strings.Contains(string(card.Body[0]), site) || !strings.Contains(apptest.Squeeze(title), site) {
		t.Errorf("the header does not name %s:\n%s\n%s", site, card.Body[0], title)
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
