package app

import (
	"cmp"
	"context"
	"time"

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/webex"
)

// hear is the inbox of every receiver: everything is stored before the receiver
// acknowledges it, but for those of the bot's own words that nobody will miss.
func (a *App) hear(ctx context.Context, e webex.Event) error {
	_, err := a.putEvent(ctx, e)
	return err
}

// putEvent is hear that tells whether the event is a new one.
func (a *App) putEvent(ctx context.Context, e webex.Event) (fresh bool, err error) {
	a.heardAt.Store(time.Now().UnixMilli())
	if own, err := a.bot.Own(ctx, e); own || err != nil {
		return false, err
	}
	if e.Resource == webex.Memberships {
		a.joined(ctx, e)
	}
	return a.events.Put(ctx, e.Key(), bot.Lane(e.RoomID, e.PersonID), e)
}

// echo keeps one of the bot's own messages beyond this process where another
// one may have to know of it.
func (a *App) echo(ctx context.Context, e webex.Event) error {
	if a.replicated() || a.bot.Posting(e.RoomID) {
		return a.shared.heard(ctx, e)
	}
	return nil
}

// answer works on one event and stores its reply.
func (a *App) answer(ctx context.Context, it queue.Item[webex.Event]) error {
	out, err := a.bot.Handle(ctx, it.Value)
	if err != nil || out == nil {
		return err
	}
	for _, part := range out.Parts() {
		_, err = a.replies.Put(ctx, part.Key, it.Lane, part)
		if err != nil {
			return err
		}
	}
	if out.Job == nil {
		return nil
	}
	return a.beginJob(ctx, *out.Job)
}

// sorry tells the asker of an event that was given up.
func (a *App) sorry(ctx context.Context, it queue.Item[webex.Event], reason error) error {
	a.log.Error("given up", "key", it.Key, "ref", bot.Ref(it.Key), "error", reason)
	e := it.Value
	if err := a.record(bot.Entry{
		Asked: e.Created, Ref: bot.Ref(it.Key), Person: bot.Person{ID: e.PersonID, Email: e.PersonEmail}, RoomID: e.RoomID,
		Reason: "given up: " + reason.Error(), Outcome: bot.Failed,
	}); err != nil {
		a.log.Error("not recorded", "key", it.Key, "ref", bot.Ref(it.Key), "error", err)
	}
	_, err := a.replies.Put(ctx, it.Key, it.Lane, a.bot.Sorry(it.Value))
	return err
}

// postLater stores a message that is not the answer itself.
func (a *App) postLater(ctx context.Context, o bot.Outgoing) error {
	if answer, ok := bot.Precedes(o); ok {
		if known, err := a.replies.Known(ctx, answer, o.Lane); err != nil || known {
			return err
		}
	}
	_, err := a.replies.Put(ctx, o.Key, cmp.Or(o.Lane, o.Key), o)
	return err
}

// Waiting is how many events, jobs and replies are stored and not done. It
// counts in the order in which they come of one another, so that nothing slips
// by between two counts: 0 is rest.
func (a *App) Waiting(ctx context.Context) int {
	events, err := a.events.Waiting(ctx)
	jobs, err2 := a.jobs.Waiting(ctx)
	replies, err3 := a.replies.Waiting(ctx)
	if err != nil || err2 != nil || err3 != nil {
		return -1
	}
	return events + replies + jobs
}

// LookedBack reports whether nothing is left to look for that was asked before
// this process heard, or while it did not.
func (a *App) LookedBack() bool { return a.receivers.LookedBack() }

// send posts one reply.
func (a *App) send(ctx context.Context, it queue.Item[bot.Outgoing]) error {
	err := a.bot.Send(ctx, it.Value, it.Again)
	a.metrics.Posted(it.Value.Asked, err)
	return err
}
