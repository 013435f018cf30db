package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

// sendAgain calls Send as the queue does, until it wants no other call.
func sendAgain(ctx context.Context, b *Bot, o Outgoing) error {
	began := time.Now()
	for {
		_, err := b.Send(ctx, o, began)
		u, ok := errors.AsType[uncertainError](err)
		if !ok {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(u.RetryAfter()):
		}
	}
}

// answerOf is the reply to m1 as it is stored.
func answerOf(key string) Outgoing {
	return Outgoing{Key: key, Ref: Ref(key), RoomID: "room", ParentID: "m1", Markdown: "hi", Card: []byte(`{}`)}
}

// postedFor is the bot's message with the mark of a reply, as Webex gives it.
func postedFor(key string) webex.Message {
	return webex.Message{
		ID: "a-" + key, RoomID: "room", ParentID: "m1", PersonID: "bot", Markdown: "hi",
		Attachments: []webex.Attachment{{Content: json.RawMessage(`{"body":[{"id":"` + mark(key) + `"}]}`)}},
	}
}

func TestSendAgainLooksFirst(t *testing.T) {
	mine := webex.Message{ID: "a1", RoomID: "room", ParentID: "m1", PersonID: "bot", Markdown: "hi"}
	marked := postedFor("msg:m1")
	other, stranger := mine, mine
	other.Markdown = "something else"
	stranger.PersonID = "ann"
	for _, c := range []struct {
		name   string
		listed []webex.Message
		echoed []webex.Message
		posts  int
	}{
		{"listed with its mark", []webex.Message{marked}, nil, 0},
		{"listed with its text", []webex.Message{mine}, nil, 0},
		{"heard with its mark", nil, []webex.Message{other, marked}, 0},
		{"another answer", []webex.Message{other}, []webex.Message{other}, 1},
		{"another press of the same button", []webex.Message{postedFor("act:a1")}, []webex.Message{postedFor("act:a1")}, 1},
		{"the notice of a pause", []webex.Message{postedFor("msg:m1/pause")}, nil, 1},
		{"somebody else's words", []webex.Message{stranger}, nil, 1},
		{"nothing", nil, nil, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := asked("")
			posts := 0
			s.post = func(webex.NewMessage) (webex.Message, error) { posts++; return webex.Message{}, nil }
			s.listed, s.byID = c.listed, map[string]webex.Message{}
			if c.listed == nil {
				s.listErr = &webex.Error{Kind: webex.KindStatus, Status: 403}
			}
			b, _ := newBot(s, echoText)
			for i, m := range c.echoed {
				id := fmt.Sprintf("a%d", i)
				s.byID[id] = m
				addEcho(b, id, time.Time{})
			}
			began := time.Now()
			if err := sendAgain(t.Context(), b, answerOf("msg:m1")); err != nil || posts != c.posts {
				t.Errorf("%s: Send = %v after %d posts; want %d", c.name, err, posts, c.posts)
			}
			if waited := time.Since(began); (waited >= echoWait) != (c.posts == 1) {
				t.Errorf("%s: looked for %v", c.name, waited)
			}
		})
	}
}

// A look that fails shows nothing: the reply is not posted before one succeeds.
func TestALookThatFailsIsMadeAgain(t *testing.T) {
	down := &webex.Error{Kind: webex.KindStatus, Status: 503}
	for name, fail := range map[string]func(*space, bool){
		"the list":          func(s *space, on bool) { s.listErr = errorIf(on, down) },
		"both":              func(s *space, on bool) { s.listErr, s.err = errorIf(on, down), errorIf(on, down) },
		"an echo, just now": func(s *space, on bool) { s.err = errorIf(on, &webex.Error{Kind: webex.KindStatus, Status: 404}) },
	} {
		synctest.Test(t, func(t *testing.T) {
			s := asked("")
			posts := 0
			s.post = func(webex.NewMessage) (webex.Message, error) { posts++; return webex.Message{}, nil }
			b, _ := newBot(s, echoText)
			if _, err := b.Me(t.Context()); err != nil {
				t.Fatal(err)
			}
			addEcho(b, "a1", time.Time{})
			fail(s, true)
			ctx, cancel := context.WithTimeout(t.Context(), 2*echoWait)
			defer cancel()
			if err := sendAgain(ctx, b, answerOf("msg:m1")); posts != 0 || err == nil {
				t.Errorf("%s failed: Send = %v after %d posts, want none", name, err, posts)
			}
			fail(s, false)
			s.message, s.listed = postedFor("msg:m1"), []webex.Message{postedFor("msg:m1")} // what both show
			if err := sendAgain(t.Context(), b, answerOf("msg:m1")); err != nil || posts != 0 {
				t.Errorf("%s works again: Send = %v after %d posts, want that it is found", name, err, posts)
			}
		})
	}
}

