package simulator

import (
	"encoding/json"
	"io"
	"maps"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// The service's own close codes.
const (
	closeReplaced = 4000 // another socket took the registration
	closeDrained  = 4001 // after a shutdown frame
	aliased       = 4000 // plus an HTTP status, where the client asked for that
)

const (
	authWindow = 30 * time.Second
	pingEvery  = 15 * time.Second
	closeWait  = 2 * time.Second // how long the answer to a close is waited for
	maxFrame   = 64 << 10        // from a client
)

// frame is one thing to send: a body, which gets the socket's next sequence
// number, raw bytes as they are, or a control message.
type frame struct {
	kind int // message type of the websocket; 0: the type that the client asked for
	body map[string]any
	raw  []byte
}

// link is one socket. One goroutine reads, one writes.
type link struct {
	k        *Socket
	ws       *websocket.Conn
	query    url.Values
	binary   bool
	multiple bool
	pings    time.Duration
	wake     chan struct{}
	done     chan struct{} // closed when the reader ends

	// Guarded by the simulator's lock.
	reg      *registration // nil until authorized
	since    time.Time
	draining bool
	ignored  bool // see [SocketFaults.Silent]

	mu     sync.Mutex
	frames []frame
	frozen bool
	ended  bool
	number int
}

// run reads until the socket ends.
func (l *link) run(socket string, window time.Duration) {
	var writing sync.WaitGroup
	writing.Go(l.write)
	late := time.AfterFunc(window, func() {
		if !l.authorized() {
			l.end(websocket.ClosePolicyViolation, "Authentication did not happen within the timeout window of "+window.String()+".")
		}
	})
	l.read(socket)
	late.Stop()
	close(l.done)
	_ = l.ws.Close() // whatever is left of it
	writing.Wait()
}

func (l *link) authorized() bool {
	l.k.s.mu.Lock()
	defer l.k.s.mu.Unlock()
	return l.reg != nil || l.ignored
}

func (l *link) read(socket string) {
	l.ws.SetReadLimit(maxFrame)
	pong, bye := l.ws.PingHandler(), l.ws.CloseHandler()
	l.ws.SetPingHandler(func(data string) error {
		if l.isFrozen() {
			return nil
		}
		return pong(data)
	})
	l.ws.SetCloseHandler(func(code int, text string) error {
		if l.isFrozen() {
			return nil
		}
		return bye(code, text)
	})
	for {
		_, data, err := l.ws.ReadMessage()
		if err != nil {
			break
		}
		if !l.isFrozen() {
			l.handle(socket, data)
		}
	}
	if l.isFrozen() { // the peer's close is not answered: it has to hang up
		_, _ = io.Copy(io.Discard, l.ws.NetConn())
	}
}

// handle reads one frame of the client.
func (l *link) handle(socket string, data []byte) {
	var f struct {
		ID        string `json:"id"`
		Type      string `json:"type"`
		MessageID string `json:"messageId"`
		Data      struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		l.end(websocket.CloseUnsupportedData, "Not JSON")
		return
	}
	switch f.Type {
	case "authorization":
		l.authorize(socket, f.Data.Token)
	case "ping":
		l.pong(f.ID)
	case "ack":
		l.k.acknowledge(l, f.MessageID)
	}
}

// pong answers a ping message of the protocol.
func (l *link) pong(id string) {
	l.k.s.mu.Lock()
	how := l.k.faults
	l.k.s.mu.Unlock()
	if how.NoPong {
		return
	}
	if how.WrongPong {
		id = l.k.s.dice.uuid()
	}
	f := frame{body: map[string]any{"id": id, "type": "pong"}}
	if how.PongDelay > 0 {
		time.AfterFunc(how.PongDelay, func() { l.queue(f) })
		return
	}
	l.queue(f)
}

// queue appends a frame to those that wait to be sent. It does not block.
func (l *link) queue(f frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.frozen || l.ended {
		return
	}
	l.frames = append(l.frames, f)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// end closes the socket with a code, after the frames that wait.
func (l *link) end(code int, reason string) {
	l.queue(frame{kind: websocket.CloseMessage, raw: websocket.FormatCloseMessage(code, reason)})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}

// cut resets the connection.
func (l *link) cut() { cutOff(l.ws.NetConn()) }

func (l *link) freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen, l.frames = true, nil
}

func (l *link) isFrozen() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.frozen
}

// write sends what is queued, and control pings.
func (l *link) write() {
	pings := time.NewTicker(l.pings)
	defer pings.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-pings.C:
			l.queue(frame{kind: websocket.PingMessage})
		case <-l.wake:
			for _, f := range l.waiting() {
				if !l.send(f) {
					return
				}
			}
		}
	}
}

func (l *link) waiting() []frame {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.frames
	l.frames = nil
	return out
}

// send writes one frame. It returns false if that was the last one.
func (l *link) send(f frame) bool {
	deadline := time.Now().Add(closeWait)
	switch f.kind {
	case websocket.PingMessage:
		return l.ws.WriteControl(f.kind, nil, deadline) == nil
	case websocket.CloseMessage:
		_ = l.ws.WriteControl(f.kind, f.raw, deadline)
		_ = l.ws.SetReadDeadline(deadline) // the reader waits for the answer so long
		return false
	case 0:
		f.kind = websocket.TextMessage
		if l.binary {
			f.kind = websocket.BinaryMessage
		}
		l.number++
		body := maps.Clone(f.body)
		body["sequenceNumber"], body["wsWriteTimestamp"] = l.number, time.Now().UnixMilli()
		raw, err := encode(body)
		if err != nil {
			return false
		}
		f.raw = raw
	}
	return l.ws.WriteMessage(f.kind, f.raw) == nil
}
