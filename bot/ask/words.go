package ask

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark stands in a text for a person who was mentioned; see [Text].
const Mark = '\uFFFC'

// firstMention stands in a line for the first of the people who are mentioned,
// and those after it for the others.
const firstMention = '\U000F0000'

func isMention(r rune) bool { return r >= firstMention }

// numbered puts a character of its own in the place of each [Mark].
func numbered(text string) string {
	n := firstMention
	text = strings.NewReplacer(string(Mark)+"'s", " "+string(Mark)+" ", string(Mark), " "+string(Mark)+" ").Replace(text)
	return strings.Map(func(r rune) rune {
		if isMention(r) {
			return -1
		}
		if r == Mark {
			r = n
			n++
		}
		return r
	}, text)
}

// word is one word of a line, with where it stands in it.
type word struct {
	from, to int    // in the line, without the punctuation around the word
	raw      string // the word with the punctuation that is glued to it
	norm     string // as it is compared with the words of templates
	key      string // as it is compared with names
	kind     kind
	comma    bool     // a comma follows
	plural   bool     // the key lost an s
	people   []Person // of a word that names some
}

type kind uint8

const (
	plainWord kind = iota
	quoted
	number
	person
)

// spelling parts what people write together, before the words are read.
type spelling struct {
	has string // one of these is in what it changes
	re  *regexp.Regexp
	to  string
}

func newSpellings() []spelling {
	var list []spelling
	for _, s := range [][3]string{
		{"sS", `(?i)\b(what|who|where|how|that|there|here|when)'?s\b`, "$1 is"}, // what's, whats
		{"'", `(?i)\bit's\b`, "it is"},
		{"tT", `(?i)\b(ca|wo)n'?t\b`, "can not"},
		{"tT", `(?i)\b(do|does|did|is|are|was|has|have|had|should|would|could)n'?t\b`, "$1 not"},
		{"'", `(?i)n't\b`, " not"},
		{"'", `(?i)\bi'm\b`, "i am"},
		{"'", `(?i)\b(i|you|we|they|he|she)'(d|m|re|ve|ll)\b`, "$1 $2"},
		{"'", `(?i)(^| )(l|d|qu|c|j|n)'`, "$1$2 "}, // l'option
		{"-", `(?i)\btracking-(codes?)\b`, "tracking $1"},
		{"-", `(?i)-(moi|il|elle)\b`, " $1"},                                    // est-il
		{"-", `(?i)\best-ce\b`, "est ce"},                                       // and not a reference that ends so
		{"0123456789", `(?i)\b(codes?)[:#= ]*([0-9]{1,4})\b`, "$1 $2"},          // code:1
		{"0123456789", `((?:^| )#?[0-9]{1,3})-([0-9]{1,3})( |$)`, "$1 to $2$3"}, // 1-3
		{"@", `((?:^| )#?[0-9]{1,3})@`, "$1 @ "},                                // 1@example
		{"@", `(^| )@([^ ])`, "$1@ $2"},                                         // @example
		{"#", `(^|[ "'])#([^ ])`, "$1# $2"},                                     // #1
		{"/", `(^| )([^ ./]+)/([^ ./]+)( |$)`, "$1$2 $3$4"},                     // emea/Department
		{",", `([0-9A-Za-z]),\b`, "$1, "},                                       // 1,2
		{":", `(?i)\b([a-z]+):([a-z"])`, "$1 $2"},                               // code:Department
	} {
		list = append(list, spelling{s[0], regexp.MustCompile(s[1]), s[2]})
	}
	return list
}

// parted is a line in which words that are written together stand apart.
func (g *Grammar) parted(line string) string {
	for _, s := range g.spellings {
		if strings.ContainsAny(line, s.has) {
			line = s.re.ReplaceAllString(line, s.to)
		}
	}
	return line
}

// lexer reads the words of one plain line.
type lexer struct {
	line     string
	mentions []Mention
	out      []word
}

// lineWords are the words of a line. A quote that is closed is one word, and so
// are several people in a row.
func lineWords(line string, mentions []Mention) []word {
	l := lexer{line: line, mentions: mentions}
	for at := 0; at < len(line); {
		end := len(line)
		if n := strings.IndexByte(line[at:], ' '); n >= 0 {
			end = at + n
		}
		if quote := l.quote(at); quote > 0 {
			end = quote
		} else if end > at {
			l.chunk(at, end)
		}
		at = max(end, at+1)
	}
	return l.out
}

