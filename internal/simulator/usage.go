package simulator

import (
	"slices"
	"time"
)

// ScopeConfigRead lets a token read the usage report. The admin token has it only
// where a test or a person gives it one with [Simulator.SetScopes].
const ScopeConfigRead = "meeting:admin_config_read"

// Bounds of the usage report, as its page states them.
const (
	usageSpan = 30 * 24 * time.Hour // between from and to
	usageBack = 90 * 24 * time.Hour // of from
	usageNone = 7 * 24 * time.Hour  // the span where none is given
)

// Meeting is one meeting that took place, as the usage report has it.
type Meeting struct {
	ID            string        `json:"meetingId"`
	Number        string        `json:"meetingNumber"`
	Title         string        `json:"meetingTitle"`
	Start         time.Time     `json:"start"`
	End           time.Time     `json:"end"`
	Duration      int           `json:"duration"`      // in minutes
	ScheduledType string        `json:"scheduledType"` // meeting or webinar
	HostName      string        `json:"hostDisplayName"`
	HostEmail     string        `json:"hostEmail"`
	PeopleMinutes int           `json:"totalPeopleMinutes"`
	Participants  int           `json:"totalParticipants"`
	Invitees      int           `json:"totalInvitee"`
	Service       string        `json:"serviceType"` // MeetingCenter, EventCenter, TrainingCenter or SupportCenter
	TrackingCodes []MeetingCode `json:"trackingCodes"`
}

// MeetingCode is the value of a tracking code that a meeting was scheduled with.
type MeetingCode struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// PutMeetings adds meetings that took place on a site.
func (s *Simulator) PutMeetings(siteURL string, meetings ...Meeting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustSite(siteURL)
	t.meetings = append(t.meetings, meetings...)
	slices.SortStableFunc(t.meetings, func(a, b Meeting) int { return b.Start.Compare(a.Start) })
}

// listUsage answers GET /meetingReports/usage, newest first.
func (s *Simulator) listUsage(r *request) (reply, error) {
	q := r.URL.Query()
	if q.Get("siteUrl") == "" {
		return reply{}, malformed("'siteUrl' cannot be empty")
	}
	t, err := s.adminSite(q.Get("siteUrl"))
	if err != nil {
		return reply{}, err
	}
	service := q.Get("serviceType")
	if service == "" {
		service = "MeetingCenter"
	}
	from, to, err := usageTimes(q.Get("from"), q.Get("to"), s.now().Time)
	if err != nil {
		return reply{}, err
	}
	list := []Meeting{}
	for _, m := range t.meetings {
		if m.Service == service && !m.Start.Before(from) && m.Start.Before(to) {
			m.Start, m.End = m.Start.UTC(), m.End.UTC()
			m.TrackingCodes = append([]MeetingCode{}, m.TrackingCodes...) // never null
			list = append(list, m)
		}
	}
	return page(s, r, list, 10, 1000)
}

// usageTimes reads the span of a report.
func usageTimes(first, last string, now time.Time) (from, to time.Time, err error) {
	to = now
	if last != "" {
		if to, err = time.Parse(time.RFC3339, last); err != nil {
			return from, to, malformed("'to' is invalid")
		}
	}
	from = to.Add(-usageNone)
	if first != "" {
		if from, err = time.Parse(time.RFC3339, first); err != nil {
			return from, to, malformed("'from' is invalid")
		}
		if last == "" {
			to = from.Add(usageNone)
		}
	}
	switch {
	case from.After(to):
		return from, to, malformed("'from' cannot be after 'to'")
	case to.Sub(from) > usageSpan:
		return from, to, malformed("The interval between 'to' and 'from' cannot exceed 30 days")
	case now.Sub(from) > usageBack:
		return from, to, malformed("'from' cannot be earlier than 90 days ago")
	}
	return from, to, nil
}
