package receive

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"trackbot/webex"
)

const (
	lookEvery         = 2 * time.Minute        // between two looks that nobody asked for
	overlap           = time.Minute            // before the time that is noted: Webex's own lists lag
	maxRooms          = 1000                   // spaces that are looked through in one look
	maxMessages       = 500                    // of one space
	roomsWithoutPause = 10                     // spaces that are looked through without a pause
	roomPause         = 250 * time.Millisecond // before each space after them
	maxRetryWait      = time.Minute            // longest wait after a look that failed
	maxFailures       = 3                      // spaces that may fail before a look is given up
	maxRefusals       = 3                      // looks in a row that a 403 may fail; then the space counts as closed to the bot
	maxAnswerAge      = 15 * time.Minute       // a missed question of that age is answered; an older one hears that the bot was away
	deliveryTime      = 30 * time.Second       // how late a receiver may hear of a message
	editAge           = 10 * time.Minute       // how long after it was written an edit of a message is a question
)

// lookBack looks through the spaces for what was asked and not heard: after each
// gap that a receiver knows of, and every two minutes for those of which nobody
// knows. What it finds goes into the inbox under the same keys as what is heard,
// so that nothing is answered twice and a look may be cut short. Until when
// everything was found is noted after whole looks alone, by Webex's clock.
type lookBack struct {
	r      *Receivers
	window time.Duration // how far it looks back at most; 0: never
	calls  chan struct{}
	open   atomic.Int64 // calls of wake that no whole look followed yet
	once   atomic.Bool  // a look of this process was whole

	// Only Run's goroutine touches these.
	done    map[string]time.Time // by space: until when it was looked through, since the last whole look
	refused map[string]int       // by space: looks in a row that ended in a 403
}

func newLookBack(r *Receivers, window time.Duration) *lookBack {
	return &lookBack{r: r, window: window, calls: make(chan struct{}, 1), done: map[string]time.Time{}, refused: map[string]int{}}
}

// wake asks for a look; it does not wait for it.
func (b *lookBack) wake() {
	b.open.Add(1)
	select {
	case b.calls <- struct{}{}:
	default:
	}
}

// Run looks back until ctx is done.
func (b *lookBack) Run(ctx context.Context) {
	waits := backoff.ExponentialBackOff{InitialInterval: time.Second, MaxInterval: maxRetryWait, Multiplier: 2, RandomizationFactor: 0.2}
	for wait := lookEvery; ; {
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-b.calls:
		case <-t.C:
		}
		t.Stop()
		asked := b.open.Load()
		err := b.look(ctx, asked > 0)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			b.open.Add(-asked)
			b.once.Store(true)
			waits.Reset()
			wait = lookEvery
			continue
		}
		wait = waits.NextBackOff()
		if e, ok := errors.AsType[*webex.Error](err); ok {
			wait = max(wait, e.RetryAfter())
		}
		b.r.log.WarnContext(ctx, "what was missed is not known yet; trying again", "wait", wait, "error", err)
	}
}

// look goes through the spaces with activity since the noted time. gap says that
// a receiver knows of something that it may have missed.
func (b *lookBack) look(ctx context.Context, gap bool) error {
	client := b.r.o.Client
	noted, err := b.r.noted(ctx, noteHeard)
	if err != nil {
		return err
	}
	if b.window == 0 {
		return b.r.note(ctx, noteHeard, client.Now())
	}
	from := noted.Add(-overlap)
	if oldest := client.Now().Add(-b.window); from.Before(oldest) {
		from = oldest
	}
	if noted.IsZero() { // the first start ever: what was asked before is not for this bot, and one call tells Webex's time
		from = client.Now()
	}
	began := time.Now()
	rooms, whole, err := client.RecentRooms(ctx, from, maxRooms)
	if err != nil {
		return fmt.Errorf("list the spaces: %w", err)
	}
	now := client.Now().Add(-time.Since(began))
	if !noted.IsZero() {
		if !whole {
			b.r.log.WarnContext(ctx, "too many spaces to look through; the ones of longest silence are left out", "rooms", len(rooms))
		}
		if err := b.rooms(ctx, rooms, from, now, gap); err != nil {
			return err
		}
	}
	clear(b.done)
	return b.r.note(ctx, noteHeard, now)
}

// rooms looks through spaces. One that fails keeps none of the others from it;
// its error is returned. Where several fail in a row it is Webex that fails.
func (b *lookBack) rooms(ctx context.Context, rooms []webex.Room, from, now time.Time, gap bool) error {
	var failed []error
	looked, found, inRow := 0, 0, 0
	for _, room := range rooms {
		since := b.since(room, from)
		if since.IsZero() {
			continue
		}
		if looked++; looked > roomsWithoutPause && !pause(ctx) {
			return ctx.Err()
		}
		n, err := b.room(ctx, room, since)
		found += n
		if err = b.unlessClosed(ctx, room, err); err == nil {
			b.done[room.ID], inRow = now, 0
			continue
		}
		failed = append(failed, err)
		if inRow++; inRow == maxFailures {
			break
		}
	}
	b.report(ctx, gap, from, looked, found)
	return errors.Join(failed...)
}

// pause waits between two spaces, and reports whether ctx is not done.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(roomPause):
		return true
	}
}

