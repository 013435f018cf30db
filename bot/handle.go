package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// question is an event that turned out to be somebody asking something.
type question struct {
	key    string // of the event
	ref    string
	text   ask.Text          // what was written
	asks   ask.Question      // what is asked
	from   ask.From          // who asks, and what their question leaves out
	calls  *webex.Calls      // made for it so far
	before int               // how many of them were made for another question
	fresh  bool              // asked by Refresh
	form   map[string]string // of a press
	press  *press            // nil: it was written

	message string    // that was written; empty: it was pressed, or nobody asked
	earlier lastAsked // what the message asked before it was edited
	now     lastAsked // what it asks

	askerID             string       // who wrote or pressed
	asker               webex.Person // the same, once Webex told
	admin               bool         // the asker may run the commands for admins
	reason, adminReason string       // why they may ask, and why they may run those or not
	editor, approver    bool         // the asker may ask for changes, and approve those of others
	private             bool         // the answer goes to the asker alone
	adminsRead          bool         // it is for admins alone, whoever else reads in the space
	privateWhy          string       // behind "because"

	room     Room
	root     string    // the thread's root; empty: answer to the space
	threaded bool      // it was written in a thread
	asked    time.Time // when it was written or pressed
	files    []string  // addresses of what is attached
	begun    string    // the reference of the change whose approval this began before it was cut off
	added    bool      // nobody asked: the bot was added to the space
	missed   bool      // asked while the bot could not hear
	among    bool      // one of several of a message
	entry    *Entry
	answer   *Answer // what is stored at the end
}

// Handle answers one event. It may be called again for the same event and then
// does no harm. An error means that it could not even find out what was asked,
// or that Webex wants it asked later; its Temporary says whether to try again.
func (b *Bot) Handle(ctx context.Context, e webex.Event) (Answer, error) {
	me, err := b.Me(ctx)
	if err != nil {
		return Answer{}, laterOn401(err)
	}
	if webex.SameID(e.PersonID, me.ID) && e.Resource != webex.Memberships {
		return Answer{Echo: b.Own(e)}, nil // heard before the bot knew who it is
	}
	if b.o.Gate.Suppressed(webex.UUID(sender(e))) {
		return Answer{}, nil
	}
	ctx, cancel := context.WithTimeout(webex.WithPatience(ctx, sinceAsked(latest(e.Created, e.Updated)).Add(pausePatience)), Patience)
	defer cancel()
	ctx, calls := webex.WithCalls(ctx)
	began := time.Now()
	q, err := b.question(ctx, e, me)
	if err != nil || q == nil {
		return Answer{}, err
	}
	if q.askerID == "" {
		b.o.Logger.Warn("Webex does not say who caused an event; dropped", "key", q.key, "ref", q.ref)
		return Answer{}, nil
	}
	q.calls = calls
	q.begin()
	reply, err := b.answer(ctx, q, me)
	if err != nil {
		return Answer{}, err
	}
	b.lookAgain(ctx, q, me, reply)
	b.record(q, calls, began)
	if reply != nil {
		if err := b.compose(ctx, q, *reply); err != nil {
			return Answer{}, err
		}
	}
	q.rememberAsked(reply != nil)
	return *q.answer, nil
}

// compose adds to what is stored at the end of a question the messages of its
// reply, and the work that goes on behind it.
func (b *Bot) compose(ctx context.Context, q *question, reply Reply) error {
	a := q.answer
	copies, err := b.copies(ctx, *q, reply.Copies)
	if err != nil {
		return err
	}
	if q.private {
		if !q.earlier.Announced {
			line, err := b.answeredPrivately(ctx, *q)
			if err != nil {
				return err
			}
			a.Messages = append(a.Messages, *line)
		}
		reply.warn(q.privately())
		q.now.Announced = true
	}
	q.now.Goes = q.now.Goes && !reply.Unanswered
	q.private = q.private || reply.Private && !q.room.Direct
	o, err := b.outgoing(ctx, *q, reply)
	if err == nil {
		err = o.replaceEarlier(*q)
	}
	if err != nil {
		return err
	}
	a.Messages, a.Changes = append(append(a.Messages, o.Parts()...), copies...), append(a.Changes, reply.Changes...)
	if reply.Job != nil {
		j := *reply.Job
		j.Key, j.Ref, j.Room, j.Root, j.Asker, j.Alone = q.key, q.ref, q.room, q.root, q.asker, q.private
		a.Job = &j
	}
	return nil
}

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// sinceAsked is from when somebody waits: as Webex's clock has it, unless that
// runs ahead of ours.
func sinceAsked(at time.Time) time.Time {
	if now := time.Now(); at.IsZero() || at.After(now) {
		return now
	}
	return at
}

