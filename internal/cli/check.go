package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"trackbot/bot"
	"trackbot/internal/app"
	"trackbot/internal/config"
	"trackbot/internal/receive"
	"trackbot/internal/store"
	"trackbot/internal/websocket"
	"trackbot/webex"
	"trackbot/webhook"
)

// report collects the findings of a check, a line each.
type report struct {
	out  io.Writer
	bad  int
	conf config.Config
	org  string // the bot's organization, where its token told
}

// within is the context of one point: twice as long as a question has, so that one site
// that doesn't answer takes no time from the others.
func within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 2*bot.Patience)
}

// ok says that a point holds.
func (r *report) ok(point, words string) { say(r.out, "ok    %-22s %s\n", point, words) }

// wrong says what does not hold and what to do about it.
func (r *report) wrong(point, words string) {
	r.bad++
	say(r.out, "WRONG %-22s %s\n", point, words)
}

// hint says what holds but is worth a look.
func (r *report) hint(point, words string) { say(r.out, "note  %-22s %s\n", point, words) }

// check says point by point what is wrong with configuration and tokens, and
// changes nothing. It ends with an error where something is.
func (p Program) check(ctx context.Context) error {
	c, err := config.Load(config.ForCheck, p.Environ, p.Dotenv, app.AccessProblems)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	r := &report{out: p.Stdout, conf: c}
	r.configuration()
	r.database(ctx)
	if c.APIURL != "" {
		r.botToken(ctx)
		r.adminToken(ctx)
		r.signIn(ctx)
	}
	if r.bad > 0 {
		say(p.Stdout, "\n%d to mend.\n", r.bad)
		return errQuiet
	}
	say(p.Stdout, "\nAll well.\n")
	return nil
}

func (r *report) configuration() {
	for _, problem := range r.conf.Problems {
		r.wrong(problem.Variable, problem.Words)
	}
	for _, w := range r.conf.Warnings {
		r.hint("configuration", w)
	}
	if len(r.conf.Problems) == 0 {
		r.ok("configuration", "every variable can be read")
	}
	r.ok("who may ask", app.Rules(r.conf).Summary())
}

func (r *report) botToken(ctx context.Context) {
	if r.conf.BotToken.IsZero() {
		return // configuration said so
	}
	b := webex.NewBot(app.ClientOptions(r.conf.APIURL, r.conf.BotToken))
	call, cancel := within(ctx)
	defer cancel()
	me, err := b.Me(call)
	switch {
	case err != nil:
		r.wrong("WEBEX_BOT_TOKEN", tokenWords(err))
		return
	case me.Type != "bot":
		r.wrong("WEBEX_BOT_TOKEN", fmt.Sprintf("belongs to %s, which is no bot but a %s", me.DisplayName, me.Type))
	default:
		r.org = me.OrgID
		r.ok("WEBEX_BOT_TOKEN", "belongs to the bot "+me.DisplayName)
	}
	for _, words := range app.Skew(b.Now(), time.Now()) {
		r.hint("clock", words)
	}
	if r.conf.Webhooks() {
		r.webhooks(ctx, b)
	}
	if r.conf.Websocket() {
		r.websocket(ctx)
	}
	r.adminRoom(ctx, b)
}

func (r *report) webhooks(ctx context.Context, b *webex.Bot) {
	if r.conf.PublicURL == "" || len(r.conf.WebhookSecrets) == 0 {
		return // configuration said so
	}
	call, cancel := within(ctx)
	defer cancel()
	findings := webhook.NewKeeper(receive.KeeperOptions(r.conf, b, slog.New(slog.DiscardHandler), nil)).Check(call)
	for _, f := range findings {
		if f.Mends {
			r.hint("webhooks", f.Text+" (the bot mends it by itself)")
			continue
		}
		r.wrong("webhooks", f.Text)
	}
	if len(findings) == 0 {
		r.ok("webhooks", "registered and active")
	}
}

// websocket looks whether the bot's account could be heard over a websocket.
func (r *report) websocket(ctx context.Context) {
	call, cancel := within(ctx)
	defer cancel()
	words, err := websocket.New(websocket.Options{
		U2C: r.conf.U2CURL, Name: receive.KeeperName + "-check", Logger: slog.New(slog.DiscardHandler),
		Token: func(context.Context) (string, error) { return r.conf.BotToken.Reveal(), nil },
		Inbox: func(context.Context, webex.Event) error { return nil },
	}).Check(call)
	if err != nil {
		r.wrong("websocket", tokenWords(err))
		return
	}
	r.ok("websocket", words)
}

// tokenWords says what a failed call means for whoever set the token.
func tokenWords(err error) string {
	e, ok := errors.AsType[*webex.Error](err)
	if !ok {
		return err.Error()
	}
	switch e.Status {
	case http.StatusUnauthorized:
		return "refused by Webex (401): it has run out, was withdrawn or is mistyped; make a new one"
	case http.StatusForbidden:
		return "not enough (403): tracking codes need meeting:admin_schedule_read and meeting:admin_schedule_write, and an account that administers the site"
	}
	return e.Error()
}

// database looks whether the database can be used, and writes nothing.
func (r *report) database(ctx context.Context) {
	point := "DATABASE_URL"
	if r.conf.DatabaseURL.IsZero() {
		point = "DATA_DIR"
	}
	call, cancel := within(ctx)
	defer cancel()
	db, err := openStore(call, r.conf, true)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := app.Writable(r.conf); err != nil && point == "DATA_DIR" {
			r.wrong(point, err.Error())
			return
		}
		r.ok(point, "has no database yet; it is made at the first start")
		return
	case err != nil:
		r.wrong(point, err.Error())
		return
	}
	err = errors.Join(db.View(call, func(tx *store.Tx) error { return tx.Check() }), db.Close())
	if err == nil && point == "DATA_DIR" {
		err = app.Writable(r.conf)
	}
	if err != nil {
		r.wrong(point, err.Error())
		return
	}
	r.ok(point, "the database is in order")
}

// health asks the bot of this machine whether it is alive.
func (p Program) health(ctx context.Context) error {
	c, err := p.load(config.ForHealth)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(c.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", http.NoBody)
	if err != nil {
		return fmt.Errorf("ask the bot: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the bot does not answer: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // only the status counts
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot is not well: %s", resp.Status)
	}
	return nil
}
