package app

import (
	"context"
	"crypto/rand"
	"time"
)

// leaseTime is how long a replica that died holds its lease at most; another
// one takes over within four thirds of it, which leaves time to look at the
// webhooks within 15 s.
const leaseTime = 9 * time.Second

// runAsLeader runs f while this replica holds the lease on receiving.
func (a *App) runAsLeader(ctx context.Context, f func(context.Context)) error {
	return a.db.Hold(ctx, "receive", rand.Text(), leaseTime, f)
}
