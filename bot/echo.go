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
	born time.Time

	mu     sync.Mutex
	rooms  map[string][]echo    // by the space's UUID, oldest first
	posts  map[string]int       // posts under way, by the space's UUID
	doubts map[string]time.Time // by a reply's key, since when it is looked for
}

type echo struct {
	messageID string
	written   time.Time // by Webex's clock; zero where that is not known
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
	// doubtAge is the same after a post whose end is not known, and after the
	// start for those of an earlier process.
	doubtAge = time.Minute
	// lagAge is how long after its echo a message may not be readable yet, and
	// writtenAge how long after it was written by Webex's clock, which may differ
	// from this one; what is not there later was deleted.
	lagAge     = 10 * time.Second
	writtenAge = 30 * time.Second
	// listMax is how far back a space is looked through.
	listMax = 200
	// maxOwn bounds how many of the bot's messages are kept that were looked at.
	maxOwn = 1000
)

func newEchoes() *echoes {
	return &echoes{born: time.Now(), rooms: make(map[string][]echo), posts: make(map[string]int), doubts: make(map[string]time.Time)}
}

func (e *echoes) add(roomID, messageID string, written, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	room := webex.UUID(roomID)
	list := e.rooms[room]
	if slices.ContainsFunc(list, func(one echo) bool { return one.messageID == messageID }) {
		return
	}
	list = append(list, echo{messageID, written, at})
	e.rooms[room] = list[max(0, len(list)-echoMax):]
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

// since returns the bot's messages in a space from asked on, oldest first.
func (e *echoes) since(roomID string, asked time.Time) []echo {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := slices.Clone(e.rooms[webex.UUID(roomID)])
	return slices.DeleteFunc(list, func(one echo) bool { return !one.written.IsZero() && one.written.Before(asked) })
}

// posting counts a post under way until a while after done is called.
func (e *echoes) posting(roomID string) (done func(unsure bool)) {
	room := webex.UUID(roomID)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.posts[room]++
	return func(unsure bool) {
		age := postingAge
		if unsure {
			age = doubtAge
		}
		time.AfterFunc(age, func() { e.posted(room) })
	}
}

func (e *echoes) posted(room string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.posts[room]--; e.posts[room] == 0 {
		delete(e.posts, room)
	}
}

// looking returns since when a reply is looked for.
func (e *echoes) looking(key string) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	since, known := e.doubts[key]
	if !known {
		since = time.Now()
		e.doubts[key] = since
	}
	return since
}

// looked ends the doubt about a reply.
func (e *echoes) looked(key string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.doubts, key)
}

// Posting reports whether a post to a space is under way, or may have been by
// an earlier process. Then its echo is worth keeping beyond this process: it
// may be all that is left of the post.
func (b *Bot) Posting(roomID string) bool {
	b.echoes.mu.Lock()
	defer b.echoes.mu.Unlock()
	return b.echoes.posts[webex.UUID(roomID)] > 0 || time.Since(b.echoes.born) < doubtAge
}

// Own reports whether an event is about something that the bot itself wrote,
// and remembers it then. Receivers ask it before they store an event: an echo
// needs no answer. An error means that it was not remembered for good, and must
// come again. While the bot does not know who it is, nothing is its own.
func (b *Bot) Own(ctx context.Context, e webex.Event) (bool, error) {
	me, known := b.known()
	if !known || e.Resource != webex.Messages || !webex.SameID(e.PersonID, me.ID) {
		return false, nil
	}
	b.Heard(e.RoomID, e.ID, e.Created)
	return true, b.o.Echo(ctx, e)
}

// Heard remembers a message of the bot's own, heard by this process or another,
// and when it was written, where that is known.
func (b *Bot) Heard(roomID, messageID string, written time.Time) {
	b.echoes.add(roomID, messageID, written, time.Now())
}

// heardEcho looks for the reply among the bot's messages that were heard, and
// returns it, or a message without an id. The error is of one that could not be
// looked at, where the others are not it.
func (b *Bot) heardEcho(ctx context.Context, o Outgoing) (found webex.Message, err error) {
	for _, one := range slices.Backward(b.echoes.since(o.RoomID, o.Asked)) {
		m, known := b.own.Get(one.messageID)
		if !known {
			var e error
			m, e = b.o.Webex.Message(ctx, one.messageID)
			switch {
			case e == nil:
				b.own.Add(one.messageID, m)
			case !webex.IsNotFound(e) || one.lags():
				err = e
			}
		}
		if b.isReply(m, o) {
			return m, nil
		}
	}
	return webex.Message{}, err
}

// lags reports whether a message may not be readable yet. A process that starts
// hears the echoes that an earlier one noted, so when they were heard says less
// than when they were written.
func (e echo) lags() bool {
	return time.Since(e.heard) < lagAge && (e.written.IsZero() || time.Since(e.written) < writtenAge)
}

// listedEcho looks for the reply in the space, and returns it, or a message
// without an id. Where Webex does not show it, as it does not show a bot its own
// messages in a group space, that is no error.
func (b *Bot) listedEcho(ctx context.Context, o Outgoing) (webex.Message, error) {
	var list []webex.Message
	var err error
	if o.PersonID != "" {
		list, err = b.o.Webex.DirectMessages(ctx, o.PersonID, "")
	} else {
		list, err = b.o.Webex.Messages(ctx, o.RoomID, webex.MessageQuery{Max: listMax})
	}
	if i := slices.IndexFunc(list, func(m webex.Message) bool { return b.isReply(m, o) }); i >= 0 {
		return list[i], nil
	}
	if webex.IsStatus(err, http.StatusForbidden, http.StatusNotFound) {
		return webex.Message{}, nil
	}
	return webex.Message{}, err
}

// isReply reports whether a message is this reply: the bot's own, with the
// reply's mark in its card, or, where there is no mark, in the same thread with
// the same text. Two presses of one button have equal answers but for the mark.
func (b *Bot) isReply(m webex.Message, o Outgoing) bool {
	me, _ := b.known()
	if !webex.SameID(m.PersonID, me.ID) || o.PersonID == "" && !webex.SameID(m.RoomID, o.RoomID) {
		return false
	}
	for _, a := range m.Attachments {
		if card, err := json.Marshal(a.Content); err == nil && strings.Contains(string(card), markStart) {
			return strings.Contains(string(card), markStart+Ref(o.Key)+`"`)
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

// markStart is what stands in a card before the reference.
const markStart = `"id":"ref-`
