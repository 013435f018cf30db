package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"trackbot/webex"
)

// How the bot makes sure before it posts again what may have been posted.
const (
	// echoWait is how long an answer's echo may take: Webex delivers within a
	// second or two, and a person waits meanwhile.
	echoWait = 4 * time.Second
	// echoStep is the time between two looks.
	echoStep = 250 * time.Millisecond
)

// Send posts a reply in its thread, once. again says that an earlier try was
// cut off, or ended with an error that is Uncertain, and may have posted it.
//
// POST /messages knows no idempotency key. So after a time-out, a reset or a
// crash Send first looks for the answer: among the bot's own messages that its
// ears heard (the echo), and, where Webex allows it, in the list of the space.
// Only when neither shows it within four seconds is it posted again.
//
// What remains uncertain: in a group space, where a bot can't list its own
// messages, an answer is posted twice if the bot dies after Webex took the
// POST and before the echo reached it or the mark was stored, and the echo
// does not come after the restart either. That is the time of one POST and one
// write to disk, about 50 to 300 milliseconds with Webex, a millisecond with
// the simulator.
func (b *Bot) Send(ctx context.Context, o Outgoing, again bool) error {
	if again && b.posted(ctx, o) {
		b.o.Logger.Info("found already posted", "key", o.Key, "ref", o.Ref)
		return nil
	}
	defer b.echoes.posting(o.RoomID)()
	err := b.post(ctx, o)
	e, ok := errors.AsType[*webex.Error](err)
	switch {
	case err == nil:
		return nil
	case ok && e.Uncertain():
		return uncertainError{fmt.Errorf("send %s: %w", o.Key, err)}
	case webex.IsNotFound(err) || webex.IsStatus(err, http.StatusForbidden):
		b.o.Logger.Warn("the space is gone or closed to this bot; nothing to answer", "key", o.Key, "ref", o.Ref, "error", err)
		return nil
	}
	return laterOn401(fmt.Errorf("send %s: %w", o.Key, err))
}

// uncertainError says that a post may have arrived: the queue tries again, and
// says so then.
type uncertainError struct{ error }

func (uncertainError) Temporary() bool { return true }
func (uncertainError) Uncertain() bool { return true }
func (e uncertainError) Unwrap() error { return e.error }

// signInError says that Webex refuses the bot's own token. Nothing can be told
// to anybody without it, so the work waits for a new one.
type signInError struct{ error }

func (signInError) Temporary() bool           { return true }
func (signInError) RetryAfter() time.Duration { return time.Minute }
func (e signInError) Unwrap() error           { return e.error }

func laterOn401(err error) error {
	if webex.IsStatus(err, http.StatusUnauthorized) {
		return signInError{err}
	}
	return err
}

// post tries the reply as it should be, and where Webex refuses that for good,
// once without the thread, and then once without the card or the file: a plain
// answer is better than none.
func (b *Bot) post(ctx context.Context, o Outgoing) error {
	m := webex.NewMessage{RoomID: o.RoomID, ParentID: o.ParentID, Markdown: o.Markdown}
	if len(o.Card) > 0 {
		m.Attachments = []webex.Attachment{{ContentType: webex.CardType, Content: o.Card}}
	}
	if o.File != nil {
		file := webex.File(*o.File)
		m.File = &file
	}
	err := b.postOne(ctx, o, m)
	if refused(err) && m.ParentID != "" {
		b.o.Logger.Warn("Webex refused the thread or the card; trying without the thread", "key", o.Key, "ref", o.Ref, "error", err)
		m.ParentID = ""
		err = b.postOne(ctx, o, m)
	}
	if refused(err) && m.Attachments != nil {
		b.o.Logger.Error("Webex refused the card; sending the text alone", "key", o.Key, "ref", o.Ref, "error", err, "card", string(o.Card))
		m.ParentID, m.Attachments = o.ParentID, nil
		err = b.postOne(ctx, o, m)
	}
	if refused(err) && m.File != nil {
		b.o.Logger.Error("Webex refused the file; saying so instead", "key", o.Key, "ref", o.Ref, "error", err)
		m.ParentID, m.File = o.ParentID, nil
		m.Markdown += "\n\n" + refusedFile
		err = b.postOne(ctx, o, m)
	}
	return err
}

func (b *Bot) postOne(ctx context.Context, o Outgoing, m webex.NewMessage) error {
	posted, err := b.o.Webex.Post(ctx, m)
	if err == nil {
		b.o.Logger.Info("posted", "key", o.Key, "ref", o.Ref, "message", posted.ID)
	}
	return err
}

// refused reports whether Webex will not take this message as it is: a bad
// request, or a thread that is not there.
func refused(err error) bool { return webex.IsStatus(err, http.StatusBadRequest, http.StatusNotFound) }

// posted looks for the reply among what the bot wrote, for up to echoWait.
func (b *Bot) posted(ctx context.Context, o Outgoing) bool {
	seen := make(map[string]bool)
	for end, open := time.Now().Add(echoWait), true; ; {
		if b.heardEcho(ctx, o, seen) {
			return true
		}
		if open {
			var found bool
			if found, open = b.listedEcho(ctx, o); found {
				return true
			}
		}
		if time.Now().After(end) {
			return false
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(echoStep):
		}
	}
}
