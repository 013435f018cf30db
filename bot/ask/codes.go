package ask

import (
	"slices"
	"strconv"
	"strings"
)

// codeSpan is a run of tokens that names codes.
type codeSpan struct {
	len    int
	gain   int // what it counts towards a template, see [sentence.match]
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
	start := i
	last := i // of the words that say so
	for n := 1; n > 0; {
		if n, _ = s.phraseAt(start, listNoun); n > 0 {
			last = start + n - 1
			start = s.pastLinks(start + n)
		}
		if start >= len(s.tokens) {
			return nil
		}
	}
	noun := start > i
	many := noun && strings.HasSuffix(s.tokens[last].norm, "s") // "codes of bob" names no code
	var spans []codeSpan
	for _, span := range s.namesAt(start, noun, many) {
		lead := gainNoun
		if !noun {
			lead = 0
		}
		for j := i; j < start; j++ {
			if !s.tokens[j].float {
				lead += gainSlot
			}
		}
		span.len, span.gain, span.noun = span.len+start-i, span.gain+lead, noun
		spans = append(spans, span)
		if n, _ := s.phraseAt(i+span.len, listNoun); n > 0 && !noun && !span.plural {
			span.len, span.gain, span.noun = span.len+n, span.gain+n*gainSlot+gainNoun, true
			spans = append(spans, span)
		}
	}
	return spans
}

// pastLinks skips "number", "named" and what may stand anywhere.
func (s *sentence) pastLinks(i int) int {
	for i < len(s.tokens) && (s.in(i, listLink|listSkip) || s.tokens[i].float) && s.w.codes[s.tokens[i].key] == nil {
		i++
	}
	return i
}

// namesAt returns the runs from i on that are the name or number of one code.
func (s *sentence) namesAt(i int, noun, many bool) []codeSpan {
	t := &s.tokens[i]
	if t.float || t.kind == person {
		return nil
	}
	one := func(n, gain int, c named) codeSpan {
		c.written = s.text(i, i+n)
		return codeSpan{len: n, gain: gain, codes: []named{c}, plural: s.tokens[i+n-1].plural}
	}
	var spans []codeSpan
	for n := 1; n <= s.w.longest && i+n <= len(s.tokens); n++ {
		if refs := s.w.codes[s.key(i, i+n)]; refs != nil {
			spans = append(spans, one(n, n*gainSlot, named{refs: refs}))
		}
	}
	if n, value := s.phraseAt(i, listCount); n > 0 && noun {
		spans = append(spans, one(n, n*gainSlot, named{id: value}))
	}
	switch {
	case t.kind == number && (noun || len(t.norm) <= 3):
		spans = append(spans, one(1, gainSlot, named{id: t.norm}))
	case t.kind == quoted && len(spans) == 0 && s.near && len(s.w.near(t.key)) > 0:
		spans = append(spans, one(1, gainSlot, named{refs: s.w.near(t.key), near: true}))
	case t.kind == quoted && len(spans) == 0 && s.any:
		spans = append(spans, one(1, gainFree, named{}))
	}
	if n, _ := s.phraseAt(i, listIt); n > 0 && s.from.Above != nil && s.from.Above.Code != nil {
		it := s.w.again(*s.from.Above.Code)
		spans = append(spans, codeSpan{len: n, gain: n * gainSlot, codes: []named{it}})
	}
	if s.near && len(spans) == 0 {
		spans = s.nearAt(i, one)
	}
	if s.any && len(spans) == 0 && !many && (noun || !s.in(i, listSkip|listIt|listLead)) {
		for n := 1; n <= maxFreeName && i+n <= len(s.tokens) && s.tokens[i+n-1].kind == plainWord && !s.tokens[i+n-1].float; n++ {
			spans = append(spans, one(n, n, named{}))
		}
	}
	return spans
}

// maxNearName and maxFreeName are how many words a name may have that is not
// one of ours to the letter.
const (
	maxNearName = 3
	maxFreeName = 4
)

