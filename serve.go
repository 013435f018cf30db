package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"trackbot/bot"
	"trackbot/handlers"
	"trackbot/internal/audit"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/webex"
	"trackbot/webhook"
)

// stopGrace is how long the questions under way may take after a signal.
const stopGrace = 10 * time.Second

// maxReplyCrashes is how often the process may end while a reply is being posted
// before the reply counts as the cause: to post is hardly ever that, and giving
// it up loses an answer.
const maxReplyCrashes = 50

// How long an event or a reply may wait to be worked on, and how often it is
// tried meanwhile: with the longest back-off, of a minute, 1,500 times.
const (
	maxWait  = 25 * time.Hour
	maxTries = 2000
)

// readyPatience is how long one look at the readiness may take.
const readyPatience = 2 * time.Second

// leaseTime is how long a replica that died holds its lease at most; another
// one takes over within four thirds of it, which leaves time to look at the
// webhooks within 15 s (see [queue.Bucket.Hold]). It is longer than the 8.7 s
// that a NATS cluster was seen to take for choosing another leader.
const leaseTime = 9 * time.Second

// keeperName tells our webhooks from others of the same bot.
const keeperName = "trackbot"

// memoryLimit is from where memory is collected rather than taken, in bytes. The
// store keeps the newest block of each stream in memory, and the names of what is
// stored or was done, and without a limit the collector lets as much garbage stand
// beside them. With this one 20,000 waiting questions take 139 MiB in all, and
// 100,000 take 177. A higher one is hardly faster with 20,000, but it is with
// 100,000; GOMEMLIMIT sets it.
const memoryLimit = 110 << 20

// app is the bot as it runs: everything that was started, and how to stop it.
type app struct {
	c       config.Config
	log     *slog.Logger
	queue   *queue.Queue
	events  *queue.Stage[webex.Event]
	replies *queue.Stage[bot.Outgoing]
	audit   *audit.Log
	jobs    *queue.Stage[bot.Job]
	long    jobs // what is known of them
	shared  *shared
	pauses  map[string]*webex.Pause // by the token's name
	bot     *bot.Bot
	sites   *bot.Sites
	keys    *webex.Keys                              // of the admin's sign-in; nil with a token
	expiry  func(context.Context) (time.Time, error) // of the admin's token
	inside  *inside
	metrics *metrics
	hearing *hearing
	notes   bot.Store // how answers came about, and the lines of works under way
	began   time.Time
	heardAt atomic.Int64 // when an event came last, in Unix milliseconds; 0: never
	ears    net.Listener
}

// serve runs the bot until ctx is done.
func (p program) serve(ctx context.Context) error {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // not set
		debug.SetMemoryLimit(memoryLimit)
	}
	c, err := p.load(config.ForServe)
	if err != nil {
		return err
	}
	log := p.logger(c)
	for _, w := range c.Warnings {
		log.Warn("configuration", "warning", w)
	}
	a, err := newApp(ctx, c, log)
	if err != nil {
		return err
	}
	return a.run(ctx)
}

// newApp opens the queue and the listener and makes the parts. Webex is not
// asked yet: the bot starts without it.
func newApp(ctx context.Context, c config.Config, log *slog.Logger) (*app, error) {
	a := &app{c: c, log: log, began: time.Now()}
	var err error
	a.queue, err = queue.Open(ctx, queueOptions(c, log.With("part", "queue")))
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", storeError(err))
	}
	log.Info("who may ask", "rules", rules(c).Summary())
	if a.audit, err = openAudit(c, log.With("part", "audit")); err != nil { //nolint:contextcheck // it waits two seconds at most
		return nil, errors.Join(err, a.queue.Close(ctx))
	}
	if err := a.parts(ctx); err != nil {
		return nil, errors.Join(err, a.audit.Close(), a.queue.Close(ctx))
	}
	return a, nil
}

