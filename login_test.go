package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// screen is what a person reads; each new link on it is told to watch.
type screen struct {
	bytes.Buffer

	watch func(text string)
}

func (s *screen) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if strings.Contains(string(p), "Waiting for you") && s.watch != nil {
		s.watch(s.String())
	}
	return n, err
}

// loginAt prepares a sign-in at a simulator; the pair that is saved is in got.
func loginAt(sim *simulator.Simulator, out io.Writer, got *webex.Pair) loginOptions {
	id, secret := sim.OAuthClient()
	return loginOptions{
		apiURL: sim.URL(), clientID: id, clientSecret: config.NewSecret(secret),
		save: func(p webex.Pair) error { *got = p; return nil }, say: out,
	}
}

var anyLink = regexp.MustCompile(`(?m)^Open +(\S+)$`)

// visit opens the link that is shown, as a person's browser does.
func visit(t *testing.T, text string, change func(string) string) (status int) {
	t.Helper()
	m := anyLink.FindStringSubmatch(text)
	if m == nil {
		t.Errorf("no link in %q", text)
		return 0
	}
	status, _ = get(t, change(m[1]))
	return status
}

func get(t *testing.T, link string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, http.NoBody)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Errorf("open %s: %v", link, err)
		return 0, ""
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw)
}

func TestLoginByCode(t *testing.T) {
	for name, test := range map[string]struct {
		query string
		want  error
	}{"agreed": {"", nil}, "denied": {"&deny=1", webex.ErrSignInDenied}} {
		t.Run(name, func(t *testing.T) {
			sim, _ := simulated(t)
			sim.SetOAuth(simulator.OAuth{Interval: time.Second})
			var got webex.Pair
			out := &screen{watch: func(text string) {
				if status := visit(t, text, func(link string) string { return link + test.query }); status != 200 {
					t.Errorf("the link gives %d", status)
				}
			}}
			err := login(t.Context(), loginAt(sim, out, &got))
			if !errors.Is(err, test.want) || (got.RefreshToken != "") != (test.want == nil) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
			for _, want := range []string{"meeting:admin_schedule_read", "meeting:admin_schedule_write", "meeting:admin_preferences_read", "to read tracking codes", "\ncode    "} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the screen lacks %q:\n%s", want, out)
				}
			}
			hides(t, out.String(), sim, got)
		})
	}
}

// hides checks that a screen shows no secret.
func hides(t *testing.T, screen string, sim *simulator.Simulator, got webex.Pair) {
	t.Helper()
	_, secret := sim.OAuthClient()
	for _, s := range []string{secret, got.AccessToken, got.RefreshToken} {
		if s != "" && strings.Contains(screen, s) {
			t.Errorf("the screen shows a secret:\n%s", screen)
		}
	}
}

func TestLoginRefused(t *testing.T) {
	sim, _ := simulated(t)
	var got webex.Pair
	out := new(screen)
	o := loginAt(sim, out, &got)
	o.clientID = "wrong"
	if err := login(t.Context(), o); !webex.IsStatus(err, 400) || !strings.Contains(out.String(), "oauth-helper-{a,r,k,d}") {
		t.Errorf("error = %v, want Webex's, and on the screen where to look:\n%s", err, out)
	}
	o.clientID = ""
	if err := login(t.Context(), o); err == nil || !strings.Contains(err.Error(), "WEBEX_ADMIN_CLIENT_ID") {
		t.Errorf("error = %v, want what is missing", err)
	}
}

func TestLoginSaysThatItIsNotSaved(t *testing.T) {
	sim, _ := simulated(t)
	sim.SetOAuth(simulator.OAuth{Interval: time.Second})
	var got webex.Pair
	out := &screen{watch: func(text string) { visit(t, text, func(link string) string { return link }) }}
	o := loginAt(sim, out, &got)
	full := errors.New("the disk is full")
	o.save = func(webex.Pair) error { return full }
	if err := login(t.Context(), o); !errors.Is(err, full) || strings.Contains(out.String(), "Signed in.") {
		t.Errorf("error = %v, want %v", err, full)
	}
}

func TestLoginByBrowser(t *testing.T) {
	sim, _ := simulated(t)
	var got webex.Pair
	pages := make(chan string, 10)
	out := &screen{watch: func(text string) {
		link := anyLink.FindStringSubmatch(text)[1]
		u, err := url.Parse(link)
		if err != nil {
			t.Error(err)
			return
		}
		q := u.Query()
		home := q.Get("redirect_uri")
		if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(q.Get("state")) < 20 || !strings.HasPrefix(home, "http://127.0.0.1:") {
			t.Errorf("the link lacks PKCE, state or redirect: %s", link)
		}
		for _, foreign := range []string{"favicon.ico", "?code=evil", "?code=evil&state=", "?code=evil&state=" + strings.Repeat("A", 26), "x?code=evil&state=" + q.Get("state")} {
			if status, _ := get(t, home+foreign); status != http.StatusBadRequest {
				t.Errorf("%s gives %d, want 400", foreign, status)
			}
		}
		go func() { // the exchange begins while the browser still reads the page
			_, body := get(t, link)
			pages <- body
		}()
	}}
	o := loginAt(sim, out, &got)
	o.browser = true
	if err := login(t.Context(), o); err != nil || got.RefreshToken == "" || got.AccessToken == "" {
		t.Fatalf("error = %v, want a pair", err)
	}
	if body := <-pages; !strings.Contains(body, "You can close this page") {
		t.Errorf("the page says %q", body)
	}
	hides(t, out.String(), sim, got)
}

