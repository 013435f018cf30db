package hostile

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/webhook"
)

// secret is the webhook's, which the attackers of these tests have.
const secret = "a-secret-of-the-attacker-and-of-webex"

// deliver posts a body as Webex does.
func deliver(t *testing.T, h *apptest.World, body string) {
	t.Helper()
	req := apptest.Must(http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+h.App.Addr()+webhook.Path, strings.NewReader(body)))
	req.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
	resp := apptest.Must(http.DefaultClient.Do(req))
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusNoContent {
		t.Errorf("a signed delivery gets %s, want 204", resp.Status)
	}
}

// TestInventedMemberships signs events that the bot was added to a space: by
// somebody who isn't in it, to spaces that there are not, and once more to one
// where it is. Nobody is welcomed.
func TestInventedMemberships(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "RECEIVE=webhook", "WEBEX_WEBHOOK_SECRET="+secret)
	otto := h.Sim.AddPerson(simulator.Person{DisplayName: "Otto"})
	h.Ask("help")
	h.Settled()
	before := len(h.BotMessages(h.Group)) + len(h.BotMessages(h.Direct)) + len(h.Recorded())
	event := func(id, room, actor string) string {
		return fmt.Sprintf(`{"resource":"memberships","event":"created","actorId":%q,"data":{"id":%q,"roomId":%q,"roomType":"group","personId":%q}}`,
			actor, id, room, h.Sim.Bot().ID)
	}
	for i := range 30 {
		deliver(t, h, event(fmt.Sprintf("invented-%d", i), h.Group.ID, otto.ID))
	}
	for i := range 100 {
		deliver(t, h, event(fmt.Sprintf("elsewhere-%d", i), fmt.Sprintf("room-%d", i), h.Alice.ID))
	}
	h.Settled()
	h.Sim.Leave(h.Group.ID, h.Sim.Bot().ID, h.Alice.ID)
	h.Sim.Join(h.Group.ID, h.Sim.Bot().ID, h.Alice.ID) // genuine, and the second within the hour
	h.Settled()
	if got := len(h.BotMessages(h.Group)) + len(h.BotMessages(h.Direct)) + len(h.Recorded()); got != before {
		t.Errorf("%d messages and entries came of invented memberships, want none", got-before)
	}
	if got := len(h.BotMessages(h.Sim.Direct(otto.ID))); got != 0 {
		t.Errorf("%d messages went to the actor, want none", got)
	}
}

// TestRefusedPersonIsPaced has somebody who may not ask write 400 messages: ten
// are looked into, the others dropped unread and told of in one line.
func TestRefusedPersonIsPaced(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0")
	mallory := h.Sim.Person("mallory")
	space := h.Sim.Direct(mallory.ID)
	h.Settled()
	h.Sim.ResetCalls()
	lines := strings.Count(h.Log.String(), "level=WARN")
	for range 10 {
		h.Write(space, mallory, "code 1 on example.webex.com", "")
	}
	h.Settled()
	for range 390 {
		h.Write(space, mallory, "code 1 on example.webex.com", "")
	}
	h.Settled()
	calls, entries := len(h.Sim.Calls()), len(h.Recorded())
	if calls > 15 || entries != 10 {
		t.Errorf("400 messages of a refused person cost %d calls and %d entries of the record, want at most 15 and 10", calls, entries)
	}
	if got := strings.Count(h.Log.String(), "level=WARN") - lines; got > 12 {
		t.Errorf("they cost %d warnings, want one a refusal that was looked into", got)
	}
	if got := apptest.Scrape(t, h)["trackbot_suppressed_total"]; got != "390" {
		t.Errorf("%s events are counted as dropped, want 390", got)
	}
	h.Ask("code 1 on example.webex.com") // others notice nothing
}

// TestEachOfSeveralQuestionsCounts sends five questions a message, up to the
// limit of twenty.
func TestEachOfSeveralQuestionsCounts(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "LIMIT_PERSON_MINUTE=21") // the welcome was one
	h.Settled()
	h.Sim.ResetCalls()
	for range 20 {
		h.Write(h.Direct, h.Alice, "code 1 on example\ncode 2 on example\ncode 5 on emea\ncode 1 on emea\ncode 2 on emea", "")
	}
	h.Settled()
	if got := h.Sim.CountCalls("admin", http.MethodGet, "/admin/meeting/config/trackingCodes"); got > 24 || got < 10 { // the names of codes are read as well
		t.Errorf("100 questions in 20 messages made %d admin calls, want what 20 questions make and four more at most", got)
	}
}

// TestTwoMembersTakeNotAll has members ask in twenty spaces each while the admin
// API takes longer than the test waits for an answer: what somebody else asks is
// answered meanwhile, also where so many ask that every worker would be taken.
func TestTwoMembersTakeNotAll(t *testing.T) {
	t.Parallel()
	for _, members := range []int{2, 6} {
		t.Run(fmt.Sprintf("%d members", members), func(t *testing.T) {
			t.Parallel()
			h := apptest.New(t)
			h.Ask("code 1 on example.webex.com")
			var people []simulator.Person
			var spaces []simulator.Space
			for i := range members {
				people = append(people, h.Sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Member %d", i)}))
				for range 20 {
					spaces = append(spaces, h.Sim.Group("Space", people[i].ID))
				}
			}
			h.Settled()
			h.Sim.Fault(simulator.Rule{Path: "/admin/", Delay: 25 * time.Second})
			for i, space := range spaces {
				h.Write(space, people[i/20], fmt.Sprintf("@trackbot code %d on emea", i%20+1), "")
			}
			apptest.Eventually(t, "admin calls are under way", func() bool { return h.App.Waiting(t.Context()) >= 8*members })
			h.Ask("help")
			h.Sim.ClearFaults()
		})
	}
}
