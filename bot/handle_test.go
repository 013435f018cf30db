package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

func TestHandleTrustsOnlyWhatItFetched(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*space, *webex.Event)
		answers bool
	}{
		{"as it should be", func(*space, *webex.Event) {}, true},
		{"no room in the event", func(_ *space, e *webex.Event) { e.RoomID = "" }, true},
		{"another room in the event", func(_ *space, e *webex.Event) { e.RoomID = "elsewhere" }, false},
		{"the event claims a friend, the message is a stranger's", func(s *space, _ *webex.Event) {
			s.message.PersonID, s.person = "mal", webex.Person{ID: "mal", OrgID: "other", Type: "person"}
		}, true}, // the refusal
		{"the bot's own message under another's name", func(s *space, _ *webex.Event) { s.message.PersonID = "bot" }, false},
		{"another bot", func(s *space, _ *webex.Event) { s.person.Type = "bot" }, false},
		{"a resource of tomorrow", func(_ *space, e *webex.Event) { e.Resource = "rooms" }, false},
		{"somebody else joined", func(_ *space, e *webex.Event) { e.Resource = webex.Memberships }, false},
	} {
		s, e := asked("code 1"), event()
		c.change(s, &e)
		b, _ := newBot(s, echoText)
		out, err := handled(t.Context(), b, e)
		if err != nil || (out != nil) != c.answers {
			t.Errorf("%s: Handle = %v, %v; want an answer: %v", c.name, out, err, c.answers)
		}
	}
}

func TestAnotherPersonThanAskedForIsNobody(t *testing.T) {
	s := asked("code 1")
	s.person.ID = "bob"
	ran := false
	b, _ := newBot(s, func(context.Context, Request) (Reply, error) { ran = true; return Reply{}, nil })
	if out, err := handled(t.Context(), b, event()); err != nil || out == nil || ran {
		t.Errorf("Handle = %v, %v, command ran: %v; want words and no run", out, err, ran)
	}
}

func TestOldQuestions(t *testing.T) {
	for age, want := range map[time.Duration]string{
		time.Minute: "**code 1**", 20 * time.Minute: "You asked this 20 minutes ago", 3 * time.Hour: "You asked this 3 hours ago", 25 * time.Hour: "Too late to answer",
	} {
		s := asked("code 1")
		s.message.Created = time.Now().Add(-age)
		ran := false
		b, _ := newBot(s, func(ctx context.Context, r Request) (Reply, error) { ran = true; return echoText(ctx, r) })
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil || !strings.HasPrefix(strings.TrimPrefix(out.Markdown, "**"), strings.TrimPrefix(want, "**")) || !strings.Contains(string(out.Card), strings.Trim(want, "*")) {
			t.Fatalf("a question of %v: Handle = %v, %v; want %q first, in card and text", age, out, err, want)
		}
		if ran != (age < overAfter) {
			t.Errorf("a question of %v: the command ran: %v", age, ran)
		}
		// Whether its reply was stored before a crash nobody knows, so the same event is told again.
		if again, err := handled(t.Context(), b, event()); again == nil || err != nil {
			t.Errorf("the same event after a crash: Handle = %v, %v; want the same line", again, err)
		}
		second := event()
		second.ID, s.message.ID, s.message.ParentID = "m2", "m2", "m1"
		if out, err := handled(t.Context(), b, second); age > overAfter && (out != nil || err != nil) {
			t.Errorf("a second old one of the thread: Handle = %v, %v; want silence", out, err)
		}
	}
}

