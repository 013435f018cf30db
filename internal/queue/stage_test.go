package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestItemIsRunOnceWithItsValue(t *testing.T) {
	for _, once := range []bool{false, true} {
		t.Run(fmt.Sprintf("once=%v", once), func(t *testing.T) {
			q := openQueue(t, testOptions(t))
			s := newTestStage(t, q, StageOptions{Name: "events", Once: once})
			var rec record
			runStage(t, s, func(_ context.Context, it Item[question]) error { rec.add(it); return nil })
			before := time.Now()
			mustPut(t, s, "msg:1", "room 1/person", 7)
			eventually(t, "one run", func() bool { n, err := s.Waiting(t.Context()); return err == nil && n == 0 && rec.len() == 1 })
			it := rec.runs[0]
			if it.Key != "msg:1" || it.Lane != "room 1/person" || it.Value.N != 7 || it.Attempt != 1 || it.Again {
				t.Errorf("item = %+v", it)
			}
			if d := it.Stored.Sub(before).Abs(); d > time.Minute {
				t.Errorf("Stored is %v off", d)
			}
		})
	}
}

func TestKnownKeysAreDropped(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	events := newTestStage(t, q, StageOptions{Name: "events"})
	replies := newTestStage(t, q, StageOptions{Name: "replies", Once: true, Internal: true})
	again := func(s *Stage[question], when string) {
		t.Helper()
		if fresh, err := s.Put(t.Context(), "msg:1", "l", question{}); fresh || err != nil {
			t.Errorf("Put of a key %s = %v, %v, want false, nil", when, fresh, err)
		}
		if known, err := s.Known(t.Context(), "msg:1", "l"); !known || err != nil {
			t.Errorf("a key %s is known: %v, %v, want true, nil", when, known, err)
		}
	}
	if known, err := events.Known(t.Context(), "msg:1", "l"); known || err != nil {
		t.Errorf("a new key is known: %v, %v, want false, nil", known, err)
	}
	mustPut(t, events, "msg:1", "l", 1)
	again(events, "that waits")
	gate := make(chan struct{})
	var ran atomic.Int32
	stopE := runStage(t, events, func(ctx context.Context, it Item[question]) error {
		<-gate
		ran.Add(1)
		_, err := replies.Put(ctx, it.Key, it.Lane, it.Value)
		return err
	})
	eventually(t, "running", func() bool { return events.Running() == 1 })
	again(events, "that runs")
	close(gate)
	eventually(t, "reply stored", func() bool { n, _ := replies.Waiting(t.Context()); return n == 1 })
	again(events, "whose run just ended")
	again(replies, "that waits")
	stopR := runStage(t, replies, func(context.Context, Item[question]) error { return nil })
	eventually(t, "reply done", func() bool { n, _ := replies.Waiting(t.Context()); return n == 0 })
	again(events, "that is done")
	again(replies, "that is done")
	stopE()
	stopR()
	closeQueue(t, q)

	q = openQueue(t, o)
	events = newTestStage(t, q, StageOptions{Name: "events"})
	replies = newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	again(events, "that was done before a restart")
	again(replies, "that was done before a restart")
	if ran.Load() != 1 {
		t.Errorf("ran %d times, want 1", ran.Load())
	}
}

// An event whose reply was handed over may still lie in the events stream; it is not run again.
func TestWorkerDropsDoneEvent(t *testing.T) {
	q := openQueue(t, testOptions(t))
	events := newTestStage(t, q, StageOptions{Name: "events"})
	mustPut(t, events, "msg:1", "l", 1)
	if _, _, _, err := q.marks.claim(t.Context(), "msg:1", "replies"); err != nil {
		t.Fatal(err)
	}
	runStage(t, events, func(context.Context, Item[question]) error { t.Error("it ran"); return nil })
	eventually(t, "dropped", func() bool { n, _ := events.Waiting(t.Context()); return n == 0 })
}

