package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/internal/app"
	"trackbot/internal/signin"
	"trackbot/internal/store"
	"trackbot/webex"
)

// signInSoon is how long before its end a sign-in is something to mend.
const signInSoon = 7 * 24 * time.Hour

// adminToken looks at the token of the settings and at what it opens.
func (r *report) adminToken(ctx context.Context) {
	if r.conf.AdminToken.IsZero() {
		return
	}
	a := webex.NewAdmin(app.ClientOptions(r.conf.APIURL, r.conf.AdminToken))
	call, cancel := within(ctx)
	defer cancel()
	if exp, err := a.TokenExpiry(call); err == nil && !exp.IsZero() {
		r.hint("WEBEX_ADMIN_TOKEN", "runs out in "+leftWords(exp)+", and nothing renews it (trackbot login gives one that is)")
	}
	r.sites(ctx, a, "WEBEX_ADMIN_TOKEN")
}

// leftWords says how long it is until a time.
func leftWords(at time.Time) string {
	left := time.Until(at)
	switch {
	case left < 48*time.Hour:
		return fmt.Sprintf("%.1f hours", left.Hours())
	default:
		return fmt.Sprintf("%d days", int(left.Hours()/24))
	}
}

// sites looks which sites the admin may ask and whether their codes can be
// read; variable is what to blame for a refusal.
func (r *report) sites(ctx context.Context, a *webex.Admin, variable string) {
	sites := &bot.Sites{Allowed: r.conf.AllowedSites, Default: r.conf.DefaultSite, List: a.Sites}
	call, cancel := within(ctx)
	defer cancel()
	all, err := sites.All(call)
	if err != nil {
		if webex.IsStatus(err, http.StatusUnauthorized) {
			r.wrong(variable, tokenWords(err))
			return
		}
		r.wrong("ALLOWED_SITES", "not set, and the site list can't be read: set it, or give the admin token the scope meeting:admin_preferences_read ("+tokenWords(err)+")")
		return
	}
	r.ok("sites", strings.Join(all, ", "))
	if site, err := sites.Pick(call); err == nil && site.Host != "" {
		r.ok("default site", site.Host+", "+site.Why)
	} else {
		r.hint("DEFAULT_SITE", "none: every question must name its site")
	}
	for _, site := range all {
		r.codes(ctx, a, site)
	}
	if len(all) > 0 {
		r.optional(ctx, a, all[0])
	}
}

// codes looks whether the codes of a site can be read.
func (r *report) codes(ctx context.Context, a *webex.Admin, site string) {
	call, cancel := within(ctx)
	defer cancel()
	if _, err := a.TrackingCodes(call, site); err != nil {
		r.wrong("tracking codes", site+": "+tokenWords(err))
		return
	}
	r.ok("tracking codes", site+" can be read")
}

// optional looks which of the scopes the admin token has that the bot can do without.
func (r *report) optional(ctx context.Context, a *webex.Admin, site string) {
	call, cancel := within(ctx)
	defer cancel()
	now := time.Now()
	_, err := a.UsedMeetings(call, site, "MeetingCenter", now.Add(-time.Minute), now, 1)
	r.scope("meeting:admin_config_read", "which meetings carry no code", err)
	if r.org != "" {
		_, err := a.AuditEvents(call, r.org, now.Add(-time.Minute), now)
		r.scope("audit:events_read", "who changed a tracking code", err)
	}
}

// scope says whether the admin token has an optional scope, after a call that
// needs it, and what the bot can tell with it.
func (r *report) scope(name, tells string, err error) {
	switch {
	case err == nil:
		r.ok("optional scope", name+" is there: the bot can tell "+tells)
	case webex.IsStatus(err, http.StatusForbidden):
		r.hint("optional scope", name+" is missing: with it the bot could tell "+tells)
	default:
		r.hint("optional scope", name+" could not be tried: "+tokenWords(err))
	}
}

const signInPoint = "admin sign-in"

// signIn looks at the stored tokens of a sign-in. It renews nothing: the
// refresh token is the bot's to use.
func (r *report) signIn(ctx context.Context) {
	if r.conf.AdminClientID == "" || r.conf.AdminClientSecret.IsZero() {
		return
	}
	if r.conf.TokenKey.IsZero() {
		if _, err := os.Stat(signin.KeyFile(r.conf)); errors.Is(err, fs.ErrNotExist) {
			r.unused()
			return
		}
	}
	call, cancel := within(ctx)
	defer cancel()
	db, err := openStore(call, r.conf, true)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.unused()
		return
	case err != nil:
		r.wrong(signInPoint, err.Error())
		return
	}
	if err := errors.Join(r.stored(ctx, db), db.Close()); err != nil {
		r.wrong(signInPoint, err.Error())
	}
}

// unused says that there are no stored tokens yet.
func (r *report) unused() {
	if r.conf.AdminRefreshToken.IsZero() {
		r.wrong(signInPoint, "there is no refresh token: run trackbot login, or set WEBEX_ADMIN_REFRESH_TOKEN")
		return
	}
	r.hint(signInPoint, "WEBEX_ADMIN_REFRESH_TOKEN was not used yet; whether it is good shows at the start of the bot")
}

// stored looks at the tokens in the store and, while the access token is good,
// at what it opens.
func (r *report) stored(ctx context.Context, db *store.DB) error {
	tokens, err := signin.New(signin.Options{Config: r.conf, DB: db, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	call, cancel := within(ctx)
	defer cancel()
	if err := tokens.Load(call); err != nil {
		return err
	}
	s := tokens.Status()
	switch {
	case s.Refused != "":
		return errors.New(s.Refused)
	case s.AccessExpires.IsZero():
		r.unused()
		return nil
	case s.RefreshExpires.IsZero():
		r.hint("refresh token", "Webex has not said until when it is good")
	case time.Until(s.RefreshExpires) <= 0:
		r.wrong("refresh token", "has run out: run trackbot login")
	case time.Until(s.RefreshExpires) < signInSoon:
		r.wrong("refresh token", "runs out in "+leftWords(s.RefreshExpires)+": run trackbot login")
	default:
		r.ok("refresh token", "good for "+leftWords(s.RefreshExpires)+", and longer with each renewal")
	}
	if time.Until(s.AccessExpires) <= 0 {
		r.hint("access token", "has run out; the bot renews it when it runs")
		return nil
	}
	r.ok("access token", "good for "+leftWords(s.AccessExpires))
	o := app.AdminOptions(r.conf, tokens)
	o.Renew = nil
	r.sites(ctx, webex.NewAdmin(o), signInPoint)
	return nil
}

// adminRoom looks whether the bot is in the space that is to be told.
func (r *report) adminRoom(ctx context.Context, b *webex.Bot) {
	if r.conf.AdminRoom == "" {
		return
	}
	call, cancel := within(ctx)
	defer cancel()
	_, err := b.Messages(call, r.conf.AdminRoom, webex.MessageQuery{Max: 1})
	switch {
	case err == nil || webex.IsStatus(err, http.StatusForbidden): // a bot may not list a group space it is in
		r.ok("ADMIN_ROOM", "is told when the sign-in needs somebody")
	case webex.IsNotFound(err):
		r.wrong("ADMIN_ROOM", "Webex knows no such space, or the bot is not in it: add the bot, or correct the id")
	default:
		r.wrong("ADMIN_ROOM", tokenWords(err))
	}
}
