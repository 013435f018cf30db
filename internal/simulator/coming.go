package simulator

import (
	"slices"
	"strings"
	"time"
)

// ComingMeeting is a meeting that is scheduled, as GET /meetings has it.
type ComingMeeting struct {
	ID            string        `json:"id"`
	SeriesID      string        `json:"meetingSeriesId"`
	Number        string        `json:"meetingNumber"`
	Title         string        `json:"title"`
	Type          string        `json:"meetingType"` // scheduledMeeting
	State         string        `json:"state"`       // such as ready
	Timezone      string        `json:"timezone"`
	Start         time.Time     `json:"start"`
	End           time.Time     `json:"end"`
	HostID        string        `json:"hostUserId"`
	HostName      string        `json:"hostDisplayName"`
	HostEmail     string        `json:"hostEmail"`
	SiteURL       string        `json:"siteUrl"`
	ScheduledType string        `json:"scheduledType"` // meeting or webinar
	TrackingCodes []MeetingCode `json:"trackingCodes"`

	// What a client has no business with.
	Password  string `json:"password"`
	HostKey   string `json:"hostKey"`
	WebLink   string `json:"webLink"`
	Telephony struct {
		AccessCode string     `json:"accessCode"`
		Numbers    []struct{} `json:"callInNumbers"`
	} `json:"telephony"`
	Breakouts bool `json:"enabledBreakoutSessions"`

	Invitees []string `json:"-"` // who else sees it in a list of their own
}

// PutComing adds meetings that are scheduled on their sites.
func (s *Simulator) PutComing(meetings ...ComingMeeting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range meetings {
		t := s.mustSite(m.SiteURL)
		t.coming = append(t.coming, m)
		slices.SortStableFunc(t.coming, func(a, b ComingMeeting) int { return a.Start.Compare(b.Start) })
	}
}

// listComing answers GET /meetings for one host: what they host, and what they are
// invited to.
func (s *Simulator) listComing(r *request) (reply, error) {
	q := r.URL.Query()
	t, err := s.adminSite(q.Get("siteUrl"))
	if err != nil {
		return reply{}, err
	}
	from, errFrom := time.Parse(time.RFC3339, q.Get("from"))
	to, errTo := time.Parse(time.RFC3339, q.Get("to"))
	host := q.Get("hostEmail")
	switch {
	case errFrom != nil || errTo != nil || to.Before(from):
		return reply{}, malformed("'from' cannot be after 'to'")
	case host == "":
		return reply{}, malformed("'hostEmail' cannot be empty")
	}
	list := []ComingMeeting{}
	for _, m := range t.coming {
		sees := strings.EqualFold(m.HostEmail, host) || slices.Contains(m.Invitees, host)
		if sees && (q.Get("meetingType") == "" || q.Get("meetingType") == m.Type) && !m.Start.Before(from) && m.Start.Before(to) {
			m.Start, m.End = m.Start.UTC(), m.End.UTC()
			m.TrackingCodes, m.Telephony.Numbers = append([]MeetingCode{}, m.TrackingCodes...), []struct{}{} // never null
			list = append(list, m)
		}
	}
	return page(s, r, list, 10, 100)
}
