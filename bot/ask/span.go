package ask

import (
	"strconv"
	"strings"
)

// Span is a time that a question names, such as "since Friday" or "30 days". It
// counts back from when it is asked, which this package does not know.
type Span struct {
	Unit Unit `json:"unit"`
	// N counts units back, or is the day of the week from 0 for Sunday, or that of
	// a date.
	N int `json:"n,omitempty"`
	// Whole begins with the unit, as "yesterday" does; otherwise it is as many
	// hours long, as "the last 24 hours" are. A whole Weekday or Date is that day
	// alone, as "on Friday" is.
	Whole bool `json:"whole,omitempty"`
	// Since goes on until now, as "since March" does; a whole unit ends with it otherwise.
	Since bool `json:"since,omitempty"`
	// Month and Year are those of a date, or of a whole month that is named; a Year of
	// 0 is the last one with it.
	Month int `json:"month,omitempty"`
	Year  int `json:"year,omitempty"`
}

// Unit is what a [Span] counts in.
type Unit string

// The units. A Weekday is the last one of its name before today.
const (
	Hour    Unit = "hour"
	Day     Unit = "day"
	Week    Unit = "week"
	Month   Unit = "month"
	Year    Unit = "year"
	Weekday Unit = "weekday"
	Date    Unit = "date"
)

// maxBack bounds how many units a span goes back: more than is remembered.
const maxBack = 10_000

// spanAt reads the time that begins at a token; n is how many tokens it takes.
func (s *sentence) spanAt(i int) (n int, span Span) {
	if n, value := s.phraseAt(i, listWhen); n > 0 {
		unit, back, _ := strings.Cut(value, " ")
		return n, Span{Unit: Unit(unit), N: wholeNumber(back), Whole: true}
	}
	start := i
	if i < len(s.tokens) {
		if span, ok := isoDate(s.tokens[i].raw); ok {
			return 1, span
		}
	}
	if n, _ := s.phraseAt(i, listLast); n > 0 {
		i += n
	}
	if n, value := s.phraseAt(i, listWeekday); n > 0 {
		return i + n - start, Span{Unit: Weekday, N: wholeNumber(value)}
	}
	back, unit := 1, i // "an hour", "last month" is a phrase of its own
	if n := s.numberAt(i); n > 0 {
		back, unit = n, i+1
	} else if n, _ := s.phraseAt(i, listA); n > 0 {
		unit = i + n
	}
	if n, value := s.phraseAt(unit, listUnit); n > 0 && unit+n > start+1 {
		end := unit + n
		if n, _ := s.phraseAt(end, listAgo); n > 0 {
			end += n
		}
		return end - start, Span{Unit: Unit(value), N: min(back, maxBack)}
	}
	return s.dateAt(start)
}

// span appends the run of a time that is named at a token.
func (s *sentence) span(runs []run, i int) []run {
	if n, _ := s.spanAt(i); n > 0 {
		return append(runs, run{i + n, n * gainSlot})
	}
	return runs
}

// isDay reports whether a span names a day.
func (s Span) isDay() bool { return s.Unit == Weekday || s.Unit == Date }

// goesOn reports whether a word such as "since" stands before the time at a token.
func (s *sentence) goesOn(i int) bool {
	for i--; s.in(i, listSkip) && !s.in(i, listSince); i-- {
	}
	return s.in(i, listSince)
}

// dateAt reads "1 May", "May 1st", "1 de mayo" and either with a year behind it.
func (s *sentence) dateAt(i int) (n int, span Span) {
	day, month := i, i+1
	if s.numberAt(day) == 0 {
		day, month = month, day
	} else if s.in(month, listFrom) {
		month++
	}
	m, value := s.phraseAt(month, listMonth)
	d := s.numberAt(day)
	if m != 1 || d == 0 || d > 31 {
		return s.monthAt(i)
	}
	span = Span{Unit: Date, N: d, Month: wholeNumber(value)}
	n = max(day, month) + 1 - i
	if y := s.numberAt(i + n); y >= 2000 && y < 2200 {
		span.Year = y
		n++
	}
	return n, span
}

// monthAt reads "October" and "October 2026". "May" that begins a question, or
// stands before "I", is no month.
func (s *sentence) monthAt(i int) (n int, span Span) {
	m, value := s.phraseAt(i, listMonth)
	if m != 1 {
		return 0, Span{}
	}
	span = Span{Unit: Month, Whole: true, Month: wholeNumber(value)}
	if y := s.numberAt(i + 1); y >= 2000 && y < 2200 {
		span.Year = y
		return 2, span
	}
	if s.in(i, listLead) && (i == 0 || s.in(i+1, listLead)) {
		return 0, Span{}
	}
	return 1, span
}

// numberAt is the number that a token is, also as a word or as "1st"; 0: none.
func (s *sentence) numberAt(i int) int {
	if i >= len(s.tokens) {
		return 0
	}
	if n, value := s.phraseAt(i, listCount); n == 1 {
		return wholeNumber(value)
	}
	norm := s.tokens[i].norm
	for _, end := range []string{"st", "nd", "rd", "th", "er"} {
		norm = strings.TrimSuffix(norm, end)
	}
	return wholeNumber(norm)
}

// wholeNumber is a number of at most four digits; 0 where it is none.
func wholeNumber(text string) int {
	if len(text) > 4 {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// isoDate reads a date such as 2026-05-01.
func isoDate(text string) (Span, bool) {
	parts := strings.Split(strings.TrimRight(text, ".,?!"), "-")
	if len(parts) != 3 || len(parts[0]) != 4 {
		return Span{}, false
	}
	span := Span{Unit: Date, Year: wholeNumber(parts[0]), Month: wholeNumber(parts[1]), N: wholeNumber(parts[2])}
	return span, span.Year >= 2000 && span.Month >= 1 && span.Month <= 12 && span.N >= 1 && span.N <= 31
}
