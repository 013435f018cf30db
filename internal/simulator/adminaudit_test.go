package simulator

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestAdminAudit(t *testing.T) {
	spec := readSpec(t, "admin-audit.openapi.json")
	s := start(t, Options{})
	s.SetScopes(s.AdminToken(), ScopeAuditRead)
	s.AddAuditEvent(s.Person("alice").ID, "Alice Adams changed tracking code Department", "example.webex.com")
	ask := func(org string, from, to time.Time) (int, object) {
		t.Helper()
		q := url.Values{"orgId": {org}, "from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}}
		status, _, body := call(t, s, s.AdminToken(), http.MethodGet, "/adminAudit/events?"+q.Encode(), nil)
		return status, body
	}
	now := time.Now().UTC()
	status, body := ask(s.Bot().OrgID, now.Add(-time.Hour), now.Add(time.Hour))
	events := objects(body, "items")
	if status != http.StatusOK || len(events) != 1 {
		t.Fatalf("GET /adminAudit/events = %d, %v", status, body)
	}
	spec.fits(t, "AuditEvent", events[0])
	known, ok := objects(spec.sample(t, "/adminAudit/events", "get", "200"), "items")[0]["data"].(object)
	data, ours := events[0]["data"].(object)
	if !ok || !ours {
		t.Fatalf("no data: %v", events[0])
	}
	for key := range data {
		if known[key] == nil {
			t.Errorf("key %q of data is not documented", key)
		}
	}
	if _, body := ask(s.Bot().OrgID, now.Add(-2*time.Hour), now.Add(-time.Hour)); len(objects(body, "items")) > 0 {
		t.Errorf("events of another time: %v", body)
	}
	if status, _ := ask(s.Person("mallory").OrgID, now.Add(-time.Hour), now); status != http.StatusForbidden {
		t.Errorf("the audit of another organization = %d, want 403", status)
	}
	if status, _ := ask(s.Bot().OrgID, now, now.Add(-time.Hour)); status != http.StatusBadRequest {
		t.Errorf("a span that ends before it begins = %d, want 400", status)
	}
	s.SetScopes(s.AdminToken(), ScopeScheduleRead, ScopeScheduleWrite)
	if status, _ := ask(s.Bot().OrgID, now.Add(-time.Hour), now); status != http.StatusForbidden {
		t.Errorf("without the scope = %d, want 403", status)
	}
}
