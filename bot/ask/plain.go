package ask

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// kelvin is the one letter that canonical composition turns into an ASCII one;
// composing it would let a look-alike into a site's name.
const kelvin = '\u212A'

// Plain brings what people type, paste and autocorrect to one form: words of a
// line parted by one blank, lines by one newline, no invisible characters,
// straight quotes, hyphens for every dash, full-width ASCII as ASCII, letters
// composed (NFC), bytes that are no UTF-8 as U+FFFD. Letters of any script
// stay what they are. Two names that a person would call the same are equal
// once both are plain and of one case.
func Plain(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var gap, prev rune
	for _, r := range s {
		switch r = plainRune(r, prev); {
		case r < 0:
			continue
		case r == '\n' || r == ' ' && gap == 0:
			gap = r
			continue
		case r == ' ':
			continue
		}
		if gap != 0 && b.Len() > 0 {
			b.WriteRune(gap)
		}
		b.WriteRune(r)
		gap, prev = 0, r
	}
	s = b.String()
	if strings.ContainsRune(s, kelvin) {
		return s
	}
	return norm.NFC.String(s)
}

// isPlain reports whether s is ASCII that [Plain] would not change.
func isPlain(s string) bool {
	gap := true // a blank or newline may neither begin nor follow another
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' || c == '\n':
			if gap {
				return false
			}
			gap = true
		case c < ' ' || c > '~':
			return false
		default:
			gap = false
		}
	}
	return !gap || s == ""
}

// plainRune maps one character for [Plain]; -1 drops it.
func plainRune(r, prev rune) rune {
	switch {
	case r > ' ' && r <= '~':
		return r
	case r >= '\uFF01' && r <= '\uFF5E': // full-width ASCII
		return r - 0xFEE0
	case r == '\u200C' || r == '\u200D': // joiners belong to some scripts and to emoji
		if prev > '~' {
			return r
		}
		return -1
	}
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return '\n'
	case '\u2018', '\u2019', '\u201A', '\u201B', '\u2032', '\u2039', '\u203A':
		return '\''
	case '\u201C', '\u201D', '\u201E', '\u201F', '\u2033', '\u00AB', '\u00BB':
		return '"'
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212':
		return '-'
	case '\u034F', '\u180E': // a joiner and a separator that show nothing
		return -1
	}
	switch {
	case unicode.IsSpace(r) || unicode.Is(unicode.Cc, r):
		return ' '
	case unicode.Is(unicode.Cf, r): // zero width, direction marks, soft hyphen, tags
		return -1
	}
	return r
}

// fold gives the form in which words are compared: lower case, without accents,
// in American spelling.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return spelled(strings.Map(bare, norm.NFD.String(strings.ReplaceAll(strings.ToLower(s), "ß", "ss"))))
		}
	}
	return spelled(strings.ToLower(s))
}

// bare drops the accents of Latin, Greek and Cyrillic letters; the marks of
// other scripts are parts of their letters.
func bare(r rune) rune {
	if r >= 0x300 && r <= 0x36F {
		return -1
	}
	return r
}

// spelled brings British spelling to the American one. What else it changes
// does no harm, since both sides of a comparison are changed alike.
func spelled(s string) string {
	if len(s) < 5 {
		return s
	}
	for _, pair := range [][2]string{
		{"tres", "ters"},
		{"tre", "ter"},
		{"ours", "ors"},
		{"our", "or"},
		{"isation", "ization"},
		{"ise", "ize"},
		{"ised", "ized"},
		{"ogue", "og"},
		{"ogramme", "ogram"},
		{"ogrammes", "ograms"},
		{"icence", "icense"},
		{"lled", "led"},
	} {
		if rest, ok := strings.CutSuffix(s, pair[0]); ok {
			return rest + pair[1]
		}
	}
	return s
}

// nameKey is what of a word counts where names are compared: its folded
// letters and digits, without the s of a plural; nothing of one without any.
func nameKey(folded string) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, folded)
	if len(key) > 3 && strings.HasSuffix(key, "s") && !strings.HasSuffix(key, "ss") {
		key = key[:len(key)-1]
	}
	return key
}
