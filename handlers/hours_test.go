package handlers

import (
	"strings"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
)

// TestHours: a digest tells what was seen by its time, quiet hours tell nothing,
// both in the time zone of who asked.
func TestHours(t *testing.T) {
	t.Parallel()
	daily := func(at string) *ask.Hours { return &ask.Hours{Daily: true, From: at} }
	quiet := func(from, to string) *ask.Hours { return &ask.Hours{From: from, To: to} }
	for _, c := range []struct {
		hours     *ask.Hours
		zone, now string
		words     string
		until     string // empty: nothing is told
	}{
		{nil, "", "2026-07-01 03:00", "", "2026-07-01 03:00"},
		{daily("9"), "", "2026-07-01 09:00", ", daily at 9:00 (UTC)", "2026-07-01 09:00"},
		{daily(""), "", "2026-07-01 08:59", ", daily at 9:00 (UTC)", "2026-06-30 09:00"},
		{daily("6 pm"), "Europe/Berlin", "2026-07-01 16:30", ", daily at 18:00 (Europe/Berlin)", "2026-07-01 16:00"},
		{daily("9 Uhr"), "Europe/Berlin", "2026-03-29 07:30", ", daily at 9:00 (Europe/Berlin)", "2026-03-29 07:00"}, // the day on which summer begins
		{daily("9"), "Nowhere/At-all", "2026-07-01 10:00", ", daily at 9:00 (UTC)", "2026-07-01 09:00"},
		{quiet("18", "8"), "", "2026-07-01 18:00", ", quiet from 18:00 to 8:00 (UTC)", ""},
		{quiet("18", "8"), "", "2026-07-01 07:59", ", quiet from 18:00 to 8:00 (UTC)", ""},
		{quiet("18", "8"), "", "2026-07-01 08:00", ", quiet from 18:00 to 8:00 (UTC)", "2026-07-01 08:00"},
		{quiet("noon", "13:30"), "America/Denver", "2026-01-01 19:15", ", quiet from 12:00 to 13:30 (America/Denver)", ""},
		{quiet("midnight", "6am"), "", "2026-07-01 06:00", ", quiet from 0:00 to 6:00 (UTC)", "2026-07-01 06:00"},
	} {
		at, err := time.Parse("2006-01-02 15:04", c.now)
		if err != nil {
			t.Fatal(err)
		}
		h, err := hoursOf(c.hours, c.zone)
		if err != nil {
			t.Fatal(err)
		}
		until, ok := h.Tells(at)
		got := ""
		if ok {
			got = until.UTC().Format("2006-01-02 15:04")
		}
		if got != c.until || h.words() != c.words {
			t.Errorf("%+v in %q at %s: told until %q%s, want %q%s", c.hours, c.zone, c.now, got, h.words(), c.until, c.words)
		}
	}
}

// TestWrongHours: what is no time of the day is said, and nothing is watched.
func TestWrongHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hours ask.Hours
		want  string
	}{
		{ask.Hours{Daily: true, From: "25"}, "“25” is no time of the day"},
		{ask.Hours{Daily: true, From: "13 pm"}, "“13 pm” is no time of the day"},
		{ask.Hours{From: "18", To: "breakfast"}, "“breakfast” is no time of the day"},
		{ask.Hours{From: "9:75", To: "8"}, "“9:75” is no time of the day"},
		{ask.Hours{From: "8", To: "8:00"}, "all day"},
	} {
		_, instead := watcher{}.listening(bot.Request{Room: bot.Room{ID: "room"}, Question: ask.Question{Hours: &c.hours}})
		if instead == nil || !strings.Contains(instead.Markdown, c.want) || len(instead.Changes) > 0 {
			t.Errorf("%+v: %+v, want %q", c.hours, instead, c.want)
		}
	}
}
