package simulator

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// ask is one message of alice in her 1:1 space.
func ask(tb testing.TB, s *Simulator, text string) Message {
	tb.Helper()
	alice := s.Person("alice").ID
	return s.Say(tb.Context(), Say{Space: s.Direct(alice).ID, Person: alice, Text: text})
}

// soon makes reads end after d.
func (w *wire) soon(d time.Duration) { _ = w.SetReadDeadline(time.Now().Add(d)) }

// silent checks that nothing at all comes for a while. The socket is of no use
// after it.
func (w *wire) silent(what string) {
	w.tb.Helper()
	w.soon(50 * time.Millisecond)
	kind, raw, err := w.ReadMessage()
	if e := net.Error(nil); !errors.As(err, &e) || !e.Timeout() {
		w.tb.Errorf("%s: read %d %q, %v; want nothing", what, kind, raw, err)
	}
}

func TestSocketAuthWindow(t *testing.T) {
	s := start(t, Options{})
	s.Socket().SetFaults(SocketFaults{AuthWindow: 20 * time.Millisecond})
	d := newDevice(t, s)
	w := dial(t, str(d["webSocketUrl"])+query)
	if code, reason := w.closed(); code != websocket.ClosePolicyViolation || !strings.Contains(reason, "within the timeout window") {
		t.Errorf("closed with %d %q, want 1008 for the late token", code, reason)
	}
}

func TestSocketHeaderAuthorizes(t *testing.T) {
	s := start(t, Options{})
	d := newDevice(t, s)
	s.Socket().SetFaults(SocketFaults{AuthWindow: time.Nanosecond})
	w := dialWith(t, str(d["webSocketUrl"])+query, http.Header{"Authorization": {"Bearer " + s.BotToken()}})
	if f := w.next(); dig(f, "data.eventType") != "mercury.buffer_state" {
		t.Errorf("first frame %v, want readiness", f)
	}
	w.authorize(s.BotToken()) // again, by frame
	w.quiet("the second token")
}

func TestSocketFormats(t *testing.T) {
	s := start(t, Options{})
	d := newDevice(t, s)
	for _, c := range []struct {
		query, first string
		kind         int
	}{
		{"?bufferStates=true", "mercury.buffer_state", websocket.BinaryMessage},
		{"?bufferStates=true&outboundWireFormat=text", "mercury.buffer_state", websocket.TextMessage},
		{"?mercuryRegistrationStatus=true&outboundWireFormat=text", "mercury.registration_status", websocket.TextMessage},
	} {
		w := dial(t, str(d["webSocketUrl"])+c.query)
		w.authorize(s.BotToken())
		kind, raw, err := w.ReadMessage()
		if err != nil || kind != c.kind || !strings.Contains(string(raw), `"`+c.first+`"`) || !strings.Contains(string(raw), `"conversation":"UNKNOWN"`) {
			t.Errorf("%s: read %d %s, %v; want %s in a frame of kind %d", c.query, kind, raw, err, c.first, c.kind)
		}
	}
	w := dial(t, str(d["webSocketUrl"]))
	pinged := make(chan struct{}, 10)
	w.SetPingHandler(func(string) error { pinged <- struct{}{}; return nil })
	w.authorize(s.BotToken())
	w.silent("no buffer states were asked for")
	if len(pinged) != 1 {
		t.Errorf("%d control pings, want one as the sign of readiness", len(pinged))
	}
}

func TestSocketPongs(t *testing.T) {
	s := start(t, Options{})
	w, d := online(t, s)
	w.write(object{"id": "ping-1", "type": "ping"})
	if f := w.next(); f["id"] != "ping-1" || f["type"] != "pong" || f["sequenceNumber"] != 2.0 || f["wsWriteTimestamp"] == nil {
		t.Errorf("pong %v", f)
	}
	s.Socket().SetFaults(SocketFaults{WrongPong: true})
	w.write(object{"id": "ping-2", "type": "ping"})
	if f := w.next(); f["id"] == "ping-2" || f["type"] != "pong" {
		t.Errorf("pong %v, want another id", f)
	}
	s.Socket().SetFaults(SocketFaults{PongDelay: 30 * time.Millisecond})
	began := time.Now()
	w.write(object{"id": "ping-3", "type": "ping"})
	if f := w.next(); f["id"] != "ping-3" || time.Since(began) < 30*time.Millisecond {
		t.Errorf("pong %v after %v, want it late", f, time.Since(began))
	}
	s.Socket().SetFaults(SocketFaults{NoPong: true})
	w.write(object{"id": "ping-4", "type": "ping"})
	w.silent("no pong")
	s.Socket().SetFaults(SocketFaults{PingEvery: time.Millisecond})
	w = connect(t, s, d)
	pinged := make(chan struct{})
	w.SetPingHandler(func(string) error { close(pinged); return errors.New("enough") })
	if _, _, err := w.ReadMessage(); err == nil {
		t.Error("read a frame, want a control ping alone")
	}
	<-pinged
}

