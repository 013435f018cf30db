package store

import (
	"context"
	"fmt"
	"time"
)

const (
	doneAge   = 72 * time.Hour      // how long a key that was done is not taken again, and "why" can be asked
	failedAge = 30 * 24 * time.Hour // how long an operator can look at what failed, and run it again
	pruneMost = 1000                // rows a transaction, so that others get their turn
)

// Prune removes notes whose time is over, and what was done 72 hours or has failed 30 days ago. Call it every minute or so.
func (db *DB) Prune(ctx context.Context) error {
	for _, table := range []string{"inbox", "outbox", "job"} {
		query := fmt.Sprintf(`
			DELETE FROM %[1]s WHERE seq IN (
				SELECT seq FROM %[1]s
				WHERE finished > 0 AND finished <= $1 AND (state <> 'failed' OR finished <= $2)
				ORDER BY finished LIMIT $3`, table)
		if err := db.prune(ctx, query, func(tx *Tx) []any {
			return []any{tx.now.Add(-doneAge).UnixMilli(), tx.now.Add(-failedAge).UnixMilli(), pruneMost}
		}); err != nil {
			return fmt.Errorf("removing old rows of the %s: %w", table, err)
		}
	}
	if err := db.prunePlans(ctx); err != nil {
		return fmt.Errorf("removing old plans: %w", err)
	}
	err := db.prune(ctx, `
		DELETE FROM note WHERE key IN (
			SELECT key FROM note WHERE ends > 0 AND ends <= $1 LIMIT $2`,
		func(tx *Tx) []any { return []any{tx.now.UnixMilli(), pruneMost} })
	if err != nil {
		return fmt.Errorf("removing old notes: %w", err)
	}
	return nil
}

// prune runs a DELETE whose subselect is left open, until it finds less than it may delete at once. Rows that another
// process is at are left to it.
func (db *DB) prune(ctx context.Context, query string, args func(*Tx) []any) error {
	for n := int64(pruneMost); n == pruneMost; {
		err := db.Update(ctx, func(tx *Tx) (err error) {
			n, err = tx.Exec(query+tx.SkipLocked()+")", args(tx)...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
