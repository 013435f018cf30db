package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// Months are the sums of whole months that counts of meetings came to. Webex's report
// goes back 90 days; these stay, so that a year can be compared.
type Months struct {
	// With returns the stored values whose keys begin with a prefix.
	With func(ctx context.Context, prefix string) (map[string][]byte, error)
	Keep time.Duration // how long one is kept
}

// MonthNote is how the keys of the values begin under which months are stored.
const MonthNote = "month "

const (
	monthForm  = "2006-01" // as keys have it
	monthWords = "January 2006"
	// maxMonthValues is how many values a stored month tells apart; the rest is one.
	maxMonthValues = 100
	// maxMonths is how many months back a comparison goes.
	maxMonths = 13
)

// monthKey is where the months of a code are stored. Its id stays when it is renamed.
func monthKey(site, id string) string { return MonthNote + site + " " + id + " " }

// monthOf is when the month of a time begins.
func monthOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// monthsOf are the months of which a count has any day, from when it was to begin.
func (c meetingCount) monthsOf() (months []time.Time) {
	for m := latest(monthOf(c.Begin), monthOf(c.To).AddDate(0, -maxMonths, 0)); m.Before(c.To); m = m.AddDate(0, 1, 0) {
		months = append(months, m)
	}
	return months
}

// hasMonths reports whether a count is one whose months are kept: by a code, of all
// services.
func (c meetingCount) hasMonths() bool { return c.Code != "" && len(c.Services) == len(kinds()) }

// isWhole reports whether a count reads a month from its first to its last day, of all
// services, after Webex's report of it was ready.
func (c meetingCount) isWhole(month time.Time) bool {
	end := month.AddDate(0, 1, 0)
	return c.hasMonths() && !c.From.After(month) && !c.To.Before(end) && c.Asked.Sub(end) >= usageReady
}

// usageReady is after how long a meeting is in Webex's report.
const usageReady = 24 * time.Hour

// load finds what is stored of the months before those that Webex still tells.
func (c *meetingCount) load(ctx context.Context, stored Months, site string) error {
	if stored.With == nil || !c.hasMonths() {
		return nil
	}
	values, err := stored.With(ctx, monthKey(site, c.Question.Code.ID))
	if err != nil {
		return fmt.Errorf("months of an earlier count: %w", err)
	}
	c.Keep, c.Months = stored.Keep, map[string][]tallied{}
	for key, value := range values {
		month := strings.TrimPrefix(key, monthKey(site, c.Question.Code.ID))
		at, err := time.Parse(monthForm, month)
		if err != nil || !slices.ContainsFunc(c.monthsOf(), at.Equal) {
			continue
		}
		var sums []tallied
		if err := json.Unmarshal(value, &sums); err != nil {
			return fmt.Errorf("a stored month: %w", err)
		}
		c.Months[month] = sums
	}
	return nil
}

// read adds the months of what was read of the report's parts, and returns how those
// are stored that are whole.
func (c *meetingCount) read(j bot.Job, done []readPart) (store []bot.Change, err error) {
	if !c.hasMonths() {
		return nil, nil
	}
	if c.Months == nil {
		c.Months = map[string][]tallied{}
	}
	for _, month := range c.monthsOf() {
		parts := slices.DeleteFunc(slices.Clone(done), func(p readPart) bool { return !monthOf(p.from).Equal(month) })
		if len(parts) == 0 {
			continue
		}
		one, unread := joined(parts)
		whole := c.isWhole(month) && len(done) == len(j.Items) && len(unread) == 0
		if _, stored := c.Months[month.Format(monthForm)]; stored && !whole {
			continue
		}
		sums := fewer(summed(one.Tallied, anonymous))
		c.Months[month.Format(monthForm)] = sums
		if !whole {
			c.partly = append(c.partly, month)
			continue
		}
		value, err := json.Marshal(sums)
		if err != nil {
			return nil, fmt.Errorf("encode a month: %w", err)
		}
		store = append(store, bot.Change{Key: monthKey(j.Site, c.Question.Code.ID) + month.Format(monthForm), Value: value, For: c.Keep})
	}
	return store, nil
}

