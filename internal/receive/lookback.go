package receive

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"trackbot/webex"
)

const (
	overlap           = time.Minute            // before the last time that is known to be whole: clocks differ, and Webex lags
	maxRooms          = 1000                   // spaces that are looked at in one go
	maxPages          = 10                     // of a space, 50 messages each
	roomsWithoutPause = 10                     // spaces that are looked at without a pause
	roomPause         = 250 * time.Millisecond // between the spaces after them
	maxRetryWait      = time.Minute            // longest wait after a failure
	maxAnswerAge      = 15 * time.Minute       // a missed question of that age is answered, an older one told of
)

// lookBack looks for what was asked while nothing was heard, and puts it into
// the queue under the same keys as what was heard: so nothing is answered
// twice, and it may be cut short and begin again.
type lookBack struct {
	r      *Receivers
	window time.Duration // 0: never
	calls  chan struct{}
	open   atomic.Int64 // wakes that are not done with
}

// wake asks for a look back; it does not wait for it.
func (b *lookBack) wake() {
	b.open.Add(1)
	select {
	case b.calls <- struct{}{}:
	default:
	}
}

// whole reports whether nothing is left to look for.
func (b *lookBack) whole() bool { return b.open.Load() == 0 }

// Run looks back whenever it was asked to, until ctx is done.
func (b *lookBack) Run(ctx context.Context) {
	for wait := time.Second; ; {
		select {
		case <-ctx.Done():
			return
		case <-b.calls:
		}
		asked := b.open.Load()
		err := b.look(ctx)
		if err == nil {
			b.open.Add(-asked)
			wait = time.Second
			continue
		}
		b.r.log.WarnContext(ctx, "what was missed is not known yet; trying again", "wait", wait, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, maxRetryWait)
		select {
		case b.calls <- struct{}{}:
		default:
		}
	}
}

// look goes through the spaces with activity since the last time that is known
// to be whole.
func (b *lookBack) look(ctx context.Context) error {
	began := time.Now()
	from, err := b.r.heard(ctx)
	if err != nil {
		return err
	}
	if from.IsZero() || b.window == 0 { // the first start ever, or nobody wants it
		return b.r.note(ctx, began)
	}
	from = latest(from.Add(-overlap), began.Add(-b.window))
	rooms, whole, err := b.r.o.Client.RecentRooms(ctx, from, maxRooms)
	if err != nil {
		return err
	}
	if !whole {
		b.r.log.WarnContext(ctx, "too many spaces to look through; the ones of longest silence are left out", "rooms", len(rooms))
	}
	found := 0
	for i, room := range rooms {
		if i >= roomsWithoutPause {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(roomPause):
			}
		}
		n, err := b.room(ctx, room, from)
		if err != nil && !webex.IsNotFound(err) && !webex.IsStatus(err, 403) {
			return err
		}
		found += n
	}
	b.r.log.InfoContext(ctx, "looked for what was missed", "since", from, "spaces", len(rooms), "found", found, "took", time.Since(began))
	return b.r.note(ctx, began)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// room puts what was asked in one space since a time and not heard into the
// queue, and returns how much that was.
func (b *lookBack) room(ctx context.Context, room webex.Room, from time.Time) (int, error) {
	missed, err := b.messages(ctx, room, from)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(missed, func(m webex.Message) bool { return time.Since(m.Created) > maxAnswerAge })
	if i < 0 {
		i = len(missed)
	}
	if err := b.away(ctx, missed[i:]); err != nil {
		return 0, err
	}
	return b.ask(ctx, missed[:i])
}

// away puts one of the questions that are too old to be answered into the
// queue, so that its thread is told that the bot was away: the newest, which
// somebody may still care for.
func (b *lookBack) away(ctx context.Context, old []webex.Message) error {
	for _, m := range old {
		if fresh, err := b.r.o.Put(ctx, event(m)); fresh || err != nil {
			return err
		}
	}
	return nil
}

// ask puts questions into the queue, the oldest first, and returns how many
// were not known.
func (b *lookBack) ask(ctx context.Context, young []webex.Message) (found int, err error) {
	for _, m := range slices.Backward(young) {
		fresh, err := b.r.o.Put(ctx, event(m))
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
func (b *lookBack) messages(ctx context.Context, room webex.Room, from time.Time) ([]webex.Message, error) {
	q := webex.MessageQuery{Max: 50}
	if room.Type != "direct" {
		q.MentionedPeople = "me"
	}
	var all []webex.Message
	for range maxPages {
		page, err := b.r.o.Client.Messages(ctx, room.ID, q)
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
