package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/webex"
)

// octoberCount counts by Department in the first days of an October.
func octoberCount(topic string) meetingCount {
	from := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	return meetingCount{
		Question: ask.Question{Command: "meetings", Topic: topic, Sites: []string{golden}, Code: &ask.Code{ID: "1", Name: "Department"}},
		From:     from, To: from.AddDate(0, 0, 7), Asked: from.AddDate(0, 0, 7), Services: []ask.Service{ask.Meetings, ask.Events},
		Code: "Department", Options: []string{"Sales", "Design"}, Old: []string{"Dept"},
	}
}

// usedMeetings is a report: what each host had on each day of October.
func usedMeetings(host string, days int, minutes int, codes ...webex.MeetingCode) (list []webex.UsedMeeting) {
	for day := range days {
		list = append(list, webex.UsedMeeting{
			Title: "Weekly of " + host, Start: time.Date(2026, 10, 1+day, 9, 0, 0, 0, time.UTC), HostName: host, HostEmail: strings.ToLower(host) + "@example.com",
			PeopleMinutes: minutes, TrackingCodes: codes,
		})
	}
	return list
}

// usageOf is a usage report with these meetings, which answers for both ends of a span.
func usageOf(list []webex.UsedMeeting) MeetingUsage {
	return func(_ context.Context, _, service string, from, to time.Time, _ int) (found []webex.UsedMeeting, err error) {
		for _, m := range list {
			if service == "MeetingCenter" && !m.Start.Before(from) && !m.Start.After(to) {
				found = append(found, m)
			}
		}
		return found, nil
	}
}

