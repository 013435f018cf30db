package simulator

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// heldBack is the shortest time that a reordered event waits. The longest is
// twice that.
const heldBack = 100 * time.Millisecond

// buffered is an event until it is acknowledged.
type buffered struct {
	id   any
	body map[string]any
	at   time.Time
}

// emit sends an event as an activity to every registration whose owner may see
// it. The caller holds s.mu.
func (k *Socket) emit(e event) {
	if len(k.regs) == 0 || e.founding {
		return
	}
	k.expire()
	id := k.activityID(e)
	for _, g := range k.regs {
		if g.Region != k.region || !e.sees(g.person) {
			continue
		}
		a := k.activity(g, id, e)
		if a == nil {
			continue
		}
		for _, path := range k.faults.Omit {
			omit(a, path)
		}
		if k.s.dice.chance(k.faults.Duplicate) {
			k.deliver(g, a)
		}
		if k.s.dice.chance(k.faults.Reorder) {
			time.AfterFunc(heldBack+k.s.dice.upTo(heldBack), func() {
				k.s.mu.Lock()
				defer k.s.mu.Unlock()
				k.deliver(g, a)
			})
			continue
		}
		k.deliver(g, a)
	}
}

// deliver wraps an activity in a new event, adds it to the buffer of a
// registration and sends it to its sockets.
func (k *Socket) deliver(g *registration, activity map[string]any) {
	g.last = activity
	body := k.envelope(map[string]any{"eventType": "conversation.activity", "activity": activity})
	if k.s.watch.on && len(g.links) > 0 {
		if raw, err := encode(body); err == nil {
			verb, _ := activity["verb"].(string)
			k.s.watch.add(Exchange{Call: Call{Time: time.Now(), Token: fromSocket, Method: "EVENT", Path: verb}, Request: shown(raw)})
		}
	}
	g.buffer = append(k.unexpired(g), buffered{body["id"], body, time.Now()})
	for _, l := range g.links {
		l.queue(frame{body: body})
	}
}

// envelope returns an event with this data.
func (k *Socket) envelope(data map[string]any) map[string]any {
	return map[string]any{
		"id": k.s.dice.uuid(), "data": data, "timestamp": time.Now().UnixMilli(), "trackingId": "CLIENT_" + k.s.dice.uuid(),
		"alertType": "none", "headers": map[string]any{}, "filterMessage": false,
	}
}

// unexpired returns the events of a buffer that still wait.
func (k *Socket) unexpired(g *registration) []buffered {
	oldest := time.Now().Add(-cmp.Or(k.faults.BufferLife, bufferLife))
	return slices.DeleteFunc(g.buffer, func(b buffered) bool { return b.at.Before(oldest) })
}

// acknowledge drops an event from the buffer of a socket's registration.
func (k *Socket) acknowledge(l *link, id string) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	if l.reg != nil {
		l.reg.buffer = slices.DeleteFunc(l.reg.buffer, func(b buffered) bool { return b.id == id })
	}
}

// ready adds a socket to its registration and sends readiness, then all
// unacknowledged events. It closes the other sockets of the registration, unless
// the client asked for several.
func (k *Socket) ready(l *link, g *registration) {
	if k.faults.Silent {
		l.ignored = true
		return
	}
	for range k.faults.Junk {
		l.queue(frame{body: k.envelope(map[string]any{"eventType": "status.start_typing"})})
	}
	if data := k.readiness(l, g); data != nil {
		l.queue(frame{body: k.envelope(data)})
	} else {
		l.queue(frame{kind: websocket.PingMessage})
	}
	g.buffer = k.unexpired(g)
	for _, b := range g.buffer {
		l.queue(frame{body: b.body})
	}
	for _, other := range g.links {
		switch {
		case other.draining:
			other.end(closeDrained, "Drained")
		case !l.multiple:
			other.end(closeReplaced, "Replaced")
		}
	}
	l.reg, l.since = g, time.Now()
	g.links = append(slices.Clone(g.links), l)
	k.change()
}

// readiness returns the event that reports a socket as authorized; nil if the
// client did not ask for buffer states.
func (k *Socket) readiness(l *link, g *registration) map[string]any {
	state := cmp.Or(k.faults.BufferState, "UNKNOWN")
	buffers := map[string]string{"conversation": state, "locus": state, "board": state}
	switch {
	case l.query.Get("bufferStates") == "true":
		return map[string]any{"eventType": "mercury.buffer_state", "bufferState": buffers}
	case l.query.Get("mercuryRegistrationStatus") == "true":
		return map[string]any{
			"eventType": "mercury.registration_status", "bufferState": buffers,
			"localClusterServiceUrls": map[string]string{"mercuryConnectionServiceClusterUrl": g.base + pathMercury},
		}
	default:
		return nil
	}
}

// omit deletes the value at a dotted path of nested objects.
func omit(from map[string]any, path string) {
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		inner, is := from[key].(map[string]any)
		if !is {
			return
		}
		inner = maps.Clone(inner)
		from[key], from = inner, inner
	}
	delete(from, keys[len(keys)-1])
}
