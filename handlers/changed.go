package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/history"
	"trackbot/webex"
)

// History is what is remembered of the codes of the sites.
type History interface {
	Sites(context.Context) ([]history.Site, error)
	Changes(context.Context, history.Query) ([]history.Change, error)
	Gaps(ctx context.Context, sites []string, since time.Time) ([]history.Gap, error)
	At(ctx context.Context, site, code string, at time.Time) (*webex.TrackingCode, error)
	Newest(context.Context) (int64, error)
}

// recently is how far "what changed" looks back where the question names no time.
const recently = 7 * 24 * time.Hour

// changed tells what changed of the codes of the sites.
func changed(h History, today func() time.Time) bot.Command {
	return bot.Command{
		Name:     "changed",
		Title:    "What changed",
		Group:    historyGroup,
		Summary:  "what changed of the tracking codes, on all sites or one",
		Usage:    "what changed [on SITE] [since Friday | last week | 1 May | 30 days]",
		Examples: []string{"what changed since yesterday", "what changed on SITE in the last 30 days"},
		AllSites: true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			asked := periodOf(r.Question.Span, today(), recently)
			list, err := h.Changes(ctx, history.Query{Sites: r.Sites, Since: asked.from, Before: asked.before()})
			if err != nil {
				return bot.Reply{}, fmt.Errorf("what changed: %w", err)
			}
			v := cards.Report{Title: changedTitle(list, asked), Site: bot.Listed(r.Sites, 3), Ref: r.Ref}
			for _, host := range r.Sites {
				v.Parts = append(v.Parts, cards.Section{Heading: host, Rows: changeRows(of(list, host))})
			}
			return report(ctx, h, v, list, r.Sites, asked)
		},
	}
}

// report adds to a report of changes what is not known, and the file of those
// that a card does not hold.
func report(ctx context.Context, h History, v cards.Report, list []history.Change, sites []string, asked period) (bot.Reply, error) {
	notes, err := unread(ctx, h, sites, asked)
	if err != nil {
		return bot.Reply{}, err
	}
	v.Notes = append(v.Notes, notes...)
	if len(list) == history.Most {
		v.Notes = append(v.Notes, fmt.Sprintf("These are the newest %d; there may be more. Name a site, or a shorter time.", history.Most))
	}
	if len(list) > 0 {
		v.Lines = append(v.Lines, "Times are those of the readings before and after a change, in UTC.")
	}
	reply := reportOf(v)
	if len(list) > manyChanges {
		reply.File, err = changesTable(list).file("changes", v.Title, "")
	}
	return reply, err
}

// manyChanges is how many changes are shown without a file.
const manyChanges = 10

func changedTitle(list []history.Change, asked period) string {
	if len(list) == 0 {
		return "No change seen" + asked.words()
	}
	return count(len(list), "change") + asked.words()
}

// of are the changes of one site.
func of(list []history.Change, host string) (own []history.Change) {
	for _, c := range list {
		if c.Site == host {
			own = append(own, c)
		}
	}
	return own
}

// changeRows are changes as rows, newest first. Options that came or went at once
// are one row.
func changeRows(list []history.Change) (rows []cards.Line) {
	for len(list) > 0 {
		last := list[len(list)-1]
		n := 1
		for n < len(list) && together(list[len(list)-1-n], last) {
			n++
		}
		same := list[len(list)-n:]
		list = list[:len(list)-n]
		rows = append(rows, cards.Line{
			Title: last.Name + ": " + changeWords(same), Under: []string{made(last)},
			Open: bot.Data(aboutCode("history", last.Site, webex.TrackingCode{ID: last.Code, Name: last.Name})),
		})
	}
	return rows
}

// together reports whether two changes are told as one: options of one code that
// all came, or all went, between the same readings.
func together(a, b history.Change) bool {
	return a.Field == history.Option && b.Field == history.Option && a.Site == b.Site && a.Code == b.Code &&
		a.Seen.Equal(b.Seen) && a.By == b.By && (a.Before == "") == (b.Before == "")
}

// shownOptions is how many options of one change are named.
const shownOptions = 5