// nearAt returns the runs from i on that are near to a code's name. Words of
// the language are not, unless they stand among others.
func (s *sentence) nearAt(i int, one func(int, int, named) codeSpan) []codeSpan {
	var spans []codeSpan
	odd := false
	for n := 1; n <= maxNearName && i+n <= len(s.tokens); n++ {
		t := &s.tokens[i+n-1]
		if t.float || t.kind != plainWord || s.in(i+n-1, listSkip) {
			break
		}
		if odd = odd || t.id == 0; !odd {
			continue
		}
		if refs := s.w.near(s.key(i, i+n)); refs != nil {
			spans = append(spans, one(n, n*gainNear, named{refs: refs, near: true}))
		}
	}
	return spans
}

// listFrom goes on from one code to a list of them: "1, 2 and Cost Center",
// "1-3", "codes 1 2".
func (s *sentence) listFrom(i int, list codeSpan) codeSpan {
	list.codes = slices.Clone(list.codes)
	for len(list.codes) < maxPieces {
		at := i + list.len
		comma := s.tokens[at-1].comma
		to := s.in(at, listTo)
		for s.in(at, listAnd) || to && at == i+list.len {
			comma = true
			at++
		}
		if at >= len(s.tokens) || !comma && (!list.noun || s.tokens[at].kind != number || s.tokens[at-1].kind != number) {
			return list
		}
		units := s.unitsAt(at)
		if len(units) == 0 {
			return list
		}
		next := slices.MaxFunc(units, func(a, b codeSpan) int { return a.len - b.len })
		if to {
			list.codes = append(list.codes, between(list.codes[len(list.codes)-1].id, next.codes[0].id)...)
		}
		list.codes = append(list.codes, next.codes...)
		list.len, list.gain = at+next.len-i, list.gain+next.gain
	}
	return list
}

// between gives the numbers between two, at most as many as are answered.
func between(from, to string) []named {
	a, _ := strconv.Atoi(from)
	b, _ := strconv.Atoi(to)
	var list []named
	for n := a + 1; from != "" && n < b && len(list) < maxPieces; n++ {
		list = append(list, named{written: strconv.Itoa(n), id: strconv.Itoa(n)})
	}
	return list
}

// again names the code of an earlier question.
func (w *World) again(c Code) named {
	if c.Name == "" {
		return named{written: c.Written, id: c.ID, it: true}
	}
	return named{written: c.Name, refs: w.codes[keyOf(c.Name)], it: true}
}

// resolve makes a code of a question about some sites; none: any.
func (s *sentence) resolve(n named, sites []string) *Code {
	c := Code{Written: strings.Trim(n.written, ` "`), Near: n.near, ID: n.id}
	if n.id != "" {
		c.Name = s.nameOf(n.id, sites)
		return &c
	}
	var here []Name
	for _, r := range n.refs {
		site := s.w.sites[r.site]
		name := site.Codes[r.code]
		switch {
		case len(sites) == 0 || slices.Contains(sites, site.Host):
			if !slices.ContainsFunc(here, func(have Name) bool { return have == name || len(sites) != 1 && have.Name == name.Name }) {
				here = append(here, name)
			}
		case !slices.Contains(c.Elsewhere, site.Host):
			c.Elsewhere = append(c.Elsewhere, site.Host)
		}
	}
	here = asTyped(here, c.Written)
	switch len(here) {
	case 0:
		if len(n.refs) > 0 {
			c.Name = s.w.sites[n.refs[0].site].Codes[n.refs[0].code].Name
		}
		return &c
	case 1:
		c.Name, c.ID = here[0].Name, here[0].ID
	default:
		c.Choices = here
	}
	if len(sites) != 1 {
		c.ID = "" // which is a site's own
	}
	c.Elsewhere = nil
	return &c
}

// asTyped keeps of several names the one that was typed to the letter.
func asTyped(names []Name, written string) []Name {
	if len(names) > 1 {
		for _, n := range names {
			if strings.EqualFold(n.Name, written) {
				return []Name{n}
			}
		}
	}
	return names
}

// nameOf is what the one asked site calls the code of an id.
func (s *sentence) nameOf(id string, sites []string) string {
	for _, site := range s.w.sites {
		for _, code := range site.Codes {
			if len(sites) == 1 && site.Host == sites[0] && code.ID == id {
				return code.Name
			}
		}
	}
	return ""
}
