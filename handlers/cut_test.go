package handlers

import (
	"strings"
	"testing"
	"unicode/utf8"

	"trackbot/bot"
)

// cuts are what takes words from a text by where they stand in it.
var cuts = map[string]func(string) []string{
	"format": func(s string) []string {
		rest, _, _ := cutFormat(s)
		return []string{rest}
	},
	"other form": func(s string) []string {
		what, form := otherForm(bot.Request{Text: s})
		return []string{what, form}
	},
	"here": func(s string) []string {
		name, _ := cutHere(s)
		return []string{name}
	},
	"addresses": func(s string) []string {
		name, rest := cutAddresses(s)
		return []string{name, rest}
	},
}

// Letters that are longer or shorter in lower case move what stands behind
// them: nothing is cut in the middle of one, and nothing ends in a panic.
func TestCutsBehindLettersOfOtherLengths(t *testing.T) {
	for _, letter := range []string{"Ⱥ", "İ", "\u212a", "ẞ", "ä", "😀"} {
		for _, n := range []int{1, 3, 9} {
			word := strings.Repeat(letter, n)
			for name, want := range map[string][3]string{ // the cut, what follows the word, what follows it after the cut
				"as csv": {"format", " AS CSV", ""}, "json": {"format", " Json", ""}, "as xml": {"other form", " AS xml", ""},
				"here": {"here", " Here", ""}, "for me": {"here", " FOR me", ""}, "address": {"addresses", " a@example.com", ""},
			} {
				if got := cuts[want[0]](word + want[1])[0]; got != word+want[2] {
					t.Errorf("%s behind %d of %s: left %q, want %q", name, n, letter, got, word+want[2])
				}
			}
		}
	}
}

func FuzzCuts(f *testing.F) {
	for _, s := range []string{"ȺȺȺȺȺ json", "a as csv", "x as xml", "İ here", "\u212a for me", "b a@example.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		for name, cut := range cuts {
			for _, part := range cut(s) {
				if !utf8.ValidString(part) || !strings.Contains(s, part) {
					t.Errorf("%s of %q: %q", name, s, part)
				}
			}
		}
	})
}
