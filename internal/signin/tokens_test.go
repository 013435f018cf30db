package signin_test

import (
	"bytes"
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

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
)

func TestFirstTokenComesOfTheSettings(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		k := f.tokens()
		if first, again := f.token(k), f.token(k); first != again {
			t.Error("a second call gave another token while the first is good")
		}
		f.refreshes(1)
		s := k.Status()
		if s.Refreshes != 1 || s.Refused != "" {
			t.Errorf("Status = %+v, want one good refresh", s)
		}
		if a, r := time.Until(s.AccessExpires), time.Until(s.RefreshExpires); a < 13*day || a > 14*day || r < 89*day || r > 90*day {
			t.Errorf("%v and %v left, want 14 and 90 days", a, r)
		}
	})
}

func TestNoClientNoTokens(t *testing.T) {
	k, err := signin.New(signin.Options{})
	if k != nil || err != nil {
		t.Errorf("New = %v, %v, want nothing without a client id", k, err)
	}
}

func TestARestartUsesTheStoredPair(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		first := f.token(f.tokens())
		if again := f.token(f.tokens()); again != first {
			t.Error("a restart did not use the stored access token")
		}
		f.Revoke(first) // the refresh token of the settings is rotated away by now
		k := f.tokens()
		if err := k.Renew(t.Context(), first); err != nil {
			t.Fatalf("Renew after a restart = %v, want the stored refresh token to be used", err)
		}
		f.token(k)
		f.refreshes(2)
	})
}

func TestTheSettingsCountWhenTheyChanged(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		old := f.token(f.tokens())
		oldSettings := f.o.Config.AdminRefreshToken
		f.o.Config.AdminRefreshToken = config.NewSecret(f.RefreshToken())
		changed := f.token(f.tokens())
		if changed == old {
			t.Error("the changed refresh token of the settings was not used")
		}
		f.refreshes(2)
		if f.token(f.tokens()) != changed {
			t.Error("the changed settings count more than once")
		}
		f.o.Config.AdminRefreshToken = oldSettings // a replica that has not got the new settings yet
		if f.token(f.tokens()) != changed {
			t.Error("settings of before count again")
		}
		f.refreshes(2)
	})
}

func TestMistypedSettingsDestroyNothing(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		good := f.token(f.tokens())
		settings := f.o.Config.AdminRefreshToken
		f.o.Config.AdminRefreshToken = config.NewSecret("mistyped")
		_, err := f.tokens().Token(t.Context())
		if _, ok := errors.AsType[*signin.RefusedError](err); !ok || !strings.Contains(err.Error(), "of the settings is refused: run trackbot login") {
			t.Fatalf("error = %v, want that the settings' token is refused", err)
		}
		f.o.Config.AdminRefreshToken = settings
		if f.token(f.tokens()) != good {
			t.Error("the stored pair is gone")
		}
	})
}

func TestReplicasRenewOnce(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		a, b := f.tokens(), f.tokens()
		stale := f.token(a)
		f.token(b)
		for gen := range 10 {
			f.Revoke(stale)
			var wg sync.WaitGroup
			for range 8 {
				for _, k := range []*signin.Tokens{a, b} {
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
			a, b = f.tokens(), f.tokens() // new processes: what keeps early renewals apart is tested elsewhere
		}
	})
}

func TestA401StormRefreshesOnce(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		k := f.tokens()
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
	})
}

func TestNoRefreshToken(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		f.o.Config.AdminRefreshToken = config.Secret{}
		k := f.tokens()
		if _, err := k.Token(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no refresh token: run trackbot login") {
			t.Errorf("error = %v, want what to do", err)
		}
		if err := k.Load(t.Context()); err == nil || !strings.Contains(k.Status().Refused, "run trackbot login") {
			t.Errorf("Load = %v, Refused = %q, want what to do", err, k.Status().Refused)
		}
		if err := f.db.Close(); err != nil {
			t.Error(err)
		}
		_, err := k.Token(t.Context())
		if e, ok := errors.AsType[*webex.NoTokenError](err); !ok || !errors.Is(e, store.ErrClosed) {
			t.Errorf("error = %v, want the database's", err)
		}
	})
}

func TestLoadAsksNobodyAndWritesNothing(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		f.token(f.tokens())
		f.ResetCalls()
		before := f.stored()
		k := f.tokens()
		if err := k.Load(t.Context()); err != nil {
			t.Fatalf("Load = %v", err)
		}
		if left := time.Until(k.Status().RefreshExpires); left < 89*day {
			t.Errorf("%v left, want 90 days", left)
		}
		if n := len(f.Calls()); n != 0 || !bytes.Equal(f.stored(), before) {
			t.Errorf("%d calls, or another row, want nothing", n)
		}
	})
}

