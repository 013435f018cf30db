package bot

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"trackbot/webex"
)

// Outbox is what the bot asks of the place where its messages are stored.
type Outbox interface {
	// Posted returns where the message with a key stands; the zero value where it
	// was not posted.
	Posted(ctx context.Context, key string) (Posted, error)
	// Echoes returns the bot's own messages that were heard in a space within the
	// last hour, the newest first: at least those that came while one was being
	// posted there.
	Echoes(ctx context.Context, roomID string) ([]Echo, error)
	// Trace returns how the latest answer in a thread came about; false where that
	// is not known.
	Trace(ctx context.Context, root string) (Trace, bool, error)
}

// Posted is where a message stands in Webex.
type Posted struct {
	Message string // its id
	Room    string // the id of its space
	Gone    bool   // it stands nowhere, because the space or the question is gone
	Unseen  bool   // it may stand twice: whether an earlier try had arrived could not be read
}

// Echo is one of the bot's own messages, heard from Webex: the only way to
// learn in a group space whether a post arrived.
type Echo struct {
	Message string    // its id
	Written time.Time // by Webex's clock; zero where that is not known
	Heard   time.Time
}

const (
	// lagAge is how long after its echo a message may not be readable yet, and
	// writtenAge how long after it was written by Webex's clock, which may differ
	// from this one; what is not there later was deleted.
	lagAge     = 10 * time.Second
	writtenAge = 30 * time.Second
	// listMax is how far back a space is looked through.
	listMax = 200
	// maxOwn bounds how many of the bot's messages are remembered that were looked at.
	maxOwn = 1000
)

// Own reports whether an event is about something that the bot itself wrote:
// an echo, which needs no answer. While the bot does not know who it is, nothing
// is its own.
func (b *Bot) Own(e webex.Event) bool {
	me, known := b.known()
	return known && e.Resource == webex.Messages && webex.SameID(e.PersonID, me.ID)
}

// heardEcho looks for the reply among the bot's messages that were heard, and
// returns it, or a message without an id. The error is that of a message that
// could not be fetched, where none of the others is the reply.
func (b *Bot) heardEcho(ctx context.Context, o Outgoing) (found webex.Message, err error) {
	if o.RoomID == "" {
		return webex.Message{}, nil // to a person; the list of the 1:1 space shows it
	}
	echoes, err := b.o.Outbox.Echoes(ctx, o.RoomID)
	if err != nil {
		return webex.Message{}, err
	}
	for _, one := range echoes {
		if !one.Written.IsZero() && one.Written.Before(o.Asked) {
			continue
		}
		m, e := b.ownMessage(ctx, one)
		if e != nil && (err == nil || !errors.As(e, new(unreadEchoError))) { // one that is waited for counts more
			err = e
		}
		if b.isReply(m, o) {
			return m, nil
		}
	}
	return webex.Message{}, err
}

// ownMessage fetches one of the bot's messages, or knows it. One that is gone is a
// message without an id.
func (b *Bot) ownMessage(ctx context.Context, one Echo) (webex.Message, error) {
	if m, known := b.own.Get(one.Message); known {
		return m, nil
	}
	m, err := b.o.Webex.Message(ctx, one.Message)
	switch {
	case err == nil:
		b.own.Add(one.Message, m)
		b.ownUnread.Remove(one.Message)
	case webex.IsNotFound(err) && !one.lags():
		return webex.Message{}, nil
	default:
		err = b.unreadSince(one.Message, err)
	}
	return m, err
}

// unreadSince marks the error of a message that could not be read, again and
// again, for as long as an echo is waited for. Not where Webex refuses the token
// or asks for a pause, which is said of no message.
func (b *Bot) unreadSince(message string, err error) error {
	e, ok := errors.AsType[*webex.Error](err)
	if !ok || e.Status == 0 || webex.IsStatus(err, http.StatusUnauthorized, http.StatusNotFound, http.StatusTooManyRequests) {
		return err
	}
	first, again, _ := b.ownUnread.PeekOrAdd(message, time.Now())
	if again && time.Since(first) >= echoWait {
		return unreadEchoError{err}
	}
	return err
}

// lags reports whether a message may not be readable yet. A process that starts
// finds the echoes that an earlier one stored, so when they were heard says less
// than when they were written.
func (e Echo) lags() bool {
	return time.Since(e.Heard) < lagAge && (e.Written.IsZero() || time.Since(e.Written) < writtenAge)
}

// listedEcho looks for the reply in the space, and returns it, or a message
// without an id. Where Webex does not show it, as it does not show a bot its own
// messages in a group space, that is no error.
func (b *Bot) listedEcho(ctx context.Context, o Outgoing) (webex.Message, error) {
	var list []webex.Message
	var err error
	if o.PersonID != "" {
		list, err = b.o.Webex.DirectMessages(ctx, o.PersonID, "")
	} else {
		list, err = b.o.Webex.Messages(ctx, o.RoomID, webex.MessageQuery{Max: listMax})
	}
	if i := slices.IndexFunc(list, func(m webex.Message) bool { return b.isReply(m, o) }); i >= 0 {
		return list[i], nil
	}
	if webex.IsStatus(err, http.StatusForbidden, http.StatusNotFound) {
		return webex.Message{}, nil
	}
	return webex.Message{}, err
}

// isReply reports whether a message is this reply: the bot's own, with the
// reply's mark in its card, or, where there is no mark, in the same thread with
// the same text. Two presses of one button have equal answers but for the mark.
func (b *Bot) isReply(m webex.Message, o Outgoing) bool {
	me, _ := b.known()
	if !webex.SameID(m.PersonID, me.ID) || o.PersonID == "" && !webex.SameID(m.RoomID, o.RoomID) {
		return false
	}
	for _, a := range m.Attachments {
		if card, err := json.Marshal(a.Content); err == nil && strings.Contains(string(card), markStart) {
			return strings.Contains(string(card), markStart+Ref(o.Key)+`"`)
		}
	}
	sameThread := o.ParentID == m.ParentID || webex.SameID(m.ParentID, o.ParentID)
	text, want := strings.TrimSpace(m.Markdown), strings.TrimSpace(o.Markdown)
	// Below a file's name may stand that Webex did not take the file.
	sameText := text == want || o.File != nil && strings.HasPrefix(text, want)
	return sameThread && text != "" && sameText && !m.Created.Before(o.Asked)
}

// mark is the id of an answer's first element, by which it is known again: of
// the answer itself its reference, and another of what else is posted to the
// same question.
func mark(key string) string { return "ref-" + Ref(key) }

// markStart is what stands in a card before the reference.
const markStart = `"id":"ref-`
