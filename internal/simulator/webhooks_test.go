package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSign(t *testing.T) {
	body := `{"id":"wh-1","resource":"messages","event":"created","data":{"id":"m-1"}}`
	const want = "ba3577e7e22a070d80497be6966a9e40fa5c2a66"
	if got := sign("example-secret", []byte(body)); got != want {
		t.Errorf("sign(%s) = %s, want %s", body, got, want)
	}
}

func TestDeliveredMessage(t *testing.T) {
	s, e := start(t, Options{}), listen(t)
	id := register(t, s, e.URL+"/webhook", "messages", "created", "")
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "quiet"})
	m := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot help"})
	got := e.settled(t, s)
	if len(got) != 1 {
		t.Fatalf("%d deliveries, want 1: a message without a mention is not told", len(got))
	}
	h := got[0]
	if h.header.Get("X-Spark-Signature") != sign("example-secret", h.raw) || h.header.Get("Content-Type") != "application/json; charset=UTF-8" {
		t.Errorf("headers %v", h.header)
	}
	hook := s.Webhooks()[0]
	want := object{
		"id": id, "name": "test messages", "targetUrl": e.URL + "/webhook", "resource": "messages", "event": "created",
		"orgId": s.Bot().OrgID, "createdBy": s.Bot().ID, "appId": hook.AppID, "ownedBy": "creator", "status": "active",
		"created": hook.Created.String(), "actorId": alice.ID,
		"data": object{
			"id": m.ID, "roomId": space.ID, "roomType": "group", "personId": alice.ID, "personEmail": "alice@example.com",
			"mentionedPeople": []any{s.Bot().ID}, "created": m.Created.String(),
		},
	}
	if diff := cmp.Diff(want, h.body); diff != "" {
		t.Error(diff)
	}
}

func TestDeliveredOthers(t *testing.T) {
	s, e := start(t, Options{}), listen(t)
	for _, resource := range []string{"messages", "attachmentActions", "memberships"} {
		register(t, s, e.URL, resource, "created", "")
	}
	alice, bob := s.Person("alice"), s.Person("bob")
	space := s.Direct(alice.ID)
	if got := e.settled(t, s); len(got) != 0 {
		t.Errorf("a 1:1 without a message told: %v", got)
	}
	s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "hi"})
	_, _, posted := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{
		"roomId": space.ID, "text": "card", "attachments": []any{object{"contentType": cardType, "content": object{
			"type": "AdaptiveCard", "version": "1.3",
			"body": []any{object{"type": "ActionSet", "actions": []any{object{"type": "Action.Submit", "title": "Refresh", "data": object{"command": "code", "n": 1}}}}},
		}}},
	})
	messageID, _ := posted["id"].(string)
	action := s.Click(t.Context(), alice.ID, messageID, "Refresh")
	group := s.Group("Team", alice.ID)
	s.Join(group.ID, bob.ID, alice.ID)
	counts := map[string]int{}
	for _, h := range e.settled(t, s) {
		resource, _ := h.body["resource"].(string)
		person, _ := h.data["personId"].(string)
		counts[resource+" of "+s.people[person].FirstName]++
		if resource == "attachmentActions" {
			if _, has := h.data["inputs"]; has || h.data["id"] != action.ID || h.data["messageId"] != messageID {
				t.Errorf("action data %v", h.data)
			}
		}
	}
	want := map[string]int{
		"messages of Alice": 1, "messages of ": 1, // its own post comes back to the bot
		"attachmentActions of Alice": 1,
		"memberships of Alice":       1, "memberships of ": 2, "memberships of Bob": 1,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
	_, _, got := call(t, s, s.BotToken(), http.MethodGet, "/attachment/actions/"+action.ID, nil)
	if diff := cmp.Diff(object{"command": "code", "n": 1.0}, got["inputs"]); diff != "" {
		t.Error(diff)
	}
}

func TestFirehose(t *testing.T) {
	s, all, edits := start(t, Options{}), listen(t), listen(t)
	register(t, s, all.URL, "all", "all", "")
	register(t, s, edits.URL, "messages", "updated", "")
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	_, _, posted := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{
		"roomId": space.ID, "text": "x", "attachments": []any{object{"contentType": cardType, "content": object{"type": "AdaptiveCard", "version": "1.3"}}},
	})
	_, _, plain := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": "x"})
	s.Press(t.Context(), alice.ID, str(posted["id"]), nil)
	call(t, s, s.BotToken(), http.MethodPut, "/messages/"+str(plain["id"]), object{"roomId": space.ID, "text": "y"})
	call(t, s, s.BotToken(), http.MethodDelete, "/messages/"+str(plain["id"]), nil)
	s.Leave(space.ID, s.Bot().ID, alice.ID)
	var got []string
	for _, h := range all.settled(t, s) {
		got = append(got, str(h.body["resource"])+"/"+str(h.body["event"]))
	}
	want := []string{
		"rooms/created", "memberships/created", "messages/created", "messages/created", "messages/updated", "messages/deleted", "memberships/deleted",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resource all, event all; card actions are not among them:\n%s", diff)
	}
	if received := edits.all(); len(received) != 1 || received[0].data["id"] != plain["id"] {
		t.Errorf("messages/updated: %v", received)
	}
}

func TestPostAction(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Direct(alice.ID)
	_, _, posted := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{
		"roomId": space.ID, "text": "card", "attachments": []any{object{"contentType": cardType, "content": object{"type": "AdaptiveCard", "version": "1.3"}}},
	})
	body := object{"type": "submit", "messageId": posted["id"], "inputs": object{"a": "b"}}
	if status, _, out := call(t, s, s.UserToken(alice.ID), http.MethodPost, "/attachment/actions", body); status != 202 || out["personId"] != alice.ID {
		t.Errorf("POST = %d %v, want 202", status, out)
	}
	if status, _, _ := call(t, s, s.UserToken(s.Person("mallory").ID), http.MethodPost, "/attachment/actions", body); status != 404 {
		t.Errorf("POST by a stranger = %d, want 404", status)
	}
}

