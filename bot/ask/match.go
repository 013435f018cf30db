package ask

import (
	"slices"
	"strings"
)

// What a token counts that a template takes: a word, a word that is misspelt, a
// slot by its whole name, a code by a near name, one of any words. A word that
// nothing takes counts against a template that does not fit as a whole.
const (
	gainWord = 10
	gainSlip = 7
	gainSlot = 9
	gainNear = 6
	gainFree = 1
	gainNoun = 5 // that a code is called one
	lossJunk = 3
)

// maxFree is how many words {option}, {filter}, {term} and {words} take.
const maxFree = 12

// cell is the best way to a place: what is expected there follows element elem,
// which took the tokens between from and to; elem -1 is the beginning.
type cell struct{ score, elem, from, to int }

// run is a way to fill an element: the tokens before to, and what they count.
type run struct{ to, gain int }

// matcher matches templates with sentences. It is reused, for its memory.
type matcher struct {
	cells  [][maxElems]cell
	alive  []uint64
	runs   []run
	budget int // steps that are left
}

// taken is one element of a template with the tokens that it took.
type taken struct {
	elem     *elem
	from, to int
}

// fit is a template that fits a sentence.
type fit struct {
	t        *template
	s        *sentence
	score    int
	path     []taken
	from, to int // the first token that it takes, and behind the last

	words, slips int  // how many words it takes, and misspelt ones
	known        int  // slots with something that is known, but sites
	open         int  // slots with what may be anything
	noun         bool // it says that it is about a code, as in "code 1"
	lost         bool // its code is that of a last question which was about none
}

// best returns the template that takes most of a sentence, and nil where none
// fits.
func (m *matcher) best(s *sentence) *fit {
	var best *fit
	m.budget -= len(s.lang.templates)
	for i := range s.lang.templates {
		t := &s.lang.templates[i]
		if m.budget <= 0 || !s.has(t.needs) {
			continue
		}
		if f := m.match(t, s); f != nil && (best == nil || f.score > best.score) && (!s.any || f.saysWhat()) && (!f.lost || f.words > 0) {
			best = f
		}
	}
	return best
}

// has reports whether a sentence has what a template can't do without.
func (s *sentence) has(needs []elem) bool {
	for i := range needs {
		if e := &needs[i]; e.slot == noSlot && !s.present.meets(&e.words) || e.slot == slotCode && !s.hasCode || e.slot == slotPerson && !s.hasPerson {
			return false
		}
	}
	return true
}

// saysWhat reports whether a fit begins with words, or calls a code one, and
// leaves one thing open at most.
func (f *fit) saysWhat() bool {
	first := f.path[0]
	says := first.elem.slot == noSlot || f.noun || first.elem.slot == slotPerson && strings.HasSuffix(f.s.tokens[first.to-1].raw, "'s")
	return says && (f.open == 0 || f.open == 1 && f.t.meaning.Command != Again)
}

// doubtful reports whether a fit rests on one short word that is misspelt, and on
// no site.
func (f *fit) doubtful() bool {
	if f.words+f.known+len(f.s.sites) > 0 || f.slips == 0 {
		return false
	}
	t := &f.s.tokens[f.path[0].from]
	word := f.s.lang.words[meant(t, &f.path[0].elem.words)].text
	return len(t.norm) < 6 && (len(t.norm) != len(word) || letterMask(t.norm) != letterMask(word))
}

// free reports whether a slot took words that may be anything, or a name for a
// person.
func (f *fit) free() bool {
	return slices.ContainsFunc(f.path, func(t taken) bool {
		switch t.elem.slot {
		case slotOption, slotFilter, slotTerm, slotWords:
			return true
		case slotPerson:
			return f.s.tokens[t.from].kind != person
		}
		return false
	})
}

// sure reports whether a part of a sentence is a question although there are
// other words: it says what it asks, about something that is known, and what
// follows is no name.
func (f *fit) sure() bool {
	next := f.to
	for f.s.in(next, listAnd) {
		next++
	}
	for i, t := range f.s.tokens {
		if (i < f.from || i >= f.to) && !f.s.skips(i) && (t.kind != plainWord || Dotted(t.raw) || i == next && t.id == 0) {
			return false
		}
	}
	return f.known > 0 && f.open == 0 && (f.words > 0 || f.noun)
}

