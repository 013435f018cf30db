package handlers

import (
	"strings"
	"testing"

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
