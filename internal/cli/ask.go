package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/handlers"
	"trackbot/internal/app"
	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/signin"
	"trackbot/internal/store"
	"trackbot/webex"
)

type askCmd struct {
	Question []string `arg:"" help:"Such as: tracking code 1 on example.webex.com. Several questions, each on a line of its own, are answered one after the other."`
	JSON     bool     `name:"json" help:"Print the cards as JSON, one after the other."`
}

// ask runs questions through parser, handlers and the real API. It ends with
// an error where one of them was not answered.
func (p Program) ask(ctx context.Context, cmd askCmd) error {
	c, err := p.load(config.ForAsk)
	if err != nil {
		return err
	}
	if c.AdminClientID == "" {
		return p.askWith(ctx, cmd, c, nil)
	}
	return withStore(ctx, c, func(db *store.DB) error {
		tokens, err := signin.New(signin.Options{Config: c, DB: db, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		return p.askWith(ctx, cmd, c, tokens)
	})
}

func (p Program) askWith(ctx context.Context, cmd askCmd, c config.Config, tokens *signin.Tokens) error {
	admin := webex.NewAdmin(app.AdminOptions(c, tokens))
	sites := &bot.Sites{Allowed: c.AllowedSites, Default: c.DefaultSite, Nicknames: c.SiteNicknames, List: admin.Sites}
	codes := handlers.Remember(admin, bot.Patience) // so that one list serves all that is asked
	replies, answered := bot.Ask(ctx, bot.Options{
		Commands: handlers.All(handlers.Parts{Admin: codes, Sites: sites, About: app.About(c)}), Grammar: ask.New(ask.Languages()...), Names: codes.Names,
		Sites: sites, Logger: p.logger(c),
	}, strings.Join(cmd.Question, " "))
	for _, r := range replies {
		if err := printReply(p.Stdout, r, cmd.JSON); err != nil {
			return err
		}
	}
	if !answered {
		return errQuiet
	}
	return nil
}

func printReply(w io.Writer, r bot.Reply, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r.Card)
	}
	body, err := r.Card.JSON()
	if err != nil {
		return fmt.Errorf("encode the card: %w", err)
	}
	return cards.Draw(w, body, demo.DrawWidth)
}
