package cli_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/cli"
	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// TestCheckExplainsEachBrokenSetting breaks one thing at a time and reads what
// check says of it: which variable, and in words what to do.
func TestCheckExplainsEachBrokenSetting(t *testing.T) {
	t.Parallel()
	sim, env := apptest.Simulated(t)
	id, secret := sim.OAuthClient()
	dir := t.TempDir()
	open := filepath.Join(dir, "open", "token.key")
	if err := os.MkdirAll(filepath.Dir(open), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(open, []byte(apptest.TokenKey), 0o644); err != nil {
		t.Fatal(err)
	}
	client := []string{"WEBEX_ADMIN_TOKEN=", "WEBEX_ADMIN_CLIENT_ID=" + id, "WEBEX_ADMIN_CLIENT_SECRET=" + secret}
	t.Cleanup(func() {
		for _, c := range sim.Calls() {
			if c.Method != http.MethodGet {
				t.Errorf("check changed something: %s %s", c.Method, c.Path)
			}
		}
	})
	for name, test := range map[string]struct {
		set  []string
		want []string
	}{
		"no bot token":        {[]string{"WEBEX_BOT_TOKEN="}, []string{"WRONG WEBEX_BOT_TOKEN", "is missing"}},
		"an admin as the bot": {[]string{"WEBEX_BOT_TOKEN=" + sim.UserToken(sim.Person("alice").ID)}, []string{"WRONG WEBEX_BOT_TOKEN", "no bot"}},
		"a bot as the admin":  {[]string{"WEBEX_ADMIN_TOKEN=" + sim.BotToken()}, []string{"WRONG WEBEX_ADMIN_TOKEN", "is the same as WEBEX_BOT_TOKEN"}},
		"a dead admin token":  {[]string{"WEBEX_ADMIN_TOKEN=gone"}, []string{"WRONG WEBEX_ADMIN_TOKEN", "refused by Webex (401)"}},
		"no admin at all":     {[]string{"WEBEX_ADMIN_TOKEN="}, []string{"WRONG WEBEX_ADMIN_TOKEN", "WEBEX_ADMIN_CLIENT_ID"}},
		"both ways":           {client[1:], []string{"WRONG WEBEX_ADMIN_TOKEN", "keep one of the two"}},
		"no client secret":    {[]string{client[0], client[1]}, []string{"WRONG WEBEX_ADMIN_CLIENT_SECRET", "is missing"}},
		"no client id":        {[]string{client[0], client[2]}, []string{"WRONG WEBEX_ADMIN_CLIENT_ID", "is missing"}},
		"no sign-in yet":      {client, []string{"WRONG admin sign-in", "run trackbot login"}},
		"a bad key":           {slices.Concat(client, []string{"TOKEN_KEY=short"}), []string{"WRONG TOKEN_KEY", "openssl rand -hex 32"}},
		"no key for replicas": {slices.Concat(client, []string{"DATABASE_URL=postgres://127.0.0.1:1/trackbot"}), []string{"WRONG TOKEN_KEY", "is missing"}},
		"a foreign room":      {[]string{"ADMIN_ROOM=Y2lzY29zcGFyazovL3VzL1JPT00vMDEyMzQ1Njc"}, []string{"WRONG ADMIN_ROOM", "add the bot"}},
		"metrics for all":     {[]string{"ADMIN_ADDR=:8080"}, []string{"WRONG ADMIN_ADDR", "LISTEN_ADDR"}},
		"open metrics":        {[]string{"ADMIN_ADDR=:9090"}, []string{"note  configuration", "ADMIN_ADDR is open to other machines"}},
		"a foreign site":      {[]string{"ALLOWED_SITES=foreign.webex.com"}, []string{"WRONG tracking codes", "foreign.webex.com"}},
		"a short secret":      {[]string{"WEBEX_WEBHOOK_SECRET=short"}, []string{"WRONG WEBEX_WEBHOOK_SECRET", "20 characters"}},
		"an open API":         {[]string{"WEBEX_API_URL=http://example.com"}, []string{"WRONG WEBEX_API_URL", "https://"}},
		"a file as a folder":  {[]string{"DATA_DIR=" + open}, []string{"WRONG DATA_DIR", "not a folder"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, out, _ := apptest.Run(t, "", slices.Concat(test.set, env), "check")
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("check does not say %q:\n%s", want, out)
				}
			}
			if status != 1 { // the missing webhooks alone make it 1
				t.Errorf("status %d, want 1", status)
			}
		})
	}
}

