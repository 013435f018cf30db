// Package handlers holds what people can ask, one command a file. [All] lists
// them; help, authorization and buttons follow from the values.
package handlers

import (
	"context"
	"time"

	"trackbot/bot"
	"trackbot/webex"
)

// Admin is what the commands need of Webex with the admin token.
type Admin interface {
	TrackingCode(ctx context.Context, site, id string) (webex.TrackingCode, error)
	TrackingCodes(ctx context.Context, site string) ([]webex.TrackingCode, error)
	UserTrackingCodes(ctx context.Context, site, personID, email string) (webex.UserCodes, error)
	HostTrackingCodes(ctx context.Context, site, service, hostEmail string) ([]webex.HostCode, error)
	PeopleNamed(ctx context.Context, name string, limit int) ([]webex.Person, error)
}

// Parts are what the commands are made of.
type Parts struct {
	Admin Admin // as [Remember] makes it
	Bulk  Admin // for long work, past memory
	Sites *bot.Sites
	// Traces knows how answers came about; nil: nothing is known of them.
	Traces Traces
	// Status says how the parts of the bot are; nil: none is running.
	Status func(context.Context) []Health
	// History is what is remembered of the codes of the sites, and Watches are who
	// is told of changes; nil leaves out what needs them.
	History History
	Watches Watches
	// AdminAudit tells what administrators did, where Webex lets the admin token see it.
	AdminAudit AdminAudit
	// MeetingUsage tells which meetings took place, and ComingMeetings which are scheduled.
	MeetingUsage   MeetingUsage
	ComingMeetings ComingMeetings
	Months         Months
	// Jobs is the long work under way; nil leaves out what needs it.
	Jobs Jobs
	// About is what the bot tells of itself.
	About About
	// Changes are what may be changed, and how.
	Changes Changes
	// Now is the clock that the history was written by; nil: this machine's.
	Now func() time.Time
}

// All returns every command, in the order in which help shows them.
func All(p Parts) []bot.Command {
	admin := p.Admin
	all := []bot.Command{
		code(admin, p.Sites), codes(admin, p.Sites), options(admin, p.Sites), find(admin), fact(admin, p.Sites, p.About.Links), having(admin),
		check(admin, p.About.Links), compare(admin, p.Sites), export(admin, p.Sites),
		values(admin, p.Sites), hostView(admin, p.Sites),
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.History = Attributed(p.History, p.Changes.Plans, p.Now); p.History != nil {
		all = append(all, changed(p.History, p.Now), codeHistory(admin, p.Sites, p.History, p.AdminAudit, p.Now))
		all = append(all, watcher{admin, p.History, p.Watches, p.Changes, p.About.WatchMinutes == 0}.commands()...)
	}
	if p.Jobs != nil {
		all = append(all, missing(admin, p.Bulk), meetings(p), stop(p.Jobs))
	}
	c := changer{p.Changes, p.Bulk}
	p.About.changes = c.May
	if !c.off() {
		all = append(all, c.commands()...)
	}
	all = append(all, sitesList(p.Sites), siteAlone(), use(p.Sites), where(p.Sites), why(p.Traces), status(p.Status), c.unclear(), advice(admin, p.About))
	all = append(all, glossary(p.About)...)
	all = append(all, polite()...)
	all = append(all, help(all, p.Sites), welcome(all, p.Sites))
	if c.off() { // who asks for a change all the same is told who can do it
		all = append(all, c.commands()...)
	}
	for i := range all {
		all[i].Run = timed(all[i].Run)
	}
	return all
}
