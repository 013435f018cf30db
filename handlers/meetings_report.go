package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

const (
	// maxBar is how long a bar is: it and a number fit a third of a phone's card.
	maxBar = 8
	// maxHosts is how many hosts a report names; its file has all.
	maxHosts = 10
	// maxFileRows bounds the meetings of a file, which must fit a row of the outbox.
	maxFileRows = 10_000
)

// finishMeetings is what a count came to, also one that was stopped or cut off:
// then why says so.
func finishMeetings(_ context.Context, j bot.Job, results []bot.Result, why string) (bot.Reply, error) {
	var c meetingCount
	if err := json.Unmarshal(j.Data, &c); err != nil {
		return bot.Reply{}, fmt.Errorf("what meetings are counted by: %w", err)
	}
	done, err := readParts(results)
	if err != nil {
		return bot.Reply{}, err
	}
	all, unread := joined(done)
	months, err := c.read(j, done)
	if err != nil {
		return bot.Reply{}, err
	}
	v := cards.Report{Site: j.Site, SiteNote: j.Why, Ref: j.Ref, Lines: c.lines(all)}
	v.Title, v.Tone = c.found(all.Tallied)
	if why != "" {
		v.Tone = cards.Attention
		v.Lines = append([]string{why, fmt.Sprintf("%d of %d parts of the report were read; the numbers hold those.", len(results), len(j.Items))}, v.Lines...)
	}
	if len(all.Tallied) > 0 {
		v.Parts = append(c.sections(all.Tallied), c.byMonth()...)
	}
	v.Notes = append(c.notes(all, unread), c.monthNotes()...)
	v.Buttons = c.others()
	reply := reportOf(v)
	reply.Changes = months
	if len(all.Tallied) > 0 {
		reply.File, err = c.table(all).file("meetings", cmp.Or(c.Code, "without-a-code"), j.Site)
	}
	if err == nil && len(all.Tallied) > 0 {
		reply.Picture, err = c.chart(j.Site, all.Tallied)
	}
	return reply, err
}

// found is the title of what was found, and its tone.
func (c meetingCount) found(list []tallied) (title string, tone cards.Tone) {
	if c.Question.Topic == byValue || len(list) == 0 {
		return c.title(), cards.Accent
	}
	states := c.states(list)
	title, tone = fmt.Sprintf("%s: none of %d", c.title(), total(list).Meetings), cards.Good
	if len(states) > 0 {
		tone = cards.Warning
		if states[0].State == valueNone {
			title = fmt.Sprintf("%s: up to %d of %d", c.title(), states[0].Meetings, total(list).Meetings)
		}
	}
	return title, tone
}

// readPart is one part of a report; a nil count could not be read.
type readPart struct {
	name  string    // such as “meetings from 1 Nov 2026”, or a host's address
	from  time.Time // zero for a host
	count *partCount
}

// readParts reads the results of the steps of a count.
func readParts(results []bot.Result) ([]readPart, error) {
	done := make([]readPart, len(results))
	for i, r := range results {
		done[i].name = r.Item
		if service, from, _, err := partOf(r.Item); err == nil {
			done[i].name, done[i].from = kindName(serviceOfAPI(service))+" from "+from.Format("2 Jan 2006"), from
		}
		if r.State == isUnclear {
			continue
		}
		if err := json.Unmarshal([]byte(r.Value), &done[i].count); err != nil {
			return nil, fmt.Errorf("a stored count: %w", err)
		}
	}
	return done, nil
}

// joined adds up the parts of a report, and names those that could not be read.
func joined(done []readPart) (all partCount, unread []string) {
	for _, part := range done {
		p := part.count
		if p == nil {
			unread = append(unread, part.name)
			continue
		}
		all.Tallied, all.Listed, all.More = append(all.Tallied, p.Tallied...), append(all.Listed, p.Listed...), all.More+p.More
	}
	if n := len(all.Listed) - maxFileRows; n > 0 {
		all.Listed, all.More = all.Listed[:maxFileRows], all.More+n
	}
	all.Tallied = summed(all.Tallied, func(t tallied) tallied { return tallied{Host: t.Host, Email: t.Email, Value: t.Value, State: t.State} })
	return all, unread
}

