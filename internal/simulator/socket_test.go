package simulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/gorilla/websocket"
)

// query is what a careful client asks of its socket.
const query = "?outboundWireFormat=text&bufferStates=true&aliasHttpStatus=true&clientTimestamp=1"

// catalogOf returns a link of the catalog.
func catalogOf(tb testing.TB, s *Simulator, name string) string {
	tb.Helper()
	status, _, out := call(tb, s, s.BotToken(), http.MethodGet, s.Socket().U2CURL()+"/catalog?format=hostmap", nil)
	links, _ := out["serviceLinks"].(object)
	if status != http.StatusOK || str(links[name]) == "" {
		tb.Fatalf("catalog = %d %v, want a link %s", status, out, name)
	}
	return str(links[name])
}

func deviceBody(name string) object {
	return object{
		"deviceName": name, "name": name, "deviceType": "DESKTOP", "model": "go", "localizedModel": "go",
		"systemName": "test", "systemVersion": "1", "ttl": 1800,
	}
}

// device registers one of the bot's.
func newDevice(tb testing.TB, s *Simulator) object {
	tb.Helper()
	status, _, out := call(tb, s, s.BotToken(), http.MethodPost, catalogOf(tb, s, "wdm")+"/devices", deviceBody("bot-1"))
	if status != http.StatusOK {
		tb.Fatalf("POST devices = %d %v", status, out)
	}
	return out
}

// wire is a raw client of the socket.
type wire struct {
	*websocket.Conn

	tb testing.TB
}

// dial opens a socket without a word.
func dial(tb testing.TB, address string) *wire {
	tb.Helper()
	return dialWith(tb, address, nil)
}

func dialWith(tb testing.TB, address string, header http.Header) *wire {
	tb.Helper()
	ws, resp, err := websocket.DefaultDialer.DialContext(tb.Context(), address, header)
	if err != nil {
		tb.Fatalf("dial %s: %v (%v)", address, err, resp)
	}
	tb.Cleanup(func() { _ = ws.Close() })
	_ = ws.SetReadDeadline(time.Now().Add(30 * time.Second))
	return &wire{ws, tb}
}

func (w *wire) write(v any) {
	w.tb.Helper()
	if err := w.WriteJSON(v); err != nil {
		w.tb.Fatalf("write: %v", err)
	}
}

func (w *wire) authorize(token string) {
	w.tb.Helper()
	w.write(object{"id": "auth-1", "type": "authorization", "data": object{"token": "Bearer " + token}})
}

func (w *wire) ack(f object) {
	w.tb.Helper()
	w.write(object{"type": "ack", "messageId": f["id"]})
}

// next returns the next frame.
func (w *wire) next() object {
	w.tb.Helper()
	_, raw, err := w.ReadMessage()
	if err != nil {
		w.tb.Fatalf("read: %v", err)
	}
	var f object
	if err := json.Unmarshal(raw, &f); err != nil {
		w.tb.Fatalf("frame %q: %v", raw, err)
	}
	return f
}

// activity returns the activity of the next frame.
func (w *wire) activity() (frame, activity object) {
	w.tb.Helper()
	f := w.next()
	if a, is := dig(f, "data.activity").(object); is {
		return f, a
	}
	w.tb.Fatalf("frame %v, want an activity", f)
	return nil, nil
}

// closed reads until the end and gives its code.
func (w *wire) closed() (code int, reason string) {
	w.tb.Helper()
	for {
		_, _, err := w.ReadMessage()
		if c := (*websocket.CloseError)(nil); errors.As(err, &c) {
			return c.Code, c.Text
		}
		if err != nil {
			return 0, err.Error()
		}
	}
}

// quiet checks that nothing comes before the answer to a ping.
func (w *wire) quiet(what string) {
	w.tb.Helper()
	id := uuid.NewString()
	w.write(object{"id": id, "type": "ping"})
	if f := w.next(); f["type"] != "pong" || f["id"] != id {
		w.tb.Errorf("%s: got %v, want the pong alone", what, f)
	}
}

