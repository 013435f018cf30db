package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/access"
	"trackbot/webex"
)

// space is a Webex with one message, one press and one person, for what the
// simulator would never do.
type space struct {
	me      webex.Person
	person  webex.Person
	message webex.Message
	action  webex.AttachmentAction
	post    func(webex.NewMessage) (webex.Message, error)
	edit    func(string, webex.NewMessage) (webex.Message, error)
	remove  func(string) error
	listed  []webex.Message
	listErr error
	byID    map[string]webex.Message
	err     error
	file    webex.File
	fileErr error
	edited  []string
	read    func() webex.Message // instead of message; nil: message

	members    []webex.Membership
	membersErr error
	joined     webex.Membership // the bot's own
}

func (s *space) Me(context.Context) (webex.Person, error)             { return s.me, s.err }
func (s *space) Person(context.Context, string) (webex.Person, error) { return s.person, s.err }
func (s *space) Message(_ context.Context, id string) (webex.Message, error) {
	if m, ok := s.byID[id]; ok {
		return m, nil
	}
	if s.read != nil {
		return s.read(), s.err
	}
	return s.message, s.err
}

func (s *space) Messages(context.Context, string, webex.MessageQuery) ([]webex.Message, error) {
	return s.listed, s.listErr
}

func (s *space) AttachmentAction(context.Context, string) (webex.AttachmentAction, error) {
	return s.action, s.err
}

func (s *space) File(context.Context, string, int64) (webex.File, error) { return s.file, s.fileErr }

func (s *space) DirectMessages(context.Context, string, string) ([]webex.Message, error) {
	return s.listed, s.listErr
}

func (s *space) Membership(context.Context, string) (webex.Membership, error) { return s.joined, s.err }

func (s *space) Member(_ context.Context, _, person string) (bool, error) {
	return slices.ContainsFunc(s.members, func(m webex.Membership) bool { return m.PersonID == person }), s.membersErr
}

func (s *space) Memberships(context.Context, string, int) ([]webex.Membership, bool, error) {
	return s.members, true, s.membersErr
}

func (s *space) Post(_ context.Context, m webex.NewMessage) (webex.Message, error) { return s.post(m) }

func (s *space) Edit(_ context.Context, id string, m webex.NewMessage) (webex.Message, error) {
	return s.edit(id, m)
}

func (s *space) Delete(_ context.Context, id string) error { return s.remove(id) }

// outbox is what became of messages, in memory.
type outbox struct {
	posted map[string]Posted // by key
	echoes []Echo            // the newest first
}

func (o *outbox) Posted(_ context.Context, key string) (Posted, error) { return o.posted[key], nil }

func (o *outbox) Echoes(context.Context, string) ([]Echo, error) { return o.echoes, nil }

func (o *outbox) Trace(context.Context, string) (Trace, bool, error) { return Trace{}, false, nil }

// addEcho adds an echo to the outbox of a bot.
func addEcho(b *Bot, message string, written time.Time) {
	o := b.o.Outbox.(*outbox) //nolint:forcetypeassert // newBot made it
	o.echoes = append([]Echo{{Message: message, Written: written, Heard: time.Now()}}, o.echoes...)
}

// handled is the answer to an event, without what else is stored; nil: silence.
func handled(ctx context.Context, b *Bot, e webex.Event) (*Outgoing, error) {
	a, err := b.Handle(ctx, e)
	for _, o := range a.Messages {
		if o.Key == e.Key() {
			return &o, err
		}
	}
	return nil, err
}

// testGrammar is English, with some commands that only tests have.
var testGrammar = sync.OnceValue(func() *ask.Grammar {
	return ask.New(ask.English + "\nfail:\n\tfail\nsave:\n\tsave\ncount:\n\tcount [{person}]\n")
})

// newBot makes a bot in that space whose only command runs run. early are the
// messages that were stored before an answer.
func newBot(s *space, run func(context.Context, Request) (Reply, error)) (b *Bot, early *[]Outgoing) {
	early = new([]Outgoing)
	said := make(map[string]string)
	b = New(Options{
		Webex: s,
		Commands: []Command{{
			Name: "code", Summary: "one code", Usage: "code CODE on SITE", Examples: []string{"code 1 on SITE"},
			Site: true, Run: run,
		}},
		Grammar: testGrammar(),
		Names:   func(context.Context, string) ([]ask.Name, error) { return nil, nil },
		Note:    func(context.Context, string) ([]byte, error) { return nil, nil },
		Sites:   &Sites{Allowed: []string{"example.webex.com"}, Default: "example.webex.com"},
		Gate: Gate{
			Rights: func(webex.Person, webex.Person) (bool, bool) { return false, false },
			Admit: func(asker, me webex.Person, _ Room, admin bool) (bool, string) {
				return asker.OrgID == me.OrgID && !admin, "organization"
			},
			Readers: func(members []webex.Membership, _ bool, me webex.Person, _ bool) (bool, string) {
				return !slices.ContainsFunc(members, func(m webex.Membership) bool { return m.PersonOrgID != me.OrgID }), "members"
			},
			MaxMembers: 1000,
			Pace:       func(string, string, int) (bool, bool, time.Duration) { return true, false, 0 },
			Denied:     func(string) {},
			Suppressed: func(string) bool { return false },
			Private:    func(string) string { return "of a reason" },
			Refusal:    func(string) []string { return []string{"Sorry", "No access.", "Ask somebody."} },
		},
		Signer: func(context.Context) (Signer, error) { return access.NewSigner(make([]byte, 32)) },
		Again:  func(context.Context, string, string, time.Time) (bool, error) { return false, nil },
		First: func(_ context.Context, key, event string) (bool, error) {
			if said[key] == "" {
				said[key] = event
			}
			return said[key] == event, nil
		},
		Joined:    func(context.Context, string) (time.Time, error) { return time.Time{}, nil },
		Enqueue:   func(_ context.Context, o Outgoing) error { *early = append(*early, o); return nil },
		Outbox:    &outbox{posted: map[string]Posted{}},
		AdminTurn: func(context.Context) (func(), error) { return func() {}, nil },
		Logger:    slog.New(slog.DiscardHandler),
	})
	return b, early
}

// asked is a space in which a person of the bot's organization wrote text.
func asked(text string) *space {
	return &space{
		me:      webex.Person{ID: "bot", OrgID: "org", DisplayName: "TrackBot", Type: "bot"},
		person:  webex.Person{ID: "ann", OrgID: "org", Type: "person"},
		message: webex.Message{ID: "m1", RoomID: "room", RoomType: "direct", PersonID: "ann", Text: text, Created: time.Now()},
	}
}

func event() webex.Event {
	return webex.Event{Resource: webex.Messages, Event: webex.Created, ID: "m1", RoomID: "room", PersonID: "ann"}
}

func echoText(_ context.Context, r Request) (Reply, error) {
	n := cards.Notice{Title: "code " + subject(r.Question), Lines: []string{r.Site.Host}}
	return Drawn(n), nil
}

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
