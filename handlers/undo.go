package handlers

import (
	"context"
	"fmt"

	"trackbot/bot"
	"trackbot/internal/change"
)

// undo plans that what a change wrote is brought back: another change, with the
// same rules.
func (c changer) undo() bot.Command {
	return bot.Command{
		Name: "undo", Group: changeGroup, Calls: true,
		Summary:  "plans to bring back what was before a change, for 30 days",
		Usage:    "undo REF",
		Examples: []string{"undo 7F3K-Q2"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			ch, instead, err := c.named(ctx, r)
			if instead != nil || err != nil {
				return answered(instead), err
			}
			scope := ChangesAll
			if ch.Plan.OfPeople() {
				scope = ChangesPeople
			}
			if instead := c.mayAsk(r, scope); instead != nil {
				return *instead, nil
			}
			if ch.State != ChangeDone {
				return c.card(ch, "This change was not written, so there is nothing to undo."), nil
			}
			if people := ch.Plan.Back(); len(people) > 0 {
				return undoMany(r, ch, people), nil
			}
			now, err := c.read(ctx, ch.Plan)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("read what was changed: %w", err)
			}
			back, err := ch.Plan.Inverse(now)
			return c.ask(ctx, r, back, ch.Ref, err)
		},
	}
}

// undoMany reads first what those have whom a change wrote.
func undoMany(r bot.Request, ch Change, people []change.Person) bot.Reply {
	reply := beginMany(r, bot.Site{Host: ch.Plan.Site}, people, ch.Ref, nil)
	if !ch.Plan.OfPeople() {
		reply.Job.Command = renameCommand
	}
	return reply
}
