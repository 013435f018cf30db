package ask

import (
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for _, test := range []struct{ s, want string }{
		{"", ""},
		{"tracking code 1", "tracking code 1"},
		{"  a \t b  ", "a b"},
		{"a\r\n\r\n b\nc\n", "a\nb\nc"},
		{"a\u2028b\u0085c", "a\nb\nc"},
		{"a\u00a0b\u3000c\u2003d\u202fe", "a b c d e"},
		{"a\u200bb\u2060c\ufeffd\u00ade\u200ef\u202eg", "abcdefg"},
		{"“a” ‘b’ «c» „d“", `"a" 'b' "c" "d"`},
		{"Joe’s", "Joe's"},
		{"a–b—c‑d−e", "a-b-c-d-e"},
		{"ＡＢＣ１２３？", "ABC123?"},
		{"Cafe\u0301", "Caf\u00e9"},
		{"a\x00b\x1bc", "a b c"},
		{"a\xffb", "a\uFFFDb"},
		{"Отдел 部門 ǅ ﬁ ²", "Отдел 部門 ǅ ﬁ ²"}, // no letter is folded
		{"\u0430bc", "\u0430bc"},
		{"\u212Aelvin", "\u212Aelvin"},
		{"می\u200cخواهم", "می\u200cخواهم"}, // a joiner that the script needs
		{"co\u200cde", "code"},
		{"👩\u200d💻", "👩\u200d💻"},
	} {
		if got := Plain(test.s); got != test.want {
			t.Errorf("Plain(%q) = %q, want %q", test.s, got, test.want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("a \u00a0 b\r\n\u200b“c”\xff")
	f.Add("e\u0301\u200d\u0338<\u0338\u212A")
	f.Fuzz(func(t *testing.T, s string) {
		plain := Plain(s)
		if !utf8.ValidString(plain) {
			t.Errorf("Plain(%q) = %q, which is not UTF-8", s, plain)
		}
		if again := Plain(plain); again != plain {
			t.Errorf("Plain(%q) = %q, and again %q", s, plain, again)
		}
	})
}

// Two spellings of a word have one form.
func TestFold(t *testing.T) {
	for _, pair := range [][2]string{
		{"Centre", "center"}, {"COLOUR", "color"}, {"Organisation", "organization"}, {"códigos", "CODIGOS"}, {"Straße", "strasse"}, {"licence", "license"}, {"Отдел", "отдел"},
	} {
		if a, b := fold(pair[0]), fold(pair[1]); a != b {
			t.Errorf("fold: %q and %q", a, b)
		}
	}
	for _, pair := range [][2]string{{"code", "codes"}, {"部門", "部"}, {"के", "का"}} {
		if a, b := fold(pair[0]), fold(pair[1]); a == b {
			t.Errorf("fold makes %q of %q and %q", a, pair[0], pair[1])
		}
	}
}
