package bot

import (
	"testing"
)

func TestParsePolite(t *testing.T) {
	p := NewParser(questions())
	for _, test := range []struct {
		text             string
		greeting, thanks bool
	}{
		{"hi", true, false},
		{"Hello!", true, false},
		{"hello trackbot", true, false},
		{"Good morning, everybody :)", true, false},
		{"hi there 👋", true, false},
		{"hi\nthere", true, false},
		{"thanks", false, true},
		{"Thank you so much!", false, true},
		{"thanks for the help", false, true},
		{"ok, great", false, true},
		{"hi, thanks", false, true},
		{"hi help", false, false},
		{"ok help", false, false},
		{"hi cdoe", false, false}, // a slip and no name
		{"hi codes", false, false},
		{"help", false, false},
		{"team", false, false},
		{"you", false, false},
		{"", false, false},
		{"hello, can you fly?", false, false},
	} {
		q := p.Parse(test.text)
		if q.Greeting != test.greeting || q.Thanks != test.thanks || (q.Greeting || q.Thanks) && q.Said() != "" {
			t.Errorf("Parse(%q) = %+v, want greeting %v, thanks %v", test.text, q, test.greeting, test.thanks)
		}
	}
}

// TestParseChange has somebody ask for a change: that is no question, although
// one stands in it.
func TestParseChange(t *testing.T) {
	p := NewParser(questions())
	for text, want := range map[string]string{
		"delete tracking code 1 on example.webex.com": "tracking code 1 on example.webex.com",
		"please delete tracking code 1":               "tracking code 1",
		"hi, can you remove code 2?":                  "code 2",
		"Add option Legal to code 1":                  "option Legal to code 1",
		"please delete\ncode 1":                       "code 1",
		"I need you to create: tracking code Project": "tracking code Project",
		"delete": "",
	} {
		if q := p.Parse(text); q.Command != "" || !q.Change || q.changed != want || q.Said() == "" {
			t.Errorf("Parse(%q) = %+v, want a change of %q", text, q, want)
		}
	}
	for _, text := range []string{
		"tracking code delete", "can you update me on tracking code 1", "what was changed in tracking code 1", "tracking code 1\nplease delete it",
		"use emea", "find create", "code 1, and add code 2",
	} {
		if q := p.Parse(text); q.Change || q.Command == "" {
			t.Errorf("Parse(%q) = %+v, want a question and no change", text, q)
		}
	}
}