func TestFilters(t *testing.T) {
	s, e := start(t, Options{}), listen(t)
	alice, bob := s.Person("alice"), s.Person("bob")
	space, direct := s.Group("Team", alice.ID, bob.ID), s.Direct(alice.ID)
	for _, c := range []struct {
		filter string
		want   []string
	}{
		{"", []string{"a", "b", "c"}},
		{"roomId=" + space.ID, []string{"a", "b"}},
		{"roomType=direct", []string{"c"}},
		{"personEmail=alice@example.com&roomType=group", []string{"a"}},
		{"mentionedPeople=me", []string{"a", "b"}},
		{"hasFiles=true", nil},
	} {
		s.ForgetWebhooks()
		register(t, s, e.URL, "messages", "created", c.filter)
		before := len(e.settled(t, s))
		ids := map[string]string{}
		for name, say := range map[string]Say{
			"a": {Space: space.ID, Person: alice.ID, Text: "@trackbot a"},
			"b": {Space: space.ID, Person: bob.ID, Text: "@trackbot b"},
			"c": {Space: direct.ID, Person: alice.ID, Text: "c"},
		} {
			ids[s.Say(t.Context(), say).ID] = name
		}
		var got []string
		for _, h := range e.settled(t, s)[before:] {
			id, _ := h.data["id"].(string)
			got = append(got, ids[id])
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("filter %q: told of %v, want %v", c.filter, got, c.want)
		}
	}
}

func TestWebhookCalls(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	good := object{"name": "n", "targetUrl": "https://bot.example.com/webhook", "resource": "messages", "event": "created"}
	with := func(k string, v any) object {
		out := maps.Clone(good)
		out[k] = v
		return out
	}
	for _, c := range []struct {
		name string
		body object
		want int
	}{
		{"good", good, 200},
		{"again", good, 409},
		{"other event", with("event", "deleted"), 200},
		{"no name", with("name", ""), 400},
		{"no target", with("targetUrl", ""), 400},
		{"unknown resource", with("resource", "message"), 400},
		{"unknown event", with("event", "create"), 400},
		{"unknown filter", with("filter", "color=red"), 400},
		{"strange room", with("filter", "roomId="+encodeID(kindRoom, "x")), 400},
		{"org", with("ownedBy", "org"), 403},
		{"status at creation", with("status", "active"), 400},
	} {
		if status, _, body := call(t, s, s.BotToken(), http.MethodPost, "/webhooks", c.body); status != c.want {
			t.Errorf("%s: POST = %d %v, want %d", c.name, status, body, c.want)
		}
	}
	id := s.Webhooks()[0].ID
	if status, _, _ := call(t, s, s.UserToken(alice.ID), http.MethodGet, "/webhooks/"+id, nil); status != 404 {
		t.Errorf("another's webhook: GET = %d, want 404", status)
	}
	s.DisableWebhook(id)
	for _, c := range []struct {
		name string
		body object
		want int
	}{
		{"no target", object{"name": "n"}, 400},
		{"switch off", with("status", "inactive"), 400},
		{"good", object{"name": "new", "targetUrl": "https://new.example.com", "secret": "s", "status": "active", "event": "deleted"}, 200},
	} {
		if status, _, body := call(t, s, s.BotToken(), http.MethodPut, "/webhooks/"+id, c.body); status != c.want {
			t.Errorf("%s: PUT = %d %v, want %d", c.name, status, body, c.want)
		}
	}
	if h := s.Webhooks()[0]; h.Status != active || h.Name != "new" || h.TargetURL != "https://new.example.com" || h.Event != "created" {
		t.Errorf("after PUT: %+v", h)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodDelete, "/webhooks/"+id, nil); status != 204 {
		t.Errorf("DELETE = %d, want 204", status)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodGet, "/webhooks/"+id, nil); status != 404 {
		t.Errorf("GET after DELETE = %d, want 404", status)
	}
}

func TestPaging(t *testing.T) {
	s := start(t, Options{})
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		register(t, s, "https://bot.example.com/"+n, "messages", "created", "")
	}
	pages := func(path string) (sizes []int) {
		for path != "" {
			_, header, body := call(t, s, s.BotToken(), http.MethodGet, path, nil)
			items, _ := body["items"].([]any)
			sizes = append(sizes, len(items))
			path, _, _ = strings.Cut(strings.TrimPrefix(header.Get("Link"), "<"), ">")
		}
		return sizes
	}
	if got := pages("/webhooks?max=2"); !slices.Equal(got, []int{2, 2, 1}) {
		t.Errorf("pages of 2: %v", got)
	}
	s.SetQuirks(Quirks{PageCap: 3, EmptyPages: true})
	if got := pages("/webhooks"); !slices.Equal(got, []int{0, 3, 2}) {
		t.Errorf("pages with a cap and an empty one: %v", got)
	}
	alice, bob := s.Person("alice"), s.Person("bob")
	space := s.Group("Team", alice.ID, bob.ID)
	s.Direct(alice.ID)
	if got := pages("/memberships?roomId=" + space.ID + "&max=2"); !slices.Equal(got, []int{0, 2, 1}) {
		t.Errorf("members: %v", got)
	}
	if got := pages("/rooms"); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("rooms: %v", got)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodGet, "/webhooks?max=none", nil); status != 400 {
		t.Errorf("max=none: %d, want 400", status)
	}
}