// question fetches what the event names. It returns nil for what nobody asked
// the bot: other bots' words, other people's memberships, a message that is
// gone.
func (b *Bot) question(ctx context.Context, e webex.Event, me webex.Person) (*question, error) {
	q := &question{key: e.Key(), ref: Ref(e.Key()), asked: e.Created, missed: e.Missed}
	switch e.Resource {
	case webex.Messages:
		return b.written(ctx, q, e, me)
	case webex.AttachmentActions:
		return b.pressed(ctx, q, e)
	case webex.Memberships:
		return b.added(ctx, q, e, me)
	}
	return nil, nil
}

func (b *Bot) written(ctx context.Context, q *question, e webex.Event, me webex.Person) (*question, error) {
	m, err := b.fetch(ctx, e)
	if err != nil {
		return b.unreadable(e, err)
	}
	if e.RoomID != "" && !webex.SameID(m.RoomID, e.RoomID) {
		b.o.Logger.Warn("an event names another space than its message; dropped", "key", q.key, "ref", q.ref)
		return nil, nil
	}
	if webex.SameID(m.PersonID, me.ID) {
		return nil, nil
	}
	text, asked := ask.Words(
		ask.Message{HTML: m.HTML, Text: m.Text, Direct: m.RoomType == "direct", Mentioned: m.MentionedPeople},
		ask.Bot{ID: me.ID, Name: me.DisplayName, Nickname: me.NickName},
	)
	if q.begun, err = b.o.Begun(ctx, q.ref); err != nil {
		return nil, fmt.Errorf("whether a change was begun: %w", err)
	}
	if !asked && q.begun == "" {
		b.o.Logger.Info("not addressed to this bot", "key", q.key, "ref", q.ref)
		return nil, nil
	}
	q.text, q.askerID, q.files = text, m.PersonID, m.Files
	q.room = Room{ID: m.RoomID, Direct: m.RoomType == "direct"}
	q.root = m.ID
	if m.ParentID != "" {
		q.root, q.threaded = m.ParentID, true
	}
	if !m.Created.IsZero() {
		q.asked = m.Created
	}
	if e.Event == webex.Updated {
		q.asked = cmp.Or(m.Updated, e.Updated)
		if m.Created.IsZero() || q.asked.Sub(m.Created) > editAge || time.Since(q.asked) > overAfter {
			return nil, nil
		}
	}
	// What is asked is read again once it is known who asks: before that nothing
	// is looked up for it.
	known := b.o.Grammar.Read(text, b.names.world(b.o.Sites.known(), b.o.Sites.Nicknames), ask.From{})
	q.asks.Said = text.Words
	if len(known) > 0 {
		q.asks = known[0].Question
	}
	if q.begun != "" { // whatever the message was edited to since
		return q, nil
	}
	return b.unlessAnswered(ctx, q, m.ID, known)
}

