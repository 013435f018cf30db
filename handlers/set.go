package handlers

import (
	"context"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/internal/change"
)

// setValue gives one person a value of a tracking code.
func (c changer) setValue() bot.Command {
	const example = "set Department of alice@example.com to Sales on SITE"
	return c.planned(bot.Command{
		Name:     "set",
		Summary:  "gives a person a value of a tracking code",
		Usage:    "set CODE of PERSON to VALUE on SITE",
		Examples: []string{example},
	}, ChangesPeople, func(ctx context.Context, r bot.Request) (change.Plan, *bot.Reply, error) {
		if len(r.Question.People) != 1 || strings.TrimSpace(r.Question.Option) == "" {
			return change.Plan{}, lacks(r, "Whose value, and which?", example), nil
		}
		w := meantBy(r, r.Question.People[0])
		if w.email == "" && w.id == "" {
			return change.Plan{}, lacks(r, "I need an email address to find someone", example), nil
		}
		code, list, instead, err := c.target(ctx, r)
		if instead != nil || err != nil {
			return change.Plan{}, instead, err
		}
		user, instead, err := userCodes(ctx, c.admin, r, w)
		if instead != nil || err != nil {
			return change.Plan{}, instead, err
		}
		if user.Email == "" {
			user.Email = w.email
		}
		plan, err := change.OfPerson(user, list, code, r.Question.Option)
		return plan, nil, err
	})
}

// meantBy is the person of a question, as Webex is asked for them.
func meantBy(r bot.Request, p ask.Person) who {
	if p.Me {
		return who{email: r.Person.Email, id: r.Person.ID}
	}
	return who{email: p.Address, id: p.ID}
}
