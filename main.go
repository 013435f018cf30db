// Trackbot answers questions on Webex tracking codes in Webex spaces.
//
// The top level tells the story of one question: [trackbot/webhook] hears of a
// message, [trackbot/bot] fetches, understands, allows and answers it with one
// of the commands of [trackbot/handlers], drawn by [trackbot/cards] and posted
// through [trackbot/webex]. The machinery under it is in internal;
// [trackbot/internal/app] puts the parts together.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"trackbot/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)                       // a second signal ends the process at once
	columns, _, _ := term.GetSize(int(os.Stdout.Fd())) // 0 where it is no terminal
	p := cli.Program{
		Args: os.Args[1:], Environ: os.Environ(), Dotenv: ".env",
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())), Columns: columns,
	}
	os.Exit(p.Run(ctx))
}
