package cli_test

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

	"trackbot/internal/apptest"
	"trackbot/internal/cli"
	"trackbot/internal/config"
	"trackbot/internal/signin"
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

// login is a sign-in at a simulator; the pair that is saved is in got.
type login struct {
	config  config.Config
	browser bool // the loopback way instead of the code
	save    func(signin.Pair) error
	say     io.Writer
}

func loginAt(sim *simulator.Simulator, out io.Writer, got *signin.Pair) *login {
	id, secret := sim.OAuthClient()
	return &login{
		config: config.Config{APIURL: sim.URL(), AdminClientID: id, AdminClientSecret: config.NewSecret(secret)}, say: out,
		save: func(p signin.Pair) error { *got = p; return nil },
	}
}

func (o *login) run(ctx context.Context) error {
	return cli.Login(ctx, o.config, o.browser, o.save, o.say)
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
	status, _ = apptest.Get(t, change(m[1]))
	return status
}

func TestLoginByCode(t *testing.T) {
	for name, test := range map[string]struct {
		query string
		want  error
	}{"agreed": {"", nil}, "denied": {"&deny=1", signin.ErrDenied}} {
		t.Run(name, func(t *testing.T) {
			sim, _ := apptest.Simulated(t)
			sim.SetOAuth(simulator.OAuth{Interval: time.Second})
			var got signin.Pair
			out := &screen{watch: func(text string) {
				if status := visit(t, text, func(link string) string { return link + test.query }); status != 200 {
					t.Errorf("the link gives %d", status)
				}
			}}
			err := loginAt(sim, out, &got).run(t.Context())
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
func hides(t *testing.T, screen string, sim *simulator.Simulator, got signin.Pair) {
	t.Helper()
	_, secret := sim.OAuthClient()
	for _, s := range []string{secret, got.AccessToken, got.RefreshToken} {
		if s != "" && strings.Contains(screen, s) {
			t.Errorf("the screen shows a secret:\n%s", screen)
		}
	}
}

func TestLoginRefused(t *testing.T) {
	sim, _ := apptest.Simulated(t)
	var got signin.Pair
	out := new(screen)
	o := loginAt(sim, out, &got)
	o.config.AdminClientID = "wrong"
	if err := o.run(t.Context()); !webex.IsStatus(err, 400) || !strings.Contains(out.String(), "oauth-helper-{a,r,k,d}") {
		t.Errorf("error = %v, want Webex's, and on the screen where to look:\n%s", err, out)
	}
}

func TestLoginSaysThatItIsNotSaved(t *testing.T) {
	sim, _ := apptest.Simulated(t)
	sim.SetOAuth(simulator.OAuth{Interval: time.Second})
	var got signin.Pair
	out := &screen{watch: func(text string) { visit(t, text, func(link string) string { return link }) }}
	o := loginAt(sim, out, &got)
	full := errors.New("the disk is full")
	o.save = func(signin.Pair) error { return full }
	if err := o.run(t.Context()); !errors.Is(err, full) || strings.Contains(out.String(), "Signed in.") {
		t.Errorf("error = %v, want %v", err, full)
	}
}

func TestLoginByBrowser(t *testing.T) {
	sim, _ := apptest.Simulated(t)
	var got signin.Pair
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
			if status, _ := apptest.Get(t, home+foreign); status != http.StatusBadRequest {
				t.Errorf("%s gives %d, want 400", foreign, status)
			}
		}
		go func() { // the exchange begins while the browser still reads the page
			_, body := apptest.Get(t, link)
			pages <- body
		}()
	}}
	o := loginAt(sim, out, &got)
	o.browser = true
	if err := o.run(t.Context()); err != nil || got.RefreshToken == "" || got.AccessToken == "" {
		t.Fatalf("error = %v, want a pair", err)
	}
	if body := <-pages; !strings.Contains(body, "You can close this page") {
		t.Errorf("the page says %q", body)
	}
	hides(t, out.String(), sim, got)
}

func TestLoginByBrowserRefused(t *testing.T) {
	sim, _ := apptest.Simulated(t)
	for name, test := range map[string]struct{ query, want string }{
		"denied": {"error=access_denied", "refused"}, "scope": {"error=invalid_scope", "lacks one of the rights"},
		"nothing": {"", "refused"}, "a foreign code": {"code=1234", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			var got signin.Pair
			done := make(chan struct{})
			o := loginAt(sim, &screen{watch: func(text string) {
				u, _ := url.Parse(anyLink.FindStringSubmatch(text)[1])
				go func() {
					defer close(done)
					apptest.Get(t, u.Query().Get("redirect_uri")+"?state="+u.Query().Get("state")+"&"+test.query)
				}()
			}}, &got)
			o.browser = true
			if err := o.run(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) || got.RefreshToken != "" {
				t.Errorf("error = %v, want %q", err, test.want)
			}
			<-done
		})
	}
}

func TestLoginByBrowserStops(t *testing.T) {
	sim, _ := apptest.Simulated(t)
	var got signin.Pair
	ctx, cancel := context.WithCancel(t.Context())
	o := loginAt(sim, &screen{watch: func(string) { cancel() }}, &got)
	o.browser = true
	if err := o.run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that it was stopped", err)
	}
}

// office is a made-up Webex whose administrator agrees at once, and the
// environment of a bot that signs in there.
func office(t *testing.T) (*simulator.Simulator, []string) {
	t.Helper()
	sim, env := apptest.Simulated(t)
	sim.SetOAuth(simulator.OAuth{Interval: time.Second})
	id, secret := sim.OAuthClient()
	return sim, append([]string{"WEBEX_ADMIN_TOKEN=", "WEBEX_ADMIN_CLIENT_ID=" + id, "WEBEX_ADMIN_CLIENT_SECRET=" + secret}, env...)
}

