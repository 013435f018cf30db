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

// ends is when a span of time ends that was named at now: a whole unit, such as
// last month, ends with it, and all else now.
func ends(s ask.Span, now time.Time) time.Time {
	end := now.UTC()
	if from := begins(s, now); s.Whole && !s.Since {
		switch s.Unit {
		case ask.Day, ask.Weekday, ask.Date:
			end = from.AddDate(0, 0, 1)
		case ask.Week:
			end = from.AddDate(0, 0, 7)
		case ask.Month:
			end = from.AddDate(0, 1, 0)
		case ask.Year:
			end = from.AddDate(1, 0, 0)
		case ask.Hour: // no whole unit
		}
	}
	if end.After(now) {
		return now.UTC()
	}
	return end
}

// period is a time whose changes are asked for. A zero from is the beginning of all
// that is remembered.
type period struct {
	from, until time.Time
	over        bool // it ended before now
}

// periodOf is the span of a question that is asked now; without one, as long back as
// that is, or all where it is 0.
func periodOf(s *ask.Span, now time.Time, back time.Duration) period {
	switch {
	case s != nil:
		end := ends(*s, now)
		return period{begins(*s, now), end, end.Before(now)}
	case back == 0:
		return period{until: now}
	}
	return period{from: now.Add(-back), until: now}
}

// before is when a period ended, and the zero time where it goes on.
func (p period) before() time.Time {
	if p.over {
		return p.until
	}
	return time.Time{}
}

// words are the period behind a sentence: " since 1 Mar 2026", or nothing for all of it.
func (p period) words() string {
	switch last := p.until.Add(-time.Second); {
	case p.from.IsZero():
		return ""
	case !p.over:
		return " since " + moment(p.from)
	case last.Sub(p.from) < 24*time.Hour:
		return " on " + moment(p.from)
	default:
		return " from " + moment(p.from) + " to " + last.Format("2 Jan 2006")
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
