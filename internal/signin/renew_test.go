package signin_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/signin"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

func TestRenewedAt80Percent(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		k := f.tokens()
		defer f.run(k)()
		synctest.Wait()
		first := f.token(k)
		pass(8*time.Hour - time.Second)
		f.refreshes(1)
		pass(time.Minute)
		f.refreshes(2)
		if f.token(k) == first {
			t.Error("the new token is not used")
		}
		pass(39 * time.Hour)
		f.refreshes(6)
		if w := f.warnings(); len(w) > 0 {
			t.Errorf("warnings %q, want none while all is well", w)
		}
	})
}

func TestNoCallWaitsForARenewalAhead(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		k := f.tokens()
		f.token(k)
		f.Fault(simulator.Rule{Path: "/access_token", Delay: 10 * time.Second})
		defer f.ClearFaults()
		defer f.run(k)()
		pass(8*time.Hour + 5*time.Second) // in the middle of the renewal
		start := time.Now()
		f.token(k)
		if took := time.Since(start); took > 0 {
			t.Errorf("Token took %v while a valid one was there", took)
		}
	})
}

func TestStopLetsARenewalEnd(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		k := f.tokens()
		f.token(k)
		f.Fault(simulator.Rule{Path: "/access_token", Delay: 10 * time.Second})
		defer f.ClearFaults()
		stop := f.run(k)
		pass(8*time.Hour + 5*time.Second)
		stop()
		f.refreshes(2)
		f.token(f.tokens())
		f.refreshes(2)
	})
}

func TestNoAnswerKeepsTheOldTokenAndBacksOff(t *testing.T) {
	for name, rule := range map[string]simulator.Rule{
		"reset": {Drop: simulator.DropBefore}, "hangs": {Drop: simulator.DropHang, Delay: 20 * time.Second},
		"503": {Status: 503}, "429": {Status: 429, RetryAfter: "120"}, "not JSON": {Status: 200, Body: "<html>"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
				t := f.t
				k := f.tokens()
				first := f.token(k)
				rule.Path = "/access_token"
				f.Fault(rule)
				defer f.run(k)()
				pass(8*time.Hour + 59*time.Minute)
				if f.token(k) != first || k.Status().Refused != "" {
					t.Error("the old token is not used while it is valid, or Webex is said to refuse it")
				}
				pass(2 * time.Hour) // the token has run out
				_, err := k.Token(t.Context())
				if e, ok := errors.AsType[*webex.NoTokenError](err); !ok || !e.Temporary() || e.RetryAfter() <= 0 || e.RetryAfter() > 5*time.Minute {
					t.Errorf("error = %v, want a temporary one with the time of the next try", err)
				}
				if n := f.CountCalls("", http.MethodPost, "/access_token"); n < 20 || n > 80 {
					t.Errorf("%d tries in three hours, want one in about 5 minutes", n)
				}
				f.ClearFaults()
				pass(6 * time.Minute)
				if f.token(k) == first {
					t.Error("it does not heal by itself")
				}
			})
		})
	}
}

