package bot

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// joining is a space to which Ann added the bot a moment ago, a bot that says
// hello, and the event of that.
func joining() (*space, *Bot, webex.Event) {
	s := asked("")
	s.joined = webex.Membership{ID: "mem1", RoomID: "room", RoomType: "group", PersonID: "bot", Created: time.Now()}
	s.members = []webex.Membership{{PersonID: "ann", PersonOrgID: "org"}}
	b, _ := newBot(s, echoText)
	b.commands[Welcome] = Command{Name: Welcome, Run: func(context.Context, Request) (Reply, error) {
		return Reply{Markdown: "hello", Card: cards.Notice{Title: "hello"}.View().Card()}, nil
	}}
	return s, b, webex.Event{Resource: webex.Memberships, Event: webex.Created, ID: "mem1", RoomID: "room", RoomType: "group", PersonID: "bot", ActorID: "ann"}
}

// The membership that an event names is fetched and compared with it.
func TestWelcomeIsForWhatWasFetched(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*space, *webex.Event)
		hello  bool
	}{
		"as it should be":             {func(*space, *webex.Event) {}, true},
		"somebody else joined":        {func(_ *space, e *webex.Event) { e.PersonID = "bob" }, false},
		"a 1:1 space":                 {func(_ *space, e *webex.Event) { e.RoomType = "direct" }, false},
		"a 1:1 space under cover":     {func(s *space, _ *webex.Event) { s.joined.RoomType = "direct" }, false},
		"another space":               {func(_ *space, e *webex.Event) { e.RoomID = "elsewhere" }, false},
		"no space":                    {func(_ *space, e *webex.Event) { e.RoomID = "" }, false},
		"the membership of another":   {func(s *space, _ *webex.Event) { s.joined.PersonID = "bob" }, false},
		"another membership came":     {func(s *space, _ *webex.Event) { s.joined.ID = "mem2" }, false},
		"a membership of months ago":  {func(s *space, _ *webex.Event) { s.joined.Created = time.Now().Add(-61 * time.Minute) }, false},
		"an actor who isn't there":    {func(_ *space, e *webex.Event) { e.ActorID = "bob" }, false},
		"no actor":                    {func(_ *space, e *webex.Event) { e.ActorID = "" }, false},
		"an invented membership":      {func(s *space, _ *webex.Event) { s.err = &webex.Error{Kind: webex.KindStatus, Status: 404} }, false},
		"one that Webex doesn't show": {func(s *space, _ *webex.Event) { s.err = &webex.Error{Kind: webex.KindStatus, Status: 403} }, false},
	} {
		s, b, e := joining()
		if _, err := b.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.change(s, &e)
		a, err := b.Handle(t.Context(), e)
		if err != nil || len(a.Messages) > 0 != c.hello || len(a.Entries) > 0 != c.hello {
			t.Errorf("%s: Handle = %+v, %v; want a welcome: %v", name, a, err, c.hello)
		}
	}
}

// A second genuine event about a space, as after leaving and joining again, is
// welcomed once an hour; the first is when it is handled again.
func TestOneWelcomeAnHour(t *testing.T) {
	s, b, e := joining()
	for i, want := range []int{1, 1} {
		if a, err := b.Handle(t.Context(), e); err != nil || len(a.Messages) != want {
			t.Errorf("try %d: Handle = %+v, %v; want %d messages", i+1, a, err, want)
		}
	}
	e.ID, s.joined.ID = "mem2", "mem2"
	a, err := b.Handle(t.Context(), e)
	if err != nil || len(a.Messages) != 0 || len(a.Entries) != 1 || a.Entries[0].Outcome != Ignored {
		t.Errorf("a second one: Handle = %+v, %v; want silence and a line of the record", a, err)
	}
}

// crowd is a group space that counts how often its members are read.
type crowd struct {
	*space

	looks atomic.Int32
	pause time.Duration
}

func (c *crowd) Memberships(ctx context.Context, room string, limit int) ([]webex.Membership, bool, error) {
	c.looks.Add(1)
	<-time.After(c.pause)
	return c.space.Memberships(ctx, room, limit)
}

// askedInGroup is a group space of Ann in which she asks.
func askedInGroup() *space {
	s := asked("code 1")
	s.message.RoomType = "group"
	s.message.MentionedPeople, s.message.HTML = []string{"bot"}, `<spark-mention data-object-type="person" data-object-id="bot">TrackBot</spark-mention> code 1`
	s.members = []webex.Membership{{PersonID: "ann", PersonOrgID: "org"}}
	return s
}

// Fifty who ask at once in a space that nobody looked at wait for one look.
func TestOneLookASpace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{space: askedInGroup(), pause: time.Second}
		b, _ := newBot(c.space, echoText)
		b.o.Webex = c
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if out, err := handled(t.Context(), b, event()); err != nil || out == nil || out.PersonID != "" {
					t.Errorf("Handle = %v, %v; want an answer in the space", out, err)
				}
			})
		}
		all.Wait()
		if got := c.looks.Load(); got != 1 {
			t.Errorf("the members were read %d times, want once", got)
		}
	})
}

// A guest's join is heard while the answer is made: the answer goes 1:1.
func TestReadersAreLookedAtBeforeTheAnswerIsStored(t *testing.T) {
	s := askedInGroup()
	var joined time.Time
	b, _ := newBot(s, func(ctx context.Context, r Request) (Reply, error) {
		s.members = append(s.members, webex.Membership{PersonID: "mal", PersonOrgID: "other"})
		joined = time.Now()
		return echoText(ctx, r)
	})
	b.o.Joined = func(context.Context, string) (time.Time, error) { return joined, nil }
	a, err := b.Handle(t.Context(), event())
	if err != nil || len(a.Messages) != 2 || a.Messages[1].PersonID != "ann" || strings.Contains(a.Messages[0].Markdown, "code 1") {
		t.Errorf("Handle = %+v, %v; want a line in the space, and the answer to Ann alone", a.Messages, err)
	}
	if got := a.Entries[0].Reason; !strings.Contains(got, "answered 1:1") {
		t.Errorf("the record says %q, want that it was answered 1:1", got)
	}
}

// Who was refused too often is dropped before anything is fetched.
func TestSuppressedIsNotFetched(t *testing.T) {
	s := asked("code 1")
	b, _ := newBot(s, echoText)
	b.o.Gate.Suppressed = func(person string) bool { return person == "ann" }
	if _, err := b.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.err = &webex.Error{Kind: webex.KindStatus, Status: 500}
	added := webex.Event{Resource: webex.Memberships, Event: webex.Created, ID: "mem1", RoomID: "room", PersonID: "bot", ActorID: "ann"}
	for _, e := range []webex.Event{event(), pressEvent(), added} {
		if a, err := b.Handle(t.Context(), e); err != nil || len(a.Messages)+len(a.Entries) != 0 {
			t.Errorf("%s: Handle = %+v, %v; want nothing, and no call", e.Resource, a, err)
		}
	}
}
