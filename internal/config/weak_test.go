package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWeakSecretsAreRefused has keys and secrets of one repeated byte.
func TestWeakSecretsAreRefused(t *testing.T) {
	for _, set := range []string{
		"TOKEN_KEY=" + strings.Repeat("0", 64), "TOKEN_KEY=" + strings.Repeat("ab", 32), "TOKEN_KEY=" + strings.Repeat("A", 43) + "=",
		"WEBEX_WEBHOOK_SECRET=" + strings.Repeat("a", 40),
	} {
		_, err := Load(ForServe, with(set), "")
		name, value, _ := strings.Cut(set, "=")
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "repeated") || strings.Contains(err.Error(), value) {
			t.Errorf("Load with a weak %s = %v, want words about it, without the value", name, err)
		}
	}
}

// TestOpenFilesAreWarnedOf has a .env and a file of a secret with several modes, in
// a folder that others may enter and in one that they may not.
func TestOpenFilesAreWarnedOf(t *testing.T) {
	for _, c := range []struct {
		folder, file os.FileMode
		warns        bool
	}{
		{0o755, 0o600, false}, {0o755, 0o640, false}, {0o755, 0o644, true}, {0o755, 0o666, true}, {0o755, 0o602, true}, {0o700, 0o644, false},
	} {
		dir := filepath.Join(t.TempDir(), "secrets")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		dotenv, file := filepath.Join(dir, ".env"), filepath.Join(dir, "token")
		for path, text := range map[string]string{dotenv: "WEBEX_ADMIN_TOKEN=" + adminToken + "\nWEBEX_BOT_TOKEN_FILE=" + file + "\n", file: botToken} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.file); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(dir, c.folder); err != nil {
			t.Fatal(err)
		}
		got, err := Load(ForServe, nil, dotenv)
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(got.Warnings, "; ")
		if strings.Contains(said, "the .env file can be read") != c.warns || strings.Contains(said, "the file of WEBEX_BOT_TOKEN_FILE can be read") != c.warns {
			t.Errorf("folder %o, files %o: warnings %q, want some: %v", c.folder, c.file, said, c.warns)
		}
	}
}
