package cli

import (
	"context"
	"io"

	"trackbot/internal/config"
	"trackbot/webex"
)

// Login signs in as trackbot login does; save gets the pair.
func Login(ctx context.Context, apiURL, clientID, clientSecret string, browser bool, save func(webex.Pair) error, screen io.Writer) error {
	return login(ctx, loginOptions{
		apiURL: apiURL, clientID: clientID, clientSecret: config.NewSecret(clientSecret), browser: browser, save: save, say: screen,
	})
}