func TestFailureWords(t *testing.T) {
	const secret = "dial tcp 10.0.0.1: internal"
	for _, c := range []struct {
		err  error
		want string
	}{
		{&webex.Error{Kind: webex.KindStatus, Status: 401, TrackingID: "T1"}, "sign-in"},
		{&webex.Error{Kind: webex.KindStatus, Status: 403, TrackingID: "T1"}, "does not let this bot"},
		{&webex.Error{Kind: webex.KindStatus, Status: 503, TrackingID: "T1"}, "did not answer"},
		{&webex.Error{Kind: webex.KindNoAnswer, Err: errors.New(secret), TrackingID: "T1"}, "did not answer"},
		{&webex.Error{Kind: webex.KindBadAnswer, Status: 200, Err: errors.New(secret), TrackingID: "T1"}, "can't read"},
		{&webex.Error{Kind: webex.KindStatus, Status: 405, Message: secret, TrackingID: "T1"}, "status 405"},
		{fmt.Errorf("a code: %w", OtherSiteError{"a.webex.com", "b.webex.com"}), "I asked about a.webex.com, and Webex answered for b.webex.com"},
		{fmt.Errorf("%w: %w", NoSuchSiteError{"example.webex.com"}, &webex.Error{Status: 404, TrackingID: "T1"}), "knows no such site"},
		{ErrNoSites, "ALLOWED_SITES"},
		{context.DeadlineExceeded, "did not answer"},
		{errors.New(secret), "Something in this bot went wrong"},
	} {
		b, _ := newBot(asked("code 1"), func(context.Context, Request) (Reply, error) { return Reply{}, fmt.Errorf("handler: %w", c.err) })
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil {
			t.Fatalf("%v: Handle = %v, %v", c.err, out, err)
		}
		for _, text := range []string{out.Markdown, string(out.Card)} {
			if !strings.Contains(text, c.want) || !strings.Contains(text, out.Ref) || strings.Contains(text, secret) {
				t.Errorf("%v: want %q, the reference %s, and nothing of the inside in:\n%s", c.err, c.want, out.Ref, text)
			}
			if _, ok := errors.AsType[*webex.Error](c.err); ok && !strings.Contains(text, "T1") {
				t.Errorf("%v: Webex's tracking id is missing in:\n%s", c.err, text)
			}
		}
	}
}

// away is the error of a database that can't be used now.
type away struct{}

func (away) Error() string      { return "database unavailable" }
func (away) Temporary() bool    { return true }
func (away) DatabaseAway() bool { return true }

// While the database is away a question waits: read without the site that was
// chosen, or the question above, it would be answered for another one.
func TestQuestionsWaitForTheDatabase(t *testing.T) {
	for what, change := range map[string]func(*Bot){
		"the chosen site":    func(b *Bot) { b.o.Sites.Chosen = func(context.Context, string) ([]byte, error) { return nil, away{} } },
		"the question above": func(b *Bot) { b.o.Note = func(context.Context, string) ([]byte, error) { return nil, away{} } },
		"the command":        func(*Bot) {},
	} {
		s := asked("code 1")
		s.message.ParentID = "m0"
		ran := false
		b, _ := newBot(s, func(context.Context, Request) (Reply, error) {
			ran = true
			return Reply{}, fmt.Errorf("read: %w", away{})
		})
		change(b)
		if out, err := handled(t.Context(), b, event()); out != nil || !databaseAway(err) || ran != (what == "the command") {
			t.Errorf("%s is away: Handle = %v, %v, and the command ran: %v; want its error, and no command without it", what, out, err, ran)
		}
	}
}

func TestPauseIsToldAndWaitedOut(t *testing.T) {
	b, early := newBot(asked("code 1"), func(context.Context, Request) (Reply, error) {
		return Reply{}, &webex.Error{Kind: webex.KindPaused, Status: 429, After: 10 * time.Minute}
	})
	out, err := handled(t.Context(), b, event())
	e, ok := errors.AsType[*webex.Error](err)
	if out != nil || !ok || !e.Temporary() || e.RetryAfter() != 10*time.Minute {
		t.Errorf("Handle = %v, %v; want a temporary error that names the time", out, err)
	}
	if len(*early) != 1 || (*early)[0].Key == event().Key() || !strings.Contains((*early)[0].Markdown, "comes by itself at") {
		t.Errorf("stored %v, want one line under a key of its own", *early)
	}
}