func TestSocketBeforeReadiness(t *testing.T) {
	s := start(t, Options{})
	d := newDevice(t, s)
	s.Socket().SetFaults(SocketFaults{Junk: 2, Binary: true, BufferState: "IN_SYNC"})
	w := dial(t, str(d["webSocketUrl"])+query)
	w.authorize(s.BotToken())
	kind, _, err := w.ReadMessage()
	if err != nil || kind != websocket.BinaryMessage {
		t.Errorf("frame of kind %d, %v; want binary", kind, err)
	}
	if f := w.next(); dig(f, "data.eventType") != "status.start_typing" || f["sequenceNumber"] != 2.0 {
		t.Errorf("second frame %v, want junk", f)
	}
	if f := w.next(); dig(f, "data.eventType") != "mercury.buffer_state" || dig(f, "data.bufferState.conversation") != "IN_SYNC" {
		t.Errorf("third frame %v, want readiness", f)
	}
	s.Socket().SetFaults(SocketFaults{Silent: true, AuthWindow: time.Millisecond})
	w = dialWith(t, str(d["webSocketUrl"])+query, http.Header{"Authorization": {"Bearer " + s.BotToken()}})
	w.silent("no readiness")
	s.Socket().SetFaults(SocketFaults{CloseCode: 1012, CloseReason: "Restart"})
	w = dial(t, str(d["webSocketUrl"])+query)
	if code, reason := w.closed(); code != 1012 || reason != "Restart" {
		t.Errorf("closed with %d %q, want 1012 Restart", code, reason)
	}
}

func TestSocketBrokenFrames(t *testing.T) {
	s := start(t, Options{})
	w, _ := online(t, s)
	big := strings.Repeat("x", 1<<20)
	for _, want := range []struct {
		kind int
		data string
	}{{websocket.TextMessage, "{broken"}, {websocket.BinaryMessage, "\x00\xff"}, {websocket.TextMessage, `{"id":"` + big + `"}`}, {websocket.TextMessage, `{}`}} {
		if n := s.Socket().Send(want.kind, []byte(want.data)); n != 1 {
			t.Fatalf("Send = %d, want 1", n)
		}
		if kind, raw, err := w.ReadMessage(); err != nil || kind != want.kind || string(raw) != want.data {
			t.Errorf("read %d, %d bytes, %v", kind, len(raw), err)
		}
	}
	w.quiet("the socket lives on")
	if err := w.WriteMessage(websocket.TextMessage, []byte("{broken")); err != nil {
		t.Fatal(err)
	}
	if code, _ := w.closed(); code != websocket.CloseUnsupportedData {
		t.Errorf("closed with %d for a broken frame, want 1003", code)
	}
}

func TestSocketCloses(t *testing.T) {
	s := start(t, Options{})
	d := newDevice(t, s)
	for _, code := range []int{1000, 1001, 1008, 1011, 1012, 4000, 4001, 4401, 4403, 4404, 4999} {
		w := connect(t, s, d)
		if n := s.Socket().Close(code, "Because"); n != 1 {
			t.Errorf("Close = %d, want 1", n)
		}
		if got, reason := w.closed(); got != code || reason != "Because" {
			t.Errorf("closed with %d %q, want %d", got, reason, code)
		}
		if err := s.Socket().WaitReady(quick(t), 0); err != nil {
			t.Error(err)
		}
	}
	w := connect(t, s, d)
	s.Socket().Cut()
	if code, reason := w.closed(); code != 0 && code != websocket.CloseAbnormalClosure {
		t.Errorf("closed with %d %q, want no close frame", code, reason)
	}
}

