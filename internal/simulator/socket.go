package simulator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// bufferLife is how long an event waits to be acknowledged. The value is from
// reports of what comes again after a restart.
const bufferLife = 15 * time.Minute

// Socket controls the websocket half of the simulator: discovery, device
// registrations and sockets. The sockets carry the same events as webhooks, with
// or without webhooks.
//
// To make an HTTP call of discovery (/u2c/), registration (/wdm/) or upgrade
// (/mercury/) fail, use a [Rule] with that path. [Simulator.Calls] has these
// calls as well.
type Socket struct {
	s *Simulator

	// All of it is guarded by s.mu.
	faults  SocketFaults
	region  string // home region of the users
	regs    []*registration
	open    []*link // every socket, authorized or not
	changed chan struct{}
	running sync.WaitGroup
}

// SocketFaults sets how the websocket half misbehaves. The zero value does not.
type SocketFaults struct {
	AuthWindow  time.Duration `json:"authWindow,omitempty"`  // to send the token in; 30 s when 0
	BufferLife  time.Duration `json:"bufferLife,omitempty"`  // of unacknowledged events; 15 minutes when 0
	BufferState string        `json:"bufferState,omitempty"` // what readiness says; UNKNOWN when empty
	PingEvery   time.Duration `json:"pingEvery,omitempty"`   // control pings; 15 s when 0
	DeviceLimit int           `json:"deviceLimit,omitempty"` // of one user and region; 100 when 0
	DeviceLife  time.Duration `json:"deviceLife,omitempty"`  // without a ttl; 48 h when 0
	NewURLs     bool          `json:"newUrls,omitempty"`     // PUT gives another socket address, the old is unknown then
	Unlisted    bool          `json:"unlisted,omitempty"`    // discovery names the conversation hosts of other places, and not this one

	CloseCode   int    `json:"closeCode,omitempty"` // each new socket is closed with it instead of made ready
	CloseReason string `json:"closeReason,omitempty"`
	Silent      bool   `json:"silent,omitempty"` // no readiness, and nothing else
	Junk        int    `json:"junk,omitempty"`   // events without use before readiness
	Binary      bool   `json:"binary,omitempty"` // binary frames to whoever asked for text

	NoPong    bool          `json:"noPong,omitempty"`
	WrongPong bool          `json:"wrongPong,omitempty"` // with another id
	PongDelay time.Duration `json:"pongDelay,omitempty"`

	Duplicate float64  `json:"duplicate,omitempty"` // probability that an activity comes in two events
	Reorder   float64  `json:"reorder,omitempty"`   // probability that it is held back for 100 to 200 ms, while later ones pass
	Omit      []string `json:"omit,omitempty"`      // what activities lack, as dotted paths, such as target.globalId
}

// Connection is one authorized socket.
type Connection struct {
	Device   string    `json:"device"` // its name
	Since    time.Time `json:"since"`
	HalfOpen bool      `json:"halfOpen"`
}

// Socket returns the websocket half.
func (s *Simulator) Socket() *Socket { return s.socket }

// U2CURL is the base of service discovery, where a client begins, such as
// http://127.0.0.1:1234/u2c/api/v1.
func (k *Socket) U2CURL() string { return strings.TrimSuffix(k.s.url, "/v1") + pathU2C }

// SetFaults replaces the way in which sockets behave from now on.
func (k *Socket) SetFaults(f SocketFaults) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.faults = f
}

// Move changes the users' home region, which is "a" at first. Discovery returns
// the new one from now on. Devices registered in the old one are still served,
// but receive no events.
func (k *Socket) Move(region string) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.region = region
}

// Sockets returns every authorized socket, oldest first.
func (k *Socket) Sockets() []Connection {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	out := []Connection{}
	for _, l := range k.open {
		if l.reg != nil {
			out = append(out, Connection{l.reg.Name, l.since, l.isFrozen()})
		}
	}
	return out
}

// WaitReady returns when there are n authorized sockets that are not half-open.
// The error is ctx's.
func (k *Socket) WaitReady(ctx context.Context, n int) error {
	for {
		k.s.mu.Lock()
		changed, ready := k.changed, 0
		for _, l := range k.open {
			if l.reg != nil && !l.isFrozen() {
				ready++
			}
		}
		k.s.mu.Unlock()
		if ready == n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("simulator: %d sockets, want %d: %w", ready, n, context.Cause(ctx))
		}
	}
}

// change wakes whoever waits. The caller holds s.mu.
func (k *Socket) change() {
	k.s.watch.signal()
	close(k.changed)
	k.changed = make(chan struct{})
}

// each calls do for every open socket and returns their number.
func (k *Socket) each(do func(*link)) int {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	for _, l := range k.open {
		do(l)
	}
	k.change()
	return len(k.open)
}

// Cut resets the connection of every socket without a close message. It returns
// the number of sockets, like the methods that follow.
func (k *Socket) Cut() int { return k.each((*link).cut) }

// HalfOpen makes every socket silent: it stays open, accepts what is sent and
// answers nothing, not even a close.
func (k *Socket) HalfOpen() int { return k.each((*link).freeze) }

// Close closes every socket with a code and a reason.
func (k *Socket) Close(code int, reason string) int {
	return k.each(func(l *link) { l.end(code, reason) })
}

// Send writes one frame to every socket, whatever it holds; kind is
// [websocket.TextMessage] or [websocket.BinaryMessage].
func (k *Socket) Send(kind int, data []byte) int {
	return k.each(func(l *link) { l.queue(frame{kind: kind, raw: data}) })
}

// Shutdown announces to every socket that its node will stop. It closes each
// with 4001 when another socket has taken over its registration, or after grace.
func (k *Socket) Shutdown(grace time.Duration) int {
	return k.each(func(l *link) {
		l.draining = true
		l.queue(frame{body: map[string]any{"id": k.s.dice.uuid(), "type": "shutdown"}})
		time.AfterFunc(grace, func() { l.end(closeDrained, "Drained") })
	})
}

// close cuts every socket and waits for their goroutines.
func (k *Socket) close() {
	k.Cut()
	k.running.Wait()
}

// add registers an open socket. It returns false if the simulator is stopping or
// in an outage.
func (k *Socket) add(l *link) (SocketFaults, bool) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	if k.s.done.Err() != nil || k.s.unreachable() {
		return SocketFaults{}, false
	}
	k.running.Add(1)
	k.open = append(k.open, l)
	return k.faults, true
}

// remove removes a socket that is closed.
func (k *Socket) remove(l *link) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	same := func(one *link) bool { return one == l }
	k.open = slices.DeleteFunc(slices.Clone(k.open), same)
	if l.reg != nil {
		l.reg.links = slices.DeleteFunc(slices.Clone(l.reg.links), same)
	}
	k.change()
	k.running.Done()
}
