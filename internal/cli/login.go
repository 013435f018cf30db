package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/store"
	"trackbot/webex"
)

type loginCmd struct {
	Browser bool   `help:"Sign in with the browser of this machine instead of a code."`
	Port    uint16 `default:"7654" help:"Port on 127.0.0.1 to which the browser comes back; 0 takes a free one. The integration must list http://127.0.0.1:PORT/ as a redirect address."`
	Print   bool   `help:"Print the refresh token, for a secret store, instead of storing it for the bot."`
}

// scope is a right that the bot asks for, with what for.
type scope struct{ name, why string }

func loginScopes() []scope {
	return []scope{
		{"meeting:admin_schedule_read", "to read tracking codes"},
		{"meeting:admin_schedule_write", "Webex wants it for reading tracking codes as well"},
		{"meeting:admin_preferences_read", "to list the sites"},
	}
}

// deviceRedirects are the addresses that an integration must list before it can
// sign in by code, as Webex documents them.
const deviceRedirects = "https://oauth-helper-{a,r,k,d}.wbx2.com/helperservice/v1/actions/device/callback"

// loginOptions is what a sign-in needs.
type loginOptions struct {
	config    config.Config
	transport http.RoundTripper       // nil: the usual one
	browser   bool                    // the loopback way instead of the code
	port      uint16                  // of loopback; 0 is any
	save      func(signin.Pair) error // where the pair goes
	say       io.Writer               // to the person
}

// login gets a refresh token from an administrator who agrees, and stores it
// where the bot finds it, also while the bot runs.
func (p Program) login(ctx context.Context, cmd loginCmd) error {
	c, err := p.load(config.ForLogin)
	if err != nil {
		return err
	}
	save := func(pair signin.Pair) error { _, err := fmt.Fprintln(p.Stdout, pair.RefreshToken); return err }
	if !cmd.Print {
		save = func(pair signin.Pair) error { return adopt(ctx, c, pair) }
		if err := adopt(ctx, c, signin.Pair{}); err != nil { // now, and not when somebody has agreed
			return err
		}
	}
	err = login(ctx, loginOptions{config: c, browser: cmd.Browser, port: cmd.Port, save: save, say: p.Stderr})
	if err != nil {
		return err
	}
	if cmd.Print {
		say(p.Stderr, "The refresh token is printed and stored nowhere; it is for WEBEX_ADMIN_REFRESH_TOKEN.\n")
	} else {
		say(p.Stderr, "It is stored, encrypted, where the bot looks for it. A bot that runs with this client id uses it within a minute.\n")
	}
	if !c.AdminToken.IsZero() {
		say(p.Stderr, "WEBEX_ADMIN_TOKEN is still set: remove it, or the bot does not start with both.\n")
	}
	return nil
}

// adopt stores a pair, and without one only shows that it could.
func adopt(ctx context.Context, c config.Config, pair signin.Pair) error {
	return withStore(ctx, c, func(db *store.DB) error {
		tokens, err := signin.New(signin.Options{Config: c, DB: db, Logger: slog.New(slog.DiscardHandler)})
		if err != nil || pair.RefreshToken == "" {
			return err
		}
		return tokens.Adopt(ctx, pair)
	})
}

// login signs in one way or the other and saves what comes.
func login(ctx context.Context, o loginOptions) error {
	say(o.say, "trackbot asks for these rights of an administrator:\n")
	var scopes []string
	for _, s := range loginScopes() {
		say(o.say, "  %-31s %s\n", s.name, s.why)
		scopes = append(scopes, s.name)
	}
	in := signin.NewClient(o.config, o.transport, scopes...)
	way := byCode
	if o.browser {
		way = byBrowser
	}
	pair, err := way(ctx, in, o)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if err := o.save(pair); err != nil {
		return fmt.Errorf("signed in, but the refresh token can't be kept: %w", err)
	}
	say(o.say, "Signed in.%s\n", untilWords(pair))
	return nil
}

// untilWords says how long a refresh token is good for.
func untilWords(p signin.Pair) string {
	if p.RefreshExpires.IsZero() {
		return ""
	}
	return " The refresh token is good until " + p.RefreshExpires.UTC().Format("2006-01-02") + ", and longer when the bot runs."
}

// byCode signs in with a code that is typed into a browser anywhere.
func byCode(ctx context.Context, in *signin.Client, o loginOptions) (signin.Pair, error) {
	pair, err := in.Device(ctx, func(d signin.DeviceCode) {
		say(o.say, "\nOpen    %s\n", cmp.Or(d.FullLink, d.Link))
		if d.FullLink != "" {
			say(o.say, "or      %s\n", d.Link)
		}
		say(o.say, "code    %s\nuntil   %s\n\nWaiting for you to agree...\n", d.UserCode, d.Expires.Format("15:04:05"))
	})
	if webex.IsStatus(err, http.StatusBadRequest) {
		say(o.say, "\nWebex refuses. Look in the integration whether the client id is right, whether it has the rights above,\nand whether it lists these four redirect addresses: %s\n\n", deviceRedirects)
	}
	return pair, err
}