func TestARefusalIsToldAndNoLoop(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		a, b := f.tokens(), f.tokens()
		first := f.token(a)
		f.token(b)
		f.SetOAuth(simulator.OAuth{RefuseRefresh: true})
		f.ResetCalls()
		defer f.run(a)()
		defer f.run(b)()
		pass(8*time.Hour + 2*time.Minute)
		if f.token(a) != first || f.token(b) != first {
			t.Error("the old token is not used while it is valid")
		}
		if s := a.Status(); !strings.Contains(s.Refused, "run trackbot login") || !strings.Contains(s.Refused, "400") {
			t.Errorf("Refused = %q, want what to do", s.Refused)
		}
		other := f.tokens() // as trackbot check reads it
		if err := other.Load(t.Context()); err != nil || other.Status().Refused != a.Status().Refused {
			t.Errorf("Load = %v, Refused = %q, want what the bot knows", err, other.Status().Refused)
		}
		pass(2 * time.Hour)
		for range 100 {
			_, err := a.Token(t.Context())
			if _, ok := errors.AsType[*signin.RefusedError](err); !ok || !strings.Contains(err.Error(), "the refresh token is refused: run trackbot login") {
				t.Fatalf("error = %v, want what to do", err)
			}
		}
		if w := f.warnings(); len(w) != 1 || !strings.Contains(w[0], "run trackbot login") {
			t.Errorf("warnings %q, want one of both replicas", w)
		}
		pass(2 * day)
		if w := f.warnings(); len(w) != 3 {
			t.Errorf("%d warnings in two days more, want one a day: %q", len(w)-1, w)
		}
		if n := f.CountCalls("", http.MethodPost, "/access_token"); n > 2*(2*24+5) {
			t.Errorf("%d refused calls in 52 hours, want at most one an hour and replica", n)
		}
		f.SetOAuth(simulator.OAuth{})
		pass(65 * time.Minute)
		f.token(a)
		if a.Status().Refused != "" {
			t.Error("a refusal that was a hiccup does not heal")
		}
	})
}

func TestASignInMendsARefusal(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		f.token(f.tokens())
		k := f.tokens()
		f.SetOAuth(simulator.OAuth{RefuseRefresh: true})
		defer f.run(k)()
		pass(11 * time.Hour)
		if _, err := k.Token(t.Context()); err == nil {
			t.Fatal("a token came, want a refusal")
		}
		f.SetOAuth(simulator.OAuth{})
		p := signin.Pair{AccessToken: "x", Issued: time.Now(), AccessExpires: time.Now(), RefreshToken: f.RefreshToken()}
		if err := f.tokens().Adopt(t.Context(), p); err != nil { // by another process
			t.Fatalf("Adopt = %v", err)
		}
		pass(time.Minute)
		f.refreshes(2)
		f.token(k)
		if s := k.Status(); s.Refused != "" {
			t.Errorf("Refused = %q, want none after the sign-in", s.Refused)
		}
	})
}

func TestWarningsBeforeTheEnd(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 12 * day, RefreshLife: 9 * day}, func(f *office) {
		t := f.t
		start, fails := time.Now(), 3
		warn := f.o.Warn
		f.o.Warn = func(ctx context.Context, words string) error {
			if fails--; fails >= 0 {
				return errors.New("the room is away")
			}
			return warn(ctx, words)
		}
		stop := f.run(f.tokens())
		defer func() { stop() }()
		pass(2*day - time.Minute)
		if w := f.warnings(); len(w) != 0 {
			t.Errorf("warnings %q with more than 7 days left, want none", w)
		}
		pass(10 * time.Minute)
		w := f.warnings()
		if len(w) != 1 || !strings.Contains(w[0], "runs out in 6 days") || !strings.Contains(w[0], start.Add(9*day).UTC().Format("2006-01-02")) {
			t.Fatalf("warnings %q at 7 days, want one, given although it failed at first", w)
		}
		stop()
		stop = f.run(f.tokens()) // a restart does not repeat it
		pass(6*day - time.Hour)
		if w := f.warnings(); len(w) != 6 {
			t.Errorf("%d warnings until the last day, want one a day: %q", len(w), w)
		}
		pass(2 * time.Hour)
		if w := f.warnings(); len(w) != 7 || !strings.Contains(w[6], "within 24 hours") {
			t.Errorf("warnings %q at one day, want another one", w)
		}
		pass(day)
		if w := f.warnings(); len(w) != 8 || !strings.Contains(w[7], "has run out") {
			t.Errorf("warnings %q after the end, want that it is over", w)
		}
	})
}

