package receive

import (
	"context"
	"strconv"
	"time"
)

const (
	watchEvery  = time.Second      // how often it is looked whether the bot hears
	recordEvery = 15 * time.Second // between two notes that it does
	readyFor    = 2 * time.Minute  // how long a note says that the bot is ready: several of them may fail
	reportAfter = 5 * time.Minute  // so long an outage is reported
)

// noted is the time that a note holds; zero where there is none.
func (r *Receivers) noted(ctx context.Context, key string) (time.Time, error) {
	raw, err := r.o.Notes.Get(ctx, key)
	if raw == nil || err != nil {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return time.Time{}, nil //nolint:nilerr // a note that nobody can read is none
	}
	return time.UnixMilli(ms), nil
}

// note writes a time.
func (r *Receivers) note(ctx context.Context, key string, at time.Time) error {
	return r.o.Notes.Put(ctx, key, []byte(strconv.FormatInt(at.UnixMilli(), 10)))
}

// LookedBack reports whether nothing is left to look for that was asked before
// this process heard, or while it did not.
func (r *Receivers) LookedBack() bool { return r.lookBack.once.Load() && r.lookBack.open.Load() == 0 }

// watch looks every second whether the bot hears: it starts the look back after
// each time in which it did not, reports a long one, and notes now and then that
// the bot hears and is ready.
func (r *Receivers) watch(ctx context.Context) {
	last, err := r.noted(ctx, noteReceived)
	if err != nil {
		r.log.WarnContext(ctx, "when the bot received last is not known", "error", err)
	}
	var recorded time.Time
	hears := false
	for t := time.NewTicker(watchEvery); ; {
		was, now := hears, r.o.Client.Now()
		if hears = r.hears() && r.o.Accepting() == nil; hears { // what is refused at the door was not heard
			if !was {
				r.lookBack.wake()
				r.reportOutage(ctx, last, now)
			}
			last = now
		}
		ready := r.ready() == nil
		if ready {
			r.wasReady.Store(true)
		}
		if time.Since(recorded) >= recordEvery && r.record(ctx, hears, ready, now) {
			recorded = time.Now()
		}
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
	}
}

// record notes that the bot hears and is ready, as far as it is so, and reports
// whether that was noted.
func (r *Receivers) record(ctx context.Context, hears, ready bool, now time.Time) bool {
	var err error
	if hears {
		err = r.note(ctx, noteReceived, now)
	}
	if ready && r.o.Shared && err == nil {
		err = r.note(ctx, noteReady, now.Add(readyFor))
	}
	return (hears || ready) && err == nil
}

// reportOutage reports that the bot did not hear for long, once it does again.
func (r *Receivers) reportOutage(ctx context.Context, from, to time.Time) {
	if from.IsZero() || to.Sub(from) < reportAfter {
		return
	}
	r.log.WarnContext(ctx, "the bot could not hear", "from", from, "to", to)
	if err := r.o.Outage(ctx, from, to); err != nil {
		r.log.WarnContext(ctx, "the outage was not reported to the admin space", "error", err)
	}
}
