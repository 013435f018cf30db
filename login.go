package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"trackbot/internal/config"
	"trackbot/webex"
)

type loginCmd struct {
	Browser bool   `help:"Sign in with the browser of this machine instead of a code."`
	Port    uint16 `default:"7654" help:"Port on 127.0.0.1 to which the browser comes back; 0 takes a free one. The integration must list http://127.0.0.1:PORT/ as a redirect address."`
	Out     string `type:"path" placeholder:"FILE" help:"Write the refresh token to this file, which only you can read; for WEBEX_ADMIN_REFRESH_TOKEN_FILE."`
	Print   bool   `help:"Print the refresh token, for a secret store."`
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
	apiURL       string
	clientID     string
	clientSecret config.Secret
	transport    http.RoundTripper      // nil: the usual one
	browser      bool                   // the loopback way instead of the code
	port         uint16                 // of loopback; 0 is any
	save         func(webex.Pair) error // where the pair goes
	say          io.Writer              // to the person
}

// login gets a refresh token from an administrator who agrees.
func (p program) login(ctx context.Context, cmd loginCmd) error {
	if cmd.Print == (cmd.Out != "") {
		return errors.New("say where the refresh token goes: --out FILE or --print")
	}
	c, err := p.load(config.ForHealth) // the address of the API; no token is needed
	if err != nil {
		return err
	}
	id, secret, err := p.adminClient()
	if err != nil {
		return err
	}
	save := func(pair webex.Pair) error { return saveToken(cmd.Out, pair) }
	if cmd.Print {
		save = func(pair webex.Pair) error { _, err := fmt.Fprintln(p.stdout, pair.RefreshToken); return err }
	}
	err = login(ctx, loginOptions{
		apiURL: c.APIURL, clientID: id, clientSecret: secret,
		browser: cmd.Browser, port: cmd.Port, save: save, say: p.stderr,
	})
	if err == nil && cmd.Out != "" {
		say(p.stderr, "The refresh token is in %s; set WEBEX_ADMIN_REFRESH_TOKEN_FILE to that.\n", cmd.Out)
	}
	return err
}

// adminClient reads the integration's id and secret from the environment.
func (p program) adminClient() (id string, secret config.Secret, err error) {
	env := map[string]string{}
	for _, entry := range p.environ {
		if name, value, ok := strings.Cut(entry, "="); ok {
			env[name] = strings.TrimSpace(value)
		}
	}
	text := env["WEBEX_ADMIN_CLIENT_SECRET"]
	if path := env["WEBEX_ADMIN_CLIENT_SECRET_FILE"]; text == "" && path != "" {
		body, err := os.ReadFile(path)
		if err != nil {
			return "", config.Secret{}, fmt.Errorf("WEBEX_ADMIN_CLIENT_SECRET_FILE: %w", err)
		}
		text = strings.TrimSpace(string(body))
	}
	return env["WEBEX_ADMIN_CLIENT_ID"], config.NewSecret(text), nil
}

// login signs in one way or the other and saves what comes.
func login(ctx context.Context, o loginOptions) error {
	if o.clientID == "" || o.clientSecret.IsZero() {
		return errors.New("WEBEX_ADMIN_CLIENT_ID and WEBEX_ADMIN_CLIENT_SECRET must be those of your integration")
	}
	say(o.say, "trackbot asks for these rights of an administrator:\n")
	var scopes []string
	for _, s := range loginScopes() {
		say(o.say, "  %-31s %s\n", s.name, s.why)
		scopes = append(scopes, s.name)
	}
	in := webex.NewSignIn(webex.SignInOptions{
		BaseURL: o.apiURL, ClientID: o.clientID, ClientSecret: o.clientSecret.Reveal, Scopes: scopes, Transport: o.transport,
	})
	way := byCode
	if o.browser {
		way = byBrowser
	}
	pair, err := way(ctx, in, o)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if err := o.save(pair); err != nil {
		return fmt.Errorf("signed in, but the refresh token can't be saved: %w", err)
	}
	say(o.say, "Signed in.%s\n", untilWords(pair))
	return nil
}

// untilWords says how long a refresh token is good for.
func untilWords(p webex.Pair) string {
	if p.RefreshExpires.IsZero() {
		return ""
	}
	return " The refresh token is good until " + p.RefreshExpires.UTC().Format("2006-01-02") + ", and longer when the bot runs."
}

// byCode signs in with a code that is typed into a browser anywhere.
func byCode(ctx context.Context, in *webex.SignIn, o loginOptions) (webex.Pair, error) {
	pair, err := in.Device(ctx, func(d webex.DeviceCode) {
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

// saveToken writes a refresh token to a file that only its owner can read. The
// file appears whole, also where there was one.
func saveToken(path string, p webex.Pair) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // 0600
	if err != nil {
		return err
	}
	_, err = io.Copy(f, strings.NewReader(p.RefreshToken+"\n"))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