func TestLaneKeepsOrderUnderRetries(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "events", Workers: 8})
	const lanes, each = 7, 30
	for i := range each {
		for l := range lanes {
			mustPut(t, s, fmt.Sprintf("msg:%d-%d", l, i), fmt.Sprintf("room %d", l), i)
		}
	}
	var rec record
	runStage(t, s, func(_ context.Context, it Item[question]) error {
		if it.Value.N%5 == 2 && it.Attempt < 3 {
			return fmt.Errorf("wrapped: %w", &askError{temporary: true})
		}
		rec.add(it)
		return nil
	})
	eventually(t, "all done", func() bool { return rec.len() == lanes*each })
	for l := range lanes {
		got := rec.inLane(fmt.Sprintf("room %d", l))
		if !slices.IsSorted(got) || len(got) != each {
			t.Errorf("room %d ran in the order %v", l, got)
		}
	}
	for _, it := range rec.runs {
		if want := map[bool]int{true: 3, false: 1}[it.Value.N%5 == 2]; it.Attempt != want || it.Again {
			t.Errorf("item %s: attempt %d, again %v; want %d, false", it.Key, it.Attempt, it.Again, want)
		}
	}
}

// Every lane of the slow one's partition goes on, and waiting for a retry takes no worker.
func TestSlowLaneBlocksNoOther(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "events", Workers: 2, Backoff: func(int) time.Duration { return time.Hour }})
	for i := range 20 {
		mustPut(t, s, fmt.Sprintf("slow:%d", i), fmt.Sprintf("slow %d", i%3), i)
	}
	for i := range 100 {
		mustPut(t, s, fmt.Sprintf("quick:%d", i), fmt.Sprintf("quick %d", i), i)
	}
	gate := make(chan struct{})
	var quick atomic.Int32
	runStage(t, s, func(_ context.Context, it Item[question]) error {
		switch {
		case it.Lane == "slow 0":
			<-gate
		case strings.HasPrefix(it.Lane, "slow"):
			return &askError{temporary: true}
		default:
			quick.Add(1)
		}
		return nil
	})
	eventually(t, "quick ones done", func() bool { return quick.Load() == 100 })
	items, err := q.Items(t.Context(), Filter{Stage: "events", State: StateRetrying})
	if err != nil || len(items) != 2 {
		t.Errorf("Items(retrying) = %d items, %v, want 2: the heads of two lanes", len(items), err)
	}
	close(gate)
}

func TestWorkersAreBounded(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "events", Workers: 3})
	var now, most, done atomic.Int32
	for i := range 200 {
		mustPut(t, s, fmt.Sprint("k", i), fmt.Sprint("l", i%50), i)
	}
	runStage(t, s, func(ctx context.Context, _ Item[question]) error {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		pause(ctx, time.Millisecond)
		now.Add(-1)
		done.Add(1)
		return nil
	})
	eventually(t, "all done", func() bool { return done.Load() == 200 })
	if most.Load() != 3 {
		t.Errorf("%d handlers at once, want 3", most.Load())
	}
}

func TestErrorsDecideWhatHappens(t *testing.T) {
	tests := []struct {
		name   string
		o      StageOptions
		err    func(n int) error
		runs   int
		reason string // "" means done
	}{
		{"final", StageOptions{}, func(int) error { return errors.New("no such site") }, 1, "no such site"},
		{"says it is not temporary", StageOptions{}, func(int) error { return &askError{} }, 1, "asked: false 0s"},
		{"temporary, then done", StageOptions{}, func(n int) error {
			if n < 3 {
				return &askError{temporary: true}
			}
			return nil
		}, 3, ""},
		{"too many", StageOptions{MaxAttempts: 4}, func(int) error { return &askError{temporary: true} }, 4, "given up after 4 tries: asked: true 0s"},
		{"too late", StageOptions{MaxAge: time.Minute}, func(int) error { return &askError{temporary: true, after: time.Hour} }, 1, "given up: the next try would come later than 1m0s"},
		{"too old", StageOptions{MaxAge: time.Nanosecond}, func(int) error { return nil }, 0, "it waited longer than 1ns"},
		{"panic", StageOptions{}, func(int) error { panic("boom") }, 1, "the handler panicked: boom"},
	}
	for _, once := range []bool{false, true} {
		q := openQueue(t, testOptions(t))
		for i, tt := range tests {
			t.Run(fmt.Sprintf("%s once=%v", tt.name, once), func(t *testing.T) {
				tt.o.Name, tt.o.Once = fmt.Sprint("s", i), once
				s := newTestStage(t, q, tt.o)
				var told atomic.Int32
				s.OnFail = func(_ context.Context, it Item[question], reason error) error {
					if it.Value.N != 9 || !strings.HasPrefix(reason.Error(), tt.reason) {
						t.Errorf("OnFail(%+v, %v)", it, reason)
					}
					if told.Add(1) == 1 {
						return errors.New("could not tell")
					}
					return nil
				}
				var runs atomic.Int32
				key := fmt.Sprintf("msg:%d", i)
				mustPut(t, s, key, "l", 9)
				runStage(t, s, func(_ context.Context, it Item[question]) error {
					runs.Add(1)
					return tt.err(it.Attempt)
				})
				eventually(t, "ended", func() bool { n, _ := s.Waiting(t.Context()); return n == 0 })
				if int(runs.Load()) != tt.runs {
					t.Errorf("ran %d times, want %d", runs.Load(), tt.runs)
				}
				checkFailed(t, q, s, key, tt.reason, tt.runs)
				if want := map[bool]int32{true: 2, false: 0}[tt.reason != ""]; told.Load() != want {
					t.Errorf("OnFail was called %d times, want %d", told.Load(), want)
				}
			})
		}
	}
}

