package handlers

import (
	"fmt"
	"strconv"
	"strings"
)

// tally is what comparing all codes of the sides came to.
type tally struct{ different, partly, same []across }

func tallyOf(all []across) tally {
	var t tally
	for _, a := range all {
		switch {
		case a.missing() > 0:
			t.partly = append(t.partly, a)
		case a.same():
			t.same = append(t.same, a)
		default:
			t.different = append(t.different, a)
		}
	}
	return t
}

// title counts what there is: "1 different, 7 on one site only".
func (t tally) title(sides []side) string {
	if len(t.different)+len(t.partly) == 0 {
		return "All the same"
	}
	partly := "not on all sites"
	if len(sides) == 2 {
		partly = "on one site only"
	}
	var parts []string
	for _, p := range []struct {
		n     int
		words string
	}{{len(t.different), "different"}, {len(t.partly), partly}, {len(t.same), "identical"}} {
		if p.n > 0 {
			parts = append(parts, strconv.Itoa(p.n)+" "+p.words)
		}
	}
	return strings.Join(parts, ", ")
}

// sentence says the same with the sites, such as "9 codes on example and emea: 1
// different, 8 on one site only".
func (t tally) sentence(sides []side) string {
	var hosts []string
	for _, s := range sides {
		hosts = append(hosts, s.short)
	}
	n := len(t.different) + len(t.partly) + len(t.same)
	switch {
	case n == 0:
		return fmt.Sprintf("There are no tracking codes on %s.", inSentence(hosts))
	case n == len(t.same):
		return fmt.Sprintf("%s %s the same on %s.", capital(count(n, "code")), isAre(n), inSentence(hosts))
	}
	return fmt.Sprintf("%s on %s: %s.", capital(count(n, "code")), inSentence(hosts), t.title(sides))
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
