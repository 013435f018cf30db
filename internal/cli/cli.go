// Package cli is trackbot's command line: one subcommand a file.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"trackbot/internal/app"
	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/store"
)

// Program is one run of the command line, so that tests start it as the shell
// does.
type Program struct {
	Args, Environ  []string
	Dotenv         string // the path of .env; empty: none is read
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       bool                   // Stderr is one
	Columns        int                    // of Stdout, where that is a terminal; 0: it is none
	Store          []func(*store.Options) // for tests: change how "serve" opens the database
}

// cli is what can be typed.
type cli struct {
	Serve    struct{}    `cmd:"" default:"1" help:"Run the bot (the default)."`
	Demo     demoCmd     `cmd:"" help:"Try it: a made-up Webex, the real bot, no account, no network."`
	Ask      askCmd      `cmd:"" help:"Ask with the admin token, without any space. Exit 1 if a question was not answered in full."`
	Login    loginCmd    `cmd:"" help:"Sign in as an administrator, for a bot that renews its tokens itself."`
	Check    struct{}    `cmd:"" help:"Say what is wrong with configuration and tokens. Changes nothing."`
	Audit    auditCmd    `cmd:"" help:"Who asked what; verify finds out whether the record was changed. Also while the bot runs."`
	Queue    queueCmd    `cmd:"" help:"List, show, retry or drop what waits or failed, also while the bot runs."`
	Backup   backupCmd   `cmd:"" help:"Copy the SQLite database to a new file, also while the bot runs."`
	Simulate simulateCmd `cmd:"" help:"Run the made-up Webex alone, for a bot of your own."`
	Health   struct{}    `cmd:"" help:"Exit 0 if the bot on this machine is alive (for containers)."`
	Version  struct{}    `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// errQuiet ends the program with status 1 after everything was said already.
var errQuiet = errors.New("said already")

// Run parses the command line, does what it says and returns the exit status:
// 0 done, 1 failed, 2 not understood.
func (p Program) Run(ctx context.Context) int {
	var c cli
	status := -1
	parser, err := kong.New(&c,
		kong.Name("trackbot"), kong.Description("Answers questions on Webex tracking codes in Webex spaces."),
		kong.Writers(p.Stdout, p.Stderr), kong.Exit(func(code int) { status = code }), kong.UsageOnError(),
		kong.Vars{"version": "trackbot " + app.Version()})
	if err != nil {
		panic(err) // the struct above is wrong
	}
	args := p.Args
	if len(args) > 0 && args[0] == "help" { // as many programs have it: help queue is queue --help
		args = append(slices.Clone(args[1:]), "--help")
	}
	parsed, err := parser.Parse(args)
	switch {
	case status >= 0: // --help was printed
		return status
	case err != nil:
		say(p.Stderr, "trackbot: %v\n", err)
		return 2
	}
	if err := p.do(ctx, strings.Fields(parsed.Command()), c); err != nil {
		if !errors.Is(err, errQuiet) {
			say(p.Stderr, "trackbot: %v\n", err)
		}
		return 1
	}
	return 0
}

// do runs a command by its words, such as queue and list.
func (p Program) do(ctx context.Context, command []string, c cli) error {
	switch command[0] {
	case "serve":
		return p.serve(ctx)
	case "demo":
		return p.demo(ctx, c.Demo)
	case "ask":
		return p.ask(ctx, c.Ask)
	case "login":
		return p.login(ctx, c.Login)
	case "check":
		return p.check(ctx)
	case "audit":
		return p.auditRecord(ctx, command[1], c.Audit)
	case "queue":
		return p.queue(ctx, command[1], c.Queue)
	case "backup":
		return p.backup(ctx, c.Backup)
	case "simulate":
		return p.simulate(ctx, c.Simulate)
	case "health":
		return p.health(ctx)
	case "version":
		say(p.Stdout, "trackbot %s\n", app.Version())
		return nil
	}
	return fmt.Errorf("no such command: %s", command[0])
}

// say writes for people. A line that can't be written has nobody to tell.
func say(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, format, args...) //nolint:errcheck // see above
}

// load reads the configuration and says every problem of it on stderr.
func (p Program) load(need config.Need) (config.Config, error) {
	c, err := config.Load(need, p.Environ, p.Dotenv, app.AccessProblems)
	if err != nil {
		say(p.Stderr, "trackbot can't start. What is wrong:\n\n%s\n\n.env.example explains each variable.\n", err)
		return c, errQuiet
	}
	return c, nil
}

// width is how many columns a card is drawn in: COLUMNS, those of the terminal, or
// what reads well.
func (p Program) width() int {
	for _, v := range p.Environ {
		if s, ok := strings.CutPrefix(v, "COLUMNS="); ok {
			if n, err := strconv.Atoi(s); err == nil && n > 0 {
				return min(n, widest)
			}
		}
	}
	if p.Columns > 0 {
		return min(p.Columns, widest)
	}
	return demo.DrawWidth
}

// widest is how many columns of a wide terminal a card takes at most.
const widest = 100

// logger writes to stderr: text for people, JSON for machines.
func (p Program) logger(c config.Config) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" || c.LogFormat == "" && p.Terminal {
		return slog.New(slog.NewTextHandler(p.Stderr, o))
	}
	return slog.New(slog.NewJSONHandler(p.Stderr, o))
}
