package webex_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webex"
)

const day = 24 * time.Hour

// run starts the keys' loop and gives the func that ends it.
func run(t *testing.T, k *webex.Keys) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	}
}

// pass lets the time of a bubble pass.
func pass(d time.Duration) { <-time.After(d) }

// bubble runs a test in a synctest bubble with an office whose simulator runs
// outside of it.
func bubble(t *testing.T, o simulator.OAuth, test func(f *office)) {
	t.Helper()
	sim := newSimulator(t)
	sim.SetOAuth(o)
	synctest.Test(t, func(t *testing.T) {
		test(newOffice(t, sim))
	})
}

func TestRenewedAt80Percent(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		k := f.keys()
		defer run(t, k)()
		synctest.Wait()
		first := f.token(k)
		pass(8*time.Hour - time.Second)
		synctest.Wait()
		f.refreshes(1)
		pass(2 * time.Second)
		synctest.Wait()
		f.refreshes(2)
		if f.token(k) == first {
			t.Error("the new token is not used")
		}
		pass(80 * time.Hour)
		synctest.Wait()
		f.refreshes(12)
		if w := f.warnings(); len(w) > 0 {
			t.Errorf("warnings %q, want none while all is well", w)
		}
	})
}

func TestNoCallWaitsForARenewalAhead(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		k := f.keys()
		f.token(k)
		f.Fault(simulator.Rule{Path: "/access_token", Delay: 10 * time.Second})
		defer f.ClearFaults()
		defer run(t, k)()
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
		t := f.t
		k := f.keys()
		f.token(k)
		f.Fault(simulator.Rule{Path: "/access_token", Delay: 10 * time.Second})
		defer f.ClearFaults()
		stop := run(t, k)
		pass(8*time.Hour + 5*time.Second)
		stop()
		f.refreshes(2)
		if s := k.Status(); s.Generation != 2 || s.Unsaved {
			t.Errorf("Status = %+v, want the new pair stored", s)
		}
		f.token(f.keys())
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
				k := f.keys()
				first := f.token(k)
				rule.Path = "/access_token"
				f.Fault(rule)
				defer run(t, k)()
				pass(8*time.Hour + 59*time.Minute)
				if f.token(k) != first {
					t.Error("the old token is not used while it is valid")
				}
				s := k.Status()
				if s.Trouble == "" || s.Refused != "" {
					t.Errorf("Status = %+v, want a passing trouble", s)
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
				if f.token(k) == first || k.Status().Trouble != "" {
					t.Error("it does not heal by itself")
				}
			})
		})
	}
}

func TestARefusalIsToldAndNoLoop(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		a, b := f.keys(), f.keys()
		first := f.token(a)
		f.token(b)
		f.SetOAuth(simulator.OAuth{RefuseRefresh: true})
		f.ResetCalls()
		defer run(t, a)()
		defer run(t, b)()
		pass(8*time.Hour + 2*time.Minute)
		if f.token(a) != first || f.token(b) != first {
			t.Error("the old token is not used while it is valid")
		}
		if s := a.Status(); !strings.Contains(s.Refused, "run trackbot login") || !strings.Contains(s.Refused, "400") {
			t.Errorf("Refused = %q, want what to do", s.Refused)
		}
		pass(2 * time.Hour)
		for range 100 {
			if _, err := a.Token(t.Context()); !strings.Contains(err.Error(), "the refresh token is refused: run trackbot login") {
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
		f.token(f.keys())
		k := f.keys()
		f.SetOAuth(simulator.OAuth{RefuseRefresh: true})
		defer run(t, k)()
		pass(11 * time.Hour)
		if _, err := k.Token(t.Context()); err == nil {
			t.Fatal("a token came, want a refusal")
		}
		f.SetOAuth(simulator.OAuth{})
		login := f.keys() // another process
		if err := login.Adopt(t.Context(), webex.Pair{AccessToken: "x", AccessExpires: time.Now(), RefreshToken: f.RefreshToken()}); err != nil {
			t.Fatalf("Adopt = %v", err)
		}
		pass(2 * time.Minute)
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
		k := f.keys()
		stop := run(t, k)
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
		k = f.keys() // a restart does not repeat it
		stop = run(t, k)
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
		k, end := f.keys(), time.Now().Add(day)
		for time.Now().Before(end) { // Webex gives tokens and refuses each
			token, err := k.Token(t.Context())
			if err != nil {
				t.Fatalf("Token: %v", err)
			}
			_ = k.Renew(t.Context(), token)
			pass(10 * time.Second)
		}
		if n := f.Refreshes(); n < 5 || n > 40 {
			t.Errorf("%d refreshes in a day of refused tokens, want about one an hour", n)
		}
	})
}

