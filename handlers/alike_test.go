package handlers

import (
	"slices"
	"testing"
)

func TestTight(t *testing.T) {
	for _, pair := range [][2]string{{"R&D", "r&d "}, {"Cost-Center", "cost center"}, {"A 1", "A1"}, {"ＦＯＯ", "foo"}, {"e\u0301", "\u00e9"}} {
		if tight(pair[0]) != tight(pair[1]) {
			t.Errorf("tight(%q) = %q, of %q %q; want the same", pair[0], tight(pair[0]), pair[1], tight(pair[1]))
		}
	}
	var seen []string
	for _, s := range []string{"1 10", "11 0", "110", "1-10", "a.b", "a/b"} {
		if slices.Contains(seen, tight(s)) {
			t.Errorf("tight(%q) is that of another", s)
		}
		seen = append(seen, tight(s))
	}
}
