package handlers

import (
	"context"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// polite are the answers to words that ask nothing.
func polite() []bot.Command {
	var list []bot.Command
	for _, p := range []struct {
		name, title, line string
		tone              cards.Tone
	}{
		{"greeting", "Hello", "I look up the tracking codes of your Webex sites. What would you like to know?", cards.Accent},
		{"thanks", "You're welcome", "Ask me whenever you need a tracking code.", cards.Good},
		{"bye", "Goodbye", "Ask me whenever you need a tracking code.", cards.Accent},
		{"yes", "Which question?", "I don't know what you say yes to. Press one of my buttons, or ask the whole question.", cards.Accent},
		{"no", "Sorry about that", "Ask again in other words, or see what you can ask.", cards.Accent},
		{"sorry", "No problem", "Ask me whenever you need a tracking code.", cards.Accent},
	} {
		list = append(list, bot.Command{
			Name: p.name, Summary: "an answer to “" + p.name + "”",
			Run: func(context.Context, bot.Request) (bot.Reply, error) {
				return notice(cards.Notice{Title: p.title, Tone: p.tone, Lines: []string{p.line}, Buttons: []cards.Button{
					bot.Button("Codes", ask.Question{Command: "codes"}), bot.Button("Sites", ask.Question{Command: "sites"}), bot.Button("Help", ask.Question{Command: bot.Help}),
				}}), nil
			},
		})
	}
	return list
}
