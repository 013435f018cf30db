// Package app is the running bot. [New] makes its parts from a configuration,
// and [App.Run] runs them and stops them in the reverse order.
//
// A question passes three stages. A receiver (package receive or webhook)
// stores an event in the events stage before it acknowledges it. A worker lets
// the bot (package bot) fetch, understand, allow and answer it, and stores the
// reply in the replies stage. Another worker posts the reply in the thread of
// the question.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"trackbot/bot"
	"trackbot/handlers"
	"trackbot/internal/audit"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/receive"
	"trackbot/internal/signin"
	"trackbot/internal/telemetry"
	"trackbot/webex"
)

// stopGrace is how long the questions under way may take after a signal.
const stopGrace = 10 * time.Second

// readyPatience is how long one look at the readiness may take.
const readyPatience = 2 * time.Second

// App is the bot as it runs: everything that was started, and how to stop it.
type App struct {
	c         config.Config
	log       *slog.Logger
	queue     *queue.Queue
	events    *queue.Stage[webex.Event]
	replies   *queue.Stage[bot.Outgoing]
	audit     *audit.Log
	jobs      *queue.Stage[bot.Job]
	long      jobs // what is known of them
	shared    *shared
	pauses    map[string]*webex.Pause // by the token's name
	bot       *bot.Bot
	sites     *bot.Sites
	keys      *webex.Keys                              // of the admin's sign-in; nil with a token
	expiry    func(context.Context) (time.Time, error) // of the admin's token
	metrics   *telemetry.Metrics
	admin     *telemetry.Server
	receivers *receive.Receivers
	notes     bot.Store // how answers came about, and the lines of works under way
	began     time.Time
	heardAt   atomic.Int64 // when an event came last, in Unix milliseconds; 0: never
	listener  net.Listener // of LISTEN_ADDR
}

// New opens the queue and the listeners and makes the parts. Webex is not
// asked yet: the bot starts without it. [App.Run] must follow, since it closes
// what is opened here.
func New(ctx context.Context, c config.Config, log *slog.Logger) (*App, error) {
	a := &App{c: c, log: log, began: time.Now()}
	var err error
	a.queue, err = queue.Open(ctx, QueueOptions(c, log.With("part", "queue")))
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", StoreError(err))
	}
	log.Info("who may ask", "rules", Rules(c).Summary())
	if a.audit, err = openAudit(c, log.With("part", "audit")); err != nil { //nolint:contextcheck // it waits two seconds at most
		return nil, errors.Join(err, a.queue.Close(ctx))
	}
	if err := a.parts(ctx); err != nil {
		return nil, errors.Join(err, a.audit.Close(), a.queue.Close(ctx))
	}
	return a, nil
}

// parts makes what stands on the queue.
func (a *App) parts(ctx context.Context) error {
	var err error
	if a.shared, err = newShared(ctx, a.queue, a.log.With("part", "shared")); err != nil {
		return err
	}
	long, err := a.queue.Bucket(ctx, "jobs", jobAge)
	if err != nil {
		return fmt.Errorf("open the bucket jobs: %w", err)
	}
	a.long = jobs{long}
	a.metrics = telemetry.New(a.state())
	a.pauses = map[string]*webex.Pause{"bot": a.shared.pause(ctx, "bot"), "admin": a.shared.pause(ctx, "admin")}
	client := webex.NewBot(a.client("bot", ClientOptions(a.c.APIURL, a.c.BotToken)))
	if a.keys, err = signin.NewKeys(a.c, a.queue, a.log.With("part", "admin sign-in"), a.warnAdmin); err != nil {
		return err
	}
	admin := webex.NewAdmin(a.client("admin", AdminOptions(a.c, a.keys)))
	a.expiry = admin.TokenExpiry
	if err := a.makeBot(ctx, client, admin); err != nil {
		return err
	}
	if err := a.stages(ctx); err != nil {
		return err
	}
	if err := a.makeReceivers(ctx, client); err != nil {
		return err
	}
	a.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", a.c.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	if a.c.AdminAddr == "" {
		return nil
	}
	if a.admin, err = telemetry.Listen(ctx, a.c.AdminAddr, a.metrics); err != nil {
		return errors.Join(err, a.listener.Close())
	}
	return nil
}

