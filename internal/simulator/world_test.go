package simulator

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestIDs(t *testing.T) {
	id := encodeID(kindMessage, "44444444-aaaa-11ee-8ccc-000000000004")
	const want = "Y2lzY29zcGFyazovL3VzL01FU1NBR0UvNDQ0NDQ0NDQtYWFhYS0xMWVlLThjY2MtMDAwMDAwMDAwMDA0"
	if id != want {
		t.Errorf("encodeID = %s, want %s", id, want)
	}
	for _, c := range []struct{ id, kind, key string }{
		{want, "MESSAGE", "44444444-aaaa-11ee-8ccc-000000000004"},
		{want + "=", "MESSAGE", "44444444-aaaa-11ee-8ccc-000000000004"},
		{"44444444-aaaa-11ee-8ccc-000000000004", "", ""},
		{"", "", ""},
	} {
		if kind, key := decodeID(c.id); kind != c.kind || key != c.key {
			t.Errorf("decodeID(%q) = %q, %q; want %q, %q", c.id, kind, key, c.kind, c.key)
		}
	}
}

func TestSeed(t *testing.T) {
	a, b, c := start(t, Options{Seed: 7}), start(t, Options{Seed: 7}), start(t, Options{Seed: 8})
	if a.Bot().ID != b.Bot().ID || a.BotToken() != b.BotToken() {
		t.Error("the same seed gives other ids")
	}
	if a.Bot().ID == c.Bot().ID {
		t.Error("another seed gives the same ids")
	}
}

func TestPeople(t *testing.T) {
	s := start(t, Options{BotName: "Code Bot", BotToken: "fixed"})
	if s.BotToken() != "fixed" || s.Bot().DisplayName != "Code Bot" || s.Bot().Type != "bot" {
		t.Errorf("bot %+v, token %q", s.Bot(), s.BotToken())
	}
	for _, c := range []struct {
		name, email string
		ownOrg      bool
	}{
		{"alice", "alice@example.com", true},
		{"Bob Brown", "bob@example.com", true},
		{"CAROL@example.com", "carol@example.com", true},
		{"mallory", "mallory@other.example", false},
		{"otherbot", "otherbot@webex.bot", true},
	} {
		p := s.Person(c.name)
		if p.Emails[0] != c.email || (p.OrgID == s.Bot().OrgID) != c.ownOrg {
			t.Errorf("Person(%q) = %+v", c.name, p)
		}
	}
	if p := s.Person("zoe"); p.ID != "" {
		t.Errorf("Person(zoe) = %+v, want none", p)
	}
	zoe := s.AddPerson(Person{DisplayName: "Zoe Zaman"})
	_, _, got := call(t, s, s.BotToken(), http.MethodGet, "/people/"+zoe.ID, nil)
	want := object{
		"id": zoe.ID, "emails": []any{"zoe@example.com"}, "displayName": "Zoe Zaman", "firstName": "Zoe", "lastName": "Zaman",
		"orgId": s.Bot().OrgID, "type": "person", "created": zoe.Created.String(), "avatar": zoe.Avatar,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		token, path string
		want        int
	}{
		{s.BotToken(), "/people/me", 200},
		{s.BotToken(), "/people/" + keyOf(zoe.ID), 404},
		{s.AdminToken(), "/people/me", 403},
		{s.BotToken(), "/people?email=zoe@example.com", 200},
		{s.BotToken(), "/people", 400},
	} {
		if status, _, _ := call(t, s, c.token, http.MethodGet, c.path, nil); status != c.want {
			t.Errorf("GET %s = %d, want %d", c.path, status, c.want)
		}
	}
	user := s.UserToken(zoe.ID)
	s.Expire(user, time.Now().Add(-time.Second))
	if status, _, _ := call(t, s, user, http.MethodGet, "/people/me", nil); status != 401 {
		t.Errorf("expired token: %d, want 401", status)
	}
}

