package webex_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

func TestRenew(t *testing.T) {
	tests := []struct {
		name     string
		list     []func(*http.Request) (*http.Response, error)
		renew    error
		renewed  int
		attempts int
		status   int // of the error; 0 is none
	}{
		{"once is enough", []func(*http.Request) (*http.Response, error){status(401, own), status(200, ok)}, nil, 1, 2, 0},
		{"never in a loop", []func(*http.Request) (*http.Response, error){status(401, own)}, nil, 1, 2, 401},
		{"refused", []func(*http.Request) (*http.Response, error){status(401, own)}, errors.New("invalid_grant"), 1, 1, 401},
		{"403 is another thing", []func(*http.Request) (*http.Response, error){status(403, own)}, nil, 0, 1, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, token, stale := transport(test.list...), "old", []string(nil)
			b := webex.NewAdmin(webex.Options{
				BaseURL:   "https://webex.test/v1",
				Transport: a,
				Token:     func(context.Context) (string, error) { return token, nil },
				Renew: func(_ context.Context, s string) error {
					stale = append(stale, s)
					token = "new"
					return test.renew
				},
			})
			_, err := b.TrackingCode(t.Context(), "example.webex.com", "1")
			if test.status == 0 && err != nil || test.status != 0 && !webex.IsStatus(err, test.status) {
				t.Errorf("error = %v, want status %d", err, test.status)
			}
			if test.renew != nil && !errors.Is(err, test.renew) {
				t.Errorf("error = %v, want %v in it", err, test.renew)
			}
			if len(stale) != test.renewed || len(a.times) != test.attempts {
				t.Errorf("renewed %d times, %d attempts, want %d, %d", len(stale), len(a.times), test.renewed, test.attempts)
			}
			if len(stale) > 0 && stale[0] != "old" || len(a.auth) > 1 && a.auth[1] != "new" {
				t.Errorf("stale = %q, tokens = %q, want old, then new", stale, a.auth)
			}
		})
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	stop := errors.New("the process stops")
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"for an answer": hangs, "for another try": status(503, own, "Retry-After", "20"), "for the pause": status(429, own, "Retry-After", "20"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(within(t, 30*time.Second))
				time.AfterFunc(2*time.Second, func() { cancel(stop) })
				start := time.Now()
				_, err := bot(transport(answer)).Message(ctx, question)
				if e := asError(t, err); !errors.Is(err, context.Canceled) || !errors.Is(err, stop) || !e.Temporary() || time.Since(start) != 2*time.Second {
					t.Errorf("error = %v after %v, want that it was cancelled at once", err, time.Since(start))
				}
			})
		})
	}
}

func TestACancelledCallIsNotMade(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := transport(status(200, ok))
	_, err := bot(a).Post(ctx, webex.NewMessage{RoomID: "R1"})
	if e := asError(t, err); !errors.Is(err, context.Canceled) || e.Uncertain() || len(a.times) != 0 {
		t.Errorf("error = %v, uncertain %v, %d attempts, want a certain one without any", err, e.Uncertain(), len(a.times))
	}
}
