package handlers

import (
	"context"
	"strings"
	"testing"
	"time"

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
