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
	if q.asks.Command != "" {
		line = "I am at it: " + cards.Escape(b.title(q.asks)) + ". This takes a moment."
	}
	note := q
	note.key += underWaySuffix
	o, err := b.outgoing(ctx, note, Reply{Markdown: line + "\n\nRef " + q.ref})
	if err == nil {
		err = b.o.Enqueue(ctx, *o)
	}
	if err != nil {
		b.o.Logger.Warn("could not say that work is under way", "key", q.key, "ref", q.ref, "error", err)
	}
}

// Lane names the order in which what somebody asks in a space is answered.
func Lane(roomID, personID string) string { return webex.UUID(roomID) + " " + webex.UUID(personID) }

// What is said beside an answer has the answer's key and one of these behind it.
const (
	underWaySuffix = "/underway"
	privateSuffix  = "/private"
	pauseSuffix    = "/pause"
	fileSuffix     = "/file"
	pictureSuffix  = "/picture"
)

// Precedes gives the key of the answer that a message announces: "this takes a
// moment", or that a pause comes first. The outbox asks it, since such a message
// is pointless once the answer is stored.
func Precedes(o Outgoing) (answer string, ok bool) {
	for _, suffix := range []string{underWaySuffix, pauseSuffix} {
		if answer, ok = strings.CutSuffix(o.Key, suffix); ok {
			return answer, true
		}
	}
	return "", false
}

// isAside reports whether a message is only a line beside an answer.
func (o Outgoing) isAside() bool {
	_, announces := Precedes(o)
	return announces || strings.HasSuffix(o.Key, privateSuffix)
}

// inPlaceOf fills in which message an answer replaces: the answer to its question
// before that was edited, or the line that announced it. surplus are the messages
// that are to go beside it.
func (b *Bot) inPlaceOf(ctx context.Context, o Outgoing) (placed Outgoing, surplus []string) {
	posted := func(key string) Posted {
		at, err := b.o.Outbox.Posted(ctx, key)
		if err != nil {
			b.o.Logger.Warn("what an answer replaces could not be found; it will stay", "key", o.Key, "ref", o.Ref, "replaces", key, "error", err)
		}
		return at
	}
	if o.Earlier != "" {
		at := posted(o.Earlier)
		o.Replaces, o.ReplacesIn = at.Message, at.Room
		if file := posted(o.Earlier + fileSuffix).Message; file != "" {
			surplus = append(surplus, file)
		}
	}
	line := posted(o.Key + underWaySuffix)
	switch {
	case line.Message == "":
	case o.Replaces == "":
		o.Replaces, o.ReplacesIn, o.Earlier = line.Message, line.Room, ""
	default:
		surplus = append(surplus, line.Message)
	}
	return o, surplus
}
