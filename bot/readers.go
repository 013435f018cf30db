package bot

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"trackbot/cards"
	"trackbot/webex"
)

// How long it is remembered who reads in a space. Somebody new is heard of by
// a membership event and forgets it; the ages bound what a missed event does.
// That somebody left is not heard of, so an unsafe space is looked at sooner.
const (
	safeAge   = 10 * time.Minute
	unsafeAge = time.Minute
)

// readers remembers of each space, by UUID, who may read along.
type readers struct {
	mu    sync.Mutex
	joins int // counts what was forgotten, so that a look from before is not remembered
	seen  *lru.Cache[string, audience]
}

// audience is whether all members of a space may read answers.
type audience struct {
	ok, admin         bool // admin: also those of commands for admins
	reason, adminsWhy string
	since             time.Time
}

func (a audience) of(admin bool) (bool, string) {
	if admin {
		return a.admin, a.adminsWhy
	}
	return a.ok, a.reason
}

func newReaders() *readers { return &readers{seen: newLRU[audience](maxPeople)} }

func (r *readers) get(room string, admin bool) (audience, int, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.seen.Get(room)
	age := unsafeAge
	if safe, _ := a.of(admin); safe {
		age = safeAge
	}
	return a, r.joins, ok && time.Since(a.since) < age
}

func (r *readers) put(room string, a audience, joins int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.joins == joins {
		r.seen.Add(room, a)
	}
}

// Joined forgets who reads in a space, because somebody came into it.
func (b *Bot) Joined(roomID string) {
	b.readers.mu.Lock()
	defer b.readers.mu.Unlock()
	b.readers.joins++
	b.readers.seen.Remove(webex.UUID(roomID))
}

// mayShow reports whether an answer may be shown in the space in which it was
// asked for. A space whose members can't be read is not safe.
func (b *Bot) mayShow(ctx context.Context, q *question, me webex.Person) bool {
	if q.room.Direct || b.o.Gate.Everybody {
		return true
	}
	admin := b.forAdmins(q)
	room := webex.UUID(q.room.ID)
	a, joins, fresh := b.readers.get(room, admin)
	if !fresh {
		members, whole, err := b.o.Webex.Memberships(ctx, q.room.ID, b.o.Gate.MaxMembers)
		if err != nil {
			q.entry.note("answered 1:1: the members can't be read")
			b.o.Logger.Warn("the members of a space can't be read; the answer goes 1:1", "key", q.key, "ref", q.ref, "error", err)
			return false
		}
		a = audience{since: time.Now()}
		a.ok, a.reason = b.o.Gate.Readers(members, whole, me, false)
		a.admin, a.adminsWhy = b.o.Gate.Readers(members, whole, me, true)
		b.readers.put(room, a, joins)
	}
	ok, reason := a.of(admin)
	if !ok {
		q.entry.note("answered 1:1: " + reason)
		b.o.Logger.Info("the answer goes 1:1", "key", q.key, "ref", q.ref, "reason", reason)
	}
	return ok
}

// tellPrivate leaves one line in the thread of a question whose answer went to
// the asker alone. It holds nothing of the answer.
func (b *Bot) tellPrivate(ctx context.Context, q question) error {
	n := cards.Notice{Title: "I answered you 1:1", Lines: []string{
		"Somebody in this space may not ask me, or I can't see all who read here.",
	}, Ref: q.ref}
	q.private, q.key = false, q.key+privateSuffix
	o, err := b.outgoing(ctx, q, Reply{Card: n.Card(), Markdown: n.Markdown()})
	if err != nil {
		return err
	}
	return b.o.Tell(ctx, *o)
}
