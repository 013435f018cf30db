package bot

import (
	"cmp"
	"strings"

	"trackbot/bot/ask"
)

// Query is what was understood of a message. Every field may be empty; none
// was checked against anything, and all hold what a person can type.
type Query struct {
	// Command is the name of a [Command]; empty where none was understood.
	Command string
	// Text is what the question is about, in its own spelling, without quotes
	// and a # in front. Without a command it is what the message says.
	Text string
	// Quoted says that Text stood in quotes.
	Quoted bool
	// Site is as it was written, in lower case and without https:// and path.
	Site string
	// SiteSure says that Site is meant as one: a host name, or a word after
	// on, at or @. Otherwise [Query.Resolve] may find that it is none.
	SiteSure bool
	// Also is a second site, as in "compare Department on A and B".
	Also string
	// More are words after the site, such as "containing 77".
	More string
	// Filter is what the entries of a list must hold: the words after
	// "containing", where the command takes one.
	Filter string
	// As is the form that was asked for, as in "as a file".
	As string
	// Page is that of a list, from 1; only a button asks for one.
	Page int
	// Rest are the further lines of the message, such as a pasted list.
	Rest string
	// Greeting and Thanks say that the message holds polite words only.
	Greeting, Thanks bool
	// Change says that a change is asked for, as in "delete code 1"; no command
	// makes one.
	Change bool

	asks     *ask.Question // of a button
	said     string        // the whole question, where no command was understood
	whole    string        // Text where the site is none after all
	front    string        // what stood before the phrase
	changed  string        // what follows the word that asks for a change
	above    string        // lines above the first question of a message that may be misspelt ones
	textless bool          // the command takes no text
	bare     bool          // the command takes text and can do without
	list     bool          // the command takes pasted lines, see [Command.Files]
}

// Said returns what the message says apart from its site, in its own spelling.
func (q Query) Said() string { return cmp.Or(q.said, q.Text) }

// maxLines bounds how many more lines one question may be spread over, and
// maxFront how many words may stand before the phrase.
const (
	maxLines = 5
	maxFront = 12
)

// Parse reads what a message to the bot says. It never fails: what was not
// understood leaves Command empty, and the other fields say what was. A
// question may be spread over some lines; those that are not part of it are
// Rest.
func (p *Parser) Parse(text string) Query {
	q, rest := p.first(p.unsigned(ask.Plain(text)))
	return q.below(rest)
}

// below is the query with further lines under it.
func (q Query) below(rest string) Query {
	if q.Rest != "" && rest != "" {
		q.Rest += "\n"
	}
	q.Rest += rest
	return q
}

// first reads the first question of a plain text, and returns the lines that
// are not part of it.
func (p *Parser) first(text string) (q Query, rest string) {
	line, rest, _ := strings.Cut(text, "\n")
	q = p.line(newWords(line))
	for range maxLines {
		if rest == "" {
			break
		}
		next, more, _ := strings.Cut(rest, "\n")
		joined, now, ok := p.join(q, line, next)
		if !ok {
			break
		}
		q, line, rest = joined, now, more
	}
	return q, rest
}

// join reads the question again with the next line, where that belongs to it,
// and returns what was read and from which words.
func (p *Parser) join(q Query, line, next string) (Query, string, bool) {
	both := line + " " + next
	if greeting, thanks := newWords(next).polite(p.far); greeting || thanks {
		return q, line, true
	}
	alone, joined := p.line(newWords(next)), p.line(newWords(both))
	if q.Command == "" {
		return p.begin(q, alone, joined, line, next)
	}
	switch needsText := !q.textless && q.Text == ""; {
	case needsText && q.goesOn(joined):
		return joined, both, true // "export" and, below it, "codes on example.webex.com" or "as json"
	case q.bare && q.Site != "", alone.Command != "" && (q.bare || q.Site != ""):
		return q, line, false
	case needsText && alone.Command == q.Command && alone.Text != "":
		return alone, next, true
	case needsText && joined.Command == q.Command && joined.Text != "":
		return joined, both, true
	case needsText || q.Site != "" || alone.Command != "" || hasAddress(next) || p.misspelt(q, joined, next):
		return q, line, false
	}
	if joined.Command == q.Command && joined.Site != "" && (joined.SiteSure || joined.textless) {
		return joined, both, true
	}
	return q, line, false
}

// misspelt reports whether a further line adds more to the question than a site
// and is near to one of its own.
func (p *Parser) misspelt(q, joined Query, next string) bool {
	return joined.Text != q.Text && !p.far(next)
}

// goesOn reports whether the same question with a further line names its site
// or the form of its answer, and still nothing that it would be about.
func (q Query) goesOn(joined Query) bool {
	named := joined.Site != "" && (q.Site == "" || q.Site == joined.Site && q.As != joined.As)
	return joined.Command == q.Command && joined.Text == "" && named
}

// begin decides about the next line while no command is understood yet.
func (p *Parser) begin(q, alone, joined Query, line, next string) (Query, string, bool) {
	both := line + " " + next
	switch near := !p.far(line); {
	case joined.Command != "" && joined.front == "", joined.Greeting, joined.Thanks, q.Change && alone.Command != "":
		return joined, both, true
	case alone.Command != "" && !near, q.Greeting, q.Thanks:
		return alone, next, true
	case joined.Command != "" && !near:
		return joined, both, true
	case q.Site != "" || near || hasAddress(next):
		return q, line, false
	}
	return joined, both, true
}

