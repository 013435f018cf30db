package bot

import (
	"cmp"
	"context"

	"trackbot/webex"
)

// Listener is who is told something that nobody asks for just then: a space or,
// without one, the person who asked to be told.
type Listener struct {
	RoomID   string
	PersonID string
}

// MayTell reports whether a listener may read answers: who asked to be told may
// still ask, and so may all who read in the space. gone says that there is no
// such space or person any more, or that the bot is not in it.
func (b *Bot) MayTell(ctx context.Context, to Listener) (ok, gone bool, err error) {
	me, err := b.Me(ctx)
	if err != nil {
		return false, false, err
	}
	asker, err := b.person(ctx, to.PersonID)
	if err != nil {
		return false, webex.IsNotFound(err), ignoreNotFound(err)
	}
	in := Room{ID: cmp.Or(to.RoomID, to.PersonID), Direct: to.RoomID == ""} // a 1:1 space has an id of its own, which nobody needs here
	ok, _ = b.o.Gate.Admit(asker, me, in, false)
	if !ok || to.RoomID == "" {
		return ok, false, nil
	}
	members, whole, err := b.o.Webex.Memberships(ctx, to.RoomID, b.o.Gate.MaxMembers)
	if err != nil {
		return false, webex.IsNotFound(err), ignoreNotFound(err)
	}
	if b.o.Gate.Everybody {
		return true, false, nil
	}
	ok, _ = b.o.Gate.Readers(members, whole, me, false)
	return ok, false, nil
}

// ignoreNotFound is an error unless it says that something is not there.
func ignoreNotFound(err error) error {
	if webex.IsNotFound(err) {
		return nil
	}
	return err
}

// Tell makes the message that tells a listener something. Equal keys are one
// message.
func (b *Bot) Tell(ctx context.Context, to Listener, key string, r Reply) (Outgoing, error) {
	q := question{
		key: key, ref: Ref(key), askerID: to.PersonID, asker: webex.Person{ID: to.PersonID},
		room: Room{ID: to.RoomID}, private: to.RoomID == "",
	}
	o, err := b.outgoing(ctx, q, r)
	if err != nil {
		return Outgoing{}, err
	}
	return *o, nil
}