func TestLoginByBrowserRefused(t *testing.T) {
	sim, _ := simulated(t)
	for name, test := range map[string]struct{ query, want string }{
		"denied": {"error=access_denied", "refused"}, "scope": {"error=invalid_scope", "lacks one of the rights"},
		"nothing": {"", "refused"}, "a foreign code": {"code=1234", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			var got webex.Pair
			done := make(chan struct{})
			o := loginAt(sim, &screen{watch: func(text string) {
				u, _ := url.Parse(anyLink.FindStringSubmatch(text)[1])
				go func() {
					defer close(done)
					get(t, u.Query().Get("redirect_uri")+"?state="+u.Query().Get("state")+"&"+test.query)
				}()
			}}, &got)
			o.browser = true
			if err := login(t.Context(), o); err == nil || !strings.Contains(err.Error(), test.want) || got.RefreshToken != "" {
				t.Errorf("error = %v, want %q", err, test.want)
			}
			<-done
		})
	}
}

func TestLoginByBrowserStops(t *testing.T) {
	sim, _ := simulated(t)
	var got webex.Pair
	ctx, cancel := context.WithCancel(t.Context())
	o := loginAt(sim, &screen{watch: func(string) { cancel() }}, &got)
	o.browser = true
	if err := login(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that it was stopped", err)
	}
}

// signing runs the command against a simulator whose admin agrees at once.
func signing(t *testing.T, cmd loginCmd, env ...string) (stdout, stderr string, err error) {
	t.Helper()
	sim, base := simulated(t)
	sim.SetOAuth(simulator.OAuth{Interval: time.Second})
	id, secret := sim.OAuthClient()
	if len(env) == 0 {
		env = []string{"WEBEX_ADMIN_CLIENT_ID=" + id, "WEBEX_ADMIN_CLIENT_SECRET=" + secret}
	}
	var out bytes.Buffer
	errs := &screen{watch: func(text string) { visit(t, text, func(link string) string { return link }) }}
	p := program{environ: append(base, env...), stdout: &out, stderr: errs}
	err = p.login(t.Context(), cmd)
	if strings.Contains(errs.String(), secret) {
		t.Errorf("stderr shows the client's secret:\n%s", errs)
	}
	return out.String(), errs.String(), err
}

func TestLoginPrints(t *testing.T) {
	out, errs, err := signing(t, loginCmd{Print: true})
	if err != nil || !regexp.MustCompile(`^\S{40,}\n$`).MatchString(out) {
		t.Errorf("error %v, stdout of %d bytes, want the refresh token and nothing else", err, len(out))
	}
	if strings.Contains(errs, strings.TrimSpace(out)) {
		t.Error("stderr shows the refresh token")
	}
}

func TestLoginWritesAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "refresh-token")
	if err := os.WriteFile(path, []byte("an old one"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, errs, err := signing(t, loginCmd{Out: path})
	if err != nil || out != "" || !strings.Contains(errs, path) {
		t.Errorf("error %v, stdout %d bytes, stderr %q, want that the file is written", err, len(out), errs)
	}
	body, err := os.ReadFile(path)
	if err != nil || !regexp.MustCompile(`^\S{40,}\n$`).Match(body) {
		t.Errorf("the file has %d bytes (%v), want the refresh token", len(body), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files are left, want one", len(left))
	}
}

func TestLoginNeedsAPlaceForTheToken(t *testing.T) {
	for _, cmd := range []loginCmd{{}, {Print: true, Out: "x"}} {
		if _, _, err := signing(t, cmd); err == nil || !strings.Contains(err.Error(), "--out FILE or --print") {
			t.Errorf("%+v: error = %v, want to be asked where", cmd, err)
		}
	}
	if _, _, err := signing(t, loginCmd{Print: true}, "WEBEX_ADMIN_CLIENT_ID=x"); err == nil || !strings.Contains(err.Error(), "WEBEX_ADMIN_CLIENT_SECRET") {
		t.Errorf("error = %v, want what is missing", err)
	}
	if _, _, err := signing(t, loginCmd{Print: true}, "WEBEX_ADMIN_CLIENT_ID=x", "WEBEX_ADMIN_CLIENT_SECRET_FILE=/nowhere"); err == nil || !strings.Contains(err.Error(), "_FILE") {
		t.Errorf("error = %v, want that the file is not there", err)
	}
}
