package bot

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"trackbot/webex"
)

// welcomeAge is how long after the bot was added it still says hello: as long as
// [Options.First] remembers that it did.
const welcomeAge = time.Hour

// added makes a question of an event that says somebody has added the bot to a
// group space. The membership is fetched, and the actor must be a member: anybody
// with the webhook's secret can name spaces and people. Nil is silence.
func (b *Bot) added(ctx context.Context, q *question, e webex.Event, me webex.Person) (*question, error) {
	// In a 1:1 space the first message comes along with the membership and
	// gets the answer; a welcome beside it would be one too many.
	if !webex.SameID(e.PersonID, me.ID) || e.RoomType == "direct" {
		return nil, nil
	}
	m, err := b.o.Webex.Membership(ctx, e.ID)
	if err == nil {
		switch {
		case !webex.SameID(m.ID, e.ID), !webex.SameID(m.RoomID, e.RoomID), !webex.SameID(m.PersonID, me.ID), m.RoomType == "direct":
			return b.notAdded(q, "the membership is another one")
		case time.Since(m.Created) > welcomeAge:
			return b.notAdded(q, "the membership is old")
		}
		var in bool
		if in, err = b.o.Webex.Member(ctx, m.RoomID, e.ActorID); err == nil && !in {
			return b.notAdded(q, "the actor is no member")
		}
	}
	if webex.IsStatus(err, http.StatusForbidden) {
		return b.notAdded(q, "Webex does not show it")
	}
	if err != nil {
		return b.unreadable(e, err)
	}
	q.added, q.askerID, q.room, q.asked = true, e.ActorID, Room{ID: m.RoomID}, m.Created
	return q, nil
}

func (b *Bot) notAdded(q *question, why string) (*question, error) {
	b.o.Logger.Info("an event says that the bot was added, and is not right; dropped", "key", q.key, "ref", q.ref, "why", why)
	return nil, nil
}

// welcome says hello, once an hour and space.
func (b *Bot) welcome(ctx context.Context, q *question) (*Reply, error) {
	first, err := b.o.First(ctx, "welcome "+webex.UUID(q.room.ID), q.key)
	if err != nil {
		return nil, fmt.Errorf("whether the space was welcomed before: %w", err)
	}
	if !first {
		q.entry.Outcome = Ignored
		return nil, nil
	}
	return b.run(ctx, *q, Welcome, Request{Admin: q.admin})
}
