package webex_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

// A call waits for a pause no longer than its patience, and then says at once
// when to come back; the deadline alone would let it wait.
func TestPatienceWithAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(webex.WithPatience(t.Context(), start.Add(10*time.Second)), 30*time.Second)
		defer cancel()
		a := transport(status(429, own, "Retry-After", "4"), status(429, own, "Retry-After", "4"), status(429, own, "Retry-After", "4"), status(200, ok))
		o := options("https://webex.test/v1", botToken)
		o.Transport = a
		b := webex.NewBot(o)
		_, err := b.Message(ctx, question)
		// Two pauses of 4 to 4.4 s fit; the third does not, and is not waited for.
		if e, d := asError(t, err), time.Since(start); e.Status != 429 || d < 8*time.Second || d > 9*time.Second || e.RetryAfter() < 4*time.Second || len(a.times) != 3 {
			t.Errorf("error = %v after %v and %d requests, want the third 429 at once", err, d, len(a.times))
		}
		_, err = b.Message(ctx, question)
		if e := asError(t, err); e.Kind != webex.KindPaused || len(a.times) != 3 {
			t.Errorf("error = %v, %d requests, want that it is paused", err, len(a.times))
		}
		if _, err = b.Message(within(t, 30*time.Second), question); err != nil {
			t.Errorf("error = %v without patience's end, want none", err)
		}
	})
}
