package signin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"trackbot/internal/store"
	"trackbot/webex"
)

const (
	leaseName = "signin"
	leaseLife = askLimit + 5*time.Second // after that its owner is taken for dead
	leaseStep = 200 * time.Millisecond   // between looks while another process renews
	waitLimit = 2 * leaseLife            // for processes that renew and don't come to an end

	tryMin   = time.Second // back-off after no answer, doubled each time
	tryMax   = 5 * time.Minute
	tryAfter = time.Hour // after a refusal: a hiccup of Webex heals by itself, and it is no loop

	// earlyStep is between renewals of tokens that Webex refuses before their time. It keeps at most 750 access tokens of
	// an account alive, and each for 14 days.
	earlyStep = time.Hour
)

// failure is a renewal that failed, and until when the next one waits.
type failure struct {
	err   error
	pair  Pair // that was to be renewed
	times int  // in a row
	until time.Time
}

// renew makes one renewal, or finds that it was made. It runs once at a time.
func (t *Tokens) renew(ctx context.Context, stale string) error {
	wait, cancel := context.WithTimeout(ctx, waitLimit)
	defer cancel()
	for {
		s, err := t.look(wait)
		if err != nil {
			return err
		}
		if s.pair.good(time.Now()) && s.pair.AccessToken != stale {
			return nil // by another process
		}
		if err := t.hold(&s); err != nil {
			return err
		}
		s, mine, err := t.claim(wait, stale)
		switch {
		case err != nil:
			return &webex.NoTokenError{Words: "the renewal can't be noted in the database", Err: err}
		case mine:
			return t.ask(ctx, s)
		}
		select {
		case <-time.After(leaseStep):
		case <-wait.Done():
			return &webex.NoTokenError{Words: "another process renews the access token and does not come to an end"}
		}
	}
}

// look takes what the database holds. Where it has not taken the newest pair yet, it gets that first.
func (t *Tokens) look(ctx context.Context) (s state, err error) {
	t.mu.Lock()
	cur, behind := t.cur, t.behind
	t.mu.Unlock()
	if behind != nil {
		if s, err = t.settle(ctx, behind.Pair, cur); err != nil {
			return cur, &webex.NoTokenError{Words: "the new tokens can't be stored", Err: err}
		}
		t.o.Logger.InfoContext(ctx, "the new admin tokens are stored at last")
	} else if err = t.o.DB.View(ctx, func(tx *store.Tx) (err error) { s, err = t.read(tx, ""); return err }); err != nil {
		return cur, &webex.NoTokenError{Words: "the stored tokens can't be read", Err: err}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.behind == behind && s.rev >= t.cur.rev { // else a renewal was faster
		t.cur, t.behind = s, nil
		if !s.pair.is(&t.failure.pair) {
			t.failure = failure{}
		}
	}
	return s, nil
}

// hold says why a renewal must wait, or nil.
func (t *Tokens) hold(s *state) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	wait := t.failure.until.Sub(now)
	passing, ok := errors.AsType[*webex.NoTokenError](t.failure.err)
	switch {
	case s.err != nil:
		return s.err
	case wait > 0 && s.pair.is(&t.failure.pair) && ok:
		return &webex.NoTokenError{Words: passing.Words, After: wait, Err: passing.Err}
	case wait > 0 && s.pair.is(&t.failure.pair):
		return t.failure.err
	}
	if wait = t.early.Add(earlyStep).Sub(now); wait > 0 && !s.pair.ripe(now) {
		return &webex.NoTokenError{Words: "Webex refuses the access token that it has just given", After: wait}
	}
	return nil
}