// summed adds up what has the same key; those with most meetings come first. Hosts
// are told apart by their addresses.
func summed(list []tallied, key func(tallied) tallied) (sums []tallied) {
	at := map[tallied]int{}
	for _, t := range list {
		k := key(t)
		same := k
		if same.Email != "" {
			same.Host = ""
		}
		i, known := at[same]
		if !known {
			i = len(sums)
			at[same], sums = i, append(sums, k)
		}
		sums[i].Meetings += t.Meetings
		sums[i].Minutes += t.Minutes
	}
	slices.SortStableFunc(sums, func(a, b tallied) int {
		return cmp.Or(b.Meetings-a.Meetings, b.Minutes-a.Minutes, strings.Compare(a.Value, b.Value), strings.Compare(a.Email, b.Email))
	})
	return sums
}

// amount says how much that is: "3 meetings, 120 people-minutes".
func (t tallied) amount() string {
	if t.Minutes == 0 { // as of meetings to come
		return count(t.Meetings, "meeting")
	}
	return count(t.Meetings, "meeting") + ", " + count(t.Minutes, "people-minute")
}

// total adds up.
func total(list []tallied) (sum tallied) {
	for _, t := range list {
		sum.Meetings, sum.Minutes = sum.Meetings+t.Meetings, sum.Minutes+t.Minutes
	}
	return sum
}

// lines sum up a count: how many there are, and how many lack a value.
func (c meetingCount) lines(all partCount) []string {
	if len(all.Tallied) == 0 {
		return []string{c.period() + ": I found no " + c.services() + "."}
	}
	lines := []string{c.period() + ": " + total(all.Tallied).amount() + "."}
	for _, s := range c.states(all.Tallied) {
		words := map[string]string{
			valueNone: "Without a code: up to ",
			valueGone: "With a value of " + c.Code + " that is no longer an option: ",
			valueOld:  "With a value under an old name of " + c.Code + ": ",
		}[s.State]
		if s.State == valueNone && c.Code != "" {
			words = "Without " + c.Code + ": up to "
		}
		lines = append(lines, words+s.amount()+".")
	}
	return lines
}

// states are the sums of what is not in order.
func (c meetingCount) states(list []tallied) (sums []tallied) {
	by := summed(list, func(t tallied) tallied { return tallied{State: t.State} })
	for _, state := range []string{valueNone, valueGone, valueOld} {
		sums = append(sums, withState(by, state)...)
	}
	return sums
}

// sections are the chart by value, the values that are no options any more, and the
// hosts with most.
func (c meetingCount) sections(list []tallied) []cards.Section {
	gone := withState(list, valueGone)
	value := func(t tallied) tallied { return tallied{Value: t.Value} }
	bars := c.bars(list)
	chart := cards.Section{Heading: "By " + cmp.Or(c.Code, "tracking code"), Heads: []string{"", "Meetings", "People-minutes"}}
	if c.Question.Topic == coming {
		chart.Heads = chart.Heads[:2]
	}
	most := slices.MaxFunc(bars, func(a, b tallied) int { return a.Meetings - b.Meetings }).Meetings
	for _, t := range bars {
		bar := strings.Repeat("█", max(1, t.Meetings*maxBar/most))
		cells := []string{cmp.Or(t.State, t.Value), bar + " " + strconv.Itoa(t.Meetings), strconv.Itoa(t.Minutes)}
		chart.Rows = append(chart.Rows, cards.Line{Cells: [][]string{cells[:len(chart.Heads)]}})
	}
	parts := []cards.Section{chart}
	if len(gone) > 0 {
		parts = append(parts, cards.Section{Heading: "No longer an option", Rows: rowsOf(summed(gone, value), func(t tallied) string { return t.Value })})
	}
	hosts, heading := list, "Hosts with most "+c.services()
	if c.Question.Topic != byValue {
		hosts = slices.DeleteFunc(slices.Clone(list), func(t tallied) bool { return t.State == "" })
		heading += " without"
	}
	by := summed(hosts, func(t tallied) tallied { return tallied{Host: t.Host, Email: t.Email} })
	if len(by) > 0 && (len(by) > 1 || by[0].Email+by[0].Host != "") { // sums of months have no hosts
		parts = append(parts, cards.Section{Heading: heading, Rows: rowsOf(by[:min(len(by), maxHosts)], hostName)})
	}
	return parts
}