func TestLoadOfADatabaseThatOnlyReads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		f := newOffice(t, newSimulator(t), e)
		good := f.token(f.tokens())
		f.o.DB = e.Open(t, func(o *store.Options) { o.Bot, o.ReadOnly = false, true })
		k := f.tokens()
		if err := k.Load(t.Context()); err != nil || k.Status().AccessExpires.IsZero() {
			t.Errorf("Load = %v, Status = %+v, want the stored pair", err, k.Status())
		}
		if token, err := k.Token(t.Context()); token != good || err != nil {
			t.Errorf("Token = %v, want the stored one", err)
		}
	})
}

func TestAnotherKey(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		good := f.token(f.tokens())
		f.o.Config.TokenKey = key(2)
		if _, err := f.tokens().Token(t.Context()); err == nil || !strings.Contains(err.Error(), "can't be opened") {
			t.Errorf("error = %v, want that the pair can't be opened", err)
		}
		f.o.Config.TokenKey = key(1)
		if f.token(f.tokens()) != good {
			t.Error("the wrong key destroyed the pair")
		}
		f.o.Config.TokenKey = key(2)
		f.o.Config.AdminRefreshToken = config.NewSecret(f.RefreshToken()) // the way out: another sign-in
		f.token(f.tokens())
	})
}

func TestTamperedRow(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		f.token(f.tokens())
		settings := f.RefreshToken()
		sealed := f.stored()
		changed := bytes.Clone(sealed)
		i := bytes.Index(changed, []byte(`"pair":"`)) + 20
		changed[i] = map[bool]byte{true: 'B', false: 'A'}[changed[i] == 'A']
		f.o.Config.AdminRefreshToken = config.Secret{}
		for _, v := range [][]byte{[]byte("{"), []byte("null"), []byte(`{"seen":1}`), []byte(`{"pair":"AAAA"}`), changed} {
			f.exec("UPDATE signin SET body = $1", v)
			if _, err := f.tokens().Token(t.Context()); err == nil || !strings.Contains(err.Error(), "run trackbot login") {
				t.Errorf("row %q: error = %v, want what to do", v, err)
			}
		}
		f.o.Config.AdminRefreshToken = config.NewSecret(settings)
		f.token(f.tokens())
	})
}

func TestASignInWhileABotRuns(t *testing.T) {
	each(t, func(f *office) {
		t := f.t
		f.o.Config.AdminRefreshToken = config.Secret{}
		k := f.tokens()
		if _, err := k.Token(t.Context()); err == nil {
			t.Fatal("a token came of nothing")
		}
		p := signin.Pair{RefreshToken: f.RefreshToken(), AccessToken: "x", Issued: time.Now(), AccessExpires: time.Now()}
		if err := f.tokens().Adopt(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		f.token(k)
		f.refreshes(1)
	})
}

// A pair that a sign-in stores while Webex is asked counts, whatever Webex answers.
func TestASignInDuringARenewal(t *testing.T) {
	for _, refused := range []bool{false, true} {
		each(t, func(f *office) {
			t := f.t
			k, login := f.tokens(), f.tokens()
			stale := f.token(k)
			f.Revoke(stale)
			mine, next := f.o.Transport, ""
			f.o.Transport = direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				p, err := signin.NewClient(f.o.Config, mine, simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite).Exchange(t.Context(), code(t, f.Simulator), home, verifier) //nolint:contextcheck // the request is the renewal's, this is another sign-in
				if err == nil {
					next, err = p.AccessToken, login.Adopt(t.Context(), p) //nolint:contextcheck // the same
				}
				if err != nil {
					t.Error(err)
				}
				f.SetOAuth(simulator.OAuth{RefuseRefresh: refused})
				f.Handler().ServeHTTP(w, r)
			})}
			k = f.tokens()
			if err := k.Renew(t.Context(), stale); err != nil {
				t.Errorf("Renew = %v", err)
			}
			if f.token(k) != next || f.token(f.tokens()) != next {
				t.Error("the pair of the sign-in is not used")
			}
		})
	}
}

