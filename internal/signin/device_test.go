package signin_test

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

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// client is one of the simulator's integration.
func client(sim *simulator.Simulator, transport http.RoundTripper, scopes ...string) *signin.Client {
	id, secret := sim.OAuthClient()
	return signin.NewClient(config.Config{APIURL: "http://127.0.0.1/v1", AdminClientID: id, AdminClientSecret: config.NewSecret(secret)}, transport, scopes...)
}

func TestDevice(t *testing.T) {
	agree := func(yes bool) func(*simulator.Simulator, signin.DeviceCode) {
		return func(s *simulator.Simulator, d signin.DeviceCode) {
			go func() {
				<-time.After(20 * time.Second)
				s.DecideDevice(d.UserCode, yes)
			}()
		}
	}
	nobody := func(*simulator.Simulator, signin.DeviceCode) {}
	tests := []struct {
		name string
		do   func(*simulator.Simulator, signin.DeviceCode)
		rule simulator.Rule
		want error
		took time.Duration // at most
	}{
		{name: "agreed", do: agree(true), took: 22 * time.Second},
		{name: "denied", do: agree(false), want: signin.ErrDenied, took: 22 * time.Second},
		{name: "run out", do: nobody, want: signin.ErrExpired, took: 5*time.Minute + time.Second},
		{name: "slow down", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"message":"x","errors":[{"description":"slow_down"}]}`, Times: 2}, took: 40 * time.Second},
		{name: "slow down as RFC 8628 says it", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"error":"slow_down"}`, Times: 2}, took: 40 * time.Second},
		{name: "pending as RFC 8628 says it", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"error":"authorization_pending"}`, Times: 5}, took: 22 * time.Second},
		{name: "run out as RFC 8628 says it", do: nobody, rule: simulator.Rule{Path: "/device/token", Status: 400, Body: `{"error":"expired_token"}`}, want: signin.ErrExpired, took: 3 * time.Second},
		{name: "429", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 429, RetryAfter: "10", Times: 1}, took: 35 * time.Second},
		{name: "503 for a while", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 503, Times: 5}, took: 22 * time.Second},
		{name: "503 for ever", do: agree(true), rule: simulator.Rule{Path: "/device/token", Status: 503}, want: signin.ErrExpired, took: 5*time.Minute + time.Second},
		{name: "resets", do: agree(true), rule: simulator.Rule{Path: "/device/token", Drop: simulator.DropBefore, Times: 5}, took: 22 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sim := newSimulator(t)
			synctest.Test(t, func(t *testing.T) {
				if test.rule.Path != "" {
					sim.Fault(test.rule)
				}
				c := client(sim, direct{sim.Handler()}, simulator.ScopeScheduleRead)
				start := time.Now()
				p, err := c.Device(t.Context(), func(d signin.DeviceCode) {
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
				pass(20 * time.Second) // the time-out of a call goes on where its body is not closed
			})
		})
	}
}

func TestDeviceIsRefusedAtOnce(t *testing.T) {
	sim := newSimulator(t)
	id, secret := sim.OAuthClient()
	for name, test := range map[string]struct {
		id, want string
		scopes   []string
	}{
		"client":  {"wrong", "Client Id is invalid", []string{simulator.ScopeScheduleRead}},
		"scope":   {id, "invalid_scope", []string{"meeting:everything"}},
		"nothing": {id, "invalid_scope", nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := signin.NewClient(config.Config{APIURL: sim.URL(), AdminClientID: test.id, AdminClientSecret: config.NewSecret(secret)}, nil, test.scopes...)
			_, err := c.Device(t.Context(), func(signin.DeviceCode) { t.Error("a code is shown") })
			if !webex.IsStatus(err, 400) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want a 400 that says %q", err, test.want)
			}
		})
	}
}

func TestDeviceWithAWrongSecret(t *testing.T) {
	sim := newSimulator(t)
	synctest.Test(t, func(t *testing.T) {
		id, _ := sim.OAuthClient()
		c := signin.NewClient(config.Config{APIURL: "http://127.0.0.1/v1", AdminClientID: id, AdminClientSecret: config.NewSecret("a-wrong-client-secret")},
			direct{sim.Handler()}, simulator.ScopeScheduleRead)
		_, err := c.Device(t.Context(), func(signin.DeviceCode) {})
		if !webex.IsStatus(err, 400) || !strings.Contains(err.Error(), "invalid_client") {
			t.Errorf("error = %v, want invalid_client", err)
		}
		pass(20 * time.Second)
	})
}

func TestDeviceTellsNoControlCharacters(t *testing.T) {
	for _, test := range []struct{ code, link string }{{"123456", `https://webex.test/\u0007x`}, {`1\u001b[2J23`, "https://webex.test/x"}} {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"device_code":"c","user_code":"`+test.code+`","expires_in":300,"interval":2,"verification_uri":"`+test.link+`","verification_uri_complete":"javascript:alert(1)"}`)
		})
		ctx, cancel := context.WithCancel(t.Context())
		_, err := client(newSimulator(t), direct{h}).Device(ctx, func(d signin.DeviceCode) {
			cancel()
			if strings.ContainsAny(d.UserCode+d.Link+d.FullLink, "\x1b\a") || strings.Contains(d.FullLink, "javascript") {
				t.Errorf("shown %+q", d)
			}
		})
		if err == nil {
			t.Error("signed in with control characters in the answer")
		}
		cancel()
	}
}

func TestDeviceStopsWithItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	sim := newSimulator(t)
	_, err := client(sim, direct{sim.Handler()}, simulator.ScopeScheduleRead).Device(ctx, func(signin.DeviceCode) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that it was cancelled", err)
	}
}

const (
	home     = "http://127.0.0.1:1/" // where Webex sends the browser
	verifier = "a-verifier-of-pkce-that-is-long-enough-for-rfc-7636"
)

// code is what an administrator's browser brings home.
func code(t *testing.T, sim *simulator.Simulator) string {
	t.Helper()
	w := httptest.NewRecorder()
	link := client(sim, nil, simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite).AuthorizeURL(home, "the-state", verifier)
	sim.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, link, http.NoBody))
	back, err := url.Parse(w.Header().Get("Location"))
	if w.Code != http.StatusFound || err != nil || back.Query().Get("state") != "the-state" {
		t.Errorf("authorize = %d, %v, %v, want a redirect with the state", w.Code, back, err)
		return ""
	}
	return back.Query().Get("code")
}

func TestBrowser(t *testing.T) {
	sim := newSimulator(t)
	c := client(sim, direct{sim.Handler()})
	good := code(t, sim)
	p, err := c.Exchange(t.Context(), good, home, verifier)
	if err != nil || p.RefreshToken == "" {
		t.Fatalf("Exchange = %v", err)
	}
	if _, err := c.Exchange(t.Context(), good, home, verifier); !webex.IsStatus(err, 400) {
		t.Errorf("a code is good twice: %v", err)
	}
	if _, err := c.Exchange(t.Context(), code(t, sim), home, verifier+"x"); !webex.IsStatus(err, 400) {
		t.Errorf("another verifier is good: %v", err)
	}
	if _, err := c.Exchange(t.Context(), code(t, sim), "http://127.0.0.1:2/", verifier); !webex.IsStatus(err, 400) {
		t.Errorf("another redirect is good: %v", err)
	}
}
