package handlers

import (
	"testing"
	"time"

	"trackbot/bot/ask"
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
