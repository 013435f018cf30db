package webex_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"trackbot/webex"
)

// TestNow has a Webex whose clock differs from this machine's.
func TestNow(t *testing.T) {
	for _, ahead := range []time.Duration{-time.Hour, -time.Minute, 0, time.Minute} {
		var broken atomic.Bool
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
			if broken.Load() {
				w.Header().Set("Date", "nonsense")
			}
			reply(w, 200, `{"id":"P1"}`)
		})
		b := webex.NewBot(options(base, botToken))
		if got := b.Now(); time.Since(got).Abs() > time.Minute/2 {
			t.Errorf("before the first answer it is %v, want this machine's time", got)
		}
		if _, err := b.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := time.Until(b.Now()) - ahead; got.Abs() > 20*time.Second {
			t.Errorf("with a clock %v ahead the difference is %v off", ahead, got)
		}
		broken.Store(true)
		if _, err := b.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := time.Until(b.Now()) - ahead; got.Abs() > 20*time.Second {
			t.Errorf("after an answer without a date the difference is %v off", got)
		}
	}
}