// bars are the sums of a chart: what is not in order, then the values, most first.
func (c meetingCount) bars(list []tallied) []tallied {
	return append(c.states(list), summed(withState(list, ""), func(t tallied) tallied { return tallied{Value: t.Value} })...)
}

// rowsOf shows sums, a row each.
func rowsOf(sums []tallied, title func(tallied) string) (rows []cards.Line) {
	for _, t := range sums {
		rows = append(rows, cards.Line{Title: title(t), Under: []string{t.amount()}})
	}
	return rows
}

// hostName names a host by name and address, as far as Webex tells.
func hostName(t tallied) string {
	switch {
	case t.Host == "":
		return cmp.Or(t.Email, "(host unknown)")
	case t.Email == "":
		return t.Host
	}
	return t.Host + " (" + t.Email + ")"
}

// notes say how sure the numbers are.
func (c meetingCount) notes(all partCount, unread []string) (notes []string) {
	if slices.ContainsFunc(all.Tallied, func(t tallied) bool { return t.State == valueNone }) {
		notes = append(notes, "“Up to”: meetings in personal rooms, and those that start in a space, can't carry a code, and Webex's report does not tell them apart.")
	}
	if len(c.Old) > 0 {
		notes = append(notes, "Earlier names of "+c.Code+": "+bot.Listed(c.Old, maxNamed)+".")
	}
	if c.Question.Topic == coming {
		notes = append(notes, "These are what Webex Meetings tells of the hosts that you named, each occurrence of a series by itself. A code can still be set.")
	}
	if c.Cut {
		notes = append(notes, "Webex's report goes back 90 days, so this begins on "+c.From.Format("2 Jan 2006")+".")
	}
	if c.Question.Topic != coming && c.Asked.Sub(c.To) < 24*time.Hour {
		notes = append(notes, "Webex's report is ready within 24 hours: the newest meetings may not be in it yet.")
	}
	if len(unread) > 0 {
		notes = append(notes, "Not counted, since Webex did not give it to me: "+bot.Listed(unread, maxNamed)+".")
	}
	if all.More > 0 {
		notes = append(notes, fmt.Sprintf("The file does not list %s. The numbers count all.", count(all.More, "further meeting")))
	}
	return notes
}

// others are the same count by the code, or of what lacks it.
func (c meetingCount) others() []cards.Button {
	q := c.Question
	host := q.Sites[0]
	if c.Code == "" {
		return []cards.Button{allCodes(host)}
	}
	if q.Topic == coming {
		return []cards.Button{bot.Button("Tracking code "+c.Code, ask.Question{Command: "code", Sites: q.Sites, Code: q.Code})}
	}
	title := "Without " + c.Code
	if q.Topic = ""; c.Question.Topic != byValue {
		q.Topic, title = byValue, "By "+c.Code
	}
	return []cards.Button{bot.Button(title, q), bot.Button("Tracking code "+c.Code, ask.Question{Command: "code", Sites: q.Sites, Code: q.Code})}
}

// table has the meetings that lack a value or, by value, what each host has of each.
func (c meetingCount) table(all partCount) table {
	if c.Question.Topic == byValue {
		t := table{{c.Code, "State", "Host", "E-mail", "Meetings", "People-minutes"}}
		for _, s := range all.Tallied {
			t = append(t, []string{s.Value, s.State, s.Host, s.Email, strconv.Itoa(s.Meetings), strconv.Itoa(s.Minutes)})
		}
		return t
	}
	t := table{{"Start (UTC)", "Meeting", "Service", "Host", "E-mail", "People-minutes", cmp.Or(c.Code, "Tracking code"), "State"}}
	for _, m := range all.Listed {
		t = append(t, []string{
			m.Start.UTC().Format(time.DateTime), m.Title, kindTitle(serviceOfAPI(m.Service)), m.Host, m.Email, strconv.Itoa(m.Minutes), m.Value, m.State,
		})
	}
	return t
}
