package bot

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"trackbot/webex"
)

// echoes remembers what the bot's ears heard of its own messages: the only way
// to learn in a group space whether a post arrived.
type echoes struct {
	mu    sync.Mutex
	rooms map[string][]echo // by the space's UUID, oldest first
	posts map[string]int    // posts under way, by the space's UUID
}

type echo struct {
	messageID string
	heard     time.Time
}

// An echo is asked about within seconds of its post, or after a restart. So an
// hour and 200 a space are plenty.
const (
	echoAge = time.Hour
	echoMax = 200
	// postingAge is how long after its answer a post counts as under way: the
	// queue has by then stored that it is done.
	postingAge = time.Second
)

func newEchoes() *echoes { return &echoes{rooms: make(map[string][]echo), posts: make(map[string]int)} }

func (e *echoes) add(roomID, messageID string, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	room := webex.UUID(roomID)
	e.rooms[room] = append(e.rooms[room], echo{messageID, at})
	e.rooms[room] = e.rooms[room][max(0, len(e.rooms[room])-echoMax):]
	if len(e.rooms) > 10_000 {
		e.forget(at)
	}
}

// forget drops spaces that were silent for an hour.
func (e *echoes) forget(now time.Time) {
	for room, list := range e.rooms {
		if now.Sub(list[len(list)-1].heard) > echoAge {
			delete(e.rooms, room)
		}
	}
}

// in returns the ids of the bot's messages in a space, newest first.
func (e *echoes) in(roomID string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var ids []string
	for _, one := range slices.Backward(e.rooms[webex.UUID(roomID)]) {
		ids = append(ids, one.messageID)
	}
	return ids
}

// posting counts a post under way until a second after done is called.
func (e *echoes) posting(roomID string) (done func()) {
	room := webex.UUID(roomID)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.posts[room]++
	return func() { time.AfterFunc(postingAge, func() { e.posted(room) }) }
}

func (e *echoes) posted(room string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.posts[room]--; e.posts[room] == 0 {
		delete(e.posts, room)
	}
}

// Posting reports whether a post to a space is under way. Then its echo is
// worth noting beyond this process: it may be all that is left of the post.
func (b *Bot) Posting(roomID string) bool {
	b.echoes.mu.Lock()
	defer b.echoes.mu.Unlock()
	return b.echoes.posts[webex.UUID(roomID)] > 0
}

// Own reports whether an event is about something that the bot itself wrote,
// and remembers it then. Receivers ask it before they store an event: an echo
// needs no answer. While the bot does not know who it is, nothing is its own.
func (b *Bot) Own(e webex.Event) bool {
	me, known := b.known()
	if !known || e.Resource != webex.Messages || !webex.SameID(e.PersonID, me.ID) {
		return false
	}
	b.Heard(e.RoomID, e.ID)
	return true
}

// Heard remembers a message of the bot's own, heard by this process or another.
func (b *Bot) Heard(roomID, messageID string) { b.echoes.add(roomID, messageID, time.Now()) }

// heardEcho looks for the reply among the bot's messages that were heard.
// Those of seen were looked at before.
func (b *Bot) heardEcho(ctx context.Context, o Outgoing, seen map[string]bool) bool {
	for _, id := range b.echoes.in(o.RoomID) {
		if seen[id] {
			continue
		}
		m, err := b.o.Webex.Message(ctx, id)
		if err != nil {
			continue // looked at again in a moment
		}
		seen[id] = true
		if b.isReply(m, o) {
			return true
		}
	}
	return false
}

// listedEcho looks for the reply in the thread. open is false where Webex does
// not show it: a bot can't list its own messages in a group space.
func (b *Bot) listedEcho(ctx context.Context, o Outgoing) (found, open bool) {
	list, err := b.o.Webex.Messages(ctx, o.RoomID, webex.MessageQuery{Max: 50})
	if err != nil {
		return false, !webex.IsStatus(err, http.StatusForbidden)
	}
	return slices.ContainsFunc(list, func(m webex.Message) bool { return b.isReply(m, o) }), true
}

// isReply reports whether a message is this reply: the bot's own, with the
// reply's mark in its card, or in the same thread with the same text.
func (b *Bot) isReply(m webex.Message, o Outgoing) bool {
	me, _ := b.known()
	if !webex.SameID(m.PersonID, me.ID) || !webex.SameID(m.RoomID, o.RoomID) {
		return false
	}
	for _, a := range m.Attachments {
		if card, err := json.Marshal(a.Content); err == nil && strings.Contains(string(card), `"id":"`+mark(o.Key)+`"`) {
			return true
		}
	}
	sameThread := o.ParentID == m.ParentID || webex.SameID(m.ParentID, o.ParentID)
	text, want := strings.TrimSpace(m.Markdown), strings.TrimSpace(o.Markdown)
	// Below a file's name may stand that Webex did not take the file.
	sameText := text == want || o.File != nil && strings.HasPrefix(text, want)
	return sameThread && text != "" && sameText && !m.Created.Before(o.Asked)
}

// mark is the id of an answer's first element, by which it is known again: of
// the answer itself its reference, and another of what else is posted to the
// same question.
func mark(key string) string { return "ref-" + Ref(key) }
