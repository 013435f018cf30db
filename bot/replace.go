package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"trackbot/webex"
)

// edit puts a reply in the place of the message that it replaces. It reports
// false, and no error, where there is none, or where Webex refuses that and the
// reply must be posted; that to an edited question then says so.
func (b *Bot) edit(ctx context.Context, o *Outgoing, again bool) (done bool, err error) {
	if o.Replaces != "" {
		done, err = b.putInPlace(ctx, *o, again)
	}
	if done || err != nil || o.Replaces == "" || o.Earlier == "" {
		return done, err
	}
	return false, o.markEdited()
}

// putInPlace is edit without the mark. A file can't be put into a message that is
// there.
func (b *Bot) putInPlace(ctx context.Context, o Outgoing, again bool) (done bool, err error) {
	if o.File != nil {
		return false, nil
	}
	m := o.message()
	m.RoomID = cmp.Or(o.ReplacesIn, o.RoomID)
	_, err = b.o.Webex.Edit(ctx, o.Replaces, m)
	if err == nil {
		b.o.Logger.Info("put in place", "key", o.Key, "ref", o.Ref, "message", o.Replaces)
		return true, nil
	}
	if e, ok := errors.AsType[*webex.Error](err); !ok || e.Temporary() || e.Status == 401 {
		return false, laterOn401(fmt.Errorf("edit for %s: %w", o.Key, err))
	}
	b.o.Logger.Info("not put in place; posting anew", "key", o.Key, "ref", o.Ref, "error", err)
	if again { // the edit may have been made, and been the last one that Webex allows
		m, err := b.o.Webex.Message(ctx, o.Replaces)
		return err == nil && b.isReply(m, o), nil
	}
	return false, nil
}

// removeOld deletes the message whose place a reply took that had to be posted.
func (b *Bot) removeOld(ctx context.Context, o Outgoing) error {
	if o.Replaces == "" {
		return nil
	}
	return b.remove(ctx, o, o.Replaces)
}

// remove deletes a message of the bot's own that an answer made superfluous.
func (b *Bot) remove(ctx context.Context, o Outgoing, id string) error {
	err := b.o.Webex.Delete(ctx, id)
	e, ok := errors.AsType[*webex.Error](err)
	if ok && !e.Temporary() && e.Status != 401 {
		b.o.Logger.Info("what was replaced could not be deleted", "key", o.Key, "ref", o.Ref, "error", err)
		return nil
	}
	if err != nil && !ok {
		return fmt.Errorf("delete what %s replaces: %w", o.Key, err)
	}
	if err != nil {
		return uncertainError{error: fmt.Errorf("delete what %s replaces: %w", o.Key, err), after: max(e.RetryAfter(), time.Second)}
	}
	return nil
}
