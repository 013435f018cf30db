package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"trackbot/cards"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// ToApprove is the reference by which a plan says that it is approved; empty where a
// message is no plan that waits.
func ToApprove(m simulator.Message) string {
	_, after, _ := strings.Cut(m.Markdown, "“approve ")
	ref, _, _ := strings.Cut(after, "”")
	return ref
}

// UserCodes are the codes of somebody and their values, as Webex gives them.
func UserCodes(t *testing.T, sim *simulator.Simulator, site, email string) webex.UserCodes {
	t.Helper()
	admin := webex.NewAdmin(webex.Options{BaseURL: sim.URL(), Token: func(context.Context) (string, error) { return sim.AdminToken(), nil }})
	u, err := admin.UserTrackingCodes(t.Context(), site, "", email)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// DataOf is what the button or row of a card carries that asks a command with
// these words in its question.
func DataOf(t *testing.T, m simulator.Message, ask, words string) map[string]any {
	t.Helper()
	var found map[string]any
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				look(one)
			}
		case map[string]any:
			if question, _ := v["question"].(string); v["ask"] == ask && strings.Contains(question, words) {
				found = v
			}
			for _, one := range v {
				look(one)
			}
		}
	}
	var card any
	if err := json.Unmarshal(m.Attachments[0].Content, &card); err != nil {
		t.Fatal(err)
	}
	if look(card); found == nil {
		t.Fatalf("no button asks %s %q: %s", ask, words, m.Attachments[0].Content)
	}
	return found
}

// NoData fails where a site's data or its name stands in what the bot wrote.
func NoData(t *testing.T, list ...simulator.Message) {
	t.Helper()
	for _, m := range list {
		var b strings.Builder
		b.WriteString(m.Markdown + m.Text)
		for _, a := range m.Attachments {
			b.Write(a.Content)
		}
		text := b.String()
		for _, word := range []string{"Department", "Engineering", "webex.com", "Division"} {
			if strings.Contains(text, word) {
				t.Errorf("%q is told to whom it may not be:\n%s", word, text)
			}
		}
	}
}

// AsOf tells an edited message from what it was.
func AsOf(m simulator.Message) string {
	if m.Updated == nil {
		return m.ID
	}
	return fmt.Sprint(m.ID, m.Updated)
}

// Drawn is a message's card as text.
func Drawn(t *testing.T, m simulator.Message) string {
	t.Helper()
	if len(m.Attachments) != 1 {
		t.Fatalf("%d attachments, want one card; text %q", len(m.Attachments), m.Text)
	}
	var b strings.Builder
	if err := cards.Draw(&b, m.Attachments[0].Content, demo.DrawWidth); err != nil {
		t.Fatalf("draw: %v", err)
	}
	return b.String()
}

// Shows fails unless card and markdown of an answer both hold all the words.
func Shows(t *testing.T, m simulator.Message, words ...string) {
	t.Helper()
	card, markdown := Drawn(t, m), m.Markdown
	for _, w := range words {
		if !strings.Contains(Squeeze(card), Squeeze(w)) {
			t.Errorf("the card does not show %q:\n%s", w, card)
		}
		if !strings.Contains(Squeeze(markdown), Squeeze(w)) {
			t.Errorf("the markdown does not say %q:\n%s", w, markdown)
		}
	}
}

// Squeeze joins lines, boxes and blanks in lower case, so that wrapping does
// not matter.
func Squeeze(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\\' || r == '*' || r == '`' || r >= 0x2500 && r <= 0x259F {
			return ' '
		}
		return r
	}, s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// Compact is a card's JSON without white space.
func Compact(t *testing.T, m simulator.Message) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, m.Attachments[0].Content); err != nil {
		t.Fatalf("card: %v", err)
	}
	return b.String()
}
