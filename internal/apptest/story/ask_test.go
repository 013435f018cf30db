package story

import (
	"fmt"
	"net/http"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// manyCodes gives a site 57 more codes.
func manyCodes(h *apptest.World) {
	for i := range 57 {
		h.Sim.PutCode("emea.example.webex.com", simulator.TrackingCode{Name: fmt.Sprintf("Project %02d", i+1), InputMode: "text", HostProfileCode: "optional"})
	}
}

func TestCodesArePagedInPlace(t *testing.T) {
	for _, editable := range []bool{true, false} {
		for _, space := range []string{"1:1", "group"} {
			t.Run(fmt.Sprintf("%s, cards can be edited: %v", space, editable), func(t *testing.T) {
				h := apptest.New(t)
				h.Sim.SetQuirks(simulator.Quirks{EditCards: editable})
				manyCodes(h)
				ask := h.Ask
				if space == "group" {
					ask = func(text string) simulator.Message { return h.AskGroup("@trackbot " + text) }
				}
				first := ask("codes on emea.example.webex.com")
				before := len(h.Sim.Messages(first.RoomID))
				apptest.Shows(t, first, "emea.example.webex.com", "1–10 of ")
				second := h.Press(first, "Next ›", nil)
				apptest.Shows(t, second, "emea.example.webex.com", "11–20 of ")
				if second.ParentID != first.ParentID {
					t.Errorf("page 2 is in the thread %q, want %q", second.ParentID, first.ParentID)
				}
				if editable != (second.ID == first.ID) {
					t.Errorf("page 2 is message %q, page 1 was %q", second.ID, first.ID)
				}
				found := h.Press(second, "Search", map[string]string{"form.filter": "ject 57"})
				apptest.Shows(t, found, "Project 57", "1–1 of 1 that contain")
				all := h.Press(found, "Show all", nil)
				apptest.Shows(t, all, "1–10 of ")
				h.Settled()
				if got := len(h.Sim.Messages(first.RoomID)); got != before {
					t.Errorf("%d messages after paging, want %d as before", got, before)
				}
			})
		}
	}
}

// TestManyPagesStayOneMessage: Webex lets a message be edited ten times.
func TestManyPagesStayOneMessage(t *testing.T) {
	t.Parallel()
	h := apptest.New(t)
	h.Sim.SetQuirks(simulator.Quirks{EditCards: true})
	manyCodes(h)
	for i := range 90 {
		h.Sim.PutCode("emea.example.webex.com", simulator.TrackingCode{Name: fmt.Sprintf("More %02d", i), InputMode: "text"})
	}
	card := h.AskGroup("@trackbot codes on emea.example.webex.com")
	before := len(h.Sim.Messages(h.Group.ID))
	for page := 2; page <= 15; page++ {
		card = h.Press(card, "Next ›", nil)
		apptest.Shows(t, card, fmt.Sprintf("%d–%d of ", page*10-9, page*10))
		h.Settled()
	}
	if got := len(h.Sim.Messages(h.Group.ID)); got != before {
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
		h := apptest.New(t)
		h.Sim.SetQuirks(simulator.Quirks{EditCards: c.editable})
		manyCodes(h)
		first := h.AskGroup("@trackbot codes on emea.example.webex.com")
		h.Settled()
		before := len(h.BotMessages(h.Group))
		h.Sim.Fault(c.fault)
		apptest.Shows(t, h.Press(first, "Next ›", nil), "11–20 of ")
		h.Settled()
		if got := len(h.BotMessages(h.Group)); got != before {
			t.Errorf("%s lost: %d messages of the bot, want %d", c.name, got, before)
		}
	}
}

func TestBoxesCountOnlyForTheirButton(t *testing.T) {
	h := apptest.New(t)
	manyCodes(h)
	first := h.Ask("codes on emea.example.webex.com containing project 1")
	apptest.Shows(t, first, "1–10 of 10 that contain", "Project 19")
	apptest.Shows(t, h.Press(first, "Show all", map[string]string{"form.filter": "project 5"}), "1–10 of ")
}

func TestFormForAMissingCode(t *testing.T) {
	h := apptest.New(t)
	for _, card := range []simulator.Message{h.Ask("tracking code on example.webex.com"), h.AskGroup("@trackbot tracking code on example.webex.com")} {
		apptest.Shows(t, card, "Which tracking code?", "example.webex.com", "tracking code 1 on example.webex.com")
		apptest.Shows(t, h.Press(card, "Show it", map[string]string{"form.code": "2"}), "Division", "code 2", "example.webex.com")
		apptest.Shows(t, h.Press(card, "Show it", map[string]string{"form.code": "cost center"}), "Cost Center")
	}
}

func TestReadAgainWithinTheAge(t *testing.T) {
	h := apptest.New(t, "CACHE_SECONDS=30")
	first := h.Ask("code 1 on example.webex.com")
	apptest.Shows(t, first, "Department")
	h.Settled()
	h.Sim.ResetCalls()
	again := h.Ask("code 1 on example.webex.com")
	apptest.Shows(t, again, "Department")
	if n := h.AdminCalls(); n != 0 {
		t.Errorf("%d admin calls for what was just read, want none", n)
	}
	h.Ask("codes on emea.example.webex.com")
	if n := h.AdminCalls(); n != 1 {
		t.Errorf("%d admin calls for another site, want 1", n)
	}
	h.Sim.PutCode("example.webex.com", simulator.TrackingCode{ID: "1", Name: "Renamed", InputMode: "text"})
	apptest.Shows(t, h.Press(again, "Refresh", nil), "Renamed")
	apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "Renamed")
}
