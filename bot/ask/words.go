package ask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark stands in a text for a person who was mentioned; see [Text].
const Mark = '\uFFFC'

// word is one word of a line, with where it stands in it.
type word struct {
	from, to int    // in the line, without the punctuation around the word
	raw      string // the word with the punctuation that is glued to it
	norm     string // as it is compared with the words of templates
	key      string // as it is compared with names
	kind     kind
	comma    bool     // a comma follows
	colon    bool     // a colon follows
	plural   bool     // the key lost an s
	glued    bool     // it stands behind a hyphen
	people   []Person // of a word that names some
}

type kind uint8

const (
	plainWord kind = iota
	quoted
	number
	person
)

// lineWords are the words of one plain line. A quote that is closed is one word.
func lineWords(line string, mentions []Mention) []word {
	l := lexer{line: line, mentions: mentions}
	for at := 0; at < len(line); {
		if line[at] == ' ' {
			at++
			continue
		}
		if end := l.quote(at); end > 0 {
			at = end
			continue
		}
		end := at + strings.IndexByte(line[at:]+" ", ' ')
		l.chunk(at, end)
		at = end
	}
	return mergePeople(l.out)
}

type lexer struct {
	line     string
	mentions []Mention
	out      []word
}

func (l *lexer) add(from, to int, w word) {
	w.from, w.to = from, to
	if w.raw == "" {
		w.raw = l.line[from:to]
	}
	if w.norm == "" {
		w.norm = fold(l.line[from:to])
	}
	if w.key == "" {
		w.key = nameKey(w.norm)
		w.plural = w.key != "" && strings.HasSuffix(w.norm, "s") && !strings.HasSuffix(w.key, "s")
	}
	if w.kind == plainWord && digits(w.norm) {
		w.kind = number
	}
	l.out = append(l.out, w)
}

// quote takes a closed quote that begins at a place, and returns where it ends;
// 0 where there is none.
func (l *lexer) quote(at int) int {
	open := at + len(l.line[at:]) - len(strings.TrimLeft(l.line[at:], "(#"))
	if open >= len(l.line) || strings.IndexByte("\"'`", l.line[open]) < 0 {
		return 0
	}
	for end := open + 1; end < len(l.line); end++ {
		after, _ := utf8.DecodeRuneInString(l.line[end+1:])
		if l.line[end] != l.line[open] || end+1 < len(l.line) && (unicode.IsLetter(after) || unicode.IsDigit(after)) {
			continue
		}
		if strings.TrimSpace(l.line[open+1:end]) == "" {
			return 0
		}
		inside := lineWords(l.line[open+1:end], nil)
		key := ""
		for _, w := range inside {
			key += w.key
		}
		k := quoted
		if digits(l.line[open+1 : end]) {
			k = number
		}
		l.add(open+1, end, word{kind: k, raw: l.line[open+1 : end], key: key, comma: strings.HasPrefix(l.line[end+1:], ",")})
		return end + 1
	}
	return 0
}

// around is what may stand around a word without being part of it.
const (
	before = "([<{*\u2022->,;:\u00bf\u00a1\"'`=!"
	after  = ".,;:!?)]}>*\"'`\u2026\u3002="
)

// chunk reads what stands between two blanks.
func (l *lexer) chunk(from, to int) {
	raw := l.line[from:to]
	core := strings.TrimLeft(raw, before)
	from += len(raw) - len(core)
	core = strings.TrimRight(core, after)
	rest := l.line[from+len(core) : to]
	if core == "" {
		if raw == "?" || raw == "??" || raw == "???" {
			l.add(to-1, to, word{norm: "?", key: "?"})
		}
		return
	}
	if strings.IndexFunc(core, func(r rune) bool {
		return r < utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r) || isMention(r)
	}) < 0 {
		return // a smile
	}
	n := len(l.out)
	l.core(from, core, raw)
	if len(l.out) > n {
		last := &l.out[len(l.out)-1]
		last.comma, last.colon = strings.Contains(rest, ","), strings.Contains(rest, ":")
	}
}

func (l *lexer) core(from int, core, raw string) {
	at := strings.IndexByte(core, '@')
	switch {
	case len(core) > maxHost:
		l.add(from, from+len(core), word{raw: raw})
	case strings.ContainsFunc(core, isMention):
		l.mention(from, core)
	case strings.Contains(core, "://"):
		l.add(from, from+len(core), word{raw: raw})
	case at >= 0 && (at == 0 || len(core) > at+1 && isID(core[:at])):
		if at > 0 {
			l.core(from, core[:at], core[:at])
		}
		l.add(from+at, from+at+1, word{})
		if at+1 < len(core) {
			l.core(from+at+1, core[at+1:], core[at+1:])
		}
	case at > 0:
		address := strings.TrimSuffix(core, "'s")
		l.add(from, from+len(core), word{kind: person, people: []Person{{Address: strings.TrimPrefix(address, "mailto:")}}})
	case dotted(core):
		l.add(from, from+len(core), word{raw: raw})
	default:
		l.split(from, core)
	}
}

