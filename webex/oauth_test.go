package webex_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webex"
)

// shelf is a store in memory whose calls can be made to fail.
type shelf struct {
	mu    sync.Mutex
	value []byte
	rev   uint64
	// fail, where set, is asked before each save, with its number from 1; stored
	// says that the value is kept although the call fails.
	fail  func(n int) (err error, stored bool)
	saves int
	away  bool // Load fails
}

func (s *shelf) Load(context.Context) ([]byte, uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, 0, errors.New("the store is away")
	}
	return bytes.Clone(s.value), s.rev, nil
}

func (s *shelf) Save(_ context.Context, v []byte, rev uint64) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saves++
	var err error
	if s.fail != nil {
		var stored bool
		if err, stored = s.fail(s.saves); err != nil && !stored {
			return 0, err
		}
	}
	if rev != s.rev {
		return 0, webex.ErrChanged
	}
	s.value, s.rev = bytes.Clone(v), s.rev+1
	if err != nil {
		return 0, err
	}
	return s.rev, nil
}

func (s *shelf) failing(f func(n int) (error, bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail, s.saves = f, 0
}

// direct hands requests to a handler without a network, so that a synctest
// bubble can wait.
type direct struct{ h http.Handler }

func (d direct) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil { // a connection that is reset
			err = io.ErrUnexpectedEOF
		}
	}()
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	return w.Result(), nil
}

// office is a simulator with a store and what its keys are made of.
type office struct {
	*simulator.Simulator

	t     *testing.T
	store *shelf
	o     webex.OAuthOptions
	out   *lines

	mu    sync.Mutex
	words []string // warnings
}

// lines is a log that can be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func sealOf(tb testing.TB, fill byte) *webex.Seal {
	tb.Helper()
	s, err := webex.NewSeal(bytes.Repeat([]byte{fill}, webex.SealKeySize), "admin tokens")
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func newSimulator(t *testing.T) *simulator.Simulator {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return sim
}

// newOffice prepares keys whose settings hold a good refresh token.
func newOffice(t *testing.T, sim *simulator.Simulator) *office {
	t.Helper()
	id, secret := sim.OAuthClient()
	f := &office{Simulator: sim, t: t, store: &shelf{}, out: &lines{}}
	settings := sim.RefreshToken()
	f.o = webex.OAuthOptions{
		BaseURL: "http://127.0.0.1/v1", ClientID: id, ClientSecret: func() string { return secret },
		RefreshToken: func() string { return settings },
		Store:        f.store, Seal: sealOf(t, 1), Transport: direct{sim.Handler()},
		Logger: slog.New(slog.NewTextHandler(f.out, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Warn: func(_ context.Context, words string) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.words = append(f.words, words)
			return nil
		},
	}
	return f
}

func (f *office) keys() *webex.Keys { return webex.NewKeys(f.o) }

func (f *office) warnings() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.words...)
}

// works checks that a token opens the admin's API.
func (f *office) works(token string) bool {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodGet, "/v1/admin/meeting/config/trackingCodes?siteUrl=example.webex.com", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	f.Handler().ServeHTTP(w, r)
	return w.Code == http.StatusOK
}

// token gets a token that must work.
func (f *office) token(k *webex.Keys) string {
	f.t.Helper()
	token, err := k.Token(f.t.Context())
	if err != nil {
		f.t.Fatalf("Token: %v", err)
	}
	if !f.works(token) {
		f.t.Fatal("Token gave one that Webex refuses")
	}
	return token
}

func (f *office) refreshes(want int) {
	f.t.Helper()
	if got := f.Refreshes(); got != want {
		f.t.Errorf("%d refreshes, want %d", got, want)
	}
}

func TestFirstTokenComesOfTheSettings(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	k := f.keys()
	if first, again := f.token(k), f.token(k); first != again {
		t.Error("a second call gave another token while the first is good")
	}
	f.refreshes(1)
	s := k.Status()
	if s.Generation != 1 || s.Refreshes != 1 || s.Refused != "" || s.Trouble != "" || s.Unsaved {
		t.Errorf("Status = %+v, want one good refresh", s)
	}
	if a, r := s.AccessDays(time.Now()), s.RefreshDays(time.Now()); a < 13.9 || a > 14 || r < 89.9 || r > 90 {
		t.Errorf("%f and %f days left, want 14 and 90", a, r)
	}
}

func TestARestartUsesTheStoredPair(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	first := f.token(f.keys())
	if again := f.token(f.keys()); again != first {
		t.Error("a restart did not use the stored access token")
	}
	f.Revoke(first) // the refresh token of the settings is rotated away by now
	k := f.keys()
	if err := k.Renew(t.Context(), first); err != nil {
		t.Fatalf("Renew after a restart = %v, want the stored refresh token to be used", err)
	}
	f.token(k)
	f.refreshes(2)
}

func TestTheSettingsCountWhenTheyChanged(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	old := f.token(f.keys())
	oldSettings, newSettings := f.o.RefreshToken, f.RefreshToken()
	f.o.RefreshToken = func() string { return newSettings }
	changed := f.token(f.keys())
	if changed == old {
		t.Error("the changed refresh token of the settings was not used")
	}
	f.refreshes(2)
	if f.token(f.keys()) != changed {
		t.Error("the changed settings count more than once")
	}
	f.o.RefreshToken = oldSettings // a replica that has not got the new settings yet
	if f.token(f.keys()) != changed {
		t.Error("settings of before count again")
	}
	f.refreshes(2)
}

