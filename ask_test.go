package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
)

// press fills in a card's inputs, presses one of its buttons as Alice, and
// waits for what the bot writes or changes then.
func (h *house) press(card simulator.Message, title string, inputs map[string]string) simulator.Message {
	h.t.Helper()
	before := make(map[string]string)
	for _, m := range h.sim.Messages(card.RoomID) {
		before[m.ID] = asOf(m)
	}
	h.sim.Submit(h.t.Context(), h.alice.ID, card.ID, title, inputs)
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	m, err := h.sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == card.RoomID && m.PersonID == h.sim.Bot().ID && before[m.ID] != asOf(m)
	})
	if err != nil {
		h.t.Fatalf("no answer to [%s]: %v", title, err)
	}
	return m
}

// asOf tells an edited message from what it was.
func asOf(m simulator.Message) string {
	if m.Updated == nil {
		return m.ID
	}
	return fmt.Sprint(m.ID, m.Updated)
}

// manyCodes gives a site 57 more codes.
func (h *house) manyCodes() {
	for i := range 57 {
		h.sim.PutCode("emea.example.webex.com", simulator.TrackingCode{Name: fmt.Sprintf("Project %02d", i+1), InputMode: "text", HostProfileCode: "optional"})
	}
}

func TestCodesArePagedInPlace(t *testing.T) {
	for _, editable := range []bool{true, false} {
		for _, space := range []string{"1:1", "group"} {
			t.Run(fmt.Sprintf("%s, cards can be edited: %v", space, editable), func(t *testing.T) {
				h := newHouse(t)
				h.sim.SetQuirks(simulator.Quirks{EditCards: editable})
				h.manyCodes()
				ask := h.ask
				if space == "group" {
					ask = func(text string) simulator.Message { return h.askGroup("@trackbot " + text) }
				}
				first := ask("codes on emea.example.webex.com")
				before := len(h.sim.Messages(first.RoomID))
				shows(t, first, "emea.example.webex.com", "1–10 of ")
				second := h.press(first, "Next ›", nil)
				shows(t, second, "emea.example.webex.com", "11–20 of ")
				if second.ParentID != first.ParentID {
					t.Errorf("page 2 is in the thread %q, want %q", second.ParentID, first.ParentID)
				}
				if editable != (second.ID == first.ID) {
					t.Errorf("page 2 is message %q, page 1 was %q", second.ID, first.ID)
				}
				found := h.press(second, "Search", map[string]string{"form.filter": "ject 57"})
				shows(t, found, "Project 57", "1–1 of 1 that contain")
				all := h.press(found, "Show all", nil)
				shows(t, all, "1–10 of ")
				h.settled()
				if got := len(h.sim.Messages(first.RoomID)); got != before {
					t.Errorf("%d messages after paging, want %d as before", got, before)
				}
			})
		}
	}
}

// TestManyPagesStayOneMessage: Webex lets a message be edited ten times.
func TestManyPagesStayOneMessage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sim.SetQuirks(simulator.Quirks{EditCards: true})
	h.manyCodes()
	for i := range 90 {
		h.sim.PutCode("emea.example.webex.com", simulator.TrackingCode{Name: fmt.Sprintf("More %02d", i), InputMode: "text"})
	}
	card := h.askGroup("@trackbot codes on emea.example.webex.com")
	before := len(h.sim.Messages(h.group.ID))
	for page := 2; page <= 15; page++ {
		card = h.press(card, "Next ›", nil)
		shows(t, card, fmt.Sprintf("%d–%d of ", page*10-9, page*10))
		h.settled()
	}
	if got := len(h.sim.Messages(h.group.ID)); got != before {
		t.Errorf("%d messages after 14 pages more, want %d as before", got, before)
	}
}

// TestPagingSurvivesLostAnswers: whatever gets lost while a page takes the
// place of another, one message is left.
func TestPagingSurvivesLostAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		editable bool
		fault    simulator.Rule
	}{
		{"the edit's answer", true, simulator.Rule{Method: http.MethodPut, Path: "/messages/", Drop: "after", Times: 1}},
		{"the post's answer", false, simulator.Rule{Method: http.MethodPost, Path: "/messages", Drop: "after", Times: 1}},
		{"the deletion's answer", false, simulator.Rule{Method: http.MethodDelete, Path: "/messages/", Drop: "after", Times: 1}},
		{"the deletion", false, simulator.Rule{Method: http.MethodDelete, Path: "/messages/", Status: 503, Times: 6}},
	} {
		h := newHouse(t)
		h.sim.SetQuirks(simulator.Quirks{EditCards: c.editable})
		h.manyCodes()
		first := h.askGroup("@trackbot codes on emea.example.webex.com")
		h.settled()
		before := len(h.botMessages(h.group))
		h.sim.Fault(c.fault)
		shows(t, h.press(first, "Next ›", nil), "11–20 of ")
		h.settled()
		if got := len(h.botMessages(h.group)); got != before {
			t.Errorf("%s lost: %d messages of the bot, want %d", c.name, got, before)
		}
	}
}

func TestBoxesCountOnlyForTheirButton(t *testing.T) {
	h := newHouse(t)
	h.manyCodes()
	first := h.ask("codes on emea.example.webex.com containing project 1")
	shows(t, first, "1–10 of 10 that contain", "Project 19")
	shows(t, h.press(first, "Show all", map[string]string{"form.filter": "project 5"}), "1–10 of ")
}

func TestFormForAMissingCode(t *testing.T) {
	h := newHouse(t)
	for _, card := range []simulator.Message{h.ask("tracking code on example.webex.com"), h.askGroup("@trackbot tracking code on example.webex.com")} {
		shows(t, card, "Which tracking code?", "example.webex.com", "tracking code 1 on example.webex.com")
		shows(t, h.press(card, "Show it", map[string]string{"form.text": "2"}), "Division", "code 2", "example.webex.com")
		shows(t, h.press(card, "Show it", map[string]string{"form.text": "cost center"}), "Cost Center")
	}
}

func TestReadAgainWithinTheAge(t *testing.T) {
	h := newHouse(t, "CACHE_SECONDS=30")
	first := h.ask("code 1 on example.webex.com")
	if strings.Contains(drawn(t, first), "from memory") {
		t.Errorf("a fresh answer says that it is from memory:\n%s", drawn(t, first))
	}
	h.settled()
	h.sim.ResetCalls()
	again := h.ask("code 1 on example.webex.com")
	shows(t, again, "Department", "shown from memory")
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls for what was just read, want none", n)
	}
	h.ask("codes on emea.example.webex.com")
	if n := h.adminCalls(); n != 1 {
		t.Errorf("%d admin calls for another site, want 1", n)
	}
	h.sim.PutCode("example.webex.com", simulator.TrackingCode{ID: "1", Name: "Renamed", InputMode: "text"})
	shows(t, h.press(again, "Refresh", nil), "Renamed")
	shows(t, h.ask("code 1 on example.webex.com"), "Renamed", "shown from memory")
}
