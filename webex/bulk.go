package webex

import (
	"context"
	"sync"
	"time"
)

const (
	bulkCalls = 2               // of bulk work, under way at once with one token
	bulkWait  = 5 * time.Second // for which a call of bulk work gives way at most
)

// bulkKey is the context key of [WithBulk].
type bulkKey struct{}

// WithBulk returns a context whose calls are bulk work, such as a report over
// every site, and not a question that somebody waits for. They give way to
// those: of one token at most two are under way at once, and one starts only
// while no other call of that token is under way or waits for a pause. It gives
// way for five seconds at most, so that bulk work goes on beside a steady
// stream of questions. So after a 429 the questions go first.
func WithBulk(ctx context.Context) context.Context {
	return context.WithValue(ctx, bulkKey{}, true)
}

func isBulk(ctx context.Context) bool { return ctx.Value(bulkKey{}) != nil }

// traffic is what is under way with one token.
type traffic struct {
	mu      sync.Mutex
	asking  int           // calls that somebody waits for
	bulk    int           // attempts of bulk work
	changed chan struct{} // closed when one of them falls; nil: nobody waits for that
}

// ask counts a call that somebody waits for until done is called.
func (t *traffic) ask() (done func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asking++
	return func() { t.less(&t.asking) }
}

func (t *traffic) less(count *int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*count--
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

// turn waits until an attempt of bulk work may start; ok is false where ctx
// ended before.
func (t *traffic) turn(ctx context.Context) (done func(), ok bool) {
	late := time.NewTimer(bulkWait)
	defer late.Stop()
	for patient := true; ; {
		t.mu.Lock()
		if t.bulk < bulkCalls && (t.asking == 0 || !patient) {
			t.bulk++
			t.mu.Unlock()
			return func() { t.less(&t.bulk) }, true
		}
		if t.changed == nil {
			t.changed = make(chan struct{})
		}
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
		case <-late.C:
			patient = false
		case <-ctx.Done():
			return func() {}, false
		}
	}
}

// enter waits until an attempt may be made: for the end of a pause, and in bulk
// work for its turn. left is the time that a pause still takes where the call
// does not wait for that.
func (p *Pause) enter(ctx context.Context) (leave func(), left time.Duration) {
	for {
		left = p.wait(ctx)
		if left > 0 || ctx.Err() != nil || !isBulk(ctx) {
			return func() {}, left
		}
		leave, ok := p.traffic.turn(ctx)
		if !ok || time.Until(p.Until()) <= 0 {
			return leave, 0
		}
		leave() // a pause began meanwhile
	}
}
