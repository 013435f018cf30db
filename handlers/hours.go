package handlers

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a machine may have no time zones

	"trackbot/bot/ask"
)

// Hours is when a watch tells. The zero value tells at once.
type Hours struct {
	Daily bool   `json:"daily,omitempty"` // once a day, at From; else not between From and To
	From  int    `json:"from,omitempty"`  // minutes since midnight
	To    int    `json:"to,omitempty"`
	Zone  string `json:"zone,omitempty"` // of who asked; empty: UTC, since their record names none
}

// wrongHoursError says in words what is wrong about the hours of a question.
type wrongHoursError string

func (e wrongHoursError) Error() string { return string(e) }

// hoursOf reads the hours of a question, in the time zone of who asks. An error is a
// [wrongHoursError].
func hoursOf(q *ask.Hours, zone string) (h Hours, err error) {
	if q == nil {
		return h, nil
	}
	if _, err := time.LoadLocation(zone); err != nil {
		zone = ""
	}
	h = Hours{Daily: q.Daily, From: digestAt, Zone: zone}
	if q.From != "" {
		h.From, err = minuteOf(q.From)
	}
	if err == nil && !q.Daily {
		if h.To, err = minuteOf(q.To); err == nil && h.From == h.To {
			err = wrongHoursError("Quiet hours that begin when they end would be all day.")
		}
	}
	return h, err
}

// digestAt is when a digest comes whose time is not named.
const digestAt = 9 * 60

// minuteOf reads a time of the day, as minutes since midnight.
func minuteOf(written string) (int, error) {
	text := strings.ReplaceAll(strings.ToLower(written), " ", "")
	switch text {
	case "noon":
		return 12 * 60, nil
	case "midnight":
		return 0, nil
	}
	for _, form := range []string{"15:04", "15.04", "15h04", "15", "15h", "15uhr", "15:04uhr", "15o'clock", "3pm", "3:04pm"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.Hour()*60 + at.Minute(), nil
		}
	}
	return 0, wrongHoursError(fmt.Sprintf("“%s” is no time of the day. Times go from 0:00 to 23:59, such as 9, 9:30, 18:00 or 6 pm.", written))
}

// Tells reports whether something is told now, and how new that may be: a digest
// leaves what came after its time to the next one.
func (h Hours) Tells(now time.Time) (until time.Time, ok bool) {
	zone, err := time.LoadLocation(h.Zone)
	if err != nil {
		zone = time.UTC
	}
	now = now.In(zone)
	if h.Daily {
		until = time.Date(now.Year(), now.Month(), now.Day(), h.From/60, h.From%60, 0, 0, zone)
		if until.After(now) {
			until = time.Date(now.Year(), now.Month(), now.Day()-1, h.From/60, h.From%60, 0, 0, zone)
		}
		return until, true
	}
	minute := now.Hour()*60 + now.Minute()
	quiet := h.From <= minute && minute < h.To
	if h.From > h.To { // over midnight
		quiet = h.From <= minute || minute < h.To
	}
	return now, !quiet
}

// words say when it is told: ", daily at 9:00 (UTC)"; nothing where that is at once.
func (h Hours) words() string {
	if h == (Hours{Zone: h.Zone}) {
		return ""
	}
	clock := func(minute int) string { return fmt.Sprintf("%d:%02d", minute/60, minute%60) }
	zone := h.Zone
	if zone == "" {
		zone = "UTC"
	}
	if h.Daily {
		return fmt.Sprintf(", daily at %s (%s)", clock(h.From), zone)
	}
	return fmt.Sprintf(", quiet from %s to %s (%s)", clock(h.From), clock(h.To), zone)
}

// zoneNote says why the hours are those of UTC, where the record of who asked names
// no time zone.
func (h Hours) zoneNote() []string {
	if h.Zone != "" || h.words() == "" {
		return nil
	}
	return []string{"Your Webex record names no time zone, so the times are in UTC."}
}
