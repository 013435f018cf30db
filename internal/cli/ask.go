package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/handlers"
	"trackbot/internal/app"
	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/store"
	"trackbot/webex"
)

type askCmd struct {
	Question []string `arg:"" help:"Such as: tracking code 1 on example.webex.com. Several questions, each on a line of its own, are answered one after the other."`
	JSON     bool     `name:"json" help:"Print the cards as JSON, one after the other."`
	Out      string   `name:"out" help:"Write the file of the answer here, such as that of an export. A file that is there is replaced." placeholder:"FILE"`
}

// ask runs questions through parser, handlers and the real API. It ends with
// an error where one of them was not answered: something was not found, a form asks
// for more, or a file was not written.
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
		if err := printReply(p.Stdout, r, cmd.JSON, p.width()); err != nil {
			return err
		}
	}
	saved, err := p.saveFile(replies, cmd.Out)
	if err == nil && (!answered || !saved) {
		return errQuiet
	}
	return err
}

// saveFile writes the file of the answers. It reports false, and says why, where
// that can't be done.
func (p Program) saveFile(replies []bot.Reply, to string) (saved bool, err error) {
	var files []*bot.File
	for _, r := range replies {
		if r.File != nil {
			files = append(files, r.File)
		}
	}
	switch {
	case len(files) == 0 && to != "":
		say(p.Stderr, "%s was not written: no answer has a file.\n", to)
	case len(files) == 0:
		return true, nil
	case len(files) > 1:
		say(p.Stderr, "The answers have %d files, which are not written. Ask for one at a time, with --out FILE.\n", len(files))
	case to == "":
		say(p.Stderr, "%s was not written: add --out FILE.\n", files[0].Name)
	default:
		if err := writeWhole(to, files[0].Data); err != nil {
			return false, fmt.Errorf("write the file of the answer: %w", err)
		}
		say(p.Stderr, "%s has %d bytes.\n", to, len(files[0].Data))
		return true, nil
	}
	return false, nil
}

// writeWhole writes a file for its owner alone, at once: a reader never sees a part.
// What is no file, such as /dev/stdout, is written to, and a link stays one.
func writeWhole(to string, data []byte) error {
	if info, err := os.Lstat(to); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(to, data, 0o600)
	}
	part, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+"-*") // 0600
	if err != nil {
		return err
	}
	_, err = part.Write(data)
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}

func printReply(w io.Writer, r bot.Reply, asJSON bool, width int) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r.Card)
	}
	body, err := r.Card.JSON()
	if err != nil {
		return fmt.Errorf("encode the card: %w", err)
	}
	return cards.Draw(w, body, width)
}