// report logs what a look found. What was found without a gap that is known of
// says that the way in is broken, or was.
func (b *lookBack) report(ctx context.Context, gap bool, from time.Time, looked, found int) {
	if found > 0 || gap {
		b.r.log.InfoContext(ctx, "looked for what was missed", "since", from, "spaces", looked, "found", found)
	}
	if found > 0 && !gap && b.r.keeper != nil {
		b.r.log.WarnContext(ctx, "messages were found that no webhook delivered; can Webex reach WEBEX_PUBLIC_URL?", "found", found)
	}
}

// since is from when on a space must be looked through; zero where an earlier
// look, of which others failed, did that and nothing happened in it since.
func (b *lookBack) since(room webex.Room, from time.Time) time.Time {
	done, ok := b.done[room.ID]
	switch done = done.Add(-overlap); {
	case !ok || done.Before(from):
		return from
	case room.LastActivity.Before(done) && !room.LastActivity.IsZero():
		return time.Time{}
	}
	return done
}

// unlessClosed returns the error of a space, or nil where the space is closed to
// the bot: it was removed from it, or Webex refuses its messages again and again.
func (b *lookBack) unlessClosed(ctx context.Context, room webex.Room, err error) error {
	if !webex.IsStatus(err, 403) {
		delete(b.refused, room.ID)
		if webex.IsNotFound(err) {
			return nil
		}
		return err
	}
	b.refused[room.ID]++
	b.r.log.WarnContext(ctx, "Webex refuses the messages of a space", "room", room.ID, "times", b.refused[room.ID], "error", err)
	if b.refused[room.ID] >= maxRefusals {
		return nil
	}
	return err
}

// room puts what was asked in a space since a time into the inbox, as far as it
// could be listed, and returns how many messages a receiver should have heard of.
func (b *lookBack) room(ctx context.Context, room webex.Room, since time.Time) (found int, err error) {
	all, listErr := b.messages(ctx, room, since.Add(-editAge))
	now := b.r.o.Client.Now()
	list, err := b.edits(ctx, all, since)
	if err != nil {
		return 0, err
	}
	young := slices.IndexFunc(list, func(m webex.Message) bool { return now.Sub(m.Created) > maxAnswerAge })
	if young < 0 {
		young = len(list)
	}
	if err := b.away(ctx, list[young:]); err != nil {
		return 0, err
	}
	for _, m := range slices.Backward(list[:young]) {
		fresh, err := b.r.o.Put(ctx, event(m))
		if err != nil {
			return found, fmt.Errorf("store a message: %w", err)
		}
		if fresh && now.Sub(m.Created) > deliveryTime {
			found++
		}
	}
	return found, listErr
}

// edits puts the edits since a time into the inbox, as far as messages tell when
// they were edited, and returns the messages that were written since then.
func (b *lookBack) edits(ctx context.Context, all []webex.Message, since time.Time) (written []webex.Message, err error) {
	for _, m := range all {
		if !m.Created.Before(since) {
			written = append(written, m)
		}
		if m.Updated.IsZero() || m.Updated.Before(since) || m.Updated.Sub(m.Created) > editAge {
			continue
		}
		e := event(m)
		e.Event, e.Updated = webex.Updated, m.Updated
		if _, err := b.r.o.Put(ctx, e); err != nil {
			return nil, fmt.Errorf("store an edit: %w", err)
		}
	}
	return written, nil
}

// away puts the newest of the messages that are too old to be answered into the
// inbox, so that its thread reads that the bot was away: somebody may still care
// for that one. Where it is known, so are those before it.
func (b *lookBack) away(ctx context.Context, old []webex.Message) error {
	for _, m := range old {
		if e := event(m); !b.r.o.Own(e) {
			_, err := b.r.o.Put(ctx, e)
			return err
		}
	}
	return nil
}

// messages are those of a space since a time, the newest first: in a group what
// mentions the bot, which is all that a bot may list there. Behind a page that
// can't be read the list goes on with the message before which it ended: the
// link to it may be broken. What was read comes along with the error.
func (b *lookBack) messages(ctx context.Context, room webex.Room, since time.Time) ([]webex.Message, error) {
	q := webex.MessageQuery{Max: maxMessages, Since: since}
	if room.Type != "direct" {
		q.MentionedPeople = "me"
	}
	var all []webex.Message
	for {
		list, err := b.r.o.Client.Messages(ctx, room.ID, q)
		for _, m := range list {
			if m.RoomType == "" {
				m.RoomType = room.Type
			}
			all = append(all, m)
		}
		switch {
		case err == nil || len(all) >= maxMessages:
			return all, nil
		case len(list) == 0:
			return all, fmt.Errorf("list a space: %w", err)
		}
		b.r.log.WarnContext(ctx, "a further page of a space can't be read; asking for it in another way", "room", room.ID, "error", err)
		q.BeforeMessage, q.Max = list[len(list)-1].ID, maxMessages-len(all)
	}
}

// event is what a receiver would have said of a message.
func event(m webex.Message) webex.Event {
	return webex.Event{
		Resource: webex.Messages, Event: webex.Created, ID: m.ID, RoomID: m.RoomID, RoomType: m.RoomType,
		PersonID: m.PersonID, PersonEmail: m.PersonEmail, ActorID: m.PersonID, ParentID: m.ParentID, Created: m.Created, Missed: true,
	}
}
