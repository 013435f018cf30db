package webex

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

const (
	day      = 24 * time.Hour
	lookStep = time.Minute // between looks at the store, for what other replicas and a sign-in left there
)

// Run renews the access token at 80 % of its life and warns of what ends soon,
// until ctx is done; then it lets a renewal that is under way come to its end,
// in 45 seconds at most, and returns nil. Every replica runs it.
func (k *Keys) Run(ctx context.Context) error {
	for {
		k.look(ctx)
		if !sleep(ctx, k.untilLook(time.Now())) {
			_, err, _ := k.group.Do("", func() (any, error) { return nil, nil }) //nolint:nilnil // only waits
			if err != nil {
				k.o.Logger.WarnContext(ctx, "the last renewal of the admin tokens failed", "error", err)
			}
			return nil
		}
	}
}

// untilLook is how long nothing is to be done: a minute at most.
func (k *Keys) untilLook(now time.Time) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait := lookStep
	for _, at := range []time.Time{k.cur.due(), k.nextTry} {
		if at.After(now) {
			wait = min(wait, at.Sub(now))
		}
	}
	return wait
}

// look takes what is new in the store, renews what is due, and warns.
func (k *Keys) look(ctx context.Context) {
	v, err := k.read(ctx)
	switch {
	case ctx.Err() != nil:
		return
	case err == nil:
		k.adopt(v)
	}
	// The token that is due counts as stale; one that can't be read is left to
	// renew, which notes why.
	if err != nil || k.pending() || v.ripe(time.Now()) {
		err = k.join(ctx, v.pair.AccessToken, true)
		if t, ok := errors.AsType[*NoTokenError](err); ok && ctx.Err() == nil {
			k.o.Logger.WarnContext(ctx, "the admin tokens are not renewed yet", "error", t, "wait", t.After)
		}
	}
	if ctx.Err() == nil {
		k.warn(ctx, time.Now())
	}
}

func (k *Keys) pending() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unsaved != nil
}

// adopt takes a view that was read, and forgets a failure where it holds a
// newer pair.
func (k *Keys) adopt(v view) {
	k.mu.Lock()
	newer := v.box.Gen > k.cur.box.Gen && k.unsaved == nil && !v.settings
	k.mu.Unlock()
	if newer {
		k.renewed(v)
		return
	}
	k.take(v)
}

// warning is what somebody should know now: a word for the reason, and a
// sentence; both empty where all is well.
func (k *Keys) warning(now time.Time) (reason, words string) {
	s := k.Status()
	if s.Refused != "" {
		return "refused", "The admin sign-in needs you: " + s.Refused + "."
	}
	left := s.RefreshExpires.Sub(now)
	switch {
	case s.RefreshExpires.IsZero() || left > 7*day:
		return "", ""
	case left <= 0:
		return "over", "The admin sign-in has run out: run trackbot login."
	case left <= day:
		return "day", fmt.Sprintf("The admin sign-in runs out within %.0f hours, at %s: run trackbot login.",
			math.Ceil(left.Hours()), s.RefreshExpires.UTC().Format("2006-01-02 15:04 MST"))
	}
	return "week", fmt.Sprintf("The admin sign-in runs out in %d days, on %s: run trackbot login.",
		int(left/day), s.RefreshExpires.UTC().Format("2006-01-02"))
}

// warn gives the warning that holds now, unless some replica gave it within a
// day. It is noted before it is given, so that only one replica does; where it
// can't be given, the note is taken back.
func (k *Keys) warn(ctx context.Context, now time.Time) {
	reason, words := k.warning(now)
	if reason == "" || k.o.Warn == nil {
		return
	}
	v, err := k.read(ctx)
	if _, unread := errors.AsType[*NoTokenError](err); unread {
		return // the log has it; where nothing can be noted, the warning would come each minute
	}
	before := v.box.Told
	if before != nil && before.Reason == reason && now.Sub(before.At) < day {
		return
	}
	v.box.Told = &told{Reason: reason, At: now.UTC()}
	if err := k.save(ctx, &v); err != nil {
		if !errors.Is(err, ErrChanged) {
			k.o.Logger.WarnContext(ctx, "a warning about the admin tokens waits for the store", "error", err)
		}
		return
	}
	if err := k.o.Warn(ctx, words); err != nil {
		k.o.Logger.ErrorContext(ctx, "a warning about the admin tokens could not be given", "reason", reason, "error", err)
		v.box.Told = before
		if err := k.save(ctx, &v); err != nil {
			k.o.Logger.WarnContext(ctx, "the warning is not given again today", "reason", reason, "error", err)
		}
	}
}
