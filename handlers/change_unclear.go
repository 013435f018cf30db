package handlers

import (
	"context"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// unclear answers who asks for a change in other words than those of a command:
// nothing is guessed.
func (c changer) unclear() bot.Command {
	return bot.Command{
		Name: "change", Summary: "an answer to who asks for a change", Several: true,
		Run: func(_ context.Context, r bot.Request) (bot.Reply, error) {
			if c.off() {
				return unmet(c.readOnly(r)), nil
			}
			return unmet(cards.Notice{
				Title: "What should I change?", Tone: cards.Warning, Ref: r.Ref, Buttons: insteadOfChange(r),
				Lines: []string{"I can't tell from your words. Nothing was changed."},
				Examples: []string{
					"set Department of alice@example.com to Sales", "add option Legal to Department",
					"make Legal the default of Department", "make Department required for meetings",
				},
			}), nil
		},
	}
}

// readOnly says that nothing may be changed, and who could do it.
func (c changer) readOnly(r bot.Request) cards.Notice {
	n := cards.Notice{Title: "I'm read-only", Tone: cards.Warning, Ref: r.Ref, Buttons: insteadOfChange(r), Lines: []string{
		"I can look up tracking codes but not change them. Nothing was changed.",
		"A site admin can change this in Control Hub.",
	}}
	n.Lines = append(n.Lines, c.whomToAsk()...)
	return n
}

// insteadOfChange are buttons for what can be asked where nothing is changed.
func insteadOfChange(r bot.Request) []cards.Button {
	q := ask.Question{Command: "codes"}
	switch {
	case len(r.Sites) > 0:
		q.Sites = r.Sites[:1]
	case r.Site.Host != "":
		q.Sites = []string{r.Site.Host}
	}
	return []cards.Button{bot.Button("Codes", q), bot.Button("Help", ask.Question{Command: bot.Help})}
}
