package app_test

import (
	"net/http"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/webex"
)

// TestOtherReplicasHearOfJoins notes a join as another replica does.
func TestOtherReplicasHearOfJoins(t *testing.T) {
	h := apptest.New(t)
	h.AskGroup("@trackbot code 1 on example.webex.com")
	h.Settled()
	h.Sim.ResetCalls()
	if err := h.App.NoteJoin(t.Context(), webex.UUID(h.Group.ID)); err != nil {
		t.Fatal(err)
	}
	for asked := 0; h.Sim.CountCalls("bot", http.MethodGet, "/memberships") == 0; asked++ {
		if asked == 100 {
			t.Fatal("the members were not looked at again")
		}
		h.AskGroup("@trackbot code 1 on example.webex.com")
	}
}
