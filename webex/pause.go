package webex

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// maxPause bounds how long one 429 may stop a token.
const maxPause = time.Hour

// Pause stops every call of a token until Webex is to be asked again. Its zero
// value pauses nothing; it is safe for concurrent use. Clients that use the
// same token share one.
type Pause struct {
	// OnSet, where set before the first use, is told when a 429 of this
	// process lengthened the pause, so that it can be shared. It is called from
	// the goroutine of the call and must not block for long. It is not called
	// by [Pause.Set], so that sharing makes no echo.
	OnSet func(until time.Time)

	until atomic.Int64 // nanoseconds since 1970; 0 is no pause
}

// Until is when the pause ends; the zero time where there was none, and a time
// in the past where it is over.
func (p *Pause) Until() time.Time {
	if n := p.until.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return time.Time{}
}

// Set lengthens the pause to until, as heard from elsewhere. It never shortens
// it, and takes at most an hour from now.
func (p *Pause) Set(until time.Time) { p.lengthen(until) }

// lengthen moves the end of the pause and reports whether it moved.
func (p *Pause) lengthen(until time.Time) bool {
	if latest := time.Now().Add(maxPause); until.After(latest) {
		until = latest
	}
	for {
		old := p.until.Load()
		if until.UnixNano() <= old {
			return false
		}
		if p.until.CompareAndSwap(old, until.UnixNano()) {
			return true
		}
	}
}

// refused pauses for what a 429 asked, and up to a tenth more, so that
// replicas don't all come back at once. It returns the time to wait from now.
func (p *Pause) refused(after time.Duration) time.Duration {
	until := time.Now().Add(after + jitter(after/10))
	if p.lengthen(until) && p.OnSet != nil {
		p.OnSet(p.Until())
	}
	return time.Until(p.Until())
}

// patienceKey is the context key of [WithPatience].
type patienceKey struct{}

// WithPatience returns a context whose calls wait for pauses no longer than
// until: a call that would have to fails at once instead, as one whose deadline
// comes too early does, and its error says when to come back. So nobody holds a
// worker, or is left without a word, for as long as a deadline allows.
func WithPatience(ctx context.Context, until time.Time) context.Context {
	return context.WithValue(ctx, patienceKey{}, until)
}

// patience is until when a call may wait for a pause; ok is false without an end.
func patience(ctx context.Context) (until time.Time, ok bool) {
	until, ok = ctx.Deadline()
	if own, set := ctx.Value(patienceKey{}).(time.Time); set && (!ok || own.Before(until)) {
		return own, true
	}
	return until, ok
}

// wait blocks while the token is paused. It returns 0 once the way is free,
// and at once the time that is left where that is longer than the patience.
func (p *Pause) wait(ctx context.Context) time.Duration {
	for {
		left := time.Until(p.Until())
		if left <= 0 {
			return 0
		}
		if until, ok := patience(ctx); ok && time.Until(until) <= left {
			return left
		}
		if !sleep(ctx, left) {
			return max(time.Until(p.Until()), 1)
		}
	}
}

// sleep waits and reports whether it was not cut short by ctx.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// jitter is a random time of at most d.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(rand.Int64N(int64(d) + 1)) //nolint:gosec // spreads load; nothing secret hangs on it
}