// match runs a template over a sentence, and returns how it fits best; nil where
// it does not. From each place that some elements are expected at it goes on to
// the ends of what they take there, and past what may be left out.
func (m *matcher) match(t *template, s *sentence) *fit {
	n := len(s.tokens)
	for len(m.cells) <= n {
		m.cells, m.alive = append(m.cells, [maxElems]cell{}), append(m.alive, 0)
	}
	clear(m.alive[:n+1])
	end := cell{score: -lossJunk * maxWords, elem: -1}
	begins, junk := true, 0
	for i := range n {
		if begins {
			m.reach(i, t.first, cell{score: -lossJunk * junk, elem: -1})
		}
		for e := range each(m.alive[i]) {
			m.take(t, s, i, e, &end)
		}
		if s.skips(i) {
			m.skip(i)
		} else if !s.leadsIn(i) {
			junk++
			begins = s.part
		}
	}
	if end.elem < 0 {
		return nil
	}
	return m.trace(t, s, end)
}

// take goes on from one element at a place, and notes the best end.
func (m *matcher) take(t *template, s *sentence, i, e int, end *cell) {
	before := m.cells[i][e].score
	m.runs = s.runs(m.runs[:0], i, &t.elems[e])
	m.budget -= 1 + len(m.runs)
	for _, run := range m.runs {
		c := cell{before + run.gain, e, i, run.to}
		m.reach(run.to, t.follow[e], c)
		if t.last&(1<<e) == 0 {
			continue
		}
		if left := s.junkFrom(run.to); left == 0 || s.part {
			if c.score -= lossJunk * left; c.score > end.score {
				*end = c
			}
		}
	}
}

// skip goes past a token, wherever a template has begun.
func (m *matcher) skip(i int) {
	for e := range each(m.alive[i]) {
		if m.cells[i][e].elem >= 0 {
			m.reach(i+1, 1<<e, m.cells[i][e])
		}
	}
}

// reach notes a way to a place for a set of elements, where it is the best yet.
func (m *matcher) reach(at int, set uint64, c cell) {
	fresh := set &^ m.alive[at]
	m.alive[at] |= set
	for e := range each(set) {
		if fresh&(1<<e) != 0 || c.score > m.cells[at][e].score {
			m.cells[at][e] = c
		}
	}
}

// runs appends the ways in which an element may be filled from token i on.
func (s *sentence) runs(runs []run, i int, e *elem) []run {
	t := &s.tokens[i]
	switch e.slot {
	case noSlot:
		if gain, ok := t.counts(&e.words); ok {
			runs = append(runs, run{i + 1, gain})
		}
	case slotCode, slotPlural:
		for _, span := range s.codes[i] {
			if e.slot == slotCode || span.plural && len(span.codes) == 1 && span.codes[0].known() {
				runs = append(runs, run{i + span.len, span.gain})
			}
		}
	case slotSite:
		runs = s.site(runs, i)
	case slotPerson:
		runs = s.people(runs, i)
	case slotNumber:
		if t.kind == number {
			runs = append(runs, run{i + 1, gainSlot})
		}
	case slotRule, slotService, slotFormat:
		if n, _ := s.phraseAt(i, e.slot.list()); n > 0 {
			runs = append(runs, run{i + n, n * gainSlot})
		}
	case slotSpan:
		runs = s.span(runs, i)
	case slotOption, slotFilter, slotTerm, slotWords:
		runs = s.free(runs, i, e.slot)
	}
	return runs
}

// list is the list whose words fill a slot for a rule, a service or a format.
func (s slot) list() listFlag {
	if s == slotRule {
		return listRule
	}
	if s == slotService {
		return listService
	}
	return listFormat
}

