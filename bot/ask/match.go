package ask

import "slices"

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
// which took the tokens from from to before to; elem -1 is the beginning.
type cell struct {
	score    int32
	elem     int16
	from, to int16
}

// matcher matches templates with sentences. It is reused, for its memory.
type matcher struct {
	cells  [][64]cell
	alive  []uint64
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
	forgets      bool // it takes words that the question does not keep
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
		if f := m.match(t, s, best); f != nil && (!s.any || f.saysWhat()) {
			best = f
		}
	}
	return best
}

// saysWhat reports whether a fit begins with words, or calls a code one, and
// leaves one thing open at most.
func (f *fit) saysWhat() bool {
	return (f.path[0].elem.slot == noSlot || f.noun) && (f.open == 0 || f.open == 1 && f.t.meaning.Command != Again)
}

// doubtful reports whether a fit rests on one short word that is misspelt.
func (f *fit) doubtful() bool {
	if f.words+f.known > 0 || f.slips == 0 {
		return false
	}
	t := &f.s.tokens[f.path[0].from]
	word := f.s.lang.words[meant(t, &f.path[0].elem.words)].text
	return len(t.norm) < 6 && (len(t.norm) != len(word) || letterMask(t.norm) != letterMask(word))
}

// sure reports whether a part of a sentence is a question although there are
// other words: it says what it asks, about something that is known, and what
// follows is no name.
func (f *fit) sure() bool {
	for i, t := range f.s.tokens {
		if (i < f.from || i >= f.to) && !f.s.skips(i) && (t.kind != plainWord || dotted(t.raw) || i == f.to && t.id == 0) {
			return false
		}
	}
	return f.known > 0 && f.open == 0 && (f.words > 0 || f.noun)
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

// match runs one template over a sentence, and returns how it fits if that is
// better than the best so far.
func (m *matcher) match(t *template, s *sentence, best *fit) *fit {
	n := len(s.tokens)
	for len(m.cells) <= n {
		m.cells, m.alive = append(m.cells, [64]cell{}), append(m.alive, 0)
	}
	clear(m.alive[:n+1])
	end, found := cell{score: -lossJunk * maxWords}, false
	if best != nil {
		end.score = int32(best.score)
	}
	started, junk := true, 0
	for i := range n {
		if started {
			m.reach(i, t.first, cell{score: int32(-lossJunk * junk), elem: -1})
		}
		for e := range each(m.alive[i]) {
			m.budget--
			m.step(t, s, i, e, func(to, score int) {
				c := cell{int32(score), int16(e), int16(i), int16(to)}
				m.reach(to, t.follow[e], c)
				if left := s.junkFrom(to); t.last&(1<<e) != 0 && (left == 0 || s.part) {
					if c.score -= int32(lossJunk * left); c.score > end.score {
						end, found = c, true
					}
				}
			})
		}
		if s.skips(i) {
			for e := range each(m.alive[i]) {
				if c := m.cells[i][e]; c.elem >= 0 {
					m.reach(i+1, 1<<e, c)
				}
			}
		}
		if !s.skips(i) && !s.leadsIn(i) {
			junk++
			started = s.part
		}
	}
	if !found {
		return nil
	}
	return m.trace(t, s, end)
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

// step calls yield for each end and score that an element can take from i on.
func (m *matcher) step(t *template, s *sentence, i, e int, yield func(to, score int)) {
	score := int(m.cells[i][e].score)
	switch el := &t.elems[e]; {
	case el.slot == noSlot:
		t := &s.tokens[i]
		if t.kind != quoted && el.words.has(t.id) {
			if t.float {
				score -= gainWord
			}
			yield(i+1, score+gainWord)
		} else if meant(t, &el.words) != 0 {
			yield(i+1, score+gainSlip)
		}
	case el.slot.isFree():
		gain := 0
		for to := i + 1; to <= min(i+maxFree, len(s.tokens)) && !s.tokens[to-1].float; to++ {
			m.budget--
			if s.in(to-1, listSkip) {
				if gain > 0 {
					yield(to, score+gain-gainFree)
				}
				continue
			}
			if el.slot == slotOption && s.tokens[to-1].kind == person {
				break
			}
			gain += gainFree
			if !s.in(i, listSkip) {
				yield(to, score+gain)
			}
		}
	default:
		s.spans(i, el.slot, func(n, gain int) { yield(i+n, score+gain) })
	}
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

// spans calls yield for each run of tokens from i on that fills a slot.
func (s *sentence) spans(i int, sl slot, yield func(n, gain int)) {
	t := &s.tokens[i]
	list := listFlag(0)
	switch sl {
	case slotCode, slotPlural:
		for _, span := range s.codes[i] {
			if sl == slotCode || span.plural && len(span.codes) == 1 && len(span.codes[0].refs) > 0 {
				yield(span.len, span.gain)
			}
		}
	case slotSite:
		if s.isSite(i) {
			yield(1, gainSlot)
		} else if s.any && t.id == 0 && t.kind == plainWord {
			yield(1, gainFree)
		}
	case slotPerson:
		switch {
		case t.kind == person:
			yield(1, gainSlot)
		case s.any && t.id == 0 && t.kind != number && !t.float:
			yield(1, gainFree)
			if i+1 < len(s.tokens) && s.tokens[i+1].id == 0 && !s.tokens[i+1].float {
				yield(2, 2*gainFree)
			}
		}
	case slotNumber:
		if t.kind == number {
			yield(1, gainSlot)
		}
	case slotRule:
		list = listRule
	case slotService:
		list = listService
	case slotFormat:
		list = listFormat
	}
	if list != 0 {
		if n, _ := s.phraseAt(i, list); n > 0 {
			yield(n, n*gainSlot)
		}
	}
}

func (s *sentence) isSite(i int) bool { return slices.Contains(s.siteAt, i) }

// skips reports whether a token may be left out anywhere.
func (s *sentence) skips(i int) bool {
	t := &s.tokens[i]
	return t.float || s.in(i, listSkip) && t.kind != quoted
}

// leadsIn reports whether a token may stand before a question.
func (s *sentence) leadsIn(i int) bool {
	return s.in(i, listLead|listHi) || s.in(i, listHail) && (i == 0 || s.in(i-1, listHi|listHail)) || s.hailed(i)
}

// hailed reports whether a token may be the name of somebody who is greeted.
func (s *sentence) hailed(i int) bool {
	t := &s.tokens[i]
	return t.id == 0 && t.kind == plainWord && s.in(i-1, listHi) && s.lang.slipsOf(t) == nil
}

// junkFrom counts the tokens from i on that nothing explains.
func (s *sentence) junkFrom(i int) int {
	junk := 0
	for ; i < len(s.tokens); i++ {
		if !s.skips(i) && !s.in(i, listTail) && !s.hailed(i) {
			junk++
		}
	}
	return junk
}

// trace goes back from the end to what each element took.
func (m *matcher) trace(t *template, s *sentence, end cell) *fit {
	f := fit{t: t, s: s, score: int(end.score), to: int(end.to)}
	for c := end; c.elem >= 0; c = m.cells[c.from][c.elem] {
		one := taken{&t.elems[c.elem], int(c.from), int(c.to)}
		f.path = append([]taken{one}, f.path...)
		f.from = one.from
		f.count(one)
	}
	return &f
}

// count notes what an element took.
func (f *fit) count(t taken) {
	known := true
	switch sl := t.elem.slot; {
	case sl == noSlot && t.elem.words.has(f.s.tokens[t.from].id):
		f.words++
		return
	case sl == noSlot:
		f.slips++
		return
	case sl == slotSite:
		return
	case sl == slotCode:
		span := f.s.codesOf(t)
		known, f.noun = span.codes[0].known(), f.noun || span.noun
	case sl == slotPerson:
		known = f.s.tokens[t.from].kind == person
	case sl.isFree():
		known, f.forgets = false, f.forgets || sl == slotWords
	}
	if known {
		f.known++
	} else {
		f.open++
	}
}
