package app

import (
	"context"

	"trackbot/internal/audit"
)

// logHead writes the number and the hash of the newest audit entry to the log,
// at start and stop and once an hour. Whoever can change the database can change its record with
// all hashes, but not a log that is kept elsewhere: trackbot audit verify --head
// takes such a hash.
func (a *App) logHead(ctx context.Context, when string) {
	seq, hash, err := audit.Head(ctx, a.db)
	if err != nil {
		a.log.Warn("the newest audit entry can't be read", "at", when, "error", err)
		return
	}
	a.log.Info("newest audit entry", "at", when, "entry", seq, "hash", hash)
}