// dig follows a dotted path.
func dig(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		o, _ := v.(object)
		v = o[key]
	}
	return v
}

// online registers a device, connects and reads readiness.
func online(tb testing.TB, s *Simulator) (*wire, object) {
	tb.Helper()
	d := newDevice(tb, s)
	return connect(tb, s, d), d
}

func connect(tb testing.TB, s *Simulator, device object) *wire {
	tb.Helper()
	w := dial(tb, str(device["webSocketUrl"])+query)
	w.authorize(s.BotToken())
	f := w.next()
	if dig(f, "data.eventType") != "mercury.buffer_state" || f["sequenceNumber"] != 1.0 {
		tb.Fatalf("first frame %v, want mercury.buffer_state", f)
	}
	w.ack(f)
	return w
}

func TestSocketMessage(t *testing.T) {
	s := start(t, Options{Cluster: "urn:TEAM:us-west-2_r"})
	w, d := online(t, s)
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	if _, a := w.activity(); a["verb"] != "create" || dig(a, "object.id") != keyOf(space.ID) || a["target"] != nil {
		t.Errorf("activity %v, want the create of %s", a, keyOf(space.ID))
	}
	s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "quiet"})
	root := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot help"})
	f, a := w.activity()
	want := object{
		"id": keyOf(root.ID), "objectType": "activity", "verb": "post", "published": a["published"],
		"url": strings.TrimSuffix(s.URL(), "/v1") + "/conversation/api/v1/activities/" + keyOf(root.ID),
		"actor": object{
			"id": keyOf(alice.ID), "entryUUID": keyOf(alice.ID), "objectType": "person", "type": "PERSON",
			"emailAddress": "alice@example.com", "displayName": "Alice Adams", "orgId": keyOf(alice.OrgID),
		},
		"object": object{
			"objectType": "comment", "displayName": dig(a, "object.displayName"), "content": dig(a, "object.content"),
			"mentions": object{"items": []any{object{"id": d["userId"], "objectType": "person"}}},
		},
		"target": object{
			"id": keyOf(space.ID), "objectType": "conversation", "tags": []any{}, "globalId": space.ID,
			"url":          strings.TrimSuffix(s.URL(), "/v1") + "/conversation/api/v1/conversations/" + keyOf(space.ID),
			"participants": object{"items": []any{}}, "activities": object{"items": []any{}},
		},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Error(diff)
	}
	if text := str(dig(a, "object.displayName")); !strings.HasPrefix(text, "eyJ") || strings.Contains(text, "help") {
		t.Errorf("displayName %q, want something opaque", text)
	}
	if f["sequenceNumber"] != 3.0 || dig(f, "data.eventType") != "conversation.activity" || f["id"] == a["id"] {
		t.Errorf("frame %v", f)
	}
	s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot more", ParentID: root.ID})
	if _, a := w.activity(); dig(a, "parent.type") != "reply" || dig(a, "parent.id") != keyOf(root.ID) {
		t.Errorf("activity %v, want a reply", a)
	}
	if _, _, m := call(t, s, s.BotToken(), http.MethodGet, "/messages/"+encodeID(kindMessage, keyOf(root.ID)), nil); m["id"] != nil {
		t.Errorf("the message was found in the cluster us: %v", m)
	}
	_, _, m := call(t, s, s.BotToken(), http.MethodGet, catalogOf(t, s, "conversation")+"/messages/"+keyOf(root.ID), nil)
	if m["id"] != root.ID {
		t.Errorf("the conversation host gives %v, want id %s", m, root.ID)
	}
}

