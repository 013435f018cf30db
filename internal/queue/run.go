package queue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"trackbot/internal/store"
)

const (
	maxCrashes = 5    // processes that may end while a row runs
	maxGiveUps = 10   // tries of GiveUp
	maxReason  = 2000 // bytes of a reason that are stored
	maxJitter  = 5 * time.Second
	storeRetry = time.Second // between tries to store an end while the database can't be written
)

// FailError is the reason with which the queue itself gave a row up.
type FailError struct {
	Reason string // in plain words
	Err    error  // the last error of the run, or nil
}

// Error implements error.
func (e *FailError) Error() string {
	if e.Err == nil {
		return e.Reason
	}
	return e.Reason + ": " + e.Err.Error()
}

// Unwrap returns the last error of the run.
func (e *FailError) Unwrap() error { return e.Err }

// PanicError is what a panic in Handle becomes.
type PanicError struct{ Value any }

// Error implements error.
func (e *PanicError) Error() string { return fmt.Sprintf("the handler panicked: %v", e.Value) }

// errTaken says that a row is not this owner's any more.
var errTaken = errors.New("another process has taken the row over")

// run takes a claimed row to its end, or to its next try.
func (w *Worker) run(ctx context.Context, it *Item) {
	defer w.ended(it)
	if w.stopped() {
		w.later(ctx, it, 0, nil) // claimed just before the stop
		return
	}
	commit, err := w.attempt(ctx, it)
	if err == nil {
		err = w.store(ctx, it, func(tx *store.Tx) error { return w.end(tx, it, Done, "", commit) })
		if err != nil && !errors.Is(err, errTaken) {
			err = unstoredError{err}
		}
	}
	if err != nil && !errors.Is(err, errTaken) {
		w.judge(ctx, it, err)
	}
}

// unstoredError says that a run did its work and its end could not be stored: the
// next run must look before it does the work again.
type unstoredError struct{ error }

func (unstoredError) Uncertain() bool { return true }
func (e unstoredError) Unwrap() error { return e.error }

// attempt runs the handler once, unless the row is to be given up.
func (w *Worker) attempt(ctx context.Context, it *Item) (commit func(*store.Tx) error, err error) {
	switch age := time.Since(it.Stored); {
	case it.crashes >= maxCrashes:
		return nil, &FailError{Reason: fmt.Sprintf("the process ended %d times while it ran", it.crashes)}
	case age > w.o.MaxAge:
		return nil, &FailError{Reason: "it waited longer than " + w.o.MaxAge.String()}
	}
	defer w.recovered(it, &err)
	return w.o.Handle(ctx, *it)
}

