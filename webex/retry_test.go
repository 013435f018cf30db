package webex_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

// answers is a transport that gives one answer after another, the last one
// for ever, and remembers when it was asked.
type answers struct {
	mu    sync.Mutex
	list  []func(*http.Request) (*http.Response, error)
	times []time.Time
	auth  []string
	body  []string
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	n := len(a.times)
	a.times = append(a.times, time.Now())
	a.auth = append(a.auth, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		a.body = append(a.body, string(b))
	}
	f := a.list[min(n, len(a.list)-1)]
	a.mu.Unlock()
	return f(r)
}

// status answers with a status, a body and headers in pairs.
func status(code int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	}
}

// fails answers with an error.
func fails(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs answers nothing until the attempt is given up.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func transport(list ...func(*http.Request) (*http.Response, error)) *answers {
	return &answers{list: list}
}

// bot returns a client of a transport.
func bot(a *answers) *webex.Bot {
	o := options("https://webex.test/v1", botToken)
	o.Transport = a
	return webex.NewBot(o)
}

const (
	ok       = `{"id":"M1"}`
	own      = `{"message":"Sorry","trackingId":"T1"}`
	gateway  = `<html>`
	question = "M1"
)

// within gives a context of the time that a person waits.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestReadsAreTriedAgain(t *testing.T) {
	tests := []struct {
		name     string
		list     []func(*http.Request) (*http.Response, error)
		attempts int
		least    time.Duration // that all of it takes
		most     time.Duration
	}{
		{"at once", []func(*http.Request) (*http.Response, error){status(200, ok)}, 1, 0, 0},
		{"503 twice", []func(*http.Request) (*http.Response, error){status(503, own), status(503, gateway), status(200, ok)}, 3, 0, 750 * time.Millisecond},
		{"503 with Retry-After", []func(*http.Request) (*http.Response, error){status(503, own, "Retry-After", "5"), status(200, ok)}, 2, 5 * time.Second, 5 * time.Second},
		{"reset", []func(*http.Request) (*http.Response, error){fails(errors.New("connection reset by peer")), status(200, ok)}, 2, 0, 250 * time.Millisecond},
		{"hangs for 10 s", []func(*http.Request) (*http.Response, error){hangs, status(200, ok)}, 2, 10 * time.Second, 10*time.Second + 250*time.Millisecond},
		{"423", []func(*http.Request) (*http.Response, error){status(423, own, "Retry-After", "2"), status(200, ok)}, 2, 2 * time.Second, 2 * time.Second},
		{"429 in seconds", []func(*http.Request) (*http.Response, error){status(429, gateway, "Retry-After", "3"), status(200, ok)}, 2, 3 * time.Second, 3300 * time.Millisecond},
		{"429 of no time", []func(*http.Request) (*http.Response, error){status(429, own, "Retry-After", "0"), status(200, ok)}, 2, time.Second, 1100 * time.Millisecond},
		{"429 without a header", []func(*http.Request) (*http.Response, error){status(429, own), status(200, ok)}, 2, 15 * time.Second, 16500 * time.Millisecond},
		{"429 with nonsense", []func(*http.Request) (*http.Response, error){status(429, own, "Retry-After", "-7"), status(200, ok)}, 2, 15 * time.Second, 16500 * time.Millisecond},
		{"429 with a date", []func(*http.Request) (*http.Response, error){status(429, own, "Retry-After", "Sat, 01 Jan 2000 00:00:07 GMT"), status(200, ok)}, 2, 7 * time.Second, 7700 * time.Millisecond},
		{"429 with a date gone by", []func(*http.Request) (*http.Response, error){status(429, own, "Retry-After", "Fri, 31 Dec 1999 00:00:00 GMT"), status(200, ok)}, 2, time.Second, 1100 * time.Millisecond},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, start := transport(test.list...), time.Now()
				if m, err := bot(a).Message(within(t, 30*time.Second), question); err != nil || m.ID != "M1" {
					t.Fatalf("Message() = %v, %v, want M1", m.ID, err)
				}
				if took := time.Since(start); len(a.times) != test.attempts || took < test.least || took > test.most {
					t.Errorf("%d attempts took %v, want %d in %v to %v", len(a.times), took, test.attempts, test.least, test.most)
				}
			})
		})
	}
}

func TestReadsEndWhereTheWaitDoesNotFit(t *testing.T) {
	tests := []struct {
		name   string
		answer func(*http.Request) (*http.Response, error)
		after  time.Duration
	}{
		{"an hour", status(429, own, "Retry-After", "3600"), time.Hour},
		{"longer than an hour", status(429, own, "Retry-After", "99999999999999999999"), time.Hour},
		{"a day", status(429, own, "Retry-After", "86400"), time.Hour},
		{"503 for a minute", status(503, own, "Retry-After", "60"), time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, start := transport(test.answer), time.Now()
				_, err := bot(a).Message(within(t, 14*time.Second), question)
				e := asError(t, err)
				if len(a.times) != 1 || time.Since(start) != 0 {
					t.Errorf("%d attempts in %v, want 1 at once", len(a.times), time.Since(start))
				}
				if !e.Temporary() || e.TrackingID != "T1" || e.RetryAfter() < test.after || e.RetryAfter() > test.after+test.after/10 {
					t.Errorf("error = %v after %v, want one after %v", err, e.RetryAfter(), test.after)
				}
			})
		})
	}
}

