package handlers

import (
	"context"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
)

// help is generated from the commands that it is given.
func help(shown []bot.Command, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "help",
		Summary:  "what this bot answers",
		Usage:    "help",
		Examples: []string{"help"},
		Phrases:  []string{"help", "help me", "?", "what can you do", "commands", "usage"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			return notice(manual("What you can ask", nil, may(r, shown), sites.Example(ctx))), nil
		},
	}
}

// welcome is what a space reads when the bot is added to it. Nobody types it.
func welcome(shown []bot.Command, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     bot.Welcome,
		Summary:  "a greeting when the bot is added to a space",
		Usage:    "",
		Examples: []string{},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			lines := []string{"Hello! I look up tracking codes of your Webex sites. Mention me and ask; I answer in the thread."}
			return notice(manual("Tracking codes, here", lines, may(r, shown), sites.Example(ctx))), nil
		},
	}
}

// may leaves out the commands that the asker may not run.
func may(r bot.Request, shown []bot.Command) []bot.Command {
	return slices.DeleteFunc(slices.Clone(shown), func(c bot.Command) bool { return c.Admin && !r.Admin })
}

// manual lists the commands: a line each, and examples that use a real site.
func manual(title string, lines []string, shown []bot.Command, site string) cards.Notice {
	n := cards.Notice{Title: title, Tone: cards.Accent, Lines: lines}
	for _, c := range shown {
		n.Facts = append(n.Facts, [2]string{c.Usage, c.Summary})
		for _, example := range c.Examples {
			n.Examples = append(n.Examples, strings.ReplaceAll(example, "SITE", site))
		}
	}
	n.Buttons = []cards.Button{{Title: "Codes on " + site, Data: cards.Data{Ask: "codes", Site: site}}}
	return n
}
