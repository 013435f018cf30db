package handlers

import (
	"context"
	"strings"

	"trackbot/bot"
	"trackbot/internal/change"
)

// edited is a command that plans one edit of a tracking code: edit makes it of
// the question, or returns nil where that lacks something.
func (c changer) edited(cmd bot.Command, edit func(bot.Request) change.Edit) bot.Command {
	return c.planned(cmd, ChangesAll, c.edit(cmd, edit))
}

// edit plans one edit of a tracking code.
func (c changer) edit(cmd bot.Command, edit func(bot.Request) change.Edit) func(context.Context, bot.Request) (change.Plan, *bot.Reply, error) {
	return func(ctx context.Context, r bot.Request) (change.Plan, *bot.Reply, error) {
		e := edit(r)
		if e == nil {
			return change.Plan{}, lacks(r, "I need more for that", cmd.Examples...), nil
		}
		code, list, instead, err := c.target(ctx, r)
		if instead != nil || err != nil {
			return change.Plan{}, instead, err
		}
		plan, err := change.OfCode(code, list, e)
		return plan, nil, err
	}
}

// addOption adds a value to the list of a code.
func (c changer) addOption() bot.Command {
	return c.edited(bot.Command{
		Name:     "addoption",
		Summary:  "adds a value to the list of a tracking code",
		Usage:    "add option VALUE to CODE on SITE",
		Examples: []string{"add option Legal to Department on SITE"},
	}, onOption(change.AddOption))
}

// removeOption takes a value from the list of a code.
func (c changer) removeOption() bot.Command {
	cmd := bot.Command{
		Name:     "removeoption",
		Summary:  "takes a value from the list of a tracking code, and counts who has it",
		Usage:    "remove option VALUE from CODE on SITE",
		Examples: []string{"remove option Legal from Department on SITE"},
	}
	return c.counting(cmd, "who has it is being counted, and the list follows. It can be approved before.", c.edit(cmd, onOption(change.RemoveOption)))
}

// setDefault makes a value the default of a code, or takes that away.
func (c changer) setDefault() bot.Command {
	return c.edited(bot.Command{
		Name:     "setdefault",
		Summary:  "makes a value the default of a tracking code, or leaves it without one",
		Usage:    "make VALUE the default of CODE on SITE",
		Examples: []string{"make Legal the default of Department on SITE", "no default for Department on SITE"},
	}, func(r bot.Request) change.Edit {
		if r.Question.Topic == "none" {
			return change.NoDefault()
		}
		return onOption(change.Default)(r)
	})
}

// onOption is an edit of the value that a question names.
func onOption(edit func(string) change.Edit) func(bot.Request) change.Edit {
	return func(r bot.Request) change.Edit {
		if strings.TrimSpace(r.Question.Option) == "" {
			return nil
		}
		return edit(r.Question.Option)
	}
}
