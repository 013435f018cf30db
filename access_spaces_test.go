package main

import (
	"fmt"
	"net/http"
	"testing"

	"trackbot/internal/simulator"
	"trackbot/webex"
)

// TestInsiderAmongOutsiders asks in a space where somebody may not ask: the
// answer comes 1:1, the thread gets one line, and its buttons work 1:1.
func TestInsiderAmongOutsiders(t *testing.T) {
	h := newHouse(t)
	h.ask("help")
	mixed := h.sim.Group("Mixed", h.alice.ID, h.sim.Person("mallory").ID)
	h.settled()
	private := h.sim.Messages(h.direct.ID)
	question := h.write(mixed, h.alice, "@trackbot code 1 on example.webex.com", "")
	shows(t, h.reply(question), "answered you 1:1")
	answer := h.next(h.direct, private)
	shows(t, answer, "Department", "Engineering", "You asked in a space where somebody may not read this")
	private = h.sim.Messages(h.direct.ID)
	h.sim.Click(t.Context(), h.alice.ID, answer.ID, "Why?")
	shows(t, h.next(h.direct, private), "How that came about", "example.webex.com")
	private = h.sim.Messages(h.direct.ID)
	h.sim.Click(t.Context(), h.alice.ID, answer.ID, "All codes on this site")
	shows(t, h.next(h.direct, private), "Division")

	// The same button, sent from the mixed space.
	h.settled()
	h.sim.ResetCalls()
	line := h.botMessages(mixed)
	h.sim.Press(t.Context(), h.alice.ID, line[len(line)-1].ID, dataOf(t, answer, "code", "1"))
	shows(t, h.next(mixed, h.sim.Messages(mixed.ID)), "no longer works")
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls for a button of another space, want none", n)
	}
	noData(t, h.botMessages(mixed)...)
	for _, text := range []string{"@trackbot help", "@trackbot codes", "@trackbot code 99", "@trackbot nonsense", "@trackbot code 1 on nowhere"} {
		h.reply(h.write(mixed, h.alice, text, ""))
	}
	h.settled()
	noData(t, h.botMessages(mixed)...)
}

func TestShareWithGuests(t *testing.T) {
	h := newHouse(t, "SHARE_WITH_GUESTS=true")
	mixed := h.sim.Group("Mixed", h.alice.ID, h.sim.Person("mallory").ID)
	shows(t, h.reply(h.write(mixed, h.alice, "@trackbot code 1 on example.webex.com", "")), "Department")
}

// TestMembersAreRemembered looks once, and again when somebody comes.
func TestMembersAreRemembered(t *testing.T) {
	h := newHouse(t)
	h.askGroup("@trackbot code 1 on example.webex.com")
	h.calm()
	shows(t, h.askGroup("@trackbot code 2 on example.webex.com"), "Division")
	h.settled()
	if got := len(h.sim.Calls()); got != 3 {
		t.Errorf("%d API calls once asker and space are known, want 3: %v", got, h.sim.Calls())
	}
	private := h.sim.Messages(h.direct.ID)
	h.sim.Join(h.group.ID, h.sim.Person("mallory").ID, h.alice.ID)
	h.settled()
	shows(t, h.askGroup("@trackbot code 1 on example.webex.com"), "answered you 1:1")
	shows(t, h.next(h.direct, private), "Department")
}

// TestMembersAreReadToTheEnd has the one who may not ask stand on the last page.
func TestMembersAreReadToTheEnd(t *testing.T) {
	h := newHouse(t)
	var people []string
	for i := range 9 {
		people = append(people, h.sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("P%d", i)}).ID)
	}
	h.sim.SetQuirks(simulator.Quirks{PageCap: 4, EmptyPages: true})
	people = append([]string{h.alice.ID}, people...)
	all := h.sim.Group("Colleagues", people...)
	shows(t, h.reply(h.write(all, h.alice, "@trackbot code 1 on example.webex.com", "")), "Department")
	mixed := h.sim.Group("Mixed", append(people, h.sim.Person("mallory").ID)...)
	shows(t, h.reply(h.write(mixed, h.alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	noData(t, h.botMessages(mixed)...)
}

func TestSpacesThatCannotBeLookedAt(t *testing.T) {
	h := newHouse(t)
	h.sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/memberships", Status: 403})
	hidden := h.sim.Group("Hidden", h.alice.ID)
	h.settled() // the welcome came 1:1 too
	private := h.sim.Messages(h.direct.ID)
	shows(t, h.reply(h.write(hidden, h.alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	shows(t, h.next(h.direct, private), "Department")
	h.sim.ClearFaults()

	people := []string{h.alice.ID}
	for i := range 1000 {
		people = append(people, h.sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("P%d", i)}).ID)
	}
	large := h.sim.Group("All hands", people...)
	h.settled()
	private = h.sim.Messages(h.direct.ID)
	shows(t, h.reply(h.write(large, h.alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	shows(t, h.next(h.direct, private), "Department")
}

// TestOtherReplicasHearOfJoins notes a join as another replica does.
func TestOtherReplicasHearOfJoins(t *testing.T) {
	h := newHouse(t)
	h.askGroup("@trackbot code 1 on example.webex.com")
	h.settled()
	h.sim.ResetCalls()
	if _, err := h.app.shared.notes.Put(t.Context(), joinNote+webex.UUID(h.group.ID), nil); err != nil {
		t.Fatal(err)
	}
	for asked := 0; h.sim.CountCalls("bot", http.MethodGet, "/memberships") == 0; asked++ {
		if asked == 100 {
			t.Fatal("the members were not looked at again")
		}
		h.askGroup("@trackbot code 1 on example.webex.com")
	}
}
