package bot

import (
	"cmp"
	"context"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"trackbot/cards"
	"trackbot/internal/flight"
	"trackbot/webex"
)

// How long it is remembered who reads in a space. Who comes into it is heard of
// by a membership event, and then it is looked at again; the ages bound what a missed event does.
// That somebody left is not heard of, so an unsafe space is looked at sooner.
const (
	safeAge   = 10 * time.Minute
	unsafeAge = time.Minute
)

// readers remembers of each space, by UUID, who may read along.
type readers struct{ seen *lru.Cache[string, audience] }

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

// of returns who reads in a space, where that was looked at lately and nobody has
// come into it since.
func (r *readers) of(room string, admin bool, joined time.Time) (audience, bool) {
	a, ok := r.seen.Get(room)
	age := unsafeAge
	if safe, _ := a.of(admin); safe {
		age = safeAge
	}
	return a, ok && time.Since(a.since) < age && joined.Before(a.since)
}

// mayShow reports whether an answer may be shown in the space in which it was
// asked for; admin says that it is of a command for admins. A space whose members can't be read is not safe.
func (b *Bot) mayShow(ctx context.Context, q *question, me webex.Person, admin bool) bool {
	if q.room.Direct || b.o.Gate.Everybody {
		return true
	}
	room := webex.UUID(q.room.ID)
	joined, err := b.o.Joined(ctx, q.room.ID)
	if err != nil {
		q.privateWhy = b.o.Gate.Private("")
		q.entry.note("answered 1:1: whether somebody has joined is not known")
		b.o.Logger.Warn("whether somebody has joined a space is not known; the answer goes 1:1", "key", q.key, "ref", q.ref, "error", err)
		return false
	}
	a, fresh := b.readers.of(room, admin, joined)
	if !fresh {
		// Those who ask at the same time wait for one look, which has begun after the
		// join that they know of.
		key := fmt.Sprintf("readers %s %d", room, joined.UnixNano())
		a, err = flight.Do(ctx, &b.flight, key, Patience, func(ctx context.Context) (audience, error) { return b.lookAtReaders(ctx, q.room.ID, me) })
		if err != nil {
			q.privateWhy = b.o.Gate.Private("")
			q.entry.note("answered 1:1: the members can't be read")
			b.o.Logger.Warn("the members of a space can't be read; the answer goes 1:1", "key", q.key, "ref", q.ref, "error", err)
			return false
		}
	}
	ok, reason := a.of(admin)
	if !ok {
		q.privateWhy = b.o.Gate.Private(reason)
		q.entry.note("answered 1:1: " + reason)
		b.o.Logger.Info("the answer goes 1:1", "key", q.key, "ref", q.ref, "reason", reason)
	}
	return ok
}

// lookAtReaders asks Webex who reads in a space, and remembers it.
func (b *Bot) lookAtReaders(ctx context.Context, roomID string, me webex.Person) (audience, error) {
	a := audience{since: time.Now()}
	members, whole, err := b.o.Webex.Memberships(Patient(ctx), roomID, b.o.Gate.MaxMembers)
	if err != nil {
		return audience{}, err
	}
	a.ok, a.reason = b.o.Gate.Readers(members, whole, me, false)
	a.admin, a.adminsWhy = b.o.Gate.Readers(members, whole, me, true)
	b.readers.seen.Add(webex.UUID(roomID), a)
	return a, nil
}

// lookAgain sends an answer 1:1 that was made for a space where somebody has
// joined since, who may not read it. It costs a call only where somebody has.
func (b *Bot) lookAgain(ctx context.Context, q *question, me webex.Person, reply *Reply) {
	if reply != nil && !q.private && q.entry.Outcome == Answered {
		q.private = !b.mayShow(ctx, q, me, q.adminsRead)
	}
}

// answeredPrivately is the one line for the thread of a question whose answer
// goes to the asker alone. It holds nothing of the answer.
func (b *Bot) answeredPrivately(ctx context.Context, q question) (*Outgoing, error) {
	n := cards.Notice{Title: "I answered you 1:1", Lines: []string{
		"I've sent the answer to you directly, because " + q.privateReason() + ".",
	}, Ref: q.ref}
	q.private, q.key = false, q.key+privateSuffix
	return b.outgoing(ctx, q, Drawn(n))
}

// privateReason says why the answer goes to the asker alone. Of work that ends
// later it is not remembered more closely.
func (q question) privateReason() string {
	return cmp.Or(q.privateWhy, "not everyone in that space may see it")
}
