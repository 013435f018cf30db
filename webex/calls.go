package webex

import (
	"context"
	"sync"
	"time"
)

// Call is one HTTP attempt, as [Options.Observe] is told of it. Nothing in it
// names a person or a thing, so that its parts can be labels.
type Call struct {
	Method     string
	Path       string        // as a template, such as /messages/{id}
	Status     int           // 0 where no answer came
	Duration   time.Duration // from the request to the end of the body
	TrackingID string        // Webex's, where it gave one
	Err        *Error        // nil after a success
}

// Calls counts the HTTP attempts made for one question. It is safe for
// concurrent use.
type Calls struct {
	mu         sync.Mutex
	count      int
	trackingID string
}

// callsKey is where a context keeps its [Calls].
type callsKey struct{}

// WithCalls returns a context whose calls are counted, with the counter.
func WithCalls(ctx context.Context) (context.Context, *Calls) {
	c := new(Calls)
	return context.WithValue(ctx, callsKey{}, c), c
}

// Count is how many HTTP attempts were made, failed ones included.
func (c *Calls) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}

// TrackingID is Webex's id of the last attempt that had one.
func (c *Calls) TrackingID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trackingID
}

// record adds one attempt to the counter of ctx, where there is one.
func record(ctx context.Context, trackingID string) {
	c, ok := ctx.Value(callsKey{}).(*Calls)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	if trackingID != "" {
		c.trackingID = trackingID
	}
}
