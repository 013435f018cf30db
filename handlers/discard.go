package handlers

import (
	"context"
	"fmt"

	"trackbot/bot"
	"trackbot/webex"
)

// discard ends a change that waits, by its asker or an approver.
func (c changer) discard() bot.Command {
	return bot.Command{
		Name: "discard", Group: changeGroup,
		Summary:  "ends a change that waits for its approval",
		Usage:    "discard REF",
		Examples: []string{"discard 7F3K-Q2"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			ch, instead, err := c.named(ctx, r)
			if instead != nil || err != nil {
				return answered(instead), err
			}
			switch {
			case ch.Event == r.Ref:
				return c.settled(ctx, r, ch.Ref)
			case !r.Approver && !webex.SameID(r.Person.ID, ch.Asker.ID):
				return *c.private(r, "Only who asked for it, or an approver, can discard a change."), nil
			case ch.State != ChangeWaiting:
				return c.tooLate(ctx, ch.Ref)
			}
			ch.Approver, ch.Event = r.Person, r.Ref
			moved, err := c.Plans.Move(ctx, ch, ChangeDiscarded)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("discard a change: %w", err)
			}
			if !moved {
				return c.tooLate(ctx, ch.Ref)
			}
			return c.settled(ctx, r, ch.Ref)
		},
	}
}