// makeBot makes the bot with its sites and commands.
func (a *App) makeBot(ctx context.Context, client *webex.Bot, admin *webex.Admin) error {
	var err error
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
		Gate: Gate(a.c), Signer: a.shared.signer, Again: a.shared.again, First: a.shared.first, Tell: a.postLater, Notes: a.notes, Echo: a.echo,
		Record: a.record, Recordable: a.audit.Writable, Logger: a.log.With("part", "bot"),
		WorkPace: time.Minute / time.Duration(a.c.BulkPerMinute),
	}
	if a.replicated() {
		a.sites.List = a.shared.sites(admin.Sites)
		o.Webex, o.PeopleAge = sharedPeople{client, a.shared}, recordAge
	}
	a.bot = bot.New(o)
	return nil
}

// commandParts is what the commands get.
func (a *App) commandParts(admin handlers.Admin) handlers.Parts {
	return handlers.Parts{
		Admin: admin, Sites: a.sites, CacheAge: time.Duration(a.c.CacheSeconds) * time.Second,
		Notes: a.notes, Status: a.status, Jobs: a.long,
	}
}

// makeReceivers makes what hears of events.
func (a *App) makeReceivers(ctx context.Context, client *webex.Bot) error {
	rooms, err := newStore(ctx, a.queue, "rooms", maxWait)
	if err != nil {
		return err
	}
	a.receivers = receive.New(receive.Options{
		Config: a.c, Client: client, Put: a.putEvent, Notes: store{a.shared.install}, Rooms: rooms,
		Outage: a.reportOutage, Logger: a.log,
	})
	return nil
}

// replicated reports whether other replicas of this bot may run.
func (a *App) replicated() bool { return a.c.NATSURL != "" }

// client adds to the options of a client what this app has for its token.
func (a *App) client(name string, o webex.Options) webex.Options {
	o.Logger, o.Pause, o.Observe = a.log.With("part", name+" token"), a.pauses[name], a.metrics.Called
	return o
}

// Addr is the address of the HTTP side, of LISTEN_ADDR.
func (a *App) Addr() string { return a.listener.Addr().String() }

// AdminAddr is the address of the admin server; empty without ADMIN_ADDR.
func (a *App) AdminAddr() string {
	if a.admin == nil {
		return ""
	}
	return a.admin.Addr()
}

// NotReady says why the bot is not ready, in words; nothing means ready.
func (a *App) NotReady(ctx context.Context) []string {
	var reasons []string
	for _, p := range a.readiness(ctx) {
		if p.Err != nil {
			reasons = append(reasons, p.Err.Error())
		}
	}
	return reasons
}

// readiness asks each part whether it is ready.
func (a *App) readiness(ctx context.Context) []telemetry.Part {
	return []telemetry.Part{{Name: "queue", Err: a.queue.Ready()}, {Name: "identity", Err: a.bot.Ready()}, {Name: "sites", Err: a.sites.Ready(ctx)}, {Name: "ears", Err: a.receivers.Ready(ctx)}}
}

// state is what the metrics show of the moment of a scrape.
func (a *App) state() telemetry.State {
	return telemetry.State{
		Ready: a.readiness,
		Waiting: func(ctx context.Context) []telemetry.Stage {
			count := func(name string, f func(context.Context) (int, error)) telemetry.Stage {
				n, err := f(ctx)
				return telemetry.Stage{Name: name, Count: n, Err: err}
			}
			return []telemetry.Stage{count("events", a.events.Waiting), count("jobs", a.jobs.Waiting), count("replies", a.replies.Waiting)}
		},
		Websocket: func() (telemetry.Websocket, bool) {
			if !a.c.Websocket() {
				return telemetry.Websocket{}, false
			}
			h, connected := a.receivers.Websocket()
			return telemetry.Websocket{Health: h, Connected: connected}, true
		},
		SignIn: func() (telemetry.SignIn, bool) {
			if a.keys == nil {
				return telemetry.SignIn{}, false
			}
			s := a.keys.Status()
			return telemetry.SignIn{AccessExpires: s.AccessExpires, RefreshExpires: s.RefreshExpires, Refused: s.Refused != "", Refreshes: s.Refreshes}, true
		},
	}
}
