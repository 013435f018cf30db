package handlers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/webex"
)

func TestShortNames(t *testing.T) {
	for _, c := range []struct{ hosts, want []string }{
		{[]string{"example.webex.com", "emea.example.webex.com"}, []string{"example", "emea"}},
		{[]string{"a.one.webex.com", "a.two.webex.com", "b.webex.com"}, []string{"a.one", "a.two", "b"}},
		{[]string{"a.webex.com", "ab.webex.com"}, []string{"a", "ab"}},
		{[]string{"x"}, []string{"x"}},
	} {
		if diff := cmp.Diff(c.want, shortNames(c.hosts)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.hosts, diff)
		}
	}
}

// threeSides are three sites of which the third has least.
func threeSides() []side {
	pick := func(names ...string) (list []webex.TrackingCode) {
		for _, name := range names {
			list = append(list, factCodes()[name])
		}
		return list
	}
	sides := []side{{short: "example", codes: pick("department", "division", "cost")}, {short: "emea", codes: pick("cost", "department", "unit")}, {short: "us", codes: pick("department")}}
	sides[1].codes[0].ID, sides[1].codes[0].InputMode = "9", pickOnly
	sides[1].codes[0].Options = []webex.Option{{Value: "4101"}}
	sides[1].codes[1].Options = append(sides[1].codes[1].Options, webex.Option{Value: "Legal"})
	sides[2].codes[0].Name = "DEPARTMENT"
	return sides
}

func TestCompareOneCode(t *testing.T) {
	sides := threeSides()
	all := codesAcross(sides)
	for i, want := range []string{
		"Department differs between example, emea and us: name, options.",
		"Division is only on example, not on emea and us.",
		"Cost Center differs between example and emea: value, options; it is not on us.",
		"Business Unit is only on emea, not on example and us.",
	} {
		if got := all[i].sentence(sides); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	part, both := all[0].partOptions()
	if want := []partOption{{"Legal", []int{1}}}; both != 3 || !cmp.Equal(part, want, cmp.AllowUnexported(partOption{})) {
		t.Errorf("options of Department: %v, %d everywhere, want %v and 3", part, both, want)
	}
	if want := []trait{{"Value", []string{"free text", "pick from the list", "–"}}, {"Options", []string{"0", "1", "–"}}}; !cmp.Equal(all[2].differing(), want, cmp.AllowUnexported(trait{})) {
		t.Errorf("Cost Center differs in %v, want %v", all[2].differing(), want)
	}
	same := []side{sides[0], sides[0]}
	same[1].short = "copy"
	if got, want := codesAcross(same)[0].sentence(same), "Department is the same on example and copy."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCompareAllCodes(t *testing.T) {
	sides := threeSides()
	same := []side{{short: "a", codes: sides[0].codes}, {short: "b", codes: sides[0].codes}}
	for _, c := range []struct {
		sides           []side
		title, sentence string
	}{
		{sides, "1 different, 3 not on all sites", "4 codes on example, emea and us: 1 different, 3 not on all sites."},
		{sides[:2], "2 different, 2 on one site only", "4 codes on example and emea: 2 different, 2 on one site only."},
		{same, "All the same", "3 codes are the same on a and b."},
		{[]side{{short: "a"}, {short: "b"}}, "All the same", "There are no tracking codes on a and b."},
	} {
		got := tallyOf(codesAcross(c.sides))
		if got.title(c.sides) != c.title || got.sentence(c.sides) != c.sentence {
			t.Errorf("title %q, sentence %q, want %q and %q", got.title(c.sides), got.sentence(c.sides), c.title, c.sentence)
		}
	}
}

// TestCodesOfOneNameTwice: of two codes that differ in case only, each finds its
// own on the other site.
func TestCodesOfOneNameTwice(t *testing.T) {
	team := []webex.TrackingCode{{ID: "7", Name: "Team"}, {ID: "8", Name: "TEAM"}}
	turned := []webex.TrackingCode{team[1], team[0]}
	for _, a := range codesAcross([]side{{codes: team}, {codes: turned}}) {
		if a.on[0] == nil || a.on[1] == nil || a.on[0].ID != a.on[1].ID {
			t.Errorf("%s is paired with %v", a.name, a.on)
		}
	}
}
