package simulator

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestRoomsAreBuilt builds and takes down a space over the API, as foreign test
// suites do, and finds webhooks told of it.
func TestRoomsAreBuilt(t *testing.T) {
	s := start(t, Options{})
	alice, bob := s.Person("alice"), s.Person("bob")
	hers, his := s.UserToken(alice.ID), s.UserToken(bob.ID)
	must := func(token, method, path string, body any, want int) object {
		t.Helper()
		status, _, got := call(t, s, token, method, path, body)
		if status != want {
			t.Fatalf("%s %s %v = %d %v, want %d", method, path, body, status, got, want)
		}
		return got
	}
	must(hers, "POST", "/rooms", object{}, 400)
	room := str(must(hers, "POST", "/rooms", object{"title": "Built"}, 200)["id"])
	must(his, "POST", "/memberships", object{"roomId": room, "personEmail": "carol@example.com"}, 404)
	must(hers, "POST", "/memberships", object{"roomId": room}, 400)
	must(hers, "POST", "/memberships", object{"roomId": room, "personEmail": "nobody@example.com"}, 404)
	member := must(hers, "POST", "/memberships", object{"roomId": room, "personId": bob.ID, "isModerator": true}, 200)
	if member["personEmail"] != "bob@example.com" || member["isModerator"] != true {
		t.Errorf("membership %v, want bob as moderator", member)
	}
	if got := must(hers, "PUT", "/memberships/"+str(member["id"]), object{"isModerator": false}, 200); got["isModerator"] != false || got["personId"] != bob.ID {
		t.Errorf("membership %v, want bob as no moderator", got)
	}
	must(hers, "PUT", "/memberships/"+str(member["id"]), object{"isModerator": "no"}, 400)
	must(hers, "PUT", "/memberships/"+s.Bot().ID, object{"isModerator": true}, 404)
	must(hers, "POST", "/memberships", object{"roomId": room, "personEmail": "BOB@example.com"}, 409)
	must(hers, "POST", "/memberships", object{"roomId": room, "personId": s.Bot().ID}, 200)
	e := listen(t)
	register(t, s, e.URL, "memberships", "deleted", "")
	must(his, "PUT", "/rooms/"+room, object{"title": "Renamed"}, 200)
	if got := must(s.BotToken(), "GET", "/rooms/"+room, nil, 200); got["title"] != "Renamed" {
		t.Errorf("the room is %v, want it renamed", got)
	}
	must(hers, "DELETE", "/memberships/"+str(member["id"]), nil, 204)
	must(his, "GET", "/rooms/"+room, nil, 404)
	e.settled(t, s)
	must(hers, "DELETE", "/rooms/"+room, nil, 204)
	must(hers, "GET", "/rooms/"+room, nil, 404)
	direct := s.Direct(alice.ID)
	must(hers, "DELETE", "/rooms/"+direct.ID, nil, 400)
	must(hers, "POST", "/memberships", object{"roomId": direct.ID, "personId": bob.ID}, 400)
}

// TestFileByAddress: the service copies the file, and refuses what it can't read.
func TestFileByAddress(t *testing.T) {
	s := start(t, Options{})
	space := s.Group("Team", s.Person("alice").ID)
	from := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a.txt" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("hello"))
	}))
	defer from.Close()
	for address, want := range map[string]int{from.URL + "/a.txt": 200, from.URL + "/b.txt": 400, "http://127.0.0.1:1/": 400, "file:///etc/passwd": 400, "a.txt": 400} {
		if status, _, body := call(t, s, s.BotToken(), "POST", "/messages", object{"roomId": space.ID, "text": "x", "files": []string{address}}); status != want {
			t.Errorf("a file at %s: %d %v, want %d", address, status, body, want)
		}
	}
	posted := s.Messages(space.ID)
	if len(posted) != 1 {
		t.Fatalf("%d messages, want one", len(posted))
	}
	if f := s.File(posted[0].Files[0]); f.Name != "a.txt" || string(f.Data) != "hello" {
		t.Errorf("the copy is %q: %q", f.Name, f.Data)
	}
}