func (l *lexer) add(from, to int, w word) {
	w.from, w.to = from, to
	if w.raw == "" {
		w.raw = l.line[from:to]
	}
	if w.key == "" {
		w.norm = strings.TrimSuffix(fold(l.line[from:to]), "'s")
		w.key = nameKey(w.norm)
		w.plural = w.key != "" && strings.HasSuffix(w.norm, "s") && !strings.HasSuffix(w.key, "s")
	}
	if core := l.line[from:to]; w.kind <= quoted && digits(core) {
		w.kind, w.norm = number, core
	}
	l.out = append(l.out, w)
}

// quote takes a closed quote that begins at a place, and returns where it ends;
// 0 where there is none.
func (l *lexer) quote(at int) int {
	open := at + len(l.line[at:]) - len(strings.TrimLeft(l.line[at:], "("))
	if open >= len(l.line) || strings.IndexByte("\"'`", l.line[open]) < 0 {
		return 0
	}
	for end := open + 1; end < len(l.line); end++ {
		after, _ := utf8.DecodeRuneInString(l.line[end+1:])
		if l.line[end] != l.line[open] || end+1 < len(l.line) && (unicode.IsLetter(after) || unicode.IsDigit(after)) {
			continue
		}
		inside := l.line[open+1 : end]
		if strings.TrimSpace(inside) == "" {
			return 0
		}
		l.add(open+1, end, word{kind: quoted, raw: inside, key: keyOf(inside), comma: strings.HasPrefix(l.line[end+1:], ",")})
		return end + 1
	}
	return 0
}

// keyOf is the key of a name of several words.
func keyOf(name string) string {
	var b strings.Builder
	for _, w := range lineWords(Plain(name), nil) {
		b.WriteString(w.key)
	}
	if b.Len() == 0 {
		return fold(name)
	}
	return b.String()
}

// around is what may stand around a word without being part of it; a dot may
// begin one.
const (
	around  = infront + ".?)]}\u2026\u3002"
	infront = "([<{*>,;:\"'`=!-\u2022\u00bf\u00a1"
)

// chunk reads what stands between two blanks.
func (l *lexer) chunk(from, to int) {
	raw := l.line[from:to]
	core := strings.TrimLeft(raw, infront)
	from += len(raw) - len(core)
	core = strings.TrimRight(core, around)
	w := word{raw: raw, comma: strings.Contains(l.line[from+len(core):to], ",")}
	first, size := utf8.DecodeRuneInString(core)
	switch {
	case raw == "?" || raw == "??" || raw == "???":
		w.norm, w.key = "?", "?"
		l.add(to-1, to, w)
	case strings.IndexFunc(core, func(r rune) bool {
		return r > ' ' && r < utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r) || isMention(r)
	}) < 0: // nothing, or a smile
	case isMention(first):
		if n := int(first - firstMention); n < len(l.mentions) {
			l.addPerson(from, from+size, w, Person{ID: l.mentions[n].ID, Name: l.mentions[n].Name})
		}
	case strings.IndexByte(core, '@') > 0 && !strings.Contains(core, "://"):
		l.addPerson(from, from+len(core), w, Person{Address: strings.TrimPrefix(strings.TrimSuffix(core, "'s"), "mailto:")})
	default:
		l.add(from, from+len(core), w)
	}
}

// addPerson adds a person, to those just before.
func (l *lexer) addPerson(from, to int, w word, p Person) {
	n := len(l.out)
	if n > 1 && fold(l.out[n-1].raw) == "and" && l.out[n-2].kind == person {
		n--
	}
	if n > 0 && l.out[n-1].kind == person {
		l.out = l.out[:n]
		l.out[n-1].people, l.out[n-1].to = append(l.out[n-1].people, p), to
		return
	}
	w.kind, w.people = person, []Person{p}
	l.add(from, to, w)
}

// digits reports whether s is a number as ids are.
func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// People finds the addresses in what was pasted, such as the lines of a table.
func People(text string) []Person {
	var people []Person
	for line := range strings.SplitSeq(Plain(strings.NewReplacer(",", " ", ";", " ", "|", " ", string(Mark), " ").Replace(text)), "\n") {
		for _, w := range lineWords(line, nil) {
			people = append(people, w.people...)
		}
	}
	return people
}
