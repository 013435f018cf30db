package handlers

import (
	"context"
	"fmt"
	"time"

	"trackbot/internal/history"
	"trackbot/webex"
)

const (
	// outside is said of a change that this bot surely did not make.
	outside = "outside trackbot"
	// plansKept is how long what this bot wrote is surely known: plans are kept for
	// 30 days from their end.
	plansKept = 29 * 24 * time.Hour
	// plansRead is how many plans are looked through, and planLife how long one can
	// wait until it is written: CHANGE_MINUTES are up to 24 hours.
	plansRead = 200
	planLife  = 25 * time.Hour
)

// Attributed is a history whose changes say whether this bot made them.
func Attributed(h History, plans Plans, now func() time.Time) History {
	if h == nil || plans == nil {
		return h
	}
	return attributed{h, plans, now}
}

type attributed struct {
	History

	plans Plans
	now   func() time.Time
}

// Changes are those of the history, with By where it is known.
func (a attributed) Changes(ctx context.Context, q history.Query) ([]history.Change, error) {
	list, err := a.History.Changes(ctx, q)
	if err != nil || len(list) == 0 {
		return list, err
	}
	plans, err := a.plans.List(ctx, plansRead+1)
	if err != nil {
		return nil, fmt.Errorf("what was changed through this bot: %w", err)
	}
	known := a.now().Add(-plansKept)
	if len(plans) > plansRead { // what was asked before the last of them was written by then
		if last := plans[plansRead].Asked.Add(planLife); last.After(known) {
			known = last
		}
	}
	for i := range list {
		list[i].By = madeBy(list[i], plans, known)
	}
	return list, nil
}

// madeBy says by which of this bot's changes one came about, which are given newest
// first, or that it was none of them. It is empty where that is not sure: what was
// written before known is forgotten, and what failed may have been written.
func madeBy(c history.Change, plans []Change, known time.Time) string {
	maybe := c.Since.Before(known)
	for _, ch := range plans {
		if !wrote(ch, c) {
			continue
		}
		for _, d := range history.Diff(ch.Plan.Before.Code, ch.Plan.After.Code) {
			switch {
			case d.Field != c.Field || c.Field == history.Option && d.Before+d.After != c.Before+c.After:
			case ch.State == ChangeDone && (d.After == c.After || c.Field == history.Code && (d.After == "") == (c.After == "")):
				return fmt.Sprintf("through trackbot (%s, approved by %s)", ch.Ref, nameOf(ch.Approver))
			default:
				maybe = true
			}
		}
	}
	if maybe {
		return ""
	}
	return outside
}

// wrote reports whether a change of this bot may have been written to the code
// between the two readings.
func wrote(ch Change, c history.Change) bool {
	if ch.State != ChangeDone && ch.State != ChangeFailed && ch.State != ChangeApplying || ch.Plan.Site != c.Site ||
		ch.Applied.IsZero() || ch.Applied.After(c.Seen) || !ch.Finished.IsZero() && ch.Finished.Before(c.Since) {
		return false
	}
	for _, code := range []*webex.TrackingCode{ch.Plan.Before.Code, ch.Plan.After.Code} {
		if code != nil && (code.ID == c.Code || code.ID == "" && fold(code.Name) == fold(c.Name)) { // a new code has no id in its plan
			return true
		}
	}
	return false
}

// made says how and when a change came about, as far as it is known.
func made(c history.Change) string {
	if c.By == "" {
		return between(c)
	}
	return c.By + ", " + between(c)
}
