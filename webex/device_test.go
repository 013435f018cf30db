package webex_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webex"
)

func signIn(sim *simulator.Simulator, transport http.RoundTripper, scopes ...string) *webex.SignIn {
	id, secret := sim.OAuthClient()
	return webex.NewSignIn(webex.SignInOptions{
		BaseURL: "http://127.0.0.1/v1", ClientID: id, ClientSecret: func() string { return secret }, Transport: transport, Scopes: scopes,
	})
}

func TestDevice(t *testing.T) {
	agree := func(yes bool) func(*simulator.Simulator, webex.DeviceCode) {
		return func(s *simulator.Simulator, d webex.DeviceCode) {
			go func() {
				pass(20 * time.Second)
				s.DecideDevice(d.UserCode, yes)
			}()
		}
	}
	nobody := func(*simulator.Simulator, webex.DeviceCode) {}
	tests := []struct {
		name string
		do   func(*simulator.Simulator, webex.DeviceCode)
		rule simulator.Rule
		want error
		took time.Duration // at most
	}{
		{name: "agreed", do: agree(true), took: 22 * time.Second},
		{name: "denied", do: agree(false), want: webex.ErrSignInDenied, took: 22 * time.Second},
		{name: "run out", do: nobody, want: webex.ErrSignInExpired, took: 5*time.Minute + time.Second},
		{name: "slow down", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"message":"x","errors":[{"description":"slow_down"}]}`, Times: 2}, took: 40 * time.Second},
		{name: "slow down as RFC 8628 says it", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"error":"slow_down"}`, Times: 2}, took: 40 * time.Second},
		{name: "pending as RFC 8628 says it", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"error":"authorization_pending"}`, Times: 5}, took: 22 * time.Second},
		{name: "run out as RFC 8628 says it", do: nobody, rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"error":"expired_token"}`}, want: webex.ErrSignInExpired, took: 3 * time.Second},
		{name: "429", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 429, RetryAfter: "10", Times: 1}, took: 35 * time.Second},
		{name: "503 for a while", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 503, Times: 5}, took: 22 * time.Second},
		{name: "503 for ever", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 503}, want: webex.ErrSignInExpired, took: 5*time.Minute + time.Second},
		{name: "resets", do: agree(true), rule: simulator.Rule{Path: "/device/token", Drop: simulator.DropBefore, Times: 5}, took: 22 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sim := newSimulator(t)
			synctest.Test(t, func(t *testing.T) {
				if test.rule.Path != "" {
					sim.Fault(test.rule)
				}
				s := signIn(sim, direct{sim.Handler()}, simulator.ScopeScheduleRead)
				start := time.Now()
				p, err := s.Device(t.Context(), func(d webex.DeviceCode) {
					if len(d.UserCode) != 6 || !strings.HasPrefix(d.FullLink, d.Link+"?") || time.Until(d.Expires) > 5*time.Minute {
						t.Errorf("shown %+v, want six digits and two links", d)
					}
					test.do(sim, d)
				})
				if !errors.Is(err, test.want) {
					t.Errorf("error = %v, want %v", err, test.want)
				}
				if err == nil && (p.AccessToken == "" || p.RefreshToken == "" || time.Until(p.RefreshExpires) < 89*day) {
					t.Error("the pair is not whole")
				}
				if took := time.Since(start); took > test.took {
					t.Errorf("it took %v, want at most %v", took, test.took)
				}
				synctest.Wait()
			})
		})
	}
}

func TestDeviceIsRefusedAtOnce(t *testing.T) {
	sim := newSimulator(t)
	id, secret := sim.OAuthClient()
	for name, test := range map[string]struct {
		o    webex.SignInOptions
		want string
	}{
		"client":  {webex.SignInOptions{ClientID: "wrong", Scopes: []string{simulator.ScopeScheduleRead}}, "Client Id is invalid"},
		"scope":   {webex.SignInOptions{ClientID: id, Scopes: []string{"meeting:everything"}}, "invalid_scope"},
		"nothing": {webex.SignInOptions{ClientID: id}, "invalid_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			test.o.BaseURL, test.o.ClientSecret = sim.URL(), func() string { return secret }
			_, err := webex.NewSignIn(test.o).Device(t.Context(), func(webex.DeviceCode) { t.Error("a code is shown") })
			if !webex.IsStatus(err, 400) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want a 400 that says %q", err, test.want)
			}
		})
	}
}

func TestDeviceWithAWrongSecret(t *testing.T) {
	sim := newSimulator(t)
	sim.SetOAuth(simulator.OAuth{Interval: time.Second})
	id, _ := sim.OAuthClient()
	s := webex.NewSignIn(webex.SignInOptions{
		BaseURL: sim.URL(), ClientID: id, ClientSecret: func() string { return "a-wrong-client-secret" }, Scopes: []string{simulator.ScopeScheduleRead},
	})
	_, err := s.Device(t.Context(), func(webex.DeviceCode) {})
	if !webex.IsStatus(err, 400) || !strings.Contains(err.Error(), "invalid_client") {
		t.Errorf("error = %v, want invalid_client", err)
	}
}

func TestDeviceTellsNoControlCharacters(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"device_code":"c","user_code":"1\u001b[2J23","expires_in":300,"interval":2,"verification_uri":"https://webex.test/\u0007x","verification_uri_complete":"javascript:alert(1)"}`)
	})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := signIn(newSimulator(t), direct{h}).Device(ctx, func(d webex.DeviceCode) {
		defer cancel()
		if strings.ContainsAny(d.UserCode+d.Link+d.FullLink, "\x1b\a") || strings.Contains(d.FullLink, "javascript") {
			t.Errorf("shown %+q", d)
		}
	})
	if err == nil {
		t.Error("signed in with control characters in the link")
	}
}

func TestBrowser(t *testing.T) {
	sim := newSimulator(t)
	s := signIn(sim, direct{sim.Handler()}, simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite)
	code := func(verifier string) string {
		t.Helper()
		w := httptest.NewRecorder()
		sim.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, s.AuthorizeURL("http://127.0.0.1:1/", "the-state", verifier), http.NoBody))
		back, err := url.Parse(w.Header().Get("Location"))
		if w.Code != http.StatusFound || err != nil || back.Query().Get("state") != "the-state" {
			t.Fatalf("authorize = %d, %v, %v, want a redirect with the state", w.Code, back, err)
		}
		return back.Query().Get("code")
	}
	verifier := webex.Verifier()
	good := code(verifier)
	p, err := s.Exchange(t.Context(), good, "http://127.0.0.1:1/", verifier)
	if err != nil || p.RefreshToken == "" {
		t.Fatalf("Exchange = %v", err)
	}
	if _, err := s.Exchange(t.Context(), good, "http://127.0.0.1:1/", verifier); !webex.IsStatus(err, 400) {
		t.Errorf("a code is good twice: %v", err)
	}
	if _, err := s.Exchange(t.Context(), code(verifier), "http://127.0.0.1:1/", webex.Verifier()); !webex.IsStatus(err, 400) {
		t.Errorf("another verifier is good: %v", err)
	}
	if _, err := s.Exchange(t.Context(), code(verifier), "http://127.0.0.1:2/", verifier); !webex.IsStatus(err, 400) {
		t.Errorf("another redirect is good: %v", err)
	}
}

func TestDeviceStopsWithItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	sim := newSimulator(t)
	_, err := signIn(sim, direct{sim.Handler()}, simulator.ScopeScheduleRead).Device(ctx, func(webex.DeviceCode) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that it was cancelled", err)
	}
}
