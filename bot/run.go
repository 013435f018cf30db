package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/text"
	"trackbot/webex"
)

// Welcome is the name of the command that runs when the bot is added to a
// space. Nobody types it.
const Welcome = "welcome"

// Help is the name of the command that tells of the others. Followed by the
// words of one it tells about that, instead of asking it.
const Help = "help"

// Ages of a question, from when it was written: after the first its answer
// says how old it is, after the second it is closed instead of answered.
const (
	oldAfter  = 15 * time.Minute
	overAfter = 24 * time.Hour
)

// Ask answers the questions of a text outside of any space, one after the
// other and as somebody who may ask everything: what `trackbot ask` prints.
// Only Commands, Grammar, Names, Sites and Logger of the options are used. answered is false
// where a reply says why there is no answer, asks for more, or says which lines were
// left out.
func Ask(ctx context.Context, o Options, text string) (replies []Reply, answered bool) {
	b := &Bot{o: o, commands: index(o.Commands), names: &names{read: o.Names, sites: make(map[string]siteNames)}}
	ctx, calls := webex.WithCalls(ctx)
	q := question{calls: calls, key: "ask", ref: Ref("ask " + time.Now().String()), text: ask.Text{Words: text}, admin: true, entry: &Entry{}}
	asked, unread, err := b.asked(ctx, &q)
	if err != nil {
		return []Reply{b.explain(q, err)}, false
	}
	if len(asked) == 0 {
		return []Reply{b.notUnderstood(q, unread[0])}, false
	}
	answered = len(unread) == 0
	for i, one := range asked {
		q.asks = one
		r, ok := b.askOne(ctx, q)
		if i == 0 {
			b.warnLeft(q, unread, &r)
		}
		replies, answered = append(replies, r), answered && ok
	}
	return replies, answered
}

// askOne answers one of the questions of [Ask].
func (b *Bot) askOne(ctx context.Context, q question) (r Reply, answered bool) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	req, unanswered, err := b.request(ctx, q)
	if err == nil && unanswered == nil {
		r, err = b.commands[q.asks.Command].Run(ctx, req)
	}
	switch {
	case err != nil:
		b.o.Logger.Error("not answered", "ref", q.ref, "error", err)
		return b.explain(q, err), false
	case unanswered != nil:
		return *unanswered, false
	}
	return r, !r.Unanswered
}

func email(p webex.Person) string {
	if len(p.Emails) == 0 {
		return ""
	}
	return p.Emails[0]
}

// run runs a command and turns its failure into words.
func (b *Bot) run(ctx context.Context, q question, name string, r Request) (*Reply, error) {
	began := time.Now()
	reply, err := b.runCommand(ctx, b.commands[name], r)
	if err != nil {
		failed, err := b.failure(ctx, q, err)
		return q.unanswered(failed, r, began), err
	}
	reply.addAge(began)
	reply.Replace = reply.Replace || q.fresh // Refresh puts the new answer in the old one's place
	reply.trace = q.trace(r, began)
	reply.trace.Read = reply.Read
	b.o.Logger.Info("answered", "key", q.key, "ref", q.ref, "command", name, "site", r.Site.Host, "took", time.Since(began))
	return &reply, nil
}

// oldData is the age from which on an answer says how old its data is.
const oldData = 30 * time.Second

// addAge says how old the data is where it is no longer fresh.
func (r *Reply) addAge(began time.Time) {
	age := began.Sub(r.Read)
	if r.Read.IsZero() || age < oldData {
		return
	}
	line := fmt.Sprintf("Updated %d s ago.", int(age.Seconds()))
	r.Markdown = cards.Cut(r.Markdown, cards.MaxMarkdown-len(line)-2) + "\n\n" + line
	if r.Card != nil {
		r.Card.Small(line)
	}
}

