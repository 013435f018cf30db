package access

import (
	"fmt"
	"net/http"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// TestInsiderAmongOutsiders asks in a space where somebody may not ask: the
// answer comes 1:1, the thread gets one line, and its buttons work 1:1.
func TestInsiderAmongOutsiders(t *testing.T) {
	h := apptest.New(t)
	h.Ask("help")
	mixed := h.Sim.Group("Mixed", h.Alice.ID, h.Sim.Person("mallory").ID)
	h.Settled()
	private := h.Sim.Messages(h.Direct.ID)
	question := h.Write(mixed, h.Alice, "@trackbot code 1 on example.webex.com", "")
	apptest.Shows(t, h.Reply(question), "answered you 1:1")
	answer := h.Next(h.Direct, private)
	apptest.Shows(t, answer, "Department", "Engineering", "I'm replying here because not everyone in that space may see it.")
	h.Settled() // why knows what was posted
	private = h.Sim.Messages(h.Direct.ID)
	h.Sim.Click(t.Context(), h.Alice.ID, answer.ID, "Why?")
	apptest.Shows(t, h.Next(h.Direct, private), "How that came about", "example.webex.com")
	private = h.Sim.Messages(h.Direct.ID)
	h.Sim.Click(t.Context(), h.Alice.ID, answer.ID, "Codes: example")
	apptest.Shows(t, h.Next(h.Direct, private), "Division")

	// The same button, sent from the mixed space.
	h.Settled()
	h.Sim.ResetCalls()
	line := h.BotMessages(mixed)
	h.Sim.Press(t.Context(), h.Alice.ID, line[len(line)-1].ID, apptest.DataOf(t, answer, "code", `"id":"1"`))
	apptest.Shows(t, h.Next(mixed, h.Sim.Messages(mixed.ID)), "no longer works")
	if n := h.AdminCalls(); n != 0 {
		t.Errorf("%d admin calls for a button of another space, want none", n)
	}
	apptest.NoData(t, h.BotMessages(mixed)...)
	for _, text := range []string{"@trackbot help", "@trackbot codes", "@trackbot code 99", "@trackbot nonsense", "@trackbot code 1 on nowhere"} {
		h.Reply(h.Write(mixed, h.Alice, text, ""))
	}
	h.Settled()
	apptest.NoData(t, h.BotMessages(mixed)...)
}

func TestShareWithGuests(t *testing.T) {
	h := apptest.New(t, "SHARE_WITH_GUESTS=true")
	mixed := h.Sim.Group("Mixed", h.Alice.ID, h.Sim.Person("mallory").ID)
	apptest.Shows(t, h.Reply(h.Write(mixed, h.Alice, "@trackbot code 1 on example.webex.com", "")), "Department")
}

// TestMembersAreRemembered looks once, and again when somebody comes.
func TestMembersAreRemembered(t *testing.T) {
	h := apptest.New(t)
	h.AskGroup("@trackbot code 1 on example.webex.com")
	h.Calm()
	apptest.Shows(t, h.AskGroup("@trackbot code 2 on example.webex.com"), "Division")
	h.Settled()
	if got := len(h.Sim.Calls()) - h.Sim.CountCalls("bot", http.MethodGet, "/rooms"); got != 3 { // looking back may fall into it
		t.Errorf("%d API calls once asker and space are known, want 3: %v", got, h.Sim.Calls())
	}
	private := h.Sim.Messages(h.Direct.ID)
	h.Sim.Join(h.Group.ID, h.Sim.Person("mallory").ID, h.Alice.ID)
	h.Settled()
	apptest.Shows(t, h.AskGroup("@trackbot code 1 on example.webex.com"), "answered you 1:1")
	apptest.Shows(t, h.Next(h.Direct, private), "Department")
}

// TestMembersAreReadToTheEnd has the one who may not ask stand on the last page.
func TestMembersAreReadToTheEnd(t *testing.T) {
	h := apptest.New(t)
	var people []string
	for i := range 9 {
		people = append(people, h.Sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("P%d", i)}).ID)
	}
	h.Sim.SetQuirks(simulator.Quirks{PageCap: 4, EmptyPages: true})
	people = append([]string{h.Alice.ID}, people...)
	all := h.Sim.Group("Colleagues", people...)
	apptest.Shows(t, h.Reply(h.Write(all, h.Alice, "@trackbot code 1 on example.webex.com", "")), "Department")
	mixed := h.Sim.Group("Mixed", append(people, h.Sim.Person("mallory").ID)...)
	apptest.Shows(t, h.Reply(h.Write(mixed, h.Alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	apptest.NoData(t, h.BotMessages(mixed)...)
}

func TestSpacesThatCannotBeLookedAt(t *testing.T) {
	h := apptest.New(t)
	h.Sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/memberships", Status: 403})
	hidden := h.Sim.Group("Hidden", h.Alice.ID)
	h.Settled() // the welcome came 1:1 too
	private := h.Sim.Messages(h.Direct.ID)
	apptest.Shows(t, h.Reply(h.Write(hidden, h.Alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	apptest.Shows(t, h.Next(h.Direct, private), "Department")
	h.Sim.ClearFaults()

	people := []string{h.Alice.ID}
	for i := range 1000 {
		people = append(people, h.Sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("P%d", i)}).ID)
	}
	large := h.Sim.Group("All hands", people...)
	h.Settled()
	private = h.Sim.Messages(h.Direct.ID)
	apptest.Shows(t, h.Reply(h.Write(large, h.Alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	apptest.Shows(t, h.Next(h.Direct, private), "Department")
}