// line reads one line.
func (p *Parser) line(w words) Query {
	if greeting, thanks := w.polite(p.far); greeting || thanks {
		return Query{Greeting: greeting, Thanks: thanks}
	}
	if q, ok := p.leading(w); ok {
		return q
	}
	if rest, ok := w.change(); ok {
		q := p.unknown(w)
		q.Change, q.changed = true, rest
		return q
	}
	if q, ok := p.inside(w); ok {
		return q
	}
	return p.unknown(w)
}

// unknown reads a line without a phrase: what it is about, and where.
func (p *Parser) unknown(w words) Query {
	said := plainly(w)
	q := said
	next, ok := w.opening()
	for i := 0; ok && next.raw != "" && i < maxFront; i++ {
		if shorter := plainly(next); shorter.Text != "" {
			q = shorter
		}
		next, ok = next.opening()
	}
	q.said = said.Text
	if q.Quoted && q.Site == "" {
		if whole, ok := p.leading(newWords(q.Text)); ok { // the quotes are around all of it
			return whole
		}
	}
	return q
}

// plainly reads what may be a site as part of the text, for want of a command
// that is about sites.
func plainly(w words) Query {
	q := about(w)
	if !q.SiteSure && q.whole != "" {
		q.Text, q.Site = q.whole, ""
	}
	return q
}

// match is a phrase that was found.
type match struct {
	phrase
	front, rest words
	site        string // a site in front of the phrase
}

// cut takes the longest phrase from the front. After another phrase a symbol
// counts only with a word glued to it: "codes ?" asks for no help.
func (p *Parser) cut(w words, second bool) (match, bool) {
	for _, ph := range p.phrases {
		if !strings.HasPrefix(w.low, ph.words) {
			continue
		}
		rest := w.from(len(ph.words))
		glued := rest.raw != "" && rest.raw[0] != ' '
		switch {
		case second && ph.symbol && !glued:
		case ph.words == `"`: // it stays, to be read as a quote
			if _, _, ok := cutQuoted(w); ok {
				return match{phrase: ph, rest: w}, true
			}
		case ph.symbol || !glued || parts(rest.raw):
			return match{phrase: ph, rest: rest.trimLeft(" ")}, true
		}
	}
	return match{}, false
}

// parts reports whether s, which follows a phrase without a blank, does not
// belong to the phrase's last word: "code:1", "code#1", "code1", "codes?".
func parts(s string) bool {
	if strings.IndexByte("#:=\"`(,;", s[0]) >= 0 || isDigit(s[0]) {
		return true
	}
	word, _, _ := strings.Cut(s, " ")
	return strings.Trim(word, punctuation) == ""
}

// leading looks for a phrase behind nothing but words that lead to it. A later
// phrase counts more than one that may lead to it.
func (p *Parser) leading(w words) (Query, bool) {
	var found [4]match
	n, site := 0, ""
	for w.raw != "" && n < len(found) {
		m, ok := p.cut(w, n > 0)
		if ok {
			m.site = site
			found[n] = m
			n++
			if !m.loose {
				break
			}
			w = m.rest
			continue
		}
		if rest, host, ok := cutFront(w); ok {
			w, site = rest, host
			continue
		}
		if w, ok = w.opening(); !ok {
			break
		}
	}
	if isHelpOn(found[:n]) {
		return found[0].query()
	}
	for i := n - 1; i >= 0; i-- {
		if q, ok := found[i].query(); ok {
			return q, true
		}
	}
	return Query{}, false
}

// isHelpOn reports whether phrases ask about a command and do not give it, as
// in "help codes".
func isHelpOn(found []match) bool {
	return len(found) == 2 && found[0].words == Help && !found[1].symbol && found[1].rest.closing().raw == ""
}

// cutFront takes a host name from the front, as in "on a.b.c, tracking code 1".
func cutFront(w words) (rest words, host string, ok bool) {
	if weigh(w.first().low) != 0 {
		w = w.rest()
	}
	word := w.first()
	host, ok = ask.Host(ask.SiteName(word.raw))
	return w.rest(), host, ok && ask.Dotted(word.raw) && strings.Count(host, ".") > 1
}

// inside looks for a phrase behind other words: behind a greeting or what ends
// in punctuation any, elsewhere only one that is hardly chance.
func (p *Parser) inside(w words) (Query, bool) {
	greeted := isGreeting(strings.Trim(w.first().low, punctuation))
	rest := w
	for i := 1; i <= maxFront; i++ {
		rest = rest.rest()
		if rest.raw == "" {
			break
		}
		m, ok := p.cut(rest, true)
		if !ok || m.loose && m.command.Text {
			continue
		}
		m.front = w.to(len(w.raw) - len(rest.raw)).trimRight(" ")
		_, before := m.front.last()
		near := i <= 3 && (greeted || strings.Trim(before.low, punctuation) != strings.TrimLeft(before.low, punctuation))
		if q, ok := m.around(near); ok {
			return q, true
		}
	}
	return Query{}, false
}

// around reads a question whose phrase has words in front, which are what it
// is about where nothing follows: "Department tracking code on example".
func (m match) around(near bool) (Query, bool) {
	q, ok := m.query()
	strong := len(m.words) >= 10 || strings.Contains(m.words, " ")
	if !ok || near || strong && (q.Text != "" || q.textless) {
		return q, ok
	}
	if q.textless || q.Text != "" || !strong && (!q.SiteSure || q.Site == "") {
		return Query{}, false
	}
	asked := m.front.lead()
	if asked.raw != "" && asked.count() <= 4 {
		name := about(asked)
		if name.Site == "" {
			q.Text, q.Quoted, q.front = name.Text, name.Quoted, ""
		}
	}
	return q, strong || q.Text != ""
}
