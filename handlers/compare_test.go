package handlers

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/webex"
)

func twoSites() bot.Request {
	return bot.Request{Command: "compare", Question: ask.Question{Command: "compare"}, Site: bot.Site{Host: "a.webex.com"}, Sites: []string{"a.webex.com", "b.webex.com"}, Ref: "7F3K-Q2"}
}

// comparing compares the codes of two sites.
func comparing(r bot.Request, here, there []webex.TrackingCode) bot.Reply {
	short := shortNames(r.Sites)
	v, told := compared(r, []side{{r.Sites[0], short[0], here}, {r.Sites[1], short[1], there}})
	if told != nil {
		return *told
	}
	return reportOf(v)
}

func TestTraits(t *testing.T) {
	of := func(change func(*webex.TrackingCode)) across {
		here, there := picked(nil), picked(change)
		return across{name: here.Name, on: []*webex.TrackingCode{&here, &there}}
	}
	if a := of(func(c *webex.TrackingCode) { c.ID = "9" }); !a.same() {
		t.Errorf("the same code under another id differs: %+v", a.differing())
	}
	a := of(func(c *webex.TrackingCode) {
		c.Name, c.InputMode, c.HostProfileCode = "department", "editableSelect", "required"
		c.Options = []webex.Option{{Value: "sales"}, {Value: "Design"}}
		c.ScheduleStartCodes = rules("optional", "MeetingCenter", "EventCenter", "TrainingCenter")
	})
	want := []trait{
		{"Name", []string{"Department", "department"}},
		{"Value", []string{"pick from the list", "pick from the list or type"}},
		{"Default", []string{"Sales", "none"}},
		{"Host profile", []string{"optional", "required"}},
		{"Support", []string{"optional", "not used"}},
	}
	if diff := cmp.Diff(want, a.differing(), cmp.AllowUnexported(trait{})); diff != "" {
		t.Errorf("differing (-want +got):\n%s", diff)
	}
	part, everywhere := a.partOptions()
	if diff := cmp.Diff([]partOption{{"Sales", []int{0}}, {"sales", []int{1}}}, part, cmp.AllowUnexported(partOption{})); diff != "" || everywhere != 1 {
		t.Errorf("options, of which %d everywhere (-want +got):\n%s", everywhere, diff)
	}
	here, there := picked(func(c *webex.TrackingCode) { c.ScheduleStartCodes = nil }), picked(func(c *webex.TrackingCode) { c.ScheduleStartCodes = rules("notUsed", "All") })
	if a := (across{on: []*webex.TrackingCode{&here, &there}}); !a.same() {
		t.Errorf("no rules and not used differ: %+v", a.differing())
	}
	if got, want := (trait{"Default", []string{"a", "b", "a"}}).inWords(threeSides()), "Default: a (example, us), b (emea)"; got != want {
		t.Errorf("in words %q, want %q", got, want)
	}
}

// An id is a site's own: code 1 here is compared with the code of its name there.
func TestCompareByID(t *testing.T) {
	r := twoSites()
	r.Question.Code = &ask.Code{Written: "1"}
	here := []webex.TrackingCode{{ID: "1", Name: "Department"}, {ID: "2", Name: "Region"}}
	there := []webex.TrackingCode{{ID: "1", Name: "Region"}, {ID: "2", Name: "Department"}}
	if got := comparing(r, here, there).Markdown; !strings.HasPrefix(got, "Department is the same on a and b.") || !strings.Contains(got, "Code: 1 (a), 2 (b)") {
		t.Errorf("by id: %s", got)
	}
	r.Question.Code = &ask.Code{Written: "3"}
	if got := comparing(r, here, append(there, webex.TrackingCode{ID: "3", Name: "Team"})).Markdown; !strings.HasPrefix(got, "Team is only on b, not on a.") {
		t.Errorf("only there: %s", got)
	}
	r.Question.Code = &ask.Code{Written: "Department"}
	if got := comparing(r, here, there[:1]).Markdown; !strings.HasPrefix(got, "Department is only on a, not on b.") {
		t.Errorf("only here: %s", got)
	}
	r.Question.Code = &ask.Code{Written: "Nothing"}
	if got := comparing(r, here, there).Markdown; !strings.Contains(got, "No such tracking code") {
		t.Errorf("nowhere: %s", got)
	}
	r.Question.Code = &ask.Code{Written: "team"}
	if got := comparing(r, here, []webex.TrackingCode{{ID: "7", Name: "Team"}, {ID: "8", Name: "TEAM"}}).Markdown; !strings.Contains(got, "b.webex.com has 2 tracking codes that fit") {
		t.Errorf("several there: %s", got)
	}
}

// TestCodesOfManySites: each set of sites that have codes which others have not has
// a part of its own, with a heading of its own.
func TestCodesOfManySites(t *testing.T) {
	sides := make([]side, 9)
	for i := range sides {
		sides[i].short = string(rune('a' + i))
		for name, without := range map[string]int{"Department": 7, "Region": 8, "Team": 8} {
			if i != without {
				sides[i].codes = append(sides[i].codes, webex.TrackingCode{ID: name, Name: name})
			}
		}
	}
	var got []string
	for _, part := range partsOf(twoSites(), sides, tallyOf(codesAcross(sides)).partly) {
		got = append(got, part.Heading)
		for _, row := range part.Rows {
			got = append(got, row.Title)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"Department", "Not on h", "Not on i", "Region", "Team"}, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}