// counts is what a token counts as one of some words. One that belongs to a
// phrase of its own, such as "on" to "on emea", counts nothing.
func (t *token) counts(words *wordSet) (gain int, ok bool) {
	switch {
	case t.kind == quoted:
		return 0, false
	case words.has(t.id) && t.float:
		return 0, true
	case words.has(t.id):
		return gainWord, true
	}
	return gainSlip, meant(t, words) != 0
}

// site appends a word that names a site or, where any word may be one, is none
// of the language.
func (s *sentence) site(runs []run, i int) []run {
	if slices.Contains(s.siteAt, i) {
		return append(runs, run{i + 1, gainSlot})
	}
	if t := &s.tokens[i]; s.any && t.id == 0 && t.kind == plainWord {
		return append(runs, run{i + 1, gainFree})
	}
	return runs
}

// people appends the runs that name a person: an address, a mention or, where
// any words may be a name, one or two of them.
func (s *sentence) people(runs []run, i int) []run {
	if s.tokens[i].kind == person {
		return append(runs, run{i + 1, gainSlot})
	}
	for n := 1; s.any && n <= 2 && i+n <= len(s.tokens); n++ {
		if t := &s.tokens[i+n-1]; t.id != 0 || t.kind == number || t.float || Dotted(t.raw) {
			break
		}
		runs = append(runs, run{i + n, n * gainFree})
	}
	return runs
}

// free appends the runs of any words that neither begin nor, if possible, end
// with one that may be left out.
func (s *sentence) free(runs []run, i int, sl slot) []run {
	for to := i + 1; to <= min(i+maxFree, len(s.tokens)) && !s.in(i, listSkip); to++ {
		t := &s.tokens[to-1]
		if t.float || t.kind == person && sl == slotOption {
			break
		}
		gain := (to - i) * gainFree
		if s.in(to-1, listSkip) {
			gain = 0
		}
		runs = append(runs, run{to, gain})
	}
	return runs
}

// meant is the word of some that a token is a slip of; 0: none.
func meant(t *token, words *wordSet) int {
	for _, id := range t.alts {
		if words.has(id) {
			return id
		}
	}
	return 0
}

// skips reports whether a token may be left out anywhere.
func (s *sentence) skips(i int) bool {
	return s.tokens[i].float || s.in(i, listSkip) && s.tokens[i].kind != quoted
}

// leadsIn reports whether a token may stand before a question.
func (s *sentence) leadsIn(i int) bool {
	return s.in(i, listLead|listHi) || s.in(i, listHail) && (i == 0 || s.in(i-1, listHi|listHail)) || s.tokens[i].hailed
}

// junkFrom counts the tokens from i on that nothing explains.
func (s *sentence) junkFrom(i int) int {
	junk := 0
	for ; i < len(s.tokens); i++ {
		if !s.skips(i) && !s.in(i, listTail) && !s.tokens[i].hailed {
			junk++
		}
	}
	return junk
}

// trace goes back from the end to what each element took.
func (m *matcher) trace(t *template, s *sentence, end cell) *fit {
	f := fit{t: t, s: s, score: end.score, to: end.to}
	for c := end; c.elem >= 0; c = m.cells[c.from][c.elem] {
		one := taken{&t.elems[c.elem], c.from, c.to}
		f.path = append(f.path, one)
		f.from = one.from
		f.count(one)
	}
	slices.Reverse(f.path)
	return &f
}

// count notes what an element took.
func (f *fit) count(t taken) {
	known := true
	switch t.elem.slot {
	case noSlot:
		if t.elem.words.has(f.s.tokens[t.from].id) {
			f.words++
		} else {
			f.slips++
		}
		return
	case slotSite:
		return
	case slotCode:
		span := f.s.codesOf(t)
		known, f.noun, f.lost = span.codes[0].known(), f.noun || span.noun, f.lost || span.codes[0].lost
	case slotPerson:
		known = f.s.tokens[t.from].kind == person
	case slotOption, slotFilter, slotTerm, slotWords:
		known = false
	case slotPlural, slotService, slotRule, slotFormat, slotNumber, slotSpan:
	}
	if known {
		f.known++
	} else {
		f.open++
	}
}