func TestATokenRefusedAtOnceIsNoLoop(t *testing.T) {
	bubble(t, simulator.OAuth{}, func(f *office) {
		t := f.t
		k, end := f.tokens(), time.Now().Add(day)
		for time.Now().Before(end) { // Webex gives tokens and refuses each
			token, err := k.Token(t.Context())
			if err != nil {
				t.Fatalf("Token: %v", err)
			}
			_ = k.Renew(t.Context(), token)
			pass(time.Minute)
		}
		if n := f.Refreshes(); n < 5 || n > 40 {
			t.Errorf("%d refreshes in a day of refused tokens, want about one an hour", n)
		}
	})
}

func TestACallerThatGoesDoesNotCutTheRenewal(t *testing.T) {
	bubble(t, simulator.OAuth{}, func(f *office) {
		t := f.t
		k := f.tokens()
		f.Fault(simulator.Rule{Path: "/access_token", Delay: 10 * time.Second})
		defer f.ClearFaults()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := k.Token(ctx)
		if e, ok := errors.AsType[*webex.NoTokenError](err); !ok || !errors.Is(err, context.DeadlineExceeded) || !e.Temporary() {
			t.Errorf("error = %v, want a temporary one", err)
		}
		pass(10 * time.Second)
		start := time.Now()
		f.token(k)
		if took := time.Since(start); took > 0 {
			t.Errorf("the next call waited %v, want the token of the first", took)
		}
		f.refreshes(1)
	})
}

func TestADatabaseThatFailsAfterARefresh(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		k := f.tokens()
		first := f.token(k)
		heal := f.refuseWrites()
		stop := f.run(k)
		pass(8*time.Hour + time.Minute)
		second := f.token(k)
		if second == first {
			t.Error("the new token is not used")
		}
		if !strings.Contains(f.log.String(), "can't be stored") {
			t.Error("the log does not say so")
		}
		f.Revoke(second)
		if err := k.Renew(t.Context(), second); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("Renew = %v, want that a second pair is not asked for", err)
		}
		f.refreshes(2)
		heal()
		pass(time.Minute)
		stop()
		if token, err := f.tokens().Token(t.Context()); token != second || err != nil {
			t.Errorf("the next process has %v, want the pair, stored once the database could", err)
		}
		f.refreshes(2)
		if !strings.Contains(f.log.String(), "stored at last") {
			t.Error("the log does not say that it is well again")
		}
	})
}

func TestADatabaseThatFailsBeforeARefresh(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		k := f.tokens()
		first := f.token(k)
		f.exec("CREATE TRIGGER full_disk BEFORE INSERT ON lease BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
		defer f.run(k)()
		pass(9 * time.Hour)
		if f.token(k) != first {
			t.Error("the old token is not used while it is valid")
		}
		pass(2 * time.Hour)
		if _, err := k.Token(t.Context()); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("error = %v, want the database's", err)
		}
		f.refreshes(1)
		f.exec("DROP TRIGGER full_disk")
		f.token(k)
	})
}

// TestATakeOverOfALivingReplica lets one replica be slower than the others believe in: its pair is the newer one and must win.
func TestATakeOverOfALivingReplica(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		b := f.tokens()
		stale := f.token(b)
		f.Revoke(stale)
		quick, release := f.o.Transport, make(chan struct{})
		f.o.Transport = late{quick, release}
		a := f.tokens()
		done := make(chan error, 1)
		go func() { done <- a.Renew(t.Context(), stale) }()
		pass(time.Second)                                   // Webex has given a its pair, which hangs before the store
		if err := b.Renew(t.Context(), stale); err == nil { // takes over after 20 s and is refused: the token is rotated away
			t.Error("b got a token of a used refresh token")
		}
		close(release)
		if err := <-done; err != nil {
			t.Errorf("a: %v", err)
		}
		one := f.token(a)
		if err := b.Renew(t.Context(), stale); err != nil || f.token(b) != one {
			t.Errorf("b does not take the pair of a: %v", err)
		}
		f.refreshes(2)
	})
}

// late gives answers when it is released, whatever the time-outs are.
type late struct {
	http.RoundTripper

	release chan struct{}
}

func (l late) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.RoundTripper.RoundTrip(r)
	<-l.release
	return resp, err
}
