package handlers

import (
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

func TestDiffer(t *testing.T) {
	if d := differ(picked(nil), picked(func(c *webex.TrackingCode) { c.ID = "9" })); !d.same() || d.both != 2 {
		t.Errorf("the same code under another id differs: %+v", d)
	}
	got := differ(picked(nil), picked(func(c *webex.TrackingCode) {
		c.Name, c.InputMode, c.HostProfileCode = "department", "editableSelect", "required"
		c.Options = []webex.Option{{Value: "sales"}, {Value: "Design"}}
		c.ScheduleStartCodes = rules("optional", "MeetingCenter", "EventCenter", "TrainingCenter")
	}))
	want := difference{
		rules: [][]string{
			{"Name", "Department", "department"},
			{"Value", "pick from the list", "pick from the list or type"},
			{"Default", "Sales", "none"},
			{"Host profile", "optional", "required"},
			{"Support", "optional", "not used"},
		},
		here: []string{"Sales"}, there: []string{"sales"}, both: 1,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(difference{})); diff != "" {
		t.Errorf("differ (-want +got):\n%s", diff)
	}
	if d := differ(picked(func(c *webex.TrackingCode) { c.ScheduleStartCodes = nil }), picked(func(c *webex.TrackingCode) { c.ScheduleStartCodes = rules("notUsed", "All") })); !d.same() {
		t.Errorf("no rules and not used differ: %+v", d)
	}
}

func TestPairs(t *testing.T) {
	code := func(id, name string) webex.TrackingCode { return webex.TrackingCode{ID: id, Name: name} }
	var got []string
	for _, p := range pairs(
		[]webex.TrackingCode{code("1", "Department"), code("2", "region"), code("3", "Here"), code("4", "Region")},
		[]webex.TrackingCode{code("1", "Region"), code("2", "There"), code("3", "DEPARTMENT")},
	) {
		s := "-"
		if p.here != nil {
			s = p.here.ID
		}
		if p.there != nil {
			s += "|" + p.there.ID
		}
		got = append(got, s)
	}
	if want := "1|3 2|1 3 4 -|2"; strings.Join(got, " ") != want {
		t.Errorf("pairs = %v, want %q", got, want)
	}
}

// An id is a site's own: code 1 here is compared with the code of its name there.
func TestCompareByID(t *testing.T) {
	r := twoSites()
	r.Question.Code = &ask.Code{Written: "1"}
	here := []webex.TrackingCode{{ID: "1", Name: "Department"}, {ID: "2", Name: "Region"}}
	there := []webex.TrackingCode{{ID: "1", Name: "Region"}, {ID: "2", Name: "Department"}}
	if got := compareOne(r, here, there).Markdown; !strings.Contains(got, "Department is the same") || !strings.Contains(got, "code 1 on a.webex.com, code 2 on b.webex.com") {
		t.Errorf("compareOne = %s", got)
	}
	r.Question.Code = &ask.Code{Written: "3"}
	if got := compareOne(r, here, append(there, webex.TrackingCode{ID: "3", Name: "Team"})).Markdown; !strings.Contains(got, "Team is on one site only") || !strings.Contains(got, "a.webex.com has no tracking code of that name") {
		t.Errorf("only there: %s", got)
	}
	r.Question.Code = &ask.Code{Written: "Department"}
	if got := compareOne(r, here, there[:1]).Markdown; !strings.Contains(got, "Department is on one site only") || !strings.Contains(got, "b.webex.com has no tracking code of that name") {
		t.Errorf("only here: %s", got)
	}
	r.Question.Code = &ask.Code{Written: "Nothing"}
	if got := compareOne(r, here, there).Markdown; !strings.Contains(got, "No such tracking code") {
		t.Errorf("nowhere: %s", got)
	}
	r.Question.Code = &ask.Code{Written: "team"}
	if got := compareOne(r, here, []webex.TrackingCode{{ID: "7", Name: "Team"}, {ID: "8", Name: "TEAM"}}).Markdown; !strings.Contains(got, "b.webex.com has 2 tracking codes that fit") {
		t.Errorf("several there: %s", got)
	}
}
