package handlers

import (
	"context"
	"fmt"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// shownChanges is how many changes a list shows.
const shownChanges = 50

// changes lists what waits for an approval and what was changed, for those who
// may ask for changes or approve them.
func (c changer) changes() bot.Command {
	return bot.Command{
		Name: "changes", Group: changeGroup, Calls: true,
		Summary:  "what waits for an approval, and what was changed in 30 days",
		Usage:    "changes [ref REF]",
		Examples: []string{"changes"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if c.off() || !r.Approver {
				if instead := c.mayAsk(r, ChangesPeople); instead != nil {
					return *instead, nil
				}
			}
			if r.Question.Term != "" {
				ch, instead, err := c.named(ctx, r)
				if instead != nil || err != nil {
					return answered(instead), err
				}
				return c.withFile(ctx, r, ch)
			}
			list, err := c.Plans.List(ctx, shownChanges)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("list changes: %w", err)
			}
			return listChanges(r, list), nil
		},
	}
}

func listChanges(r bot.Request, list []Change) bot.Reply {
	v := cards.List{Title: "Changes", Ref: r.Ref}
	open := 0
	for _, ch := range list {
		row := cards.Row{
			Title: changeTitle(ch), Mark: string(ch.State),
			Under: fmt.Sprintf("%s · %s · asked by %s, %s", ch.Ref, ch.Plan.Site, nameOf(ch.Asker), ch.Asked.UTC().Format("2006-01-02 15:04 UTC")),
			Open:  bot.Data(ask.Question{Command: "changes", Term: ch.Ref}),
		}
		if ch.State.open() {
			open++
			row.Loud = "Waits until " + clock(ch.Due) + "."
		}
		v.Rows = append(v.Rows, row)
	}
	v.Lines = []string{fmt.Sprintf("%s in 30 days, %d open.", count(len(list), "change"), open)}
	return bot.Drawn(v)
}