func TestNothingShowsAPair(t *testing.T) {
	p := signin.Pair{AccessToken: "the-access-token", RefreshToken: "the-refresh-token"}
	f := newOffice(t, newSimulator(t), storetest.SQLite(t))
	k := f.tokens()
	token := f.token(k)
	_, secret := f.OAuthClient()
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	text := slog.New(slog.NewTextHandler(&out, nil))
	for _, v := range []any{p, &p, []signin.Pair{p}, map[string]any{"p": p}, k, signin.NewClient(f.o.Config, nil), f.o, struct{ P signin.Pair }{p}} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		log.Info("message", "value", v)
		text.Info("message", "value", v)
	}
	s := k.Status()
	fmt.Fprintf(&out, "%+v %#v", s, s)
	out.WriteString(f.log.String())
	out.Write(f.stored())
	for _, word := range []string{"the-access", "the-refresh", token, secret, f.o.Config.AdminRefreshToken.Reveal(), f.o.Config.TokenKey.Reveal()} {
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
	f := newOffice(t, newSimulator(t), storetest.SQLite(t))
	_, secret := f.OAuthClient()
	settings := f.o.Config.AdminRefreshToken.Reveal()
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
			k := f.tokens()
			_, err := k.Token(t.Context())
			if err == nil {
				t.Errorf("status %d: a token came", status)
			}
			_, codeErr := signin.NewClient(f.o.Config, f.o.Transport).Exchange(t.Context(), "the-code-of-the-browser", "http://127.0.0.1/", "the-verifier-of-the-browser")
			out := fmt.Sprintf("%v %+v %#v %v %+v %+v", err, err, err, codeErr, codeErr, k.Status()) + f.log.String() + string(f.stored())
			for _, word := range []string{secret, secret[:12], settings, settings[:12], "the-code", "the-verifier"} {
				if i := strings.Index(out, word); i >= 0 {
					t.Errorf("status %d as %s: %.12q... shows in %q", status, kind, word, out[max(0, i-100):i+20])
				}
			}
		}
	}
}

// TestNoRedirectWithASecret answers a refresh with a redirect to another host, which must not get the refresh token.
func TestNoRedirectWithASecret(t *testing.T) {
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	defer foreign.Close()
	f := newOffice(t, newSimulator(t), storetest.SQLite(t))
	for _, status := range []int{301, 302, 307, 308} {
		asked := 0
		home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("Location", foreign.URL)
			w.WriteHeader(status)
		}))
		f.o.Transport, f.o.Config.APIURL = nil, home.URL+"/v1"
		if _, err := f.tokens().Token(t.Context()); err == nil || asked != 1 {
			t.Errorf("a %d gives %v after %d requests, want an error after one", status, err, asked)
		}
		home.Close()
	}
}

// FuzzStoredTokens reads whatever may stand in the row: no token may come of what was not sealed with the key, and nothing
// may panic.
func FuzzStoredTokens(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", "[]", `{"pair":"AAAA","seen":["x"]}`, `{"seen":["x"],"refused":{"token":"x"}}`} {
		f.Add([]byte(seed))
	}
	db := storetest.SQLite(f).Open(f)
	f.Fuzz(func(t *testing.T, stored []byte) {
		office := &office{t: t, db: db}
		office.exec("DELETE FROM signin")
		office.exec("INSERT INTO signin (name, rev, stored, body) VALUES ('admin', 1, 0, $1)", append([]byte{}, stored...))
		k, err := signin.New(signin.Options{DB: db, Logger: slog.New(slog.DiscardHandler), Config: config.Config{APIURL: "http://127.0.0.1/v1", AdminClientID: "id", TokenKey: key(1)}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Token(t.Context()); err == nil {
			t.Errorf("a token came of %q", stored)
		}
		_ = k.Load(t.Context())
		_ = k.Status()
	})
}

// FuzzTokenAnswer lets the token endpoint answer anything: a token that comes can stand in a header, and no error repeats
// what was sent.
func FuzzTokenAnswer(f *testing.F) {
	f.Add(200, "application/json", `{"access_token":"a","expires_in":10,"refresh_token":"r","refresh_token_expires_in":"20"}`)
	f.Add(200, "application/json", `{"access_token":"a\n","expires_in":1e99,"refresh_token":"r","refresh_token_expires_in":-1e300}`)
	f.Add(200, "application/x-www-form-urlencoded", "access_token=a&refresh_token=b&expires_in=x&refresh_token_expires_in=9223372036854775807")
	f.Add(400, "application/json", `{"error":{"x":1},"message":["verifier-of-the-browser"],"errors":null}`)
	f.Add(429, "text/html", "<html>client-secret")
	f.Fuzz(func(t *testing.T, status int, kind, body string) {
		if status < 200 || status > 599 {
			return
		}
		c := signin.NewClient(config.Config{APIURL: "http://127.0.0.1/v1", AdminClientID: "id", AdminClientSecret: config.NewSecret("client-secret")},
			direct{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", kind)
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			})})
		p, err := c.Exchange(t.Context(), "code-of-the-browser", "http://127.0.0.1/", "verifier-of-the-browser")
		if err == nil && (p.AccessToken == "" || strings.ContainsAny(p.AccessToken+p.RefreshToken, " \r\n\x00")) {
			t.Errorf("tokens %q, %q, want some that can stand in a header", p.AccessToken, p.RefreshToken)
		}
		if err != nil && (strings.Contains(err.Error(), "of-the-browser") || strings.Contains(err.Error(), "client-secret")) {
			t.Errorf("error %q repeats a secret", err)
		}
	})
}
