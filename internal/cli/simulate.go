package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/simulator/page"
)

type simulateCmd struct {
	Addr   string `default:"127.0.0.1:8099" help:"Where to listen; loopback only."`
	NoPage bool   `help:"Serve no page for the browser."`
}

// simulate runs the made-up Webex until ctx is done, and says how to point a
// bot at it and how to talk to that bot.
func (p Program) simulate(ctx context.Context, cmd simulateCmd) error {
	sim, err := simulator.Start(ctx, simulator.Options{
		Addr: cmd.Addr, BotToken: "simulated-bot-token", AdminToken: "simulated-admin-token",
		Logger: slog.New(slog.NewTextHandler(p.Stderr, nil)), Watch: true,
	})
	if err != nil {
		return fmt.Errorf("start the simulator: %w", err)
	}
	alice, bob := sim.Person("alice"), sim.Person("bob")
	direct, group := sim.Direct(alice.ID), sim.Group("Billing help desk", alice.ID, bob.ID)
	id, secret := sim.OAuthClient()
	demo.AddGuest(sim)
	closePage := func() error { return nil }
	if !cmd.NoPage {
		var url string
		if url, closePage, err = page.Serve(ctx, sim); err != nil {
			return errors.Join(err, sim.Close())
		}
		say(p.Stdout, "Open %s\n\n", url)
	}
	say(p.Stdout, `A made-up Webex listens. Start a bot beside it with:

WEBEX_API_URL=%s \
WEBEX_BOT_TOKEN=%s \
WEBEX_ADMIN_TOKEN=%s \
WEBEX_WEBHOOK_SECRET=any-twenty-characters-or-more \
WEBEX_PUBLIC_URL=http://127.0.0.1:8080 \
trackbot serve

Without the last two it hears over a websocket, with WEBEX_U2C_URL=%s.

Instead of the admin token, sign in first, and give serve the same two:

WEBEX_API_URL=%s \
WEBEX_ADMIN_CLIENT_ID=%s \
WEBEX_ADMIN_CLIENT_SECRET=%s \
trackbot login

Ask it as Alice:

curl -s %s -H 'Content-Type: application/json' -d '{"as":"alice","space":"%s","text":"tracking code 1 on example.webex.com"}'
curl -s %s -H 'Content-Type: application/json' -d '{"as":"alice","space":"%s","text":"@trackbot codes on example.webex.com"}'

Read along: curl -s '%s?space=%s'

Tokens of people, for other software that uses the messaging API:

Alice: %s
Bob:   %s

Ctrl-C ends.
`, sim.URL(), sim.BotToken(), sim.AdminToken(), sim.Socket().U2CURL(), sim.URL(), id, secret,
		control(sim, "say"), direct.ID, control(sim, "say"), group.ID, control(sim, "messages"), direct.ID, sim.UserToken(alice.ID), sim.UserToken(bob.ID))
	<-ctx.Done()
	return errors.Join(closePage(), sim.Close())
}

// control is an address of the simulator's control side, apart from the API.
func control(sim *simulator.Simulator, name string) string {
	return strings.TrimSuffix(sim.URL(), "/v1") + "/_simulator/" + name
}
