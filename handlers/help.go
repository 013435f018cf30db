package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
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
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list := may(ctx, r, shown, sites)
			if c, ok := about(list, r.Question.Term); ok {
				return notice(manualOf(c)), nil
			}
			if n, ok := manualOfGroup(list, r.Question.Term); ok {
				return notice(n), nil
			}
			n := manual(list)
			if r.Question.Term != "" {
				n.Lines = []string{fmt.Sprintf("I know no question “%s”. This is what you can ask.", r.Question.Term)}
				n.Choices = nearest(list, r.Question.Term)
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
			list := may(ctx, r, shown, sites)
			return notice(cards.Notice{
				Title: "Hi, I'm Trackbot", Tone: cards.Accent,
				Lines:    []string{"I look up the tracking codes of your Webex sites. Mention me and ask; I answer in the thread."},
				Examples: firstExamples(list, welcomeExamples),
				Buttons: []cards.Button{
					bot.Button("Codes", ask.Question{Command: "codes"}), bot.Button("What you can ask", ask.Question{Command: bot.Help}),
					bot.Button("All sites", ask.Question{Command: "sites"}),
				},
			}), nil
		},
	}
}

// welcomeExamples is how many questions the welcome shows.
const welcomeExamples = 3

// firstExamples are the first examples of the first n commands that have any.
func firstExamples(shown []bot.Command, n int) []string {
	var list []string
	for _, c := range shown {
		if len(c.Examples) > 0 && len(list) < n {
			list = append(list, c.Examples[0])
		}
	}
	return list
}

// may leaves out the commands that the asker may not run, and puts real sites
// into the examples of the others.
func may(ctx context.Context, r bot.Request, shown []bot.Command, sites *bot.Sites) []bot.Command {
	list := slices.DeleteFunc(slices.Clone(shown), func(c bot.Command) bool { return c.Usage == "" || c.Admin && !c.Self && !r.Admin })
	for i := range list {
		list[i].Examples = sites.Examples(ctx, list[i])
	}
	return list
}

// helpLines is how many questions help shows before More.
const helpLines = 10

// manual lists the commands: the first ones as they are, and a line for each group
// of the others, those for admins last. Buttons ask what needs no more than itself.
func manual(shown []bot.Command) cards.Notice {
	n := cards.Notice{Title: "What you can ask", Tone: cards.Accent, Lines: []string{"Mention me and ask. Tap a line for more about it, or type “help” before it."}}
	first, groups, more := parted(shown)
	for _, c := range first {
		n.Rows.Rows = append(n.Rows.Rows, helpLine(c))
		if c.Name != "code" && len(n.Buttons) < cards.MaxActions-1 { // its form asks for what codes show anyway
			n.Buttons = append(n.Buttons, bot.Button(c.Name, ask.Question{Command: c.Name}))
		}
	}
	for _, group := range groups {
		var usages []string
		for _, c := range more[group] {
			usages = append(usages, c.Usage)
		}
		n.Rows.Rows = append(n.Rows.Rows, cards.Entry{
			Title: "More: " + group, Lines: []cards.Remark{{Text: bot.Listed(usages, 3), Tone: cards.Subtle}},
			Open: bot.Data(ask.Question{Command: bot.Help, Term: "more: " + group}),
		})
	}
	n.Buttons = append(n.Buttons, bot.Button("All sites", ask.Question{Command: "sites"}))
	return n
}

// parted are the commands that help shows at once, and the others by group, in the
// order of the groups: those for admins last.
func parted(shown []bot.Command) (first []bot.Command, groups []string, more map[string][]bot.Command) {
	const admins = "for admins of this bot"
	more = make(map[string][]bot.Command)
	for _, c := range shown {
		group := strings.ToLower(c.Group)
		switch {
		case c.Admin && !c.Self:
			group = admins
		case len(first) < helpLines:
			first = append(first, c)
			continue
		}
		if !slices.Contains(groups, group) && group != admins {
			groups = append(groups, group)
		}
		more[group] = append(more[group], c)
	}
	if len(more[admins]) > 0 {
		groups = append(groups, admins)
	}
	return first, groups, more
}

// manualOfGroup lists the commands behind a line "More: …", which may be typed too,
// whole or by its first words.
func manualOfGroup(shown []bot.Command, term string) (cards.Notice, bool) {
	_, groups, more := parted(shown)
	want := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(fold(term), "more"), ":"))
	i := slices.IndexFunc(groups, func(group string) bool { return want != "" && strings.HasPrefix(group+" ", want+" ") })
	if i < 0 {
		return cards.Notice{}, false
	}
	n := cards.Notice{
		Title: "What you can ask: " + groups[i], Tone: cards.Accent, Lines: []string{"Mention me and ask. Tap a line for more about it, or type “help” before it."},
		Buttons: []cards.Button{bot.Button("All of help", ask.Question{Command: bot.Help})},
	}
	for _, c := range more[groups[i]] {
		n.Rows.Rows = append(n.Rows.Rows, helpLine(c))
	}
	return n, true
}

// helpLine is what to type, what for, and an example with a real site: one block of
// text, so that the card has room for them all.
func helpLine(c bot.Command) cards.Entry {
	line := c.Summary
	if len(c.Examples) > 0 && c.Examples[0] != c.Usage {
		line += ": “" + c.Examples[0] + "”"
	}
	return cards.Entry{Title: c.Usage, Lines: []cards.Remark{{Text: line, Tone: cards.Subtle}}, Open: bot.Data(helpOn(c))}
}

// helpOn asks for help on a command.
func helpOn(c bot.Command) ask.Question { return ask.Question{Command: bot.Help, Term: c.Name} }

// about finds the command of a name, a title or a usage.
func about(shown []bot.Command, text string) (bot.Command, bool) {
	want := fold(text)
	for _, c := range shown {
		if want == c.Name || want == fold(c.Usage) || c.Title != "" && want == fold(c.Title) {
			return c, true
		}
	}
	return bot.Command{}, false
}

// nearest are buttons for help on the commands whose names are near.
func nearest(shown []bot.Command, text string) []cards.Button {
	var names []string
	for _, c := range shown {
		names = append(names, c.Name)
	}
	var buttons []cards.Button
	for _, name := range ask.Nearest(text, names, 3) {
		buttons = append(buttons, bot.Button("Help on "+name, ask.Question{Command: bot.Help, Term: name}))
	}
	return buttons
}

// manualOf tells all about one command.
func manualOf(c bot.Command) cards.Notice {
	n := cards.Notice{Title: c.Usage, Tone: cards.Accent, Lines: []string{capital(c.Summary) + "."}}
	if c.Site {
		n.Lines = append(n.Lines, "Without a site it is about the site of the space, your own, or the default one; the answer says which.")
	}
	if c.Name == "options" {
		n.Lines = append(n.Lines, "“containing WORDS” narrows the list, and “as a file” brings all of it in a file.")
	}
	n.Examples = c.Examples
	n.Buttons = []cards.Button{bot.Button("Ask it", ask.Question{Command: c.Name}), bot.Button("All of help", ask.Question{Command: bot.Help})}
	return n
}
