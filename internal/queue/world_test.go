package queue

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"trackbot/internal/store"
)

// world is a database with workers of a test.
type world struct {
	t  *testing.T
	db *store.DB

	mu  sync.Mutex
	ran []string // keys, in the order in which they began to run
}

// worker starts a worker, and stops it at the end of the test or by stop.
func (w *world) worker(o Options) (worker *Worker, stop func()) {
	w.t.Helper()
	o.Logger = slog.New(slog.NewTextHandler(w.t.Output(), nil))
	if o.Table == "" {
		o.Table = Inbox
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.MaxAge == 0 {
		o.MaxAge = time.Hour
	}
	handle := o.Handle
	o.Handle = func(ctx context.Context, it Item) (func(*store.Tx) error, error) {
		w.mu.Lock()
		w.ran = append(w.ran, it.Key)
		w.mu.Unlock()
		if handle == nil {
			return nil, nil
		}
		return handle(ctx, it)
	}
	worker = NewWorker(w.db, o)
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := worker.Run(ctx); err != nil {
			w.t.Error(err)
		}
	}()
	stop = func() { cancel(); <-ended }
	w.t.Cleanup(stop)
	return worker, stop
}

// put stores rows, each in a transaction of its own.
func (w *world) put(worker *Worker, rows ...New) {
	w.t.Helper()
	for _, n := range rows {
		if n.Body == nil {
			n.Body = []byte("{}")
		}
		w.update(func(tx *store.Tx) error {
			_, err := worker.Put(tx, n)
			return err
		})
	}
}

func (w *world) update(f func(*store.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// rest waits until nothing is open.
func (w *world) rest() {
	w.t.Helper()
	w.until("nothing is open", func(tx *store.Tx) (bool, error) {
		all := 0
		for _, t := range Tables() {
			n, err := Open(tx, t)
			if err != nil {
				return false, err
			}
			all += n
		}
		return all == 0, nil
	})
}

// until waits until the database says so.
func (w *world) until(what string, holds func(*store.Tx) (bool, error)) {
	w.t.Helper()
	for t := time.NewTicker(2 * time.Millisecond); ; <-t.C {
		ok := false
		err := w.db.View(w.t.Context(), func(tx *store.Tx) (err error) {
			ok, err = holds(tx)
			return err
		})
		if err != nil {
			w.t.Fatalf("%s: %v", what, err)
		}
		if ok {
			return
		}
	}
}

// state is the state of a row.
func (w *world) state(t Table, key string) (e Entry) {
	w.t.Helper()
	err := w.db.View(w.t.Context(), func(tx *store.Tx) (err error) {
		e, err = Show(tx, t, key)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// order is what ran, in its order.
func (w *world) order() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.ran)
}

// numbered are rows of one lane.
func numbered(lane string, n int) []New {
	var rows []New
	for i := range n {
		rows = append(rows, New{Key: fmt.Sprintf("%s%02d", lane, i), Lane: lane})
	}
	return rows
}

// laterError is a failure that passes.
type laterError struct {
	wait      time.Duration
	uncertain bool
	earlier   bool
}

func (laterError) Error() string               { return "not now" }
func (laterError) Temporary() bool             { return true }
func (e laterError) RetryAfter() time.Duration { return e.wait }
func (e laterError) Uncertain() bool           { return e.uncertain }
func (e laterError) Earlier() bool             { return e.earlier }
