package config

import (
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestExample reads .env.example as an operator would use it, with every sample taken.
func TestExample(t *testing.T) {
	data, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	l := newLoader(ForServe, nil, "")
	l.config()
	line := regexp.MustCompile(`^#?([A-Z][A-Z0-9_]*)=(.*)$`)
	seen := map[string]string{}
	before := ""
	for text := range strings.Lines(string(data)) {
		text = strings.TrimSpace(text)
		if m := line.FindStringSubmatch(text); m != nil {
			if _, twice := seen[m[1]]; twice || !slices.Contains(l.known, m[1]) {
				t.Errorf("%s stands there twice, or nothing reads it", m[1])
			}
			if !strings.HasPrefix(before, "# ") {
				t.Errorf("%s has no line above it that explains it", m[1])
			}
			seen[m[1]] = m[2]
		}
		before = text
	}
	for _, name := range l.known {
		if _, ok := seen[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	if _, err := Load(ForQueue, nil, "../../.env.example"); err != nil {
		t.Errorf("Load as it stands: %v", err)
	}
	useExample(t, seen, "WEBEX_ADMIN_CLIENT_", "WEBEX_ADMIN_REFRESH_")
	useExample(t, seen, "WEBEX_ADMIN_TOKEN")
}

// useExample loads all samples but those of one of the two ways to sign in, with files
// where the samples name some, and compares the samples of the variables that have a
// default with it.
func useExample(t *testing.T, samples map[string]string, without ...string) {
	t.Helper()
	dir := t.TempDir()
	content := map[string]string{
		"WEBEX_BOT_TOKEN_FILE": botToken, "WEBEX_ADMIN_TOKEN_FILE": adminToken,
		"WEBEX_ADMIN_CLIENT_SECRET_FILE": clientSecret, "WEBEX_ADMIN_REFRESH_TOKEN_FILE": refreshToken, "TOKEN_KEY_FILE": tokenKey,
		"WEBEX_WEBHOOK_SECRET_FILE": webhookSecret, "DATABASE_URL_FILE": databaseURL,
	}
	var text strings.Builder
	for name, sample := range samples {
		if slices.ContainsFunc(without, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
			continue
		}
		if c, ok := content[name]; ok {
			sample = write(t, dir, name, c)
		}
		fmt.Fprintf(&text, "%s=%s\n", name, sample)
	}
	got, err := Load(ForServe, nil, write(t, dir, ".env", text.String()))
	if err != nil || len(got.Warnings) > 0 {
		t.Fatalf("Load with all samples but %q: %v, warnings %q", without, err, got.Warnings)
	}
	want, err := Load(ForServe, required(), "")
	if err != nil {
		t.Fatal(err)
	}
	want.Receive, want.PublicURL, want.DefaultSite, want.AllowedSites = got.Receive, got.PublicURL, got.DefaultSite, got.AllowedSites
	want.SiteNicknames = got.SiteNicknames
	want.AllowedOrgs, want.AllowedDomains, want.AllowedEmails, want.AllowedRooms = got.AllowedOrgs, got.AllowedDomains, got.AllowedEmails, got.AllowedRooms
	want.DeniedEmails, want.Admins, want.Contact, want.Editors, want.Approvers = got.DeniedEmails, got.Admins, got.Contact, got.Editors, got.Approvers
	want.ControlHubURL, want.SiteAdminURL = got.ControlHubURL, got.SiteAdminURL
	want.DatabaseURL, want.LogFormat, want.TrustedProxies = got.DatabaseURL, got.LogFormat, got.TrustedProxies
	want.AdminToken, want.AdminClientID, want.AdminClientSecret = got.AdminToken, got.AdminClientID, got.AdminClientSecret
	want.AdminRefreshToken, want.TokenKey, want.AdminRoom, want.AdminAddr = got.AdminRefreshToken, got.TokenKey, got.AdminRoom, got.AdminAddr
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("the samples of variables with a default are not the default: %s", diff)
	}
}
