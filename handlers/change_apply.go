package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/internal/change"
	"trackbot/internal/hostname"
	"trackbot/webex"
)

const (
	// writePatience is for the one write of a change, whose answer is worth more
	// than that of the question: it doesn't end with the question's time.
	writePatience = 40 * time.Second
	// looks is how often what was written is read back until it shows, and
	// lookWait the time between: Webex may show a write a moment later.
	looks    = 3
	lookWait = 500 * time.Millisecond
)

// apply writes an approved change, once: what is there is read again, the start
// is stored with the line of the record, and only who stored it writes. A process
// that dies afterwards leaves a change that is read back and never written again.
func (c changer) apply(ctx context.Context, r bot.Request, ch Change) (bot.Reply, error) {
	if ch.Plan.Many() {
		return c.applyMany(ctx, r, ch)
	}
	now, err := c.read(ctx, ch.Plan)
	if err != nil {
		ch.Event, ch.Approver = "", bot.Person{}
		if _, undone := c.Plans.Move(ctx, ch, ChangeWaiting); undone != nil {
			return bot.Reply{}, undone
		}
		return bot.Reply{}, fmt.Errorf("read what is to be changed: %w", err)
	}
	if left := change.Diff(ch.Plan.Before, now); len(left) > 0 {
		ch.Lines = left
		return c.finish(ctx, r, ch, ChangeFailed, "This was changed by somebody else since it was planned, as shown below. Nothing was written.")
	}
	if instead, err := c.begin(ctx, r, &ch); instead != nil || err != nil {
		return answered(instead), err
	}
	return c.settle(ctx, r, ch, c.write(ctx, ch.Plan))
}

// begin stores, with the line of the record, that a change may be written from now
// on. It returns a reply instead where it stands otherwise by now.
func (c changer) begin(ctx context.Context, r bot.Request, ch *Change) (*bot.Reply, error) {
	moved, err := c.Plans.Move(ctx, *ch, ChangeApplying)
	if err != nil {
		return nil, fmt.Errorf("begin a change: %w", err)
	}
	if !moved {
		reply, err := c.settled(ctx, r, ch.Ref)
		return &reply, err
	}
	ch.State = ChangeApplying
	return nil, nil
}

// write makes the one write of a plan.
func (c changer) write(ctx context.Context, p change.Plan) error {
	ctx, cancel := context.WithTimeout(webex.WithPatience(context.WithoutCancel(ctx), time.Now()), writePatience)
	defer cancel()
	var err error
	switch {
	case p.After.User != nil:
		_, err = c.Write.UpdateUserTrackingCodes(ctx, *p.After.User)
	case p.After.Code == nil:
		err = c.Write.DeleteTrackingCode(ctx, p.Site, p.Before.Code.ID)
	case p.Before.Code == nil:
		_, err = c.Write.CreateTrackingCode(ctx, *p.After.Code)
	default:
		_, err = c.Write.UpdateTrackingCode(ctx, *p.After.Code)
	}
	return err
}

// settle reads back what became of a write, and ends the change with that. wrote
// is the write's error, or [errCutOff] where nobody knows.
func (c changer) settle(ctx context.Context, r bot.Request, ch Change, wrote error) (bot.Reply, error) {
	refused, ok := errors.AsType[*webex.Error](wrote)
	if ok && !refused.Uncertain() && refused.Status < http.StatusInternalServerError {
		return c.finish(ctx, r, ch, ChangeFailed, refusedWords(refused))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writePatience)
	defer cancel()
	now, err := c.readBack(ctx, ch.Plan)
	switch {
	case webex.IsStatus(err, http.StatusTooManyRequests):
		return bot.Reply{}, err // this event is handled again after the pause
	case err != nil:
		return c.finish(ctx, r, ch, ChangeFailed, "It may have been written, but Webex can't be read just now. Look at it before you ask again.")
	}
	left, before := change.Diff(ch.Plan.After, now), change.Diff(ch.Plan.Before, now)
	ch.Lines = before
	switch {
	case len(left) == 0:
		ch.Plan.After = now
		return c.finish(ctx, r, ch, ChangeDone, "Written and read back: Webex has it as asked.")
	case len(before) == 0:
		ch.Lines = ch.Plan.Lines()
		return c.finish(ctx, r, ch, ChangeFailed, "Webex has what it had before: nothing was changed.")
	}
	ch.Plan.After = now
	return c.finish(ctx, r, ch, ChangeDone, "Written, but Webex has it otherwise than asked: "+strings.Join(change.Texts(left), "; ")+" (asked → stored). Below is what changed.")
}

// errCutOff says that the process ended while a change was written.
var errCutOff = errors.New("the process ended while it was written")

