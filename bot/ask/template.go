package ask

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// slot is what a template leaves open.
type slot uint8

const (
	noSlot      slot = iota
	slotCode         // {code}: codes of a site, by id, name or near name, one or a list
	slotPlural       // {plural}: the name of a code in the plural, as in "list departments"
	slotSite         // {site}
	slotPerson       // {person}: people by address or mention
	slotService      // {service}: meetings, events, ...
	slotRule         // {rule}: required, optional, ...
	slotFormat       // {format}: csv, json, ...
	slotNumber       // {number}
	slotOption       // {option}: any words
	slotFilter       // {filter}: any words
	slotTerm         // {term}: any words
	slotWords        // {words}: any words, which are forgotten
)

func slots() map[string]slot {
	return map[string]slot{
		"code": slotCode, "plural": slotPlural, "site": slotSite, "person": slotPerson, "service": slotService, "rule": slotRule,
		"format": slotFormat, "number": slotNumber, "option": slotOption, "filter": slotFilter, "term": slotTerm, "words": slotWords,
	}
}

// isFree reports whether a slot takes any words.
func (s slot) isFree() bool { return s >= slotOption }

// template is one way to say something, compiled to an automaton of its words
// and slots: after element i one of follow[i] comes. Sets are bits.
type template struct {
	meaning     Question // what it asks, without the slots
	elems       []elem
	follow      []uint64
	first, last uint64
	literal     bool // it has words
}

// elem is one of some words, by their numbers in the vocabulary, or a slot.
type elem struct {
	words []int
	slot  slot
}

// maxElems is how many words and slots a template may have, all alternatives counted.
const maxElems = 63

// part is a piece of a template while it is compiled.
type part struct {
	first, last uint64
	empty       bool // it may be left out
}

type compiler struct {
	lang   *language
	tokens []string
	t      template
}

// compile reads a template: words, (one|of several), [what may be left out],
// {slots} and <names> of pieces that the language defines.
func compile(lang *language, meaning Question, text string) template {
	for range 4 { // pieces may hold pieces
		for name, piece := range lang.pieces {
			text = strings.ReplaceAll(text, "<"+name+">", "("+piece+")")
		}
	}
	spaced := strings.NewReplacer("(", " ( ", ")", " ) ", "[", " [ ", "]", " ] ", "|", " | ").Replace(text)
	c := compiler{lang: lang, tokens: strings.Fields(spaced), t: template{meaning: meaning}}
	whole := c.choice()
	if len(c.tokens) > 0 || len(c.t.elems) > maxElems || whole.empty {
		panic(fmt.Sprintf("ask: template %q is not well formed, too long (%d) or may be empty", text, len(c.t.elems)))
	}
	c.t.first, c.t.last = whole.first, whole.last
	return c.t
}

// choice reads alternatives; those of one word become one element.
func (c *compiler) choice() part {
	var p part
	var words []int
	for {
		if word := c.tokens[0]; len(c.tokens) > 1 && strings.Contains("|)]", c.tokens[1]) && !strings.Contains("([{", word[:1]) {
			words = append(words, c.lang.learn(word))
			c.tokens = c.tokens[1:]
		} else {
			p = p.or(c.sequence())
		}
		if !c.take("|") {
			break
		}
	}
	if len(words) > 0 {
		p = p.or(c.element(elem{words: words}))
	}
	return p
}

func (p part) or(next part) part {
	return part{p.first | next.first, p.last | next.last, p.empty || next.empty}
}

func (c *compiler) sequence() part {
	p := part{empty: true}
	for len(c.tokens) > 0 && !strings.Contains("|)]", c.tokens[0]) {
		next := c.item()
		for i := range each(p.last) {
			c.t.follow[i] |= next.first
		}
		if p.empty {
			p.first |= next.first
		}
		if !next.empty {
			p.last = 0
		}
		p.last |= next.last
		p.empty = p.empty && next.empty
	}
	return p
}

func (c *compiler) item() part {
	token := c.tokens[0]
	c.tokens = c.tokens[1:]
	switch token {
	case "(", "[":
		p := c.choice()
		if !c.take(map[string]string{"(": ")", "[": "]"}[token]) {
			c.tokens = append(c.tokens, token) // which compile complains of
		}
		p.empty = p.empty || token == "["
		return p
	}
	e := elem{}
	if name, ok := strings.CutPrefix(token, "{"); ok {
		if e.slot = slots()[strings.TrimSuffix(name, "}")]; e.slot == noSlot {
			panic(fmt.Sprintf("ask: unknown slot %s", token))
		}
	} else {
		e.words = []int{c.lang.learn(token)}
	}
	return c.element(e)
}

