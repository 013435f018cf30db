package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"trackbot/webhook"
)

// Run serves until ctx is done and then stops in the reverse order of
// starting: receivers, workers, queue. It ends with an error where a part ended
// by itself.
func (a *App) Run(ctx context.Context) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	errs := make(chan error, 16) // more than there are parts
	spawn := func(wg *sync.WaitGroup, part string, f func() error) {
		wg.Go(func() {
			if err := f(); err != nil && !errors.Is(err, context.Canceled) {
				err = fmt.Errorf("%s: %w", part, err)
				errs <- err
				stop(err) // one part gone: stop the others in good order
			}
		})
	}
	var workers, receivers sync.WaitGroup
	a.startWorkers(ctx, work, func(part string, f func() error) { spawn(&workers, part, f) })
	a.startReceivers(ctx, func(part string, f func() error) { spawn(&receivers, part, f) })
	a.log.Info("listening", "address", a.Addr(), "version", Version())
	<-ctx.Done()
	a.log.Info("stopping")
	receivers.Wait()
	stopWork()
	workers.Wait()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	errs <- a.queue.Close(end)
	errs <- a.audit.Close()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// startWorkers starts what goes on until the receivers have stopped; work is
// done then. ctx is done as soon as the bot is to stop.
func (a *App) startWorkers(ctx, work context.Context, spawn func(part string, f func() error)) {
	spawn("events", func() error { return a.events.Run(work, a.answer) })
	spawn("jobs", func() error { return a.jobs.Run(work, a.work(ctx)) })
	spawn("replies", func() error { return a.replies.Run(work, a.send) })
	if a.keys != nil {
		spawn("admin sign-in", func() error { return a.keys.Run(work) })
	}
	if a.admin != nil {
		spawn("ADMIN_ADDR", func() error { return a.admin.Serve(work, a.log.With("part", "admin server")) })
	}
}

// startReceivers starts what stops first, when ctx is done.
func (a *App) startReceivers(ctx context.Context, spawn func(part string, f func() error)) {
	if a.admin != nil && a.keys == nil {
		spawn("token watch", func() error { return a.metrics.WatchToken(ctx, a.expiry) })
	}
	spawn("identity", func() error { return a.bot.Learn(ctx) })
	spawn("webhook receiver", func() error { return webhook.Serve(ctx, a.listener, a.metrics.Deliveries(a.handler(ctx)), a.log) })
	spawn("receivers", func() error { return a.receivers.Run(ctx, a.runAsLeader) })
	spawn("notes", func() error { return a.shared.listen(ctx, a.bot, a.pauses) })
}

// handler is the HTTP side of the bot.
func (a *App) handler(ctx context.Context) http.Handler {
	secrets := make([]string, len(a.c.WebhookSecrets))
	for i, s := range a.c.WebhookSecrets {
		secrets[i] = s.Reveal()
	}
	return webhook.NewHandler(webhook.Options{
		Secrets: secrets, Inbox: a.hear, Websocket: a.receivers.Health, Logger: a.log.With("part", "receiver"),
		Ready: func() []string {
			if ctx.Err() != nil {
				return []string{"the bot is stopping"}
			}
			look, cancel := context.WithTimeout(ctx, readyPatience)
			defer cancel()
			return a.NotReady(look)
		},
	})
}
