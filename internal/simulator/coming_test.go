package simulator

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestComingMeetings(t *testing.T) {
	spec := readSpec(t, "meetings.openapi.json")
	s := start(t, Options{})
	at := time.Now().Add(time.Hour).Truncate(time.Second)
	m := ComingMeeting{
		ID: "m", Number: "123", Title: "Weekly", Type: "scheduledMeeting", State: "ready", Timezone: "UTC", Start: at, End: at.Add(time.Hour), HostName: "Alice Adams",
		HostEmail: "alice@example.com", SiteURL: "example.webex.com", ScheduledType: "meeting", TrackingCodes: []MeetingCode{{"Department", "Sales"}}, Invitees: []string{"bob@example.com"},
	}
	s.PutComing(m)
	ask := func(host string, to time.Time) (int, []object) {
		q := url.Values{"siteUrl": {"example.webex.com"}, "hostEmail": {host}, "meetingType": {"scheduledMeeting"}, "from": {time.Now().Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}}
		status, _, body := call(t, s, s.AdminToken(), http.MethodGet, "/meetings?"+q.Encode(), nil)
		return status, objects(body, "items")
	}
	for host, want := range map[string]int{"alice@example.com": 1, "bob@example.com": 1, "carol@example.com": 0} {
		status, items := ask(host, at.Add(time.Hour))
		if status != http.StatusOK || len(items) != want {
			t.Errorf("the meetings of %s = %d, %v; want %d", host, status, items, want)
		}
		for _, item := range items {
			spec.fits(t, "MeetingObjectForListMeeting", item)
		}
	}
	if status, items := ask("alice@example.com", at); status != http.StatusOK || len(items) != 0 {
		t.Errorf("up to the start of the meeting = %d, %v; want none", status, items)
	}
	if status, _ := ask("", at); status != http.StatusBadRequest {
		t.Errorf("without a host = %d, want 400", status)
	}
}