func TestSocketHTTPFaults(t *testing.T) {
	s := start(t, Options{})
	wdm, u2c := catalogOf(t, s, "wdm")+"/devices", s.Socket().U2CURL()+"/catalog?format=hostmap"
	d := newDevice(t, s)
	for _, status := range []int{401, 403, 404, 429, 503} {
		for _, path := range []string{"/mercury/", "/wdm/", "/u2c/"} {
			s.Fault(Rule{Path: path, Status: status, RetryAfter: "7", Times: 1})
		}
		_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), str(d["webSocketUrl"])+query, nil)
		if err == nil || resp.StatusCode != status || resp.Header.Get("Retry-After") != "7" {
			t.Errorf("upgrade = %v, %v; want %d", resp, err, status)
		}
		for method, path := range map[string]string{http.MethodPost: wdm, http.MethodGet: u2c} {
			resp, _ := rawCall(t, s, s.BotToken(), method, path, deviceBody("bot-2"))
			if resp.StatusCode != status || resp.Header.Get("Retry-After") != "7" {
				t.Errorf("%s %s = %v, want %d", method, path, resp, status)
			}
		}
	}
	if got := s.CountCalls("", http.MethodGet, "/mercury/"); got != 5 {
		t.Errorf("%d upgrades were counted, want 5", got)
	}
	connect(t, s, d)
}

func TestDeviceVanishes(t *testing.T) {
	s := start(t, Options{})
	w, d := online(t, s)
	s.Socket().Vanish()
	if status, _, _ := call(t, s, s.BotToken(), http.MethodPut, str(d["url"]), d); status != http.StatusNotFound {
		t.Errorf("PUT = %d, want 404", status)
	}
	ask(t, s, "hello")
	w.quiet("of a device that is gone")
	if code, _ := dial(t, str(d["webSocketUrl"])+query).closed(); code != 4404 {
		t.Errorf("its socket was closed with %d, want 4404", code)
	}
}

func TestSocketHalfOpen(t *testing.T) {
	s := start(t, Options{})
	w, d := online(t, s)
	if n := s.Socket().HalfOpen(); n != 1 {
		t.Fatalf("HalfOpen = %d, want 1", n)
	}
	if got := s.Socket().Sockets(); len(got) != 1 || !got[0].HalfOpen || got[0].Device != "bot-1" {
		t.Errorf("Sockets = %v", got)
	}
	m := ask(t, s, "hello")
	w.write(object{"id": "ping-1", "type": "ping"})
	if err := w.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)); err != nil {
		t.Error(err)
	}
	if err := w.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second)); err != nil {
		t.Error(err)
	}
	w.silent("a half-open socket")
	again := connect(t, s, d)
	again.activity() // create
	if _, a := again.activity(); a["id"] != keyOf(m.ID) {
		t.Errorf("activity %v, want what the dead socket did not tell", a)
	}
	_ = w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Socket().WaitReady(ctx, 1); err != nil || len(s.Socket().Sockets()) == 0 {
		t.Errorf("%v, sockets %v", err, s.Socket().Sockets())
	}
}

func TestSocketDuplicatesAndReorders(t *testing.T) {
	s := start(t, Options{})
	w, _ := online(t, s)
	ask(t, s, "first")
	w.activity() // create
	w.activity()
	s.Socket().SetFaults(SocketFaults{Duplicate: 1})
	twice := ask(t, s, "twice")
	one, a := w.activity()
	two, b := w.activity()
	if a["id"] != keyOf(twice.ID) || b["id"] != a["id"] || one["id"] == two["id"] {
		t.Errorf("got %v and %v, want one activity in two events", one, two)
	}
	s.Socket().SetFaults(SocketFaults{Reorder: 1})
	early := ask(t, s, "early")
	s.Socket().SetFaults(SocketFaults{})
	late := ask(t, s, "late")
	var got []any
	for range 2 {
		_, a := w.activity()
		got = append(got, a["id"])
	}
	if want := []any{keyOf(late.ID), keyOf(early.ID)}; !slices.Equal(got, want) {
		t.Errorf("received %v, want %v", got, want)
	}
}

func TestSocketOmits(t *testing.T) {
	s := start(t, Options{})
	w, _ := online(t, s)
	ask(t, s, "first")
	w.activity() // create
	w.activity()
	s.Socket().SetFaults(SocketFaults{Omit: []string{"target.globalId", "actor", "object.mentions.items", "no.such.thing"}})
	m := ask(t, s, "bare")
	_, a := w.activity()
	target, _ := a["target"].(object)
	if _, has := target["globalId"]; has || a["actor"] != nil || target["id"] != keyOf(m.RoomID) || a["id"] != keyOf(m.ID) {
		t.Errorf("activity %v, want it without target.globalId and actor", a)
	}
}
