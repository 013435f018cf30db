package queue

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// Who claims what somebody else is sending takes it over: the other one can't start another run of it.
func TestClaimTakesOver(t *testing.T) {
	q := openQueue(t, testOptions(t))
	ctx := t.Context()
	first, second := q.marks, *q.marks
	second.id = "other"
	was, again, skip, err := first.claim(ctx, "k", "replies")
	if again || skip || err != nil {
		t.Fatalf("claim = %v, %v, %v", again, skip, err)
	}
	renew := func(m *marks, mine mark) (mark, error) {
		t.Helper()
		cur, err := m.get(ctx, "k")
		if err != nil {
			t.Fatal(err)
		}
		return m.renew(ctx, "k", cur, mine)
	}
	if was, err = renew(first, was); err != nil {
		t.Fatalf("renew = %v while nobody else has it", err)
	}
	if _, err = first.bucket.Put(ctx, "k", was.value()); err != nil { // a renewal whose answer got lost
		t.Fatal(err)
	}
	if was, err = renew(first, was); err != nil {
		t.Errorf("renew = %v after a revision of its own, want none", err)
	}
	now, again, skip, err := second.claim(ctx, "k", "replies")
	if !again || skip || err != nil {
		t.Errorf("the second claim = %v, %v, %v; want that it may have been run", again, skip, err)
	}
	if _, err := renew(first, was); !errors.Is(err, ErrChanged) {
		t.Errorf("renew = %v for the one that lost it, want ErrChanged", err)
	}
	if now, err = renew(&second, now); err != nil {
		t.Errorf("renew = %v for the one that has it", err)
	}
	if err := second.set(ctx, "k", now, mark{state: stateDone, stage: "replies"}); err != nil {
		t.Fatal(err)
	}
	if _, _, skip, err := first.claim(ctx, "k", "replies"); !skip || err != nil {
		t.Errorf("a claim of what is done: skip = %v, %v", skip, err)
	}
}

// Between two runs, of which the first certainly did nothing, a crash makes no doubt; while one runs it does.
func TestCrashBetweenTwoRunsMakesNoDoubt(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   error
		again bool
	}{
		{"it did nothing", &askError{temporary: true, after: time.Hour}, false},
		{"it may have acted", &askError{temporary: true, uncertain: true, after: time.Hour}, true},
		{"it does not know", &UnavailableError{Reason: "for now"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := openQueue(t, testOptions(t))
			s := newTestStage(t, q, StageOptions{Name: "replies", Once: true, Backoff: func(int) time.Duration { return time.Hour }})
			runStage(t, s, func(context.Context, Item[question]) error { return c.err })
			mustPut(t, s, "k", "l", 1)
			eventually(t, "it waits for its next run", func() bool {
				return !s.core.lanes.status()["k"].due.IsZero()
			})
			later := *q.marks // of the next process
			later.id = "later"
			_, again, skip, err := later.claim(t.Context(), "k", "replies")
			if again != c.again || skip || err != nil {
				t.Errorf("claim = %v, %v, %v; want again %v", again, skip, err, c.again)
			}
		})
	}
}

// A doubt ends with a run that says so.
func TestDoubtEnds(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	var rec record
	runStage(t, s, func(_ context.Context, it Item[question]) error {
		rec.add(it)
		switch rec.len() {
		case 1:
			return &askError{temporary: true, uncertain: true}
		case 2:
			return &UnavailableError{Reason: "for now"}
		case 3:
			return &askError{temporary: true}
		}
		return nil
	})
	mustPut(t, s, "k", "l", 1)
	eventually(t, "all runs", func() bool { return rec.len() == 4 })
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for i, want := range []bool{false, true, true, false} {
		if got := rec.runs[i].Again; got != want {
			t.Errorf("run %d: Again = %v, want %v", i+1, got, want)
		}
	}
}