func TestACallerThatGoesDoesNotCutTheRenewal(t *testing.T) {
	bubble(t, simulator.OAuth{}, func(f *office) {
		t := f.t
		k := f.keys()
		f.Fault(simulator.Rule{Path: "/access_token", Delay: 10 * time.Second})
		defer f.ClearFaults()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := k.Token(ctx)
		if e, ok := errors.AsType[*webex.NoTokenError](err); !ok || !errors.Is(err, context.DeadlineExceeded) || !e.Temporary() {
			t.Errorf("error = %v, want a temporary one", err)
		}
		pass(10 * time.Second)
		synctest.Wait()
		start := time.Now()
		f.token(k)
		if took := time.Since(start); took > 0 {
			t.Errorf("the next call waited %v, want the token of the first", took)
		}
		f.refreshes(1)
	})
}

func TestNoRefreshToken(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	f.o.RefreshToken = nil
	k := f.keys()
	_, err := k.Token(t.Context())
	if err == nil || !strings.Contains(err.Error(), "there is no refresh token: run trackbot login") {
		t.Errorf("error = %v, want what to do", err)
	}
	if err := k.Load(t.Context()); err == nil {
		t.Error("Load = nil, want what to do")
	}
	f.store.away = true
	if _, err := k.Token(t.Context()); err == nil || !strings.Contains(err.Error(), "the store is away") {
		t.Errorf("error = %v, want the store's", err)
	}
}

func TestLoadAsksNobody(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	f.token(f.keys())
	f.ResetCalls()
	k := f.keys()
	if err := k.Load(t.Context()); err != nil {
		t.Fatalf("Load = %v", err)
	}
	if d := k.Status().RefreshDays(time.Now()); d < 89 {
		t.Errorf("%f days left, want 90", d)
	}
	if n := len(f.Calls()); n != 0 {
		t.Errorf("%d calls, want none", n)
	}
}

func TestAnotherKey(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	good := f.token(f.keys())
	right := f.o.Seal
	f.o.Seal = sealOf(t, 2)
	_, err := f.keys().Token(t.Context())
	if err == nil || !strings.Contains(err.Error(), "can't be opened") {
		t.Errorf("error = %v, want that the pair can't be opened", err)
	}
	f.o.Seal = right
	if f.token(f.keys()) != good {
		t.Error("the wrong key destroyed the pair")
	}
	f.o.Seal = sealOf(t, 2)
	settings := f.RefreshToken() // the way out: another sign-in
	f.o.RefreshToken = func() string { return settings }
	f.token(f.keys())
}

func TestDamagedStore(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	f.token(f.keys())
	settings := f.RefreshToken()
	f.o.RefreshToken = nil
	for _, v := range []string{"{", "null", `{"gen":"x"}`, `{"pair":"AAAA"}`} {
		f.store.value = []byte(v)
		if _, err := f.keys().Token(t.Context()); err == nil || !strings.Contains(err.Error(), "run trackbot login") {
			t.Errorf("store %q: error = %v, want what to do", v, err)
		}
	}
	f.o.RefreshToken = func() string { return settings }
	f.token(f.keys())
}
