package app

import (
	"context"
	"encoding/json"
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
	"trackbot/internal/store"
	"trackbot/webex"
)

// resting is a bot beside the simulator whose workers don't run.
func resting(t *testing.T) (*simulator.Simulator, *App) {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
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
	t.Cleanup(func() {
		if err := errors.Join(a.listener.Close(), a.db.Close()); err != nil {
			t.Error(err)
		}
	})
	return sim, a
}

// What may have been posted is not posted again before its echo had time to be
// stored: not at once, where the database was away until a moment ago.
func TestAnEchoHasTimeSinceTheDatabaseIsBack(t *testing.T) {
	sim, a := resting(t)
	alice := sim.Person("alice")
	room := sim.Group("Ops", alice.ID)
	question := sim.Say(t.Context(), simulator.Say{Space: room.ID, Person: alice.ID, Text: "code 1"})
	body, err := json.Marshal(bot.Outgoing{Key: "msg:1", Ref: "7F3K-Q2", RoomID: room.ID, ParentID: question.ID, Markdown: "hi"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.send(t.Context(), queue.Item{Key: "msg:1", Body: body, Unsure: time.Now().Add(-time.Hour)})
	u, ok := errors.AsType[interface {
		error
		Uncertain() bool
	}](err)
	if !ok || !u.Uncertain() || len(sim.Messages(room.ID)) != 1 {
		t.Errorf("send = %v, and %d messages stand in the space; want that it waits", err, len(sim.Messages(room.ID)))
	}
}

// A handler that panics is told to the asker, with a reference, and the event is
// among the failed with its reason.
func TestPanicIsTold(t *testing.T) {
	sim, a := resting(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer func() {
		cancel()
		wg.Wait()
	}()
	a.inbox = queue.NewWorker(a.db, queue.Options{
		Table: queue.Inbox, Workers: 1, MaxAge: time.Hour, Logger: slog.New(slog.DiscardHandler), GiveUp: a.apologize,
		Handle: func(context.Context, queue.Item) (func(*store.Tx) error, error) { panic("boom") },
	})
	wg.Go(func() { _ = a.inbox.Run(ctx) })
	wg.Go(func() { _ = a.outbox.Run(ctx) })
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
	failedOf(t, a, "boom")
}

// failedOf sees that one row failed, of all that there are, and for this reason.
func failedOf(t *testing.T, a *App, reason string) {
	t.Helper()
	var failed []queue.Entry
	for _, table := range queue.Tables() {
		list, err := store.Read(t.Context(), a.db, func(tx *store.Tx) ([]queue.Entry, error) { return queue.List(tx, table, queue.Failed, 10) })
		if err != nil {
			t.Fatal(err)
		}
		failed = append(failed, list...)
	}
	if len(failed) != 1 || !strings.Contains(failed[0].Reason, reason) {
		t.Errorf("the failed are %+v; want one, because of %q", failed, reason)
	}
}

// TestAnEventThatCannotBeRead fails once, with its reason, and tells nobody: nobody
// knows who asked.
func TestAnEventThatCannotBeRead(t *testing.T) {
	_, a := resting(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer func() {
		cancel()
		wg.Wait()
	}()
	ended := make(chan error, 2)
	a.inbox = queue.NewWorker(a.db, queue.Options{
		Table: queue.Inbox, Workers: 1, MaxAge: time.Hour, Logger: slog.New(slog.DiscardHandler), Handle: a.answer,
		GiveUp: func(ctx context.Context, it queue.Item, reason error) (func(*store.Tx) error, error) {
			commit, err := a.apologize(ctx, it, reason)
			return func(tx *store.Tx) error {
				tx.OnEnd(func(err error) { ended <- err })
				if commit == nil {
					return nil
				}
				return commit(tx)
			}, err
		},
	})
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		_, err := a.inbox.Put(tx, queue.New{Key: "event", Lane: "lane", Ref: "7F3K-Q2", Body: []byte("{")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wg.Go(func() { _ = a.inbox.Run(ctx) })
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	failedOf(t, a, "read a stored event")
	if n := a.Waiting(ctx); n != 0 {
		t.Errorf("%d rows wait, want none", n)
	}
}
