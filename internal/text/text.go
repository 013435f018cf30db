// Package text shortens and cleans texts without breaking a character.
package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipsis shows that a text was shortened.
const ellipsis = "…"

// Cut shortens s to at most n bytes, between characters; the last one is then an
// ellipsis. n is at least 3, the bytes of that.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len(ellipsis)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + ellipsis
}

// CutRunes shortens s to at most n characters; the last one is then an ellipsis.
// n is at least 1.
func CutRunes(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	for i := range s {
		if n--; n == 0 {
			return s[:i] + ellipsis
		}
	}
	return s
}

// Line makes one line of at most n bytes of a text from outside: no control
// characters, no invalid UTF-8, single blanks.
func Line(s string, n int) string {
	if len(s) > 4*n { // enough for n bytes, whatever is left out
		s = s[:4*n]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
	return Cut(strings.Join(strings.Fields(s), " "), n)
}

// LowerASCII returns s with the letters of ASCII in lower case and every byte at
// its place, so that what is found in it stands at the same place in s. With
// strings.ToLower that is not so: some letters are longer in lower case.
func LowerASCII(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return 'A' <= r && r <= 'Z' }) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// Count says a number of things: "1 option", "2 options", "3 people", "0 entries".
func Count(n int, noun string) string {
	if n != 1 {
		noun = plural(noun)
	}
	return strconv.Itoa(n) + " " + noun
}

// plural is the plural of an English noun; of several words the last one counts.
func plural(noun string) string {
	stem, y := strings.CutSuffix(noun, "y")
	switch {
	case noun == "person":
		return "people"
	case strings.HasSuffix(noun, "s"):
		return noun + "es"
	case y && !strings.ContainsAny(stem[len(stem)-1:], "aeou"):
		return stem + "ies"
	}
	return noun + "s"
}
