package ask

import (
	"slices"
	"strconv"
	"strings"
)

// codeSpan is a run of tokens that names codes.
type codeSpan struct {
	len    int
	gain   int // what it counts towards a template
	plural bool
	noun   bool // it says that it is about a code: "code 1"
	codes  []named
}

// named is a code as it was written, and what of the world that may be.
type named struct {
	written string
	id      string // a number
	refs    []ref
	near    bool
	it      bool // the one of the last question
	lost    bool // the same, where the last question was about none
}

// known reports whether there is such a code, or it is a number.
func (n named) known() bool { return n.id != "" || len(n.refs) > 0 || n.it }

// codesAt returns the runs of tokens from i on that name codes: "1", "code 1",
// "Cost Center", "the Cost Center code", "codes 1, 2 and 4-6".
func (s *sentence) codesAt(i int) []codeSpan {
	var spans []codeSpan
	for _, unit := range s.unitsAt(i) {
		spans = append(spans, unit)
		if list := s.listFrom(i, unit); list.len > unit.len {
			spans = append(spans, list)
		}
	}
	return spans
}

// unitsAt returns the runs that name one code, with the words around it that
// say so.
func (s *sentence) unitsAt(i int) []codeSpan {
	start, noun := s.pastNouns(i)
	if start >= len(s.tokens) {
		return nil
	}
	spans := s.namesAt(start, noun)
	for j, span := range spans {
		if noun >= 0 {
			spans[j].len, spans[j].gain, spans[j].noun = span.len+start-i, span.gain+gainNoun+(noun+1-i)*gainSlot, true
		} else if n, _ := s.phraseAt(i+span.len, listNoun); n > 0 && !span.plural && !s.tokens[i+span.len+n-1].plural {
			span.len, span.gain, span.noun = span.len+n, span.gain+n*gainSlot+gainNoun, true
			spans = append(spans, span)
		}
	}
	return spans
}

// pastNouns returns what stands behind "tracking code number", and the last word
// of it that says that a code follows; -1: none.
func (s *sentence) pastNouns(i int) (start, noun int) {
	start, noun = i, -1
	for n, _ := s.phraseAt(i, listNoun); n > 0; n, _ = s.phraseAt(start, listNoun) {
		start, noun = start+n, start+n-1
		for start < len(s.tokens) && (s.in(start, listLink|listSkip) || s.tokens[start].float) && s.w.codes[s.tokens[start].key] == nil {
			start++
		}
	}
	return start, noun
}

// adder adds a run of n tokens that names a code.
type adder func(n, gain int, c named)

// namesAt returns the runs from i on that are the name or number of one code,
// the better ones only. noun is the last word before it that says so, or -1.
func (s *sentence) namesAt(i, noun int) []codeSpan {
	if s.tokens[i].float || s.tokens[i].kind == person {
		return nil
	}
	var spans []codeSpan
	add := func(n, gain int, c named) {
		if c.written == "" {
			c.written = s.text(i, i+n)
		}
		spans = append(spans, codeSpan{len: n, gain: gain, codes: []named{c}, plural: s.tokens[i+n-1].plural})
	}
	s.wholeAt(i, noun, add)
	if s.near && len(spans) == 0 {
		s.nearAt(i, add)
	}
	if s.any && len(spans) == 0 {
		s.anyAt(i, noun, add)
	}
	return spans
}

// wholeAt adds the codes that are named by their whole name or number, or as the
// one of the last question.
func (s *sentence) wholeAt(i, noun int, add adder) {
	t := &s.tokens[i]
	for n := 1; n <= s.w.longest && i+n <= len(s.tokens); n++ {
		if refs := s.w.codes[s.key(i, i+n)]; refs != nil {
			add(n, n*gainSlot, named{refs: refs})
		}
	}
	if n, value := s.phraseAt(i, listCount); n > 0 && (noun >= 0 || s.at(i+n, listNoun)) {
		add(n, n*gainSlot, named{id: value, refs: s.w.ids[value]})
	}
	if t.kind == number && (noun >= 0 || len(t.norm) <= 3) {
		add(1, gainSlot, named{id: t.norm, refs: s.w.ids[t.norm]})
	}
	switch n, _ := s.phraseAt(i, listIt); {
	case n == 0:
	case s.from.Above != nil && s.from.Above.Code != nil:
		add(n, n*gainSlot, s.w.named(*s.from.Above.Code))
	default:
		add(n, 0, named{lost: true})
	}
}

// anyAt adds names that nothing has: behind "code", but not behind "codes",
// whose "of bob" names a person.
func (s *sentence) anyAt(i, noun int, add adder) {
	if noun >= 0 && strings.HasSuffix(s.tokens[noun].norm, "s") || noun < 0 && s.in(i, listSkip|listIt|listLead) {
		return
	}
	for n := 1; n <= maxFreeName && i+n <= len(s.tokens); n++ {
		if t := &s.tokens[i+n-1]; t.kind != s.tokens[i].kind || t.float {
			return
		}
		add(n, n*gainFree, named{})
	}
}

