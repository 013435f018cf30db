package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"trackbot/internal/app"
	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// TestAPanicShowsNoSecret lets a part of the running bot panic with all that it
// could hold in its hands.
func TestAPanicShowsNoSecret(t *testing.T) {
	t.Parallel()
	sim, env := apptest.SignedIn(t, simulator.OAuth{KeepRefresh: true})
	defer sim.Close()
	_, client := sim.OAuthClient()
	addr, log := apptest.FreeAddr(t), new(apptest.Buffer)
	c, err := config.Load(config.ForServe, append(env, "WEBEX_BOT_TOKEN="+sim.BotToken(), "WEBEX_WEBHOOK_SECRET=a-webhook-secret-of-the-tests",
		"WEBEX_API_URL="+sim.URL(), "WEBEX_PUBLIC_URL=http://"+addr, "LISTEN_ADDR="+addr, "DATA_DIR="+t.TempDir(), "DISK_RESERVE_MB=1"), "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), c, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.Tokens().Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.ListSites(func(context.Context) ([]webex.Site, error) {
		panic(fmt.Sprintf("%v %+v %#v %s", c, c, a.Tokens(), c.BotToken))
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	apptest.Eventually(t, "the webhooks stand", func() bool { return len(sim.Webhooks()) == 4 })
	alice := sim.Person("alice")
	q := sim.Say(t.Context(), simulator.Say{Space: sim.Direct(alice.ID).ID, Person: alice.ID, Text: "code 1"})
	wait, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	answer, err := sim.WaitReply(wait, q)
	if err != nil {
		t.Fatalf("no answer after a panic: %v\n%s", err, log)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("the bot ended with %v", err)
	}
	text := log.String() + answer.Markdown
	if !strings.Contains(text, "goroutine") || !strings.Contains(text, "[hidden]") || !strings.Contains(answer.Markdown, "I don't know which sites I may ask") {
		t.Errorf("no panic with its stack in the log, or no apology: %q\n%s", answer.Markdown, log)
	}
	for _, secret := range []string{sim.BotToken(), client, token, c.AdminRefreshToken.Reveal(), apptest.TokenKey, c.TokenKey.Reveal(), "a-webhook-secret-of-the-tests"} {
		if apptest.Shown(text, secret) {
			t.Errorf("a panic shows %q", secret)
		}
	}
}
