package app_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

// TestReplicasRefreshOnce runs two bots on one NATS server whose access tokens
// run out again and again.
func TestReplicasRefreshOnce(t *testing.T) {
	t.Parallel()
	const life = 5 * time.Second
	sim, env := apptest.SignedIn(t, simulator.OAuth{AccessLife: life, RefreshLife: 6 * 24 * time.Hour})
	ops := sim.Group("Operations", sim.Person("alice").ID)
	env = append(env, "NATS_URL="+apptest.NATSURL(t), "NATS_REPLICAS=1", "ADMIN_ROOM="+ops.ID, "ALLOWED_SITES=example.webex.com")
	h := apptest.NewBeside(t, sim, env...)
	ctx, cancel := context.WithCancel(t.Context())
	second, done, err := demo.StartBot(ctx, sim, t.TempDir(), slog.New(slog.NewTextHandler(h.Log, nil)), apptest.Unlimited(env)...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the second bot ended with %v", err)
		}
	}()
	start, before := time.Now(), sim.Refreshes()
	for sim.Refreshes() < before+3 {
		apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "Department")
	}
	if took := time.Since(start); took < 2*life*8/10 {
		t.Errorf("three refreshes within %v, want one each %v", took, life*8/10)
	}
	apptest.Eventually(t, "both replicas have the same token", func() bool { // one may be renewing it just now
		first, err := h.App.Keys().Token(ctx)
		other, err2 := second.Keys().Token(ctx)
		return err == nil && err2 == nil && first == other
	})
	told := 0
	for _, m := range h.BotMessages(ops) {
		if strings.Contains(m.Markdown, "The sign-in behind this bot") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the admin room was told %d times, want once by both", told)
	}
}
