package cards

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// runeCells is how many cells of a terminal r takes: 2 for Chinese, Japanese
// and Korean signs and most emoji, 0 for what is drawn onto its neighbour.
func runeCells(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

// printable is s as a client shows it and a terminal bears it: escapes of
// markdown are taken off, and only what has a shape is kept, so that no data
// can move the cursor or turn the direction.
func printable(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case r == '\\' && i < len(s) && isPunct(s[i]):
			b.WriteByte(s[i])
			i++
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == '\u200c', r == '\u200d', unicode.IsGraphic(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// wrap breaks s into lines of at most n cells, between words where it can.
func wrap(s string, n int) []string {
	n = max(n, 2)
	var lines []string
	line, used := "", 0
	flush := func() { lines, line, used = append(lines, line), "", 0 }
	for word := range strings.FieldsSeq(s) {
		w := cells(word)
		if used > 0 && used+1+w > n {
			flush()
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		for used+w > n { // a word that is longer than a line
			head := prefix(word, n-used)
			lines, line, used = append(lines, line+head), "", 0
			word = word[len(head):]
			w = cells(word)
		}
		line, used = line+word, used+w
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines
}

// prefix is the beginning of s that fits n cells; at least one rune.
func prefix(s string, n int) string {
	used := 0
	for i, r := range s {
		used += runeCells(r)
		if used > n && i > 0 {
			return s[:i]
		}
	}
	return s
}

// pad fills s with blanks to n cells.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-cells(s)))
}

// cutCells cuts s to n cells; an ellipsis stands for what is left out.
func cutCells(s string, n int) string {
	if cells(s) <= n {
		return s
	}
	return prefix(s, n-1) + "…"
}