func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := newBot(asked("code 1"), func(ctx context.Context, _ Request) (Reply, error) {
			<-ctx.Done()
			return Reply{}, ctx.Err()
		})
		began := time.Now()
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil || !strings.Contains(out.Markdown, "did not answer") || time.Since(began) != Patience {
			t.Errorf("Handle = %v, %v after %v; want the apology after %v", out, err, time.Since(began), Patience)
		}
	})
}

func TestShutdownLeavesTheQuestionToTheQueue(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b, _ := newBot(asked("code 1"), func(ctx context.Context, _ Request) (Reply, error) {
		cancel()
		<-ctx.Done()
		return Reply{}, ctx.Err()
	})
	if out, err := handled(ctx, b, event()); out != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("Handle = %v, %v; want context.Canceled", out, err)
	}
}

func TestGoneMessagesAreSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := asked("code 1")
		b, _ := newBot(s, echoText)
		if _, err := b.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.err, s.message = &webex.Error{Kind: webex.KindStatus, Status: 404}, webex.Message{}
		began := time.Now()
		if out, err := handled(t.Context(), b, event()); out != nil || err != nil || time.Since(began) < 3*time.Second {
			t.Errorf("Handle = %v, %v after %v; want silence after some seconds of asking", out, err, time.Since(began))
		}
		s.err = &webex.Error{Kind: webex.KindStatus, Status: 401}
		_, err := handled(t.Context(), b, event())
		if e, ok := errors.AsType[signInError](err); !ok || !e.Temporary() || e.RetryAfter() <= 0 {
			t.Errorf("a refused bot token: Handle = %v; want to be tried again later", err)
		}
	})
}

func TestSend(t *testing.T) {
	out := Outgoing{Key: "msg:m1", Ref: "ABCD-12", RoomID: "room", ParentID: "m1", Markdown: "hi", Card: []byte(`{"body":[]}`)}
	refuse := func(status int) func(webex.NewMessage) error {
		return func(webex.NewMessage) error { return &webex.Error{Kind: webex.KindStatus, Status: status} }
	}
	for _, c := range []struct {
		name  string
		post  func(webex.NewMessage) error
		posts int
		fails bool
	}{
		{"taken", func(webex.NewMessage) error { return nil }, 1, false},
		{"the thread is refused", func(m webex.NewMessage) error {
			if m.ParentID != "" {
				return refuse(400)(m)
			}
			return nil
		}, 2, false},
		{"the card is refused", func(m webex.NewMessage) error {
			if m.Attachments != nil {
				return refuse(400)(m)
			}
			return nil
		}, 3, false},
		{"the token is refused", refuse(401), 1, true},
	} {
		s := asked("")
		posts := 0
		s.post = func(m webex.NewMessage) (webex.Message, error) { posts++; return webex.Message{}, c.post(m) }
		b, _ := newBot(s, echoText)
		_, err := b.Send(t.Context(), out, time.Time{})
		if (err != nil) != c.fails || posts != c.posts {
			t.Errorf("%s: Send = %v after %d posts; want failure %v after %d", c.name, err, posts, c.fails, c.posts)
		}
	}
}

// TestAgeIsSaidFromHalfAMinuteOn: younger data is as good as new.
func TestAgeIsSaidFromHalfAMinuteOn(t *testing.T) {
	now := time.Now()
	for age, want := range map[time.Duration]string{-time.Second: "x", 29 * time.Second: "x", 45 * time.Second: "x\n\nUpdated 45 s ago."} {
		r := Reply{Markdown: "x", Read: now.Add(-age)}
		if r.addAge(now); r.Markdown != want {
			t.Errorf("%s: %q, want %q", age, r.Markdown, want)
		}
	}
	unread := Reply{Markdown: "x"}
	if unread.addAge(now); unread.Markdown != "x" {
		t.Errorf("nothing was read, and it says %q", unread.Markdown)
	}
}
