package store_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// Transactions that wait for the writer share the next commit. One that fails, or panics, harms none of the others.
func TestSharedCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int32
		db := storetest.SQLite(t).Open(t, func(o *store.Options) {
			o.Hook = func(s string) {
				if s == "COMMIT" {
					commits.Add(1)
				}
			}
		})
		before := commits.Load()
		gate := make(chan struct{})
		put := func(i int) error {
			return db.Update(t.Context(), func(tx *store.Tx) error {
				<-gate
				if err := tx.SetNote(strconv.Itoa(i), []byte("v"), 0); err != nil {
					return err
				}
				switch i {
				case 3:
					return context.Canceled
				case 4:
					panic("four")
				case 5:
					_, err := tx.Exec("INSERT INTO meta (key, value) VALUES ('x', NULL)")
					return err
				}
				return nil
			})
		}
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				defer func() {
					if r := recover(); (r != nil) != (i == 4) {
						t.Errorf("%d panicked with %v", i, r)
					}
				}()
				err := put(i)
				if failed := i == 3 || i == 5; (err != nil) != failed {
					t.Errorf("Update %d = %v, want failed: %t", i, err, failed)
				}
			})
		}
		synctest.Wait() // the first holds the writer, the others wait for it
		close(gate)
		all.Wait()
		if n := count(t, db, "SELECT count(*) FROM note"); n != 7 {
			t.Errorf("%d notes, want 7", n)
		}
		if n := commits.Load() - before; n != 1 {
			t.Errorf("%d commits, want 1", n)
		}
	})
}

// A caller that gives up leaves the queue, and a panic reaches its caller on both engines.
func TestUpdateGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		cause := errors.New("enough")
		cancel(cause)
		err := db.Update(ctx, func(tx *store.Tx) error { return tx.SetNote("a", []byte("v"), 0) })
		if !errors.Is(err, cause) || db.Err() != nil {
			t.Errorf("Update = %v, Err = %v, want %v and nil", err, db.Err(), cause)
		}
		func() {
			defer func() {
				if r := recover(); r != "oh" {
					t.Errorf("recovered %v, want oh", r)
				}
			}()
			_ = db.Update(t.Context(), func(tx *store.Tx) error { // panics
				if err := tx.SetNote("a", []byte("v"), 0); err != nil {
					return err
				}
				panic("oh")
			})
		}()
		if got := note(t, db, "a"); got != "" {
			t.Errorf("a note of a transaction that panicked is %q", got)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.Update(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
			t.Errorf("Update after Close = %v, want ErrClosed", err)
		}
	})
}
