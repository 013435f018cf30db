package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const (
	botToken      = "Ym90-token_PF84"
	databaseURL   = "postgres://trackbot:pass-word@db.example.com:5432/trackbot"
	adminToken    = "YWRt-token_PF84"
	webhookSecret = "0123456789abcdefghij"
)

func required() []string {
	return []string{
		"WEBEX_BOT_TOKEN=" + botToken,
		"WEBEX_ADMIN_TOKEN=" + adminToken,
		"WEBEX_WEBHOOK_SECRET=" + webhookSecret,
	}
}

// with returns the required variables after extra ones, which win.
func with(extra ...string) []string {
	return append(extra, required()...)
}

func TestDefaults(t *testing.T) {
	got, err := Load(ForServe, required(), "")
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	want := Config{
		BotToken: NewSecret(botToken), AdminToken: NewSecret(adminToken), WebhookSecrets: []Secret{NewSecret(webhookSecret)},
		Receive: ReceiveWebsocket, APIURL: "https://webexapis.com/v1", U2CURL: "https://u2c.wbx2.com/u2c/api/v1", CatchUpMinutes: 1440,
		ListenAddr: ":8080", TrustedProxies: privateNetworks(), DataDir: "data",
		Workers: 32, DiskReserveMB: 64, CacheSeconds: 30, LogLevel: slog.LevelInfo,
		LimitPersonMinute: 20, LimitPersonHour: 200, LimitSpaceMinute: 60, BulkPerMinute: 120, AuditDays: 400, WatchMinutes: 15, Changes: ChangesOff, ChangeMinutes: 60,
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("Load with what is required: %s", diff)
	}
}

func TestEverythingSet(t *testing.T) {
	got, err := Load(ForServe, []string{
		"WEBEX_BOT_TOKEN=" + botToken, "WEBEX_ADMIN_TOKEN=" + adminToken,
		"WEBEX_WEBHOOK_SECRET=" + webhookSecret + ", " + "another-" + webhookSecret,
		"WEBEX_PUBLIC_URL=https://Bot.example.com/t/", "WEBEX_API_URL=http://127.0.0.1:9/v1",
		"DEFAULT_SITE=A.webex.com", "ALLOWED_SITES=b.webex.com,a.webex.com", "LISTEN_ADDR= 127.0.0.1:0 ",
		"DATA_DIR=/var/lib/trackbot", "DATABASE_URL=" + databaseURL,
		"WORKERS=1024", "DISK_RESERVE_MB=1", "CACHE_SECONDS=0", "SITE_NICKNAMES=B=b.webex.com, eu = a.webex.com",
		"LOG_LEVEL=Debug", "LOG_FORMAT=JSON", "TRUSTED_PROXIES=10.0.0.7, 2001:db8::1/32",
		"RECEIVE=Both", "WEBEX_U2C_URL=http://127.0.0.1:9/u2c/", "CATCH_UP_MINUTES=0",
		"ALLOWED_ORGS=own, 2f1c5c0e-7c1b-4f0f-9d3a-0d8c3a1a7e11", "ALLOWED_DOMAINS=example.com", "ALLOWED_EMAILS=bob@partner.example", "ALLOWED_ROOMS=direct",
		"DENIED_EMAILS=mallory@example.com", "ADMINS=alice@example.com,ada@example.com", "CONTACT= alice@example.com ", "SHARE_WITH_GUESTS=True",
		"CONTROL_HUB_URL=https://admin.webex.com", "SITE_ADMIN_URL=https://{site}/admin",
		"LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=1", "LIMIT_SPACE_MINUTE=2", "BULK_PER_MINUTE=60", "AUDIT_DAYS=30", "WATCH_MINUTES=5",
		"CHANGES=people", "EDITORS=ada@example.com", "APPROVERS=alice@example.com", "SELF_APPROVAL=true", "CHANGE_MINUTES=5",
	}, "")
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	want := Config{
		SiteNicknames: map[string]string{"b": "b.webex.com", "eu": "a.webex.com"},
		BotToken:      NewSecret(botToken), AdminToken: NewSecret(adminToken),
		WebhookSecrets: []Secret{NewSecret(webhookSecret), NewSecret("another-" + webhookSecret)},
		Receive:        ReceiveBoth, U2CURL: "http://127.0.0.1:9/u2c",
		PublicURL: "https://bot.example.com/t", APIURL: "http://127.0.0.1:9/v1",
		DefaultSite: "a.webex.com", AllowedSites: []string{"b.webex.com", "a.webex.com"}, ListenAddr: "127.0.0.1:0",
		DataDir: "/var/lib/trackbot", DatabaseURL: NewSecret(databaseURL),
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.7/32"), netip.MustParsePrefix("2001:db8::/32")},
		Workers:        1024, DiskReserveMB: 1, LogLevel: slog.LevelDebug, LogFormat: "json",
		AllowedOrgs: []string{"own", "2f1c5c0e-7c1b-4f0f-9d3a-0d8c3a1a7e11"}, AllowedDomains: []string{"example.com"}, AllowedEmails: []string{"bob@partner.example"},
		AllowedRooms: []string{"direct"}, DeniedEmails: []string{"mallory@example.com"}, Admins: []string{"alice@example.com", "ada@example.com"},
		ControlHubURL: "https://admin.webex.com", SiteAdminURL: "https://{site}/admin",
		Contact: "alice@example.com", ShareWithGuests: true, LimitPersonHour: 1, LimitSpaceMinute: 2, BulkPerMinute: 60, AuditDays: 30, WatchMinutes: 5, Changes: ChangesPeople, Editors: []string{"ada@example.com"}, Approvers: []string{"alice@example.com"}, SelfApproval: true, ChangeMinutes: 5,
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("Load: %s", diff)
	}
}

