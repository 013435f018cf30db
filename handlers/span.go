package handlers

import (
	"time"

	"trackbot/bot/ask"
)

// begins is when a span of time begins that was named at now, in UTC.
func begins(s ask.Span, now time.Time) time.Time {
	now = now.UTC()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	switch s.Unit {
	case ask.Hour:
		return now.Add(-time.Duration(s.N) * time.Hour)
	case ask.Weekday:
		back := (int(now.Weekday()) - s.N + 7) % 7
		if back == 0 {
			back = 7
		}
		return today.AddDate(0, 0, -back)
	case ask.Date:
		return dateOf(s, today)
	}
	if s.Month > 0 { // a month by its name
		return dateOf(ask.Span{N: 1, Month: s.Month, Year: s.Year}, today)
	}
	from := now
	if s.Whole {
		from = startOf(s.Unit, today)
	}
	switch s.Unit {
	case ask.Week:
		return from.AddDate(0, 0, -7*s.N)
	case ask.Month:
		return from.AddDate(0, -s.N, 0)
	case ask.Year:
		return from.AddDate(-s.N, 0, 0)
	default:
		return from.AddDate(0, 0, -s.N)
	}
}

// startOf is when the unit of time began in which a day is; weeks begin on Monday.
func startOf(unit ask.Unit, today time.Time) time.Time {
	switch unit {
	case ask.Week:
		return today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	case ask.Month:
		return today.AddDate(0, 0, 1-today.Day())
	case ask.Year:
		return time.Date(today.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	default:
		return today
	}
}

// dateOf is a date of the year that was named, or else the last one up to today.
func dateOf(s ask.Span, today time.Time) time.Time {
	year := s.Year
	if year == 0 {
		year = today.Year()
	}
	at := time.Date(year, time.Month(s.Month), s.N, 0, 0, 0, 0, time.UTC)
	if s.Year == 0 && at.After(today) {
		at = time.Date(year-1, time.Month(s.Month), s.N, 0, 0, 0, 0, time.UTC)
	}
	return at
}
