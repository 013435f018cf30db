package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"trackbot/internal/audit"
	"trackbot/internal/readings"
	"trackbot/internal/store"
	"trackbot/webhook"
)

// Run serves until ctx is done and then stops in the reverse order of
// starting: receivers, workers, what posts, the database. It ends with an error where a part ended
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
	var workers, posting, receivers sync.WaitGroup
	post, stopPost := context.WithCancel(context.WithoutCancel(ctx))
	defer stopPost()
	spawn(&posting, "outbox", func() error { return a.outbox.Run(post) })
	a.startWorkers(ctx, work, func(part string, f func() error) { spawn(&workers, part, f) })
	a.startReceivers(ctx, func(part string, f func() error) { spawn(&receivers, part, f) })
	a.log.Info("listening", "address", a.Addr(), "version", Version())
	a.logHead(ctx, "start")
	<-ctx.Done()
	a.log.Info("stopping")
	receivers.Wait()
	stopWork()
	workers.Wait()
	stopPost() // last, so that what was answered meanwhile is posted
	posting.Wait()
	a.logHead(context.WithoutCancel(ctx), "stop")
	errs <- a.db.Close()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// headEvery is how often the newest audit entry is written to the log.
const headEvery = time.Hour

// pruneEvery is how often what is over is removed from the database.
const pruneEvery = time.Minute

// startWorkers starts what goes on until the receivers have stopped; work is
// done then. ctx is done as soon as the bot is to stop: long work ends with it.
func (a *App) startWorkers(ctx, work context.Context, spawn func(part string, f func() error)) {
	spawn("inbox", func() error { return a.inbox.Run(work) })
	spawn("jobs", func() error { return a.jobs.Run(ctx) })
	spawn("prune", func() error { return a.prune(ctx) })
	if a.tokens != nil {
		spawn("admin sign-in", func() error { return a.tokens.Run(work) })
	}
	if a.admin != nil {
		spawn("ADMIN_ADDR", func() error { return a.admin.Serve(work, a.log.With("part", "admin server")) })
	}
}

// suppress counts an event of a refused person that was dropped unread.
func (a *App) suppress() {
	a.dropped.Add(1)
	a.metrics.Suppressed()
}

// prune removes what is over from the database once a minute, ends the cards of
// changes that nobody approved, and tells how many events of refused people were
// dropped in it.
func (a *App) prune(ctx context.Context) error {
	noted := time.Now()
	for t := time.NewTicker(pruneEvery); ; {
		if time.Since(noted) >= headEvery {
			a.logHead(ctx, "hour")
			noted = time.Now()
		}
		if n := a.dropped.Swap(0); n > 0 {
			a.log.Warn("people who were refused went on; dropped unread", "events", n)
		}
		err := a.db.Prune(ctx)
		if err == nil {
			err = errors.Join(a.db.Update(ctx, a.pruneRecord), a.endExpired(ctx))
		}
		if err != nil && ctx.Err() == nil {
			a.log.Warn("what is over could not be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
	}
}

// pruneRecord takes away what is older than AUDIT_DAYS.
func (a *App) pruneRecord(tx *store.Tx) error {
	if _, err := audit.Prune(tx, tx.Now().AddDate(0, 0, -a.c.AuditDays)); err != nil {
		return err
	}
	return readings.Prune(tx, tx.Date().AddDate(0, 0, -a.c.AuditDays))
}

// startReceivers starts what stops first, when ctx is done.
func (a *App) startReceivers(ctx context.Context, spawn func(part string, f func() error)) {
	if a.admin != nil && a.tokens == nil {
		spawn("token watch", func() error { return a.metrics.WatchToken(ctx, a.expiry) })
	}
	spawn("identity", func() error { return a.bot.Learn(ctx) })
	spawn("sites", func() error { return a.sites.Run(ctx) })
	spawn("webhook receiver", func() error {
		return webhook.Serve(ctx, a.listener, a.metrics.Deliveries(a.handler(ctx)), webhook.ServeOptions{
			Proxies: a.c.TrustedProxies, Refused: a.metrics.Refused, Connections: a.metrics.Connections, Logger: a.log.With("part", "receiver"),
		})
	})
	spawn("receivers", func() error { return a.receivers.Run(ctx, a.runAsLeader) })
	spawn("pauses", func() error { return a.watchPauses(ctx) })
	if a.c.WatchMinutes > 0 {
		spawn("readings", func() error { return a.runReader(ctx) })
	}
}

// handler is the HTTP side of the bot.
func (a *App) handler(ctx context.Context) http.Handler {
	secrets := make([]string, len(a.c.WebhookSecrets))
	for i, s := range a.c.WebhookSecrets {
		secrets[i] = s.Reveal()
	}
	return webhook.NewHandler(webhook.Options{
		Secrets: secrets, Inbox: a.hear, Websocket: a.publicWebsocket,
		Proxies: a.c.TrustedProxies, Refused: a.metrics.Refused, Logger: a.log.With("part", "receiver"),
		Ready: func() []string {
			if ctx.Err() != nil {
				return []string{"the bot is stopping"}
			}
			look, cancel := context.WithTimeout(ctx, readyPatience)
			defer cancel()
			return a.publicReasons(look)
		},
		Warnings: func() []string { return Skew(a.webexNow(), a.db.Date()) },
	})
}
