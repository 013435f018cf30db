package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/change"
	"trackbot/webex"
)

// changeGroup is the heading of what changes something.
const changeGroup = "Changes"

// What may be changed, as CHANGES says it.
const (
	ChangesOff    = "off"
	ChangesPeople = "people" // values that people have
	ChangesAll    = "all"
)

// Changes is what the commands that change something are made of. The zero value
// changes nothing.
type Changes struct {
	May   string        // [ChangesOff], [ChangesPeople] or [ChangesAll]
	Own   bool          // an asker may approve their own change, in a second step
	Life  time.Duration // how long a plan waits for its approval
	Plans Plans
	Write Writer
	// Editor reports whether somebody may ask for changes now.
	Editor func(ctx context.Context, personID string) (bool, error)
	// Room is the space that hears of every change; empty: none.
	Room string
	// Contact is whom those can ask who may not; may be empty.
	Contact string
}

// MayCopy reports whether somebody can have a code copied from site to site now.
func (c Changes) MayCopy(ctx context.Context, personID string) (bool, error) {
	if c.May != ChangesAll {
		return false, nil
	}
	return c.Editor(ctx, personID)
}

// Writer is what changes need of Webex with the admin token, beside [Admin].
type Writer interface {
	CreateTrackingCode(context.Context, webex.TrackingCode) (webex.TrackingCode, error)
	UpdateTrackingCode(context.Context, webex.TrackingCode) (webex.TrackingCode, error)
	DeleteTrackingCode(ctx context.Context, site, id string) error
	UpdateUserTrackingCodes(context.Context, webex.UserCodes) (webex.UserCodes, error)
}

// Change is a plan on its way: who asked, who approved, and what came of it.
type Change struct {
	Ref      string
	State    ChangeState
	Plan     change.Plan
	Asker    bot.Person
	Approver bot.Person // or who discarded it
	Event    string     // the reference of the approval: only its handling applies the plan
	Asked    time.Time
	Due      time.Time // when it is too late to approve it
	Finished time.Time // zero while it is open
	Applied  time.Time // from when on it may have been written, as [Plans] stored it; zero: it never was
	Room     bot.Room  // where it was asked
	Root     string    // the thread
	Key      string    // of the message that shows it where it was asked
	RoomKey  string    // of that in the space that hears of every change
	Undoes   string    // the reference of the change that this one takes back
	Outcome  string    // what came of it, in words
	Lines    []change.Line
	File     *bot.File // the table of many people, where it has a column for each code
}

// ChangeState is how far a change came; the words are those of the store.
type ChangeState string

// The states of a change.
const (
	ChangeWaiting   ChangeState = "waiting"
	ChangeApproved  ChangeState = "approved" // nothing is written yet
	ChangeApplying  ChangeState = "applying" // it may be written
	ChangeDone      ChangeState = "done"
	ChangeFailed    ChangeState = "failed"
	ChangeDiscarded ChangeState = "discarded"
	ChangeExpired   ChangeState = "expired"
)

// Plans keeps changes, the same for every replica.
type Plans interface {
	// Add stores a waiting change. It returns what stands then: that change, or
	// the open one of the same thing.
	Add(ctx context.Context, c Change, life time.Duration) (Change, error)
	// Get returns a change; without a Ref where there is none.
	Get(ctx context.Context, ref string) (Change, error)
	// List returns the newest changes, at most limit.
	List(ctx context.Context, limit int) ([]Change, error)
	// Move takes a change from the state it has to another one, and stores the
	// rest of it. It reports false where it has another state by now. What is
	// written, and what came of that, goes into the record in the same commit.
	Move(ctx context.Context, c Change, to ChangeState) (bool, error)
}

// changer plans, approves and applies changes. admin reads past memory: what is
// approved must be what Webex has.
type changer struct {
	Changes

	admin Admin
}

// commands are those that change something, in the order of help.
func (c changer) commands() []bot.Command {
	return []bot.Command{
		c.setValue(), c.setMany(), c.addOption(), c.removeOption(), c.renameOption(), c.setDefault(), c.setRule(), c.renameCode(), c.createCode(), c.copyCode(), c.deleteCode(),
		c.approve(), c.discard(), c.undo(), c.changes(),
	}
}

// planned makes of a command one that plans a change: plan says what it is, or
// replies with what the question lacks.
func (c changer) planned(cmd bot.Command, scope string, plan func(context.Context, bot.Request) (change.Plan, *bot.Reply, error)) bot.Command {
	cmd.Group, cmd.Site = changeGroup, true
	cmd.Run = func(ctx context.Context, r bot.Request) (bot.Reply, error) {
		if instead := c.mayAsk(r, scope); instead != nil {
			return *instead, nil
		}
		p, instead, err := plan(ctx, r)
		if instead != nil {
			return *instead, nil
		}
		return c.ask(ctx, r, p, "", err)
	}
	return cmd
}

// mayAsk says why somebody can't have something changed; nil where they can.
func (c changer) mayAsk(r bot.Request, scope string) *bot.Reply {
	switch {
	case c.off():
		return new(unmet(c.readOnly(r)))
	case r.Room.ID == "":
		return c.private(r, "Changes are asked for in Webex, where somebody else can approve them.")
	case scope == ChangesAll && c.May != ChangesAll:
		return c.private(r, "I may change the values of people, but not the tracking codes themselves. A site admin can do that in Control Hub.")
	case !r.Editor:
		return c.private(r, "You can't ask me for changes: that is for this bot's editors.")
	}
	return nil
}

