package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// What is remembered for whoever watches: so many exchanges, and so much of
// each body.
const (
	maxExchanges = 500
	maxShownBody = 64 << 10
)

// The senders of an [Exchange] that goes to the bot, beside the kinds of token.
const (
	fromWebhook = "webhook"
	fromSocket  = "socket"
)

// Exchange is one call of the API, one delivery of a webhook or one event of a
// socket, as the page shows it.
type Exchange struct {
	Call

	Number   int    `json:"number"` // counts from 1
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
}

// watch holds what [Options.Watch] asks for. Its zero value holds nothing.
type watch struct {
	on bool

	mu      sync.Mutex
	list    []Exchange // the latest, oldest first
	last    int        // number of the newest
	changed chan struct{}
}

// add appends an exchange and wakes whoever watches.
func (w *watch) add(e Exchange) {
	if !w.on {
		return
	}
	w.mu.Lock()
	w.last++
	e.Number = w.last
	if len(w.list) >= maxExchanges {
		w.list = slices.Delete(w.list, 0, maxExchanges/2)
	}
	w.list = append(w.list, e)
	w.mu.Unlock()
	w.signal()
}

// since returns the exchanges after a number.
func (w *watch) since(number int) []Exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list[max(0, len(w.list)-(w.last-number)):])
}

// signal wakes whoever watches: something may look different.
func (w *watch) signal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}

// wait returns a channel that the next signal closes.
func (w *watch) wait() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// tap copies what is read of a request's body, as far as it is shown.
type tap struct {
	io.ReadCloser

	seen bytes.Buffer
}

// open puts a tap on a request, if somebody may watch; else its text is empty.
func (w *watch) open(r *http.Request) *tap {
	t := &tap{ReadCloser: r.Body}
	if w.on {
		r.Body = t
	}
	return t
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.seen.Write(p[:min(n, maxShownBody-t.seen.Len())])
	return n, err //nolint:wrapcheck // it is the body's own
}

// shown returns as much of a body as is shown.
func shown(body []byte) string { return string(body[:min(len(body), maxShownBody)]) }

// shownMessage is a message with what the page shows beside it.
type shownMessage struct {
	Message

	FileInfo []shownFile `json:"fileInfo,omitempty"`
}

type shownFile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int    `json:"size"`
}

// news is what changed since a watcher looked last.
type news struct {
	Run       string          `json:"run"` // another one after a restart of the simulator
	Messages  []shownMessage  `json:"messages,omitempty"`
	Removed   []string        `json:"removed,omitempty"` // ids of messages
	Exchanges []Exchange      `json:"exchanges,omitempty"`
	World     json.RawMessage `json:"world,omitempty"` // a [world], if it differs
}

// watcher is how far one page has read.
type watcher struct {
	feed, exchange int
	world          []byte
}

// news returns what a watcher has not seen yet; false if there is nothing.
func (s *Simulator) news(v *watcher) (news, bool) {
	n := news{Run: strconv.FormatUint(s.dice.seed, 36), Exchanges: s.watch.since(v.exchange)}
	if len(n.Exchanges) > 0 {
		v.exchange = n.Exchanges[len(n.Exchanges)-1].Number
	}
	s.mu.Lock()
	for _, e := range s.feed.log[v.feed:] {
		switch {
		case e.m == nil:
			n.Removed = append(n.Removed, e.post.m.ID)
		case e.post.m == e.m && !e.post.deleted:
			n.Messages = append(n.Messages, s.shownMessage(*e.m))
		}
	}
	v.feed = len(s.feed.log)
	now := s.world()
	s.mu.Unlock()
	if raw, err := encode(now); err == nil && !bytes.Equal(raw, v.world) {
		v.world, n.World = raw, raw
	}
	return n, len(n.Messages)+len(n.Removed)+len(n.Exchanges)+len(n.World) > 0
}

func (s *Simulator) shownMessage(m Message) shownMessage {
	out := shownMessage{Message: m}
	for _, address := range m.Files {
		id := s.fileID(address)
		if f, there := s.files[id]; there {
			out.FileInfo = append(out.FileInfo, shownFile{id, f.Name, len(f.Data)})
		}
	}
	return out
}
