package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"trackbot/webex"
)

const (
	catchOverlap = time.Minute            // before the last time that is known to be whole: clocks differ, and Webex lags
	catchRooms   = 1000                   // spaces that are looked at in one go
	catchPages   = 10                     // of a space, 50 messages each
	catchSwift   = 10                     // spaces that are looked at without a pause
	catchPace    = 250 * time.Millisecond // between the spaces after them
	catchAgain   = time.Minute            // longest wait after a failure
	catchFresh   = 15 * time.Minute       // a missed question of that age is answered, an older one told of
)

// catchUp looks for what was asked while nothing was heard, and puts it into
// the queue under the same keys as what was heard: so nothing is answered
// twice, and it may be cut short and begin again.
type catchUp struct {
	h      *hearing
	rooms  notes         // how far each space was looked through
	window time.Duration // 0: never
	calls  chan struct{}
	open   atomic.Int64 // wakes that are not done with
}

// wake asks for a look back; it does not wait for it.
func (c *catchUp) wake() {
	c.open.Add(1)
	select {
	case c.calls <- struct{}{}:
	default:
	}
}

// whole reports whether nothing is left to look for.
func (c *catchUp) whole() bool { return c.open.Load() == 0 }

// Run looks back whenever it was asked to, until ctx is done.
func (c *catchUp) Run(ctx context.Context) {
	for wait := time.Second; ; {
		select {
		case <-ctx.Done():
			return
		case <-c.calls:
		}
		asked := c.open.Load()
		err := c.look(ctx)
		if err == nil {
			c.open.Add(-asked)
			wait = time.Second
			continue
		}
		c.h.log.WarnContext(ctx, "what was missed is not known yet; trying again", "wait", wait, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, catchAgain)
		select {
		case c.calls <- struct{}{}:
		default:
		}
	}
}

// look goes through the spaces with activity since the last time that is known
// to be whole.
func (c *catchUp) look(ctx context.Context) error {
	began := time.Now()
	from, err := c.h.heard(ctx)
	if err != nil {
		return err
	}
	if from.IsZero() || c.window == 0 { // the first start ever, or nobody wants it
		return c.h.note(ctx, began)
	}
	from = latest(from.Add(-catchOverlap), began.Add(-c.window))
	rooms, whole, err := c.h.client.RecentRooms(ctx, from, catchRooms)
	if err != nil {
		return err
	}
	if !whole {
		c.h.log.WarnContext(ctx, "too many spaces to look through; the ones of longest silence are left out", "rooms", len(rooms))
	}
	found := 0
	for i, room := range rooms {
		if i >= catchSwift {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(catchPace):
			}
		}
		n, err := c.room(ctx, room, from)
		if err != nil && !webex.IsNotFound(err) && !webex.IsStatus(err, 403) {
			return err
		}
		found += n
	}
	c.h.log.InfoContext(ctx, "looked for what was missed", "since", from, "spaces", len(rooms), "found", found, "took", time.Since(began))
	return c.h.note(ctx, began)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// room puts what was asked in one space since a time and not heard into the
// queue, and returns how much that was.
func (c *catchUp) room(ctx context.Context, room webex.Room, from time.Time) (int, error) {
	key := webex.UUID(room.ID)
	if raw, _, err := c.rooms.Get(ctx, key); err == nil && !room.LastActivity.IsZero() {
		ms, _ := strconv.ParseInt(string(raw), 10, 64) // what is no number is no mark
		done := time.UnixMilli(ms)
		if !room.LastActivity.After(done) {
			return 0, nil
		}
		from = latest(from, done.Add(-catchOverlap))
	}
	missed, err := c.messages(ctx, room, from)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(missed, func(m webex.Message) bool { return time.Since(m.Created) > catchFresh })
	if i < 0 {
		i = len(missed)
	}
	if err := c.away(ctx, missed[i:]); err != nil {
		return 0, err
	}
	found, err := c.ask(ctx, missed[:i])
	if err == nil && !room.LastActivity.IsZero() {
		_, err = c.rooms.Put(ctx, key, []byte(strconv.FormatInt(room.LastActivity.UnixMilli(), 10)))
	}
	return found, err
}

// away puts one of the questions that are too old to be answered into the
// queue, so that its thread is told that the bot was away: the newest, which
// somebody may still care for.
func (c *catchUp) away(ctx context.Context, old []webex.Message) error {
	for _, m := range old {
		if fresh, err := c.h.put(ctx, event(m)); fresh || err != nil {
			return err
		}
	}
	return nil
}

// ask puts questions into the queue, the oldest first, and returns how many
// were not known.
func (c *catchUp) ask(ctx context.Context, young []webex.Message) (found int, err error) {
	for _, m := range slices.Backward(young) {
		fresh, err := c.h.put(ctx, event(m))
		if err != nil {
			return found, err
		}
		if fresh {
			found++
		}
	}
	return found, nil
}

// messages are those of a space since a time, the newest first: in a group what
// mentions the bot, which is all that a bot may list there.
func (c *catchUp) messages(ctx context.Context, room webex.Room, from time.Time) ([]webex.Message, error) {
	q := webex.MessageQuery{Max: 50}
	if room.Type != "direct" {
		q.MentionedPeople = "me"
	}
	var all []webex.Message
	for range catchPages {
		page, err := c.h.client.Messages(ctx, room.ID, q)
		if err != nil {
			return nil, fmt.Errorf("list a space: %w", err)
		}
		for _, m := range page {
			if m.Created.Before(from) {
				return all, nil
			}
			if m.RoomType == "" {
				m.RoomType = room.Type
			}
			all = append(all, m)
		}
		if len(page) < q.Max {
			return all, nil
		}
		q.BeforeMessage = page[len(page)-1].ID
	}
	return all, nil
}

// event is what a receiver would have told of a message.
func event(m webex.Message) webex.Event {
	return webex.Event{
		Resource: webex.Messages, Event: webex.Created, ID: m.ID, RoomID: m.RoomID, RoomType: m.RoomType,
		PersonID: m.PersonID, PersonEmail: m.PersonEmail, ActorID: m.PersonID, ParentID: m.ParentID, Created: m.Created, Missed: true,
	}
}
