package webex_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

// road is a transport whose answers take a second and that knows who was on it.
type road struct {
	mu     sync.Mutex
	begun  []string // ids of the messages asked for, in order
	on     int
	most   int
	answer func(*http.Request) (*http.Response, error)
}

func (r *road) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.begun = append(r.begun, req.URL.Path[len("/v1/people/"):])
	r.on++
	r.most = max(r.most, r.on)
	r.mu.Unlock()
	<-time.After(time.Second)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.on--
	return r.answer(req)
}

func newRoad() (*road, *webex.Bot, *webex.Pause) {
	r := &road{answer: status(200, `{"id":"P","orgId":"O"}`)}
	o := options("https://webex.test/v1", botToken)
	o.Transport, o.Pause = r, new(webex.Pause)
	return r, webex.NewBot(o), o.Pause
}

func TestBulkWorkIsTwoCallsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, b, _ := newRoad()
		var wg sync.WaitGroup
		start := time.Now()
		for range 6 {
			wg.Go(func() {
				if _, err := b.Person(webex.WithBulk(t.Context()), "bulk"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if r.most != 2 || time.Since(start) != 3*time.Second {
			t.Errorf("%d calls at once, %v for 6 of a second; want 2 and 3 s", r.most, time.Since(start))
		}
	})
}

// After a pause the questions go first, although the bulk work waited longer.
func TestQuestionsGoAheadOfBulkWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, b, p := newRoad()
		p.Set(time.Now().Add(3 * time.Second))
		var wg sync.WaitGroup
		call := func(ctx context.Context, id string) {
			wg.Go(func() {
				if _, err := b.Person(ctx, id); err != nil {
					t.Error(err)
				}
			})
		}
		for range 3 {
			call(webex.WithBulk(t.Context()), "bulk")
		}
		<-time.After(time.Second)
		for range 3 {
			call(t.Context(), "question")
		}
		wg.Wait()
		if want := []string{"question", "question", "question", "bulk", "bulk", "bulk"}; !slices.Equal(r.begun, want) {
			t.Errorf("the calls were made in the order %v, want %v", r.begun, want)
		}
	})
}

// A pause that begins while bulk work gives way holds it back too.
func TestBulkWorkMeetsAPauseInItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, b, p := newRoad()
		start := time.Now()
		go func() { _, _ = b.Person(t.Context(), "question") }()
		synctest.Wait()
		time.AfterFunc(time.Second/2, func() { p.Set(start.Add(4 * time.Second)) })
		if _, err := b.Person(webex.WithBulk(t.Context()), "bulk"); err != nil || time.Since(start) != 5*time.Second {
			t.Errorf("error = %v after %v, want none after the pause of 4 s and a call of 1 s", err, time.Since(start))
		}
	})
}

func TestBulkWorkGoesOnBesideQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, b, _ := newRoad()
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for i := range 2 { // one is always under way
			wg.Go(func() {
				<-time.After(time.Duration(i) * time.Second / 2)
				for ctx.Err() == nil {
					_, _ = b.Person(ctx, "question")
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		_, err := b.Person(webex.WithBulk(t.Context()), "bulk")
		if d := time.Since(start); err != nil || d != 6*time.Second {
			t.Errorf("error = %v after %v, want none after giving way for 5 s and a call of 1 s", err, d)
		}
		short, cancel := context.WithTimeout(webex.WithBulk(t.Context()), 2*time.Second)
		defer cancel()
		_, err = b.Person(short, "bulk")
		if e := asError(t, err); e.Kind != webex.KindNoAnswer || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error = %v, want that its time ran out", err)
		}
		stop()
		wg.Wait()
	})
}

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