func (c *compiler) element(e elem) part {
	c.t.literal = c.t.literal || e.slot == noSlot
	bit := uint64(1) << (len(c.t.elems) & maxElems)
	c.t.elems, c.t.follow = append(c.t.elems, e), append(c.t.follow, 0)
	return part{first: bit, last: bit}
}

func (c *compiler) take(token string) bool {
	if len(c.tokens) == 0 || c.tokens[0] != token {
		return false
	}
	c.tokens = c.tokens[1:]
	return true
}

// each ranges over the numbers of the bits that are set.
func each(set uint64) func(func(int) bool) {
	return func(yield func(int) bool) {
		for ; set != 0; set &= set - 1 {
			if !yield(bits.TrailingZeros64(set)) {
				return
			}
		}
	}
}

// language is one file of templates and small words, compiled.
type language struct {
	vocab     map[string]int // words of templates and lists, from 1
	words     []string       // by their number
	lists     map[string][]phrase
	is        map[string]map[int]bool // lists of single words, by their numbers
	pieces    map[string]string
	templates []template
}

// phrase is one entry of a list, such as "set by an admin" for the rule admin.
type phrase struct {
	words []int
	value string
}

func (l *language) learn(word string) int {
	word = fold(word)
	n, ok := l.vocab[word]
	if !ok {
		n = len(l.words)
		l.vocab[word], l.words = n, append(l.words, word)
	}
	return n
}

// parseLanguage reads a language's file. Lines that begin in the first column
// are "# a comment", "list: words, or several words", "list value: …",
// "<piece> = …" or the head of templates, "command/topic key=value:"; those
// that are indented are templates of the last head.
func parseLanguage(text string) *language {
	l := &language{vocab: map[string]int{"": 0}, words: []string{""}, lists: map[string][]phrase{}, is: map[string]map[int]bool{}, pieces: map[string]string{}}
	var meaning Question
	var later []func()
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		head, rest, _ := strings.Cut(line, ":")
		name, piece, isPiece := strings.Cut(line, " = ")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '\t' || line[0] == ' ':
			m := meaning
			later = append(later, func() { l.templates = append(l.templates, compile(l, m, strings.TrimSpace(line))) })
		case isPiece:
			l.pieces[strings.Trim(name, "<>")] = piece
		case rest != "":
			l.addList(head, rest)
		default:
			meaning = meaningOf(head)
		}
	}
	for _, f := range later {
		f()
	}
	return l
}

func (l *language) addList(head, rest string) {
	list, value, _ := strings.Cut(head, " ")
	if l.is[list] == nil {
		l.is[list] = make(map[int]bool)
	}
	for one := range strings.SplitSeq(rest, ",") {
		p := phrase{value: value}
		for word := range strings.FieldsSeq(one) {
			p.words = append(p.words, l.learn(word))
		}
		if len(p.words) == 0 {
			continue
		}
		l.lists[list] = append(l.lists[list], p)
		if len(p.words) == 1 {
			l.is[list][p.words[0]] = true
		}
	}
	slices.SortStableFunc(l.lists[list], func(a, b phrase) int { return len(b.words) - len(a.words) })
}

// meaningOf reads the head of templates.
func meaningOf(head string) Question {
	var q Question
	for i, field := range strings.Fields(head) {
		key, value, _ := strings.Cut(field, "=")
		switch {
		case i == 0:
			q.Command, q.Topic, _ = strings.Cut(field, "/")
		case key == "me":
			q.People = []Person{{Me: true}}
		case key == "rule":
			q.Rule = Rule(value)
		case key == "service":
			q.Service = Service(value)
		case key == "format":
			q.Format = Format(value)
		default:
			panic(fmt.Sprintf("ask: unknown word %q in the head %q", field, head))
		}
	}
	return q
}

// commands lists what the language's templates ask for.
func (l *language) commands() []string {
	set := make(map[string]bool)
	for _, t := range l.templates {
		set[t.meaning.Command] = true
	}
	return slices.Sorted(maps.Keys(set))
}