// CountMonths counts the last months that are over and that Webex still tells, of each
// code whose months are stored: who counted by a code once can compare a year later.
// pace is the time between two calls.
func CountMonths(ctx context.Context, p Parts, pace time.Duration, store func(context.Context, []bot.Change) error) error {
	stored, err := p.Months.With(ctx, MonthNote)
	if err != nil || len(stored) == 0 {
		return err
	}
	sites, err := p.Sites.All(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, d := range dueMonths(stored, sites, p.Now().UTC()) {
		changes, err := countMonth(webex.WithPatience(ctx, time.Now()), p, d, pace)
		if err == nil && len(changes) > 0 {
			err = store(ctx, changes)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// dueMonth is a month of a code that is to be counted.
type dueMonth struct {
	site, id string
	month    time.Time
}

// dueMonths are the months of the codes with a stored month that are over, not stored,
// and still in Webex's report.
func dueMonths(stored map[string][]byte, sites []string, now time.Time) (due []dueMonth) {
	for key := range stored {
		fields := strings.Fields(key) // of monthKey: “month”, the site, the code's id, the month
		if len(fields) != 4 || !slices.Contains(sites, fields[1]) {
			continue
		}
		for month := monthOf(now.Add(-usageReady)).AddDate(0, -1, 0); !month.Before(oldest(now)); month = month.AddDate(0, -1, 0) {
			d := dueMonth{fields[1], fields[2], month}
			if stored[monthKey(d.site, d.id)+month.Format(monthForm)] == nil && !slices.Contains(due, d) {
				due = append(due, d)
			}
		}
	}
	return due
}

// countMonth counts the meetings of a month by a code; nothing where the code is gone.
func countMonth(ctx context.Context, p Parts, d dueMonth, pace time.Duration) ([]bot.Change, error) {
	q := ask.Question{Command: "meetings", Topic: byValue, Sites: []string{d.site}, Code: &ask.Code{ID: d.id}}
	c := meetingCount{Question: q, Begin: d.month, From: d.month, To: d.month.AddDate(0, 1, 0), Asked: p.Now(), Services: kinds(), Keep: p.Months.Keep}
	instead, err := c.of(ctx, p.Admin, p.History, bot.Request{Site: bot.Site{Host: d.site}, Question: q})
	if instead != nil || err != nil {
		return nil, err
	}
	j := bot.Job{Site: d.site, Items: c.parts()}
	results := make([]bot.Result, len(j.Items))
	for i, part := range j.Items {
		if results[i], err = countPart(ctx, p.MeetingUsage, j, c, part, p.Now()); err != nil {
			return nil, fmt.Errorf("the meetings of a month: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pace):
		}
	}
	done, err := readParts(results)
	if err != nil {
		return nil, err
	}
	return c.read(j, done)
}

// anonymous is a sum without its host, as months are kept.
func anonymous(t tallied) tallied { return tallied{Value: t.Value, State: t.State} }

// fewer are sums of which the smallest are one.
func fewer(sums []tallied) []tallied {
	if len(sums) <= maxMonthValues {
		return sums
	}
	rest := total(sums[maxMonthValues:])
	rest.Value = "(others)"
	return append(slices.Clip(sums[:maxMonthValues]), rest)
}

// comparesMonths reports whether a count has more than one month.
func (c meetingCount) comparesMonths() bool { return c.hasMonths() && len(c.monthsOf()) > 1 }

// byMonth is the section that compares months; none where there is one month alone.
func (c meetingCount) byMonth() []cards.Section {
	if !c.comparesMonths() {
		return nil
	}
	s := cards.Section{Heading: "By month", Heads: []string{"", "Meetings", "Without"}}
	for _, month := range c.monthsOf() {
		sums, known := c.Months[month.Format(monthForm)]
		cells := []string{month.Format("Jan 2006"), "not known", ""}
		if known {
			if slices.ContainsFunc(c.partly, month.Equal) {
				cells[0] += " (part)"
			}
			cells[1], cells[2] = strconv.Itoa(total(sums).Meetings), strconv.Itoa(total(withState(sums, valueNone)).Meetings)
		}
		s.Rows = append(s.Rows, cards.Line{Cells: [][]string{cells}})
	}
	return []cards.Section{s}
}

// withState are those of the sums that have a state.
func withState(sums []tallied, state string) []tallied {
	return slices.DeleteFunc(slices.Clone(sums), func(t tallied) bool { return t.State != state })
}

// monthNotes say what months are and why one is not known.
func (c meetingCount) monthNotes() []string {
	if !c.comparesMonths() {
		return nil
	}
	return []string{"I keep the sums of whole months from the first count by a code on. “Not known” are those that I couldn't count."}
}

// fromMonths answers from stored months alone, where Webex's report has nothing of
// the time any more. It returns nil where none is stored.
func (c meetingCount) fromMonths(r bot.Request) *bot.Reply {
	var all []tallied
	var known []string
	for _, month := range c.monthsOf() {
		if sums, ok := c.Months[month.Format(monthForm)]; ok {
			all, known = append(all, sums...), append(known, month.Format(monthWords))
		}
	}
	if len(known) == 0 {
		return nil
	}
	c.From = c.Begin
	v := cards.Report{
		Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref, Lines: c.lines(partCount{Tallied: all}), Parts: append(c.sections(summed(all, anonymous)), c.byMonth()...),
		Notes: append([]string{"From sums that I kept, of " + bot.Listed(known, 12) + ". Webex's own report goes back 90 days."}, c.monthNotes()...), Buttons: c.others(),
	}
	v.Title, v.Tone = c.found(all)
	return new(reportOf(v))
}

// tooLongAgo says that nothing is known of a time.
func tooLongAgo(r bot.Request) bot.Reply {
	return notice(cards.Notice{
		Title: "Too long ago", Site: r.Site.Host, SiteNote: r.Site.Why, Tone: cards.Warning, Ref: r.Ref,
		Lines:    []string{"Webex's report of meetings goes back 90 days, and I have kept no sums of that time: I keep those of whole months from the first count by a code on."},
		Examples: []string{"meetings without a code on " + r.Site.Host + " last 30 days"},
	})
}

// oldest is the first moment of which Webex's report still tells.
func oldest(now time.Time) time.Time { return now.Add(-webex.UsageBack) }