// changeWords says what changed; several are options that belong together.
func changeWords(same []history.Change) string {
	c := same[len(same)-1]
	if len(same) > 1 {
		values := make([]string, len(same))
		for i, s := range same {
			values[i] = cmp.Or(s.After, s.Before)
		}
		if c.Before == "" {
			return fmt.Sprintf("%d options added: %s", len(same), bot.Listed(values, shownOptions))
		}
		return fmt.Sprintf("%d options removed: %s", len(same), bot.Listed(values, shownOptions))
	}
	switch c.Field {
	case history.Code:
		return map[bool]string{true: "added", false: "removed"}[c.Before == ""]
	case history.Name:
		return fmt.Sprintf("renamed from “%s”", c.Before)
	case history.Option:
		if c.Before == "" {
			return "option added: " + c.After
		}
		return "option removed: " + c.Before
	case history.Input:
		return "value: " + inputWords(c.Before) + " → " + inputWords(c.After)
	case history.Profile:
		return "host profile: " + ruleWords(c.Before).Words + " → " + ruleWords(c.After).Words
	case history.Default:
		return "default: " + cmp.Or(c.Before, "none") + " → " + cmp.Or(c.After, "none")
	}
	service, _ := c.Field.Service()
	return serviceName(service) + ": " + ruleWords(c.Before).Words + " → " + ruleWords(c.After).Words
}

// moment is a time for people; what is not of the hour is a day.
func moment(at time.Time) string {
	at = at.UTC()
	if at.Hour() == 0 && at.Minute() == 0 {
		return at.Format("2 Jan 2006")
	}
	return at.Format("2 Jan 2006, 15:04") + " UTC"
}

// between says when a change was made: between two readings.
func between(c history.Change) string {
	from, to := c.Since.UTC(), c.Seen.UTC()
	if from.YearDay() == to.YearDay() && from.Year() == to.Year() {
		return fmt.Sprintf("%s, between %s and %s", to.Format("2 Jan 2006"), from.Format("15:04"), to.Format("15:04"))
	}
	return fmt.Sprintf("between %s and %s", from.Format("2 Jan 2006, 15:04"), to.Format("2 Jan 2006, 15:04"))
}

// unread says of which times in a period nothing is known: before the first
// reading of a site, between readings, and after the last one.
func unread(ctx context.Context, h History, sites []string, asked period) ([]string, error) {
	read, err := h.Sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("when the sites were read: %w", err)
	}
	gaps, err := h.Gaps(ctx, sites, asked.from)
	if err != nil {
		return nil, fmt.Errorf("when the sites were not read: %w", err)
	}
	var notes []string
	for _, host := range sites {
		site := history.Site{Host: host}
		if i := slices.IndexFunc(read, func(s history.Site) bool { return s.Host == host }); i >= 0 {
			site = read[i]
		}
		notes = append(notes, unreadOf(site, gaps, asked)...)
	}
	return notes, nil
}

// unreadOf is [unread] of one site.
func unreadOf(s history.Site, gaps []history.Gap, asked period) (notes []string) {
	if s.Read.IsZero() {
		return []string{fmt.Sprintf("%s was never read%s, so I don't know what changed there.", s.Host, inBrackets(s.Reason))}
	}
	if s.Began.After(asked.from) {
		notes = append(notes, fmt.Sprintf("I have read %s since %s; what changed before, I don't know.", s.Host, moment(s.Began)))
	}
	for _, g := range gaps {
		if g.Site == s.Host && g.Since.Before(asked.until) {
			notes = append(notes, gapWords(g)+" What changed then is shown as of its end.")
		}
	}
	if s.Reason != "" && s.Read.Before(asked.until) || asked.until.Sub(s.Read) > staleReading {
		notes = append(notes, fmt.Sprintf("%s was not read since %s%s. What changed after that, I don't know yet.", s.Host, moment(s.Read), inBrackets(s.Reason)))
	}
	return notes
}

// gapWords say when a site was not read, and why.
func gapWords(g history.Gap) string {
	return fmt.Sprintf("%s was not read between %s and %s%s.", g.Site, moment(g.Since), moment(g.Until), inBrackets(g.Reason))
}

// staleReading is how old the last reading may be without a word: longer than
// WATCH_MINUTES can be.
const staleReading = 25 * time.Hour

// inBrackets gives a reason in brackets, where there is one.
func inBrackets(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// changesTable has a row for each change, newest first.
func changesTable(list []history.Change) table {
	t := table{{"Site", "Code ID", "Tracking code", "What changed", "Before", "After", "Not before (UTC)", "Seen (UTC)", "How"}}
	for _, c := range slices.Backward(list) {
		field := string(c.Field)
		if service, ok := c.Field.Service(); ok {
			field = serviceName(service)
		}
		before, after := c.Before, c.After
		if c.Field == history.Code { // all of it would be one long cell
			before, after = strings.Repeat("yes", min(1, len(before))), strings.Repeat("yes", min(1, len(after)))
		}
		t = append(t, []string{c.Site, c.Code, c.Name, field, before, after, c.Since.UTC().Format(time.DateTime), c.Seen.UTC().Format(time.DateTime), c.By})
	}
	return t
}
