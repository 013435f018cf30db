// Package bot turns one event into one answer.
//
// An event is a hint that something was written, pressed or joined.
// [Bot.Handle] fetches what it names, drops what the bot or another bot wrote,
// asks whether this person may ask, reads the words ([ask.Grammar]), finds the
// site ([Sites]), runs the [Command] and gives back an [Answer]: the messages for the thread and what else is to be stored with them, all or
// nothing. [Bot.Send] posts each [Outgoing] of it, once.
//
// Nothing in here knows which receiver heard the event, how the queue keeps
// it, or what a tracking code is.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	lru "github.com/hashicorp/golang-lru/v2"

	"trackbot/bot/ask"
	"trackbot/internal/flight"
	"trackbot/webex"
)

// Patience is how long a person waits for an answer before the bot says that
// it did not work, retries included.
const Patience = 30 * time.Second

// Messenger is what the bot needs of Webex, with its own token.
type Messenger interface {
	Me(context.Context) (webex.Person, error)
	Person(ctx context.Context, id string) (webex.Person, error)
	Message(ctx context.Context, id string) (webex.Message, error)
	Messages(ctx context.Context, roomID string, q webex.MessageQuery) ([]webex.Message, error)
	AttachmentAction(ctx context.Context, id string) (webex.AttachmentAction, error)
	Post(context.Context, webex.NewMessage) (webex.Message, error)
	File(ctx context.Context, address string, limit int64) (webex.File, error)
	DirectMessages(ctx context.Context, personID, parentID string) ([]webex.Message, error)
	Membership(ctx context.Context, id string) (webex.Membership, error)
	Member(ctx context.Context, roomID, personID string) (bool, error)
	Memberships(ctx context.Context, roomID string, limit int) (members []webex.Membership, whole bool, err error)
	Edit(ctx context.Context, id string, m webex.NewMessage) (webex.Message, error)
	Delete(ctx context.Context, id string) error
}

// Options are what a bot is made of. Each is
// required; New panics where one is missing.
type Options struct {
	Webex    Messenger
	Commands []Command
	Grammar  *ask.Grammar // what can be said
	// Names reads what the codes of a site are called.
	Names func(ctx context.Context, host string) ([]ask.Name, error)
	// Note reads a [Change] that was stored, which may have ended; nil where there
	// is none.
	Note func(ctx context.Context, key string) ([]byte, error)
	// Begun returns the reference of the change whose approval an event has begun, by
	// the event's own reference; empty: none.
	Begun func(ctx context.Context, ref string) (string, error)
	Sites *Sites
	Gate  Gate
	// Signer signs buttons, with a key that all replicas share.
	Signer func(context.Context) (Signer, error)
	// Again reports whether a button was pressed by another event within the
	// second before at, and remembers this one.
	Again func(ctx context.Context, button, event string, at time.Time) (bool, error)
	// First reports whether an event is the first with the key within the hour;
	// refusals are said only then. It is also when it is handled again after a
	// crash, since nobody knows whether its reply was stored.
	First func(ctx context.Context, key, event string) (bool, error)
	// Joined returns when somebody came into a space last, at the latest by this
	// machine's clock and of the last [safeAge] at least; the zero time where
	// nobody did.
	Joined func(ctx context.Context, roomID string) (time.Time, error)
	// Enqueue stores a message that comes before an answer, such as "this takes a
	// moment". It is posted once a key, and not at all once the answer is stored
	// (see [Precedes]).
	Enqueue func(context.Context, Outgoing) error
	// Outbox knows what became of messages that were stored.
	Outbox Outbox
	// AdminTurn waits until a command that asks the admin API may run; done ends its
	// turn. The error is ctx's.
	AdminTurn func(ctx context.Context) (done func(), err error)
	Logger    *slog.Logger
	// WorkPace is the time between two steps of a [Job]; 0: half a second.
	WorkPace time.Duration
}

// Bot answers events. Its methods may be called by many workers at once.
type Bot struct {
	o         Options
	names     *names
	commands  map[string]Command
	people    *lru.Cache[string, acquaintance]  // by UUID
	own       *lru.Cache[string, webex.Message] // the bot's own, fetched to find a message that may have been posted
	ownUnread *lru.Cache[string, time.Time]     // those of them that could not be fetched, and since when
	taken     *lru.Cache[string, struct{}]      // events that were counted and let through
	readers   *readers
	flight    flight.Group
	undated   atomic.Bool // Webex's REST side does not say when a message was edited

	mu sync.Mutex
	me webex.Person // zero until Webex has said who the bot is
}

