package store_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

func receive(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case <-c:
	case <-ctx.Done():
		t.Fatalf("%s: no wake-up", what)
	}
}

// A commit that notifies wakes this process, and on PostgreSQL every other one. Twenty come sooner than the poll, which is
// only a net, could bring them.
func TestWake(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		here := db.Wake("outbox")
		there := here
		if !db.Single() {
			other := e.Open(t)
			there = other.Wake("outbox")
			receive(t, "once it listens", there)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for range 20 {
			err := db.Update(ctx, func(tx *store.Tx) error { tx.Notify("outbox"); return nil })
			if err != nil {
				t.Fatal(err)
			}
			receive(t, "the other process", there)
			if db.Single() {
				continue
			}
			receive(t, "this process", here)
		}
	})
}

// What failed wakes nobody, and the poll does in time.
func TestWakeByPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.SQLite(t).Open(t)
		c := db.Wake("inbox")
		err := db.Update(t.Context(), func(tx *store.Tx) error { tx.Notify("inbox"); return context.Canceled })
		if err == nil {
			t.Fatal("Update forgot an error")
		}
		start := time.Now()
		<-c
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("woken after %v, want 5s", d)
		}
	})
}