// A message of the bot's own that can never be read holds its space for four
// seconds, where Webex answers otherwise: then the reply is posted, and says so.
func TestAMessageThatCanNeverBeRead(t *testing.T) {
	for _, status := range []int{403, 500} {
		synctest.Test(t, func(t *testing.T) {
			s := asked("")
			posts := 0
			s.post = func(webex.NewMessage) (webex.Message, error) { posts++; return webex.Message{ID: "a2"}, nil }
			b, _ := newBot(s, echoText)
			if _, err := b.Me(t.Context()); err != nil {
				t.Fatal(err)
			}
			addEcho(b, "a1", time.Time{})
			s.err, s.listErr = &webex.Error{Kind: webex.KindStatus, Status: status}, &webex.Error{Kind: webex.KindStatus, Status: 403}
			began := time.Now()
			for {
				at, err := b.Send(t.Context(), answerOf("msg:m1"), began)
				u, again := errors.AsType[uncertainError](err)
				if !again {
					if took := time.Since(began); err != nil || posts != 1 || !at.Unseen || took < echoWait || took > echoWait+2*echoStep {
						t.Errorf("status %d: Send = %+v, %v after %d posts and %v; want one post after %v, unseen", status, at, err, posts, took, echoWait)
					}
					break
				}
				<-time.After(u.RetryAfter())
			}
		})
	}
}

func errorIf(on bool, err error) error {
	if on {
		return err
	}
	return nil
}

// The bot does not look, nor post again, before it knows who it is.
func TestSendAgainNeedsToKnowItself(t *testing.T) {
	s := asked("")
	s.post = func(webex.NewMessage) (webex.Message, error) { t.Error("posted"); return webex.Message{}, nil }
	s.err = &webex.Error{Kind: webex.KindStatus, Status: 500}
	b, _ := newBot(s, echoText)
	_, err := b.Send(t.Context(), answerOf("msg:m1"), time.Now())
	if u, ok := errors.AsType[uncertainError](err); !ok || u.RetryAfter() <= 0 {
		t.Errorf("Send = %v, want to be called again", err)
	}
}

// A deleted echo is no doubt for ever, nor once more for each start that hears of it from an earlier process.
func TestADeletedMessageIsNotTheReply(t *testing.T) {
	for ago, want := range map[time.Duration]time.Duration{0: lagAge, writtenAge: echoWait} {
		deletedEcho(t, ago, want)
	}
}

func deletedEcho(t *testing.T, ago, want time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := asked("")
		posts := 0
		s.post = func(webex.NewMessage) (webex.Message, error) { posts++; return webex.Message{}, nil }
		b, _ := newBot(s, echoText)
		if _, err := b.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		addEcho(b, "a1", time.Now().Add(-ago))
		s.err = &webex.Error{Kind: webex.KindStatus, Status: 404}
		began := time.Now()
		err := sendAgain(t.Context(), b, answerOf("msg:m1"))
		if took := time.Since(began); err != nil || posts != 1 || took < want || took > want+2*echoStep {
			t.Errorf("Send = %v after %d posts and %v, want one post after %v", err, posts, took, want)
		}
	})
}

func TestOwnMessagesAreEchoes(t *testing.T) {
	own := webex.Event{Resource: webex.Messages, ID: "a1", RoomID: "room", PersonID: "bot"}
	b, _ := newBot(asked(""), echoText)
	if b.Own(own) {
		t.Error("Own before the bot knows who it is, want no")
	}
	// So it was stored, and comes to Handle.
	if a, err := b.Handle(t.Context(), own); !a.Echo || len(a.Messages)+len(a.Entries) > 0 || err != nil {
		t.Errorf("Handle of an echo = %+v, %v; want silence, and that it is one", a, err)
	}
	if !b.Own(own) {
		t.Error("the bot's own message is not Own")
	}
	if b.Own(webex.Event{Resource: webex.Messages, ID: "m1", RoomID: "room", PersonID: "ann"}) {
		t.Error("another's words are Own")
	}
}