func TestMistypedSettingsDestroyNothing(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	good := f.token(f.keys())
	settings := f.o.RefreshToken
	f.o.RefreshToken = func() string { return "mistyped" }
	_, err := f.keys().Token(t.Context())
	no, ok := errors.AsType[*webex.RefusedError](err)
	if !ok || !no.Settings || !strings.Contains(err.Error(), "run trackbot login") {
		t.Fatalf("error = %v, want that the settings' token is refused", err)
	}
	f.o.RefreshToken = settings
	if f.token(f.keys()) != good {
		t.Error("the stored pair is gone")
	}
}

func TestReplicasRefreshOnce(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	a, b := f.keys(), f.keys()
	stale := f.token(a)
	f.token(b)
	for gen := range 50 {
		f.Revoke(stale)
		var wg sync.WaitGroup
		for range 8 {
			for _, k := range []*webex.Keys{a, b} {
				wg.Go(func() {
					if err := k.Renew(t.Context(), stale); err != nil {
						t.Errorf("generation %d: Renew = %v", gen, err)
					}
				})
			}
		}
		wg.Wait()
		one, two := f.token(a), f.token(b)
		if one != two || one == stale {
			t.Fatalf("generation %d: the replicas do not hold the same new token", gen)
		}
		stale = one
		if f.Refreshes() != gen+2 {
			t.Fatalf("%d refreshes after generation %d, want %d", f.Refreshes(), gen, gen+2)
		}
		a, b = f.keys(), f.keys() // new processes: the floor between early renewals is tested elsewhere
	}
}

func TestA401StormRefreshesOnce(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	k := f.keys()
	f.Revoke(f.token(k))
	admin := webex.NewAdmin(webex.Options{BaseURL: f.URL(), Token: k.Token, Renew: k.Renew})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := admin.TrackingCodes(t.Context(), "example.webex.com"); err != nil {
				t.Errorf("a question was lost: %v", err)
			}
		})
	}
	wg.Wait()
	f.refreshes(2)
}

func TestNothingShowsAPair(t *testing.T) {
	p := webex.Pair{AccessToken: "the-access-token", RefreshToken: "the-refresh-token"}
	f := newOffice(t, newSimulator(t))
	k := f.keys()
	token := f.token(k)
	_, secret := f.OAuthClient()
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	for _, v := range []any{p, &p, []webex.Pair{p}, map[string]any{"p": p}, k, f.o.Seal, struct{ P webex.Pair }{p}} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		log.Info("message", "value", v)
	}
	s := k.Status()
	fmt.Fprintf(&out, "%+v %#v", s, s)
	out.WriteString(f.out.String())
	out.Write(f.store.value)
	for _, word := range []string{"the-access", "the-refresh", token, secret, f.o.RefreshToken()} {
		if strings.Contains(out.String(), word) || strings.Contains(out.String(), fmt.Sprintf("%x", word)) {
			t.Errorf("%.12q... shows", word)
		}
	}
	if !strings.Contains(out.String(), "[hidden]") {
		t.Error("nothing was hidden: the test tests nothing")
	}
}

// TestNothingShowsASecretOfARefusal lets the other side repeat all it is sent.
func TestNothingShowsASecretOfARefusal(t *testing.T) {
	f := newOffice(t, newSimulator(t))
	_, secret := f.OAuthClient()
	for _, status := range []int{200, 302, 400, 401, 429, 500} {
		for _, kind := range []string{"application/json", "text/plain", "text/html"} {
			f.o.Transport = direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				user, password, _ := r.BasicAuth()
				w.Header().Set("Content-Type", kind)
				w.WriteHeader(status)
				echo := fmt.Sprintf("%s %s %s %s", strings.Repeat("x", 250), body, user+":"+password, r.Header.Get("Authorization"))
				if kind == "application/json" {
					echo = fmt.Sprintf(`{"message":%q,"error":%q,"errors":[{"description":%q}],"trackingId":%q}`, echo, echo, echo, echo)
				}
				_, _ = io.WriteString(w, echo)
			})}
			k := f.keys()
			_, err := k.Token(t.Context())
			if err == nil {
				t.Errorf("status %d: a token came", status)
			}
			_, codeErr := webex.NewSignIn(webex.SignInOptions{
				BaseURL: f.o.BaseURL, ClientID: f.o.ClientID, ClientSecret: f.o.ClientSecret, Transport: f.o.Transport,
			}).Exchange(t.Context(), "the-code-of-the-browser", "http://127.0.0.1/", "the-verifier-of-the-browser")
			out := fmt.Sprintf("%v %+v %#v %v %+v %+v", err, err, err, codeErr, codeErr, k.Status()) + f.out.String() + string(f.store.value)
			for _, word := range []string{secret, secret[:12], f.o.RefreshToken(), f.o.RefreshToken()[:12], "the-code", "the-verifier"} {
				if i := strings.Index(out, word); i >= 0 {
					t.Errorf("status %d as %s: %.12q... shows in %q", status, kind, word, out[max(0, i-100):i+20])
				}
			}
		}
	}
}

// TestNoRedirectWithASecret answers a refresh with a redirect to another host,
// which must not get the refresh token.
func TestNoRedirectWithASecret(t *testing.T) {
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	defer foreign.Close()
	for _, status := range []int{301, 302, 307, 308} {
		asked := 0
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("Location", foreign.URL)
			w.WriteHeader(status)
		})
		k := webex.NewKeys(webex.OAuthOptions{
			BaseURL: base, ClientID: "id", ClientSecret: func() string { return "secret" },
			RefreshToken: func() string { return "settings-refresh-token" }, Store: &shelf{}, Seal: sealOf(t, 1),
		})
		if _, err := k.Token(t.Context()); err == nil || asked != 1 {
			t.Errorf("a %d gives %v after %d requests, want an error after one", status, err, asked)
		}
	}
}
