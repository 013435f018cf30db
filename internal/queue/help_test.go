package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"
)

type question struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

func testOptions(tb testing.TB) Options {
	tb.Helper()
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() && os.Getenv("QUEUE_LOG") != "" {
		log = slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return Options{Dir: tb.TempDir(), Key: []byte("0123456789abcdef0123456789abcdef"), Logger: log}
}

func openQueue(tb testing.TB, o Options) *Queue {
	tb.Helper()
	q, err := Open(tb.Context(), o)
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	tb.Cleanup(func() { closeQueue(tb, q) })
	return q
}

func closeQueue(tb testing.TB, q *Queue) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 30*time.Second)
	defer cancel()
	if err := q.Close(ctx); err != nil {
		tb.Errorf("Close: %v", err)
	}
}

func newTestStage(tb testing.TB, q *Queue, o StageOptions) *Stage[question] {
	tb.Helper()
	if o.Backoff == nil {
		o.Backoff = func(int) time.Duration { return 10 * time.Millisecond }
	}
	s, err := NewStage[question](tb.Context(), q, o)
	if err != nil {
		tb.Fatalf("NewStage: %v", err)
	}
	return s
}

func mustPut(tb testing.TB, s *Stage[question], key, lane string, n int) {
	tb.Helper()
	fresh, err := s.Put(tb.Context(), key, lane, question{N: n, Text: "tracking code 1 on example.webex.com"})
	if err != nil || !fresh {
		tb.Fatalf("Put(%q) = %v, %v, want true, nil", key, fresh, err)
	}
}

// runStage runs the stage until the test ends or stop is called.
func runStage(tb testing.TB, s *Stage[question], h Handler[question]) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Run(ctx, h); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, ErrClosed) {
			tb.Errorf("Run: %v", err)
		}
	}()
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); <-done }) }
	tb.Cleanup(stop)
	return stop
}

// eventually waits until ok.
func eventually(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	within(tb, 20*time.Second, what, ok)
}

func within(tb testing.TB, d time.Duration, what string, ok func() bool) {
	tb.Helper()
	end := time.Now().Add(d)
	for !ok() {
		if time.Now().After(end) {
			tb.Fatalf("not within %v: %s", d, what)
		}
		pause(tb.Context(), 2*time.Millisecond)
	}
}

// record collects what handlers did.
type record struct {
	mu   sync.Mutex
	runs []Item[question]
}

func (r *record) add(it Item[question]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs = append(r.runs, it)
}

func (r *record) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.runs)
}

// inLane returns the numbers that ran in a lane, in order.
func (r *record) inLane(lane string) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ns []int
	for _, it := range r.runs {
		if it.Lane == lane {
			ns = append(ns, it.Value.N)
		}
	}
	return ns
}

type askError struct {
	temporary, uncertain bool
	after                time.Duration
}

func (e *askError) Error() string             { return fmt.Sprintf("asked: %v %v", e.temporary, e.after) }
func (e *askError) Temporary() bool           { return e.temporary }
func (e *askError) RetryAfter() time.Duration { return e.after }
func (e *askError) Uncertain() bool           { return e.uncertain }
