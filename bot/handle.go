package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// question is an event that turned out to be somebody asking something.
type question struct {
	key    string // of the event
	ref    string
	query  Query
	fresh  bool // asked by Refresh
	asker  string
	room   Room
	root   string    // the thread's root; empty: answer to the space
	asked  time.Time // when it was written or pressed
	files  []string  // addresses of what is attached
	added  bool      // nobody asked: the bot was added to the space
	missed bool      // asked while the bot could not hear
}

// Handle answers one event: the reply for its thread, or nil where there is
// nothing to say. It may be called again for the same event and then does no
// harm. An error means that it could not even find out what was asked, or that
// Webex wants it asked later; its Temporary says whether to try again.
func (b *Bot) Handle(ctx context.Context, e webex.Event) (*Outgoing, error) {
	me, err := b.Me(ctx)
	if err != nil {
		return nil, laterOn401(err)
	}
	if own, err := b.Own(ctx, e); own || err != nil { // heard before the bot knew who it is
		return nil, err
	}
	if webex.SameID(e.PersonID, me.ID) && e.Resource != webex.Memberships {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(webex.WithPatience(ctx, sinceAsked(e.Created).Add(pausePatience)), Patience)
	defer cancel()
	q, err := b.question(ctx, e, me)
	if err != nil || q == nil {
		return nil, err
	}
	reply, err := b.answer(ctx, *q, me)
	if err != nil || reply == nil {
		return nil, err
	}
	return b.outgoing(*q, *reply)
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
		// In a 1:1 space the first message comes along with the membership and
		// gets the answer; a welcome beside it would be one too many.
		if !webex.SameID(e.PersonID, me.ID) || e.RoomType == "direct" {
			return nil, nil
		}
		q.added, q.asker, q.room = true, e.ActorID, Room{ID: e.RoomID}
		return q, nil
	}
	return nil, nil
}

func (b *Bot) written(ctx context.Context, q *question, e webex.Event, me webex.Person) (*question, error) {
	m, err := b.fetch(ctx, e.ID)
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
	text, asked := Asked(m, me)
	if !asked {
		b.o.Logger.Info("not addressed to this bot", "key", q.key, "ref", q.ref)
		return nil, nil
	}
	q.asker, q.files = m.PersonID, m.Files
	q.room = Room{ID: m.RoomID, Direct: m.RoomType == "direct"}
	q.root = m.ID
	if m.ParentID != "" {
		q.root = m.ParentID
	}
	if !m.Created.IsZero() {
		q.asked = m.Created
	}
	q.query = b.parser.Parse(text)
	return q, nil
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
	data := pressedData(a.Inputs)
	q.asker, q.room, q.root = a.PersonID, Room{ID: a.RoomID}, data.Root
	q.fresh = data.Fresh
	if !a.Created.IsZero() {
		q.asked = a.Created
	}
	if _, known := b.commands[data.Ask]; known {
		q.query = Query{Command: data.Ask, Text: data.Text, Quoted: data.Quoted, Site: data.Site, SiteSure: data.Site != ""}
	}
	return q, nil
}

// maxInput bounds what is taken of one value of a button, in bytes: a code's
// name has 120 characters, an id of Webex about 80.
const maxInput = 600

// pressedData reads what a button carried. Whoever pressed could have sent
// anything, so only short strings of the known keys are taken.
func pressedData(inputs map[string]any) cards.Data {
	text := func(key string) string {
		s, _ := inputs[key].(string)
		if len(s) > maxInput {
			return ""
		}
		return s
	}
	flag := func(key string) bool {
		v, _ := inputs[key].(bool)
		return v || inputs[key] == "true"
	}
	return cards.Data{
		Ask: text("ask"), Text: text("text"), Quoted: flag("quoted"), Site: text("site"),
		Fresh: flag("fresh"), Root: text("root"),
	}
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

// fetch gets a message. Webex's REST side may lag behind its events, so one
// that is not there is asked for again during about four seconds.
func (b *Bot) fetch(ctx context.Context, id string) (webex.Message, error) {
	for wait := 250 * time.Millisecond; ; wait *= 2 {
		m, err := b.o.Webex.Message(ctx, id)
		if err == nil && !webex.SameID(m.ID, id) {
			return webex.Message{}, errors.New("another message came than was asked for")
		}
		if err == nil || !notYet(err) || wait > 2*time.Second {
			return m, err
		}
		select {
		case <-ctx.Done():
			return webex.Message{}, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// answer decides who asks, and runs what was asked. A nil reply is silence,
// which only a bot or somebody refused within the hour gets.
func (b *Bot) answer(ctx context.Context, q question, me webex.Person) (*Reply, error) {
	asker, err := b.person(ctx, q.asker)
	if webex.IsStatus(err, http.StatusUnauthorized) {
		return nil, signInError{err}
	}
	if err != nil {
		return b.failure(ctx, q, err)
	}
	if asker.Type == "bot" || webex.SameID(asker.ID, me.ID) {
		return nil, nil
	}
	if ok, reason := b.o.Allow(asker, me, q.room); !ok {
		return b.refuse(ctx, q, asker, reason)
	}
	if q.added {
		return b.run(ctx, q, "welcome", Request{})
	}
	if q.over() {
		return b.closeOld(ctx, q)
	}
	if q.query.Command == "" {
		r := b.puzzled(ctx, q)
		return &r, nil
	}
	req, told, err := b.request(ctx, q, asker)
	if err != nil {
		return b.failure(ctx, q, err)
	}
	if told != nil {
		return told, nil
	}
	if b.commands[q.query.Command].Files {
		if req.Files, err = b.files(ctx, q.files); err != nil {
			return b.unread(ctx, q, err)
		}
	}
	return b.run(ctx, q, q.query.Command, req)
}