func TestNeeds(t *testing.T) {
	bot, admin, secret := "WEBEX_BOT_TOKEN", "WEBEX_ADMIN_TOKEN", "WEBEX_WEBHOOK_SECRET"
	for _, tt := range []struct {
		name string
		need Need
		want []string // the variables that have a problem when none is set but how to hear
	}{
		{"serve", ForServe, []string{bot, admin, secret}},
		{"ask", ForAsk, []string{admin}},
		{"check", ForCheck, []string{bot, admin, secret}},
		{"queue", ForQueue, nil},
		{"health", ForHealth, nil},
	} {
		c, err := Load(tt.need, []string{"WEBEX_PUBLIC_URL=https://bot.example.com"}, "")
		problems := c.Problems
		if tt.need != ForCheck {
			problems = problemsOf(err)
		} else if err != nil {
			t.Errorf("Load for %s: %v, want no error", tt.name, err)
		}
		var got []string
		for _, p := range problems {
			if !strings.HasPrefix(p.Words, "is missing: ") || !strings.HasSuffix(p.Words, "; "+p.Variable+"_FILE may name a file that holds it") {
				t.Errorf("Load for %s: %s", tt.name, p)
			}
			got = append(got, p.Variable)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("Load for %s complains about %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestHowToHear(t *testing.T) {
	const secret = "WEBEX_WEBHOOK_SECRET"
	for _, tt := range []struct {
		receive, address    string
		webhooks, websocket bool
	}{
		{"", "", false, true},
		{"", "https://bot.example.com", true, false},
		{"webhook", "https://bot.example.com", true, false},
		{"both", "https://bot.example.com", true, true},
		{"websocket", "https://bot.example.com", false, true},
	} {
		environ := []string{"RECEIVE=" + tt.receive, "WEBEX_PUBLIC_URL=" + tt.address}
		c, err := Load(ForServe, with(environ...), "")
		if err != nil || c.Webhooks() != tt.webhooks || c.Websocket() != tt.websocket {
			t.Errorf("%q: webhooks %t, websocket %t, error %v", environ, c.Webhooks(), c.Websocket(), err)
		}
		_, err = Load(ForServe, append(environ, required()[:2]...), "")
		if missing := len(problemsOf(err)) == 1 && problemsOf(err)[0].Variable == secret; missing != tt.webhooks {
			t.Errorf("%q without a secret: %v, want it missed %t", environ, err, tt.webhooks)
		}
	}
}

// TestWebhooksNeedAnAddress does not let a bot start that asks for webhooks and
// can register none.
func TestWebhooksNeedAnAddress(t *testing.T) {
	for _, way := range []string{ReceiveWebhook, ReceiveBoth} {
		_, err := Load(ForServe, with("RECEIVE="+way, "WEBEX_PUBLIC_URL="), "")
		if p := problemsOf(err); len(p) != 1 || p[0].Variable != "WEBEX_PUBLIC_URL" {
			t.Errorf("RECEIVE=%s without an address: %v, want that WEBEX_PUBLIC_URL is missing", way, err)
		}
	}
}

func problemsOf(err error) []Problem {
	if e, ok := errors.AsType[*InvalidError](err); ok {
		return e.Problems
	}
	return nil
}

func TestProblems(t *testing.T) {
	const notToken = `is not a token: letters, digits and -._~+/= alone, without blanks, quotes or "Bearer"`
	const notHost = "is not a host name such as example.webex.com, without https:// and path"
	for _, tt := range []struct {
		set  string
		want string
	}{
		{"RECEIVE=ears", "RECEIVE: is none of webhook, websocket, both"},
		{"CATCH_UP_MINUTES=1441", "CATCH_UP_MINUTES: is not a whole number from 0 to 1440"},
		{"SITE_ADMIN_URL=http://{site}/admin", "SITE_ADMIN_URL: must begin with https://"},
		{"CONTROL_HUB_URL=https://user@admin.webex.com", "CONTROL_HUB_URL: must not hold a user or password"},
		{"WEBEX_U2C_URL=http://u2c.wbx2.com/x", "WEBEX_U2C_URL: must begin with https:// (http:// is for loopback only)"},
		{"WEBEX_BOT_TOKEN=Bearer abc", "WEBEX_BOT_TOKEN: " + notToken},
		{"WEBEX_BOT_TOKEN=abc\n", "WEBEX_BOT_TOKEN: " + notToken},
		{"WEBEX_BOT_TOKEN=\"abc\"", "WEBEX_BOT_TOKEN: " + notToken},
		{"WEBEX_BOT_TOKEN=abc\r\nX-Evil: 1", "WEBEX_BOT_TOKEN: " + notToken},
		{"WEBEX_ADMIN_TOKEN=abé", "WEBEX_ADMIN_TOKEN: " + notToken},
		{
			"WEBEX_ADMIN_TOKEN=" + botToken, "WEBEX_ADMIN_TOKEN: is the same as WEBEX_BOT_TOKEN; the bot's token can't read " +
				"tracking codes, and an administrator's must not post messages",
		},
		{"WEBEX_WEBHOOK_SECRET=0123456789abcdefghi", "WEBEX_WEBHOOK_SECRET: entry 1 is shorter than 20 characters"},
		{"WEBEX_WEBHOOK_SECRET=" + webhookSecret + ",short,", "WEBEX_WEBHOOK_SECRET: entry 2 is shorter than 20 characters; entry 3 is empty"},
		{"WEBEX_WEBHOOK_SECRET=" + webhookSecret + "," + webhookSecret, "WEBEX_WEBHOOK_SECRET: entry 2 stands there twice"},
		{"WEBEX_WEBHOOK_SECRET=0123456789 abcdefghij", "WEBEX_WEBHOOK_SECRET: entry 1 holds a blank, a line break or a character that is not plain ASCII"},
		{"WEBEX_WEBHOOK_SECRET=0123456789äbcdefghij", "WEBEX_WEBHOOK_SECRET: entry 1 holds a blank, a line break or a character that is not plain ASCII"},
		{"WEBEX_PUBLIC_URL=http://bot.example.com", "WEBEX_PUBLIC_URL: must begin with https:// (http:// is for loopback only)"},
		{"WEBEX_API_URL=http://webexapis.com/v1", "WEBEX_API_URL: must begin with https:// (http:// is for loopback only)"},
		{"DEFAULT_SITE=https://example.webex.com", "DEFAULT_SITE: " + notHost},
		{"ALLOWED_SITES=,", "ALLOWED_SITES: entry 1 is empty; entry 2 is empty"},
		{"LISTEN_ADDR=8080", "LISTEN_ADDR: is not host:port, such as :8080 or 127.0.0.1:8080"},
		{"DATA_DIR=~/data", "DATA_DIR: begins with ~, which nobody replaces here: write the whole path"},
		{"DATA_DIR=a\x00b", "DATA_DIR: holds a zero byte"},
		{"DATABASE_URL=mysql://" + confidential + "@db/trackbot", "DATABASE_URL: must begin with postgres://, as in postgres://user:password@host:5432/name"},
		{"WORKERS=many", "WORKERS: is not a whole number from 1 to 1024"},
		{"WORKERS=-1", "WORKERS: is not a whole number from 1 to 1024"},
		{"WORKERS=1025", "WORKERS: is not a whole number from 1 to 1024"},
		{"WORKERS=99999999999999999999", "WORKERS: is not a whole number from 1 to 1024"},
		{"DISK_RESERVE_MB=0", "DISK_RESERVE_MB: is not a whole number from 1 to 1048576"},
		{"DISK_RESERVE_MB=6.4", "DISK_RESERVE_MB: is not a whole number from 1 to 1048576"},
		{"LOG_LEVEL=loud", "LOG_LEVEL: is none of debug, info, warn, error"},
		{"LOG_FORMAT=xml", "LOG_FORMAT: is neither text nor json"},
	} {
		c, err := Load(ForServe, with(tt.set), "")
		if words(err) != tt.want {
			t.Errorf("Load with %q: %q, want %q", tt.set, words(err), tt.want)
		}
		if diff := cmp.Diff(Config{}, c); diff != "" {
			t.Errorf("Load with %q gives a Config with its error: %s", tt.set, diff)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	environ := []string{
		"WEBEX_ADMIN_TOKEN=not a token", "DEFAULT_SITE=c.webex.com", "ALLOWED_SITES=a.webex.com", "LOG_LEVEL=loud",
		"WEBEX_API_URL=http://api.example.com", "RECEIVE=webhook",
	}
	dotenv := write(t, t.TempDir(), ".env", "oops")
	_, err := Load(ForServe, environ, dotenv)
	want := []string{dotenv, "WEBEX_BOT_TOKEN", "WEBEX_ADMIN_TOKEN", "WEBEX_WEBHOOK_SECRET", "WEBEX_API_URL", "LOG_LEVEL", "DEFAULT_SITE", "WEBEX_PUBLIC_URL"}
	var got []string
	for line := range strings.Lines(words(err)) {
		variable, _, _ := strings.Cut(line, ": ")
		got = append(got, variable)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Load complains about %q, want %q", got, want)
	}
	c, err := Load(ForCheck, environ, dotenv)
	if err != nil || len(c.Problems) != len(want) || c.DefaultSite != "c.webex.com" || c.APIURL != "" {
		t.Errorf("Load for check = %+v, %v, want %d problems beside what is right", c, err, len(want))
	}
}

func TestDefaultSiteIsAllowed(t *testing.T) {
	for set, want := range map[string]string{
		"ALLOWED_SITES=b.webex.com":             "DEFAULT_SITE: is not among ALLOWED_SITES",
		"ALLOWED_SITES=b.webex.com,A.WEBEX.COM": "",
		"ALLOWED_SITES=":                        "",
		"ALLOWED_SITES=nonsense":                "ALLOWED_SITES: entry 1 is not a host name such as example.webex.com, without https:// and path",
	} {
		if _, err := Load(ForServe, with("DEFAULT_SITE=a.webex.com", set), ""); words(err) != want {
			t.Errorf("Load with %q: %q, want %q", set, words(err), want)
		}
	}
}

func TestEnvironmentOverFile(t *testing.T) {
	dotenv := write(t, t.TempDir(), ".env", strings.Join(required(), "\n")+"\nWORKERS=5\nLISTEN_ADDR=:1\nDATA_DIR=\n")
	c, err := Load(ForServe, []string{"WORKERS=7", "WORKERS=9", "LISTEN_ADDR="}, dotenv)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if c.Workers != 7 || c.ListenAddr != ":1" || c.DataDir != "data" || c.BotToken.Reveal() != botToken {
		t.Errorf("Load = %+v, want 7 workers from the environment, :1 from the file and the default folder", c)
	}
	if slices.Contains(os.Environ(), "WEBEX_BOT_TOKEN="+botToken) {
		t.Error("Load has changed the environment of the process")
	}
	if _, err := Load(ForServe, required(), filepath.Join(t.TempDir(), "missing", ".env")); err != nil {
		t.Errorf("Load without a .env file: %v", err)
	}
}

// FuzzLoad puts the same text everywhere and looks for it in what Load says.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{"confidential", "a b-confidential", "https://user:confidential@x", "confidential\nX=1", "'$CONFIDENTIAL"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var environ []string
		l := newLoader(ForCheck, nil, "")
		l.config()
		for _, name := range l.known {
			if !strings.HasSuffix(name, "_FILE") {
				environ = append(environ, name+"="+text)
			}
		}
		c, err := Load(ForCheck, environ, "")
		if err != nil {
			t.Fatalf("Load for check: %v", err)
		}
		said := fmt.Sprint(c.Problems, c.Warnings, &InvalidError{Problems: c.Problems})
		if strings.Contains(text, "confidential") && strings.Contains(said, "confidential") {
			t.Errorf("Load with %q everywhere says %s", text, said)
		}
		_, err = parseDotenv([]byte(text))
		if strings.Contains(words(err), "confidential") {
			t.Errorf("parseDotenv(%q): %v", text, err)
		}
	})
}
