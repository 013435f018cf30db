package handlers

import (
	"context"
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
			Ref: "7F3K-Q2", State: ChangeDone, Asked: since.Add(-time.Hour), Applied: since.Add(time.Minute), Finished: since.Add(2 * time.Minute), Approver: bot.Person{Name: "Bob"},
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
		"written after it was read":  {added, plan(func(c *Change) { c.Applied, c.Finished = seen.Add(time.Minute), seen.Add(2*time.Minute) }), outside},
		"never begun to be written":  {added, plan(func(c *Change) { c.State, c.Applied = ChangeFailed, time.Time{} }), outside},
		"finished before":            {added, plan(func(c *Change) { c.Applied, c.Finished = since.Add(-2*time.Hour), since.Add(-time.Hour) }), outside},
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
		"ours, and before that as well": {added, plan(func(c *Change) { c.Applied = since.Add(-23 * time.Hour) }), ours},
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

// fixedPlans are plans of which the newest come first.
type fixedPlans struct {
	Plans

	list []Change
}

func (p fixedPlans) List(_ context.Context, limit int) ([]Change, error) {
	return p.list[:min(len(p.list), limit)], nil
}

// changesSeen is a history of one change.
type changesSeen struct {
	History

	c history.Change
}

func (h changesSeen) Changes(context.Context, history.Query) ([]history.Change, error) {
	return []history.Change{h.c}, nil
}

// TestOlderPlans: where there are more plans than are looked through, a change is
// nobody's as long as one of the others may have been written.
func TestOlderPlans(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, c := range []struct {
		plans int
		seen  time.Duration // after the oldest plan was asked for
		want  string
	}{
		{plansRead, time.Minute, outside},
		{plansRead + 1, time.Minute, ""},
		{plansRead + 1, 24 * time.Hour, ""},
		{plansRead + 1, 26 * time.Hour, outside},
	} {
		asked := now.Add(-27 * time.Hour)
		list := make([]Change, c.plans)
		for i := range list {
			list[i] = Change{State: ChangeDiscarded, Asked: asked}
		}
		seen := asked.Add(c.seen)
		h := Attributed(changesSeen{c: history.Change{Site: golden, Code: "1", Since: seen, Seen: seen}}, fixedPlans{list: list}, time.Now)
		got, err := h.Changes(t.Context(), history.Query{})
		if err != nil || got[0].By != c.want {
			t.Errorf("%d plans, a change after %v: by %q, %v, want %q", c.plans, c.seen, got[0].By, err, c.want)
		}
	}
}