func TestSpaces(t *testing.T) {
	s := start(t, Options{})
	alice, bob := s.Person("alice"), s.Person("bob")
	direct, team := s.Direct(alice.ID), s.Group("Team", alice.ID)
	if again := s.Direct(alice.ID); again.ID != direct.ID {
		t.Error("a second 1:1 with the same person")
	}
	_, _, room := call(t, s, s.BotToken(), http.MethodGet, "/rooms/"+direct.ID, nil)
	if room["title"] != "Alice Adams" || room["type"] != "direct" {
		t.Errorf("the 1:1 as the bot sees it: %v", room)
	}
	if status, _, _ := call(t, s, s.UserToken(bob.ID), http.MethodGet, "/rooms/"+team.ID, nil); status != 404 {
		t.Errorf("a stranger's GET of the room = %d, want 404", status)
	}
	_, _, mine := call(t, s, s.BotToken(), http.MethodGet, "/memberships", nil)
	if len(objects(mine, "items")) != 2 {
		t.Fatalf("the bot's memberships: %v", mine)
	}
	id := str(objects(mine, "items")[1]["id"])
	if kind, key := decodeID(id); kind != "MEMBERSHIP" || key != keyOf(s.Bot().ID)+":"+keyOf(team.ID) {
		t.Errorf("membership id holds %q", key)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodGet, "/memberships/"+id, nil); status != 200 {
		t.Errorf("GET of the membership = %d", status)
	}
	s.Leave(team.ID, s.Bot().ID, alice.ID)
	if status, _, _ := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": team.ID, "text": "x"}); status != 404 {
		t.Errorf("POST into a room that the bot has left = %d, want 404", status)
	}
	if _, err := s.say(t.Context(), Say{Space: team.ID, Person: bob.ID, Text: "x"}); err == nil {
		t.Error("bob writes into a space that he is not in")
	}
}

func TestWait(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	question := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot one"})
	answer := func(text, parent string) {
		status, _, body := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": text, "parentId": parent})
		if status != 200 {
			t.Errorf("POST = %d %v", status, body)
		}
	}
	got := make(chan Message)
	go func() {
		m, err := s.WaitReply(quick(t), question)
		if err != nil {
			t.Error(err)
		}
		got <- m
	}()
	answer("first", question.ID)
	if m := <-got; m.Text != "first" {
		t.Errorf("WaitReply = %q, want first", m.Text)
	}
	answer("second", question.ID)
	if m, err := s.WaitReply(quick(t), question); err != nil || m.Text != "first" {
		t.Errorf("WaitReply once it is there = %q, %v; want first", m.Text, err)
	}
	again := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot two", ParentID: question.ID})
	var answers sync.WaitGroup
	defer answers.Wait()
	answers.Go(func() { answer("third", question.ID) })
	if m, err := s.WaitReply(quick(t), again); err != nil || m.Text != "third" {
		t.Errorf("WaitReply to a reply = %q, %v; want third", m.Text, err)
	}
	if m, err := s.Wait(quick(t), func(m Message) bool { return m.PersonID == s.Bot().ID && m.Text == "second" }); err != nil || m.Text != "second" {
		t.Errorf("Wait for one that is there = %q, %v", m.Text, err)
	}
	answers.Go(func() { answer("fourth", question.ID) })
	if m, err := s.Wait(quick(t), func(m Message) bool { return m.Text == "fourth" }); err != nil || m.Text != "fourth" {
		t.Errorf("Wait for one to come = %q, %v", m.Text, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Wait(ctx, func(Message) bool { return false }); err == nil {
		t.Error("Wait after its end: no error")
	}
	if _, err := s.WaitReply(ctx, s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot three"})); err == nil {
		t.Error("WaitReply after its end: no error")
	}
}

func TestNothingStaysBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := listen(t)
	register(t, s, e.URL, "messages", "created", "")
	alice := s.Person("alice")
	s.Say(t.Context(), Say{Space: s.Direct(alice.ID).ID, Person: alice.ID, Text: "hi"})
	e.settled(t, s)
	e.Close()
	cancel() // the same end as Close
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// BenchmarkRoundTrip is a question told to a target that fetches and answers
// it, in 16 spaces at once: what the simulator itself costs.
func BenchmarkRoundTrip(b *testing.B) {
	s := start(b, Options{})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	target := echoBot(b, s, client)
	register(b, s, target, "messages", "created", "")
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		p := s.AddPerson(Person{DisplayName: "P" + s.dice.uuid()})
		space := s.Direct(p.ID)
		for pb.Next() {
			m := s.Say(b.Context(), Say{Space: space.ID, Person: p.ID, Text: "tracking code 1"})
			if _, err := s.WaitReply(b.Context(), m); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
