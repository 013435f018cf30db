package handlers

import (
	"context"

	"trackbot/bot"
	"trackbot/cards"
)

// Health is how one part of the bot is, in words.
type Health struct {
	Part, Words string
	Bad         bool
}

// status answers how the bot itself is.
func status(health func(context.Context) []Health) bot.Command {
	return bot.Command{
		Name:     "status",
		Group:    botGroup,
		Summary:  "how this bot is: connection, tokens, queue, last event, version",
		Usage:    "status",
		Examples: []string{"status"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			n := cards.Notice{Title: "I am well", Tone: cards.Good, Buttons: []cards.Button{{Title: "Refresh", Data: fresh(r.Question)}}}
			if health == nil {
				n.Lines = []string{"There is no bot running here: this is a question from the command line."}
				return notice(n), nil
			}
			for _, h := range health(ctx) {
				words := h.Words
				if h.Bad {
					n.Title, n.Tone = "Something is wrong with me", cards.Warning
					words = "NOT WELL: " + words
				}
				n.Facts = append(n.Facts, [2]string{h.Part, words})
			}
			if n.Tone == cards.Warning {
				n.Lines = []string{"Whoever runs this bot finds more with “trackbot check” and in its log."}
			}
			return notice(n), nil
		},
	}
}
