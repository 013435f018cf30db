package bot

import (
	"strings"
	"testing"
)

func TestQuestions(t *testing.T) {
	p := NewParser([]Command{
		{Name: "code", Phrases: []string{"tracking code", "code", "#"}, Text: true, Site: true},
		{Name: "codes", Phrases: []string{"tracking codes", "codes"}, Site: true, Each: "code"},
		{Name: "missing", Phrases: []string{"who is missing"}, Text: true, Site: true},
		{Name: "help", Phrases: []string{"help", "?"}, Text: true, Plain: true},
	})
	for text, want := range map[string]string{
		"code 1\ncode 2": "code 1, code 2",
		"hi bot\ncode 1 on example\n\ncodes on emea\nthanks": "code 1, codes ",
		"code 1":           "",
		"tracking code\n1": "", // one question over two lines
		"who is missing Department on example\na@b.com\nc@d.com":    "", // a pasted list
		"code 1\nand some words that ask nothing at all, I am sure": "",
		"code 1\n" + strings.Repeat("code 2\n", 60):                 "", // no message of a person
	} {
		var got []string
		for _, q := range p.Questions(text) {
			got = append(got, q.Command+" "+q.Text)
		}
		if list := strings.Join(got, ", "); list != want {
			t.Errorf("Questions(%q) = %q, want %q", text, list, want)
		}
	}
	for text, want := range map[string]string{
		"tracking codes 1, 2 and Cost Center on example": "code 1, 2 and Cost Center",
		"codes 1": "code 1", "codes on example": "codes ", "codes": "codes ",
		"help codes": "help codes", "help": "help ", "help me with code 1": "code 1", "help, code 1": "code 1",
	} {
		q := p.Parse(text)
		if got := q.Command + " " + q.Text; got != want {
			t.Errorf("Parse(%q) = %q, want %q", text, got, want)
		}
	}
}
