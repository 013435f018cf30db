package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"trackbot/internal/text"
)

func TestCut(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"", 3, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "…"},
		{"abcdef", 5, "ab…"},
		{"äöü", 6, "äöü"},
		{"äöü", 5, "ä…"},
		{"äöüx", 6, "ä…"},
		{"😀😀", 7, "😀…"},
		{"😀😀", 6, "…"},
	} {
		if got := text.Cut(c.s, c.n); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

func TestCutRunes(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"", 1, ""},
		{"äöü", 3, "äöü"},
		{"äöüx", 3, "äö…"},
		{"ab", 1, "…"},
		{"😀😀😀", 2, "😀…"},
	} {
		if got := text.CutRunes(c.s, c.n); got != c.want {
			t.Errorf("CutRunes(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

func TestLine(t *testing.T) {
	for s, want := range map[string]string{
		"a\tb\r\n\n c": "a b c", "a\x00b\x1b[31m": "ab[31m", "a\xffb": "ab", "a\u202eb": "ab", "äöü": "äöü", "": "",
		strings.Repeat("ä", 50):                     strings.Repeat("ä", 8) + "…",
		strings.Repeat("\x00", 60) + "a":            "a",
		strings.Repeat("a", 79) + "ä" + "b":         strings.Repeat("a", 17) + "…",
		strings.Repeat(" ", 79) + "\xc3\xa4" + "bc": "",
	} {
		if got := text.Line(s, 20); got != want {
			t.Errorf("Line(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestLowerASCII(t *testing.T) {
	for s, want := range map[string]string{"": "", "abc": "abc", "ABZ[@": "abz[@", "ÄȺİ\u212aX": "ÄȺİ\u212ax", "\xffA": "\xffa"} {
		if got := text.LowerASCII(s); got != want {
			t.Errorf("LowerASCII(%q) = %q, want %q", s, got, want)
		}
	}
}

// Whatever is cut stays valid and within its bounds, and begins as it did.
func FuzzCuts(f *testing.F) {
	f.Add("äöü😀", 5)
	f.Add("a\x00 b\xff", 4)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = 3 + max(n, -n)&0xff
		line, low := text.Line(s, n), text.LowerASCII(s)
		if len(line) > n || !utf8.ValidString(line) || strings.TrimSpace(line) != line || len(low) != len(s) || !strings.EqualFold(low, s) {
			t.Errorf("Line(%q, %d) = %q, LowerASCII %q", s, n, line, low)
		}
		if !utf8.ValidString(s) {
			return
		}
		for name, got := range map[string]string{"Cut": text.Cut(s, n), "CutRunes": text.CutRunes(s, n)} {
			begins := got == s || strings.HasPrefix(s, strings.TrimSuffix(got, "…"))
			if !utf8.ValidString(got) || !begins || name == "Cut" && len(got) > n || utf8.RuneCountInString(got) > n {
				t.Errorf("%s(%q, %d) = %q", name, s, n, got)
			}
		}
	})
}

func TestCount(t *testing.T) {
	for want, c := range map[string]struct {
		n    int
		noun string
	}{
		"1 option": {1, "option"}, "0 options": {0, "option"}, "2 tracking codes": {2, "tracking code"}, "3 people": {3, "person"}, "1 person": {1, "person"},
		"2 addresses": {2, "address"}, "0 entries": {0, "entry"}, "2 days": {2, "day"},
	} {
		if got := text.Count(c.n, c.noun); got != want {
			t.Errorf("Count(%d, %q) = %q, want %q", c.n, c.noun, got, want)
		}
	}
}
