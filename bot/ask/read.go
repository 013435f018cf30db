package ask

import (
	"cmp"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
)

// reader reads one text, line by line.
type reader struct {
	g        *Grammar
	w        *World
	from     From
	mentions []Mention
	m        *matcher
	pieces   []piece
	inside   bool // the last question stands in the same text

	slips map[slipKey][]int // of the words so far

	lastText  string
	lastLine  string
	lastWords []word
}

// piece is a part of a text that was read as a whole.
type piece struct {
	text      string
	questions []Question
	empty     bool // there is nothing in it that could ask
	loose     bool // words that may be names were taken for something else
	item      bool // it stands in a list, behind what asks something
	alone     bool // it names a code, a site, people or a form, and does not say what about them
}

// line reads one line, which may go on with what the one before began.
func (r *reader) line(line string) {
	n := len(r.pieces)
	switch {
	case n == maxPieces:
		r.pieces = append(r.pieces, piece{text: line})
		return
	case n > 0 && (r.pieces[n-1].addPeople(line) || r.pieces[n-1].addRow(line)):
		return
	}
	pieces := r.parse(line, r.g.cuts)
	if len(pieces) == 1 && n > 0 {
		if joined, ok := r.join(r.pieces[n-1], pieces[0]); ok {
			r.pieces[n-1] = joined
			r.follow(joined)
			return
		}
	}
	for _, p := range pieces {
		if !p.empty {
			r.pieces = append(r.pieces, p)
			r.follow(p)
		}
	}
}

// follow makes a piece the one that "its options" and the like go on from.
func (r *reader) follow(p piece) {
	if n := len(p.questions); n > 0 && !p.is(isPolite) {
		r.from.Above, r.inside = &p.questions[n-1], true
	}
}

// addPeople takes a line of a pasted list to the question above it that asks
// about many people.
func (p *piece) addPeople(line string) bool {
	if !p.is(Question.takesPeople) || !strings.Contains(line, "@") {
		return false
	}
	for _, w := range lineWords(line, nil) {
		p.questions[0].People = append(slices.Clip(p.questions[0].People), w.people...)
	}
	return true
}

// addRow takes a line of a table to the question above it that takes one.
func (p *piece) addRow(line string) bool {
	if !p.is(func(q Question) bool { return q.Command == "setmany" }) || strings.TrimSpace(line) == "" {
		return false
	}
	p.questions[0].Lines = append(slices.Clip(p.questions[0].Lines), line)
	return true
}

// join reads two lines as one, where the second is no question of its own or
// the first is not a whole one: "export" and, below it, "codes on example".
func (r *reader) join(last, next piece) (piece, bool) {
	open := !last.is(func(q Question) bool { return q.Code != nil || len(q.Sites) > 0 })
	more := len(next.questions) == 0 || next.alone
	if next.empty || next.is(isPolite) || last.is(isPolite) || !open && !more {
		return piece{}, false
	}
	joined := r.read(last.text + " " + next.text)
	if len(joined.questions) == 0 || len(last.questions) == 0 {
		return joined, len(joined.questions) > 0
	}
	before, now := last.questions[0], joined.questions[0]
	same := now.Command == before.Command || now.Command == "code" && before.Command == "codes"
	return joined, before.Command == "change" && IsChange(now.Command) || same && (more || !last.alone && (next.questions[0].Command == before.Command || now.Code == nil))
}

// is reports whether the first question of a piece has a property.
func (p piece) is(property func(Question) bool) bool {
	return len(p.questions) > 0 && property(p.questions[0])
}

// cut is a way to part a line into questions.
type cut struct {
	at   *regexp.Regexp
	all  bool // each part must be one by itself
	last bool // or the last one alone
}

func newCuts() []cut {
	return []cut{
		{at: regexp.MustCompile(`[.?!;] +|;|,? and also `)},
		{at: regexp.MustCompile(`, and |, | and `), all: true},
		{at: regexp.MustCompile(`, (?:and )?`), all: true, last: true},
		{at: regexp.MustCompile(` and `), all: true},
	}
}

