// Package app is the running bot. [New] makes its parts from a configuration,
// and [App.Run] runs them and stops them in the reverse order.
//
// A question is three commits. Heard: a receiver (package receive or webhook)
// stores an event in the inbox before it acknowledges it. Answered: a worker lets
// the bot (package bot) fetch, understand, allow and answer it, and stores the
// messages in the outbox together with the line of the record and the end of the
// event. Posted: another worker posts a message in the thread of the question and
// stores where it stands.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/handlers"
	"trackbot/internal/audit"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/readings"
	"trackbot/internal/receive"
	"trackbot/internal/signin"
	"trackbot/internal/store"
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
	db        *store.DB
	disk      *disk
	inbox     *queue.Worker
	jobs      *queue.Worker
	turns     chan struct{} // of questions that ask the admin API
	outbox    *queue.Worker
	pauses    map[string]*webex.Pause // by the token's name
	bot       *bot.Bot
	sites     *bot.Sites
	tokens    *signin.Tokens                           // of the admin's sign-in; nil with a token of the settings
	expiry    func(context.Context) (time.Time, error) // of the admin's token
	metrics   *telemetry.Metrics
	admin     *telemetry.Server
	receivers *receive.Receivers
	reader    *readings.Reader // of the sites' codes
	changing  handlers.Changes // what may be changed, and how
	commands  handlers.Parts   // what the commands are made of
	began     time.Time
	webexNow  func() time.Time // Webex's time
	notReady  atomic.Value     // what the log said last of why the bot is not ready
	dropped   atomic.Int64     // events of refused people since the last line about them
	heardAt   atomic.Int64     // when an event came last, in Unix milliseconds; 0: never
	listener  net.Listener     // of LISTEN_ADDR
}

// New opens the database and the listeners and makes the parts. Webex is not
// asked yet: the bot starts without it. [App.Run] must follow, since it closes
// what is opened here. A test may change how the database is opened.
func New(ctx context.Context, c config.Config, log *slog.Logger, changes ...func(*store.Options)) (*App, error) {
	a := &App{c: c, log: log, began: time.Now()}
	o := StoreOptions(c, log.With("part", "store"))
	o.Bot = true
	for _, change := range changes {
		change(&o)
	}
	var err error
	if a.db, err = store.Open(ctx, o); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	log.Info("who may ask", "rules", Rules(c).Summary())
	if err := a.parts(ctx); err != nil {
		return nil, errors.Join(err, a.db.Close())
	}
	return a, nil
}

