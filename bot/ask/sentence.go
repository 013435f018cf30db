package ask

import (
	"math/bits"
	"slices"
	"strings"
)

// token is a word of a sentence as one language knows it.
type token struct {
	word
	id     int      // its number in the vocabulary; 0: none
	alts   []int    // words of the vocabulary that are a slip away
	lists  listFlag // that it is a word of
	begins listFlag // lists in which a phrase may begin with it
	float  bool     // part of a phrase that may stand anywhere, such as "on emea"
	hailed bool     // it may be the name of somebody who is greeted
	name   bool     // inside the whole name of a code of several words
}

// pass is how much is taken for what it may be.
type pass struct {
	near  bool // near names and slips
	any   bool // any words for a name
	hosts bool // any host name for a site that is not ours
	part  bool // a part of the words for the question

	timeless bool // "daily at 9" are words like others
}

// sentence is a line in which sites, codes, people and services are recognized.
type sentence struct {
	lang *language
	w    *World
	from From
	said string // as it was written
	line string // with words that are written together parted
	pass
	tokens []token
	codes  [][]codeSpan // by the token with which they begin

	present            wordSet // all words of the vocabulary that the tokens are or may be
	hasCode, hasPerson bool    // something may be a code, or a person

	sites   []string
	origin  string // the site behind "from"
	siteAt  []int  // the tokens that name sites
	unknown []NotASite
	all     bool
	filter  string
	format  Format
	service Service
	hours   *Hours
}

func newSentence(lang *language, r *reader, p pass) *sentence {
	s := &sentence{lang: lang, w: r.w, from: r.from, said: r.lastText, line: r.lastLine, pass: p, tokens: make([]token, len(r.lastWords))}
	for i, word := range r.lastWords {
		t := token{word: word, id: lang.vocab[word.norm]}
		t.lists, t.begins = lang.flags[t.id], lang.begins[t.id]
		s.present.add(t.id)
		if s.near {
			t.alts = r.slipsOf(lang, &t)
		}
		for _, id := range t.alts {
			t.begins |= lang.begins[id]
			s.present.add(id)
		}
		t.hailed = t.id == 0 && t.kind == plainWord && s.in(i-1, listHi) && r.slipsOf(lang, &t) == nil
		s.hasPerson = s.hasPerson || s.any || t.kind == person
		s.tokens[i] = t
	}
	s.markNames()
	if !s.timeless {
		s.markHours()
	}
	s.markSites()
	s.markForms()
	s.codes = make([][]codeSpan, len(s.tokens))
	for i := range s.tokens {
		s.codes[i] = s.codesAt(i)
		s.hasCode = s.hasCode || len(s.codes[i]) > 0
	}
	return s
}

// slipsOf is that of a language, remembered: a text is read in several ways.
func (r *reader) slipsOf(lang *language, t *token) []int {
	key := slipKey{lang, t.raw, t.kind}
	near, known := r.slips[key]
	if !known {
		near = lang.slipsOf(t)
		r.slips[key] = near
	}
	return near
}

// slipKey is a word as it was written, for a language.
type slipKey struct {
	lang *language
	raw  string
	kind kind
}

// slipsOf returns the words of the vocabulary that a word may be misspelt for.
func (l *language) slipsOf(t *token) []int {
	if t.id != 0 || t.kind != plainWord || len(t.norm) < 3 || Dotted(t.raw) {
		return nil
	}
	var near []int
	mask, ends := letterMask(t.norm), false
	endsLike := func(w string) bool { return w[len(w)-1] == t.norm[len(t.norm)-1] } // "cods" means codes rather than code
	for id, w := range l.words {
		if bits.OnesCount32(mask^w.mask) <= 4 && isSlip(t.norm, w.text) {
			near = append(near, id)
			ends = ends || endsLike(w.text)
		}
	}
	return slices.DeleteFunc(near, func(id int) bool { return ends && !endsLike(l.words[id].text) })
}

// in reports whether a token is a word of one of some lists.
func (s *sentence) in(i int, lists listFlag) bool {
	return i >= 0 && i < len(s.tokens) && s.tokens[i].lists&lists != 0
}

// phraseAt returns how many tokens the longest phrase of a list takes at i; 0: none.
func (s *sentence) phraseAt(i int, list listFlag) (n int, value string) {
	if i >= len(s.tokens) || s.tokens[i].begins&list == 0 || s.tokens[i].kind == quoted {
		return 0, ""
	}
	for _, p := range s.lang.lists[list] {
		fits := i+len(p.words) <= len(s.tokens)
		for j := 0; fits && j < len(p.words); j++ {
			fits = s.is(i+j, p.words[j])
		}
		if fits {
			return len(p.words), p.value
		}
	}
	return 0, ""
}

// at reports whether a phrase of a list begins at i.
func (s *sentence) at(i int, list listFlag) bool {
	n, _ := s.phraseAt(i, list)
	return n > 0
}

// is reports whether a token is a word of the vocabulary, or a slip of it.
func (s *sentence) is(i, id int) bool {
	return s.tokens[i].id == id || slices.Contains(s.tokens[i].alts, id)
}

// markNames finds the whole names of codes: what stands in one is no site.
func (s *sentence) markNames() {
	for i := range s.tokens {
		for n := s.w.longest; n > 1; n-- {
			if i+n <= len(s.tokens) && s.w.codes[s.key(i, i+n)] != nil {
				for j := i; j < i+n; j++ {
					s.tokens[j].name = true
				}
				break
			}
		}
	}
}

// key is that of the name which some tokens make.
func (s *sentence) key(from, to int) string {
	if to == from+1 {
		return s.tokens[from].key
	}
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(s.tokens[i].key)
	}
	return b.String()
}

// text is what was written from one token to before another.
func (s *sentence) text(from, to int) string {
	start, end := s.tokens[from].from, s.tokens[to-1].to
	if s.tokens[from].kind == quoted && to == from+1 {
		return s.line[start:end]
	}
	for _, pair := range []string{"()", "[]", `""`} { // a bracket that was opened inside
		if end < len(s.line) && s.line[end] == pair[1] && strings.Count(s.line[start:end], pair[:1]) > strings.Count(s.line[start:end], pair[1:]) {
			end++
		}
	}
	return s.line[start:end]
}

func (s *sentence) float(from, to int) {
	for i := from; i < to; i++ {
		s.tokens[i].float = !s.tokens[i].name
	}
}
