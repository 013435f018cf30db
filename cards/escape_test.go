package cards_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"trackbot/cards"
)

const wordJoiner = "\u2060"

func TestEscape(t *testing.T) {
	j := wordJoiner
	for _, tt := range []struct{ in, message, text string }{
		{"Department", "Department", "Department"},
		{"R&D", "R&D", "R&D"},
		{"Cost_Center_1", "Cost_Center_1", "Cost_Center_1"},
		{"Straße_Ü", "Straße_Ü", "Straße_Ü"},
		{"_x_", `\_x\_`, `\_x\_`},
		{"a__b", `a\_\_b`, `a\_\_b`},
		{"*b*", `\*b\*`, `\*b\*`},
		{"`x`", "\\`x\\`", "`x`"},
		{"~~x~~", `\~\~x\~\~`, "~" + j + "~x~" + j + "~"},
		{"[x](y)", "[x]" + j + "(y)", "[x]" + j + "(y)"},
		{"[x]: y", "[x]" + j + ": y", "[x]" + j + ": y"},
		{"<@all>", "<" + j + "@all>", "<@all>"},
		{"<@personEmail:a@b.c|A>", "<" + j + "@personEmail:a@b.c|A>", "<@personEmail:a@b.c|A>"},
		{"<b>", "<" + j + "b>", "<b>"},
		{"1 < 2", "1 < 2", "1 < 2"},
		{"&lt;", "&" + j + "lt;", "&" + j + "lt;"},
		{"&#60;", "&" + j + "#60;", "&" + j + "#60;"},
		{"a & b;", "a & b;", "a & b;"},
		{"{{DATE(x)}}", "{" + j + "{DATE(x)}}", "{" + j + "{DATE(x)}}"},
		{"- x", j + "- x", j + "- x"},
		{"+ x", j + "+ x", j + "+ x"},
		{"12. x", j + "12. x", j + "12. x"},
		{"12.5", "12.5", "12.5"},
		{"[2026] x", "[2026] x", "[2026] x"},
		{"[1. x", "[1. x", "[" + j + "1. x"},
		{"2026", "2026", "2026"},
		{"> x", j + "> x", j + "> x"},
		{"# x", j + "# x", j + "# x"},
		{"[ ] x", j + "[ ] x", j + "[ ] x"},
		{"(a)- b", "(a)- b", "(a)" + j + "- b"},
		{`a\b`, `a\b`, `a\b`},
		{`a\`, `a\` + j, `a\` + j},
		{`\*`, `\` + j + `\*`, `\` + j + `\*`},
		{"a\r\nb\tc", "a  b c", "a  b c"},
		{"\x1b[31mx\x07", "[31mx", "[31mx"},
		{"a\u202eb\u2066c", "abc", "abc"},
		{"שלום", "\u2068שלום\u2069", "\u2068שלום\u2069"},
		{"  x  ", "x", "x"},
		{"\xff", "\ufffd", "\ufffd"},
		{"", "", ""},
	} {
		if got := cards.Escape(tt.in); got != tt.message {
			t.Errorf("Escape(%q) = %q, want %q", tt.in, got, tt.message)
		}
		if got := cards.EscapeText(tt.in); got != tt.text {
			t.Errorf("EscapeText(%q) = %q, want %q", tt.in, got, tt.text)
		}
	}
}

// FuzzEscape checks both escapes with a reader of its own: what is left must
// read as the original and mean nothing.
func FuzzEscape(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, escape := range map[string]func(string) string{"Escape": cards.Escape, "EscapeText": cards.EscapeText} {
			got := escape(s)
			if !utf8.ValidString(got) {
				t.Errorf("%s(%q) = %q: not UTF-8", name, s, got)
			}
			if n := 4*utf8.RuneCountInString(s) + 9; len(got) > n {
				t.Errorf("%s(%q) has %d bytes, want at most %d", name, s, len(got), n)
			}
			if read, want := readBack(got), bare(s); read != want {
				t.Errorf("%s(%q) = %q reads %q, want %q", name, s, got, read, want)
			}
			if what := meaning(got, name == "Escape"); what != "" {
				t.Errorf("%s(%q) = %q still holds %q", name, s, got, what)
			}
		}
	})
}

// readBack is what a person sees of escaped text.
func readBack(s string) string {
	s = regexp.MustCompile(`\\([!-/:-@\[-`+"`"+`{-~])`).ReplaceAllString(s, "$1")
	return strings.NewReplacer(wordJoiner, "", "\u2068", "", "\u2069", "").Replace(s)
}

// bare is what a person should see of the original.
func bare(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r // U+FFFD for a byte that is no UTF-8
	}, s)
	return strings.ReplaceAll(strings.TrimSpace(s), wordJoiner, "")
}

// meaning returns the first part of s that a reader of markdown would act on.
func meaning(s string, message bool) string {
	plain := regexp.MustCompile(`\\[!-/:-@\[-`+"`"+`{-~]`).ReplaceAllString(s, "·")
	patterns := []string{
		`\*`, `\]\(`, `\]\[`, `\]:`, `\{\{`, `&#?[A-Za-z0-9]{1,31};`, `(^|[^\pL\pN])_`, `_($|[^\pL\pN])`,
		`^[-+>#=]`, `^[0-9]+[.)]( |$)`, `^\[[ xX]\]( |$)`, "[\u202a-\u202e]", `[\x00-\x1f\x7f]`, `\\$`,
	}
	if message {
		patterns = append(patterns, `<[A-Za-z@/!?]`, "`", "~")
	} else {
		patterns = append(patterns, `~~`, `[\[\])]([-+]|[0-9]+[.)])( |$)`)
	}
	for _, p := range patterns {
		if m := regexp.MustCompile(p).FindString(plain); m != "" {
			return m
		}
	}
	return ""
}