// refusedWords say that a write did not happen, and what Webex says of it.
func refusedWords(e *webex.Error) string {
	words := "Webex refused this; nothing was changed."
	switch e.Status {
	case http.StatusTooManyRequests:
		return "Webex asks me to slow down; nothing was changed. Ask again in a few minutes."
	case http.StatusForbidden, http.StatusConflict:
		words += " It refuses changes of codes that are mapped to attributes in Control Hub, and of those whom the admin token has no rights for."
	case 0:
		return "Webex could not be reached; nothing was changed."
	}
	if said := strings.TrimSpace(strings.Join(append([]string{e.Message}, e.Details...), " ")); said != "" {
		words += " It says: " + said
	}
	return words
}

// finish ends a change and says so: in the thread, to the asker 1:1, in the
// admins' space, and in the place of the card that still has buttons.
func (c changer) finish(ctx context.Context, r bot.Request, ch Change, to ChangeState, outcome string) (bot.Reply, error) {
	ch.Outcome = outcome
	if _, err := c.Plans.Move(ctx, ch, to); err != nil {
		return bot.Reply{}, fmt.Errorf("end a change: %w", err)
	}
	return c.settled(ctx, r, ch.Ref)
}

// settled tells how a change stands that this event brought to its end.
func (c changer) settled(ctx context.Context, r bot.Request, ref string) (bot.Reply, error) {
	ch, err := c.Plans.Get(ctx, ref)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("read a change: %w", err)
	}
	return c.outcome(r, ch), nil
}

// outcome says that a change is over: in answer to a request, where it was shown
// before, and to its asker.
func (c changer) outcome(r bot.Request, ch Change) bot.Reply {
	reply := c.card(ch)
	reply.Replace, reply.Copies = true, c.inPlace(ch, r.Room)
	if !r.Room.Direct || !webex.SameID(r.Person.ID, ch.Asker.ID) {
		card := c.card(ch)
		reply.Copies = append(reply.Copies, bot.Copy{PersonID: ch.Asker.ID, Card: card.Card, Markdown: card.Markdown})
	}
	return reply
}

// InPlace is the card of a change in the place of those that showed it before, for
// who knows, with nobody asking, that it is over. room is that of every change; may be
// empty.
func InPlace(ch Change, room string) []bot.Copy {
	return changer{Changes: Changes{Room: room}}.inPlace(ch, bot.Room{ID: room})
}

// inPlace is the card of a change in the place of those that showed it before: where
// it was asked, and in the space that hears of every change, which hears of it anyway.
// at is where the answer goes.
func (c changer) inPlace(ch Change, at bot.Room) []bot.Copy {
	card := c.card(ch)
	list := []bot.Copy{{Replaces: ch.Key, Room: ch.Room, Root: ch.Root, Card: card.Card, Markdown: card.Markdown}}
	if c.Room != "" && !webex.SameID(c.Room, ch.Room.ID) {
		list = append(list, bot.Copy{
			Replaces: ch.RoomKey, OrNew: !webex.SameID(c.Room, at.ID), Room: bot.Room{ID: c.Room}, Card: card.Card, Markdown: card.Markdown,
		})
	}
	return list
}

// read reads what a plan is about, as Webex has it now.
func (c changer) read(ctx context.Context, p change.Plan) (change.State, error) {
	if u := p.After.User; u != nil {
		now, err := c.personNow(ctx, p.Site, *u)
		return change.State{User: &now}, err
	}
	id := ""
	for _, s := range []change.State{p.After, p.Before} {
		if s.Code != nil && id == "" {
			id = s.Code.ID
		}
	}
	if id == "" { // it is made anew, and has no id yet
		list, err := c.admin.TrackingCodes(ctx, p.Site)
		for _, t := range list {
			if fold(t.Name) == fold(p.After.Code.Name) {
				return change.State{Code: &t}, err
			}
		}
		return change.State{}, err
	}
	now, err := c.admin.TrackingCode(ctx, p.Site, id)
	switch {
	case webex.IsNotFound(err):
		return change.State{}, nil
	case err == nil && !hostname.Same(now.SiteURL, p.Site):
		err = bot.OtherSiteError{Asked: p.Site, Answered: now.SiteURL}
	}
	return change.State{Code: &now}, err
}

// readBack reads until Webex shows what was written, or no longer hopes for it.
func (c changer) readBack(ctx context.Context, p change.Plan) (now change.State, err error) {
	for look := range looks {
		if look > 0 {
			select {
			case <-ctx.Done():
				return now, ctx.Err()
			case <-time.After(lookWait):
			}
		}
		if now, err = c.read(ctx, p); err == nil && len(change.Diff(p.After, now)) == 0 {
			break
		}
	}
	return now, err
}
