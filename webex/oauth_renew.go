package webex

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	renewLimit = 45 * time.Second       // for a whole renewal: somebody else's that died, and our own
	beginLimit = 20 * time.Second       // after that the author of an announcement is taken for dead: he had 15 s for Webex
	storeStep  = 200 * time.Millisecond // between looks at the store while another replica renews
	storeTries = 5                      // to store a new pair before the caller is told

	tryMin   = time.Second // back-off after no answer, doubled each time
	tryMax   = 5 * time.Minute
	tryAfter = time.Hour // after a refusal: a hiccup of Webex heals by itself, and it is no loop

	// Webex keeps at most 750 access tokens of an account alive. One that is
	// refused before its time is renewed at once, the next after a minute, then
	// after two and so on, up to an hour.
	earlyMin = time.Minute
	earlyMax = time.Hour
)

// renew makes one renewal, or finds that it was made. It runs once at a time.
func (k *Keys) renew(ctx context.Context, stale string, due bool) error {
	ctx, cancel := context.WithTimeout(ctx, renewLimit)
	defer cancel()
	if done, err := k.store(ctx, stale, due); done {
		return err
	}
	for {
		v, err := k.read(ctx)
		if err != nil {
			return k.fail(v, err, 0)
		}
		k.take(v)
		if v.fresh(time.Now()) && v.pair.AccessToken != stale {
			k.renewed(v) // by another replica
			return nil
		}
		if err := k.hold(&v); err != nil {
			return err
		}
		if again, err := k.begin(ctx, v, due); !again {
			return err
		}
	}
}

// begin announces a renewal and makes it; again says to look once more, because
// another replica is at it or wrote meanwhile.
func (k *Keys) begin(ctx context.Context, v view, due bool) (again bool, err error) {
	if k.underWay(&v) {
		if !sleep(ctx, storeStep) {
			return false, &NoTokenError{Words: "another replica renews the access token and does not come to an end"}
		}
		return true, nil
	}
	start := time.Now()
	v.box.Doubt = v.box.Doubt || v.box.Begun != nil // its author died, or could not take it back
	v.box.Begun = &begun{By: k.me, At: start.UTC()}
	err = k.save(ctx, &v)
	switch {
	case errors.Is(err, ErrChanged):
		return true, nil
	case err != nil:
		return false, k.fail(v, &NoTokenError{Words: "the renewal can't be announced in the store", Err: err}, 0)
	}
	return false, k.exchange(ctx, v, start.Add(grantLimit), due)
}

// underWay reports whether another replica renews just now. Clocks of replicas
// are not compared: its time runs from when this process first saw it.
func (k *Keys) underWay(v *view) bool {
	if v.box.Begun == nil || v.box.Begun.By == k.me {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seenRev != v.rev {
		k.seenRev, k.seenAt = v.rev, time.Now()
	}
	return time.Since(k.seenAt) < beginLimit
}

// hold says why a renewal must wait, or nil.
func (k *Keys) hold(v *view) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	now, token := time.Now(), digest(v.pair.RefreshToken)
	if k.failure != nil && k.failed == token && now.Before(k.nextTry) {
		if e, ok := errors.AsType[*NoTokenError](k.failure); ok {
			return &NoTokenError{Words: e.Words, After: k.nextTry.Sub(now), Err: e.Err}
		}
		return k.failure
	}
	// What another replica was told counts here too; not at the start, for which
	// somebody may have mended the settings.
	r := v.box.Refused
	if r != nil && r.Token == token && (k.failure != nil || k.refreshes > 0) && now.Sub(r.At).Abs() < tryAfter {
		k.failure, k.failed, k.nextTry = &RefusedError{Words: clean(r.Words), Doubt: v.box.Doubt, Settings: v.settings}, token, now.Add(tryMax)
		return k.failure
	}
	if k.early == 0 || v.ripe(now) {
		return nil
	}
	if wait := v.issued.Add(min(earlyMin<<min(k.early-1, 10), earlyMax)).Sub(now); wait > 0 {
		return &NoTokenError{Words: "Webex refuses the access token that it has just given", After: wait}
	}
	return nil
}

// exchange asks Webex and keeps what comes.
func (k *Keys) exchange(ctx context.Context, v view, deadline time.Time, due bool) error {
	k.mu.Lock()
	if k.early++; v.ripe(time.Now()) {
		k.early = 0
	}
	k.mu.Unlock()
	inner, cancel := context.WithDeadline(ctx, deadline)
	p, e := k.grants.refresh(inner, v.pair.RefreshToken)
	cancel()
	switch {
	case e == nil:
		return k.keep(ctx, v, p, due)
	case refused(e):
		return k.refused(ctx, v, e)
	}
	v.box.Begun = nil
	v.box.Doubt = v.box.Doubt || e.uncertain
	if err := k.save(ctx, &v); err != nil && !errors.Is(err, ErrChanged) {
		k.o.Logger.WarnContext(ctx, "a renewal that failed is still announced; that ends by itself", "error", err)
	}
	return k.fail(v, &NoTokenError{Words: "Webex did not renew the access token", After: e.After, Err: e}, e.After)
}