func TestSocketReplaysWhatWasNotAcknowledged(t *testing.T) {
	s := start(t, Options{})
	w, d := online(t, s)
	alice := s.Person("alice")
	space := s.Direct(alice.ID)
	for _, text := range []string{"one", "two"} {
		s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: text})
	}
	w.activity() // create
	kept, _ := w.activity()
	acked, _ := w.activity()
	w.ack(acked)
	w.quiet("after the ack")
	s.Socket().Cut()
	if err := s.Socket().WaitReady(quick(t), 0); err != nil {
		t.Fatal(err)
	}
	third := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "three"})
	w = connect(t, s, d)
	var ids []any
	var last object
	for range 3 {
		f, a := w.activity()
		ids, last = append(ids, f["id"]), a
		w.ack(f)
	}
	if ids[1] != kept["id"] || slices.Contains(ids, acked["id"]) || last["id"] != keyOf(third.ID) {
		t.Errorf("replayed %v, last %v; want %v and not %v", ids, last["id"], kept["id"], acked["id"])
	}
	w.quiet("all is acknowledged")
	if got := s.Socket().Devices()[0].Waiting; got != 0 {
		t.Errorf("%d events wait, want none", got)
	}
}

func TestSocketRefuses(t *testing.T) {
	s := start(t, Options{})
	d := newDevice(t, s)
	address := str(d["webSocketUrl"])
	unknown := strings.TrimSuffix(address, "/messages") + "0/messages"
	other := s.UserToken(s.Person("alice").ID)
	for _, c := range []struct {
		name, address, query, token string
		want                        int
	}{
		{"unknown registration", unknown, query, s.BotToken(), 4404},
		{"bad token", address, query, "wrong", 4401},
		{"another's token", address, query, other, 4403},
		{"bad token without aliases", address, "", "wrong", websocket.ClosePolicyViolation},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := dial(t, c.address+c.query)
			_ = w.WriteJSON(object{"type": "authorization", "data": object{"token": "Bearer " + c.token}}) // may be closed by now
			if code, reason := w.closed(); code != c.want {
				t.Errorf("closed with %d %s, want %d", code, reason, c.want)
			}
		})
	}
	for _, c := range []struct {
		name, address, header string
		want                  int
	}{
		{"unknown registration", unknown, "", http.StatusNotFound},
		{"bad token in the header", address, "Bearer wrong", http.StatusUnauthorized},
		{"another's token in the header", address, "Bearer " + other, http.StatusForbidden},
	} {
		t.Run(c.name+" without aliases", func(t *testing.T) {
			header := http.Header{}
			if c.header != "" {
				header.Set("Authorization", c.header)
			}
			_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), c.address, header)
			if err == nil || resp == nil || resp.StatusCode != c.want {
				t.Errorf("dial = %v, %v; want status %d", resp, err, c.want)
			}
		})
	}
}

func TestSocketReplaced(t *testing.T) {
	s := start(t, Options{})
	first, d := online(t, s)
	second := connect(t, s, d)
	if code, reason := first.closed(); code != 4000 || reason != "Replaced" {
		t.Errorf("the first was closed with %d %q, want 4000 Replaced", code, reason)
	}
	third := dial(t, str(d["webSocketUrl"])+query+"&multipleConnections=true")
	third.authorize(s.BotToken())
	third.next()
	space := s.Direct(s.Person("alice").ID)
	s.Say(t.Context(), Say{Space: space.ID, Person: s.Person("alice").ID, Text: "hello"})
	for _, w := range []*wire{second, third} {
		if _, a := w.activity(); a["verb"] != "create" {
			t.Errorf("activity %v, want create on both", a)
		}
	}
}

func TestSocketShutdown(t *testing.T) {
	s := start(t, Options{})
	first, d := online(t, s)
	if n := s.Socket().Shutdown(time.Hour); n != 1 {
		t.Fatalf("Shutdown = %d, want 1", n)
	}
	if f := first.next(); f["type"] != "shutdown" || f["data"] != nil {
		t.Errorf("frame %v, want shutdown", f)
	}
	second := connect(t, s, d)
	if code, _ := first.closed(); code != 4001 {
		t.Errorf("the first was closed with %d, want 4001", code)
	}
	s.Socket().Shutdown(time.Millisecond)
	if code, _ := second.closed(); code != 4001 {
		t.Errorf("the second was closed with %d, want 4001 after the grace", code)
	}
}