// parse reads a line as a whole or, where that is no question, in parts by the
// cuts that are left.
func (r *reader) parse(text string, cuts []cut) []piece {
	p := r.read(text)
	if p.understood() || len(text) > maxBytes {
		return []piece{p}
	}
	for i, cut := range cuts {
		if pieces := r.parts(text, cut, cuts[i+1:]); pieces != nil {
			return pieces
		}
	}
	return []piece{r.loosely(p)}
}

// parts reads what a cut makes of a line; nil where that is no better.
func (r *reader) parts(text string, by cut, later []cut) []piece {
	parts := by.at.Split(text, maxPieces)
	if len(parts) == 1 {
		return nil
	}
	var pieces []piece
	above, inside, understood := r.from.Above, r.inside, 0
	for _, part := range parts {
		one := []piece{r.read(part)}
		if !by.all {
			one = r.parse(part, later)
		}
		if one[0].understood() {
			understood++
		}
		pieces = append(pieces, one...)
		r.follow(pieces[len(pieces)-1])
	}
	last := pieces[len(pieces)-1]
	if understood == len(parts) || understood > 0 && !by.all || by.last && len(last.questions) > 0 && !last.alone && !last.is(isPolite) {
		if by.all {
			r.share(text, pieces)
		}
		return pieces
	}
	r.from.Above, r.inside = above, inside
	return nil
}

// share makes parts items of one list, and gives the one site that it names to
// all of them: that of "codes 1, 2 and Qwerty on emea" is meant for each.
func (r *reader) share(text string, pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		pieces[i].item = pieces[i-1].item || len(pieces[i-1].questions) > 0
	}
	r.words(text)
	s := r.sentence(r.g.languages[0], pass{near: true})
	if len(s.sites)+len(s.unknown) != 1 {
		return
	}
	for _, p := range pieces {
		for i := range p.questions {
			q := &p.questions[i]
			if q.place() || isPolite(*q) {
				continue
			}
			q.Sites, q.Unknown = s.sites, s.unknown
			if q.Code != nil {
				c := r.w.Code(q.Code.Written, r.where(*q)...)
				q.Code = &c
			}
		}
	}
}

// understood reports whether a piece asks something, or nothing at all.
func (p piece) understood() bool { return len(p.questions) > 0 || p.empty }

// read reads a piece as a whole: first by whole names, then by near ones, then
// without its quotes.
func (r *reader) read(text string) piece {
	p := r.passes(piece{text: text}, pass{}, pass{near: true})
	if len(p.questions) == 0 && strings.Contains(text, `"`) {
		loose := r.passes(piece{text: strings.ReplaceAll(text, `"`, "")}, pass{})
		if len(loose.questions) > 0 && len(loose.questions[0].Unknown) == 0 {
			return loose
		}
	}
	return p
}

// loosely reads a piece of which only a part may be a question: with names that
// nothing has, with sites that are none of ours, or between other words.
func (r *reader) loosely(p piece) piece {
	return r.passes(p, pass{part: true}, pass{any: true}, pass{near: true, any: true}, pass{near: true, hosts: true}, pass{near: true, part: true})
}

// words are those of a piece; none where it is too long to be a question. What
// was read last is remembered, since a piece is read in several ways.
func (r *reader) words(text string) []word {
	if text == r.lastText {
		return r.lastWords
	}
	r.lastText, r.lastWords = text, nil
	r.lastLine = text
	if len(text) <= maxBytes {
		r.lastLine = r.g.parted(text)
	} else if strings.Count(text, "@") < maxWords/2 { // no list of addresses
		return nil
	}
	words := lineWords(r.lastLine, r.mentions)
	if len(words) > 1 {
		words = slices.DeleteFunc(words, func(w word) bool { return w.norm == "?" })
	}
	if len(words) <= maxWords {
		r.lastWords = words
	}
	return r.lastWords
}

// sentence recognizes what is in the piece that was read last, as one language
// knows it.
func (r *reader) sentence(lang *language, p pass) *sentence {
	r.m.budget -= stepsOfWord * len(r.lastWords)
	if p.near {
		r.m.budget -= (stepsOfNear + len(r.w.names)/4) * len(r.lastWords)
	}
	return newSentence(lang, r, p)
}

