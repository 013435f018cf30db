package apptest

import (
	"log/slog"
	"testing"

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
)

// TokenKey is a TOKEN_KEY.
const TokenKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// SignedIn is a simulator whose OAuth side behaves as told, and the environment
// of a bot with a refresh token of it.
func SignedIn(t *testing.T, o simulator.OAuth) (*simulator.Simulator, []string) {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sim.SetOAuth(o)
	id, secret := sim.OAuthClient()
	return sim, []string{
		"WEBEX_ADMIN_TOKEN=", "WEBEX_ADMIN_CLIENT_ID=" + id, "WEBEX_ADMIN_CLIENT_SECRET=" + secret,
		"WEBEX_ADMIN_REFRESH_TOKEN=" + sim.RefreshToken(), "TOKEN_KEY=" + TokenKey, "CACHE_SECONDS=0",
	}
}

// AdminToken is the access token of the moment, read beside the running bot from
// the database of its sign-in; env is the bot's.
func AdminToken(t *testing.T, env []string) (token string) {
	t.Helper()
	c, err := config.Load(config.ForAsk, env, "")
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{Dir: c.DataDir, URL: c.DatabaseURL.Reveal(), Key: c.StoreKey(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tokens, err := signin.New(signin.Options{Config: c, DB: db, Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		token, err = tokens.Token(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return token
}
