package ask

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// slot is what a template leaves open.
type slot int

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
	slotSpan         // {span}: a time, such as Friday, last week, 30 days, 1 May
	slotOption       // {option}: any words
	slotFilter       // {filter}: any words
	slotTerm         // {term}: any words
	slotWords        // {words}: any words, which are forgotten
)

// slotNamed returns the slot of a name; noSlot where it is none.
func slotNamed(name string) slot {
	names := strings.Fields("code plural site person service rule format number span option filter term words")
	return slot(slices.Index(names, name) + 1)
}

// template is one way to say something, compiled to an automaton of its words
// and slots: after element i one of follow[i] comes. Sets are bits.
type template struct {
	meaning     Question // what it asks, without the slots
	elems       []elem
	follow      []uint64
	first, last uint64
	literal     bool   // it has words
	needs       []elem // what each way through it takes
}

// elem is one of some words, by their numbers in the vocabulary, or a slot.
type elem struct {
	words wordSet
	slot  slot
}

// maxElems is how many words and slots a template may have, all alternatives counted.
const maxElems = 64

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
	for i, e := range c.t.elems {
		if c.t.isNeeded(i) {
			c.t.needs = append(c.t.needs, e)
		}
	}
	return c.t
}

// isNeeded reports whether no way through a template leaves an element out.
func (t *template) isNeeded(without int) bool {
	reached := t.first &^ (1 << without)
	for i := range t.elems { // an element follows only those before it
		if reached&(1<<i) != 0 {
			reached |= t.follow[i] &^ (1 << without)
		}
	}
	return reached&t.last == 0
}

// choice reads alternatives; those of one word become one element.
func (c *compiler) choice() part {
	var p part
	var words wordSet
	for {
		if word := c.tokens[0]; len(c.tokens) > 1 && isEnd(c.tokens[1]) && !strings.ContainsAny(word[:1], "([{") {
			words.add(c.lang.learn(word))
			c.tokens = c.tokens[1:]
		} else {
			p = p.or(c.sequence())
		}
		if !c.take("|") {
			break
		}
	}
	if words != (wordSet{}) {
		p = p.or(c.element(elem{words: words}))
	}
	return p
}

func (p part) or(next part) part {
	return part{p.first | next.first, p.last | next.last, p.empty || next.empty}
}

func (c *compiler) sequence() part {
	p := part{empty: true}
	for len(c.tokens) > 0 && !isEnd(c.tokens[0]) {
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
		if e.slot = slotNamed(strings.TrimSuffix(name, "}")); e.slot == noSlot {
			panic("ask: unknown slot " + token)
		}
	} else {
		e.words.add(c.lang.learn(token))
	}
	return c.element(e)
}

func (c *compiler) element(e elem) part {
	c.t.literal = c.t.literal || e.slot == noSlot
	bit := uint64(1) << (len(c.t.elems) % maxElems)
	c.t.elems, c.t.follow = append(c.t.elems, e), append(c.t.follow, 0)
	return part{first: bit, last: bit}
}

func isEnd(token string) bool { return token == "|" || token == ")" || token == "]" }

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