// private refuses something to one person alone, and says whom to ask.
func (c changer) private(r bot.Request, words string) *bot.Reply {
	reply := unmet(cards.Notice{Title: "Nothing was changed", Tone: cards.Warning, Ref: r.Ref, Lines: append([]string{words}, c.whomToAsk()...)})
	reply.Private = true
	return &reply
}

// whomToAsk is the line that names the contact; none where there is no contact.
func (c changer) whomToAsk() []string {
	if c.Contact == "" {
		return nil
	}
	return []string{"You can ask " + c.Contact + "."}
}

// off reports whether nothing may be changed.
func (c changer) off() bool { return c.May != ChangesPeople && c.May != ChangesAll }

// ask stores a plan and shows it, or says why there is none. undoes is the
// reference of the change that it takes back.
func (c changer) ask(ctx context.Context, r bot.Request, p change.Plan, undoes string, err error) (bot.Reply, error) {
	if refused, ok := errors.AsType[change.RefusalError](err); ok {
		return unmet(cards.Notice{Title: "Nothing was changed", Tone: cards.Warning, Site: r.Site.Host, Ref: r.Ref, Lines: []string{string(refused)}}), nil
	}
	if err != nil {
		return bot.Reply{}, err
	}
	reply, stands, err := c.store(ctx, r, Change{Ref: r.Ref, State: ChangeWaiting, Plan: p, Asker: r.Person, Room: r.Room, Root: r.Root, Key: r.Key, Undoes: undoes, Lines: p.Lines()})
	if stands.Ref == r.Ref && stands.State == ChangeWaiting {
		reply.Job = counts(r, stands.Plan)
	}
	return reply, err
}

// store stores a waiting change and shows what stands then.
func (c changer) store(ctx context.Context, r bot.Request, asked Change) (reply bot.Reply, stands Change, err error) {
	asked.RoomKey = bot.CopyKey(asked.Key, 0)
	stands, err = c.Plans.Add(ctx, asked, c.Life)
	switch {
	case err != nil:
		return bot.Reply{}, Change{}, fmt.Errorf("store a change: %w", err)
	case stands.Plan.Target() != asked.Plan.Target():
		return alone(r), stands, nil
	case stands.Ref != r.Ref:
		return c.card(stands, fmt.Sprintf("%s asked for a change of %s before. There is one open change at a time; this is it.", nameOf(stands.Asker), stands.Plan.About)), stands, nil
	}
	reply = c.card(stands)
	if c.Room != "" && !webex.SameID(c.Room, r.Room.ID) {
		shown := c.card(stands)
		reply.Copies = append(reply.Copies, bot.Copy{Room: bot.Room{ID: c.Room}, Card: shown.Card, Markdown: shown.Markdown})
	}
	return reply, stands, nil
}

// alone says that a change can't be one of several things that a message asks.
func alone(r bot.Request) bot.Reply {
	return unmet(cards.Notice{Title: "Ask this alone", Tone: cards.Warning, Ref: r.Ref, Lines: []string{"One message can ask for one change. Nothing was changed."}})
}

// target reads the code that a question is about, and all of its site, from
// Webex. It returns a reply where the question names none, or none that exists.
func (c changer) target(ctx context.Context, r bot.Request) (code webex.TrackingCode, list []webex.TrackingCode, instead *bot.Reply, err error) {
	if list, err = codesOn(ctx, c.admin, r, r.Site.Host); err != nil {
		return code, nil, nil, err
	}
	asked := r.Question.Code
	if asked != nil {
		found := meant(list, r)
		if asked.ID != "" { // nothing else is changed than what was found
			found = slices.DeleteFunc(slices.Clone(list), func(t webex.TrackingCode) bool { return t.ID != asked.ID })
		}
		switch {
		case len(found) == 1:
			return found[0], list, nil, nil
		case len(found) > 1:
			return code, list, new(severalCodes(r, found)), nil
		}
	}
	n := cards.Notice{Title: "Which tracking code?", Tone: cards.Warning, Site: r.Site.Host, Ref: r.Ref, Lines: []string{"Tracking codes of this site: " + bot.Listed(names(list), 20) + ". Nothing was changed."}}
	if asked != nil && asked.Written != "" {
		n.Title = "No such tracking code"
		n.Lines = append([]string{fmt.Sprintf("There is no tracking code “%s” on this site.", asked.Written)}, n.Lines...)
	}
	return code, list, new(unmet(n)), nil
}

// lacks asks again for a question that leaves something out.
func lacks(r bot.Request, title string, examples ...string) *bot.Reply {
	examples = slices.Clone(examples) // a command's own
	for i := range examples {
		examples[i] = strings.ReplaceAll(examples[i], "SITE", r.Site.Host)
	}
	return new(unmet(cards.Notice{Title: title, Tone: cards.Warning, Ref: r.Ref, Lines: []string{"Nothing was changed."}, Examples: examples}))
}

// nameOf is how people know somebody.
func nameOf(p bot.Person) string { return cmp.Or(p.Name, p.Email, "Somebody") }
