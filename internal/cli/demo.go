package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/simulator/page"
)

type demoCmd struct {
	Question  []string `arg:"" optional:"" help:"Ask this one and end."`
	Websocket bool     `help:"Hear over a websocket instead of webhooks."`
	NoPage    bool     `help:"Talk in the terminal alone, without the page in the browser."`
	Verbose   bool     `short:"v" help:"Show the bot's log."`
}

// demo shows the bot at work: a page in the browser and, in the terminal, two
// questions and then whatever is typed. With a question there is no page.
func (p Program) demo(ctx context.Context, cmd demoCmd) error {
	log := slog.New(slog.DiscardHandler)
	if cmd.Verbose {
		log = slog.New(slog.NewTextHandler(p.Stderr, nil))
	}
	sim, err := simulator.Start(ctx, simulator.Options{Logger: log.With("part", "simulator"), Watch: true})
	if err != nil {
		return fmt.Errorf("start the simulator: %w", err)
	}
	demo.AddMeetings(sim, time.Now())
	env := []string{ // so that Alice may ask everything, and a lot, and Bob approves what she wants changed
		"ADMINS=alice@example.com", "CHANGES=all", "EDITORS=alice@example.com", "APPROVERS=alice@example.com,bob@example.com",
		"WATCH_MINUTES=1", "BULK_PER_MINUTE=60000", "LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=0", "LIMIT_SPACE_MINUTE=0",
	}
	if cmd.Websocket {
		env = append(env, demo.Receiving(config.ReceiveWebsocket)...)
	}
	w, stop, err := demo.New(ctx, sim, p.Stdout, log, env...)
	if err != nil {
		return err
	}
	w.Width = p.width()
	question, closePage := strings.Join(cmd.Question, " "), func() error { return nil }
	if question == "" && !cmd.NoPage {
		demo.AddGuest(sim)
		var url string
		if url, closePage, err = page.Serve(ctx, sim); err != nil {
			return errors.Join(err, stop())
		}
		say(p.Stdout, "Open %s\n\n", url)
	}
	return errors.Join(w.Play(ctx, p.Stdin, question), closePage(), stop())
}
