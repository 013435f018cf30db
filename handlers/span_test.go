package handlers

import (
	"strings"
	"testing"
	"time"

	"trackbot/bot/ask"
	"trackbot/internal/history"
)

// TestSpans counts back from Thursday, 7 May 2026, 14:30 UTC.
func TestSpans(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 7, 16, 30, 0, 0, time.FixedZone("", 2*60*60))
	for want, span := range map[string]ask.Span{
		"2026-05-07 13:30": {Unit: ask.Hour, N: 1},
		"2026-05-06 14:30": {Unit: ask.Day, N: 1},
		"2026-05-06 00:00": {Unit: ask.Day, N: 1, Whole: true},
		"2026-05-07 00:00": {Unit: ask.Day, Whole: true},
		"2026-04-07 14:30": {Unit: ask.Day, N: 30},
		"2026-04-27 00:00": {Unit: ask.Week, N: 1, Whole: true},
		"2026-05-04 00:00": {Unit: ask.Week, Whole: true},
		"2026-04-23 14:30": {Unit: ask.Week, N: 2},
		"2026-04-01 00:00": {Unit: ask.Month, N: 1, Whole: true},
		"2025-01-01 00:00": {Unit: ask.Year, N: 1, Whole: true},
		"2026-05-01 00:00": {Unit: ask.Weekday, N: 5},
		"2026-04-30 00:00": {Unit: ask.Weekday, N: 4}, // not today
		"2026-05-03 00:00": {Unit: ask.Weekday, N: 0},
		"2026-05-02 00:00": {Unit: ask.Date, N: 2, Month: 5},
		"2025-05-08 00:00": {Unit: ask.Date, N: 8, Month: 5},
		"2024-02-29 00:00": {Unit: ask.Date, N: 29, Month: 2, Year: 2024},
	} {
		if got := begins(span, now).Format("2006-01-02 15:04"); got != want {
			t.Errorf("begins(%+v) = %s, want %s", span, got, want)
		}
	}
}

// TestPeriods says which changes are asked for on that day.
func TestPeriods(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 7, 14, 30, 0, 0, time.UTC)
	for want, span := range map[string]*ask.Span{
		"":                                nil,
		" since 1 Mar 2026":               {Unit: ask.Month, Month: 3, Whole: true, Since: true},
		" since 1 May 2026":               {Unit: ask.Month, Whole: true},
		" since 7 May 2026":               {Unit: ask.Day, Whole: true},
		" on 6 May 2026":                  {Unit: ask.Day, N: 1, Whole: true},
		" on 1 May 2026":                  {Unit: ask.Date, N: 1, Month: 5, Whole: true},
		" on 4 May 2026":                  {Unit: ask.Weekday, N: 1, Whole: true},
		" since 3 May 2026":               {Unit: ask.Weekday},
		" since 6 May 2026":               {Unit: ask.Day, N: 1, Whole: true, Since: true},
		" since 1 May 2026, 14:30 UTC":    {Unit: ask.Day, N: 6},
		" from 1 Mar 2026 to 31 Mar 2026": {Unit: ask.Month, Month: 3, Whole: true},
		" from 27 Apr 2026 to 3 May 2026": {Unit: ask.Week, N: 1, Whole: true},
		" from 1 Jan 2025 to 31 Dec 2025": {Unit: ask.Year, N: 1, Whole: true},
	} {
		if got := periodOf(span, now, 0).words(); got != want {
			t.Errorf("periodOf(%+v) is%q, want%q", span, got, want)
		}
	}
	if got := periodOf(nil, now, recently).words(); got != " since 30 Apr 2026, 14:30 UTC" {
		t.Errorf("without a time:%q", got)
	}
	march := periodOf(&ask.Span{Unit: ask.Month, Month: 3, Whole: true}, now, 0)
	gap := func(from, to string) history.Gap {
		since, _ := time.Parse(time.DateOnly, from)
		until, _ := time.Parse(time.DateOnly, to)
		return history.Gap{Site: golden, Since: since, Until: until}
	}
	site := history.Site{Host: golden, Began: march.from, Read: now, Reason: "it was not reached"}
	gaps := []history.Gap{gap("2026-03-30", "2026-04-02"), gap("2026-04-03", "2026-04-04")}
	if notes := unreadOf(site, gaps, march); len(notes) != 1 || !strings.Contains(notes[0], "between 30 Mar 2026 and 2 Apr 2026") {
		t.Errorf("what is not known of March: %v", notes)
	}
	site.Read = march.until.Add(-time.Hour)
	if notes := unreadOf(site, nil, march); len(notes) != 1 || !strings.Contains(notes[0], "was not read since 31 Mar 2026") {
		t.Errorf("what is not known of the end of March: %v", notes)
	}
}
