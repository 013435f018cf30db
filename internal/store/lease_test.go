package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// setLease puts a lease into other hands, for a time from now.
func setLease(t *testing.T, db *store.DB, name, owner string, length time.Duration) {
	t.Helper()
	update(t, db, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO lease (name, owner, until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until`,
			name, owner, tx.Now().Add(length).UnixMilli())
		return err
	})
}

// Of three owners one at a time has the lease, and each gets it once the one before lets it go.
func TestHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var holding atomic.Int32
		var all, had sync.WaitGroup
		for _, owner := range []string{"a", "b", "c"} {
			had.Add(1)
			all.Go(func() {
				octx, done := context.WithCancelCause(ctx)
				end := errors.New("done")
				err := db.Hold(octx, "lease", owner, 3*time.Second, func(context.Context) {
					if n := holding.Add(1); n != 1 {
						t.Errorf("%d hold the lease", n)
					}
					had.Done()
					done(end)
					holding.Add(-1)
				})
				if !errors.Is(err, end) {
					t.Errorf("Hold = %v, want %v", err, end)
				}
			})
		}
		had.Wait()
		all.Wait()
	})
}

// The lease of a dead owner is taken over within 4/3 of its length, and not before its end.
func TestHoldAfterADeath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.SQLite(t).Open(t)
		const length = 9 * time.Second
		setLease(t, db, "lease", "dead", length)
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		_ = db.Hold(ctx, "lease", "me", length, func(context.Context) { cancel() }) // ends with the context
		if d := time.Since(start); d < length || d > length*4/3 {
			t.Errorf("taken over after %v, want %v to %v", d, length, length*4/3)
		}
	})
}

// Who loses the lease, or can't renew it, is told before another owner can have it.
func TestHoldLost(t *testing.T) {
	const length = 9 * time.Second
	for name, lose := range map[string]func(t *testing.T, db *store.DB){
		"taken away": func(t *testing.T, db *store.DB) {
			t.Helper()
			setLease(t, db, "lease", "other", time.Hour)
		},
		"no database": func(t *testing.T, db *store.DB) {
			t.Helper()
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db := storetest.SQLite(t).Open(t)
				ctx, cancel := context.WithCancel(t.Context())
				_ = db.Hold(ctx, "lease", "me", length, func(fctx context.Context) {
					start := time.Now()
					lose(t, db)
					<-fctx.Done()
					if d := time.Since(start); d >= length || ctx.Err() != nil {
						t.Errorf("told after %v, want less than %v", d, length)
					}
					cancel()
				})
			})
		})
	}
}

// The next bot on a folder need not wait for the leases of the one before.
func TestLeasesOfAnEarlierProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := storetest.SQLite(t)
		db := e.Open(t)
		setLease(t, db, "lease", "dead", time.Hour)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db = e.Open(t)
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		_ = db.Hold(ctx, "lease", "me", time.Minute, func(context.Context) { cancel() })
		if d := time.Since(start); d != 0 {
			t.Errorf("waited %v for a lease of a process that is gone", d)
		}
	})
}
