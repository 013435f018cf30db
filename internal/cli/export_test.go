package cli

import (
	"context"
	"io"

	"trackbot/internal/config"
	"trackbot/internal/signin"
)

// Login signs in as trackbot login does; save gets the pair.
func Login(ctx context.Context, apiURL, clientID, clientSecret string, browser bool, save func(signin.Pair) error, screen io.Writer) error {
	return login(ctx, loginOptions{
		conf:    config.Config{APIURL: apiURL, AdminClientID: clientID, AdminClientSecret: config.NewSecret(clientSecret)},
		browser: browser, save: save, say: screen,
	})
}
