package webex_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

func TestA429PausesTheWholeToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []time.Time
		pause := &webex.Pause{OnSet: func(until time.Time) { told = append(told, until) }}
		if !pause.Until().IsZero() {
			t.Errorf("Until() = %v, want none", pause.Until())
		}
		a := transport(status(429, own, "Retry-After", "20"), status(200, ok))
		o := options("https://webex.test/v1", botToken)
		o.Transport, o.Pause = a, pause
		b, other := webex.NewBot(o), webex.NewBot(o)
		start := time.Now()

		_, err := b.Message(within(t, 5*time.Second), question)
		if e := asError(t, err); e.Kind != webex.KindStatus || e.Status != 429 || time.Since(start) != 0 {
			t.Errorf("first error = %v, want the 429 at once", err)
		}
		until := pause.Until()
		if d := until.Sub(start); d < 20*time.Second || d > 22*time.Second {
			t.Errorf("pause = %v, want 20 to 22 s", d)
		}
		_, err = other.Person(within(t, 5*time.Second), "P1")
		e := asError(t, err)
		if e.Kind != webex.KindPaused || e.Status != 429 || !e.Temporary() || e.Uncertain() || e.RetryAfter() != time.Until(until) || len(a.times) != 1 {
			t.Errorf("second error = %v after %v, %d requests, want a pause without a request", err, e.RetryAfter(), len(a.times))
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := other.Message(within(t, 30*time.Second), question); err != nil {
					t.Errorf("error after the pause = %v", err)
				}
			})
		}
		wg.Wait()
		for _, at := range a.times[1:] {
			if !at.Equal(until) {
				t.Errorf("a request was made at %v, want at %v", at, until)
			}
		}
		if len(told) != 1 || !told[0].Equal(until) {
			t.Errorf("OnSet was told %v, want %v once", told, until)
		}
	})
}

func TestPauseSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &webex.Pause{OnSet: func(time.Time) { t.Error("Set told OnSet") }}
		now := time.Now()
		for _, test := range []struct{ set, want time.Duration }{
			{10 * time.Second, 10 * time.Second}, {5 * time.Second, 10 * time.Second}, {20 * time.Second, 20 * time.Second}, {48 * time.Hour, time.Hour},
		} {
			if p.Set(now.Add(test.set)); !p.Until().Equal(now.Add(test.want)) {
				t.Errorf("after Set(now + %v): Until() = now + %v, want %v", test.set, p.Until().Sub(now), test.want)
			}
		}
	})
}

func TestAShorterRefusalTellsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		o := options("https://webex.test/v1", botToken)
		o.Pause = &webex.Pause{OnSet: func(time.Time) { told++ }}
		late := func(r *http.Request) (*http.Response, error) {
			<-time.After(time.Second)
			return status(429, own, "Retry-After", "5")(r)
		}
		o.Transport = transport(late, status(429, own, "Retry-After", "20"))
		b := webex.NewBot(o)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				_, err := b.Message(within(t, 3*time.Second), question)
				if e := asError(t, err); e.RetryAfter() < 19*time.Second {
					t.Errorf("RetryAfter() = %v, want what is left of the longer pause", e.RetryAfter())
				}
			})
		}
		wg.Wait()
		if told != 1 {
			t.Errorf("OnSet was told %d times, want once", told)
		}
	})
}

func TestAPauseThatGrowsWhileOneWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := options("https://webex.test/v1", botToken), new(webex.Pause)
		a := transport(status(200, ok))
		o.Transport, o.Pause = a, p
		start := time.Now()
		p.Set(start.Add(5 * time.Second))
		time.AfterFunc(3*time.Second, func() { p.Set(start.Add(8 * time.Second)) })
		if _, err := webex.NewBot(o).Message(within(t, 30*time.Second), question); err != nil || time.Since(start) != 8*time.Second {
			t.Errorf("error = %v after %v, want none after 8 s", err, time.Since(start))
		}
	})
}

// However many calls failed before, the next one is made at once: what goes
// wrong on one path, or for one caller, holds up nobody else.
func TestFailuresHoldUpNobodyElse(t *testing.T) {
	for name, dead := range map[string]func(*http.Request) (*http.Response, error){
		"5xx": status(503, own, "Retry-After", "60"), "network": fails(errors.New("reset")), "no answer": hangs,
		"400": status(400, own), "html": status(200, gateway),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := transport(dead)
				b := bot(a)
				for range 50 {
					_, _ = b.Message(within(t, 2*time.Second), question)
				}
				a.list = []func(*http.Request) (*http.Response, error){status(200, ok)}
				a.times = nil
				start := time.Now()
				_, err := b.Message(within(t, time.Second), question)
				_, err2 := b.Person(within(t, time.Second), "P1")
				if err != nil || err2 != nil || len(a.times) != 2 || time.Since(start) != 0 {
					t.Errorf("errors = %v, %v after %d attempts and %v, want none at once", err, err2, len(a.times), time.Since(start))
				}
			})
		})
	}
}

// What a call says after its last attempt is what Webex said.
func TestTheLastAnswerIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := transport(status(503, own))
		_, err := bot(a).Message(within(t, time.Minute), question)
		if e := asError(t, err); e.Status != 503 || e.TrackingID != "T1" || len(a.times) < 10 {
			t.Errorf("error = %v after %d attempts, want the 503 after 10 or more", err, len(a.times))
		}
	})
}
