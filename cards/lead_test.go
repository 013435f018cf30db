package cards_test

import (
	"strings"
	"testing"

	"trackbot/cards"
)

// TestLeadComesFirst: what answers the question is what a notification shows, and
// stands on the card above everything but the header.
func TestLeadComesFirst(t *testing.T) {
	lead := []string{"Cost *Center* is required.", "An admin can change it."}
	for name, v := range map[string]view{
		"code": cards.Code{Name: "X", Lead: lead, Input: "free text"}, "list": cards.CodeList{Lead: lead}, "report": cards.Report{Lead: lead, Lines: []string{"below"}}, "notice": cards.Notice{Lead: lead, Lines: []string{"below"}},
	} {
		if want := "Cost \\*Center\\* is required.\n\nAn admin can change it.\n\n**"; !strings.HasPrefix(v.View().Markdown(), want) {
			t.Errorf("%s: markdown begins %q, want %q", name, v.View().Markdown(), want)
		}
		if got := v.View().Card().Body; len(got) < 3 || got[1].Text != `Cost \*Center\* is required.` || got[2].Text != lead[1] {
			t.Errorf("%s: the lead is not below the header: %s", name, must(t, v.View().Card()))
		}
	}
	long := make([]string, 100)
	for i := range long {
		long[i] = strings.Repeat("<𠜎", 300)
	}
	checkBudget(t, "a long lead", cards.Notice{Title: "x", Lead: long, Lines: long})
}