// maxNearName and maxFreeName are how many words a name may have that is not
// one of ours to the letter.
const (
	maxNearName = 3
	maxFreeName = 4
)

// nearAt adds the runs from i on that are near to a code's name. They don't begin
// with a word of the language.
func (s *sentence) nearAt(i int, add adder) {
	if s.tokens[i].id != 0 {
		return
	}
	for n := 1; n <= maxNearName && i+n <= len(s.tokens); n++ {
		t := &s.tokens[i+n-1]
		if t.float || t.kind == person || t.kind == number || s.in(i+n-1, listSkip) {
			break
		}
		if refs := s.w.near(s.key(i, i+n)); refs != nil {
			add(n, n*gainNear, named{refs: refs, near: true})
		}
	}
}

// listFrom goes on from one code to a list of them: "1, 2 and Cost Center",
// "1-3", "codes 1 2", "codes one to three".
func (s *sentence) listFrom(i int, list codeSpan) codeSpan {
	list.codes = slices.Clone(list.codes)
	for len(list.codes) < maxPieces {
		last := list.codes[len(list.codes)-1]
		at, to := s.pastAnd(i+list.len, last.id != "")
		next, ok := s.nextAt(at, list.noun)
		numbers := at < len(s.tokens) && s.tokens[at].kind == number && s.tokens[at-1].kind == number
		if !ok || at == i+list.len && !s.tokens[at-1].comma && !numbers {
			return list
		}
		if to {
			list.codes = append(list.codes, s.w.between(last.id, next.codes[0].id)...)
		}
		list.codes = append(list.codes, next.codes...)
		list.len, list.gain = at+next.len-i, list.gain+next.gain
	}
	return list
}

// pastAnd returns what stands behind "and" or, after a number, "to".
func (s *sentence) pastAnd(at int, counted bool) (next int, to bool) {
	if counted && s.in(at, listTo) {
		return at + 1, true
	}
	for s.in(at, listAnd) {
		at++
	}
	return at, false
}

// nextAt returns the longest run that names one further code of a list.
func (s *sentence) nextAt(at int, noun bool) (codeSpan, bool) {
	if n, value := s.phraseAt(at, listCount); n > 0 && noun {
		return codeSpan{len: n, gain: n * gainSlot, codes: []named{{written: s.text(at, at+n), id: value, refs: s.w.ids[value]}}}, true
	}
	units := s.unitsAt(at)
	if len(units) == 0 {
		return codeSpan{}, false
	}
	return slices.MaxFunc(units, func(a, b codeSpan) int { return a.len - b.len }), true
}

// between gives the numbers between two, at most as many as are answered.
func (w *World) between(from, to string) []named {
	a, _ := strconv.Atoi(from)
	b, _ := strconv.Atoi(to)
	var list []named
	for n := a + 1; from != "" && n < b && len(list) < maxPieces; n++ {
		id := strconv.Itoa(n)
		list = append(list, named{written: id, id: id, refs: w.ids[id]})
	}
	return list
}

// named names the code of an earlier question.
func (w *World) named(c Code) named {
	if c.Name == "" {
		return named{written: c.Written, id: c.ID, it: true}
	}
	return named{written: c.Name, refs: w.codes[keyOf(c.Name)], it: true}
}

// Code finds the code that words mean which are nothing else, such as those of
// a form, on some sites; none: on any. It is found by id, name or near name.
func (w *World) Code(written string, sites ...string) Code {
	n := named{written: Plain(written), refs: w.codes[keyOf(written)]}
	if digits(n.written) && len(n.refs) == 0 {
		n.id, n.refs = n.written, w.ids[n.written]
	} else if len(n.refs) == 0 {
		n.refs, n.near = w.near(keyOf(written)), true
	}
	n.near = n.near && len(n.refs) > 0
	return *w.code(n, sites)
}

// code makes a code of what was written, for a question about some sites; none:
// any.
func (w *World) code(n named, sites []string) *Code {
	c := Code{Written: strings.Trim(n.written, ` "`), Near: n.near}
	var here, there []Name
	for _, r := range n.refs {
		site := w.sites[r.site]
		name := site.Codes[r.code]
		if len(sites) != 1 {
			name.ID = n.id // else it is a site's own
		}
		switch {
		case len(sites) > 0 && !slices.Contains(sites, site.Host):
			there = append(there, name)
			c.Elsewhere = append(c.Elsewhere, site.Host)
		case !slices.Contains(here, name):
			here = append(here, name)
		}
	}
	exact := slices.IndexFunc(here, func(h Name) bool { return strings.EqualFold(h.Name, c.Written) })
	switch {
	case n.id != "" && (len(sites) != 1 || len(here) == 0): // a number says nothing about other sites
		return &Code{Written: c.Written, ID: n.id}
	case len(here) > 1 && exact < 0:
		c.Choices = here
	case len(here) > 0:
		c.Name, c.ID = here[max(0, exact)].Name, here[max(0, exact)].ID
	case len(there) > 0:
		c.Name = there[0].Name
		c.Elsewhere = slices.Compact(c.Elsewhere)
		return &c
	}
	c.Elsewhere = nil
	return &c
}
