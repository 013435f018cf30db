package queue

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// One person with twenty spaces has a quarter of the places, and a second one as
// many; a third is answered at once. As places become free theirs go on.
func TestShareOfOnePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		free := make(chan struct{})
		var alice, most atomic.Int32
		worker, _ := w.worker(Options{Workers: 8, Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			if strings.HasSuffix(it.Lane, " alice") {
				most.Store(max(most.Load(), alice.Add(1)))
				defer alice.Add(-1)
			}
			if !strings.HasSuffix(it.Lane, " carol") {
				<-free
			}
			return nil, nil
		}})
		w.until("it runs", func(*store.Tx) (bool, error) { return worker.spare(), nil })
		for i := range 20 {
			for _, name := range []string{"alice", "bob"} {
				w.put(worker, New{Key: fmt.Sprint(name, i), Lane: fmt.Sprintf("room%d %s", i, name)})
			}
		}
		w.until("they have their share", func(*store.Tx) (bool, error) { return worker.Running() == 4, nil })
		w.put(worker, New{Key: "carol", Lane: "room0 carol"})
		w.until("carol is answered", func(tx *store.Tx) (bool, error) {
			one, err := Show(tx, Inbox, "carol")
			return one.State == Done, err
		})
		w.until("a quarter of 8 places for each of two people", func(*store.Tx) (bool, error) { return worker.Running() == 4, nil })
		close(free)
		w.rest()
		if most.Load() != 2 {
			t.Errorf("%d rows of one person ran at once, want 2", most.Load())
		}
	})
}

// Two hundred rows have waited for an hour: what comes now is the next but a few.
func TestNewGoesBeforeOld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		idle := NewWorker(w.db, Options{Table: Inbox}) // takes nothing yet
		for i := range 200 {
			w.put(idle, New{Key: fmt.Sprintf("old%03d", i), Lane: fmt.Sprintf("room p%d", i)})
		}
		w.update(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE inbox SET stored = stored - 3600000`)
			return err
		})
		step := make(chan struct{})
		worker, _ := w.worker(Options{Workers: 4, MaxAge: 2 * time.Hour, Handle: func(context.Context, Item) (func(*store.Tx) error, error) {
			<-step
			return nil, nil
		}})
		w.until("all places are taken", func(*store.Tx) (bool, error) { return worker.Running() == 4, nil })
		w.put(worker, New{Key: "new", Lane: "room newcomer"})
		step <- struct{}{}
		w.until("a place was given on", func(*store.Tx) (bool, error) { return len(w.order()) == 5, nil })
		if ran := w.order(); ran[4] != "new" {
			t.Errorf("%q ran, want the newcomer's row after four old ones", ran)
		}
		close(step)
		w.rest()
	})
}

// A row that only waits gives its place to another, and goes on when it may.
func TestPauseGivesThePlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		turn := make(chan struct{})
		var worker *Worker
		worker, _ = w.worker(Options{Workers: 1, Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			if it.Key == "waits" {
				resume := worker.Pause()
				<-turn
				resume()
			}
			return nil, nil
		}})
		w.until("it runs", func(*store.Tx) (bool, error) { return worker.spare(), nil })
		w.put(worker, New{Key: "waits", Lane: "room alice"}, New{Key: "other", Lane: "room bob"})
		w.until("the other ran", func(tx *store.Tx) (bool, error) {
			one, err := Show(tx, Inbox, "other")
			return one.State == Done, err
		})
		close(turn)
		w.rest()
		w.until("the one place is free", func(*store.Tx) (bool, error) { // a moment after the row is done
			worker.mu.Lock()
			defer worker.mu.Unlock()
			return worker.free == 1, nil
		})
	})
}
