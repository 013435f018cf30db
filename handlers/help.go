package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
)

// help is generated from the commands that it is given.
func help(shown []bot.Command, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     bot.Help,
		Group:    botGroup,
		Summary:  "what this bot answers, or more about one of the questions",
		Usage:    "help [QUESTION]",
		Examples: []string{"help", "help codes"},
		Phrases:  []string{"help", "help me", "?", "what can you do", "commands", "usage"},
		Text:     true,
		Plain:    true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list := may(ctx, r, shown, sites)
			if c, ok := about(list, r.Text); ok {
				return notice(manualOf(c)), nil
			}
			n := manual("What you can ask", nil, list)
			if r.Text != "" {
				n.Lines = []string{fmt.Sprintf("I know no question “%s”. These are all that you can ask.", r.Text)}
				n.Choices = nearest(list, r.Text)
			}
			return notice(n), nil
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
			return notice(manual("Tracking codes, here", lines, may(ctx, r, shown, sites))), nil
		},
	}
}

// may leaves out the commands that the asker may not run, and puts real sites
// into the examples of the others.
func may(ctx context.Context, r bot.Request, shown []bot.Command, sites *bot.Sites) []bot.Command {
	list := slices.DeleteFunc(slices.Clone(shown), func(c bot.Command) bool { return c.Admin && !r.Admin })
	for i := range list {
		list[i].Examples = sites.Examples(ctx, list[i])
	}
	return list
}

// manual lists the commands under their headings, a line each, with examples
// that use a real site and buttons that ask them.
func manual(title string, lines []string, shown []bot.Command) cards.Notice {
	n := cards.Notice{Title: title, Tone: cards.Accent, Lines: lines}
	p := bot.NewParser(shown)
	for i, group := range groups(shown) {
		for _, c := range shown {
			if c.Group != group {
				continue
			}
			n.Facts = append(n.Facts, [2]string{c.Usage, c.Summary})
			n.Groups = append(n.Groups, group)
			n.Opens = append(n.Opens, cards.Data{Ask: bot.Help, Text: c.Name, Quoted: true})
			if len(c.Examples) == 0 {
				continue
			}
			example := c.Examples[0]
			n.Examples = append(n.Examples, example)
			if len(n.Buttons) < cards.MaxActions-1 && i == 0 {
				n.Buttons = append(n.Buttons, asking(p, example))
			}
		}
	}
	n.Buttons = append(n.Buttons, cards.Button{Title: "sites", Data: cards.Data{Ask: "sites"}})
	return n
}

// groups are the headings in the order in which they come first.
func groups(shown []bot.Command) []string {
	var list []string
	for _, c := range shown {
		if !slices.Contains(list, c.Group) {
			list = append(list, c.Group)
		}
	}
	return list
}

// asking is a button that asks an example.
func asking(p *bot.Parser, example string) cards.Button {
	return cards.Button{Title: example, Data: p.Parse(example).Data()}
}

// about finds the command of a name, a phrase or a usage.
func about(shown []bot.Command, text string) (bot.Command, bool) {
	want := fold(text)
	for _, c := range shown {
		if want == c.Name || want == fold(c.Usage) || slices.Contains(c.Phrases, want) {
			return c, true
		}
	}
	return bot.Command{}, false
}

// nearest are buttons for help on the commands whose phrases are near.
func nearest(shown []bot.Command, text string) []cards.Button {
	var phrases []string
	for _, c := range shown {
		phrases = append(phrases, c.Phrases...)
	}
	var buttons []cards.Button
	seen := make(map[string]bool)
	for _, phrase := range bot.NearestNames(text, phrases, 3) {
		if c, ok := about(shown, phrase); ok && !seen[c.Name] {
			seen[c.Name] = true
			buttons = append(buttons, cards.Button{Title: "Help on " + c.Phrases[0], Data: cards.Data{Ask: bot.Help, Text: c.Name, Quoted: true}})
		}
	}
	return buttons
}

// manualOf tells all about one command.
func manualOf(c bot.Command) cards.Notice {
	n := cards.Notice{Title: c.Usage, Tone: cards.Accent, Lines: []string{strings.ToUpper(c.Summary[:1]) + c.Summary[1:] + "."}}
	if c.Site {
		n.Lines = append(n.Lines, "Without a site it is about the site of the space, your own, or the default one; the answer says which.")
	}
	if c.Filter && c.Text {
		n.Lines = append(n.Lines, "“containing WORDS” narrows the list, and “as a file” brings all of it in a file.")
	}
	n.Facts = [][2]string{{"Also asked as", bot.Listed(c.Phrases, 8)}}
	p := bot.NewParser([]bot.Command{c})
	for _, example := range c.Examples {
		n.Examples = append(n.Examples, example)
		n.Buttons = append(n.Buttons, asking(p, example))
	}
	n.Buttons = append(n.Buttons, cards.Button{Title: "All of help", Data: cards.Data{Ask: bot.Help}})
	return n
}