func TestACallWithoutADeadlineEndsWithin30Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := bot(transport(hangs)).Message(t.Context(), question)
		if e := asError(t, err); e.Kind != webex.KindNoAnswer || time.Since(start) > 30*time.Second || time.Since(start) < 20*time.Second {
			t.Errorf("error = %v after %v, want no answer within 30 s", err, time.Since(start))
		}
	})
}

func TestBackOffGrowsTo4Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var most [6]time.Duration
		for range 40 {
			a := transport(status(503, own), status(503, own), status(503, own), status(503, own), status(503, own), status(503, own), status(200, ok))
			if _, err := bot(a).Message(within(t, 30*time.Second), question); err != nil {
				t.Fatal(err)
			}
			for i := range most {
				most[i] = max(most[i], a.times[i+1].Sub(a.times[i]))
			}
		}
		limit := 250 * time.Millisecond
		for i, d := range most {
			if d > limit || d < limit/2 {
				t.Errorf("wait %d is up to %v, want up to %v", i+1, d, limit)
			}
			limit = min(2*limit, 4*time.Second)
		}
	})
}

func TestWritesAreRepeatedOnlyWhereThatIsSafe(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	post := func(ctx context.Context, b *webex.Bot) error {
		_, err := b.Post(ctx, webex.NewMessage{RoomID: "R1", Markdown: "hi"})
		return err
	}
	edit := func(ctx context.Context, b *webex.Bot) error {
		_, err := b.Edit(ctx, "M1", webex.NewMessage{RoomID: "R1", Markdown: "hi"})
		return err
	}
	del := func(ctx context.Context, b *webex.Bot) error { return b.Delete(ctx, "M1") }
	type call = func(context.Context, *webex.Bot) error
	tests := []struct {
		name      string
		call      call
		first     func(*http.Request) (*http.Response, error)
		then      func(*http.Request) (*http.Response, error)
		attempts  int
		failed    bool
		uncertain bool
	}{
		{"post, refused", post, fails(refused), status(200, ok), 2, false, false},
		{"post, proxy refused", post, fails(&net.OpError{Op: "proxyconnect", Err: io.EOF}), status(200, ok), 2, false, false},
		{"post, no such host", post, fails(&net.DNSError{Err: "no such host"}), status(200, ok), 2, false, false},
		{"post, 429", post, status(429, gateway, "Retry-After", "1"), status(200, ok), 2, false, false},
		{"post, 500 of Webex", post, status(500, own), status(200, ok), 2, false, false},
		{"post, 503 of Webex", post, status(503, own), status(200, ok), 2, false, false},
		{"post, 500 of a gateway", post, status(500, gateway), status(200, ok), 1, true, true},
		{"post, 502", post, status(502, own), status(200, ok), 1, true, true},
		{"post, 504", post, status(504, own), status(200, ok), 1, true, true},
		{"post, reset", post, fails(errors.New("reset")), status(200, ok), 1, true, true},
		{"post, hangs", post, hangs, status(200, ok), 1, true, true},
		{"post, 400", post, status(400, own), status(200, ok), 1, true, false},
		{"edit, 502", edit, status(502, own), status(200, ok), 2, false, false},
		{"edit, reset", edit, fails(io.EOF), status(200, ok), 2, false, false},
		{"edit, doubt stays", edit, fails(io.EOF), status(403, own), 2, true, true},
		{"edit, 403", edit, status(403, own), status(200, ok), 1, true, false},
		{"delete, reset", del, fails(io.EOF), status(204, ""), 2, false, false},
		{"delete, reset when it was done", del, fails(io.EOF), status(404, own), 2, false, false},
		{"delete, of nothing", del, status(404, own), status(204, ""), 1, true, false},
		{"delete, of nothing after a refusal", del, fails(refused), status(404, own), 2, true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := transport(test.first, test.then)
				err := test.call(within(t, 60*time.Second), bot(a))
				if len(a.times) != test.attempts {
					t.Errorf("attempts = %d, want %d", len(a.times), test.attempts)
				}
				if (err != nil) != test.failed || err != nil && asError(t, err).Uncertain() != test.uncertain {
					t.Errorf("error = %v, want failed %v, uncertain %v", err, test.failed, test.uncertain)
				}
				for _, body := range a.body {
					if body != a.body[0] {
						t.Errorf("bodies = %q, want the same each time", a.body)
					}
				}
			})
		})
	}
}

func TestAPostMayTake30Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(29 * time.Second):
				return status(200, ok)(r)
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}
		if _, err := bot(transport(slow)).Post(within(t, time.Minute), webex.NewMessage{RoomID: "R1"}); err != nil {
			t.Errorf("error = %v, want none", err)
		}
	})
}
