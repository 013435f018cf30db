package handlers

import (
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/change"
	"trackbot/internal/history"
	"trackbot/webex"
)

// TestMadeBy: a change is this bot's where it wrote just that between the readings,
// and nobody's where that is not sure.
func TestMadeBy(t *testing.T) {
	seen := time.Date(2026, 5, 7, 14, 30, 0, 0, time.UTC)
	since := seen.Add(-15 * time.Minute)
	code := func(name string, values ...string) *webex.TrackingCode {
		c := &webex.TrackingCode{ID: "1", Name: name}
		for _, v := range values {
			c.Options = append(c.Options, webex.Option{Value: v})
		}
		return c
	}
	plan := func(edit func(*Change)) Change {
		c := Change{
			Ref: "7F3K-Q2", State: ChangeDone, Asked: since.Add(time.Minute), Finished: since.Add(2 * time.Minute), Approver: bot.Person{Name: "Bob"},
			Plan: change.Plan{Site: golden, Before: change.State{Code: code("Department", "Sales")}, After: change.State{Code: code("Department", "Sales", "Legal")}},
		}
		if edit != nil {
			edit(&c)
		}
		return c
	}
	added := history.Change{Site: golden, Code: "1", Name: "Department", Field: history.Option, After: "Legal", Since: since, Seen: seen}
	renamed := history.Change{Site: golden, Code: "1", Name: "Unit", Field: history.Name, Before: "Department", After: "Unit", Since: since, Seen: seen}
	const ours = "through trackbot (7F3K-Q2, approved by Bob)"
	rename := func(c *Change) { c.Plan.After.Code = code("Dept", "Sales") }
	for name, test := range map[string]struct {
		c    history.Change
		plan Change
		want string
	}{
		"the same":                   {added, plan(nil), ours},
		"finished after it was read": {added, plan(func(c *Change) { c.Finished = seen.Add(time.Minute) }), ours},
		"asked long before":          {added, plan(func(c *Change) { c.Asked = since.Add(-time.Hour) }), ours},
		"finished before":            {added, plan(func(c *Change) { c.Asked, c.Finished = since.Add(-2*time.Hour), since.Add(-time.Hour) }), outside},
		"asked after":                {added, plan(func(c *Change) { c.Asked = seen.Add(time.Minute) }), outside},
		"another site":               {added, plan(func(c *Change) { c.Plan.Site = "emea.example.webex.com" }), outside},
		"another code":               {added, plan(func(c *Change) { c.Plan.Before.Code.ID, c.Plan.After.Code.ID = "2", "2" }), outside},
		"another option":             {added, plan(func(c *Change) { c.Plan.After.Code = code("Department", "Sales", "Law") }), outside},
		"nobody approved it":         {added, plan(func(c *Change) { c.State = ChangeWaiting }), outside},
		"a person's value": {added, plan(func(c *Change) {
			c.Plan.Before, c.Plan.After = change.State{User: &webex.UserCodes{}}, change.State{User: &webex.UserCodes{}}
		}), outside},
		"it failed, perhaps written":    {added, plan(func(c *Change) { c.State = ChangeFailed }), ""},
		"it is being written":           {added, plan(func(c *Change) { c.State, c.Finished = ChangeApplying, time.Time{} }), ""},
		"somebody changed it again":     {renamed, plan(rename), ""},
		"another field":                 {renamed, plan(nil), outside},
		"before what is known":          {history.Change{Since: since.Add(-24 * time.Hour), Seen: seen}, plan(nil), ""},
		"ours, and before that as well": {added, plan(func(c *Change) { c.Asked = since.Add(-23 * time.Hour) }), ours},
		"the code is gone": {
			history.Change{Site: golden, Code: "1", Name: "Department", Field: history.Code, Before: "{}", Since: since, Seen: seen},
			plan(func(c *Change) { c.Plan.After = change.State{} }), ours,
		},
		"the code is new": {
			history.Change{Site: golden, Code: "9", Name: "Department", Field: history.Code, After: "{}", Since: since, Seen: seen},
			plan(func(c *Change) { c.Plan.Before, c.Plan.After.Code.ID = change.State{}, "" }), ours,
		},
	} {
		if got := madeBy(test.c, []Change{test.plan}, since.Add(-time.Hour)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
