package queue

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// leaseValue is what a lease's key holds.
type leaseValue struct {
	Owner string `json:"owner"`
	Open  string `json:"open"` // id of the opening of the queue that wrote it
}

// sighting is when this process first saw a revision of someone else's lease.
type sighting struct {
	rev uint64
	at  time.Time
}

// Lease takes or renews the lease on key for owner and reports whether owner holds it now. A lease that its holder has
// not renewed for ttl, as seen by this process's own clock, is taken over; clocks are never compared. Call it every
// ttl/3. On an embedded store a lease of an earlier process is taken at once: that process is gone.
func (b *Bucket) Lease(ctx context.Context, key, owner string, ttl time.Duration) (bool, error) {
	mine, err := json.Marshal(leaseValue{Owner: owner, Open: b.q.id})
	if err != nil {
		return false, err
	}
	v, rev, err := b.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		_, err = b.Create(ctx, key, mine)
		return lost(err)
	}
	if err != nil {
		return false, err
	}
	var cur leaseValue
	if json.Unmarshal(v, &cur) == nil && b.held(key, rev, cur, owner, ttl) {
		return false, nil
	}
	_, err = b.Update(ctx, key, mine, rev)
	return lost(err)
}

// lost turns a lost race into "not held".
func lost(err error) (bool, error) {
	if errors.Is(err, ErrChanged) || errors.Is(err, ErrExists) {
		return false, nil
	}
	return err == nil, err
}

// held reports whether another one's lease still counts.
func (b *Bucket) held(key string, rev uint64, cur leaseValue, owner string, ttl time.Duration) bool {
	if cur.Owner == owner || cur.Owner == "" || (b.q.embedded() && cur.Open != b.q.id) {
		return false
	}
	b.watch.Lock()
	defer b.watch.Unlock()
	s, ok := b.seen[key]
	if !ok || s.rev != rev {
		b.seen[key] = sighting{rev: rev, at: time.Now()}
		return true
	}
	return time.Since(s.at) < ttl
}

// Release gives the lease up if owner holds it, so that another one needs not wait.
func (b *Bucket) Release(ctx context.Context, key, owner string) error {
	v, rev, err := b.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var cur leaseValue
	if json.Unmarshal(v, &cur) == nil && cur.Owner == owner {
		err = b.Delete(ctx, key, rev)
	}
	if errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}

// Hold runs f whenever owner holds the lease on key, until ctx is done, whose cause it returns. The context of f ends
// when the lease is lost or could not be renewed within ttl; f must return then. With a ttl of 10 s another owner takes
// over within 14 s after the holder died. An f that returns early is called again after ttl/3.
func (b *Bucket) Hold(ctx context.Context, key, owner string, ttl time.Duration, f func(context.Context)) error {
	for ctx.Err() == nil {
		if ok, err := b.Lease(ctx, key, owner, ttl); ok && err == nil {
			b.hold(ctx, key, owner, ttl, f)
		}
		pause(ctx, ttl/3)
	}
	return context.Cause(ctx)
}

// hold runs f while the lease is renewed, and releases the lease at the end.
func (b *Bucket) hold(ctx context.Context, key, owner string, ttl time.Duration, f func(context.Context)) {
	fctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() { defer close(done); f(fctx) }()
	t := time.NewTicker(ttl / 3)
	defer t.Stop()
	renewed := time.Now()
	for run := true; run; {
		select {
		case <-done:
			run = false
		case <-ctx.Done():
			run = false
		case <-t.C:
			start := time.Now()
			rctx, stop := context.WithTimeout(ctx, ttl/3)
			ok, err := b.Lease(rctx, key, owner, ttl)
			stop()
			switch {
			case ok:
				renewed = start
			case err == nil || time.Since(renewed) > ttl*2/3:
				run = false // lost, or too close to the end to be sure
			}
		}
	}
	cancel()
	<-done
	rctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer stop()
	if err := b.Release(rctx, key, owner); err != nil {
		b.q.log.Warn("a lease was not released; it ends by itself", "lease", key, "error", err)
	}
}
