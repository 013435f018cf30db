package handlers

import (
	"strings"
	"unicode/utf8"

	"trackbot/bot"
)

// twin is a group of texts that people take for the same.
type twin struct {
	values []string
	how    string
	at     int // of the first
}

// twins groups texts that differ in nothing, in case and blanks, or in letters
// that look alike.
func twins(values []string) []twin {
	groups := make(map[string][]int)
	var order []string
	for i, v := range values {
		key := lookalike(v)
		if key == "" {
			continue
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	var found []twin
	for _, key := range order {
		at := groups[key]
		if len(at) < 2 {
			continue
		}
		t := twin{at: at[0], how: "are the same"}
		for _, i := range at {
			t.values = append(t.values, values[i])
			switch {
			case tight(values[i]) != tight(values[at[0]]):
				t.how = "differ in letters that look alike"
			case values[i] != values[at[0]] && t.how == "are the same":
				t.how = "differ in case, blanks or hyphens only"
			}
		}
		found = append(found, t)
	}
	return found
}

// tight is a text without what people overlook: case, and blanks and hyphens
// but between digits, where they make another number.
func tight(s string) string {
	s = fold(s)
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		gap := strings.IndexByte(" -_", s[i]) >= 0
		if !gap || i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1]) {
			b = append(b, s[i])
		}
	}
	return string(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// What people can't tell apart: digits and letters, and the Cyrillic and Greek
// letters that are drawn as Latin ones. The n-th sign of drawn looks like the
// n-th of asLatin.
const (
	drawn   = "01i|авсеніїјкморѕтухԁԛԝαβεηικμνορτυχζ"
	asLatin = "olllabcehlljkmopstyxdqwabehlkmvoptyxz"
)

// lookalike is [tight] with one sign for those that look alike.
func lookalike(s string) string {
	return strings.Map(func(r rune) rune {
		if at := strings.IndexRune(drawn, r); at >= 0 {
			return rune(asLatin[utf8.RuneCountInString(drawn[:at])])
		}
		return r
	}, tight(s))
}

// quotedList shows at most four texts between quotes, blanks and all.
func quotedList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "“" + strings.ReplaceAll(v, "\u00a0", "⍽") + "”"
	}
	return bot.Listed(quoted, 4)
}
