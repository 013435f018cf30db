package cards_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"trackbot/cards"
)

func TestDrawColumns(t *testing.T) {
	card := `{"type":"AdaptiveCard","version":"1.3","body":[
	 {"type":"ColumnSet","columns":[
	  {"width":"40px","items":[{"type":"TextBlock","text":"ab"}]},
	  {"width":"stretch","items":[{"type":"TextBlock","text":"部門 e\u0301x"}]},
	  {"width":"auto","items":[{"type":"TextBlock","text":"end"}]},null]},
	 {"type":"Container","style":"emphasis","items":[{"type":"TextBlock","text":"a\\*b"},null]},
	 {"type":"ActionSet","actions":[{"type":"Action.Submit","title":"Go"},{"type":"Action.OpenUrl","title":"Site","url":"https://example.com"}]},
	 {"type":"Image"}]}`
	want := `╭──────────────────────────────╮
│ ab      部門 éx          end │
│                              │
│ ▌ a*b                        │
│                              │
│ [ Go ]  [ Site ↗ ]           │
│ (Image)                      │
╰──────────────────────────────╯
`
	if got := string(draw(t, []byte(card), 32)); got != strings.Replace(want, "é", "e\u0301", 1) {
		t.Errorf("Draw =\n%swant\n%s", got, want)
	}
}

func TestDrawWidths(t *testing.T) {
	for name, v := range samples() {
		card := must(t, v.View().Card())
		for _, width := range []int{-1, 10, 24, 42, 60, 80, 300} {
			if problem := crooked(string(draw(t, card, width)), min(max(width, 24), 200)); problem != "" {
				t.Errorf("%s at %d: %s", name, width, problem)
			}
		}
	}
}

// crooked says which line is not as wide as it should be.
func crooked(s string, width int) string {
	for line := range strings.Lines(s) {
		n := 0
		for _, r := range strings.TrimSuffix(line, "\n") {
			switch {
			case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul), r > 0x1f000 && r < 0x20000:
				n += 2
			default:
				n++
			}
		}
		if n != width {
			return fmt.Sprintf("%d cells, want %d: %s", n, width, line)
		}
	}
	return ""
}

func TestDrawKeepsTheTerminalSafe(t *testing.T) {
	c := &cards.Card{Body: []*cards.Element{
		{Type: "TextBlock", Text: "\x1b]0;owned\x07\x1b[2J\u009b31m red \u202eabc\u2066\r\nnext\x7f"},
		{Type: "Input.Text", ID: "a", Label: "\x1b[1m", Placeholder: "\x1b[1m"},
		{Type: "ActionSet", Actions: []*cards.Action{{Type: "Action.Submit", Title: "\x1b[5mGo"}}},
	}}
	got := string(draw(t, must(t, c), 60))
	for _, r := range got {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			t.Errorf("Draw writes %U:\n%q", r, got)
		}
	}
	if !strings.Contains(got, "red abc next") {
		t.Errorf("Draw = %s, want the words that are left", got)
	}
}

func TestDrawErrors(t *testing.T) {
	for _, card := range []string{"", "null", "{", `{"type":"TextBlock"}`, `{"type":"AdaptiveCard","body":{}}`, `[1]`} {
		if err := cards.Draw(&bytes.Buffer{}, []byte(card), 60); err == nil {
			t.Errorf("Draw(%q) = nil, want an error", card)
		}
	}
	if err := cards.Draw(broken{}, must(t, example().View().Card()), 60); !errors.Is(err, errBroken) {
		t.Errorf("Draw to a broken writer = %v, want %v", err, errBroken)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func FuzzDraw(f *testing.F) {
	for _, v := range samples() {
		b, err := v.View().Card().JSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 4000)], 60)
		if len(b) < 4000 {
			f.Add(b, 24)
		}
	}
	f.Add([]byte(`{"type":"AdaptiveCard","body":`+strings.Repeat(`[{"type":"Container","items":`, 40)+`[]`+strings.Repeat(`}]`, 40)+`}`), 30)
	f.Add([]byte(`{"type":"AdaptiveCard","body":`+strings.Repeat(`[{"type":"ColumnSet","columns":[{"width":"auto","items":`, 40)+`[]`+strings.Repeat(`}]}]`, 40)+`}`), 200)
	f.Add([]byte(`{"type":"AdaptiveCard","body":[null,{"type":"ColumnSet","columns":[{"width":1e308},{"width":-1},{"width":"0px"},{"width":"99999999999px"}]}],"actions":[null]}`), 30)
	f.Fuzz(func(t *testing.T, card []byte, width int) {
		var b bytes.Buffer
		if err := cards.Draw(&b, card, width); err != nil {
			return
		}
		if !utf8.Valid(b.Bytes()) || bytes.ContainsAny(b.Bytes(), "\x1b\x00\r") {
			t.Errorf("Draw(%q, %d) = %q", card, width, b.String())
		}
	})
}
