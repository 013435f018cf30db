package handlers

import (
	"context"
	"strings"
	"testing"
	"time"

	"trackbot/cards"
	"trackbot/internal/history"
	"trackbot/webex"
)

// TestByWhom: somebody is named where an event tells of this code on this site,
// between the readings, and for nothing less.
func TestByWhom(t *testing.T) {
	seen := time.Date(2026, 5, 7, 14, 30, 0, 0, time.UTC)
	c := history.Change{Site: "example.webex.com", Since: seen.Add(-15 * time.Minute), Seen: seen}
	for _, e := range []struct {
		action, target string
		at             time.Duration
		want           bool
	}{
		{"Carol changed tracking code Department", "example.webex.com", -time.Minute, true},
		{"Carol changed Department on https://example.webex.com.", "", 0, true},
		{"Carol changed “department”", "Example.webex.com", -15 * time.Minute, true},
		{"Carol changed tracking codes", "example.webex.com", -time.Minute, false},
		{"Carol changed tracking code Region", "example.webex.com", -time.Minute, false},
		{"Carol changed tracking code Departments", "example.webex.com", -time.Minute, false},
		{"Carol changed tracking code Department", "emea.example.webex.com", -time.Minute, false},
		{"Carol changed tracking code Department", "", -time.Minute, false},
		{"Carol changed tracking code Department", "example.webex.com", -16 * time.Minute, false},
		{"Carol changed tracking code Department", "example.webex.com", time.Second, false},
	} {
		audit := func(context.Context, string, time.Time, time.Time) ([]webex.AuditEvent, error) {
			return []webex.AuditEvent{{Created: seen.Add(e.at), Actor: "Carol", Action: e.action, Target: e.target}}, nil
		}
		got := byWhom(t.Context(), audit, "org", webex.TrackingCode{Name: "Department"}, c)
		if strings.Contains(got, "names Carol") != e.want {
			t.Errorf("%s, %s, %v: %s", e.action, e.target, e.at, got)
		}
	}
}

// neverRead is a history of sites that were never read.
type neverRead struct{ History }

func (neverRead) Sites(context.Context) ([]history.Site, error) { return nil, nil }

func (neverRead) Gaps(context.Context, []string, time.Time) ([]history.Gap, error) { return nil, nil }

// TestMostChanges: where there may be more changes than an answer holds, it says so,
// and a site that was never read is told.
func TestMostChanges(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{history.Most - 1: false, history.Most: true} {
		reply, err := report(t.Context(), neverRead{}, cards.Report{Title: "Changes"}, make([]history.Change, n), []string{golden}, period{until: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(reply.Markdown, "the newest 5000"); got != want {
			t.Errorf("%d changes: that there may be more is said %v, want %v", n, got, want)
		}
		if !strings.Contains(reply.Markdown, golden+" was never read") {
			t.Errorf("a site that was never read isn't told: %s", reply.Markdown)
		}
	}
}