// recovered turns a panic into an error.
func (w *Worker) recovered(it *Item, err *error) {
	if v := recover(); v != nil {
		w.o.Logger.Error("a handler panicked", "table", w.o.Table, "key", it.Key, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		*err = &PanicError{Value: v}
	}
}

// end writes the end of a row, what is stored with it, and which row of the lane
// is next; and it claims what can run in its place.
func (w *Worker) end(tx *store.Tx, it *Item, state, reason string, commit func(*store.Tx) error) error {
	if err := tx.Lock(string(w.o.Table) + " " + it.Lane); err != nil {
		return err
	}
	body := "NULL"
	if state == Failed {
		body = "body" // for whoever looks at it, and for another try
	}
	n, err := tx.Exec(w.o.Table.sql(`UPDATE {table} SET state = $1, reason = $2, finished = $3, owner = '', body = `+body+`
		WHERE seq = $4 AND owner = $5 AND attempt = $6 AND state = 'running'`), state, reason, tx.Now().UnixMilli(), it.seq, w.owner, it.Attempt)
	if err != nil {
		return fmt.Errorf("end a row: %w", err)
	}
	if n == 0 {
		return errTaken
	}
	if commit != nil {
		if err := commit(tx); err != nil {
			return err
		}
	}
	if err := promote(tx, w.o.Table, it.Lane); err != nil {
		return err
	}
	return w.claim(tx, it)
}

// promote makes the next row of a lane the one that waits.
func promote(tx *store.Tx, t Table, lane string) error {
	_, err := tx.Exec(t.sql(`UPDATE {table} SET state = 'waiting' WHERE seq = (SELECT min(seq) FROM {table} WHERE lane = $1 AND state IN `+open+` AND state = 'queued')`), lane)
	if err != nil {
		return fmt.Errorf("the next of a lane: %w", err)
	}
	return nil
}

// store commits f, and tries again while the database can't be written: what was
// done must not be done again because of that. It does so for a claim that could
// not be held too, as f finds out whether another process has the row.
func (w *Worker) store(ctx context.Context, it *Item, f func(*store.Tx) error) error {
	for {
		err := w.db.Update(context.WithoutCancel(ctx), f)
		if u, ok := errors.AsType[*store.UnavailableError](err); !ok || w.stopped() {
			return err
		} else { //nolint:revive // u is of the condition
			w.o.Logger.Warn("the end of a row can't be stored; trying again", "table", w.o.Table, "key", it.Key, "error", u)
		}
		select {
		case <-w.base.Done():
		case <-time.After(storeRetry):
		}
	}
}

// judge decides what an error means: another try later, or the end.
func (w *Worker) judge(ctx context.Context, it *Item, err error) {
	again, wait := temporary(err)
	own := errors.As(err, new(*FailError)) || errors.As(err, new(*PanicError))
	switch {
	case !own && (ctx.Err() != nil || w.stopped()):
		w.later(ctx, it, 0, err) // the stop may be why it failed
		return
	case own || !again:
		w.giveUp(ctx, it, err)
		return
	}
	if wait > 0 {
		wait += jitter(min(wait/10, maxJitter)) // a little later than asked for, never earlier, and not all at once
	} else {
		wait = backoff(it.Attempt)
	}
	if time.Since(it.Stored)+wait > w.o.MaxAge {
		w.giveUp(ctx, it, &FailError{Reason: "given up: the next try would come later than " + w.o.MaxAge.String() + " after the start", Err: err})
		return
	}
	w.o.Logger.Info("a row waits for its next try", "table", w.o.Table, "key", it.Key, "attempt", it.Attempt, "wait", wait, "error", err)
	w.later(ctx, it, wait, err)
}

// later puts a row back, to be run again after a while.
func (w *Worker) later(ctx context.Context, it *Item, wait time.Duration, err error) {
	reason := ""
	if err != nil {
		reason = cut(err.Error(), maxReason)
	}
	unsure, begins := unsureAfter(it, err)
	stored := w.store(ctx, it, func(tx *store.Tx) error {
		if begins { // not earlier: while the database was away, nothing that would show could be stored
			unsure = tx.Now().UnixMilli()
		}
		n, err := tx.Exec(w.o.Table.sql(`UPDATE {table} SET state = 'waiting', owner = '', due = $1, reason = $2, unsure = $3
			WHERE seq = $4 AND owner = $5 AND attempt = $6 AND state = 'running'`),
			tx.Now().Add(wait).UnixMilli(), reason, unsure, it.seq, w.owner, it.Attempt)
		if err == nil && n == 0 {
			err = errTaken
		}
		return err
	})
	if stored != nil {
		w.o.Logger.Warn("a row could not be put back", "table", w.o.Table, "key", it.Key, "error", stored)
		return
	}
	if wait > 0 && wait < pollEvery {
		time.AfterFunc(wait, w.poke)
	}
}

// unsureAfter is since when a row is unsure after a run that ended with an error,
// in ms; begins says that it is from now on.
func unsureAfter(it *Item, err error) (unsure int64, begins bool) {
	if !it.Unsure.IsZero() {
		unsure = it.Unsure.UnixMilli()
	}
	switch may, said := uncertain(err); {
	case said && !may:
		return 0, false
	case may:
		return unsure, unsure == 0 || !earlier(err)
	}
	return unsure, false
}

// giveUp ends a row that can't be done, with what is said about that.
func (w *Worker) giveUp(ctx context.Context, it *Item, reason error) {
	w.o.Logger.Error("a row was given up", "table", w.o.Table, "key", it.Key, "ref", it.Ref, "error", reason)
	for try := 1; ; try++ {
		commit, err := w.apology(ctx, it, reason)
		if err == nil || try == maxGiveUps {
			err = w.store(ctx, it, func(tx *store.Tx) error { return w.end(tx, it, Failed, cut(reason.Error(), maxReason), commit) })
		}
		switch {
		case err == nil || errors.Is(err, errTaken):
			return
		case ctx.Err() != nil || w.stopped():
			w.later(ctx, it, 0, nil)
			return
		case try == maxGiveUps:
			w.o.Logger.Error("a row that was given up could not be ended; it is tried again", "table", w.o.Table, "key", it.Key, "error", err)
			w.later(ctx, it, time.Minute, nil)
			return
		}
		w.o.Logger.Warn("nobody could be told of a row that was given up; trying again", "table", w.o.Table, "key", it.Key, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(backoff(try)):
		}
	}
}

// apology asks what is to be said about a row that is given up.
func (w *Worker) apology(ctx context.Context, it *Item, reason error) (commit func(*store.Tx) error, err error) {
	if w.o.GiveUp == nil {
		return nil, nil
	}
	defer w.recovered(it, &err)
	return w.o.GiveUp(ctx, *it, reason)
}

// backoff is the wait after the nth run: 1 s, doubling to 60 s, of which the last
// half is random.
func backoff(n int) time.Duration {
	d := min(time.Second<<min(max(n-1, 0), 6), time.Minute)
	return d/2 + jitter(d/2)
}

// jitter is a random time of at most d.
func jitter(d time.Duration) time.Duration {
	return rand.N(d + 1) //nolint:gosec // no secret
}

// temporary asks an error whether to try again, and when.
func temporary(err error) (again bool, wait time.Duration) {
	if e, ok := errors.AsType[interface {
		error
		RetryAfter() time.Duration
	}](err); ok {
		wait = e.RetryAfter()
	}
	e, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	if ok {
		return e.Temporary(), wait
	}
	return wait > 0, wait
}

// uncertain asks an error whether the handler may have acted, in this run or an
// earlier one; said is false where it does not know.
func uncertain(err error) (may, said bool) {
	e, said := errors.AsType[interface {
		error
		Uncertain() bool
	}](err)
	return said && e.Uncertain(), said
}

// earlier asks an error that is uncertain whether it was an earlier run alone that
// may have acted.
func earlier(err error) bool {
	e, ok := errors.AsType[interface {
		error
		Earlier() bool
	}](err)
	return ok && e.Earlier()
}

// cut shortens s to at most n bytes without splitting a rune.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