// signing runs the command line trackbot login and agrees.
func signing(t *testing.T, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out bytes.Buffer
	errs := &screen{watch: func(text string) { visit(t, text, func(link string) string { return link }) }}
	p := cli.Program{Args: append([]string{"login"}, args...), Environ: env, Stdout: &out, Stderr: errs}
	status = p.Run(t.Context())
	return status, out.String(), errs.String()
}

func TestLoginPrints(t *testing.T) {
	t.Parallel()
	sim, env := office(t)
	status, out, errs := signing(t, env, "--print")
	if status != 0 || !regexp.MustCompile(`^\S{40,}\n$`).MatchString(out) {
		t.Errorf("status %d, stdout of %d bytes, want the refresh token and nothing else", status, len(out))
	}
	if strings.Contains(errs, strings.TrimSpace(out)) {
		t.Error("stderr shows the refresh token")
	}
	hides(t, errs, sim, signin.Pair{})
}

func TestLoginStoresForAskCheckAndServe(t *testing.T) {
	t.Parallel()
	sim, env := office(t)
	if status, out, _ := apptest.Run(t, "", env, "check"); status != 1 || !strings.Contains(out, "there is no refresh token: run trackbot login") {
		t.Errorf("check before the login: status %d, want what to do:\n%s", status, out)
	}
	status, out, errs := signing(t, env)
	if status != 0 || out != "" || !strings.Contains(errs, "It is stored, encrypted") {
		t.Fatalf("login: status %d, stdout of %d bytes, stderr:\n%s", status, len(out), errs)
	}
	hides(t, errs, sim, signin.Pair{})
	if status, out, errs := apptest.Run(t, "", env, "ask", "code 1 on example.webex.com"); status != 0 || !strings.Contains(out, "Department") {
		t.Errorf("ask after the login: status %d:\n%s%s", status, out, errs)
	}
	status, out, _ = apptest.Run(t, "", append(env, "WEBEX_PUBLIC_URL=http://127.0.0.1:1"), "check")
	for _, want := range []string{"ok    refresh token          good for 89 days", "ok    access token           good for 13 days", "emea.example.webex.com can be read", "All well"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("check after the login: status %d, want %q:\n%s", status, want, out)
		}
	}
	if n := sim.Refreshes(); n != 0 {
		t.Errorf("%d refreshes, want none: the access token of the login is good", n)
	}
	info, err := os.Stat(filepath.Join(dataDir(env), "token.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v, %v, want mode 0600", info, err)
	}
}

// dataDir finds DATA_DIR in an environment.
func dataDir(env []string) string {
	for _, e := range env {
		if dir, ok := strings.CutPrefix(e, "DATA_DIR="); ok {
			return dir
		}
	}
	return ""
}

func TestLoginWhileTheBotRuns(t *testing.T) {
	t.Parallel()
	sim, env := office(t)
	p := apptest.NewProcess(t, sim, dataDir(env), append(env[:3:3], "ALLOWED_SITES=example.webex.com")...)
	p.Start()
	alice := sim.Person("alice")
	space := sim.Direct(alice.ID)
	ask := func() simulator.Message {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		answer, err := sim.WaitReply(ctx, sim.Say(ctx, simulator.Say{Space: space.ID, Person: alice.ID, Text: "code 1 on example.webex.com"}))
		if err != nil {
			t.Fatalf("no answer: %v\n%s", err, p.Log)
		}
		return answer
	}
	apptest.Shows(t, ask(), "does not accept this bot's sign-in", "trackbot login")
	if status, _, errs := signing(t, env); status != 0 {
		t.Fatalf("login: status %d:\n%s", status, errs)
	}
	apptest.Shows(t, ask(), "Department")
	if status, out, errs := apptest.Run(t, "", env, "ask", "code 1 on example.webex.com"); status != 0 || !strings.Contains(out, "Department") {
		t.Errorf("ask while the bot runs: status %d:\n%s%s", status, out, errs)
	}
	p.Terminate()
}

func TestLoginSaysWhatIsMissing(t *testing.T) {
	_, env := apptest.Simulated(t)
	status, _, errs := apptest.Run(t, "", env, "login")
	for _, name := range []string{"WEBEX_ADMIN_CLIENT_ID: is missing", "WEBEX_ADMIN_CLIENT_SECRET: is missing"} {
		if status != 1 || !strings.Contains(errs, name) {
			t.Errorf("status %d, want 1 and %q:\n%s", status, name, errs)
		}
	}
}

func TestLoginNeedsAKeyThatIsPrivate(t *testing.T) {
	_, env := office(t)
	if err := os.MkdirAll(dataDir(env), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dataDir(env), "token.key"), []byte(strings.Repeat("00ff", 16)), 0o644); err != nil {
		t.Fatal(err)
	}
	status, _, errs := apptest.Run(t, "", env, "login")
	if status != 1 || !strings.Contains(errs, "TOKEN_KEY") || !strings.Contains(errs, "chmod 600") || strings.Contains(errs, "Open ") {
		t.Errorf("status %d, want 1 and what to do before anybody is asked to agree:\n%s", status, errs)
	}
}

func TestLoginBesideATokenSaysWhatToRemove(t *testing.T) {
	t.Parallel()
	_, env := office(t)
	if status, _, errs := signing(t, env[1:]); status != 0 || !strings.Contains(errs, "WEBEX_ADMIN_TOKEN is still set") {
		t.Errorf("status %d, want 0 and a word on WEBEX_ADMIN_TOKEN:\n%s", status, errs)
	}
}
