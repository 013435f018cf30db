package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// NotDeliveredError says that an answer stands nowhere and never will: Webex
// refused it in the space where it was asked for, and 1:1 too.
type NotDeliveredError struct {
	Ref string // of the answer
	Err error  // what Webex said, of the space and of the 1:1 space
}

// Error says what Webex refused.
func (e *NotDeliveredError) Error() string {
	return fmt.Sprintf("the answer %s was not delivered: %v", e.Ref, e.Err)
}

// Unwrap returns what Webex said.
func (e *NotDeliveredError) Unwrap() error { return e.Err }

// Temporary is false: another try would end the same way.
func (e *NotDeliveredError) Temporary() bool { return false }

// notHere stands above an answer that the bot may not post where it was asked
// for, such as in an announcement space.
const notHere = "I can't post in the space where you asked this, so I'm replying here."

// refusedForGood reports whether Webex will never take a message for where it
// was to go, as against not now or not with this token.
func refusedForGood(err error) bool {
	e, ok := errors.AsType[*webex.Error](err)
	return ok && e.Status != 401 && e.Kind != webex.KindToken && !e.Temporary() && !e.Uncertain()
}

// elsewhere decides what becomes of an answer that Webex refused for good, with
// err, where it was to go. Nothing, where the space or the question is gone, or
// where it is only a line before the answer; otherwise it goes to the asker
// 1:1, as text, because its buttons work in the space alone.
func (b *Bot) elsewhere(ctx context.Context, o Outgoing, unsure time.Time, err error) (Posted, error) {
	if o.isAside() {
		b.o.Logger.Info("a line beside an answer can't be posted", "key", o.Key, "ref", o.Ref, "error", err)
		return Posted{}, nil
	}
	if gone, e := b.isGone(ctx, o, err); gone || e != nil {
		return Posted{Gone: gone}, e
	}
	if o.PersonID != "" || o.AskerID == "" {
		b.o.Logger.Error("an answer can't be delivered", "key", o.Key, "ref", o.Ref, "error", err)
		return Posted{}, &NotDeliveredError{Ref: o.Ref, Err: err}
	}
	b.o.Logger.Warn("Webex does not let this bot post where it was asked; answering 1:1", "key", o.Key, "ref", o.Ref, "error", err)
	direct := o
	direct.PersonID, direct.RoomID, direct.ParentID, direct.Replaces, direct.ReplacesIn, direct.Card = o.AskerID, "", "", "", "", nil
	direct.Markdown = cards.Cut(cards.Escape(notHere)+"\n\n"+o.Markdown, cards.MaxMarkdown)
	at, failed := b.send(ctx, direct, unsure)
	if refusal, ok := errors.AsType[*NotDeliveredError](failed); ok {
		refusal.Err = errors.Join(err, refusal.Err)
	}
	return at, failed
}

// isGone reports whether a post was refused because there is nothing left to
// answer: the space, or the message in it whose thread it was to go to. That is
// nobody's fault and ends quietly.
func (b *Bot) isGone(ctx context.Context, o Outgoing, err error) (bool, error) {
	if !webex.IsNotFound(err) || o.PersonID != "" {
		return false, nil
	}
	if o.ParentID != "" {
		_, unread := b.o.Webex.Message(webex.WithPatience(ctx, time.Now()), o.ParentID)
		switch {
		case unread == nil:
			return false, nil
		case !refusedForGood(unread):
			return false, laterOn401(fmt.Errorf("whether the question of %s is there: %w", o.Key, unread))
		}
	}
	b.o.Logger.Warn("the space or the question is gone; nothing to answer", "key", o.Key, "ref", o.Ref, "error", err)
	return true, nil
}

// Entry is what the record says of a message beside the line of its question,
// which says that it was answered: [Gone] or [NotDelivered], and why.
func (o Outgoing) Entry(outcome, reason string) Entry {
	return Entry{Asked: o.Asked, Ref: o.Ref, Person: Person{ID: o.AskerID}, RoomID: o.RoomID, Outcome: outcome, Reason: reason}
}
