package bot

import (
	"cmp"
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
	// firstLook is when it is looked for after a post whose end is not known,
	// and echoStep the time between two looks.
	firstLook = 500 * time.Millisecond
	echoStep  = time.Second
	// lookLimit bounds one look, with all its calls.
	lookLimit = 5 * time.Second
)

// Send posts a reply in its thread, once, and returns where it stands: nowhere
// if its time was over. unsure says since when an earlier try may have posted it,
// because it was cut off or ended with an error that is Uncertain; the zero time
// means that no try did.
//
// POST /messages knows no idempotency key. So after a time-out, a reset or a
// crash Send first looks for the answer: among the bot's own messages that its
// receivers heard (the echo), and, where Webex allows it, in the list of the space.
// Only when neither shows it for four seconds is it posted again; a look that
// fails shows nothing and is made again. Where Webex answers and only a message
// of the bot's can't be read, it is not waited for longer than those four
// seconds: Posted then says so. Send does not wait itself, for a look
// or for a pause: it returns an error that says when to call it again, so that
// it holds no worker and a crash meanwhile is not blamed on it.
//
// What remains uncertain: in a group space, where a bot can't list its own
// messages, an answer is posted twice if the bot dies after Webex took the
// POST and before the echo reached it or the mark was stored, and the echo
// does not come after the restart either. That is the time of one POST and one
// write to disk, about 50 to 300 milliseconds with Webex, a millisecond with
// the simulator.
//
// A reply that replaces a message is put in its place, which may be done any
// number of times. Where Webex refuses that it is posted anew, and then the
// message is deleted.
//
// Where Webex does not let the bot post in a space, the answer goes to the asker
// 1:1; if that is refused too, the error is a [*NotDeliveredError]. Where the
// space or the question is gone, there is nothing to do.
func (b *Bot) Send(ctx context.Context, o Outgoing, unsure time.Time) (Posted, error) {
	if !o.Until.IsZero() && !time.Now().Before(o.Until) {
		b.o.Logger.Info("not said: its time is over", "key", o.Key, "ref", o.Ref)
		return Posted{}, nil
	}
	o, surplus := b.inPlaceOf(ctx, o)
	at, err := b.send(ctx, o, unsure)
	for _, id := range surplus {
		if err == nil {
			err = b.remove(ctx, o, id)
		}
	}
	return at, err
}

func (b *Bot) send(ctx context.Context, o Outgoing, unsure time.Time) (Posted, error) {
	if done, err := b.edit(ctx, &o, !unsure.IsZero()); done || err != nil {
		return Posted{Message: o.Replaces, Room: cmp.Or(o.ReplacesIn, o.RoomID)}, err
	}
	unseen := false
	if !unsure.IsZero() {
		found, unread, err := b.find(ctx, o, unsure)
		if err != nil {
			return Posted{}, err
		}
		if found.ID != "" {
			return Posted{Message: found.ID, Room: found.RoomID}, b.removeOld(ctx, o)
		}
		unseen = unread
	}
	m, err := b.post(webex.WithPatience(ctx, time.Now()), o)
	e, ok := errors.AsType[*webex.Error](err)
	switch {
	case err == nil:
		return Posted{Message: m.ID, Room: m.RoomID, Unseen: unseen}, b.removeOld(ctx, o)
	case ok && e.Uncertain():
		return Posted{}, uncertainError{error: fmt.Errorf("send %s: %w", o.Key, err), after: firstLook}
	case refusedForGood(err):
		return b.elsewhere(ctx, o, unsure, err)
	}
	return Posted{}, laterOn401(fmt.Errorf("send %s: %w", o.Key, err))
}

// uncertainError says that a post may have arrived: the queue tries again, and
// says so then.
type uncertainError struct {
	error
	after   time.Duration
	earlier bool // one of an earlier try: this one only looked for it
}

func (uncertainError) Temporary() bool             { return true }
func (uncertainError) Uncertain() bool             { return true }
func (e uncertainError) Earlier() bool             { return e.earlier }
func (e uncertainError) RetryAfter() time.Duration { return e.after }
func (e uncertainError) Unwrap() error             { return e.error }

// errNotSeen says that a reply which may have been posted was not found yet.
var errNotSeen = errors.New("it may have been posted, and was not seen yet")

