package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"trackbot/internal/queue"
	"trackbot/internal/simulator"
)

// dataOf is what the button or row of a card carries that asks a command about a text.
func dataOf(t *testing.T, m simulator.Message, ask, text string) map[string]any {
	t.Helper()
	var found map[string]any
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				look(one)
			}
		case map[string]any:
			if v["ask"] == ask && (v["text"] == text || text == "" && v["text"] == nil) {
				found = v
			}
			for _, one := range v {
				look(one)
			}
		}
	}
	var card any
	if err := json.Unmarshal(m.Attachments[0].Content, &card); err != nil {
		t.Fatal(err)
	}
	if look(card); found == nil {
		t.Fatalf("no button asks %s %q: %s", ask, text, m.Attachments[0].Content)
	}
	return found
}

// TestOutsidersButtons presses, as an outsider who came later, the buttons of a
// card that was posted while the space was safe.
func TestOutsidersButtons(t *testing.T) {
	h := newHouse(t)
	card := h.askGroup("@trackbot code 1 on example.webex.com")
	mallory := h.sim.Person("mallory")
	h.sim.Join(h.group.ID, mallory.ID, h.alice.ID)
	h.settled()
	h.sim.ResetCalls()
	before := h.sim.Messages(h.group.ID)
	h.sim.Click(t.Context(), mallory.ID, card.ID, "Refresh")
	refusal := h.next(h.group, before)
	shows(t, refusal, "Sorry")
	h.sim.Press(t.Context(), mallory.ID, card.ID, dataOf(t, card, "codes", ""))
	h.settled()
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls for an outsider's press, want none", n)
	}
	after := h.sim.Messages(h.group.ID)[len(before):]
	if len(after) != 1 {
		t.Errorf("%d messages for an outsider's presses, want one refusal", len(after))
	}
	noData(t, after...)
}

// TestButtonsThatWereNotMadeHere presses, as somebody who may ask.
func TestButtonsThatWereNotMadeHere(t *testing.T) {
	h := newHouse(t)
	other := h.sim.Group("Other", h.alice.ID)
	card := h.askGroup("@trackbot code 1 on example.webex.com")
	there := h.reply(h.write(other, h.alice, "@trackbot help", ""))
	good := dataOf(t, card, "code", "1")
	changed := func(key string, v any) map[string]any {
		data := maps.Clone(good)
		data[key] = v
		return data
	}
	h.settled()
	h.sim.ResetCalls()
	for name, c := range map[string]struct {
		on   simulator.Message
		data map[string]any
	}{
		"another command":       {card, changed("ask", "codes")},
		"another code":          {card, changed("text", "2")},
		"another site":          {card, changed("site", "emea.example.webex.com")},
		"another thread":        {card, changed("root", there.ID)},
		"another kind of space": {card, changed("room", "person")},
		"a longer life":         {card, changed("until", good["until"].(float64)+1)}, //nolint:forcetypeassert // a number in JSON
		"without signature":     {card, changed("sig", "")},
		"a foreign signature":   {card, changed("sig", strings.Repeat("A", 43))},
		"of another space":      {there, good},
		"out of thin air":       {card, map[string]any{"ask": "code", "text": "1", "site": "example.webex.com"}},
	} {
		before := h.sim.Messages(c.on.RoomID)
		h.sim.Press(t.Context(), h.alice.ID, c.on.ID, c.data)
		answer := h.next(simulator.Space{ID: c.on.RoomID}, before)
		if !strings.Contains(answer.Markdown, "no longer works") {
			t.Errorf("%s: answered %q", name, answer.Markdown)
		}
		noData(t, answer)
	}
	h.settled()
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls, want none", n)
	}
}

func TestSecondPressWithinASecondIsOneAnswer(t *testing.T) {
	h := newHouse(t)
	card := h.askGroup("@trackbot code 1 on example.webex.com")
	h.settled()
	before := h.sim.Messages(h.group.ID)
	h.sim.Click(t.Context(), h.alice.ID, card.ID, "Refresh")
	h.sim.Click(t.Context(), h.alice.ID, card.ID, "Refresh")
	h.sim.Click(t.Context(), h.sim.Person("bob").ID, card.ID, "Refresh") // somebody else's press is theirs
	first := h.next(h.group, before)
	h.next(h.group, append(before, first))
	h.settled()
	if got := len(h.sim.Messages(h.group.ID)) - len(before); got != 2 {
		t.Errorf("%d answers to a double press and one of somebody else, want 2", got)
	}
}

func TestButtonsOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	s1, err := openInstall(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	s2, err := openInstall(t, dir)
	if err != nil || s1 != s2 {
		t.Errorf("after a restart a button is signed %q, %v, want %q", s2, err, s1)
	}
	if s3, err := openInstall(t, t.TempDir()); err != nil || s3 == s1 {
		t.Errorf("another installation signs the same, %v", err)
	}
}

// openInstall opens an installation's state and signs something with its key.
func openInstall(t *testing.T, dir string) (sig string, err error) {
	t.Helper()
	q, err := queue.Open(t.Context(), queue.Options{Dir: dir, Reserve: 1, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, q.Close(context.WithoutCancel(t.Context()))) }()
	s, err := newShared(t.Context(), q, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	signs, err := s.signer(t.Context())
	if err != nil {
		return "", err
	}
	return signs.Sign([]string{"code"}, "room", time.Unix(2_000_000_000, 0)), nil
}
