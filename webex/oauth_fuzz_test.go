package webex_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"trackbot/webex"
)

// FuzzStoredTokens reads whatever may stand in the store: no token may come of
// what was not sealed with the key, and nothing may panic.
func FuzzStoredTokens(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", "[]", `{"gen":18446744073709551615,"pair":"AAAA","begun":{"by":"x","at":"2026-01-01T00:00:00Z"}}`, `{"seen":["x"],"refused":{"token":"x"},"told":{}}`} {
		f.Add([]byte(seed))
	}
	seal := sealOf(f, 1)
	f.Fuzz(func(t *testing.T, stored []byte) {
		k := webex.NewKeys(webex.OAuthOptions{
			BaseURL: "http://127.0.0.1/v1", ClientID: "id", ClientSecret: func() string { return "secret" },
			Store: &shelf{value: stored, rev: 1}, Seal: seal,
			Transport: direct{http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})},
		})
		if _, err := k.Token(t.Context()); err == nil {
			t.Errorf("a token came of %q", stored)
		}
		_ = k.Load(t.Context())
		_ = k.Status()
	})
}

// FuzzTokenAnswer lets the token endpoint answer anything: a token that comes
// can stand in a header, and no error repeats what was sent.
func FuzzTokenAnswer(f *testing.F) {
	f.Add(200, "application/json", `{"access_token":"a","expires_in":10,"refresh_token":"r","refresh_token_expires_in":"20"}`)
	f.Add(200, "application/json", `{"access_token":"a\n","expires_in":1e99,"refresh_token":"r","refresh_token_expires_in":-1e300}`)
	f.Add(200, "application/x-www-form-urlencoded", "access_token=a&refresh_token=b&expires_in=x&refresh_token_expires_in=9223372036854775807")
	f.Add(400, "application/json", `{"error":{"x":1},"message":["settings-refresh-token"],"errors":null}`)
	f.Add(429, "text/html", "<html>client-secret")
	seal := sealOf(f, 1)
	f.Fuzz(func(t *testing.T, status int, kind, body string) {
		if status < 200 || status > 599 {
			return
		}
		k := webex.NewKeys(webex.OAuthOptions{
			BaseURL: "http://127.0.0.1/v1", ClientID: "id", ClientSecret: func() string { return "client-secret" },
			RefreshToken: func() string { return "settings-refresh-token" }, Store: &shelf{}, Seal: seal,
			Transport: direct{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", kind)
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			})},
		})
		token, err := k.Token(t.Context())
		if err == nil && (token == "" || strings.ContainsAny(token, " \r\n\x00")) {
			t.Errorf("token %q, want one that can stand in a header", token)
		}
		if err != nil && (strings.Contains(err.Error(), "settings-refresh") || strings.Contains(err.Error(), "client-secret")) {
			t.Errorf("error %q repeats a secret", err)
		}
	})
}
