package app

import (
	"context"
	"crypto/rand"
	"time"
)

// leaseTime is how long a replica that died holds its lease at most; another
// one takes over within four thirds of it, which leaves time to look at the
// webhooks within 15 s (see [queue.Bucket.Hold]). It is longer than the 8.7 s
// that a NATS cluster was seen to take for choosing another leader.
const leaseTime = 9 * time.Second

// runAsLeader runs f while this replica holds the lease on receiving, which
// another one takes over within 15 s.
func (a *App) runAsLeader(ctx context.Context, f func(context.Context)) error {
	return a.shared.leases.Hold(ctx, "ears", rand.Text(), leaseTime, f)
}
