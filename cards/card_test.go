package cards_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"trackbot/cards"

	"github.com/google/go-cmp/cmp"
)

// TestJSONIsStandard compares the encoder with encoding/json on text and data.
func TestJSONIsStandard(t *testing.T) {
	all := append([]string{"plain", "\u2028\u2029", "\"\\</script>&\x7f\x00\x1f", "e\u0301😀"}, nasty...)
	for _, s := range all {
		d := cards.Data{Ask: s, Question: s, Fresh: true, Root: s, Room: s, Until: 1 << 40, Sig: s}
		card, err := (&cards.Card{Actions: []cards.Action{&cards.Submit{Title: "x", Data: d}}}).JSON()
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Actions []struct{ Data cards.Data } }
		if err := json.Unmarshal(card, &got); err != nil {
			t.Fatalf("JSON of %q: %v in %s", s, err, card)
		}
		if s == strings.ToValidUTF8(s, "") && got.Actions[0].Data != d {
			t.Errorf("data = %+v, want %+v", got.Actions[0].Data, d)
		}
		if !strings.Contains(loose(card), loose(want)) {
			t.Errorf("card holds\n%s, want\n%s", card, want)
		}
	}
}

// loose writes the same rune the same way, however it was escaped.
func loose(b []byte) string {
	return strings.NewReplacer(`\n`, `\u000a`, `\r`, `\u000d`, `\t`, `\u0009`, `\b`, `\u0008`, `\f`, `\u000c`).Replace(string(b))
}

// TestEmbedded proves that a card inside a message keeps its length.
func TestEmbedded(t *testing.T) {
	c := example()
	c.Name = "<R&D>"
	want, err := c.Card().JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(map[string]any{"content": c.Card()})
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != `{"content":`+string(want)+`}` {
		t.Errorf("embedded card = %s, want %s inside", got, want)
	}
}

func TestCardID(t *testing.T) {
	for _, tt := range []struct {
		name string
		body []cards.Element
		want string
	}{
		{"text", []cards.Element{&cards.TextBlock{Text: "x"}, &cards.TextBlock{Text: "y"}}, "ref-7F3K-Q2"},
		{"container", []cards.Element{&cards.Container{}}, "ref-7F3K-Q2"},
		{"input", []cards.Element{&cards.InputText{ID: "own"}}, "own"},
		{"empty", nil, ""},
	} {
		card, err := (&cards.Card{ID: "ref-7F3K-Q2", Body: tt.body}).JSON()
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Body []struct{ ID string } }
		if err := json.Unmarshal(card, &got); err != nil {
			t.Fatalf("%s: %v in %s", tt.name, err, card)
		}
		id := ""
		if len(got.Body) > 0 {
			id = got.Body[0].ID
		}
		if id != tt.want || len(got.Body) > 1 && got.Body[1].ID != "" {
			t.Errorf("%s: ids in %s, want %q on the first element only", tt.name, card, tt.want)
		}
	}
}

func TestEachData(t *testing.T) {
	submit := func(ask string) *cards.Submit { return &cards.Submit{Title: ask, Data: cards.Data{Ask: ask}} }
	inner := &cards.Container{Select: submit("inner")}
	c := &cards.Card{
		Body: []cards.Element{
			&cards.TextBlock{Text: "x"},
			&cards.Container{Select: submit("row"), Items: []cards.Element{
				&cards.ColumnSet{Columns: []cards.Column{{Items: []cards.Element{inner}}}},
			}},
		},
		Actions: []cards.Action{
			submit("action"),
			&cards.OpenURL{Title: "x", URL: "https://example.com"},
			&cards.ShowCard{Title: "x", Card: cards.Card{Actions: []cards.Action{submit("unfolded")}}},
		},
	}
	var got []string
	c.EachData(func(d *cards.Data) {
		got = append(got, d.Ask)
		d.Root = "root of " + d.Ask
	})
	if diff := cmp.Diff([]string{"row", "inner", "action", "unfolded"}, got); diff != "" {
		t.Errorf("EachData visits (-want +got):\n%s", diff)
	}
	card, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, ask := range got {
		if !bytes.Contains(card, []byte(`"root":"root of `+ask+`"`)) {
			t.Errorf("what EachData set on %q is not in the card", ask)
		}
	}
	var none *cards.Card
	none.EachData(func(*cards.Data) { t.Error("a nil card has data") })
}

func TestButtons(t *testing.T) {
	n := failure()
	n.Buttons = []cards.Button{
		{Title: "", Data: cards.Data{Ask: "untitled"}},
		{Title: "script", URL: "javascript:alert(1)"},
		{Title: "file", URL: "file:///etc/passwd"},
		{Title: "huge", Data: cards.Data{Ask: strings.Repeat("x", 2000)}},
		{Title: "web\x1b\nsite", URL: "https://example.com"},
		{Title: "ask", Data: cards.Data{Ask: "a"}, Style: cards.Destructive},
	}
	var got []string
	for _, a := range n.Card().Actions {
		switch a := a.(type) {
		case *cards.OpenURL:
			got = append(got, "open "+a.Title)
		case *cards.Submit:
			got = append(got, "submit "+a.Title+" "+string(a.Style))
		}
	}
	if diff := cmp.Diff([]string{"open web site", "submit ask destructive"}, got); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	n.Choices = []cards.Button{{Title: "choice", Data: cards.Data{Ask: strings.Repeat("x", 2000)}}}
	for range 9 {
		n.Choices = append(n.Choices, cards.Button{Title: "choice", Data: cards.Data{Ask: "c"}})
	}
	c := n.Card()
	if len(c.Actions) != cards.MaxActions {
		t.Errorf("%d actions, want %d", len(c.Actions), cards.MaxActions)
	}
	if text := string(draw(t, must(t, c), 60)); !strings.Contains(text, "and 5 more") {
		t.Errorf("the card does not tell that 5 choices are left out:\n%s", text)
	}
	if s := n.Markdown(); strings.Count(s, "- choice") != 10 || strings.Contains(s, "javascript") || !strings.Contains(s, "(https://example.com)") {
		t.Errorf("markdown = %s, want all choices and the one link", s)
	}
}

func must(t *testing.T, c *cards.Card) []byte {
	t.Helper()
	b, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCut(t *testing.T) {
	long := strings.Repeat("line\n", 3000)
	for _, s := range []string{"short", long, strings.Repeat("é", 9000), "a\n" + strings.Repeat("𠜎", 4000)} {
		got := cards.Cut(s, cards.MaxMarkdown)
		if len(got) > cards.MaxMarkdown || !utf8.ValidString(got) {
			t.Errorf("Cut of %d bytes has %d, valid %v", len(s), len(got), utf8.ValidString(got))
		}
		if len(s) <= cards.MaxMarkdown && got != s {
			t.Errorf("Cut(%q) = %q", s, got)
		}
	}
	if got := cards.Cut(long, cards.MaxMarkdown); !strings.HasSuffix(got, "\n\nand 1521 more lines") {
		t.Errorf("Cut ends with %q", got[len(got)-40:])
	}
}
