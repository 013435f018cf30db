package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/webex"
)

// What a meeting's value of a code may be, beside one that is in order.
const (
	valueNone = "none"
	valueGone = "no longer an option"
	valueOld  = "old name of the code"
)

// tallied is how many meetings of one host have one value.
type tallied struct {
	Host     string `json:"host,omitempty"`  // the name
	Email    string `json:"email,omitempty"` //
	Value    string `json:"value,omitempty"`
	State    string `json:"state,omitempty"` // such as [valueNone]; empty: the value is in order
	Meetings int    `json:"meetings"`
	Minutes  int    `json:"minutes"` // of all people together
}

// listed is one meeting that has no value in order.
type listed struct {
	Start   time.Time `json:"start"`
	Service string    `json:"service"` // as the API calls it
	Title   string    `json:"title,omitempty"`
	tallied
}

// partCount is what one part of the report came to, as a job keeps it.
type partCount struct {
	Tallied []tallied `json:"tallied"`
	Listed  []listed  `json:"listed,omitempty"` // at most maxListed
	More    int       `json:"more,omitempty"`   // that are not listed
}

// maxListed is how many meetings of one part are listed. The others count too.
const maxListed = 500

// countPart reads one part of the report.
func countPart(ctx context.Context, usage MeetingUsage, j bot.Job, c meetingCount, part string, now time.Time) (bot.Result, error) {
	unread := bot.Result{Item: part, State: isUnclear}
	service, from, to, err := partOf(part)
	if err != nil {
		return unread, fmt.Errorf("part %q of a count: %w", part, err)
	}
	start := latest(from, oldest(now.Add(time.Minute))) // it was just in reach when it was asked
	var list []webex.UsedMeeting
	if start.Before(to) {
		if list, err = usage(ctx, j.Site, service, start, to, 0); err != nil {
			return unread, err
		}
	}
	counted, err := json.Marshal(c.count(list, service, from, to))
	if err != nil {
		return unread, fmt.Errorf("encode a count: %w", err)
	}
	return bot.Result{Item: part, State: hasIt, Value: string(counted)}, nil
}

// count counts meetings by host and value. One on the border of two parts counts
// in the later: whether Webex takes the end of a span as part of it is not
// documented.
func (c meetingCount) count(list []webex.UsedMeeting, service string, from, to time.Time) (p partCount) {
	type key struct{ email, value, state string }
	by := map[key]*tallied{}
	for _, m := range list {
		if !m.Start.IsZero() && (m.Start.Before(from) || !m.Start.Before(to)) {
			continue
		}
		one := tallied{Host: m.HostName, Email: m.HostEmail, Meetings: 1, Minutes: m.PeopleMinutes}
		one.Value, one.State = c.valueOf(m.TrackingCodes)
		k := key{one.Email, one.Value, one.State}
		if have := by[k]; have != nil {
			have.Meetings, have.Minutes = have.Meetings+1, have.Minutes+m.PeopleMinutes
		} else {
			by[k] = &tallied{one.Host, one.Email, one.Value, one.State, 1, one.Minutes}
		}
		switch {
		case one.State == "" || c.Question.Topic == byValue:
		case len(p.Listed) < maxListed:
			p.Listed = append(p.Listed, listed{m.Start, service, m.Title, one})
		default:
			p.More++
		}
	}
	for _, t := range by {
		p.Tallied = append(p.Tallied, *t)
	}
	slices.SortFunc(p.Tallied, func(a, b tallied) int {
		return cmp.Or(strings.Compare(a.Email, b.Email), strings.Compare(a.State, b.State), strings.Compare(a.Value, b.Value))
	})
	return p
}

// valueOf is what a meeting has of the code, and what is odd about it. Where any
// code counts, it is the names of the codes that the meeting has.
func (c meetingCount) valueOf(codes []webex.MeetingCode) (value, state string) {
	var names []string
	for _, code := range codes {
		if code.Value != "" {
			names = append(names, code.Name)
		}
	}
	if c.Code == "" {
		if len(names) == 0 {
			return "", valueNone
		}
		slices.Sort(names)
		return strings.Join(slices.Compact(names), ", "), ""
	}
	if value := valueNamed(codes, c.Code); value != "" {
		if len(c.Options) > 0 && !slices.Contains(c.Options, value) {
			return value, valueGone
		}
		return value, ""
	}
	for _, name := range c.Old {
		if value := valueNamed(codes, name); value != "" {
			return value, valueOld
		}
	}
	return "", valueNone
}

// valueNamed is the value of the code of a name; empty where there is none.
func valueNamed(codes []webex.MeetingCode, name string) string {
	for _, code := range codes {
		if code.Value != "" && fold(code.Name) == fold(name) {
			return code.Value
		}
	}
	return ""
}