// find looks once for the reply among what the bot wrote, and returns it, or a
// message without an id: then it is to be posted. unread says that a message which
// may be the reply could not be read. It returns an error while that does not show
// yet: looked at for less than echoWait, or in vain.
func (b *Bot) find(ctx context.Context, o Outgoing, unsure time.Time) (m webex.Message, unread bool, err error) {
	long := time.Since(unsure) >= echoWait
	ctx, cancel := context.WithTimeout(webex.WithPatience(ctx, time.Now()), lookLimit)
	defer cancel()
	m, err = b.look(ctx, o)
	found := m.ID != ""
	if e, ok := errors.AsType[unreadEchoError](err); ok && long {
		b.o.Logger.Warn("a message of the bot's can't be read; posting without knowing whether it is this answer", "key", o.Key, "ref", o.Ref, "error", e.error)
		return m, true, nil
	}
	if e, ok := errors.AsType[*webex.Error](err); ok {
		return m, false, laterOn401(uncertainError{fmt.Errorf("look for %s: %w", o.Key, err), max(e.After, time.Second), true})
	}
	if err == nil && !found && !long {
		err = errNotSeen
	}
	if err != nil {
		return m, false, uncertainError{fmt.Errorf("look for %s: %w", o.Key, err), echoStep, true}
	}
	if found {
		b.o.Logger.Info("found already posted", "key", o.Key, "ref", o.Ref)
	}
	return m, false, nil
}

// unreadEchoError is why one of the bot's messages could not be read for
// echoWait.
type unreadEchoError struct{ error }

func (e unreadEchoError) Unwrap() error { return e.error }

// look asks both sources, and returns the reply, or a message without an id.
// Nothing was found only where both could be asked.
func (b *Bot) look(ctx context.Context, o Outgoing) (webex.Message, error) {
	if _, err := b.Me(ctx); err != nil {
		return webex.Message{}, err
	}
	heard, err := b.heardEcho(ctx, o)
	if heard.ID != "" {
		return heard, nil
	}
	listed, err2 := b.listedEcho(ctx, o)
	if err2 != nil { // Webex answers nothing, so that a message can't be read says nothing of it
		if _, ok := errors.AsType[unreadEchoError](err); ok {
			err = nil
		}
	}
	return listed, errors.Join(err, err2)
}

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
func (b *Bot) post(ctx context.Context, o Outgoing) (webex.Message, error) {
	m := o.message()
	posted, err := b.postOne(ctx, o, m)
	if refused(err) && m.ParentID != "" {
		b.o.Logger.Warn("Webex refused the thread or the card; trying without the thread", "key", o.Key, "ref", o.Ref, "error", err)
		m.ParentID = ""
		posted, err = b.postOne(ctx, o, m)
	}
	if refused(err) && m.Attachments != nil {
		b.o.Logger.Error("Webex refused the card; sending the text alone", "key", o.Key, "ref", o.Ref, "error", err, "card", string(o.Card))
		m.ParentID, m.Attachments = o.ParentID, nil
		posted, err = b.postOne(ctx, o, m)
	}
	if refused(err) && m.File != nil {
		b.o.Logger.Error("Webex refused the file; saying so instead", "key", o.Key, "ref", o.Ref, "error", err)
		m.ParentID, m.File = o.ParentID, nil
		m.Markdown += "\n\n" + refusedFile
		posted, err = b.postOne(ctx, o, m)
	}
	return posted, err
}

// message is the reply as Webex takes it.
func (o Outgoing) message() webex.NewMessage {
	m := webex.NewMessage{RoomID: o.RoomID, ToPersonID: o.PersonID, ParentID: o.ParentID, Markdown: o.Markdown}
	if len(o.Card) > 0 {
		m.Attachments = []webex.Attachment{{ContentType: webex.CardType, Content: o.Card}}
	}
	if o.File != nil {
		file := webex.File(*o.File)
		m.File = &file
	}
	return m
}

func (b *Bot) postOne(ctx context.Context, o Outgoing, m webex.NewMessage) (webex.Message, error) {
	posted, err := b.o.Webex.Post(ctx, m)
	if err == nil {
		b.o.Logger.Info("posted", "key", o.Key, "ref", o.Ref, "message", posted.ID)
	}
	return posted, err
}

// refused reports whether Webex will not take this message as it is: a bad
// request, or a thread that is not there.
func refused(err error) bool { return webex.IsStatus(err, http.StatusBadRequest, http.StatusNotFound) }