// outgoing makes the reply ready for its thread, or for the asker alone: every
// button learns where it belongs and is signed, and what the asker should know
// beside the answer stands above it.
func (b *Bot) outgoing(ctx context.Context, q question, r Reply) (*Outgoing, error) {
	if age := time.Since(q.asked); !q.asked.IsZero() && age > oldAfter && age <= overAfter {
		r.warn(fmt.Sprintf("You asked this %s ago; I could not answer sooner.", ago(age)))
	}
	if r.File != nil && !r.File.fits() {
		r.File = nil
		r.warn("The file is larger than I can send. Ask for less at once, such as one tracking code.")
	}
	o := &Outgoing{
		Key: q.key, Ref: q.ref, RoomID: q.room.ID, ParentID: q.root, AskerID: q.askerID,
		File: r.File, Picture: r.Picture, Asked: q.asked, Lane: Lane(q.room.ID, q.askerID),
	}
	if r.trace != nil && r.trace.Command != Why {
		o.Trace = r.trace
	}
	switch {
	case q.private:
		o.RoomID, o.ParentID, o.PersonID = "", "", q.asker.ID
	case r.Replace && q.press != nil:
		o.Replaces = q.press.message
	}
	o.Markdown = r.Markdown
	if r.Card == nil {
		return o, nil
	}
	r.Card.ID, r.Card.Ref = mark(q.key), cmp.Or(r.Card.Ref, q.ref)
	if err := b.sign(ctx, q, r.Card); err != nil {
		return nil, err
	}
	body, err := r.Card.JSON()
	if err != nil {
		return nil, fmt.Errorf("encode the card: %w", err)
	}
	o.Card = body
	return o, nil
}

// privately stands above an answer that does not stand where it was asked for.
func (q question) privately() string {
	return "You asked in a group space; I'm replying here because " + q.privateReason() + "."
}

// warn puts a line in front of a reply.
func (r *Reply) warn(line string) {
	r.Markdown = cards.Cut(cards.Escape(line)+"\n\n"+r.Markdown, cards.MaxMarkdown)
	if r.Card != nil {
		r.Card.Warn(line)
	}
}

// closeOld ends a question that nobody waits for any more, without an admin
// call: one line a thread where it waited for over a day; at most one a space
// where it was asked while the bot could not hear.
func (b *Bot) closeOld(ctx context.Context, q question) (*Reply, error) {
	q.entry.Outcome = Failed
	q.entry.note("too old to answer")
	key := "closed " + webex.UUID(q.root) + " " + webex.UUID(q.room.ID)
	title, line := "Too late to answer", "You asked this %s ago, and I could not answer in time. Ask again if it still matters."
	if q.missed {
		key = "away " + webex.UUID(q.room.ID)
		title, line = "I was away", "I was away when you asked this, %s ago. Ask again if it still matters."
	}
	first, err := b.o.First(ctx, key, q.key)
	if err != nil || !first {
		return nil, err
	}
	b.o.Logger.Warn("too old to answer", "key", q.key, "ref", q.ref, "asked", q.asked, "missed", q.missed)
	n := cards.Notice{Title: title, Tone: cards.Warning, Ref: q.ref, Lines: []string{fmt.Sprintf(line, ago(time.Since(q.asked)))}}
	return new(Drawn(n)), nil
}

// over reports whether a question is too old to be answered.
func (q question) over() bool {
	age := time.Since(q.asked)
	return !q.asked.IsZero() && (age > overAfter || q.missed && age > oldAfter)
}

// ago says an age in whole minutes or hours.
func ago(d time.Duration) string {
	if d < 2*time.Hour {
		return text.Count(int(d.Minutes()), "minute")
	}
	return text.Count(int(d.Hours()), "hour")
}

// Sorry is the answer to an event whose handling broke: a panic, or a failure
// that no further try can mend.
func (b *Bot) Sorry(e webex.Event) Outgoing {
	n := brokenNotice(Ref(e.Key()))
	root := e.ParentID
	if root == "" && e.Resource == webex.Messages {
		root = e.ID
	}
	return Outgoing{
		Key: e.Key(), Ref: Ref(e.Key()), RoomID: e.RoomID, ParentID: root, AskerID: sender(e),
		Markdown: n.View().Markdown(), Asked: e.Created, Lane: Lane(e.RoomID, e.PersonID),
	}
}

// NoSuchSiteError says that Webex does not know a site that the bot may ask,
// or does not show it to the admin token.
type NoSuchSiteError struct{ Host string }

// Error names the site.
func (e NoSuchSiteError) Error() string { return "no such site: " + e.Host }

// OtherSiteError says that Webex answered for another site than was asked, which
// is worth more than no answer because it would be believed.
type OtherSiteError struct{ Asked, Answered string }

// Error names both sites.
func (e OtherSiteError) Error() string {
	return fmt.Sprintf("asked about %q, Webex answered for %q", e.Asked, e.Answered)
}

// isCut reports whether the work was stopped from outside, by a shutdown, as
// against having run out of its own time.
func isCut(ctx context.Context, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled)
}