// counted does a whole count. The parts that fail are not read.
func counted(t *testing.T, c meetingCount, usage MeetingUsage, fails int) bot.Reply {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	j := bot.Job{Command: "meetings", Site: golden, Why: "the site of this space", Ref: "7F3K-Q2", Title: c.title(), Items: c.parts(), Data: data}
	var results []bot.Result
	for i, part := range j.Items {
		r := bot.Result{Item: part, State: isUnclear}
		if i >= fails {
			if r, err = countPart(t.Context(), usage, j, c, part, c.Asked); err != nil {
				t.Fatal(err)
			}
		}
		results = append(results, r)
	}
	reply, err := finishMeetings(t.Context(), j, results, "")
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func october() (list []webex.UsedMeeting) {
	department := func(value string) webex.MeetingCode { return webex.MeetingCode{Name: "Department", Value: value} }
	for _, part := range [][]webex.UsedMeeting{
		usedMeetings("Ann", 6, 120, department("Sales")), usedMeetings("Bob", 3, 45, webex.MeetingCode{Name: "Division", Value: "Intern"}), usedMeetings("=Carol", 2, 30, department("")),
		usedMeetings("Dan", 2, 60, department("Marketing")), usedMeetings("Eve", 1, 10, webex.MeetingCode{Name: "dept", Value: "Design"}), usedMeetings("Fay", 1, 600, department("Design")),
	} {
		list = append(list, part...)
	}
	return list
}

// TestMeetingsGolden shows both reports, and their files.
func TestMeetingsGolden(t *testing.T) {
	long := octoberCount("")
	long.From, long.Cut, long.Asked = long.From.AddDate(0, 0, -1), true, long.To.AddDate(0, 0, 30)
	codeless := octoberCount("")
	codeless.Code, codeless.Options, codeless.Old, codeless.Question.Code = "", nil, nil, nil
	for name, got := range map[string]bot.Reply{
		"meetings-without": counted(t, octoberCount(""), usageOf(october()), 0),
		"meetings-by":      counted(t, octoberCount(byValue), usageOf(october()), 0),
		"meetings-no-code": counted(t, codeless, usageOf(october()), 0),
		"meetings-partly":  counted(t, long, usageOf(october()), 2),
		"meetings-none":    counted(t, octoberCount(""), usageOf(nil), 0),
	} {
		sameReply(t, name, got)
		if got.File != nil {
			same(t, name+".csv", string(got.File.Data))
		}
	}
}

// TestMeetingsWorstCases: whatever hosts and values are called, and however many
// there are, the answer fits.
func TestMeetingsWorstCases(t *testing.T) {
	schema := cardSchema(t)
	for _, sign := range []string{"x", "部", "𠜎", "קבוצת מכירות ", "<@all>*_"} {
		name := strings.Repeat(sign, 120/utf8.RuneCountInString(sign))
		var list []webex.UsedMeeting
		for i := range 600 {
			value := webex.MeetingCode{Name: "Department", Value: fmt.Sprintf("%03d", i) + string([]rune(name)[:100])}
			list = append(list, usedMeetings(fmt.Sprintf("%03d%s", i, name), 1+i%2, 1_000_000_000, value)...)
		}
		for _, topic := range []string{"", byValue} {
			checkAnswer(t, schema, "meetings "+topic+" of "+sign, counted(t, octoberCount(topic), usageOf(list), 0))
		}
	}
	skipWithout(t, schema)
}

// TestMeetingsOnABorder: a meeting that starts where two parts meet counts once,
// and one that starts at the end does not.
func TestMeetingsOnABorder(t *testing.T) {
	c := octoberCount("")
	var list []webex.UsedMeeting
	for _, at := range []time.Time{c.From, c.To.Add(-partLength), c.To} {
		list = append(list, webex.UsedMeeting{Start: at, HostEmail: "a@example.com", PeopleMinutes: 1})
	}
	if got := counted(t, c, usageOf(list), 0); !strings.Contains(got.Markdown, "2 meetings, 2 people-minutes") {
		t.Errorf("want two of the three meetings:\n%s", got.Markdown)
	}
}

// TestManyMeetings: more than a file lists still count.
func TestManyMeetings(t *testing.T) {
	c := octoberCount("")
	var list []webex.UsedMeeting
	for range maxListed + 7 {
		list = append(list, webex.UsedMeeting{Start: c.To.Add(-time.Hour), HostEmail: "a@example.com"})
	}
	got := counted(t, c, usageOf(list), 0)
	if rows := bytes.Count(got.File.Data, []byte("\r\n")); rows != maxListed+1 || !strings.Contains(got.Markdown, "does not list 7 further meetings") || !strings.Contains(got.Markdown, "up to 507 meetings") {
		t.Errorf("%d rows and\n%s", rows, got.Markdown)
	}
}

func TestEnds(t *testing.T) {
	now := time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC) // a Monday
	for _, c := range []struct {
		span     ask.Span
		from, to string
	}{
		{ask.Span{Unit: ask.Day, N: 30}, "2026-10-31 15:00", "2026-11-30 15:00"},
		{ask.Span{Unit: ask.Day, N: 1, Whole: true}, "2026-11-29 00:00", "2026-11-30 00:00"},
		{ask.Span{Unit: ask.Week, N: 1, Whole: true}, "2026-11-23 00:00", "2026-11-30 00:00"},
		{ask.Span{Unit: ask.Month, N: 1, Whole: true}, "2026-10-01 00:00", "2026-11-01 00:00"},
		{ask.Span{Unit: ask.Month, Whole: true}, "2026-11-01 00:00", "2026-11-30 15:00"},
		{ask.Span{Unit: ask.Month, Month: 10, Whole: true}, "2026-10-01 00:00", "2026-11-01 00:00"},
		{ask.Span{Unit: ask.Month, Month: 12, Whole: true}, "2025-12-01 00:00", "2026-01-01 00:00"},
		{ask.Span{Unit: ask.Month, Month: 11, Whole: true}, "2026-11-01 00:00", "2026-11-30 15:00"},
		{ask.Span{Unit: ask.Month, Month: 2, Year: 2024, Whole: true}, "2024-02-01 00:00", "2024-03-01 00:00"},
		{ask.Span{Unit: ask.Year, N: 1, Whole: true}, "2025-01-01 00:00", "2026-01-01 00:00"},
		{ask.Span{Unit: ask.Weekday, N: 5}, "2026-11-27 00:00", "2026-11-30 15:00"},
		{ask.Span{Unit: ask.Date, N: 1, Month: 10}, "2026-10-01 00:00", "2026-11-30 15:00"},
	} {
		const form = "2006-01-02 15:04"
		if from, to := begins(c.span, now).Format(form), ends(c.span, now).Format(form); from != c.from || to != c.to {
			t.Errorf("%+v = %s to %s, want %s to %s", c.span, from, to, c.from, c.to)
		}
	}
}

// TestMeetingsPicture: the chart is a picture of moderate size, however many values
// there are and whatever they are called.
func TestMeetingsPicture(t *testing.T) {
	var list []webex.UsedMeeting
	for i, sign := range []string{"x", "部", "𠜎", "קבוצת מכירות ", "<@all>*_", "\x00\n"} {
		for j := range 20 {
			value := webex.MeetingCode{Name: "Department", Value: fmt.Sprintf("%d %d %s", i, j, strings.Repeat(sign, 20))}
			list = append(list, usedMeetings("Ann", 1+j, 10, value)...)
		}
	}
	free := octoberCount(byValue)
	free.Options = nil
	for bars, got := range map[int]bot.Reply{5: counted(t, octoberCount(byValue), usageOf(october()), 0), maxChartBars + 1: counted(t, free, usageOf(list), 0)} {
		picture, err := png.Decode(bytes.NewReader(got.Picture.Data))
		if err != nil {
			t.Fatal(err)
		}
		if size := picture.Bounds().Size(); size.X != chartWidth || size.Y != 120+40*bars || len(got.Picture.Data) > 200_000 || !strings.HasSuffix(got.Picture.Name, ".png") {
			t.Errorf("%d bars: %s of %v and %d bytes", bars, got.Picture.Name, size, len(got.Picture.Data))
		}
	}
	if got := counted(t, octoberCount(""), usageOf(nil), 0); got.Picture != nil {
		t.Error("there is a chart of nothing")
	}
}
