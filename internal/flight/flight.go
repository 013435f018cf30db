// Package flight makes one call for all who ask the same at the same time.
//
// The call belongs to none of them: it goes on when the one who began it gives
// up, and each of them waits only as long as their own context allows.
package flight

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"
)

// Group is the calls under way, by key. The zero value has none.
type Group struct{ calls singleflight.Group }

// Do returns what the call under way with this key gives, or begins it. The
// call has the values of the context that began it, but not its end: it may
// take as long as limit. A key stands for one type. The error is the call's, or
// ctx's where that ends before. A call that panics
// gives every caller a [*PanicError].
func Do[T any](ctx context.Context, g *Group, key string, limit time.Duration, call func(context.Context) (T, error)) (T, error) {
	done := g.calls.DoChan(key, func() (v any, err error) {
		defer func() {
			if p := recover(); p != nil {
				v, err = nil, &PanicError{Value: p, Stack: debug.Stack()}
			}
		}()
		inner, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
		return call(inner)
	})
	var none T
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case r := <-done:
		v, _ := r.Val.(T) // nil is the zero value of an interface
		return v, r.Err
	}
}

// Anew is [Do] that joins no call which began before: what it gives was asked
// for now. Whoever comes while it is under way may join it.
func Anew[T any](ctx context.Context, g *Group, key string, limit time.Duration, call func(context.Context) (T, error)) (T, error) {
	g.calls.Forget(key)
	return Do(ctx, g, key, limit, call)
}

// PanicError is what a call that panicked ends with. Its words are for a log.
type PanicError struct {
	Value any
	Stack []byte
}

// Error says what the panic said, and where.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", e.Value, e.Stack) }
