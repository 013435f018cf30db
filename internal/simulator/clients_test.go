package simulator

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestLists are the questions on lists that foreign clients ask, and what the
// documentation says to them.
func TestLists(t *testing.T) {
	s := start(t, Options{})
	alice, mallory := s.Person("alice"), s.Person("mallory")
	space := s.Group("Team", alice.ID)
	for _, c := range []struct {
		path          string
		status, items int
	}{
		{"/people/?id=" + alice.ID, 200, 1}, // as the official SDK asks for one person
		{"/people?id=" + alice.ID + "," + mallory.ID, 200, 2},
		{"/people?id=" + strings.Repeat("x,", 84) + alice.ID, 200, 1},
		{"/people?id=" + strings.Repeat("x,", 85) + alice.ID, 400, 0},
		{"/people?email=ALICE@example.com", 200, 1},
		{"/people?email=mallory@other.example", 200, 0}, // of another organization
		{"/people?displayName=Mallory", 200, 0},
		{"/rooms/", 200, 1},
		{"/rooms?sortBy=lastactivity", 200, 1},
		{"/rooms?sortBy=title", 400, 0},
		{"/rooms?teamId=x", 404, 0},
		{"/memberships/", 200, 1}, // the caller's own
		{"/memberships?roomId=" + space.ID + "&personEmail=alice@example.com", 200, 1},
		{"/memberships?personEmail=alice@example.com", 400, 0},
		{"/memberships?personId=" + alice.ID, 400, 0},
		{"/webhooks/", 200, 0},
	} {
		status, _, body := call(t, s, s.BotToken(), http.MethodGet, c.path, nil)
		if got := len(objects(body, "items")); status != c.status || got != c.items {
			t.Errorf("GET %.60s = %d with %d items, want %d with %d", c.path, status, got, c.status, c.items)
		}
	}
	_, _, body := call(t, s, s.BotToken(), http.MethodGet, "/people/?id="+alice.ID+",nobody", nil)
	if list, _ := body["notFoundIds"].([]any); len(list) != 1 || list[0] != "nobody" {
		t.Errorf("notFoundIds = %v, want nobody", body["notFoundIds"])
	}
	if avatar := str(objects(body, "items")[0]["avatar"]); !strings.HasPrefix(avatar, "https://") {
		t.Errorf("avatar = %q, want a URL", avatar)
	}
	if status, _, body := call(t, s, s.BotToken(), http.MethodPost, "/messages/", object{"roomId": space.ID, "text": "x"}); status != 200 {
		t.Errorf("POST /messages/ = %d %v", status, body)
	}
}

// TestDestinationIsNotRead posts by address: only the answer to that repeats it.
func TestDestinationIsNotRead(t *testing.T) {
	s := start(t, Options{})
	status, _, posted := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"toPersonEmail": "alice@example.com", "text": "x"})
	if status != 200 || posted["toPersonEmail"] != "alice@example.com" {
		t.Errorf("POST = %d %v, want the address", status, posted)
	}
	id := str(posted["id"])
	_, _, one := call(t, s, s.BotToken(), http.MethodGet, "/messages/"+id, nil)
	_, _, list := call(t, s, s.BotToken(), http.MethodGet, "/messages?roomId="+str(posted["roomId"]), nil)
	_, _, edited := call(t, s, s.BotToken(), http.MethodPut, "/messages/"+id, object{"roomId": posted["roomId"], "text": "y"})
	for what, m := range map[string]object{"GET": one, "the list": objects(list, "items")[0], "PUT": edited} {
		if m["id"] != id || m["toPersonEmail"] != nil || m["toPersonId"] != nil {
			t.Errorf("%s = %v, want the message without its destination", what, m)
		}
	}
}

// TestWebhookIsSentBack changes a webhook with all that GET gave, as clients do.
func TestWebhookIsSentBack(t *testing.T) {
	s := start(t, Options{})
	id := register(t, s, "http://127.0.0.1:1/", "messages", "created", "")
	_, _, body := call(t, s, s.BotToken(), http.MethodGet, "/webhooks/"+id, nil)
	body["name"], body["resource"], body["unheardOf"] = "other", "rooms", true
	status, _, got := call(t, s, s.BotToken(), http.MethodPut, "/webhooks/"+id, body)
	if status != 200 || got["name"] != "other" || got["resource"] != "messages" || got["created"] != body["created"] {
		t.Errorf("PUT = %d %v, want another name and nothing else", status, got)
	}
}

// TestTokenForm: the official SDK reads the organization from a token's end.
func TestTokenForm(t *testing.T) {
	s := start(t, Options{})
	form := regexp.MustCompile(`^[0-9a-f]{64}_\w{4}_([0-9a-f-]{36})$`)
	for _, token := range []string{s.BotToken(), s.AdminToken(), s.UserToken(s.Person("alice").ID)} {
		if parts := form.FindStringSubmatch(token); parts == nil || parts[1] != keyOf(s.Bot().OrgID) {
			t.Errorf("token %q has not the form of a real one", token)
		}
	}
}

// TestOpenQuestions are behaviors that nothing documents: the stricter one
// holds unless a quirk says otherwise.
func TestOpenQuestions(t *testing.T) {
	s := start(t, Options{})
	space := s.Group("Team", s.Person("alice").ID)
	later := s.Group("Later", s.Person("alice").ID)
	_, _, rooms := call(t, s, s.BotToken(), http.MethodGet, "/rooms", nil)
	if list := objects(rooms, "items"); len(list) != 2 || list[0]["id"] != later.ID {
		t.Errorf("rooms = %v, want the newest first", rooms)
	}
	root := s.Say(t.Context(), Say{Space: space.ID, Person: s.Person("alice").ID, Text: "@trackbot x"})
	register(t, s, "http://127.0.0.1:1/", "rooms", "created", "")
	hook := object{"name": "again", "targetUrl": "http://127.0.0.1:1/", "resource": "rooms", "event": "created"}
	for _, c := range []struct {
		quirks                Quirks
		bareParent, equalHook int
	}{
		{Quirks{}, 404, 409},
		{Quirks{BareParents: true, EqualWebhooks: true}, 200, 200},
	} {
		s.SetQuirks(c.quirks)
		parent, _, _ := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": "y", "parentId": keyOf(root.ID)})
		equal, _, _ := call(t, s, s.BotToken(), http.MethodPost, "/webhooks", hook)
		if parent != c.bareParent || equal != c.equalHook {
			t.Errorf("%+v: a bare parent is %d, an equal webhook %d; want %d and %d", c.quirks, parent, equal, c.bareParent, c.equalHook)
		}
	}
}
