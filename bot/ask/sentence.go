package ask

import (
	"slices"
	"strings"
)

// token is a word of a sentence as one language knows it.
type token struct {
	word
	id    int   // its number in the vocabulary; 0: none
	alts  []int // words of the vocabulary that are a slip away
	float bool  // part of a phrase that may stand anywhere, such as "on emea"
	name  bool  // inside the whole name of a code of several words
}

// pass is how much is taken for what it may be.
type pass struct {
	near  bool // near names and slips
	any   bool // any words for a name
	hosts bool // any host name for a site that is not ours
}

// sentence is a line in which sites, codes, people and services are recognized.
type sentence struct {
	lang *language
	w    *World
	from From
	line string
	pass
	tokens []token
	codes  [][]codeSpan // by the token with which they begin

	sites   []string
	siteAt  []int // the tokens that name sites
	unknown []NotASite
	all     bool
	filter  string
	format  Format
	service Service
}

func newSentence(lang *language, w *World, from From, line string, words []word, p pass) *sentence {
	s := &sentence{lang: lang, w: w, from: from, line: line, pass: p, tokens: make([]token, len(words))}
	for i, word := range words {
		s.tokens[i] = token{word: word, id: lang.vocab[word.norm]}
		if s.near {
			s.tokens[i].alts = lang.slipsOf(s.tokens[i])
		}
	}
	s.markNames()
	s.markSites()
	s.markForms()
	s.codes = make([][]codeSpan, len(words))
	for i := range s.tokens {
		s.codes[i] = s.codesAt(i)
	}
	return s
}

// slipsOf returns the words of the vocabulary that a word may be misspelt for.
func (l *language) slipsOf(t token) []int {
	if t.id != 0 || t.kind != plainWord || len(t.norm) < 3 || dotted(t.raw) {
		return nil
	}
	var near []int
	for id, word := range l.words {
		if isSlip(t.norm, word) {
			near = append(near, id)
		}
	}
	return near
}

// in reports whether a token is a word of one of some lists.
func (s *sentence) in(i int, lists ...string) bool {
	return i >= 0 && i < len(s.tokens) && s.tokens[i].id != 0 && slices.ContainsFunc(lists, func(list string) bool { return s.lang.is[list][s.tokens[i].id] })
}

// phraseAt returns how many tokens the longest phrase of a list takes at i; 0: none.
func (s *sentence) phraseAt(i int, list string) (n int, value string) {
	for _, p := range s.lang.lists[list] {
		if i+len(p.words) <= len(s.tokens) && s.tokens[i].kind != quoted {
			ok := true
			for j, id := range p.words {
				ok = ok && s.is(i+j, id)
			}
			if ok {
				return len(p.words), p.value
			}
		}
	}
	return 0, ""
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
		s.tokens[i].float = true
	}
}
