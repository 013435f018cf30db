package handlers

import (
	"cmp"
	"context"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/change"
	"trackbot/webex"
)

// ofText is the topic of a question for a code without a list; so is that of the
// form, whose box for the values may stay empty.
const ofText = "text"

// createCode makes a tracking code on a site.
func (c changer) createCode() bot.Command {
	return c.planned(bot.Command{
		Name:     "createcode",
		Summary:  "makes a tracking code on a site",
		Usage:    "create code NAME on SITE with options VALUE, VALUE",
		Examples: []string{"create code Region on SITE with options North, South", "create code Project Number on SITE as free text"},
	}, ChangesAll, func(ctx context.Context, r bot.Request) (change.Plan, *bot.Reply, error) {
		name, values := strings.TrimSpace(r.Question.Term), newValues(r.Question)
		if name == "" || len(values) == 0 && r.Question.Topic != ofText {
			return change.Plan{}, new(newCodeForm(r, name)), nil
		}
		list, err := codesOn(ctx, c.admin, r, r.Site.Host)
		if err != nil {
			return change.Plan{}, nil, err
		}
		rule := cmp.Or(apiRule(r.Question.Rule), change.Optional)
		plan, err := change.Creation(change.New(r.Site.Host, name, values, rule), list)
		return plan, nil, err
	})
}

// newValues are the values of a new code: those of the sentence, parted by commas,
// and those of the lines below or of the form.
func newValues(q ask.Question) (values []string) {
	for _, line := range append(strings.FieldsFunc(q.Option, func(r rune) bool { return r == ',' || r == ';' }), q.Lines...) {
		if value := strings.TrimSpace(line); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// newCodeForm asks what a new code is made of.
func newCodeForm(r bot.Request, name string) bot.Reply {
	rules := cards.Field{ID: cards.InRule, Label: "For every kind of meeting it is", Value: string(ask.Optional)}
	for _, rule := range []ask.Rule{ask.Optional, ask.Required, ask.Unused, ask.AdminSet} {
		rules.Choices = append(rules.Choices, cards.Choice{Title: ruleName(rule), Value: string(rule)})
	}
	return bot.Drawn(cards.Form{
		Title: "New tracking code", Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines: []string{"Nothing is changed yet: you'll see the plan, and somebody else approves it."},
		Fields: []cards.Field{
			{ID: cards.InTerm, Label: "Name", Value: name, Placeholder: "Region", Required: true},
			{ID: cards.InOptions, Label: "Values, one a line (none: free text)", Placeholder: "North", Multiline: true},
			rules,
		},
		Submit:   bot.Button("Plan it", ask.Question{Command: "createcode", Topic: ofText, Sites: []string{r.Site.Host}}),
		Examples: []string{"create code Region on " + r.Site.Host + " with options North, South"},
	})
}

// copyCode gives a site a code as another site has it.
func (c changer) copyCode() bot.Command {
	const example = "copy Department from SITE to OTHER"
	return c.planned(bot.Command{
		Name:     "copycode",
		Title:    "copy",
		Summary:  "gives a site a tracking code as another site has it",
		Usage:    "copy CODE from SITE to SITE",
		Examples: []string{example},
		Several:  true,
	}, ChangesAll, func(ctx context.Context, r bot.Request) (change.Plan, *bot.Reply, error) {
		if r.Question.Code == nil || len(r.Sites) != 2 {
			return change.Plan{}, lacks(r, "Which code, from which site to which?", example), nil
		}
		to := r.Sites[0]
		r.Site.Host = r.Sites[1]
		code, instead, err := c.original(ctx, r)
		if instead != nil || err != nil {
			return change.Plan{}, instead, err
		}
		list, err := codesOn(ctx, c.admin, r, to)
		if err != nil {
			return change.Plan{}, nil, err
		}
		plan, err := change.Copy(code, to, list)
		return plan, nil, err
	})
}

// original is the code that is copied, found by its name: an id is a site's own.
func (c changer) original(ctx context.Context, r bot.Request) (webex.TrackingCode, *bot.Reply, error) {
	if asked := r.Question.Code; asked.Name != "" {
		r.Question.Code = &ask.Code{Written: asked.Name}
	}
	code, _, instead, err := c.target(ctx, r)
	return code, instead, err
}
