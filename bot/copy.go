package bot

import (
	"context"
	"fmt"
	"strconv"

	"trackbot/cards"
	"trackbot/webex"
)

// Copy is a message beside an answer: to a person, in a space, or in the place
// of an earlier answer, whose buttons are of no use any more.
type Copy struct {
	PersonID string // 1:1
	Room     Room   // or there; of an earlier answer where it was asked
	Root     string // the thread in the space
	Replaces string // the key of the earlier answer
	OrNew    bool   // it is posted where there is no earlier answer
	Markdown string
	Card     *cards.Card
}

// CopyKey is the key of a message beside the answer that has a key, by its place among
// them.
func CopyKey(key string, i int) string { return key + "/copy" + strconv.Itoa(i) }

// InPlace makes the messages that take the place of earlier answers, with nobody asking
// for that. Equal keys are the same messages.
func (b *Bot) InPlace(ctx context.Context, key string, list []Copy) ([]Outgoing, error) {
	return b.copies(ctx, question{key: key, ref: Ref(key)}, list)
}

// copies are the messages beside an answer. An earlier answer that is not there
// any more, or whose place the answer itself takes, is left alone.
func (b *Bot) copies(ctx context.Context, q question, list []Copy) (all []Outgoing, err error) {
	for i, c := range list {
		to := q
		to.key, to.press, to.private, to.room, to.root = CopyKey(q.key, i), nil, c.PersonID != "", c.Room, c.Root
		if to.private {
			to.askerID, to.asker = c.PersonID, webex.Person{ID: c.PersonID}
		}
		earlier := ""
		if c.Replaces != "" {
			if earlier, err = b.earlier(ctx, q, &to, c); err != nil {
				return nil, err
			}
			if earlier == "" && !c.OrNew {
				continue
			}
		}
		o, err := b.outgoing(ctx, to, Reply{Markdown: c.Markdown, Card: c.Card})
		if err != nil {
			return nil, err
		}
		o.Replaces = earlier
		all = append(all, *o)
	}
	return all, nil
}

// earlier finds the message whose place a copy takes, and lets it go to where
// that stands; empty where there is none to be replaced.
func (b *Bot) earlier(ctx context.Context, q question, to *question, c Copy) (string, error) {
	at, err := b.o.Outbox.Posted(ctx, c.Replaces)
	if err != nil {
		return "", fmt.Errorf("where an earlier answer stands: %w", err)
	}
	if at.Message == "" || q.press != nil && webex.SameID(at.Message, q.press.message) {
		return "", nil
	}
	if !webex.SameID(at.Room, c.Room.ID) { // it was answered 1:1
		to.room, to.root = Room{ID: at.Room, Direct: true}, ""
	}
	return at.Message, nil
}