// parts makes what stands on the queue.
func (a *app) parts(ctx context.Context) error {
	var err error
	a.inside = newInside()
	a.metrics = newMetrics(a.inside.registry)
	a.inside.registry.MustRegister(gauges{a})
	if a.shared, err = newShared(ctx, a.queue, a.log.With("part", "shared")); err != nil {
		return err
	}
	long, err := a.queue.Bucket(ctx, "jobs", jobAge)
	if err != nil {
		return fmt.Errorf("open the bucket jobs: %w", err)
	}
	a.long = jobs{long}
	a.pauses = map[string]*webex.Pause{"bot": a.shared.pause(ctx, "bot"), "admin": a.shared.pause(ctx, "admin")}
	client := webex.NewBot(a.client("bot", clientOptions(a.c.APIURL, a.c.BotToken)))
	if a.keys, err = newKeys(a.c, a.queue, a.log.With("part", "admin sign-in"), a.warnAdmin); err != nil {
		return err
	}
	admin := webex.NewAdmin(a.client("admin", adminOptions(a.c, a.keys)))
	a.expiry = admin.TokenExpiry
	a.sites = &bot.Sites{Allowed: a.c.AllowedSites, Default: a.c.DefaultSite, Nicknames: a.c.SiteNicknames, List: admin.Sites}
	if a.sites.Chosen, err = newStore(ctx, a.queue, "chosen", 0); err != nil {
		return err
	}
	noted, err := newStore(ctx, a.queue, "traces", traceAge)
	if err != nil {
		return err
	}
	a.notes = botNotes{noted, func(ctx context.Context, answer string) ([]byte, error) { return a.replies.Kept(ctx, answer) }}
	o := bot.Options{
		Webex: client, Commands: handlers.All(a.commandParts(admin)), Sites: a.sites,
		Gate: gate(a.c), Signer: a.shared.signer, Again: a.shared.again, First: a.shared.first, Tell: a.tell, Notes: a.notes, Echo: a.echo,
		Record: a.record, Recordable: a.audit.Writable, Logger: a.log.With("part", "bot"),
		WorkPace: time.Minute / time.Duration(a.c.BulkPerMinute),
	}
	if a.replicated() {
		a.sites.List = a.shared.sites(admin.Sites)
		o.Webex, o.PeopleAge = sharedPeople{client, a.shared}, recordAge
	}
	a.bot = bot.New(o)
	if err := a.stages(ctx); err != nil {
		return err
	}
	if a.hearing, err = a.listening(ctx, client); err != nil {
		return err
	}
	a.ears, err = (&net.ListenConfig{}).Listen(ctx, "tcp", a.c.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	if err := a.inside.listen(ctx, a.c.AdminAddr); err != nil {
		return errors.Join(err, a.ears.Close())
	}
	return nil
}

// stages are the two steps that a question waits in: heard, and answered.
// What can't be fetched or posted for a day and an hour is given up: by then
// its thread reads that it is too late.
func (a *app) stages(ctx context.Context) error {
	var err error
	a.events, err = queue.NewStage[webex.Event](ctx, a.queue, queue.StageOptions{
		Name: "events", Workers: a.c.Workers, MaxAge: maxWait, MaxAttempts: maxTries, Grace: stopGrace,
	})
	if err != nil {
		return fmt.Errorf("open the events stage: %w", err)
	}
	a.events.OnFail = a.sorry
	a.replies, err = queue.NewStage[bot.Outgoing](ctx, a.queue, queue.StageOptions{
		Name: "replies", Workers: a.c.Workers, MaxCrashes: maxReplyCrashes, MaxAge: maxWait, MaxAttempts: maxTries, Once: true, Internal: true, Grace: stopGrace,
	})
	if err != nil {
		return fmt.Errorf("open the replies stage: %w", err)
	}
	a.replies.Keep = func(it queue.Item[bot.Outgoing]) []byte { return it.Value.Kept() }
	a.jobs, err = queue.NewStage[bot.Job](ctx, a.queue, queue.StageOptions{
		Name: "jobs", Workers: 1, MaxAge: maxWait, Internal: true, Grace: stopGrace,
	})
	if err != nil {
		return fmt.Errorf("open the jobs stage: %w", err)
	}
	a.jobs.OnFail = a.cutOff
	return nil
}

// commandParts is what the commands get.
func (a *app) commandParts(admin handlers.Admin) handlers.Parts {
	return handlers.Parts{
		Admin: admin, Sites: a.sites, CacheAge: time.Duration(a.c.CacheSeconds) * time.Second,
		Notes: a.notes, Status: a.status, Jobs: a.long,
	}
}

// replicated reports whether other replicas of this bot may run.
func (a *app) replicated() bool { return a.c.NATSURL != "" }

// client adds to the options of a client what this app has for its token.
func (a *app) client(name string, o webex.Options) webex.Options {
	o.Logger, o.Pause, o.Observe = a.log.With("part", name+" token"), a.pauses[name], a.metrics.called
	return o
}

func clientOptions(base string, token config.Secret) webex.Options {
	return webex.Options{BaseURL: base, Token: func(context.Context) (string, error) { return token.Reveal(), nil }}
}

// check is what one part of the bot says of its readiness.
type check struct {
	part string
	err  error // why it is not ready, in words
}

// checks asks each part whether it is ready.
func (a *app) checks(ctx context.Context) []check {
	return []check{{"queue", a.queue.Ready()}, {"identity", a.bot.Ready()}, {"sites", a.sites.Ready(ctx)}, {"ears", a.hearing.Ready(ctx)}}
}

// notReady says why the bot is not ready, in words; nothing means ready.
func (a *app) notReady(ctx context.Context) []string {
	var reasons []string
	for _, c := range a.checks(ctx) {
		if c.err != nil {
			reasons = append(reasons, c.err.Error())
		}
	}
	return reasons
}

// run serves until ctx is done and then stops in the reverse order of
// starting: ears, workers, queue.
func (a *app) run(ctx context.Context) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var workers, ears sync.WaitGroup
	errs := make(chan error, 16) // more than there are parts
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	spawn := func(wg *sync.WaitGroup, part string, f func() error) {
		wg.Go(func() {
			if err := f(); err != nil && !errors.Is(err, context.Canceled) {
				err = fmt.Errorf("%s: %w", part, err)
				errs <- err
				stop(err) // one part gone: stop the others in good order
			}
		})
	}
	spawn(&workers, "events", func() error { return a.events.Run(work, a.answer) })
	spawn(&workers, "jobs", func() error { return a.jobs.Run(work, a.work(ctx)) })
	spawn(&workers, "replies", func() error { return a.replies.Run(work, a.send) })
	if a.keys != nil {
		spawn(&workers, "admin sign-in", func() error { return a.keys.Run(work) })
	}
	if a.inside.listener != nil {
		spawn(&workers, "ADMIN_ADDR", func() error { return a.inside.serve(work, a.log.With("part", "inside")) })
		if a.keys == nil {
			spawn(&ears, "token watch", func() error { return a.inside.watchToken(ctx, a.expiry) })
		}
	}
	spawn(&ears, "identity", func() error { return a.bot.Learn(ctx) })
	spawn(&ears, "sites", func() error { return a.sites.Run(ctx) })
	spawn(&ears, "webhook receiver", func() error { return webhook.Serve(ctx, a.ears, a.counted(a.handler(ctx)), a.log) })
	spawn(&ears, "ears", func() error { return a.hearing.Run(ctx, a.shared.leases) })
	spawn(&ears, "notes", func() error { return a.shared.listen(ctx, a.bot, a.pauses) })
	a.log.Info("listening", "address", a.ears.Addr().String(), "version", version())
	<-ctx.Done()
	a.log.Info("stopping")
	ears.Wait()
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

// handler is the HTTP side of the bot.
func (a *app) handler(ctx context.Context) http.Handler {
	secrets := make([]string, len(a.c.WebhookSecrets))
	for i, s := range a.c.WebhookSecrets {
		secrets[i] = s.Reveal()
	}
	return webhook.NewHandler(webhook.Options{
		Secrets: secrets, Inbox: a.hear, Websocket: a.hearing.health, Logger: a.log.With("part", "receiver"),
		Ready: func() []string {
			if ctx.Err() != nil {
				return []string{"the bot is stopping"}
			}
			look, cancel := context.WithTimeout(ctx, readyPatience)
			defer cancel()
			return a.notReady(look)
		},
	})
}
