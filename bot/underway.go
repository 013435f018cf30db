package bot

import (
	"context"
	"strings"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// slow is how long somebody waits without a word.
const slow = 2 * time.Second

// underWay says, once work took so long, that it goes on. stop ends that and
// returns when nothing more will be said; the answer then takes that line's
// place.
func (b *Bot) underWay(ctx context.Context, q question) (stop func()) {
	said := make(chan struct{})
	t := time.AfterFunc(slow, func() {
		defer close(said)
		b.sayUnderWay(ctx, q)
	})
	return func() {
		if !t.Stop() {
			<-said
		}
	}
}

func (b *Bot) sayUnderWay(ctx context.Context, q question) {
	line := "I am at it; this takes a moment."
	if q.query.Command != "" {
		line = "I am at it: " + cards.Escape(b.title(q.query)) + ". This takes a moment."
	}
	note := q
	note.key += underWaySuffix
	o, err := b.outgoing(ctx, note, Reply{Markdown: line + "\n\nRef " + q.ref})
	if err == nil {
		err = b.o.Tell(ctx, *o)
	}
	if err != nil {
		b.o.Logger.Warn("could not say that work is under way", "key", q.key, "ref", q.ref, "error", err)
		return
	}
	b.said.Add(q.key, struct{}{})
}

// Lane names the order in which what somebody asks in a space is answered.
func Lane(roomID, personID string) string { return webex.UUID(roomID) + " " + webex.UUID(personID) }

// What is said before an answer has the answer's key and one of these behind it.
const (
	underWaySuffix = "/underway"
	privateSuffix  = "/private"
	pauseSuffix    = "/pause"
)

// Precedes gives the key of the answer before which something is said, such as
// that it is under way. It is worth nothing behind that, and may even be wrong:
// where a process had stored an answer and died before that counted, the work is
// done again, and may take longer or come to another decision.
func Precedes(o Outgoing) (answer string, ok bool) {
	for _, suffix := range []string{underWaySuffix, privateSuffix, pauseSuffix} {
		if answer, ok = strings.CutSuffix(o.Key, suffix); ok {
			return answer, true
		}
	}
	return "", false
}

// notePosted keeps what is to be known of a message that stands: the trace of
// an answer that went to the asker alone, in the thread that it begins there,
// and which message says that an answer is under way.
func (b *Bot) notePosted(ctx context.Context, o Outgoing, posted webex.Message) {
	b.noteUnderWay(ctx, o, posted)
	if o.PersonID != "" {
		b.noteTrace(ctx, o, posted.ID)
	}
}

// noteUnderWay keeps which message says that an answer is under way, for the
// answer to take its place.
func (b *Bot) noteUnderWay(ctx context.Context, o Outgoing, posted webex.Message) {
	key, ok := strings.CutSuffix(o.Key, underWaySuffix)
	if !ok || posted.ID == "" {
		return
	}
	if err := b.o.Notes.Put(ctx, underWayKey(key), []byte(posted.ID+" "+posted.RoomID)); err != nil {
		b.o.Logger.Warn("the line of a work under way could not be noted; it will stay", "key", o.Key, "ref", o.Ref, "error", err)
	}
}

func underWayKey(key string) string { return "underway " + key }

// inPlaceOf fills in which message an answer replaces where it was announced.
// Where it has another place already, line is the message that is to go. A
// process that was killed meanwhile forgot that it announced, so whatever took
// long enough is looked for.
func (b *Bot) inPlaceOf(ctx context.Context, o Outgoing) (placed Outgoing, line string) {
	if !o.Announced && (o.Asked.IsZero() || time.Since(o.Asked) < slow) {
		return o, ""
	}
	value, err := b.o.Notes.Get(ctx, underWayKey(o.Key))
	if err != nil {
		b.o.Logger.Warn("the line of a work under way could not be found; it will stay", "key", o.Key, "ref", o.Ref, "error", err)
	}
	id, room, ok := strings.Cut(string(value), " ")
	if !ok || o.Replaces != "" {
		return o, id
	}
	o.Replaces, o.ReplacesIn = id, room
	return o, ""
}
