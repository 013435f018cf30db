package bot

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"trackbot/bot/ask"
	"trackbot/cards"
)

// puzzled answers words in which no command was found: what was understood,
// the nearest commands that the asker may run, and one example that would work.
func (b *Bot) puzzled(ctx context.Context, q question) Reply {
	asked := q.query
	q.query = b.o.Sites.known(ctx, asked)
	site := cmp.Or(hostOf(q.query.Site), b.o.Sites.Example(ctx))
	n := cards.Notice{Title: "I did not understand that", Tone: cards.Warning}
	example := "tracking code 1 on " + site
	may := func(c Command) bool { return q.admin || !c.Admin }
	meant := b.parser.Mend(q.query, may)
	switch {
	case q.query.Change:
		n, meant = b.onlyReads(ctx, q.query, asked, may), nil
	case q.query.Thanks:
		n.Title, n.Tone = "You are welcome", cards.Good
		n.Lines = []string{"Ask me again whenever you need a tracking code."}
	case q.query.Said() == "" && q.query.Site != "":
		site, example = q.query.Site, "tracking code 1 on "+q.query.Site
		n.Title, n.Lines = "What about "+site+"?", []string{"You named the site and no question about it."}
	case q.query.Said() == "" && asked.Site != "":
		n.Title = "Not a site I can ask"
		n.Lines = []string{fmt.Sprintf("“%s” is not among the sites that this bot may ask, or it is more than one of them.", asked.Site)}
	case q.query.Greeting || q.query.Said() == "":
		n.Title, n.Tone = "Hello", cards.Accent
		n.Lines = []string{"I look up tracking codes of your Webex sites."}
	case len(meant) > 0:
		near := b.commands[meant[0].Command]
		n.Lines = []string{heard(q.query), "The nearest that I know is " + near.Usage + ": " + near.Summary + "."}
		if examples := b.o.Sites.Examples(ctx, near); len(examples) > 0 {
			example = examples[0]
		}
	default:
		n.Lines = []string{heard(q.query)}
	}
	n.Examples = []string{example}
	if usual := "tracking code 1 on " + site; usual != example {
		n.Examples = append(n.Examples, usual)
	}
	for _, m := range meant {
		data := m.Data()
		if data.Site == "" && asked.SiteSure { // refused again, and not left out for the usual site
			data.Site = asked.Site
		}
		n.Choices = append(n.Choices, cards.Button{Title: b.title(m), Data: data})
	}
	n.Buttons = append(n.Buttons, b.suggestions(q.query, site, len(meant) > 0 || q.query.Change)...)
	return Reply{Card: n.Card(), Markdown: n.Markdown()}
}

// onlyReads answers who asks for a change. A button asks what is as it is: code
// 1 for "delete code 1", or for "add Legal to code 1". There is none where a
// site was named that can't be asked: it would ask another one.
func (b *Bot) onlyReads(ctx context.Context, q, asked Query, may func(Command) bool) cards.Notice {
	n := cards.Notice{Title: "I only read", Tone: cards.Warning, Lines: []string{
		fmt.Sprintf("“%s” changed nothing: I look tracking codes up and change none.", clip(asked.said)),
		"Who administers the site changes them in Control Hub.",
	}}
	if q.Site == "" && asked.SiteSure {
		return n
	}
	for part := range strings.SplitSeq(q.changed, " to ") {
		is := b.o.Sites.known(ctx, b.parser.Parse(part))
		if is.Command != "" && is.Command != "codes" && may(b.commands[is.Command]) { // codes have their button
			is.Site = cmp.Or(q.Site, is.Site)
			n.Buttons = []cards.Button{{Title: b.title(is), Data: is.Data()}}
			break
		}
	}
	return n
}

// heard says what was understood of a question without a command.
func heard(q Query) string {
	said := clip(q.Said())
	if q.Site != "" {
		return fmt.Sprintf("I understood the site %s, but not what you want to know of it: “%s”.", q.Site, said)
	}
	return fmt.Sprintf("I read “%s” and found no question in it that I know.", said)
}

// suggestions are buttons for what the asker may have meant. None runs by
// itself.
func (b *Bot) suggestions(q Query, site string, near bool) []cards.Button {
	var buttons []cards.Button
	if _, ok := b.commands["code"]; ok && !near && couldBeCode(q) {
		buttons = append(buttons, cards.Button{Title: "Tracking code " + q.Text, Data: cards.Data{Ask: "code", Text: q.Text, Quoted: true, Site: hostOf(q.Site)}})
	}
	if _, ok := b.commands["codes"]; ok {
		buttons = append(buttons, cards.Button{Title: "Codes on " + site, Data: cards.Data{Ask: "codes", Site: site}})
	}
	if _, ok := b.commands["help"]; ok {
		buttons = append(buttons, cards.Button{Title: "Help", Data: cards.Data{Ask: "help"}})
	}
	return buttons
}

// title is how a button names a question.
func (b *Bot) title(q Query) string {
	words := []string{b.commands[q.Command].Phrases[0]}
	if q.Text != "" {
		words = append(words, q.Text)
	}
	if site := hostOf(q.Site); site != "" {
		words = append(words, "on", site)
	}
	return strings.Join(words, " ")
}

// couldBeCode reports whether words without a command may be a code's name or
// id: one to three words that are not only polite.
func couldBeCode(q Query) bool {
	words := len(strings.Fields(q.Text))
	return words > 0 && (words <= 3 || q.Quoted) && len(q.Text) <= 60 && !q.Greeting && !q.Thanks
}

// hostOf keeps a site that a button can carry: a host name, or none.
func hostOf(site string) string {
	host, _ := ask.Host(site)
	return host
}
