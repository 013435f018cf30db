package reliability

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/apptest"
	"trackbot/internal/audit"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
	"trackbot/webhook"
)

// withDatabase is a bot, and its database beside it.
type withDatabase struct {
	*apptest.World

	db *store.DB
}

func newWithDatabase(t *testing.T, e storetest.Engine) withDatabase {
	t.Helper()
	w := apptest.New(t, "DATABASE_URL="+e.Options.URL)
	w.Settled()
	db, err := store.Open(t.Context(), store.Options{Dir: w.Dir, URL: e.Options.URL, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return withDatabase{w, db}
}

// deliver posts the event of a message to the bot, as Webex does, and fails where
// it is not acknowledged.
func (w withDatabase) deliver(ctx context.Context, m simulator.Message) {
	w.T.Helper()
	body := fmt.Sprintf(`{"resource":"messages","event":"created","data":{"id":%q,"roomId":%q,"roomType":"direct","personId":%q}}`, m.ID, m.RoomID, m.PersonID)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.App.Addr()+webhook.Path, strings.NewReader(body))
	if err != nil {
		w.T.Fatal(err)
	}
	req.Header.Set(webhook.SignatureHeader, webhook.Sign("a-secret-of-the-demo-and-of-nobody", []byte(body)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.T.Fatalf("a delivery was not acknowledged: %v", err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode/100 != 2 {
		w.T.Errorf("a delivery got %s (%v), want 2xx", resp.Status, err)
	}
}

// state is that of a message's row in the inbox; empty where there is none.
func (w withDatabase) state(m simulator.Message) (state string) {
	w.T.Helper()
	err := w.db.View(w.T.Context(), func(tx *store.Tx) error {
		e, err := queue.Show(tx, queue.Inbox, webex.Event{Resource: webex.Messages, ID: m.ID}.Key())
		state = e.State
		if errors.Is(err, queue.ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return state
}

// age lets hours pass for what has ended, and removes what is over.
func (w withDatabase) age(hours int64) {
	w.T.Helper()
	err := w.db.Update(w.T.Context(), func(tx *store.Tx) error {
		for _, table := range queue.Tables() {
			if _, err := tx.Exec("UPDATE "+string(table)+" SET finished = finished - $1 WHERE finished > 0", hours*time.Hour.Milliseconds()); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, w.db.Prune(w.T.Context())); err != nil {
		w.T.Fatal(err)
	}
}

// again delivers the event of a message three times more, and wants the state of
// its row and one message in its thread after that.
func (w withDatabase) again(when string, m simulator.Message, state string) {
	w.T.Helper()
	for range 3 {
		w.deliver(w.T.Context(), m)
	}
	w.Settled()
	if got := w.state(m); got != state {
		w.T.Errorf("%s: the event is %q, want %q", when, got, state)
	}
	if n := len(w.InThread(m)); n != 1 {
		w.T.Errorf("%s: %d messages of the bot to one question, want 1", when, n)
	}
}

// An event that comes again is not taken again: while the first one runs, after
// it was answered or given up, and 71 hours later. After 73 hours nothing is
// stored of what was answered any more; what was given up can be looked at for
// 30 days.
func TestEventsThatComeAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Helper()
		t.Parallel()
		w := newWithDatabase(t, e)
		w.Sim.ResetCalls()
		w.Sim.Fault(simulator.Rule{Path: adminPath, Delay: 500 * time.Millisecond, Times: 1})
		answered := w.Write(w.Direct, w.Alice, "code 1 on example.webex.com", "")
		apptest.Eventually(t, "it runs", func() bool { return w.AdminCalls() > 0 })
		w.again("while it runs", answered, queue.Done)

		w.Sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/messages/", Status: http.StatusBadRequest})
		failed := w.Write(w.Direct, w.Alice, "code 2 on example.webex.com", "")
		apptest.Eventually(t, "it was given up", func() bool { return w.state(failed) == queue.Failed })
		w.Settled() // the apology
		w.Sim.ClearFaults()
		w.again("after it was given up", failed, queue.Failed)
		w.again("after it was answered", answered, queue.Done)

		w.age(71)
		w.again("after 71 h", answered, queue.Done)
		w.again("71 h after it was given up", failed, queue.Failed)
		w.age(2)
		if got := w.state(answered); got != "" {
			t.Errorf("after 73 h what was answered is still stored, as %q", got)
		}
		w.again("73 h after it was given up", failed, queue.Failed)
	})
}

// A message of the bot's own that can never be read, and may be an answer, holds
// its space for some seconds. Then the answer is posted, and the record says that
// it may stand there twice.
func TestAMessageThatCanNeverBeRead(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	w.Settled()
	w.Sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Drop: simulator.DropAfter, Times: 1})
	m := w.Write(w.Group, w.Alice, "@trackbot code 1 on example.webex.com", "")
	apptest.Eventually(t, "an answer stands", func() bool { return len(w.InThread(m)) == 1 })
	w.Sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/messages/" + w.InThread(m)[0].ID, Status: http.StatusInternalServerError})
	apptest.Eventually(t, "it is posted again", func() bool { return len(w.InThread(m)) == 2 })
	if next := w.AskGroup("@trackbot code 2 on example.webex.com"); next.ID == "" {
		t.Error("the space's next question was not answered")
	}
	w.Settled()
	if !slices.ContainsFunc(w.Recorded(), func(r audit.Record) bool {
		return r.Outcome == bot.Answered && strings.Contains(r.Reason, "posted again")
	}) {
		t.Errorf("the record does not say that an answer was posted again: %v", w.Recorded())
	}
}

// While Webex answers no call at all, more deliveries than there are workers are
// acknowledged, long before the first of those calls ends. Then all questions are
// answered.
func TestDoorWhileWebexHangs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Helper()
		t.Parallel()
		const hang = 30 * time.Second
		w := newWithDatabase(t, e)
		w.Sim.SetDelivery(simulator.Delivery{Drop: 1}) // it is the test that delivers
		w.Sim.ResetCalls()
		w.Sim.Fault(simulator.Rule{Delay: hang, Drop: simulator.DropBefore})
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), hang)
		defer cancel()
		var asked []simulator.Message
		for i := range 48 {
			person := w.Sim.AddPerson(simulator.Person{DisplayName: fmt.Sprint("Person ", i)})
			m := w.Write(w.Sim.Direct(person.ID), person, "help", "")
			asked = append(asked, m)
			w.deliver(ctx, m)
		}
		t.Logf("%d deliveries were acknowledged within %s", len(asked), time.Since(began).Round(time.Millisecond))
		apptest.Eventually(t, "a call hangs", func() bool { return w.Sim.CountCalls(simulator.TokenBot, "", "") > 0 })
		for _, m := range asked {
			if n := len(w.InThread(m)); n > 0 {
				t.Fatal("a question was answered while Webex hung")
			}
		}
		w.Sim.ClearFaults()
		ctx, cancel = context.WithTimeout(t.Context(), 3*hang)
		defer cancel()
		for _, m := range asked {
			if _, err := w.Sim.WaitReply(ctx, m); err != nil {
				t.Fatalf("not answered after the hang: %v", err)
			}
		}
	})
}
