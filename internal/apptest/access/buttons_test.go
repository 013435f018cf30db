package access

import (
	"maps"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// TestOutsidersButtons presses, as an outsider who came later, the buttons of a
// card that was posted while the space was safe.
func TestOutsidersButtons(t *testing.T) {
	h := apptest.New(t)
	card := h.AskGroup("@trackbot code 1 on example.webex.com")
	mallory := h.Sim.Person("mallory")
	h.Sim.Join(h.Group.ID, mallory.ID, h.Alice.ID)
	h.Settled()
	h.Sim.ResetCalls()
	before := h.Sim.Messages(h.Group.ID)
	h.Sim.Click(t.Context(), mallory.ID, card.ID, "Refresh")
	refusal := h.Next(h.Group, before)
	apptest.Shows(t, refusal, "Sorry")
	h.Sim.Press(t.Context(), mallory.ID, card.ID, apptest.DataOf(t, card, "codes", ""))
	h.Settled()
	if n := h.AdminCalls(); n != 0 {
		t.Errorf("%d admin calls for an outsider's press, want none", n)
	}
	after := h.Sim.Messages(h.Group.ID)[len(before):]
	if len(after) != 1 {
		t.Errorf("%d messages for an outsider's presses, want one refusal", len(after))
	}
	apptest.NoData(t, after...)
}

// TestButtonsThatWereNotMadeHere presses, as somebody who may ask.
func TestButtonsThatWereNotMadeHere(t *testing.T) {
	h := apptest.New(t)
	other := h.Sim.Group("Other", h.Alice.ID)
	card := h.AskGroup("@trackbot code 1 on example.webex.com")
	there := h.Reply(h.Write(other, h.Alice, "@trackbot help", ""))
	good := apptest.DataOf(t, card, "code", `"id":"1"`)
	changed := func(key string, v any) map[string]any {
		data := maps.Clone(good)
		data[key] = v
		return data
	}
	h.Settled()
	h.Sim.ResetCalls()
	for name, c := range map[string]struct {
		on   simulator.Message
		data map[string]any
	}{
		"another command":       {card, changed("ask", "codes")},
		"another code":          {card, changed("question", `{"code":{"id":"2"},"sites":["example.webex.com"]}`)},
		"another site":          {card, changed("question", `{"code":{"id":"1"},"sites":["emea.example.webex.com"]}`)},
		"another thread":        {card, changed("root", there.ID)},
		"another kind of space": {card, changed("room", "person")},
		"a longer life":         {card, changed("until", good["until"].(float64)+1)}, //nolint:forcetypeassert // a number in JSON
		"without signature":     {card, changed("sig", "")},
		"a foreign signature":   {card, changed("sig", strings.Repeat("A", 43))},
		"of another space":      {there, good},
		"out of thin air":       {card, map[string]any{"ask": "code", "question": `{"code":{"id":"1"},"sites":["example.webex.com"]}`}},
	} {
		before := h.Sim.Messages(c.on.RoomID)
		h.Sim.Press(t.Context(), h.Alice.ID, c.on.ID, c.data)
		answer := h.Next(simulator.Space{ID: c.on.RoomID}, before)
		if !strings.Contains(answer.Markdown, "no longer works") {
			t.Errorf("%s: answered %q", name, answer.Markdown)
		}
		apptest.NoData(t, answer)
	}
	h.Settled()
	if n := h.AdminCalls(); n != 0 {
		t.Errorf("%d admin calls, want none", n)
	}
}

func TestSecondPressWithinASecondIsOneAnswer(t *testing.T) {
	h := apptest.New(t)
	card := h.AskGroup("@trackbot code 1 on example.webex.com")
	h.Settled()
	before := h.Sim.Messages(h.Group.ID)
	h.Sim.Click(t.Context(), h.Alice.ID, card.ID, "Codes: example")
	h.Sim.Click(t.Context(), h.Alice.ID, card.ID, "Codes: example")
	h.Sim.Click(t.Context(), h.Sim.Person("bob").ID, card.ID, "Codes: example") // somebody else's press is theirs
	first := h.Next(h.Group, before)
	h.Next(h.Group, append(before, first))
	h.Settled()
	if got := len(h.Sim.Messages(h.Group.ID)) - len(before); got != 2 {
		t.Errorf("%d answers to a double press and one of somebody else, want 2", got)
	}
}
