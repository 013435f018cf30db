package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trackbot/bot"
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

// read adds the months of what was read, and returns how those are stored that are
// whole.
func (c *meetingCount) read(j bot.Job, results []bot.Result) (store []bot.Change, err error) {
	if !c.hasMonths() {
		return nil, nil
	}
	if c.Months == nil {
		c.Months = map[string][]tallied{}
	}
	for _, month := range c.monthsOf() {
		parts := slices.DeleteFunc(slices.Clone(results), func(r bot.Result) bool { return !inMonth(r.Item, month) })
		if len(parts) == 0 {
			continue
		}
		one, unread, err := joined(parts)
		if err != nil {
			return nil, err
		}
		whole := c.isWhole(month) && len(results) == len(j.Items) && len(unread) == 0
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

// inMonth reports whether a part of the report is of a month.
func inMonth(part string, month time.Time) bool {
	fields := strings.Fields(part)
	if len(fields) != 3 {
		return false
	}
	at, err := time.Parse(time.RFC3339, fields[1])
	return err == nil && monthOf(at).Equal(month)
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
	return []string{"I keep the sums of each whole month that somebody counts. “Not known” are those that nobody counted in time."}
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
		Lines:    []string{"Webex's report of meetings goes back 90 days, and I have kept no sums of that time: I keep those of each whole month that somebody counts by a code."},
		Examples: []string{"meetings without a code on " + r.Site.Host + " last 30 days"},
	})
}

// oldest is the first moment of which Webex's report still tells.
func oldest(now time.Time) time.Time { return now.Add(-webex.UsageBack) }
