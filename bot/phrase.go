package bot

import (
	"fmt"
	"slices"
	"strings"

	"trackbot/bot/ask"
)

// Parser reads questions by the phrases of the commands. It may be used by
// many workers at once.
type Parser struct {
	phrases []phrase // the longest first
}

type phrase struct {
	words   string
	command *Command
	each    *Command // see [Command.Each]
	loose   bool     // another phrase may follow and counts more, as in "find tracking code 1"
	symbol  bool     // such as # and ?, to which the next word may be glued
	bare    bool     // see [Query]
}

// NewParser makes a parser. A phrase that stands twice, is empty, or is not
// in lower case with its words parted by one blank panics.
func NewParser(commands []Command) *Parser {
	p := &Parser{}
	seen := make(map[string]bool)
	for _, c := range commands {
		for _, words := range c.Phrases {
			if words == "" || words != strings.ToLower(ask.Plain(words)) || seen[words] {
				panic(fmt.Sprintf("bot: phrase %q of command %q stands twice or is not plain lower case", words, c.Name))
			}
			seen[words] = true
			p.phrases = append(p.phrases, newPhrase(words, &c))
		}
	}
	for i, ph := range p.phrases {
		if j := slices.IndexFunc(commands, func(c Command) bool { return c.Name == ph.command.Each }); j >= 0 && ph.command.Each != "" {
			p.phrases[i].each = &commands[j]
		}
	}
	slices.SortStableFunc(p.phrases, func(a, b phrase) int { return len(b.words) - len(a.words) })
	bare := make(map[string]bool)
	for i := range commands {
		bare[commands[i].Name] = p.canBeBare(&commands[i])
	}
	for i, ph := range p.phrases {
		p.phrases[i].bare = bare[ph.command.Name]
	}
	return p
}

// canBeBare reports whether a command that takes text can do without, as one of
// its examples shows: "export codes on SITE".
func (p *Parser) canBeBare(c *Command) bool {
	return c.Text && slices.ContainsFunc(c.Examples, func(example string) bool {
		q := p.line(newWords(strings.NewReplacer("SITE", "a.webex.com", "OTHER", "b.webex.com").Replace(example)))
		return q.Command == c.Name && q.Text == ""
	})
}

func newPhrase(words string, c *Command) phrase {
	loose := true
	for word := range strings.SplitSeq(words, " ") {
		loose = loose && isFiller(word)
	}
	end := words[len(words)-1]
	return phrase{words: words, command: c, loose: loose || !c.Text, symbol: end < 0x80 && !isLetter(end) && !isDigit(end)}
}
