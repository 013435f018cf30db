package cards_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"trackbot/cards"

	"github.com/google/go-cmp/cmp"
)

// TestEmbedded proves that a card inside a message keeps its length.
func TestEmbedded(t *testing.T) {
	c := example()
	c.Name = "<R&D>"
	want, err := c.View().Card().JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(map[string]any{"content": c.View().Card()})
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != `{"content":`+string(want)+`}` {
		t.Errorf("embedded card = %s, want %s inside", got, want)
	}
}

func TestCardID(t *testing.T) {
	c := &cards.Card{ID: "ref-7F3K-Q2", Body: []*cards.Element{{Type: "TextBlock", Text: "x"}, {Type: "TextBlock", Text: "y"}}}
	for range 2 { // drawing it changes nothing
		if got := string(must(t, c)); strings.Count(got, "ref-7F3K-Q2") != 1 || !strings.Contains(got, `[{"type":"TextBlock","id":"ref-7F3K-Q2","text":"x"}`) {
			t.Errorf("card = %s, want the id on the first element only", got)
		}
	}
	if got := string(must(t, &cards.Card{ID: "ref-7F3K-Q2"})); strings.Contains(got, "ref-") {
		t.Errorf("an empty card has the id: %s", got)
	}
}

func TestEachData(t *testing.T) {
	submit := func(ask string) *cards.Action {
		return &cards.Action{Type: "Action.Submit", Title: ask, Data: &cards.Data{Ask: ask}}
	}
	set := func(actions ...*cards.Action) *cards.Element {
		return &cards.Element{Type: "ActionSet", Actions: actions}
	}
	inner := &cards.Element{Type: "Container", Select: submit("inner")}
	c := &cards.Card{Body: []*cards.Element{
		{Type: "TextBlock", Text: "x"},
		{Type: "Container", Select: submit("row"), Items: []*cards.Element{{Type: "ColumnSet", Columns: []*cards.Element{{Items: []*cards.Element{inner}}}}}},
		set(submit("action"), &cards.Action{Type: "Action.OpenUrl", URL: "https://example.com"}),
	}}
	var got []string
	c.EachData(func(d *cards.Data) {
		got = append(got, d.Ask)
		d.Root = "root of " + d.Ask
	})
	if diff := cmp.Diff([]string{"row", "inner", "action"}, got); diff != "" {
		t.Errorf("EachData visits (-want +got):\n%s", diff)
	}
	card := must(t, c)
	for _, ask := range got {
		if !bytes.Contains(card, []byte(`"root":"root of `+ask+`"`)) {
			t.Errorf("what EachData set on %q is not in the card", ask)
		}
	}
	var none *cards.Card
	none.EachData(func(*cards.Data) { t.Error("a nil card has data") })
}

// shown are a card's buttons, a line for each row of them.
func shown(c *cards.Card) []string {
	var rows []string
	for _, e := range c.Body {
		if e.Type != "ActionSet" {
			continue
		}
		var row []string
		for _, a := range e.Actions {
			row = append(row, strings.TrimPrefix(a.Type, "Action.")+" "+a.Title+a.Style)
		}
		rows = append(rows, strings.Join(row, ", "))
	}
	return rows
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
		{Title: "ask the same", Data: cards.Data{Ask: "a"}},
		{Title: "the row's", Data: cards.Data{Ask: "row"}},
		{Title: strings.Repeat("and on ", 20), Data: cards.Data{Ask: "b"}},
		{Title: "fourth", Data: cards.Data{Ask: "c"}},
		{Title: "fifth", Data: cards.Data{Ask: "d"}},
	}
	n.Choices = []cards.Button{{Title: "row", Data: cards.Data{Ask: "row"}}}
	want := []string{"OpenUrl web site, Submit askdestructive", "Submit and on and on and on and on and on …", "Submit fourth"}
	if diff := cmp.Diff(want, shown(n.View().Card())); diff != "" {
		t.Errorf("rows of buttons (-want +got):\n%s", diff)
	}
	if s := n.View().Markdown(); strings.Contains(s, "javascript") || !strings.Contains(s, "[web site](https://example.com)") {
		t.Errorf("markdown = %s, want the one link", s)
	}
}

// TestChoices are rows, of which there may be more than buttons.
func TestChoices(t *testing.T) {
	n := notUnderstood()
	n.Choices = append(n.Choices, cards.Button{Title: "huge", Data: cards.Data{Ask: strings.Repeat("x", 2000)}})
	for i := range 9 {
		n.Choices = append(n.Choices, cards.Button{Title: "choice " + strconv.Itoa(i), Data: cards.Data{Ask: "c", Page: i}})
	}
	opens := 0
	c := n.View().Card()
	c.EachData(func(*cards.Data) { opens++ })
	if text := string(draw(t, must(t, c), 60)); opens != 12 || !strings.Contains(text, "choice 8") || strings.Index(text, "choice 8") > strings.Index(text, "Ref ") {
		t.Errorf("%d can be pressed, want 11 rows and a button, above the small print:\n%s", opens, text)
	}
	if s := n.View().Markdown(); strings.Count(s, "- **choice") != 9 {
		t.Errorf("markdown = %s, want all choices", s)
	}
}

// TestLongTitles are smaller.
func TestLongTitles(t *testing.T) {
	for n, want := range map[int]string{24: "extraLarge", 25: "large", 60: "large", 61: "medium"} {
		v := cards.View{Title: strings.Repeat("x", n)}
		if got := v.Card().Body[0].Items[0].Size; got != want {
			t.Errorf("size of a title of %d letters = %q, want %q", n, got, want)
		}
	}
}

// TestSmallPrintIsOneLine whoever adds to it.
func TestSmallPrintIsOneLine(t *testing.T) {
	for want, v := range map[string]cards.View{"Updated 45 s ago": {Title: "x"}, "Webex id 1 · Updated 45 s ago · Ref 9QX2-B7": {Title: "x", Small: []string{"Webex id 1"}, Ref: "9QX2-B7"}} {
		c := v.Card()
		c.Small("Updated 45 s ago")
		if got := string(must(t, c)); !strings.HasSuffix(got, `{"type":"TextBlock","text":"`+want+`","size":"small","isSubtle":true,"wrap":true}]}`) {
			t.Errorf("the card ends %s, want %q in small letters", got[len(got)-200:], want)
		}
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
