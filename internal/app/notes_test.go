package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
)

func TestButtonsOutliveARestart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		sign := func() string {
			db := e.Open(t)
			defer db.Close()
			signs, err := (&signer{notes: notes{db}}).get(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return signs.Sign([]string{"code"}, "room", time.Unix(2_000_000_000, 0))
		}
		before, after := sign(), sign()
		if before != after {
			t.Errorf("after a restart a button is signed %q, want %q", after, before)
		}
		other := storetest.SQLite(t).Open(t)
		signs, err := (&signer{notes: notes{other}}).get(t.Context())
		if err != nil || signs.Sign([]string{"code"}, "room", time.Unix(2_000_000_000, 0)) == before {
			t.Errorf("another installation signs the same, %v", err)
		}
	})
}

// A refusal is said once an hour, and again where nobody knows whether it was: to
// an event that is handled again.
func TestFirstIsTheSameEventAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a := &App{db: e.Open(t)}
		for _, c := range []struct {
			key, event string
			first      bool
		}{{"refused ann", "msg:1", true}, {"refused ann", "msg:2", false}, {"refused ann", "msg:1", true}, {"refused bob", "msg:2", true}} {
			if first, err := a.first(t.Context(), c.key, c.event); first != c.first || err != nil {
				t.Errorf("first(%s, %s) = %v, %v, want %v", c.key, c.event, first, err, c.first)
			}
		}
	})
}

// A second press of one button within a second is ignored, but not the same one
// that is handled again.
func TestAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a, at := &App{db: e.Open(t)}, time.Now()
		for _, c := range []struct {
			event string
			after time.Duration
			again bool
		}{{"act:1", 0, false}, {"act:2", 900 * time.Millisecond, true}, {"act:1", 0, false}, {"act:3", 1100 * time.Millisecond, false}} {
			if again, err := a.again(t.Context(), "button", c.event, at.Add(c.after)); again != c.again || err != nil {
				t.Errorf("again(%s after %v) = %v, %v, want %v", c.event, c.after, again, err, c.again)
			}
		}
	})
}

// An echo is stored while a message to its space may be on its way, and found by
// the next process; one that nobody will ask for is not.
func TestEchoesAreStoredWhilePosting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		a := &App{db: db}
		hear := func(id string) {
			t.Helper()
			if err := a.storeEcho(t.Context(), webex.Event{ID: id, RoomID: "room", Created: time.Unix(1_800_000_000, 0)}); err != nil {
				t.Fatal(err)
			}
		}
		hear("before")
		sending, release := make(chan struct{}), make(chan struct{})
		w := queue.NewWorker(db, queue.Options{Table: queue.Outbox, Workers: 1, MaxAge: time.Hour, Logger: e.Options.Logger, Handle: func(context.Context, queue.Item) (func(*store.Tx) error, error) {
			close(sending)
			<-release
			return func(tx *store.Tx) error { return queue.SetPosted(tx, "k", "m1", "space") }, nil
		}})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := w.Put(tx, queue.New{Key: "k", Lane: "l", Room: "room", Body: []byte("{}")})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		<-sending
		hear("during")
		hear("also")
		close(release)
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		hear("after")
		echoes, err := outbox{db}.Echoes(t.Context(), "room")
		var ids []string
		for _, echo := range echoes {
			ids = append(ids, echo.Message)
			if !echo.Written.Equal(time.Unix(1_800_000_000, 0)) || time.Since(echo.Heard) > time.Minute {
				t.Errorf("%+v: want when it was written and when it was heard", echo)
			}
		}
		slices.Sort(ids)
		if want := []string{"also", "during"}; err != nil || !slices.Equal(ids, want) {
			t.Errorf("stored are %q, %v, want %q", ids, err, want)
		}
		if at, err := (outbox{db}).Posted(t.Context(), "k"); err != nil || at != (bot.Posted{Message: "m1", Room: "space"}) {
			t.Errorf("Posted = %+v, %v", at, err)
		}
	})
}