// What the bot wrote before the question can't be its answer, and is not fetched.
func TestOnlyLaterEchoesAreLookedAt(t *testing.T) {
	s := asked("")
	s.byID = map[string]webex.Message{}
	b, _ := newBot(s, echoText)
	if _, err := b.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	for id, written := range map[string]time.Time{"before": at.Add(-time.Second), "after": at.Add(time.Second), "some time": {}} {
		s.byID[id] = webex.Message{ID: id, RoomID: "room", PersonID: "bot"}
		addEcho(b, id, written)
	}
	o := answerOf("msg:m1")
	o.Asked = at
	if m, err := b.heardEcho(t.Context(), o); m.ID != "" || err != nil {
		t.Fatalf("heardEcho = %+v, %v", m, err)
	}
	ids := b.own.Keys()
	slices.Sort(ids)
	if want := []string{"after", "some time"}; !slices.Equal(ids, want) {
		t.Errorf("looked at %q, want %q", ids, want)
	}
}

func TestSendInAPauseNamesItsEnd(t *testing.T) {
	s := asked("")
	s.post = func(webex.NewMessage) (webex.Message, error) {
		return webex.Message{}, &webex.Error{Kind: webex.KindStatus, Status: 429, After: time.Minute}
	}
	b, _ := newBot(s, echoText)
	_, err := b.Send(t.Context(), answerOf("msg:m2"), time.Time{})
	if e, ok := errors.AsType[*webex.Error](err); !ok || e.RetryAfter() != time.Minute {
		t.Errorf("Send in a pause = %v, want when to come back", err)
	}
}

// The notice of a pause is pointless after the pause.
func TestNoticeHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := asked("code 1")
		posts := 0
		s.post = func(webex.NewMessage) (webex.Message, error) { posts++; return webex.Message{}, nil }
		b, early := newBot(s, func(context.Context, Request) (Reply, error) {
			return Reply{}, &webex.Error{Kind: webex.KindPaused, Status: 429, After: 10 * time.Minute}
		})
		if _, err := handled(t.Context(), b, event()); err == nil || len(*early) != 1 {
			t.Fatalf("Handle = %v, stored %v", err, *early)
		}
		n := (*early)[0]
		if want := time.Now().Add(10 * time.Minute); !n.Until.Equal(want) || strings.Contains(string(n.Card), mark(event().Key())) || !strings.Contains(string(n.Card), mark(n.Key)) {
			t.Errorf("the notice is %+v, want its end at %v and a mark of its own", n, want)
		}
		if _, err := b.Send(t.Context(), n, time.Time{}); err != nil || posts != 1 {
			t.Errorf("Send = %v, %d posts, want one", err, posts)
		}
		<-time.After(10 * time.Minute)
		if _, err := b.Send(t.Context(), n, time.Now()); err != nil || posts != 1 {
			t.Errorf("Send after its time = %v, %d posts, want no other", err, posts)
		}
	})
}

// The time that is named is not before the pause's end.
func TestPauseNamesItsEnd(t *testing.T) {
	for _, c := range []struct {
		at    string
		pause time.Duration
		want  string
	}{
		{"2026-05-04T10:40:05Z", 80 * time.Second, "10:42"},
		{"2026-05-04T10:40:59Z", time.Second, "10:42"},
		{"2026-05-04T10:40:00Z", 15 * time.Second, "10:41"},
		{"2026-05-04T23:30:00Z", time.Hour, "00:31"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := comesAt(at.Add(c.pause)); got != c.want {
			t.Errorf("%s and a pause of %v: %s, want %s", c.at, c.pause, got, c.want)
		}
	}
}

func TestSinceAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for _, c := range []struct{ at, want time.Time }{
			{time.Time{}, now}, {now.Add(time.Hour), now}, {now.Add(-time.Hour), now.Add(-time.Hour)},
		} {
			if got := sinceAsked(c.at); !got.Equal(c.want) {
				t.Errorf("sinceAsked(%v) = %v, want %v", c.at, got, c.want)
			}
		}
	})
}

func TestUncertainPostsSaySo(t *testing.T) {
	b, _ := newBot(asked(""), echoText)
	err := error(uncertainError{error: errors.New("reset"), after: time.Second})
	u, ok := errors.AsType[interface {
		error
		Uncertain() bool
		Temporary() bool
		RetryAfter() time.Duration
	}](fmt.Errorf("wrapped: %w", err))
	if !ok || !u.Uncertain() || !u.Temporary() || u.RetryAfter() != time.Second {
		t.Errorf("an uncertain post is %v", err)
	}
	if o := b.Sorry(event()); o.ParentID != "m1" || !strings.Contains(o.Markdown, o.Ref) {
		t.Errorf("Sorry = %+v, want the thread and the reference", o)
	}
}
