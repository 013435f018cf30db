package receive

import (
	"context"
	"strconv"
	"time"
)

// heard is until when nothing was missed; zero where nothing was ever heard.
func (r *Receivers) heard(ctx context.Context) (time.Time, error) {
	raw, err := r.o.Notes.Get(ctx, noteHeard)
	if raw == nil || err != nil {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return time.Time{}, nil //nolint:nilerr // a note that nobody can read is none
	}
	return time.UnixMilli(ms), nil
}

// note writes until when nothing was missed.
func (r *Receivers) note(ctx context.Context, at time.Time) error {
	err := r.o.Notes.Put(ctx, noteHeard, []byte(strconv.FormatInt(at.UnixMilli(), 10)))
	if err == nil {
		r.noted.Store(true)
	}
	return err
}

// LookedBack reports whether nothing is left to look for that was asked before
// this process heard, or while it did not.
func (r *Receivers) LookedBack() bool { return r.noted.Load() && r.lookBack.whole() }

// watch looks every second whether the bot hears: it starts the look back after
// each time in which it did not, reports a long one, and notes the time while
// all is well.
func (r *Receivers) watch(ctx context.Context) {
	last, err := r.heard(ctx) // when it heard last
	if err != nil {
		r.log.WarnContext(ctx, "until when the bot heard is not known", "error", err)
	}
	var noted time.Time
	hears := false
	for t := time.NewTicker(watchEvery); ; {
		was := hears
		if hears = r.deaf() == nil; hears {
			if !was {
				r.lookBack.wake()
				r.reportOutage(ctx, last, time.Now())
			}
			last = time.Now()
			noted = r.recordHeard(ctx, noted, last)
		}
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
	}
}

// recordHeard notes now and then that nothing was missed, and returns when it
// did so last.
func (r *Receivers) recordHeard(ctx context.Context, noted, now time.Time) time.Time {
	if now.Sub(noted) < recordEvery || !r.lookBack.whole() || r.note(ctx, now) != nil {
		return noted
	}
	return now
}

// reportOutage reports that the bot did not hear for long, once it does again.
func (r *Receivers) reportOutage(ctx context.Context, from, to time.Time) {
	if from.IsZero() || to.Sub(from) < reportAfter {
		return
	}
	r.log.WarnContext(ctx, "the bot could not hear", "from", from, "to", to)
	if err := r.o.Outage(ctx, from, to); err != nil {
		r.log.WarnContext(ctx, "the admin space was not told", "error", err)
	}
}