// refused ends a renewal that Webex refused, unless the pair was replaced
// meanwhile: then the refusal was of an old refresh token.
func (k *Keys) refused(ctx context.Context, v view, e *Error) error {
	if cur, err := k.read(ctx); err == nil && cur.box.Gen > v.box.Gen && cur.fresh(time.Now()) {
		k.renewed(cur)
		return nil
	}
	no := &RefusedError{Words: words(e), Doubt: v.box.Doubt, Settings: v.settings}
	v.box.Begun = nil
	v.box.Refused = &refusal{Token: digest(v.pair.RefreshToken), Words: no.Words, At: time.Now().UTC()}
	if err := k.save(ctx, &v); err != nil {
		k.o.Logger.WarnContext(ctx, "a refused renewal could not be noted in the store", "error", err)
	} else {
		k.take(v)
	}
	k.o.Logger.ErrorContext(ctx, "the admin's refresh token is refused", "words", no.Words, "run", "trackbot login")
	return k.fail(v, no, tryAfter)
}

// fail remembers why a renewal failed and until when the next one waits: at
// least for after, and longer each time.
func (k *Keys) fail(v view, err error, after time.Duration) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait := min(tryMin<<min(k.failures, 20), tryMax)
	k.failures++
	if v.pair.RefreshToken == "" {
		wait = 0 // the store, or what is in it: looking again costs nothing
	}
	wait = max(after, wait/2+jitter(wait/2))
	k.failure, k.failed, k.nextTry = err, digest(v.pair.RefreshToken), time.Now().Add(wait)
	if e, ok := errors.AsType[*NoTokenError](err); ok {
		e.After = wait
	}
	return err
}

// keep stores a new pair and puts it in use.
func (k *Keys) keep(ctx context.Context, v view, p Pair, due bool) error {
	var seen []string
	if v.settings {
		seen = append(seen, v.pair.RefreshToken)
	}
	n, err := v.next(k.o.Seal, p, seen...)
	if err != nil {
		return k.fail(v, err, 0)
	}
	k.mu.Lock()
	k.refreshes++
	k.unsaved = &n
	k.mu.Unlock()
	_, err = k.store(ctx, v.pair.AccessToken, due)
	return err
}

// store stores the pair that the store has not taken yet; done is false where
// there is none. The old access token is used for as long as it is good; then
// the new one is, unsaved rather than none, and err is nil.
func (k *Keys) store(ctx context.Context, stale string, due bool) (done bool, err error) {
	k.mu.Lock()
	pending := k.unsaved
	k.mu.Unlock()
	if pending == nil {
		return false, nil
	}
	n := *pending
	for try := range storeTries {
		if err = k.storeOnce(ctx, n); err == nil || try == storeTries-1 || !sleep(ctx, storeStep<<try) {
			break
		}
	}
	if err == nil {
		return true, nil
	}
	k.o.Logger.ErrorContext(ctx, "the new admin tokens can't be stored; if the process ends now, somebody may have to run trackbot login", "error", err)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failure, k.loose = &NoTokenError{Words: "the new tokens can't be stored", Err: err}, true
	if due || n.pair.AccessToken == stale {
		return true, k.failure
	}
	k.dead = stale
	return true, nil
}

// storeOnce tries once. Where somebody wrote meanwhile, it takes a newer pair
// that is there (which may be our own, whose answer was lost), and else writes
// over an announcement: ours is the proof that the old refresh token is used up.
func (k *Keys) storeOnce(ctx context.Context, n view) error {
	err := k.save(ctx, &n)
	if errors.Is(err, ErrChanged) {
		var cur view
		if cur, err = k.read(ctx); err != nil {
			return err
		}
		if cur.box.Gen >= n.box.Gen && !cur.settings {
			k.renewed(cur)
			return nil
		}
		n.rev, n.box.Gen = cur.rev, max(n.box.Gen, cur.box.Gen+1)
		err = k.save(ctx, &n)
	}
	if err != nil {
		return fmt.Errorf("store the tokens: %w", err)
	}
	k.renewed(n)
	k.o.Logger.InfoContext(ctx, "the admin tokens are renewed", "generation", n.box.Gen,
		"access_expires", n.pair.AccessExpires, "refresh_expires", n.pair.RefreshExpires)
	return nil
}
