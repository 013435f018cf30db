package bot

import (
	"fmt"

	"trackbot/bot/ask"
	"trackbot/cards"
)

// notUnderstood answers words in which no question was found that the bot knows: with
// the nearest ones, or else with the five that are asked most.
func (b *Bot) notUnderstood(q question, r ask.Reading) Reply {
	n := cards.Notice{Title: "I don't know how to answer that yet", Tone: cards.Warning, Ref: q.ref}
	if r.Said != "" {
		n.Lines = []string{fmt.Sprintf("I don't know how to answer “%s” yet.", clip(r.Said))}
	}
	if len(r.Unknown) > 0 {
		n.Lines = append(n.Lines, fmt.Sprintf("I can't look up “%s”.", clip(r.Unknown[0].Written)))
	}
	list := b.offered(q, r.Suggestions)
	if len(list) > 0 {
		near := b.commands[list[0].Command]
		n.Lines = append(n.Lines, fmt.Sprintf("Closest match: %s (%s).", near.Usage, near.Summary))
	} else {
		n.Offer = "You can ask"
		list = b.offered(q, usual(q, r))
	}
	for _, one := range list {
		n.Choices = append(n.Choices, Button(b.title(one), one))
	}
	return Drawn(n)
}

// usual are the questions that always work, on the site that was named; where
// that can't be asked, only those about no site.
func usual(q question, r ask.Reading) []ask.Question {
	switch {
	case len(r.Unknown) > 0:
		return []ask.Question{{Command: "sites"}, {Command: Help}}
	case len(r.Sites) > 0:
		return ask.Commonest(r.Sites[0])
	}
	return ask.Commonest(q.from.Site)
}

// offered are those of some questions that would be answered if the asker
// pressed their button, with their site.
func (b *Bot) offered(q question, list []ask.Question) []ask.Question {
	var offered []ask.Question
	for _, one := range list {
		c := b.commands[one.Command]
		if c.Site && len(one.Sites) == 0 && !one.All && q.from.Site != "" {
			one.Sites = []string{q.from.Site}
		}
		if c.Run != nil && (q.admin || !b.forAdmins(q, one)) && (!c.Site || len(one.Sites) > 0 || one.All) {
			offered = append(offered, one)
		}
	}
	return offered
}
