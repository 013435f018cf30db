package bot

import (
	"context"
	"log/slog"
	"slices"
	"sync"
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
	return ask.New(ask.English + "\nfail:\n\tfail\nstash:\n\tstash\ncount:\n\tcount [{person}]\n")
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
		Begun:   func(context.Context, string) (string, error) { return "", nil },
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
