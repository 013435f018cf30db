package ask

import (
	"fmt"
	"slices"
	"strings"
)

// listFlag is one of a language's lists of words and phrases, or a set of them.
type listFlag uint64

// The lists; what they are for stands in english.go.
const (
	listSkip listFlag = 1 << iota
	listThe
	listA
	listHi
	listHail
	listLead
	listTail
	listOn
	listNear
	listFrom
	listAnd
	listTo
	listSite
	listNoun
	listLink
	listIt
	listAll
	listOurs
	listAs
	listFile
	listFilter
	listCount
	listRule
	listService
	listFormat
	listWhen
	listWeekday
	listMonth
	listUnit
	listLast
	listAgo
	listSince
	listDayOf
	listDaily
	listQuiet
	listClock
)

// listNamed returns the list of a name; 0 where it is none.
func listNamed(name string) listFlag {
	names := strings.Fields("skip the a hi hail lead tail on near from and to site noun link it all ours as file filter count rule service format when weekday month unit last ago since dayof daily quiet clock")
	return 1 << (slices.Index(names, name) + 1) >> 1
}

// language is one file of templates and small words, compiled.
type language struct {
	vocab     map[string]int // words of templates and lists, from 1
	words     []known        // by their number
	flags     []listFlag     // the lists of single words, by the word's number
	begins    []listFlag     // the lists in which a phrase begins with a word
	lists     map[listFlag][]phrase
	pieces    map[string]string
	templates []template
}

// known is a word of the vocabulary.
type known struct {
	text string
	mask uint32 // its letters
}

// phrase is one entry of a list, such as "set by an admin" for the rule admin.
type phrase struct {
	words []int
	value string
}

// wordSet is a set of words by their numbers.
type wordSet [maxVocab / 64]uint64

// maxVocab is how many words a language may have; English has 1,000.
const maxVocab = 1536

func (s *wordSet) add(id int) { s[id/64] |= 1 << (id % 64) }

// has reports whether a word is in the set; 0 is none.
func (s *wordSet) has(id int) bool { return id != 0 && s[id/64]&(1<<(id%64)) != 0 }

// meets reports whether two sets have a word in common.
func (s *wordSet) meets(other *wordSet) bool {
	for i := range s {
		if s[i]&other[i] != 0 {
			return true
		}
	}
	return false
}

func (l *language) learn(word string) int {
	word = fold(word)
	n, ok := l.vocab[word]
	if !ok {
		n = len(l.words)
		if n >= maxVocab {
			panic("ask: too many words in one language")
		}
		l.vocab[word] = n
		l.words, l.flags, l.begins = append(l.words, known{word, letterMask(word)}), append(l.flags, 0), append(l.begins, 0)
	}
	return n
}

// parseLanguage reads a language's file. Lines that begin in the first column
// are "# a comment", "list: words, or several words", "list value: …",
// "<piece> = …" or the head of templates, "command/topic key=value:", with the
// first template or none; indented lines are templates of the last head.
func parseLanguage(text string) *language {
	l := &language{vocab: map[string]int{"": 0}, words: []known{{}}, lists: map[listFlag][]phrase{}, flags: []listFlag{0}, begins: []listFlag{0}, pieces: map[string]string{}}
	var meaning Question
	var later []func() // lists and pieces may stand below
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		head, rest, isHead := strings.Cut(line, ":")
		list, value, _ := strings.Cut(head, " ")
		name, piece, isPiece := strings.Cut(line, " = ")
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '\t':
			rest = line[1:]
		case isPiece:
			l.pieces[strings.Trim(name, "<>")] = piece
			continue
		case listNamed(list) != 0:
			l.addList(listNamed(list), value, rest)
			continue
		case isHead:
			meaning = meaningOf(head)
		}
		if m := meaning; rest != "" {
			later = append(later, func() { l.templates = append(l.templates, compile(l, m, rest)) })
		}
	}
	for _, f := range later {
		f()
	}
	return l
}

func (l *language) addList(list listFlag, value, rest string) {
	for one := range strings.SplitSeq(rest, ",") {
		p := phrase{value: value}
		for word := range strings.FieldsSeq(one) {
			p.words = append(p.words, l.learn(word))
		}
		if len(p.words) == 0 {
			continue
		}
		l.lists[list] = append(l.lists[list], p)
		l.begins[p.words[0]] |= list
		if len(p.words) == 1 {
			l.flags[p.words[0]] |= list
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