func checkFailed(t *testing.T, q *Queue, s *Stage[question], key, reason string, runs int) {
	t.Helper()
	items, err := q.Items(t.Context(), Filter{Stage: s.core.o.Name, State: StateFailed})
	if err != nil {
		t.Fatal(err)
	}
	if reason == "" {
		if len(items) != 0 {
			t.Errorf("failed items = %+v, want none", items)
		}
		return
	}
	if len(items) != 1 || items[0].Key != key || !strings.HasPrefix(items[0].Reason, reason) || items[0].Attempts != max(runs, 1) {
		t.Fatalf("failed items = %+v, want one: %s, %d attempts", items, reason, runs)
	}
	if fresh, err := s.Put(t.Context(), key, "l", question{}); fresh || err != nil {
		t.Errorf("Put of a failed key = %v, %v, want false, nil", fresh, err)
	}
}

func TestRetryAfterIsKept(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	var times []time.Time
	done := make(chan struct{})
	runStage(t, s, func(_ context.Context, it Item[question]) error {
		times = append(times, time.Now())
		if it.Attempt == 1 {
			return &askError{temporary: true, after: 300 * time.Millisecond, uncertain: true}
		}
		if !it.Again {
			t.Error("an uncertain error must make the next run Again")
		}
		close(done)
		return nil
	})
	mustPut(t, s, "k", "l", 1)
	<-done
	if d := times[1].Sub(times[0]); d < 300*time.Millisecond || d > 5*time.Second {
		t.Errorf("tried again after %v, want 300ms and a little", d)
	}
}

// What the events stage failed does not keep the answer that says so from being sent: it has the same key.
func TestAnswerOfAFailedEventIsSent(t *testing.T) {
	q := openQueue(t, testOptions(t))
	events := newTestStage(t, q, StageOptions{Name: "events"})
	replies := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	events.OnFail = func(ctx context.Context, it Item[question], reason error) error {
		_, err := replies.Put(ctx, it.Key, it.Lane, question{Text: "sorry: " + reason.Error()})
		return err
	}
	var sent record
	runStage(t, events, func(context.Context, Item[question]) error { panic("boom") })
	mustPut(t, events, "msg:1", "l", 1)
	eventually(t, "failed", func() bool {
		l, err := q.Items(t.Context(), Filter{State: StateFailed})
		return err == nil && len(l) == 1
	})
	runStage(t, replies, func(_ context.Context, it Item[question]) error { sent.add(it); return nil })
	eventually(t, "sorry was sent", func() bool { return sent.len() == 1 })
	if it := sent.runs[0]; it.Again || it.Value.Text != "sorry: the handler panicked: boom" {
		t.Errorf("sent %+v", it)
	}
}

func TestPutRefusesBadKeys(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "events"})
	for _, key := range []string{"", strings.Repeat("x", 513)} {
		if _, err := s.Put(t.Context(), key, "l", question{}); err == nil {
			t.Errorf("Put(%.10q…) = nil, want an error", key)
		}
	}
	for _, key := range []string{"a b", "*", ">", "a.b", "ключ", "\x00", strings.Repeat("y", 512)} {
		mustPut(t, s, key, strings.Repeat("lane ", 100), 1)
	}
}

func TestStageNames(t *testing.T) {
	q := openQueue(t, testOptions(t))
	for _, name := range []string{"", "a.b", "failed", "a b"} {
		if _, err := NewStage[question](t.Context(), q, StageOptions{Name: name}); err == nil {
			t.Errorf("NewStage(%q) = nil error", name)
		}
	}
	newTestStage(t, q, StageOptions{Name: "events"})
	if _, err := NewStage[question](t.Context(), q, StageOptions{Name: "events"}); err == nil {
		t.Error("a second stage of one name was made")
	}
}
