package handlers

import (
	"context"
	"strings"
	"testing"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// TestDiffers: a kept code that is not the same, or is gone, is told; its copy is
// offered only where it can be asked for and there is something to copy.
func TestDiffers(t *testing.T) {
	t.Parallel()
	code := func(id, name string, values ...string) webex.TrackingCode {
		c := webex.TrackingCode{ID: id, Name: name}
		for _, v := range values {
			c.Options = append(c.Options, webex.Option{Value: v})
		}
		return c
	}
	type codes = []webex.TrackingCode
	w := Watch{Site: golden, Code: "1", Name: "Region", With: []string{"emea.example.webex.com"}}
	for _, c := range []struct {
		here, there codes
		editor      bool
		want        string // empty: they are the same
		copies      bool
	}{
		{codes{code("1", "Region", "North")}, codes{code("7", "Region", "North")}, true, "", false},
		{codes{code("1", "Region", "North", "South")}, codes{code("7", "Region", "South", "North")}, true, "", false},
		{codes{code("1", "Region", "North", "South")}, codes{code("7", "Region", "North")}, true, "Region differs between example and emea: options", true},
		{codes{code("1", "Region", "North", "South")}, codes{code("7", "Region", "North")}, false, "Region differs between example and emea: options", false},
		{codes{code("1", "Region", "North")}, nil, true, "Region is only on example, not on emea", true},
		{codes{code("1", "Area", "North")}, codes{code("7", "Region", "North")}, true, "differs between example and emea: name", true},
		{nil, codes{code("7", "Region", "North")}, true, "Region is only on emea, not on example", false},
		{nil, nil, true, "Region is gone", false},
	} {
		got, told := Differs(w, [][]webex.TrackingCode{c.here, c.there}, "7F3K-Q2", c.editor)
		if told != (c.want != "") || !strings.Contains(got.Markdown, c.want) {
			t.Errorf("%v and %v: told %v, %q, want %q", c.here, c.there, told, got.Markdown, c.want)
			continue
		}
		if !told {
			if !strings.Contains(got.Markdown, "Region is the same again") {
				t.Errorf("of a broken rule that is mended: %s", got.Markdown)
			}
			continue
		}
		card, err := got.Card.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if copies := strings.Contains(string(card), "Copy to emea"); copies != c.copies {
			t.Errorf("%v and %v, editor %v: a copy is offered %v, want %v", c.here, c.there, c.editor, copies, c.copies)
		}
	}
}

// TestDriftOfWhatCanBeRead compares the sites that can be read and names the others;
// of one alone there is nothing to say.
func TestDriftOfWhatCanBeRead(t *testing.T) {
	t.Parallel()
	const emea, apac = "emea.example.webex.com", "apac.example.webex.com"
	rules := []Watch{
		{Site: golden, Code: "3", Name: "Cost Center", With: []string{emea}},
		{Site: golden, Code: "3", Name: "Cost Center", With: []string{apac}},
	}
	drift := watcher{admin: threeSites(), all: func(context.Context) ([]Watch, error) { return rules, nil }}.drift()
	r := asks(ask.Question{Command: "drift"})
	r.Sites = []string{golden, apac, emea}
	reply, err := drift.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Could not be read just now, and not compared: " + apac, "Only on example"} {
		if !strings.Contains(reply.Markdown, want) {
			t.Errorf("the answer lacks %q:\n%s", want, reply.Markdown)
		}
	}
	r.Sites = []string{golden, apac}
	if reply, err := drift.Run(t.Context(), r); err == nil {
		t.Errorf("one site that can be read is compared with none:\n%s", reply.Markdown)
	}
}
