package flight_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/flight"
)

// counter is a call that takes a second and gives its number.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) call(ctx context.Context) (int, error) {
	c.mu.Lock()
	c.n++
	n := c.n
	c.mu.Unlock()
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(time.Second):
		return n, nil
	}
}

// The first caller's context ends; the second one, who joined, gets the result.
func TestWhoGivesUpTakesNobodyAlong(t *testing.T) {
	for name, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancelled": context.WithCancel,
		"too late": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second/2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var g flight.Group
				var c counter
				first, cancel := end(t.Context())
				defer cancel()
				var wg sync.WaitGroup
				wg.Go(func() {
					if _, err := flight.Do(first, &g, "k", time.Minute, c.call); err == nil || !errors.Is(err, first.Err()) {
						t.Errorf("the first one got %v, want why its context ended", err)
					}
				})
				synctest.Wait()
				wg.Go(func() {
					if got, err := flight.Do(t.Context(), &g, "k", time.Minute, c.call); got != 1 || err != nil {
						t.Errorf("the second one got %d, %v, want the result of the first call", got, err)
					}
				})
				synctest.Wait()
				if name == "cancelled" {
					cancel()
				}
				wg.Wait()
			})
		})
	}
}

func TestACallEndsAtItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group
		var c counter
		start := time.Now()
		_, err := flight.Do(t.Context(), &g, "k", time.Second/4, c.call)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second/4 {
			t.Errorf("got %v after %v, want the end of the limit", err, time.Since(start))
		}
	})
}

// Anew joins nothing that began before, and may be joined itself.
func TestAnewBeginsACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group
		var c counter
		var wg sync.WaitGroup
		ask := func(do func(context.Context, *flight.Group, string, time.Duration, func(context.Context) (int, error)) (int, error), want int) {
			wg.Go(func() {
				if got, err := do(t.Context(), &g, "k", time.Minute, c.call); got != want || err != nil {
					t.Errorf("got the result of call %d, %v, want of call %d", got, err, want)
				}
			})
			synctest.Wait()
		}
		ask(flight.Do[int], 1)
		ask(flight.Do[int], 1)
		ask(flight.Anew[int], 2)
		ask(flight.Do[int], 2)
		ask(flight.Anew[int], 3)
		wg.Wait()
		ask(flight.Do[int], 4)
		wg.Wait()
	})
}

// A panic is an error of the callers, with its stack, and does not end the process.
func TestAPanicIsTheCallersError(t *testing.T) {
	var g flight.Group
	_, err := flight.Do(t.Context(), &g, "k", time.Minute, func(context.Context) (int, error) { panic("on fire") })
	if p, ok := errors.AsType[*flight.PanicError](err); !ok || p.Value != "on fire" || !strings.Contains(err.Error(), "goroutine") {
		t.Errorf("Do = %v, want the panic and its stack", err)
	}
}
