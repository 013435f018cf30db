package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

const (
	storeRetry = time.Second // until the store is asked again when it could not take a step of an item
	maxTells   = 10          // tries of OnFail
	maxReason  = 2000        // bytes of a reason that are kept
	maxJitter  = 5 * time.Second
)

// FailError is the reason with which the queue itself gave an item up.
type FailError struct {
	Reason string // in plain words
	Err    error  // the last error of the handler, or nil
}

// Error implements error.
func (e *FailError) Error() string {
	if e.Err == nil {
		return e.Reason
	}
	return e.Reason + ": " + e.Err.Error()
}

// Unwrap returns the handler's last error.
func (e *FailError) Unwrap() error { return e.Err }

// PanicError is what a handler's panic becomes.
type PanicError struct {
	Value any
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string { return fmt.Sprintf("the handler panicked: %v", e.Value) }

// runner runs entries for one call of Run.
type runner struct {
	*stage
	work
	suspects chan struct{} // holds the one suspect that runs
}

// step takes an entry as far as it goes now. stopping is done when no further work should start; ctx ends later, when
// also running work must.
func (r *runner) step(ctx context.Context, stopping <-chan struct{}, e *entry) verdict {
	if isStopped(stopping) && e.phase < phaseHandled {
		return verdict{leave: true}
	}
	if e.phase == phaseWaiting {
		v, ok := r.admit(ctx, e)
		if !ok {
			return v
		}
	}
	if e.phase == phaseClaimed {
		v, ok := r.attempt(ctx, stopping, e)
		if !ok {
			return v
		}
	}
	err := r.finish(ctx, e)
	if err != nil {
		r.idle(ctx, e)
		if isStopped(stopping) {
			return verdict{leave: true}
		}
		e.stumbles++
		r.q.log.Warn("an item could not be closed; trying again", "stage", r.o.Name, "item", e.env.Key, "error", err)
		return verdict{wait: r.o.Backoff(e.stumbles)}
	}
	return verdict{done: true}
}

// admit checks the marks and writes "sending". ok is false when the entry does not run now.
func (r *runner) admit(ctx context.Context, e *entry) (v verdict, ok bool) {
	if e.bad != nil {
		e.phase, e.result = phaseHandled, &FailError{Reason: "the stored item can't be read", Err: e.bad}
		return verdict{}, true
	}
	var skip bool
	var err error
	if r.o.Once {
		var again bool
		e.mark, again, skip, err = r.q.marks.claim(ctx, e.env.Key, r.o.Name)
		e.again = e.again || again
	} else {
		e.mark, err = r.q.marks.get(ctx, e.env.Key)
		skip = e.mark.final(r.o.Name, false)
	}
	switch {
	case err != nil:
		r.q.log.Warn("an item could not be started; trying again", "stage", r.o.Name, "item", e.env.Key, "error", err)
		return verdict{wait: storeRetry}, false
	case skip:
		r.forget(ctx, e)
		return verdict{done: true}, false
	}
	e.phase = phaseClaimed
	return verdict{}, true
}

// attempt runs the handler once. ok is true when there is a last word.
func (r *runner) attempt(ctx context.Context, stopping <-chan struct{}, e *entry) (v verdict, ok bool) {
	if e.attempt > 0 {
		if v, ok = r.anew(ctx, e); !ok {
			return v, false
		}
	}
	n, crashes, err := r.attempts.begin(ctx, e.env.Key)
	if err != nil {
		if errors.As(err, new(*UnavailableError)) {
			return verdict{wait: storeRetry}, false
		}
		r.q.log.Error("attempts are not counted", "stage", r.o.Name, "error", err)
	}
	r.lanes.note(e, n, "")
	e.again = e.again || crashes > 0 && !r.o.Once // with Once the mark knows better
	switch age := time.Since(e.env.since()); {
	case crashes >= r.o.MaxCrashes:
		e.result = &FailError{Reason: fmt.Sprintf("the process ended %d times while it ran", crashes)}
	case r.o.MaxAge > 0 && age > r.o.MaxAge:
		e.result = &FailError{Reason: "it waited longer than " + r.o.MaxAge.String()}
	default:
		free := r.suspect(ctx, e, crashes)
		e.result = r.guard(ctx, e, n)
		free()
	}
	if e.result == nil { // its attempts are forgotten in a moment
		e.phase = phaseHandled
		return verdict{}, true
	}
	r.idle(ctx, e)
	v, ok = r.judge(stopping, e, n)
	if !ok {
		r.rest(ctx, e)
	}
	return v, ok
}

// rest writes that the last run certainly did nothing, where that is so and matters.
func (r *runner) rest(ctx context.Context, e *entry) {
	if !r.o.Once || e.again {
		return
	}
	var err error
	if e.mark, err = r.q.marks.rest(ctx, e.env.Key, e.mark); err != nil {
		r.q.log.Debug("a mark stays as it is, which makes doubt after a crash", "stage", r.o.Name, "item", e.env.Key, "error", err)
	}
}

// anew looks before another run whether the item still is to be run, and by us. With Once it renews the mark: that shows
// that the store can be written, without which nobody would know of the run afterwards, and that no other replica took the
// item over. ok is false where it does not run now.
func (r *runner) anew(ctx context.Context, e *entry) (v verdict, ok bool) {
	m, err := r.q.marks.get(ctx, e.env.Key)
	if err == nil && m.state == stateDropped {
		r.forget(ctx, e)
		return verdict{done: true}, false
	}
	if !r.o.Once {
		return verdict{}, true
	}
	if err == nil {
		e.mark, err = r.q.marks.renew(ctx, e.env.Key, m, e.mark)
	}
	if errors.Is(err, ErrChanged) {
		r.q.log.Warn("another replica has this item; left to it", "stage", r.o.Name, "item", e.env.Key)
		e.phase = phaseWaiting // and looked at again later, in case that one died
		return verdict{wait: ackWait}, false
	}
	if err != nil {
		r.q.log.Warn("an item could not be started again; trying again", "stage", r.o.Name, "item", e.env.Key, "error", err)
		return verdict{wait: storeRetry}, false
	}
	return verdict{}, true
}

// idle notes that an item is not done and does not run, so that it is not blamed for a crash.
func (r *runner) idle(ctx context.Context, e *entry) {
	if err := r.attempts.rest(ctx, e.env.Key); err != nil {
		r.q.log.Warn("attempts are not counted", "stage", r.o.Name, "error", err)
	}
}

// suspect lets only one item run at a time of those that ran at two crashes or more: the next crash then blames its cause
// and not the others that happened to run.
func (r *runner) suspect(ctx context.Context, e *entry, crashes int) (free func()) {
	if crashes < 2 {
		return func() {}
	}
	err := r.attempts.rest(ctx, e.env.Key) // it does not run while it waits for its turn
	r.suspects <- struct{}{}
	if err = errors.Join(err, r.attempts.resume(ctx, e.env.Key)); err != nil {
		r.q.log.Warn("attempts are not counted", "stage", r.o.Name, "error", err)
	}
	return func() { <-r.suspects }
}

// guard calls the handler and catches its panic.
func (r *runner) guard(ctx context.Context, e *entry, n int) (err error) {
	defer func() {
		if v := recover(); v != nil {
			stack := debug.Stack()
			r.q.log.Error("a handler panicked", "stage", r.o.Name, "item", e.env.Key, "panic", fmt.Sprint(v), "stack", string(stack))
			err = &PanicError{Value: v, Stack: stack}
		}
	}()
	e.kept, err = r.handle(ctx, e.env, n, e.again)
	return err
}

// judge decides what an error means: another try later, or the end.
func (r *runner) judge(stopping <-chan struct{}, e *entry, n int) (v verdict, ok bool) {
	again, wait := temporary(e.result)
	if unsure, said := uncertain(e.result); said {
		e.again = unsure
	}
	r.lanes.note(e, n, cut(e.result.Error(), maxReason))
	own := errors.As(e.result, new(*FailError)) || errors.As(e.result, new(*PanicError))
	switch {
	case !own && isStopped(stopping):
		return verdict{leave: true}, false // the stop may be why it failed
	case own || !again:
		e.phase = phaseHandled
		return verdict{}, true
	}
	if wait > 0 {
		wait += jitter(min(wait/10, maxJitter)) // a little later than asked for, never earlier, and not all at once
	} else {
		wait = r.o.Backoff(n)
	}
	switch {
	case r.o.MaxAttempts > 0 && n >= r.o.MaxAttempts:
		e.result = &FailError{Reason: fmt.Sprintf("given up after %d tries", n), Err: e.result}
	case r.o.MaxAge > 0 && time.Since(e.env.since())+wait > r.o.MaxAge:
		e.result = &FailError{Reason: "given up: the next try would come later than " + r.o.MaxAge.String() + " after the start", Err: e.result}
	default:
		r.q.log.Info("an item waits for its next try", "stage", r.o.Name, "item", e.env.Key, "attempt", n, "wait", wait, "error", e.result)
		return verdict{wait: max(wait, time.Millisecond)}, false
	}
	e.phase = phaseHandled
	return verdict{}, true
}

// finish writes the end of an item down. Each part is done once; an error means to come back.
func (r *runner) finish(ctx context.Context, e *entry) error {
	if e.result == nil {
		if r.o.Once {
			if err := r.q.marks.set(ctx, e.env.Key, e.mark, mark{state: stateDone, stage: r.o.Name, kept: e.kept}); err != nil {
				return err
			}
		}
		r.recent.add(e.env.Key)
		r.forget(ctx, e)
		return nil
	}
	if e.phase == phaseHandled {
		if err := r.tell(ctx, e); err != nil {
			return err
		}
		e.phase = phaseTold
	}
	if e.phase == phaseTold {
		if err := r.q.storeFailed(ctx, r.o.Name, e); err != nil {
			return err
		}
		e.phase = phaseStored
	}
	if e.env.Key != "" {
		if err := r.setFailed(ctx, e); err != nil {
			return err
		}
	}
	r.q.log.Error("an item was given up", "stage", r.o.Name, "item", e.env.Key, "error", e.result)
	r.forget(ctx, e)
	return nil
}

// setFailed marks the key as failed, unless its answer is on the way or done.
func (r *runner) setFailed(ctx context.Context, e *entry) error {
	from := e.mark
	if !r.o.Once {
		m, err := r.q.marks.get(ctx, e.env.Key)
		if err != nil {
			return err
		}
		if m.open() || m.state == stateDone {
			return nil
		}
		from = m
	}
	return r.q.marks.set(ctx, e.env.Key, from, mark{state: stateFailed, stage: r.o.Name})
}

// tell calls OnFail and catches its panic.
func (r *runner) tell(ctx context.Context, e *entry) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.q.log.Error("OnFail panicked", "stage", r.o.Name, "item", e.env.Key, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = nil
		}
	}()
	e.tells++
	err = r.onFail(ctx, e.env, max(e.attempt, 1), e.again, e.result)
	if err != nil && e.tells >= maxTells {
		r.q.log.Error("nobody could be told of an item that was given up", "stage", r.o.Name, "item", e.env.Key, "error", err)
		return nil
	}
	return err
}

// forget drops the attempts. An error is harmless: the mark, or the missing message, decides.
func (r *runner) forget(ctx context.Context, e *entry) {
	if err := r.attempts.end(ctx, e.env.Key); err != nil {
		r.q.log.Debug("attempts were not removed", "stage", r.o.Name, "error", err)
	}
}

func isStopped(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
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

// uncertain asks an error whether the handler may have acted, in this run or an earlier one; said is false where it does not
// know.
func uncertain(err error) (unsure, said bool) {
	e, said := errors.AsType[interface {
		error
		Uncertain() bool
	}](err)
	return said && e.Uncertain(), said
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