// mention reads the marks of people.
func (l *lexer) mention(from int, core string) {
	for i, r := range core {
		if n := int(r - firstMention); isMention(r) && n < len(l.mentions) {
			l.add(from+i, from+i+len(string(r)), word{kind: person, people: []Person{{ID: l.mentions[n].ID, Name: l.mentions[n].Name}}})
		}
	}
}

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

// isID reports whether s is a code's number, as in "1@example" or "#1@example".
func isID(s string) bool {
	s = strings.TrimPrefix(s, "#")
	return digits(s) && len(s) <= 3
}

// split parts what people write together: what's, tracking-code, code:1, 1-3,
// 1,2, #1.
func (l *lexer) split(from int, core string) {
	if base, tail, ok := strings.Cut(core, "'"); ok && base != "" && tail != "" {
		l.apostrophe(from, base, tail)
		return
	}
	if core[0] == '#' && len(core) > 1 {
		l.add(from, from+1, word{})
		l.split(from+1, core[1:])
		return
	}
	for i := 1; i < len(core)-1; i++ {
		before, _ := utf8.DecodeLastRuneInString(core[:i])
		after, _ := utf8.DecodeRuneInString(core[i+1:])
		letters, numbers := unicode.IsLetter(before) && unicode.IsLetter(after), digits(core[:i]) && core[i+1] >= '0' && core[i+1] <= '9'
		switch c := core[i]; {
		case c == '-' && numbers && digits(core[i+1:]):
			l.split(from, core[:i])
			l.add(from+i, from+i+1, word{norm: "to"})
			l.split(from+i+1, core[i+1:])
			return
		case c == '-' && letters, c == ',', c == ':' || c == '=', c == '#' && unicode.IsLetter(before):
			l.split(from, core[:i])
			n := len(l.out)
			l.out[n-1].comma = c == ','
			l.split(from+i+1, core[i+1:])
			l.out[n].glued = c == '-'
			return
		}
	}
	if short := fold(core); strings.Contains(" whats whos wheres hows thats ", " "+short+" ") {
		l.add(from, from+len(core)-1, word{})
		l.add(from+len(core)-1, from+len(core), word{norm: "is"})
		return
	}
	if noun := strings.TrimRight(core, "0123456789"); len(noun) < len(core) && (strings.EqualFold(noun, "code") || strings.EqualFold(noun, "codes")) {
		l.add(from, from+len(noun), word{})
		from, core = from+len(noun), core[len(noun):]
	}
	l.add(from, from+len(core), word{})
}

// apostrophe parts short forms, and drops the 's of a possessive.
func (l *lexer) apostrophe(from int, base, tail string) {
	short := map[string]string{"d": "would", "m": "am", "re": "are", "ve": "have", "ll": "will"}
	low := fold(base)
	end := from + len(base) + 1 + len(tail)
	switch tail = fold(tail); {
	case tail == "s" && strings.Contains(" what who where how that it there here which when why ", " "+low+" "):
		l.add(from, from+len(base), word{})
		l.add(end-1, end, word{norm: "is"})
	case tail == "s":
		l.add(from, end, word{norm: low})
	case tail == "t" && strings.HasSuffix(low, "n"):
		verb := strings.TrimSuffix(low, "n")
		if verb == "ca" || verb == "wo" {
			verb = "can"
		}
		l.add(from, from+len(base), word{norm: verb})
		l.add(end-1, end, word{norm: "not"})
	case short[tail] != "":
		l.add(from, from+len(base), word{})
		l.add(from+len(base)+1, end, word{norm: short[tail]})
	case len(base) <= 2: // French: l'option, qu'est
		l.add(from, from+len(base), word{})
		l.add(from+len(base)+1, end, word{})
	default:
		l.add(from, end, word{})
	}
}

// mergePeople makes one word of several people in a row.
func mergePeople(words []word) []word {
	out := words[:0]
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w.kind == person && len(out) > 0 && out[len(out)-1].kind == person {
			last := &out[len(out)-1]
			last.people, last.to = append(last.people, w.people...), w.to
			continue
		}
		if w.norm == "and" && i+1 < len(words) && words[i+1].kind == person && len(out) > 0 && out[len(out)-1].kind == person {
			continue
		}
		out = append(out, w)
	}
	return out
}

// digits reports whether s is a number as ids are.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
