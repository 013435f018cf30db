package handlers

import (
	"context"
	"strings"

	"trackbot/bot"
	"trackbot/internal/change"
)

// renameCode gives a tracking code another name.
func (c changer) renameCode() bot.Command {
	return c.edited(bot.Command{
		Name:     "renamecode",
		Summary:  "gives a tracking code another name",
		Usage:    "rename code CODE to NAME on SITE",
		Examples: []string{"rename code Cost Center to Charge Code on SITE"},
	}, func(r bot.Request) change.Edit {
		if strings.TrimSpace(r.Question.Term) == "" {
			return nil
		}
		return change.Rename(r.Question.Term)
	})
}

// deleteCode takes a tracking code from its site.
func (c changer) deleteCode() bot.Command {
	return c.counting(bot.Command{
		Name:     "deletecode",
		Summary:  "deletes a tracking code of a site, and saves the values that people have",
		Usage:    "delete code CODE on SITE",
		Examples: []string{"delete code Cost Center on SITE"},
	}, "the values that they have are being saved as a file, which follows. Where this is approved before, those not read until then may be lost.", func(ctx context.Context, r bot.Request) (change.Plan, *bot.Reply, error) {
		code, _, instead, err := c.target(ctx, r)
		if instead != nil || err != nil {
			return change.Plan{}, instead, err
		}
		return change.Deletion(code), nil, nil
	})
}
