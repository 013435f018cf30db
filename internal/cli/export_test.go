package cli

import (
	"context"
	"io"

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/webex"
)

// CheckSites looks at sites as trackbot check does.
func CheckSites(ctx context.Context, c config.Config, a *webex.Admin, screen io.Writer) {
	(&report{out: screen, conf: c}).sites(ctx, a, "WEBEX_ADMIN_TOKEN")
}

// Login signs in as trackbot login does; save gets the pair.
func Login(ctx context.Context, c config.Config, browser bool, save func(signin.Pair) error, screen io.Writer) error {
	return login(ctx, loginOptions{config: c, browser: browser, save: save, say: screen})
}