func (b *Bot) pressed(ctx context.Context, q *question, e webex.Event) (*question, error) {
	a, err := b.o.Webex.AttachmentAction(ctx, e.ID)
	if err != nil {
		return b.unreadable(e, err)
	}
	if e.RoomID != "" && !webex.SameID(a.RoomID, e.RoomID) {
		b.o.Logger.Warn("an event names another space than its button; dropped", "key", q.key, "ref", q.ref)
		return nil, nil
	}
	data, form := pressedData(a.Inputs)
	q.press, q.form, q.fresh = &press{data: data, message: a.MessageID}, form, data.Fresh
	q.askerID, q.root = a.PersonID, cmp.Or(data.Root, a.MessageID)
	q.room = Room{ID: a.RoomID, Direct: data.Room != inGroup} // as the signature vouches for
	if !a.Created.IsZero() {
		q.asked = a.Created
	}
	if asks, err := questionOf(data); err == nil && b.commands[data.Ask].Run != nil {
		q.asks = fill(asks, data.Form, form)
	}
	return q, nil
}

// unreadable decides what becomes of an event whose message or press can't be
// had: nothing where it is gone, another try where that may help.
func (b *Bot) unreadable(e webex.Event, err error) (*question, error) {
	if webex.IsNotFound(err) {
		b.o.Logger.Info("what the event names is gone", "key", e.Key(), "ref", Ref(e.Key()), "error", err)
		return nil, nil
	}
	return nil, laterOn401(fmt.Errorf("fetch %s: %w", e.Key(), err))
}

// notYet reports whether a message may be readable in a moment: not there yet,
// or there and not yet decrypted.
func notYet(err error) bool {
	e, ok := errors.AsType[*webex.Error](err)
	return ok && (e.NotFound() || e.Kind == webex.KindGarbled)
}

// fetch gets the message of an event. Webex's REST side may lag behind its events,
// so one that is not there, or not yet edited, is asked for again during about four
// seconds. Where that side says of no message when it was edited, only the first
// edit is waited for.
func (b *Bot) fetch(ctx context.Context, e webex.Event) (webex.Message, error) {
	for wait := 250 * time.Millisecond; ; wait *= 2 {
		m, err := b.o.Webex.Message(ctx, e.ID)
		if err == nil && !webex.SameID(m.ID, e.ID) {
			return webex.Message{}, errors.New("another message came than was asked for")
		}
		lags := notYet(err) || err == nil && b.lags(m, e)
		if !lags || wait > 2*time.Second {
			b.undated.Store(lags && err == nil && m.Updated.IsZero() || b.undated.Load() && m.Updated.IsZero())
			return m, err
		}
		select {
		case <-ctx.Done():
			return webex.Message{}, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// lags reports whether a message does not show the edit of an event yet.
func (b *Bot) lags(m webex.Message, e webex.Event) bool {
	if m.Updated.IsZero() && b.undated.Load() {
		return false
	}
	return m.Updated.Before(e.Updated.Add(-clockSlack))
}

// answer decides who asks, and runs what was asked. A nil reply is silence,
// which only a bot, somebody refused within the hour, somebody who goes on
// asking too much, and the second press of a double one get.
func (b *Bot) answer(ctx context.Context, q *question, me webex.Person) (*Reply, error) {
	if done, reply, err := b.admitted(ctx, q, me); done {
		return reply, err
	}
	q.entry.Outcome = Answered
	if q.added {
		q.private = !b.mayShow(ctx, q, me, false)
		return b.welcome(ctx, q)
	}
	if q.over() {
		q.private = !b.mayShow(ctx, q, me, false)
		return b.closeOld(ctx, *q)
	}
	asked, unread, err := b.asked(ctx, q)
	if err != nil {
		return nil, err
	}
	q.now.Goes = slices.ContainsFunc(asked, func(one ask.Question) bool { return ask.IsChange(one.Command) })
	if q.earlier.Goes {
		q.private = !b.mayShow(ctx, q, me, false)
		return q.askAnew(), nil
	}
	if ok, reply := b.paced(q, q.key+" further", len(asked)-1); !ok {
		return reply, nil
	}
	q.adminsRead = slices.ContainsFunc(asked, func(one ask.Question) bool { return q.admin && b.forAdmins(*q, one) })
	q.private = !b.mayShow(ctx, q, me, q.adminsRead)
	defer b.underWay(ctx, *q)()
	return b.answerAll(ctx, *q, asked, unread)
}
