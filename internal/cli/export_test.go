package cli

import (
	"context"
	"io"

	"trackbot/internal/config"
	"trackbot/internal/signin"
)

// Login signs in as trackbot login does; save gets the pair.
func Login(ctx context.Context, c config.Config, browser bool, save func(signin.Pair) error, screen io.Writer) error {
	return login(ctx, loginOptions{config: c, browser: browser, save: save, say: screen})
}
