package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/internal/change"
)

// renameOption puts another value in the place of one, and gives it to those who have
// that. Who they are is read first, as long work; what comes of that is the plan.
func (c changer) renameOption() bot.Command {
	cmd := bot.Command{
		Name:     renameCommand,
		Summary:  "puts another value in the place of one of a tracking code, and gives it to who has that",
		Usage:    "rename option VALUE of CODE to VALUE on SITE",
		Examples: []string{"rename option Legal of Department to Law on SITE"},
	}
	planned := c.planned(cmd, ChangesAll, func(ctx context.Context, r bot.Request) (change.Plan, *bot.Reply, error) {
		plan, instead, err := c.edit(cmd, renaming)(ctx, r)
		if instead != nil || err != nil {
			return plan, instead, err
		}
		emails, why, err := c.among(ctx, r)
		if why != "" || err != nil {
			plan.Notes = append([]string{why, "Nobody is moved: who has the old value keeps it until it is set anew."}, plan.Notes...)
			return plan, nil, err
		}
		people := make([]change.Person, len(emails))
		for i, email := range emails {
			people[i] = change.Person{Email: email, Given: []change.Given{{Code: plan.Before.Code.Name, Value: strings.TrimSpace(r.Question.Term)}}}
		}
		reply := beginMany(r, r.Site, people, "", nil)
		reply.Job.Command, reply.Job.Data = r.Command, json.RawMessage(itemsOf([]ask.Question{r.Question})[0])
		return plan, &reply, nil
	})
	planned.Files, planned.Step, planned.Finish = true, c.readPerson, c.planRename
	return planned
}

const renameCommand = "renameoption"

// renaming is the edit that a question asks for; nil where it lacks something.
func renaming(r bot.Request) change.Edit {
	if strings.TrimSpace(r.Question.Option) == "" || strings.TrimSpace(r.Question.Term) == "" {
		return nil
	}
	return change.RenameOption(r.Question.Option, r.Question.Term)
}

// planRename plans, once it is read who has the value that goes, that they get the
// one that comes; of a change that is taken back, that those whom it moved get what
// they had.
func (c changer) planRename(ctx context.Context, j bot.Job, results []bot.Result, why string) (bot.Reply, error) {
	if why != "" {
		return noPlan(j, why), nil
	}
	r := requestOf(j)
	people, err := peopleOf(j, results)
	if err != nil {
		return bot.Reply{}, err
	}
	list, err := codesOn(ctx, c.admin, r, j.Site)
	if err != nil {
		return bot.Reply{}, err
	}
	plan, instead, err := c.renamed(ctx, r, j)
	if instead != nil {
		return *instead, nil
	}
	if err == nil {
		plan, err = plan.Moving(list, slices.DeleteFunc(people, func(p change.Person) bool {
			if p.Now == nil || p.Given[0].Back {
				return p.Why == nobodyHere
			}
			_, goes := plan.Goes(*p.Now)
			return !goes
		}))
	}
	if err != nil {
		return c.ask(ctx, r, plan, "", err)
	}
	plan.Notes = append([]string{movedNote(len(plan.After.Users), len(people))}, plan.Notes...)
	return c.askMany(ctx, r, plan, j, nil)
}

// renamed is the plan of the code alone.
func (c changer) renamed(ctx context.Context, r bot.Request, j bot.Job) (change.Plan, *bot.Reply, error) {
	if j.Text == "" {
		var err error
		if r.Question, err = itemOf[ask.Question](string(j.Data)); err != nil {
			return change.Plan{}, nil, err
		}
		return c.edit(bot.Command{}, renaming)(ctx, r)
	}
	ch, err := c.Plans.Get(ctx, j.Text)
	if err != nil {
		return change.Plan{}, nil, fmt.Errorf("read a change: %w", err)
	}
	plan := ch.Plan
	plan.Before.Users, plan.After.Users = nil, nil
	now, err := c.read(ctx, plan)
	if err != nil {
		return change.Plan{}, nil, fmt.Errorf("read what was changed: %w", err)
	}
	plan, err = plan.Inverse(now)
	return plan, nil, err
}

// movedNote says how people are moved.
func movedNote(n, of int) string {
	if n == 0 {
		return fmt.Sprintf("Of %s nobody has what goes.", count(of, "person"))
	}
	return haveOf(n, of) + " what goes. First the new value is added, then they get it, then the old one goes; where somebody can't be moved it stays."
}