// TestCheckOfASignIn looks at stored tokens that run out, were refused, or lie
// in a database of another key.
func TestCheckOfASignIn(t *testing.T) {
	t.Parallel()
	sim, env := office(t)
	sim.SetOAuth(simulator.OAuth{Interval: time.Second, RefreshLife: 6 * 24 * time.Hour, AccessLife: 30 * time.Hour})
	if status, _, errs := signing(t, env); status != 0 {
		t.Fatalf("login: status %d:\n%s", status, errs)
	}
	look := func(env []string, words ...string) {
		t.Helper()
		status, out, _ := apptest.Run(t, "", env, "check")
		for _, want := range words {
			if status != 1 || !strings.Contains(out, want) {
				t.Errorf("check: status %d, want 1 and %q:\n%s", status, want, out)
			}
		}
	}
	look(env, "WRONG refresh token          runs out in 5 days: run trackbot login", "ok    access token           good for 30.0 hours")
	look(append([]string{"TOKEN_KEY=" + apptest.TokenKey}, env...), "WRONG DATA_DIR", "made without TOKEN_KEY")
	sim.SetOAuth(simulator.OAuth{RefuseRefresh: true})
	sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusUnauthorized})
	if status, out, _ := apptest.Run(t, "", env, "ask", "code 1 on example.webex.com"); status != 1 || !strings.Contains(out, "trackbot login") {
		t.Errorf("ask with a refused sign-in: status %d:\n%s", status, out)
	}
	sim.ClearFaults()
	look(env, "WRONG admin sign-in", "the refresh token is refused: run trackbot login")
	if n := sim.Refreshes(); n != 0 {
		t.Errorf("%d refreshes, want none", n)
	}
}

// TestCheckOfOptionalScopes looks for scopes that the bot can do without: none of
// them is something to mend.
func TestCheckOfOptionalScopes(t *testing.T) {
	t.Parallel()
	sim, env := apptest.Simulated(t)
	env = append(env, "WEBEX_U2C_URL="+sim.Socket().U2CURL())
	look := func(want string) {
		t.Helper()
		if status, out, _ := apptest.Run(t, "", env, "check"); status != 0 || !strings.Contains(out, want) {
			t.Errorf("check: status %d, want 0 and %q:\n%s", status, want, out)
		}
	}
	look("note  optional scope         audit:events_read is missing: with it the bot could tell who changed a tracking code")
	look("note  optional scope         meeting:admin_config_read is missing: with it the bot could tell which meetings carry no code")
	sim.SetScopes(sim.AdminToken(), simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite, simulator.ScopePreferencesRead, simulator.ScopeAuditRead, simulator.ScopeConfigRead)
	look("ok    optional scope         audit:events_read is there")
	look("ok    optional scope         meeting:admin_config_read is there")
	sim.Fault(simulator.Rule{Path: "/adminAudit/", Status: http.StatusBadRequest})
	look("note  optional scope         audit:events_read could not be tried")
}

// TestCheckGivesEachSiteItsTime: the calls for one site end later than those for the
// site before it, however long that took.
func TestCheckGivesEachSiteItsTime(t *testing.T) {
	t.Parallel()
	sim, _ := apptest.Simulated(t)
	var ends []time.Time
	a := webex.NewAdmin(webex.Options{BaseURL: sim.URL(), Token: func(ctx context.Context) (string, error) {
		end, ok := ctx.Deadline()
		if !ok {
			t.Error("a call without an end")
		}
		ends = append(ends, end)
		return sim.AdminToken(), nil
	}})
	sites := []string{"example.webex.com", "emea.example.webex.com"}
	var out strings.Builder
	cli.CheckSites(t.Context(), config.Config{AllowedSites: sites}, a, &out)
	if len(ends) < len(sites) || strings.Count(out.String(), "can be read") != len(sites) {
		t.Fatalf("%d calls:\n%s", len(ends), out.String())
	}
	if !ends[1].After(ends[0]) {
		t.Errorf("the second site has until %v, the first until %v", ends[1], ends[0])
	}
}