// parts makes what stands on the database.
func (a *App) parts(ctx context.Context) error {
	a.disk = &disk{reserve: reserve(a.c)}
	if a.db.Single() {
		a.disk.dir = a.c.DataDir
	}
	a.metrics = telemetry.New(a.state())
	a.pauses = map[string]*webex.Pause{"bot": a.pause(ctx, "bot"), "admin": a.pause(ctx, "admin")}
	client := webex.NewBot(a.client("bot", ClientOptions(a.c.APIURL, a.c.BotToken)))
	a.webexNow = client.Now
	var err error
	if a.tokens, err = signin.New(signin.Options{Config: a.c, DB: a.db, Logger: a.log.With("part", "admin sign-in"), Warn: a.warnAdmin}); err != nil {
		return err
	}
	admin := webex.NewAdmin(a.client("admin", AdminOptions(a.c, a.tokens)))
	a.expiry = admin.TokenExpiry
	a.makeBot(client, admin)
	a.makeReader(admin)
	a.makeWorkers()
	a.receivers = receive.New(receive.Options{
		Config: a.c, Client: client, Put: a.putEvent, Accepting: a.accepting, Own: a.bot.Own, Notes: notes{a.db}, Shared: !a.db.Single(), Outage: a.reportOutage, Logger: a.log,
	})
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
func (a *App) makeBot(client *webex.Bot, admin *webex.Admin) {
	a.sites = &bot.Sites{Allowed: a.c.AllowedSites, Default: a.c.DefaultSite, Nicknames: a.c.SiteNicknames, List: admin.Sites, Chosen: notes{a.db}.Get}
	gate := Gate(a.c, a.suppress)
	a.changing = a.changes(client, admin, gate)
	codes := handlers.Remember(admin, time.Duration(a.c.CacheSeconds)*time.Second)
	a.commands = a.commandParts(codes, admin)
	a.bot = bot.New(bot.Options{
		Webex: client, Commands: handlers.All(a.commands), Sites: a.sites,
		Grammar: ask.New(ask.Languages()...), Names: codes.Names, Note: notes{a.db}.Get, Begun: plans{a.db}.Begun,
		Gate: gate, Signer: (&signer{notes: notes{a.db}}).get, Again: a.again, First: a.first, Joined: a.joined,
		Enqueue: a.enqueue, Outbox: outbox{a.db}, AdminTurn: a.adminTurn, Logger: a.log.With("part", "bot"),
		WorkPace: a.bulkPace(),
	})
}

// commandParts is what the commands get.
func (a *App) commandParts(codes handlers.Admin, admin *webex.Admin) handlers.Parts {
	return handlers.Parts{
		Admin: codes, Bulk: admin, Sites: a.sites,
		Traces: outbox{a.db}, Status: a.status, Jobs: jobs{a.db}, About: About(a.c),
		Changes: a.changing, Now: a.db.Date,
		History: readings.Memory{DB: a.db}, Watches: a.watches, AdminAudit: admin.AuditEvents, MeetingUsage: admin.UsedMeetings, ComingMeetings: admin.ComingMeetings,
		Months: handlers.Months{With: notes{a.db}.With, Keep: time.Duration(a.c.AuditDays) * 24 * time.Hour},
	}
}

// About is what the commands tell of the bot, after its settings.
func About(c config.Config) handlers.About {
	return handlers.About{
		Contact: c.Contact, AuditDays: c.AuditDays, CacheAge: time.Duration(c.CacheSeconds) * time.Second, WatchMinutes: c.WatchMinutes,
		Links: handlers.Links{ControlHub: c.ControlHubURL, SiteAdmin: c.SiteAdminURL},
	}
}

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

// publicReasons is NotReady for everybody: in our words alone, since what Webex or
// the database said may hold what only the log should. The log has it, once.
func (a *App) publicReasons(ctx context.Context) []string {
	var reasons, whole []string
	for _, p := range a.readiness(ctx) {
		if p.Err != nil {
			reasons, whole = append(reasons, ownWords(p)), append(whole, p.Err.Error())
		}
	}
	all := strings.Join(whole, "; ")
	if last, _ := a.notReady.Swap(all).(string); all != "" && all != last {
		a.log.Warn("not ready", "why", all)
	}
	return reasons
}

// ownWords says that a part is not ready, without what others said about it.
func ownWords(p telemetry.Part) string {
	switch p.Name {
	case "database":
		if e, ok := errors.AsType[*store.UnavailableError](p.Err); ok {
			return "database unavailable: " + e.Reason
		}
		return "database unavailable"
	case "identity":
		return "identity: Webex has not yet said who this bot is"
	case "sites":
		return "sites: Webex has not yet said which sites there are, and ALLOWED_SITES is not set"
	}
	return "receivers: events from Webex don't come in, by webhooks or a websocket"
}

// publicWebsocket is how the websocket is, without what others said about it.
func (a *App) publicWebsocket() any {
	if a.receivers.Health() == nil {
		return nil
	}
	h, _ := a.receivers.Websocket()
	h.Trouble = ""
	return h
}

// maxSkew is by how much this machine's clock may differ from Webex's: beyond it
// buttons and tokens end early or late.
const maxSkew = 30 * time.Second

// Skew warns where this machine's clock and Webex's differ by over 30 s, as the
// last answer of Webex told it; nothing means that they don't.
func Skew(webexNow, now time.Time) []string {
	ahead := now.Sub(webexNow).Round(time.Second)
	switch {
	case ahead > maxSkew:
		return []string{fmt.Sprintf("the clock of this machine is %v ahead of Webex's", ahead)}
	case ahead < -maxSkew:
		return []string{fmt.Sprintf("the clock of this machine is %v behind Webex's", -ahead)}
	}
	return nil
}

// accepting returns nil while events can be stored; otherwise why not.
func (a *App) accepting() error { return errors.Join(a.db.Err(), a.disk.room()) }

// readiness asks each part whether it is ready.
func (a *App) readiness(ctx context.Context) []telemetry.Part {
	return []telemetry.Part{{Name: "database", Err: a.accepting()}, {Name: "identity", Err: a.bot.Ready()}, {Name: "sites", Err: a.sites.Ready(ctx)}, {Name: "receivers", Err: a.receivers.Ready(ctx)}}
}

// state is what the metrics show of the moment of a scrape.
func (a *App) state() telemetry.State {
	return telemetry.State{
		Ready: a.readiness,
		Audit: func(ctx context.Context) (int64, string, error) { return audit.Head(ctx, a.db) },
		Waiting: func(ctx context.Context) []telemetry.Stage {
			var waiting []telemetry.Stage
			for _, t := range queue.Tables() {
				s := telemetry.Stage{Name: string(t)}
				s.Count, s.Err = store.Read(ctx, a.db, func(tx *store.Tx) (int, error) { return queue.Open(tx, t) })
				waiting = append(waiting, s)
			}
			return waiting
		},
		Readings: a.lastReadings,
		Watches:  a.countWatches,
		Websocket: func() (telemetry.Websocket, bool) {
			if !a.c.Websocket() {
				return telemetry.Websocket{}, false
			}
			h, connected := a.receivers.Websocket()
			return telemetry.Websocket{Health: h, Connected: connected}, true
		},
		SignIn: func() (telemetry.SignIn, bool) {
			if a.tokens == nil {
				return telemetry.SignIn{}, false
			}
			s := a.tokens.Status()
			return telemetry.SignIn{AccessExpires: s.AccessExpires, RefreshExpires: s.RefreshExpires, Refused: s.Refused != "", Refreshes: s.Refreshes}, true
		},
	}
}