// An item that another replica took over while it waited for its next run is left to that one.
func TestRetryOfAnItemThatWasTakenOver(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	var runs atomic.Int32
	runStage(t, s, func(ctx context.Context, it Item[question]) error {
		runs.Add(1)
		other := mark{state: stateSending, stage: "replies", by: "other"}
		if _, err := q.marks.bucket.Put(ctx, it.Key, other.value()); err != nil {
			t.Error(err)
		}
		return &askError{temporary: true, after: 50 * time.Millisecond}
	})
	mustPut(t, s, "k", "l", 1)
	eventually(t, "it waits for the other one", func() bool {
		for _, e := range s.core.lanes.status() {
			if time.Until(e.due) > ackWait/2 {
				return true
			}
		}
		return false
	})
	m, err := q.marks.get(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	if err := q.marks.set(t.Context(), "k", m, mark{state: stateDone, stage: "replies"}); err != nil { // by the other one
		t.Fatal(err)
	}
	if !s.core.lanes.hurry("k") {
		t.Error("it is not there any more")
	}
	eventually(t, "it is done", func() bool { n, err := s.Waiting(t.Context()); return err == nil && n == 0 })
	if n := runs.Load(); n != 1 {
		t.Errorf("it ran %d times here, want once", n)
	}
}

// While the store can't write, what acts only once does not act: nobody would know afterwards.
func TestRetryWaitsForTheStore(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	var full atomic.Bool
	o.Reserve = 1 << 20
	o.free = func(string) (uint64, error) {
		if full.Load() {
			return 0, nil
		}
		return 1 << 40, nil
	}
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	var runs atomic.Int32
	runStage(t, s, func(ctx context.Context, _ Item[question]) error {
		if runs.Add(1) > 1 {
			return nil
		}
		full.Store(true)
		for end := time.Now().Add(5 * time.Second); q.Ready() == nil && time.Now().Before(end); {
			pause(ctx, 10*time.Millisecond) // how much is free is not asked each time
		}
		se, err := q.session()
		if err != nil {
			t.Error(err)
			return nil
		}
		q.fail(se, errors.New("no space left on device"))
		return &askError{temporary: true, after: 10 * time.Millisecond}
	})
	mustPut(t, s, "k", "l", 1)
	eventually(t, "the first run", func() bool { return runs.Load() == 1 })
	pause(t.Context(), 1500*time.Millisecond) // more than one look at the store
	if n := runs.Load(); n != 1 {
		t.Errorf("it ran %d times on a store that can't write, want once", n)
	}
	full.Store(false)
	eventually(t, "it runs again once the store works", func() bool { return runs.Load() == 2 })
}

// What is kept of an item stands in its mark: after a restart too, and not of one that failed.
func TestWhatWasDoneIsKept(t *testing.T) {
	o := testOptions(t)
	kept := func(q *Queue, key, want string) {
		t.Helper()
		s := q.stages["replies"]
		if got, err := (&Stage[question]{core: s}).Kept(t.Context(), key); string(got) != want || err != nil {
			t.Errorf("Kept(%s) = %q, %v, want %q", key, got, err, want)
		}
	}
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	s.Keep = func(it Item[question]) []byte {
		if it.Key == "silent" {
			return nil
		}
		return []byte("of " + it.Key + "\nand more")
	}
	for _, key := range []string{"good", "bad", "silent"} {
		mustPut(t, s, key, key, 1)
	}
	kept(q, "good", "")
	runStage(t, s, func(_ context.Context, it Item[question]) error {
		if it.Key == "bad" {
			return errors.New("no")
		}
		return nil
	})
	eventually(t, "all are over", func() bool { n, err := s.Waiting(t.Context()); return n == 0 && err == nil })
	if fresh, err := s.Put(t.Context(), "good", "good", question{}); fresh || err != nil {
		t.Errorf("Put of what is done = %v, %v", fresh, err)
	}
	closeQueue(t, q)
	q = openQueue(t, o)
	newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	for key, want := range map[string]string{"good": "of good\nand more", "bad": "", "silent": "", "unknown": ""} {
		kept(q, key, want)
	}
}
