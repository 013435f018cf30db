package config

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

const (
	clientID     = "C0123456789abcdef"
	clientSecret = "Y2xpZW50-secret_PF84"
	refreshToken = "cmVmcmVzaA-token_PF84"
	databaseURL  = "postgres://trackbot:cGFzcw-word@one.example.com:5432,two.example.com/trackbot?target_session_attrs=read-write"
	tokenKey     = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
)

// signIn is what is required to serve with a sign-in that renews itself.
func signIn(extra ...string) []string {
	return slices.Concat(extra, []string{
		"WEBEX_BOT_TOKEN=" + botToken, "WEBEX_WEBHOOK_SECRET=" + webhookSecret,
		"WEBEX_ADMIN_CLIENT_ID=" + clientID, "WEBEX_ADMIN_CLIENT_SECRET=" + clientSecret,
	})
}

func TestSignIn(t *testing.T) {
	dir := t.TempDir()
	for _, environ := range [][]string{
		{"WEBEX_ADMIN_REFRESH_TOKEN=" + refreshToken, "TOKEN_KEY=" + tokenKey},
		{
			"WEBEX_ADMIN_REFRESH_TOKEN_FILE=" + write(t, dir, "refresh", refreshToken+"\n"),
			"TOKEN_KEY_FILE=" + write(t, dir, "key", tokenKey+"\n"),
			"WEBEX_ADMIN_CLIENT_SECRET=", "WEBEX_ADMIN_CLIENT_SECRET_FILE=" + write(t, dir, "secret", clientSecret+"\n"),
		},
	} {
		c, err := Load(ForServe, signIn(environ...), "")
		if err != nil {
			t.Fatalf("Load with %q: %v", environ, err)
		}
		if c.AdminClientID != clientID || c.AdminClientSecret.Reveal() != clientSecret || c.AdminRefreshToken.Reveal() != refreshToken ||
			hex.EncodeToString([]byte(c.TokenKey.Reveal())) != tokenKey || !c.AdminToken.IsZero() {
			t.Errorf("Load with %q gives something else: %+v", environ, c)
		}
	}
	for _, need := range []Need{ForServe, ForAsk, ForLogin} {
		if c, err := Load(need, signIn(), ""); err != nil || !c.AdminRefreshToken.IsZero() || !c.TokenKey.IsZero() {
			t.Errorf("Load(%d) without a refresh token and a key: %v, want that the stored ones count", need, err)
		}
	}
	if _, err := Load(ForLogin, signIn("WEBEX_ADMIN_TOKEN="+adminToken), ""); err != nil {
		t.Errorf("Load for a login beside a token: %v, want none, so that one can change over", err)
	}
}

func TestKeyForms(t *testing.T) {
	raw, err := hex.DecodeString(tokenKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		strings.ToUpper(tokenKey), base64.StdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
	} {
		c, err := Load(ForServe, with("TOKEN_KEY="+text), "")
		if err != nil || c.TokenKey.Reveal() != string(raw) {
			t.Errorf("Load with TOKEN_KEY=%s: %v, want the bytes", text, err)
		}
	}
}

func TestSignInProblems(t *testing.T) {
	const both = "WEBEX_ADMIN_TOKEN: is set, and a client for sign-in (WEBEX_ADMIN_CLIENT_ID, WEBEX_ADMIN_CLIENT_SECRET, WEBEX_ADMIN_REFRESH_TOKEN) too: keep one of the two"
	const notToken = `is not a token: letters, digits and -._~+/= alone, without blanks, quotes or "Bearer"`
	const noSecret = "WEBEX_ADMIN_CLIENT_SECRET: is missing: the client secret beside that id; WEBEX_ADMIN_CLIENT_SECRET_FILE may name a file that holds it"
	const noID = "WEBEX_ADMIN_CLIENT_ID: is missing: the client id of the integration or service app on developer.webex.com"
	const noKey = "is not 32 random bytes as 64 hex digits or base64, such as openssl rand -hex 32 gives"
	const noURL = "is not a URL such as postgres://user:password@host:5432/database"
	for _, tt := range []struct {
		need    Need
		environ []string
		want    string
	}{
		{ForServe, with("WEBEX_ADMIN_CLIENT_ID=" + clientID), both},
		{ForAsk, with("WEBEX_ADMIN_REFRESH_TOKEN_FILE=/nowhere"), both + "\nWEBEX_ADMIN_REFRESH_TOKEN_FILE: the file can't be read: no such file or directory"},
		{ForServe, signIn("WEBEX_ADMIN_CLIENT_ID="), noID},
		{ForServe, signIn("WEBEX_ADMIN_CLIENT_SECRET="), noSecret},
		{ForLogin, nil, noID + "\n" + noSecret},
		{ForServe, signIn("WEBEX_ADMIN_CLIENT_ID=a b"), "WEBEX_ADMIN_CLIENT_ID: is not an id: letters, digits and -._~+/= alone, and at most 512"},
		{ForServe, signIn("WEBEX_ADMIN_CLIENT_SECRET=a b"), "WEBEX_ADMIN_CLIENT_SECRET: " + notToken},
		{ForServe, signIn("WEBEX_ADMIN_REFRESH_TOKEN=Bearer x"), "WEBEX_ADMIN_REFRESH_TOKEN: " + notToken},
		{ForServe, signIn("TOKEN_KEY=short"), "TOKEN_KEY: " + noKey},
		{ForServe, signIn("TOKEN_KEY=" + tokenKey + "00"), "TOKEN_KEY: " + noKey},
		{ForServe, signIn("NATS_URL=nats://n"), "TOKEN_KEY: is missing: with NATS_URL the replicas share the sign-in, and need one key for it; " + keyHint},
		{ForServe, signIn("DATABASE_URL=" + databaseURL), "TOKEN_KEY: is missing: with DATABASE_URL the replicas share the sign-in, and need one key for it; " + keyHint},
		{ForServe, with("DATABASE_URL=mysql://host/x"), "DATABASE_URL: " + noURL},
		{ForServe, with("DATABASE_URL=host=one dbname=x"), "DATABASE_URL: " + noURL},
		{ForServe, with("DATABASE_URL=postgres://a b"), "DATABASE_URL: " + noURL},
		{ForQueue, []string{"DATABASE_URL=x", "TOKEN_KEY=y"}, "TOKEN_KEY: " + noKey + "\nDATABASE_URL: " + noURL},
		{ForServe, with("ADMIN_ROOM=a room"), "ADMIN_ROOM: is not an id: letters, digits and -._~+/= alone, and at most 512"},
		{ForServe, with("ADMIN_ADDR=9090"), "ADMIN_ADDR: is not host:port, such as :8080 or 127.0.0.1:8080"},
		{ForServe, with("ADMIN_ADDR=127.0.0.1:80", "LISTEN_ADDR=127.0.0.1:80"), "ADMIN_ADDR: is the same as LISTEN_ADDR; metrics and profiles must not stand where everybody can ask"},
	} {
		if _, err := Load(tt.need, tt.environ, ""); words(err) != tt.want {
			t.Errorf("Load(%d) with %q:\n%q, want\n%q", tt.need, tt.environ, words(err), tt.want)
		}
	}
	for _, need := range []Need{ForQueue, ForHealth} {
		if _, err := Load(need, with("WEBEX_ADMIN_CLIENT_ID="+clientID), ""); err != nil {
			t.Errorf("Load(%d) with both ways to sign in: %v, want none", need, err)
		}
	}
}
