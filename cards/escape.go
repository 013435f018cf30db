package cards

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Data is made harmless in two ways. A backslash goes before the few signs
// that every reader of markdown unescapes. Elsewhere a word joiner, which has
// no width, parts what would mean something together: "](", "<@", "{{", or the
// beginning of a line from a list's dash. That works in any reader, also in
// those that take a backslash for a backslash.
const joiner = "\u2060"

// A name in a right-to-left script is isolated, so that it does not pull the
// brackets and numbers around it to its other side.
const (
	isolate    = "\u2068"
	endIsolate = "\u2069"
)

// Escape makes s safe in a message's markdown: it reads as the original and
// neither formats, links nor mentions. Line breaks become blanks; control
// characters and bidirectional overrides are dropped. The result is at most
// 4 bytes a rune and 9 bytes longer.
func Escape(s string) string { return escape(s, true) }

// EscapeText is [Escape] for a [TextBlock], whose markdown is smaller: there a
// backslash before ` or ~ would show.
func EscapeText(s string) string { return escape(s, false) }

// escapeLine escapes the parts of a line one by one, so that a name in a
// right-to-left script does not draw its neighbours to its other side.
func escapeLine(s string, escape func(string) string) string {
	if !strings.Contains(s, between) {
		return escape(s)
	}
	parts := strings.Split(s, between)
	for i, p := range parts {
		parts[i] = escape(p)
	}
	return strings.Join(parts, between)
}

func escape(s string, message bool) string {
	s = clean(s)
	lead := opensBlock(s)
	if !lead && isPlain(s) {
		return s
	}
	rtl := hasRTL(s)
	if !rtl && !lead && !strings.ContainsFunc(s, isSign) {
		return s
	}
	b := make([]byte, 0, len(s)+len(s)/4+12)
	if rtl {
		b = append(b, isolate...)
	}
	if lead {
		b = append(b, joiner...)
	}
	for i := range len(s) {
		if needsBackslash(s, i, message) {
			b = append(b, '\\')
		}
		b = append(b, s[i])
		if needsJoiner(s, i, message) {
			b = append(b, joiner...)
		}
	}
	if rtl {
		b = append(b, endIsolate...)
	}
	return string(b)
}

// isPlain is the common case: printable ASCII in which nothing could be a sign.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || isSign(rune(s[i])) {
			return false
		}
	}
	return true
}

// isSign says whether r can mean something in markdown.
func isSign(r rune) bool {
	switch r {
	case '\\', '*', '_', '`', '~', '[', ']', '(', ')', '<', '&', '{':
		return true
	}
	return false
}

// needsBackslash says whether s[i] opens or closes emphasis or code. An
// underscore inside a word does not.
func needsBackslash(s string, i int, message bool) bool {
	switch s[i] {
	case '*':
		return true
	case '_':
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		return !isWord(before) || !isWord(after)
	case '`', '~':
		return message
	}
	return false
}

// needsJoiner says whether s[i] and what follows it mean something together.
func needsJoiner(s string, i int, message bool) bool {
	next := byte(0)
	if i+1 < len(s) {
		next = s[i+1]
	}
	switch s[i] {
	case '\\':
		return next == 0 || isPunct(next)
	case '{':
		return next == '{'
	case '&':
		return isEntity(s[i+1:])
	case '~':
		return !message && next == '~'
	case '<':
		return message && (isLetter(next) || next != 0 && strings.IndexByte("@/!?", next) >= 0)
	case ']':
		return next == '(' || next == '[' || next == ':' || !message && opensList(s[i+1:])
	case '[', ')':
		// The desktop client begins a new block after a bracket.
		return !message && opensList(s[i+1:])
	}
	return false
}

// opensBlock says whether s at the start of a line would be a list, a quote, a
// heading, a rule or a box to tick.
func opensBlock(s string) bool {
	if s == "" {
		return false
	}
	if strings.IndexByte("-+>#=|", s[0]) >= 0 {
		return true
	}
	if s[0] == '[' {
		return len(s) > 2 && s[2] == ']' && strings.IndexByte(" xX", s[1]) >= 0 && endsWord(s[3:])
	}
	return opensList(s)
}

// opensList says whether s begins with a list's dash, plus or number.
func opensList(s string) bool {
	if s == "" {
		return false
	}
	if s[0] == '-' || s[0] == '+' {
		return endsWord(s[1:])
	}
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n > 0 && n < len(s) && (s[n] == '.' || s[n] == ')') && endsWord(s[n+1:])
}

func endsWord(s string) bool { return s == "" || s[0] == ' ' }

// isEntity says whether s, which stands after an ampersand, makes it an HTML
// entity: R&D is none, R&amp;D holds one.
func isEntity(s string) bool {
	end := strings.IndexByte(s, ';')
	if end < 1 || end > 32 {
		return false
	}
	for i := range end {
		if !isLetter(s[i]) && !isDigit(s[i]) && (s[i] != '#' || i > 0) {
			return false
		}
	}
	return true
}

// clean takes out what must not reach any screen, and makes s one line of
// valid UTF-8 without blanks around it.
func clean(s string) string {
	if isClean(s) {
		return strings.TrimSpace(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), isBidiControl(r):
			return -1
		}
		return r // a broken byte arrives as U+FFFD and stays that
	}, s)
	return strings.TrimSpace(s)
}

// isClean is the common case: printable ASCII.
func isClean(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isBidiControl says whether r embeds, overrides or isolates a direction. The
// bare marks (U+200E, U+200F, U+061C) belong to honest text and stay.
func isBidiControl(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// hasRTL says whether s holds letters of a right-to-left script.
func hasRTL(s string) bool {
	for _, r := range s {
		switch {
		case r < 0x590:
		case r <= 0x8FF, r >= 0xFB1D && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFE,
			r >= 0x10800 && r <= 0x10FFF, r >= 0x1E800 && r <= 0x1EFFF:
			return true
		}
	}
	return false
}

func isWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isPunct(c byte) bool { return c > ' ' && c < 0x7F && !isLetter(c) && !isDigit(c) }

// clip cuts s to n runes; the last one is then an ellipsis. Names and options
// of Webex are shorter than every n used here.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	for i := range s {
		if n--; n == 0 {
			return s[:i] + "…"
		}
	}
	return s
}
