package bot

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/text"
	"trackbot/webex"
)

// Gate is who may ask, how fast, and who else may read the answers: the rules,
// of which this package knows nothing but their outcome. A reason is for log
// and record and never reaches a space.
type Gate struct {
	// Admit decides whether somebody may ask in a space, and with admin whether
	// they may run the commands for admins. me is the bot.
	Admit func(asker, me webex.Person, in Room, admin bool) (ok bool, reason string)
	// Rights tells whether somebody who may ask may ask for changes, and approve
	// those of others.
	Rights func(asker, me webex.Person) (edit, approve bool)
	// Readers decides whether an answer may be shown to these members of a
	// group space; whole is false where the space has more.
	Readers func(members []webex.Membership, whole bool, me webex.Person, admin bool) (ok bool, reason string)
	// MaxMembers is how many members are looked at; larger spaces are unsafe.
	MaxMembers int
	// Everybody shows answers to everybody in a group space, unlooked.
	Everybody bool
	// Pace counts the questions of a message, or a press, of somebody, by bare ids.
	// Where that is too many, wait is how long it stays so, and tell whether to say it.
	Pace func(person, space string, questions int) (ok, tell bool, wait time.Duration)
	// Denied counts a refusal of a person, by a bare id, and Suppressed reports, and
	// counts, whether what that person sends next is to be dropped unread: who goes
	// on after some refusals costs no calls, entries and log lines.
	Denied     func(person string)
	Suppressed func(person string) bool
	// Private says why an answer goes to the asker alone, by the reason that
	// Readers gave, or without one: behind "because".
	Private func(reason string) string
	// Refusal is what the refused read, by the reason that Admit gave: a title, why,
	// and what to do.
	Refusal func(reason string) []string
}

func (g Gate) whole() bool {
	return g.Admit != nil && g.Rights != nil && g.Readers != nil && g.Pace != nil && g.Denied != nil && g.Suppressed != nil && g.MaxMembers > 0 && g.Refusal != nil && g.Private != nil
}

// admitted decides who asks and whether this may be asked now. done is true
// where that was all, with a reply or in silence: for bots, for the refused,
// for who asks too much, for a button that is not in order.
func (b *Bot) admitted(ctx context.Context, q *question, me webex.Person) (done bool, reply *Reply, err error) {
	q.asker, err = b.person(ctx, q.askerID)
	if webex.IsStatus(err, http.StatusUnauthorized) {
		return true, nil, signInError{err}
	}
	if err != nil {
		reply, err = b.failure(ctx, *q, askerError{err})
		return true, reply, err
	}
	if q.asker.Type == "bot" || webex.SameID(q.asker.ID, me.ID) {
		return true, nil, nil
	}
	q.entry.Person = Person{ID: q.asker.ID, Email: email(q.asker), Name: q.asker.DisplayName, OrgID: q.asker.OrgID}
	ok, reason := b.o.Gate.Admit(q.asker, me, q.room, false)
	if !ok {
		reply, err = b.refuse(ctx, q, reason)
		return true, reply, err
	}
	q.entry.Decision, q.entry.Reason, q.reason = Allowed, reason, reason
	q.admin, q.adminReason = b.o.Gate.Admit(q.asker, me, q.room, true)
	q.editor, q.approver = b.o.Gate.Rights(q.asker, me)
	if again, err := b.pressedTwice(ctx, q); again || err != nil {
		return true, nil, err
	}
	if ok, reply := b.paced(q, q.key, 1); !ok {
		return true, reply, nil
	}
	genuine, err := b.genuine(ctx, q)
	if err == nil && !genuine {
		return true, askAgain(q.ref), nil
	}
	return err != nil, nil, err
}

// asksWhy reports whether somebody who was refused asks why, or for help. Then
// they read the refusal again.
func (b *Bot) asksWhy(q question) bool {
	return slices.ContainsFunc(b.o.Grammar.Read(q.text, ask.NewWorld(nil), ask.From{}), func(r ask.Reading) bool {
		return r.Command == Help || r.Command == "about" && r.Topic == "refused"
	})
}

// refuse says no, politely and once an hour a person and space, or to who asks
// why.
func (b *Bot) refuse(ctx context.Context, q *question, reason string) (*Reply, error) {
	q.entry.deny(reason)
	b.o.Gate.Denied(webex.UUID(q.asker.ID))
	b.o.Logger.Warn("refused", "key", q.key, "ref", q.ref, "person", q.asker.ID, "reason", reason)
	first, err := b.o.First(ctx, "refused "+webex.UUID(q.asker.ID)+" "+webex.UUID(q.room.ID), q.key)
	if err != nil {
		return nil, fmt.Errorf("whether it was said before: %w", err)
	}
	if !first && !b.asksWhy(*q) {
		return nil, nil
	}
	words := b.o.Gate.Refusal(reason)
	n := cards.Notice{Title: words[0], Lines: words[1:], Ref: q.ref}
	return new(Drawn(n)), nil
}

// forAdmins reports whether a question is for admins alone: unless it is about
// the asker.
func (b *Bot) forAdmins(q question, asked ask.Question) bool {
	c := b.commands[asked.Command]
	return c.Admin && (!c.Self || !q.isOwn(asked))
}

// adminsOnly answers somebody who may ask, but not this. It is said each time:
// who is answered otherwise would take silence for a fault.
func (b *Bot) adminsOnly(q question) *Reply {
	q.entry.deny(q.adminReason)
	b.o.Logger.Warn("refused", "key", q.key, "ref", q.ref, "person", q.asker.ID, "reason", q.adminReason)
	n := cards.Notice{
		Title: "Only bot admins can do that", Tone: cards.Warning, Ref: q.ref,
		Lines:   []string{"Type “help” to see what you can ask.", b.o.Gate.Refusal(q.adminReason)[2]},
		Buttons: []cards.Button{Button("Help", ask.Question{Command: Help})},
	}
	return new(Drawn(n))
}

// paced reports whether so many questions are within the limits; a reply tells
// once that they are not. Each of a message counts: the first before the message is
// read, the further ones after it. What was let through under a key counts once,
// also when its event is handled again.
func (b *Bot) paced(q *question, key string, questions int) (bool, *Reply) {
	if _, before := b.taken.Get(key); before || questions < 1 {
		return true, nil
	}
	ok, tell, wait := b.o.Gate.Pace(webex.UUID(q.asker.ID), webex.UUID(q.room.ID), questions)
	if ok {
		b.taken.Add(key, struct{}{})
		return true, nil
	}
	b.o.Gate.Denied(webex.UUID(q.asker.ID))
	q.entry.deny("too-many-questions: a limit of a person or a space is reached")
	b.o.Logger.Warn("too many questions", "key", q.key, "ref", q.ref, "person", q.asker.ID, "wait", wait, "told", tell)
	if !tell {
		return false, nil
	}
	n := cards.Notice{Title: "That is a lot of questions", Tone: cards.Warning, Lines: []string{
		fmt.Sprintf("I answer again in %s. What is asked until then stays unanswered.", soon(wait)),
	}, Ref: q.ref}
	return false, new(Drawn(n))
}

// soon says a wait in whole seconds or minutes.
func soon(d time.Duration) string {
	if d < 2*time.Minute {
		return text.Count(int(d.Seconds())+1, "second")
	}
	return text.Count(int(d.Minutes())+1, "minute")
}

// sender is who wrote, pressed, or added the bot, as an event says.
func sender(e webex.Event) string {
	if e.Resource == webex.Memberships {
		return e.ActorID
	}
	return e.PersonID
}
