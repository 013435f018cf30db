package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func TestStopFinishesWhatRuns(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true, Workers: 1, Grace: 5 * time.Second})
	for i := range 5 {
		mustPut(t, s, fmt.Sprint("k", i), "l", i)
	}
	began, gate := make(chan struct{}, 5), make(chan struct{})
	var rec record
	stop := runStage(t, s, func(ctx context.Context, it Item[question]) error {
		began <- struct{}{}
		<-gate
		rec.add(it)
		return ctx.Err()
	})
	<-began
	time.AfterFunc(50*time.Millisecond, func() { close(gate) })
	stop()
	if got := rec.inLane("l"); !slices.Equal(got, []int{0}) {
		t.Errorf("ran %v while stopping, want [0]", got)
	}
	if n, err := s.Waiting(t.Context()); n != 4 || err != nil {
		t.Errorf("Waiting() = %d, %v, want 4", n, err)
	}
	runStage(t, s, func(_ context.Context, it Item[question]) error {
		if it.Again {
			t.Errorf("%s: Again after a clean stop", it.Key)
		}
		rec.add(it)
		return nil
	})
	eventually(t, "the rest", func() bool { return rec.len() == 5 })
	if got := rec.inLane("l"); !slices.IsSorted(got) {
		t.Errorf("ran in the order %v", got)
	}
}

// A handler that ignores the stop does not hold it up for longer than the grace; its item is run again and told so.
func TestStopDoesNotWaitForEver(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true, Grace: 50 * time.Millisecond})
	mustPut(t, s, "k", "l", 1)
	began := make(chan struct{})
	stop := runStage(t, s, func(ctx context.Context, _ Item[question]) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})
	<-began
	stop()
	closeQueue(t, q)
	q = openQueue(t, o)
	s = newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	var rec record
	runStage(t, s, func(_ context.Context, it Item[question]) error { rec.add(it); return nil })
	eventually(t, "run again", func() bool { return rec.len() == 1 })
	if it := rec.runs[0]; !it.Again || it.Attempt != 2 {
		t.Errorf("item = %+v, want the second attempt, Again", it)
	}
}

func TestCloseWhileRunning(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "events", Workers: 4})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var puts, runs atomic.Int32
	done := make(chan error, 1)
	go func() {
		done <- s.Run(ctx, func(ctx context.Context, _ Item[question]) error {
			pause(ctx, time.Millisecond)
			runs.Add(1)
			return nil
		})
	}()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			if _, err := s.Put(ctx, fmt.Sprint("k", i), fmt.Sprint("l", i%9), question{}); err != nil {
				return
			}
			puts.Add(1)
		}
	}()
	eventually(t, "some runs", func() bool { return runs.Load() > 20 })
	closeQueue(t, q)
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Errorf("Run = %v, want ErrClosed", err)
	}
	<-stopped
	if _, err := s.Put(t.Context(), "x", "l", question{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Put after Close = %v, want ErrClosed", err)
	}
	if err := s.Run(t.Context(), nil); !errors.Is(err, ErrClosed) {
		t.Errorf("Run after Close = %v, want ErrClosed", err)
	}
}

// Work under way when the queue is closed may still write its end down.
func TestCloseLetsWorkFinish(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	next := newTestStage(t, q, StageOptions{Name: "more"})
	mustPut(t, s, "k", "l", 1)
	began, gate := make(chan struct{}), make(chan struct{})
	runStage(t, s, func(ctx context.Context, it Item[question]) error {
		close(began)
		<-gate
		_, err := next.Put(ctx, "then", "l", it.Value)
		return err
	})
	<-began
	time.AfterFunc(50*time.Millisecond, func() { close(gate) })
	closeQueue(t, q)
	q = openQueue(t, o)
	s = newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	next = newTestStage(t, q, StageOptions{Name: "more"})
	runStage(t, s, func(context.Context, Item[question]) error { t.Error("it ran again"); return nil })
	eventually(t, "done", func() bool { n, err := s.Waiting(t.Context()); return n == 0 && err == nil })
	if n, err := next.Waiting(t.Context()); n != 1 || err != nil {
		t.Errorf("Waiting() of the next stage = %d, %v, want 1", n, err)
	}
	if m, err := q.marks.get(t.Context(), "k"); m.state != stateDone || err != nil {
		t.Errorf("mark = %+v, %v, want done", m, err)
	}
}