// claim takes the lease and reads the row under it. It is not mine where another process has the lease, or has stored
// another access token than stale.
func (t *Tokens) claim(ctx context.Context, stale string) (s state, mine bool, err error) {
	notMine := errors.New("not mine") // undoes the transaction
	err = t.o.DB.Update(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(`
			INSERT INTO lease (name, owner, until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
			WHERE lease.owner = excluded.owner OR lease.until <= $4`,
			leaseName, t.owner, tx.Now().Add(leaseLife).UnixMilli(), tx.Now().UnixMilli())
		if err == nil && n == 1 {
			s, err = t.read(tx, "")
		}
		if err == nil && (n == 0 || s.err != nil || s.pair.good(time.Now()) && s.pair.AccessToken != stale) {
			err = notMine
		}
		return err
	})
	if errors.Is(err, notMine) {
		return s, false, nil
	}
	return s, err == nil, err
}

// settle ends a renewal in one transaction: it releases the lease, and stores n unless there is another sealed pair than old
// by now. It returns what the row holds then: n, or what another process or a sign-in stored.
func (t *Tokens) settle(ctx context.Context, old []byte, n state) (state, error) {
	err := t.o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec("DELETE FROM lease WHERE name = $1 AND owner = $2", leaseName, t.owner); err != nil {
			return err
		}
		cur, err := t.read(tx, tx.ForUpdate())
		if err != nil {
			return err
		}
		if !bytes.Equal(cur.Pair, old) {
			n = cur
			return nil
		}
		n.rev = cur.rev
		return n.write(tx)
	})
	return n, err
}

// ask asks Webex and stores what comes of it. It holds the lease, and no transaction. A pair that the database does not take
// is used all the same: the old refresh token may be good for nothing now.
func (t *Tokens) ask(ctx context.Context, s state) error {
	now, n := time.Now(), s
	p, err := t.client.refresh(ctx, s.pair.RefreshToken)
	got, retry := err == nil, time.Duration(0)
	switch {
	case got:
		n = t.next(&s, p)
	case webex.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden):
		n.Refused = &refusal{Token: digest(s.pair.RefreshToken), Words: s.refusalWords(err)}
		err, retry = n.refused(), tryAfter
		t.o.Logger.ErrorContext(ctx, "the admin sign-in needs a person", "error", err)
	default:
		if e, ok := errors.AsType[*webex.Error](err); ok {
			retry = e.After
		}
		err = &webex.NoTokenError{Words: "Webex did not renew the access token", Err: err}
	}
	stored, unstored := t.settle(ctx, s.Pair, n)
	if unstored != nil {
		t.o.Logger.ErrorContext(ctx, "the outcome of a renewal can't be stored; if it gave tokens and the process ends now, somebody may have to run trackbot login",
			"error", unstored, "tokens", got)
		stored = n
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cur = stored
	if bytes.Equal(stored.Pair, s.Pair) {
		return t.fail(&s, err, retry)
	}
	t.failure = failure{}
	if got {
		t.refreshes++
	}
	if !s.pair.ripe(now) {
		t.early = now
	}
	if unstored != nil {
		t.behind = &s
		return nil
	}
	t.o.Logger.InfoContext(ctx, "the admin tokens are renewed", "access_expires", stored.pair.AccessExpires, "refresh_expires", stored.pair.RefreshExpires)
	return nil
}

// refusalWords says what is wrong with the refresh token and what to do.
func (s *state) refusalWords(err error) string {
	whose := ""
	if s.pair.AccessToken == "" {
		whose = " of the settings"
	}
	return fmt.Sprintf("the refresh token%s is refused: run trackbot login (%v)", whose, err)
}

// fail remembers, under the lock, why a renewal failed and until when the next one waits: at least for after, and longer
// each time.
func (t *Tokens) fail(s *state, err error, after time.Duration) error {
	wait := max(after, min(tryMin<<min(t.failure.times, 20), tryMax))
	t.failure = failure{err: err, pair: s.pair, times: t.failure.times + 1, until: time.Now().Add(wait)}
	if e, ok := errors.AsType[*webex.NoTokenError](err); ok {
		e.After = wait
	}
	return err
}
