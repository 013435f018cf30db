package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestActivities(t *testing.T) {
	s, e := start(t, Options{}), listen(t)
	register(t, s, e.URL, "all", "all", "")
	alice := s.Person("alice")
	token, bot := s.UserToken(alice.ID), keyOf(s.Bot().ID)
	space := s.Group("Team", alice.ID)
	w, _ := online(t, s)
	next := func(what, verb, object string) map[string]any {
		t.Helper()
		_, a := w.activity()
		if a["verb"] != verb || dig(a, "object.objectType") != object || dig(a, "target.id") != keyOf(space.ID) {
			t.Errorf("%s: activity %v, want %s of %s", what, a, verb, object)
		}
		return a
	}

	m := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot help"})
	next("a message", "post", "comment")
	_, _, edited := call(t, s, token, http.MethodPut, "/messages/"+m.ID, object{"roomId": space.ID, "markdown": "<@personId:" + s.Bot().ID + "> codes"})
	edit := next("an edit", "post", "comment")
	if dig(edit, "parent.type") != "edit" || dig(edit, "parent.id") != keyOf(m.ID) || edit["id"] == keyOf(m.ID) || edited["id"] != m.ID {
		t.Errorf("edit %v of %v", edit, edited)
	}
	file := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("%PDF")) }))
	defer file.Close()
	_, _, own := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": "own", "files": []string{file.URL + "/a.pdf"}})
	share := next("the bot's own file", "share", "content")
	if share["id"] != keyOf(str(own["id"])) || dig(share, "actor.entryUUID") != bot || dig(share, "actor.type") != "BOT" {
		t.Errorf("share %v of %v", share, own)
	}
	_, _, card := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": "card", "attachments": []any{
		object{"contentType": cardType, "content": object{"type": "AdaptiveCard", "version": "1.3"}},
	}})
	next("the bot's own card", "post", "comment")
	press := s.Press(t.Context(), alice.ID, str(card["id"]), map[string]any{"secret": "code 7"})
	a := next("a press", "cardAction", "submit")
	if inputs, is := dig(a, "object.inputs").(string); !is || strings.Contains(inputs, "code 7") || a["id"] != keyOf(press.ID) || dig(a, "parent.id") != keyOf(str(card["id"])) {
		t.Errorf("press %v, want opaque inputs", a)
	}
	_, _, public := call(t, s, s.BotToken(), http.MethodGet, catalogOf(t, s, "conversation")+"/attachment/actions/"+str(a["id"]), nil)
	if public["id"] != press.ID {
		t.Errorf("the conversation host gives %v, want %s", public, press.ID)
	}
	bob := s.Person("bob")
	s.Join(space.ID, bob.ID, alice.ID)
	if a := next("a member", "add", "person"); dig(a, "object.entryUUID") != keyOf(bob.ID) || dig(a, "actor.entryUUID") != keyOf(alice.ID) {
		t.Errorf("member %v", a)
	}
	s.Socket().React(alice.ID, m.ID)
	if a := next("a reaction", "add", "reaction2"); dig(a, "parent.id") != keyOf(m.ID) {
		t.Errorf("reaction %v", a)
	}
	if status, _, _ := call(t, s, token, http.MethodDelete, "/messages/"+m.ID, nil); status != http.StatusNoContent {
		t.Fatalf("DELETE = %d", status)
	}
	if a := next("a deletion", "delete", "activity"); dig(a, "object.id") != keyOf(m.ID) {
		t.Errorf("deletion %v", a)
	}
	s.Leave(space.ID, s.Bot().ID, alice.ID)
	if a := next("the bot's leave", "leave", "person"); dig(a, "object.entryUUID") != bot {
		t.Errorf("leave %v", a)
	}
	s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "among us"})
	w.quiet("of a space that the bot left")

	told := map[string]int{}
	for _, h := range e.settled(t, s) {
		told[str(h.body["resource"])+"/"+str(h.body["event"])]++
	}
	want := map[string]int{
		"rooms/created": 1, "messages/created": 3, "messages/updated": 1, "messages/deleted": 1, "memberships/created": 2, "memberships/deleted": 1,
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("the webhook beside the socket received other things: %s", diff)
	}
}

func TestControlSockets(t *testing.T) {
	s := start(t, Options{})
	control := func(what string, body any) (int, string) {
		t.Helper()
		method := http.MethodGet
		if body != nil {
			method = http.MethodPost
		}
		resp, raw := rawCall(t, s, "", method, strings.TrimSuffix(s.URL(), "/v1")+"/_simulator/"+what, body)
		return resp.StatusCode, string(raw)
	}
	w, d := online(t, s)
	if status, out := control("devices", nil); status != http.StatusOK || !strings.Contains(out, str(d["url"])) {
		t.Errorf("devices = %d %s", status, out)
	}
	if status, out := control("sockets", nil); status != http.StatusOK || !strings.Contains(out, "bot-1") {
		t.Errorf("sockets = %d %s", status, out)
	}
	if status, out := control("socket", object{"do": "send", "frame": "{}"}); status != http.StatusOK || !strings.Contains(out, `"sockets": 1`) {
		t.Errorf("send = %d %s", status, out)
	}
	if f := w.next(); len(f) != 0 {
		t.Errorf("frame %v, want {}", f)
	}
	if status, out := control("socketfaults", object{"pongDelay": time.Millisecond, "omit": []string{"actor"}}); status != http.StatusOK {
		t.Errorf("socketfaults = %d %s", status, out)
	}
	do := func(what string) {
		t.Helper()
		body := object{"do": what, "code": 4000, "reason": "Replaced", "for": "0s", "region": "r"}
		if status, out := control("socket", body); status != http.StatusOK {
			t.Errorf("%s = %d %s", what, status, out)
		}
	}
	for _, c := range []struct {
		do, reason string
		code       int
	}{{"close", "Replaced", 4000}, {"shutdown", "Drained", 4001}, {"cut", "", 0}} {
		do(c.do)
		if code, reason := w.closed(); code != c.code || code != 0 && reason != c.reason {
			t.Errorf("%s: closed with %d %q, want %d %q", c.do, code, reason, c.code, c.reason)
		}
		w = connect(t, s, d)
	}
	do("half-open")
	if _, out := control("sockets", nil); !strings.Contains(out, `"halfOpen": true`) {
		t.Errorf("half-open: sockets are %s", out)
	}
	do("move")
	if now := newDevice(t, s); now["url"] == d["url"] || len(s.Socket().Devices()) != 2 {
		t.Errorf("move: %v was registered, want one in another region", now)
	}
	do("vanish")
	if _, out := control("devices", nil); strings.TrimSpace(out) != "[]" {
		t.Errorf("vanish: devices are %s", out)
	}
	do("outage") // of 0 s: it ends one
	newDevice(t, s)
	for _, body := range []object{{"do": "dance"}, {"do": "cut", "for": "soon"}, {"did": "cut"}} {
		if status, _ := control("socket", body); status != http.StatusBadRequest {
			t.Errorf("%v = %d, want 400", body, status)
		}
	}
}