// New makes a bot. A missing part or a command that stands twice is a
// programmer's mistake and panics.
func New(o Options) *Bot {
	whole := o.Webex != nil && o.Sites != nil && o.Grammar != nil && o.Names != nil && o.Note != nil && o.Begun != nil && o.Gate.whole() && o.Signer != nil && o.Again != nil && o.First != nil && o.Joined != nil && o.Enqueue != nil
	if !whole || o.Outbox == nil || o.AdminTurn == nil || o.Logger == nil {
		panic("bot: a part is missing")
	}
	return &Bot{
		o:         o,
		names:     &names{read: o.Names, sites: make(map[string]siteNames)},
		commands:  index(o.Commands),
		people:    newLRU[acquaintance](maxPeople),
		own:       newLRU[webex.Message](maxOwn),
		ownUnread: newLRU[time.Time](maxOwn),
		taken:     newLRU[struct{}](maxPeople),
		readers:   newReaders(),
	}
}

// newLRU makes a memory of the size entries that were used last.
func newLRU[V any](size int) *lru.Cache[string, V] {
	c, err := lru.New[string, V](size)
	if err != nil {
		panic(err) // a size below 1
	}
	return c
}

// index finds commands by name. One that stands twice or does nothing panics.
func index(list []Command) map[string]Command {
	commands := make(map[string]Command, len(list))
	for _, c := range list {
		if _, twice := commands[c.Name]; twice || c.Run == nil {
			panic(fmt.Sprintf("bot: command %q stands twice or does nothing", c.Name))
		}
		commands[c.Name] = c
	}
	return commands
}

// Me returns who the bot is. It asks Webex until that was answered once.
func (b *Bot) Me(ctx context.Context) (webex.Person, error) {
	if me, known := b.known(); known {
		return me, nil
	}
	me, err := flight.Do(ctx, &b.flight, "me", Patience, func(ctx context.Context) (webex.Person, error) {
		return b.o.Webex.Me(Patient(ctx))
	})
	if err != nil {
		return webex.Person{}, fmt.Errorf("who am I: %w", err)
	}
	if me.ID == "" || me.OrgID == "" {
		return webex.Person{}, errors.New("who am I: Webex named no id or no organization")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.me = me
	return me, nil
}

// Patient gives a call that several may wait for a patience of its own with
// Webex's pauses: the one who began it may have waited long before.
func Patient(ctx context.Context) context.Context {
	return webex.WithPatience(ctx, time.Now().Add(pausePatience))
}

func (b *Bot) known() (webex.Person, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.me, b.me.ID != ""
}

// Learn asks Webex who the bot is until it is told or ctx is done, waiting
// from one second up to 30 between the tries.
func (b *Bot) Learn(ctx context.Context) error {
	waits := backoff.ExponentialBackOff{InitialInterval: time.Second, MaxInterval: Patience, Multiplier: 2}
	for {
		me, err := b.Me(ctx)
		if err == nil {
			b.o.Logger.Info("this bot is known to Webex", "name", me.DisplayName, "person", me.ID, "org", me.OrgID)
			return nil
		}
		wait := waits.NextBackOff()
		b.o.Logger.Warn("Webex has not said who this bot is; trying again", "wait", wait, "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// Ready returns nil once the bot knows who it is, otherwise why not, in words.
func (b *Bot) Ready() error {
	if _, known := b.known(); !known {
		return errors.New("identity: Webex has not yet said who this bot is (is WEBEX_BOT_TOKEN right?)")
	}
	return nil
}

// acquaintance is somebody's own record and when Webex gave it.
type acquaintance struct {
	webex.Person
	since time.Time
}

// How many people are remembered and how long: so that a conversation asks once,
// and somebody who left the company is soon a stranger.
const (
	maxPeople = 10_000
	peopleAge = 10 * time.Minute
)

// person returns somebody's own record, from memory while it is fresh.
func (b *Bot) person(ctx context.Context, id string) (webex.Person, error) {
	key := webex.UUID(id)
	if p, ok := b.people.Get(key); ok && time.Since(p.since) < peopleAge {
		return p.Person, nil
	}
	p, err := flight.Do(ctx, &b.flight, "person "+key, Patience, func(ctx context.Context) (webex.Person, error) {
		return b.o.Webex.Person(Patient(ctx), id)
	})
	if err != nil {
		return webex.Person{}, fmt.Errorf("who asks: %w", err)
	}
	if !webex.SameID(p.ID, id) {
		return webex.Person{}, errors.New("who asks: Webex answered with another person")
	}
	b.people.Add(key, acquaintance{p, time.Now()})
	return p, nil
}
