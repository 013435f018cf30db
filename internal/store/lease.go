package store

import (
	"context"
	"fmt"
	"time"
)

// Hold runs f whenever owner holds the lease of a name, until ctx is done, whose cause it returns. The context of f ends when
// the lease is lost or could not be renewed for 2/3 of its length; f must return then. After the death of a holder another
// owner takes over within 4/3 of the length, and on SQLite at once, since there the next bot's folder is its own. An f that
// returns early is called again after 1/3 of the length.
func (db *DB) Hold(ctx context.Context, name, owner string, length time.Duration, f func(context.Context)) error {
	for ctx.Err() == nil {
		held, err := db.take(ctx, name, owner, length)
		if err != nil && ctx.Err() == nil {
			db.o.Logger.Debug("a lease could not be asked for", "lease", name, "error", err)
		}
		if held {
			db.hold(ctx, name, owner, length, f)
		}
		pause(ctx, length/3)
	}
	return context.Cause(ctx)
}

// take takes or renews a lease, and reports whether owner has it now. The times that it compares are the database's.
func (db *DB) take(ctx context.Context, name, owner string, length time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, length/3) // an answer that comes later is worth nothing
	defer cancel()
	var n int64
	err := db.Update(ctx, func(tx *Tx) (err error) {
		n, err = tx.Exec(`
			INSERT INTO lease (name, owner, until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
			WHERE lease.owner = excluded.owner OR lease.until <= $4`,
			name, owner, tx.now.Add(length).UnixMilli(), tx.now.UnixMilli())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("taking the lease %s: %w", name, err)
	}
	return n == 1, nil
}

// hold runs f while it renews the lease, and releases the lease at the end.
func (db *DB) hold(ctx context.Context, name, owner string, length time.Duration, f func(context.Context)) {
	fctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() { defer close(done); f(fctx) }()
	t := time.NewTicker(length / 3)
	defer t.Stop()
	renewed := time.Now()
	for held := true; held; {
		select {
		case <-done:
			held = false
		case <-ctx.Done():
			held = false
		case <-t.C:
			start := time.Now()
			ok, err := db.take(ctx, name, owner, length)
			switch {
			case ok:
				renewed = start
			case err == nil || time.Since(renewed) >= length*2/3:
				held = false // lost, or too close to the end to be sure
			}
		}
	}
	cancel()
	<-done
	db.release(ctx, name, owner)
}

// release lets another owner have the lease at once.
func (db *DB) release(ctx context.Context, name, owner string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := db.Update(ctx, func(tx *Tx) error {
		_, err := tx.Exec("DELETE FROM lease WHERE name = $1 AND owner = $2", name, owner)
		return err
	})
	if err != nil {
		db.o.Logger.Warn("a lease was not released; it ends by itself", "lease", name, "error", err)
	}
}

// pause waits for d, or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