// passes reads a piece in one way after another, in every language.
func (r *reader) passes(p piece, ways ...pass) piece {
	words := r.words(p.text)
	p.empty = len(words) == 0 && len(p.text) < maxWords
	english := r.g.languages[0].knows(words)
	for _, way := range ways {
		for i, lang := range r.g.languages {
			if len(words) == 0 || i > 0 && (way.part || lang.knows(words) < max(1, english)) || r.m.budget <= 0 {
				continue
			}
			if r.asksIn(&p, lang, way) {
				return p
			}
		}
	}
	return p
}

// asksIn reads a piece in one way and language, and reports whether it asks
// something. A time of the day that what it asks doesn't take is words like others,
// as in "find daily".
func (r *reader) asksIn(p *piece, lang *language, way pass) bool {
	s := r.sentence(lang, way)
	if asks := r.try(p, s); asks || s.hours == nil {
		return asks
	}
	way.timeless = true
	return r.try(p, r.sentence(lang, way))
}

// knows counts the words that are the language's.
func (l *language) knows(words []word) int {
	n := 0
	for _, w := range words {
		if l.vocab[w.norm] != 0 {
			n++
		}
	}
	return n
}

// try reads a sentence in one way, and reports whether it asks something.
func (r *reader) try(p *piece, s *sentence) bool {
	idle := true // all words may lead to a question
	for i := range s.tokens {
		idle = idle && (s.skips(i) || s.leadsIn(i))
	}
	f := r.m.best(s)
	switch {
	case f != nil && !f.doubtful() && (!s.part || f.sure()):
		p.questions, p.loose = r.questions(f), s.pass != pass{timeless: s.timeless} || f.free()
		p.alone = !f.t.literal && !f.noun || f.t.meaning.Command == Again && s.format != ""
	case !idle:
	case len(s.sites)+len(s.unknown) > 0 || s.all || s.format != "" || s.filter != "":
		p.questions = r.asks(s, Question{Command: SiteAlone}, nil)
		p.alone = true
	default:
		p.empty = true
		return true
	}
	return len(p.questions) > 0
}

// isPolite reports whether a question asks nothing.
func isPolite(q Question) bool {
	return slices.Contains([]string{"greeting", "thanks", "bye", "yes", "no", "sorry"}, q.Command)
}

// finish gives the questions of all pieces, with what the others may mean.
func (r *reader) finish() []Reading {
	var readings, polite []Reading
	for _, p := range r.pieces {
		for _, q := range p.questions {
			if isPolite(q) {
				polite = append(polite, Reading{Question: q})
			} else {
				readings = append(readings, Reading{Question: q, Loose: p.loose})
			}
		}
		if len(p.questions) > 0 {
			continue
		}
		unread := r.unread(p.text, len(r.pieces) == 1)
		if len(r.pieces) == 1 || p.item || len(unread.Suggestions) > 0 || strings.Contains(p.text, "?") || len(p.text) > maxWords {
			readings = append(readings, unread)
		}
	}
	if len(readings) == 0 {
		return polite[:min(1, len(polite))]
	}
	return asTable(readings)
}

// asTable makes one question of several that each give a person a value on the same
// site: that is one change of many people.
func asTable(readings []Reading) []Reading {
	many := readings[0]
	many.Command, many.Code, many.Option, many.People = "setmany", nil, "", nil
	var rows strings.Builder
	w := csv.NewWriter(&rows)
	for _, r := range readings {
		if len(readings) == 1 || r.Command != "set" || r.Code == nil || len(r.People) != 1 || r.People[0].Address == "" || len(r.Unknown) > 0 || !slices.Equal(r.Sites, many.Sites) {
			return readings
		}
		_ = w.Write([]string{r.People[0].Address, cmp.Or(r.Code.Name, r.Code.Written), r.Option}) // a builder takes all
	}
	w.Flush()
	many.Lines = strings.Split(strings.TrimSuffix(rows.String(), "\n"), "\n")
	return []Reading{many}
}

// said is what was written, without the marks of people.
func said(text string) string {
	return strings.Map(func(r rune) rune {
		if isMention(r) {
			return '@'
		}
		return r
	}, text)
}
