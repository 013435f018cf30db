package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretFiles(t *testing.T) {
	dir := t.TempDir()
	bot, admin := write(t, dir, "bot", botToken+"\n"), write(t, dir, "admin", adminToken+"\r\n")
	secret := write(t, dir, "secret", webhookSecret+",other-"+webhookSecret+"\n\n")
	c, err := Load(ForServe, []string{"WEBEX_BOT_TOKEN_FILE=" + bot, "WEBEX_ADMIN_TOKEN_FILE=" + admin, "WEBEX_WEBHOOK_SECRET_FILE=" + secret}, "")
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if c.BotToken.Reveal() != botToken || c.AdminToken.Reveal() != adminToken || len(c.WebhookSecrets) != 2 ||
		c.WebhookSecrets[1].Reveal() != "other-"+webhookSecret {
		t.Errorf("Load gives other secrets than the files hold")
	}
}

func TestSecretFileProblems(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct{ path, want string }{
		{write(t, dir, "empty", "\n"), "_FILE: the file is empty"},
		{write(t, dir, "large", strings.Repeat("x", maxSecretFile+1)), "_FILE: the file is larger than 16384 bytes"},
		{write(t, dir, "blank", "confidential text"), ""},
		{filepath.Join(dir, "missing"), "_FILE: the file can't be read: no such file or directory"},
		{dir, "_FILE: the file is not a plain file"},
		{"/dev/null", "_FILE: the file is not a plain file"},
		{confidential, "_FILE: the file can't be read: no such file or directory"}, // the secret instead of a path
	} {
		for _, name := range []string{"WEBEX_BOT_TOKEN", "WEBEX_ADMIN_TOKEN", "WEBEX_WEBHOOK_SECRET"} {
			_, err := Load(ForServe, with(name+"=", name+"_FILE="+tt.path), "")
			if got := words(err); tt.want != "" && got != name+tt.want || err == nil || strings.Contains(got, tt.path) {
				t.Errorf("Load with %s_FILE=%s: %q, want %q", name, tt.path, got, name+tt.want)
			}
			_, err = Load(ForServe, with(name+"_FILE="+tt.path), "")
			if want := name + ": is set, and " + name + "_FILE too: keep one of them"; words(err) != want {
				t.Errorf("Load with %s and %s_FILE: %q, want %q", name, name, words(err), want)
			}
		}
	}
}

func TestUnreadableSecretFile(t *testing.T) {
	path := write(t, t.TempDir(), "secret", botToken)
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(path); !errors.Is(err, fs.ErrPermission) {
		t.Skip("this user may read every file")
	}
	_, err := Load(ForServe, with("WEBEX_BOT_TOKEN=", "WEBEX_BOT_TOKEN_FILE="+path), "")
	if want := "WEBEX_BOT_TOKEN_FILE: the file can't be read: permission denied"; words(err) != want {
		t.Errorf("Load: %q, want %q", words(err), want)
	}
}

// TestSecretsAreNotRead shows that commands for stored questions run without a right to
// read the secrets, but for those of the database.
func TestSecretsAreNotRead(t *testing.T) {
	environ := append(required(), "WEBEX_BOT_TOKEN_FILE=/nonexistent", "WEBEX_ADMIN_TOKEN=not a token")
	for _, need := range []Need{ForQueue, ForHealth} {
		c, err := Load(need, environ, "")
		if err != nil || !c.BotToken.IsZero() || !c.AdminToken.IsZero() || c.WebhookSecrets != nil {
			t.Errorf("Load(%d) = %+v, %v, want no secrets and no error", need, c, err)
		}
	}
}

func TestSecretsOfTheDatabase(t *testing.T) {
	environ := []string{"DATABASE_URL_FILE=" + write(t, t.TempDir(), "url", databaseURL+"\n"), "TOKEN_KEY=" + tokenKey}
	for _, need := range []Need{ForServe, ForAsk, ForCheck, ForQueue} {
		c, err := Load(need, with(environ...), "")
		if err != nil || c.DatabaseURL.Reveal() != databaseURL || c.TokenKey.IsZero() {
			t.Errorf("Load(%d): %v, want what opens the database", need, err)
		}
	}
	if c, err := Load(ForHealth, with(environ...), ""); err != nil || !c.DatabaseURL.IsZero() || !c.TokenKey.IsZero() {
		t.Errorf("Load for health: %v, want no secrets", err)
	}
}

// TestStoreKey holds how the key is made: another way would lock out every database there is.
func TestStoreKey(t *testing.T) {
	c, err := Load(ForQueue, []string{"TOKEN_KEY=" + tokenKey}, "")
	if err != nil {
		t.Fatal(err)
	}
	const want = "35bd8a196a2da1a076224b57be1add5a96460884791fa12683ddd1a9a61c9bd5"
	if got := hex.EncodeToString(c.StoreKey()); got != want {
		t.Errorf("StoreKey is %s, want %s", got, want)
	}
	if (Config{}).StoreKey() != nil {
		t.Error("there is a key without TOKEN_KEY")
	}
}

func TestConfigIsSafeToPrint(t *testing.T) {
	c, err := Load(ForServe, []string{
		"WEBEX_BOT_TOKEN=" + confidential, "WEBEX_WEBHOOK_SECRET=y" + confidential, "WEBEX_ADMIN_CLIENT_ID=C1",
		"WEBEX_ADMIN_CLIENT_SECRET=x" + confidential, "WEBEX_ADMIN_REFRESH_TOKEN=z" + confidential, "TOKEN_KEY=" + tokenKey, "DATABASE_URL=postgres://" + confidential,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if out := fmt.Sprintf(verb, c) + fmt.Sprintf(verb, &c); leaks(out) != "" {
			t.Errorf("Sprintf(%q, Config) = %s, which holds a secret", verb, out)
		}
	}
}
