package config

import (
	"slices"
	"testing"
)

func TestWarnings(t *testing.T) {
	for _, tt := range []struct {
		set, file string
		want      []string
	}{
		{"WEBEX_BOT_TOKN=" + confidential, "", []string{"WEBEX_BOT_TOKN is set, and nothing reads it; did you mean WEBEX_BOT_TOKEN?"}},
		{"WEBEX_SOMETHING_ELSE=1", "", []string{"WEBEX_SOMETHING_ELSE is set, and nothing reads it"}},
		{"ALLOWED_SITE=a.webex.com", "", []string{"ALLOWED_SITE is set, and nothing reads it; did you mean ALLOWED_SITES?"}},
		{"HOME=/root", "", nil},
		{"WEBEX_" + confidential + "=1", "", nil}, // not the shape of a name
		{"", "DEFAULTSITE=a.webex.com\nFOO=1\nbar=1", []string{
			"DEFAULTSITE is set, and nothing reads it; did you mean DEFAULT_SITE?", "FOO is set, and nothing reads it",
		}},
		{"FOO=1", "FOO=1", []string{"FOO is set, and nothing reads it"}},
		{"WEBEX_PUBLIC_URL=https://a.example.com/webhook", "", []string{"WEBEX_PUBLIC_URL ends in /webhook, and the bot adds /webhook to it once more"}},
		{"ADMIN_ADDR=:9090", "", []string{"ADMIN_ADDR is open to other machines: whoever reaches it reads metrics and profiles without a password"}},
		{"ADMIN_ADDR=127.0.0.1:9090", "", nil},
	} {
		c, err := Load(ForServe, with(tt.set), write(t, t.TempDir(), ".env", tt.file))
		if err != nil || !slices.Equal(c.Warnings, tt.want) {
			t.Errorf("Load with %q and the file %q warns %q, %v, want %q", tt.set, tt.file, c.Warnings, err, tt.want)
		}
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"ABC", "ABC", 0},
		{"", "ABC", 3},
		{"ABC", "", 3},
		{"TOKN", "TOKEN", 1},
		{"TOKEEN", "TOKEN", 1},
		{"TOKAN", "TOKEN", 1},
		{"KITTEN", "SITTING", 3},
	} {
		if got := edits(tt.a, tt.b); got != tt.want {
			t.Errorf("edits(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
