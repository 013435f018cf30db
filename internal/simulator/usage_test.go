package simulator

import (
	"maps"
	"net/http"
	"net/url"
	"testing"
	"time"
)

const usagePath = "/meetingReports/usage"

func TestUsageReport(t *testing.T) {
	spec := readSpec(t, "meeting-usage.openapi.json")
	s := start(t, Options{})
	s.SetScopes(s.AdminToken(), ScopeConfigRead)
	at := time.Now().Add(-48 * time.Hour).Truncate(time.Second)
	for i := range 3 {
		s.PutMeetings("example.webex.com", Meeting{
			ID: "m", Number: "123", Title: "Weekly", Start: at.Add(time.Duration(i) * time.Hour), End: at.Add(time.Duration(i+1) * time.Hour), Duration: 60, ScheduledType: "meeting",
			HostName: "Alice Adams", HostEmail: "alice@example.com", PeopleMinutes: 120, Participants: 2, Invitees: 3, Service: "MeetingCenter",
			TrackingCodes: []MeetingCode{{"Department", "Sales"}},
		})
	}
	s.PutMeetings("example.webex.com", Meeting{Start: at, Service: "EventCenter", ScheduledType: "webinar"})
	ask := func(change url.Values) (int, object) {
		t.Helper()
		q := url.Values{"siteUrl": {"example.webex.com"}, "from": {at.Add(-time.Hour).Format(time.RFC3339)}, "to": {at.Add(24 * time.Hour).Format(time.RFC3339)}, "max": {"2"}}
		maps.Copy(q, change)
		status, _, body := call(t, s, s.AdminToken(), http.MethodGet, usagePath+"?"+q.Encode(), nil)
		return status, body
	}
	status, body := ask(nil)
	items := objects(body, "items")
	if status != http.StatusOK || len(items) != 2 || items[0]["start"] != at.Add(2*time.Hour).UTC().Format(time.RFC3339) {
		t.Fatalf("GET %s = %d, %v", usagePath, status, body)
	}
	for _, m := range items {
		spec.fits(t, "MeetingUsageReportObject", m)
	}
	if _, body := ask(url.Values{"serviceType": {"EventCenter"}}); len(objects(body, "items")) != 1 {
		t.Errorf("the webinars: %v", body)
	}
	for name, wrong := range map[string]url.Values{
		"no site":         {"siteUrl": {""}},
		"over 30 days":    {"from": {at.Add(-31 * 24 * time.Hour).Format(time.RFC3339)}},
		"over 90 days":    {"from": {at.Add(-100 * 24 * time.Hour).Format(time.RFC3339)}, "to": {at.Add(-95 * 24 * time.Hour).Format(time.RFC3339)}},
		"from after to":   {"from": {at.Add(48 * time.Hour).Format(time.RFC3339)}},
		"no time at all":  {"from": {"yesterday"}},
		"an unknown site": {"siteUrl": {"other.webex.com"}},
	} {
		if status, body := ask(wrong); status != http.StatusBadRequest {
			t.Errorf("%s = %d, %v; want 400", name, status, body)
		}
	}
	s.SetScopes(s.AdminToken(), ScopeScheduleRead, ScopeScheduleWrite)
	if status, _ := ask(nil); status != http.StatusForbidden {
		t.Errorf("without the scope = %d, want 403", status)
	}
}
