package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// A handler that panics is told to the asker, with a reference, and the event is
// among the failed with its reason.
func TestPanicIsTold(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	c, err := config.Load(config.ForServe, []string{
		"WEBEX_BOT_TOKEN=" + sim.BotToken(), "WEBEX_ADMIN_TOKEN=" + sim.AdminToken(), "WEBEX_WEBHOOK_SECRET=a-secret-of-the-tests-and-of-nobody",
		"WEBEX_API_URL=" + sim.URL(), "LISTEN_ADDR=127.0.0.1:0", "DATA_DIR=" + t.TempDir(), "DISK_RESERVE_MB=1",
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer func() {
		cancel()
		wg.Wait()
		if err := errors.Join(a.listener.Close(), a.queue.Close(context.WithoutCancel(ctx))); err != nil {
			t.Error(err)
		}
	}()
	wg.Go(func() {
		_ = a.events.Run(ctx, func(context.Context, queue.Item[webex.Event]) error { panic("boom") })
	})
	wg.Go(func() { _ = a.replies.Run(ctx, a.send) })
	alice := sim.Person("alice")
	q := sim.Say(ctx, simulator.Say{Space: sim.Direct(alice.ID).ID, Person: alice.ID, Text: "code 1"})
	e := webex.Event{Resource: webex.Messages, Event: webex.Created, ID: q.ID, RoomID: q.RoomID, PersonID: alice.ID, Created: q.Created.Time}
	if err := a.hear(ctx, e); err != nil {
		t.Fatal(err)
	}
	answer, err := sim.WaitReply(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if text := answer.Markdown; !strings.Contains(text, "Something in this bot went wrong") || !strings.Contains(text, bot.Ref(e.Key())) || strings.Contains(text, "boom") {
		t.Errorf("the answer is %q, want words, the reference, and nothing of the inside", text)
	}
	for deadline := time.After(20 * time.Second); ; {
		items, err := a.queue.Items(ctx, queue.Filter{State: queue.StateFailed})
		if err == nil && len(items) == 1 && strings.Contains(items[0].Reason, "boom") {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("the failed are %v, %v; want the one, with its reason", items, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
