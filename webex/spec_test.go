package webex_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"trackbot/webex"
)

// spec is the part of an OpenAPI file that holds the published examples.
type spec struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name, In string
		}
		Responses map[string]struct {
			Content map[string]struct {
				Example json.RawMessage
			}
		}
	}
}

// example reads the published answer of an operation, and the names of its
// query values and headers.
func example(t *testing.T, file, method, path, status string) (body string, params map[string]bool) {
	t.Helper()
	const dir = "../../shared/webex/spec" // beside the module's folder
	b, err := os.ReadFile(filepath.Join(dir, file+".openapi.json"))
	if err != nil {
		t.Skipf("the published OpenAPI files are not in ../shared/webex/spec beside the module: %v", err)
	}
	var s spec
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	operation := s.Paths[path][method]
	params = map[string]bool{}
	for _, p := range operation.Parameters {
		params[p.In+" "+p.Name] = true
	}
	for _, c := range operation.Responses[status].Content {
		return string(c.Example), params
	}
	t.Fatalf("no example of %s %s %s in %s", method, path, status, file)
	return "", nil
}

// TestPublishedExamples feeds the examples of the official specification to
// the client, and checks that each call sends what the operation knows.
func TestPublishedExamples(t *testing.T) {
	const site, email = "example.webex.com", "ann@example.com"
	room := func(path string) string { // the client refuses entries of another space than it asked for
		body, _ := example(t, strings.TrimPrefix(path, "/"), "get", path, "200")
		var list struct{ Items []struct{ RoomID string } }
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Items) == 0 {
			t.Fatalf("no entries in the example of %s: %v", path, err)
		}
		return list.Items[0].RoomID
	}
	tests := []struct {
		file, path string
		call       func(context.Context, webex.Options) (got any, right bool, err error)
	}{
		{"people", "/people/me", func(ctx context.Context, o webex.Options) (any, bool, error) {
			p, err := webex.NewBot(o).Me(ctx)
			return p, err == nil && p.Emails[0] == "john.andersen@example.com" && p.DisplayName == "John Andersen" && p.OrgID != "", err
		}},
		{"people", "/people/{personId}", func(ctx context.Context, o webex.Options) (any, bool, error) {
			p, err := webex.NewBot(o).Person(ctx, "P1")
			return p, err == nil && p.ID != "" && p.Type != "", err
		}},
		{"messages", "/messages/{messageId}", func(ctx context.Context, o webex.Options) (any, bool, error) {
			m, err := webex.NewBot(o).Message(ctx, "M1")
			return m, err == nil && m.RoomType == "group" && len(m.MentionedPeople) == 2 && !m.Created.IsZero() && len(m.Attachments) == 1, err
		}},
		{"messages", "/messages", func(ctx context.Context, o webex.Options) (any, bool, error) {
			m, err := webex.NewBot(o).Messages(ctx, room("/messages"), webex.MessageQuery{MentionedPeople: "me", ParentID: "M0", BeforeMessage: "M9"})
			return m, err == nil && len(m) == 1 && m[0].ParentID != "", err
		}},
		{"messages", "/messages/direct", func(ctx context.Context, o webex.Options) (any, bool, error) {
			m, err := webex.NewBot(o).DirectMessages(ctx, "P1", "M0")
			return m, err == nil && len(m) == 1 && m[0].RoomType == "direct", err
		}},
		{"attachment-actions", "/attachment/actions/{id}", func(ctx context.Context, o webex.Options) (any, bool, error) {
			a, err := webex.NewBot(o).AttachmentAction(ctx, "A1")
			return a, err == nil && a.Inputs["Name"] == "John Andersen" && a.Type == "submit" && !a.Created.IsZero(), err
		}},
		{"memberships", "/memberships", func(ctx context.Context, o webex.Options) (any, bool, error) {
			m, whole, err := webex.NewBot(o).Memberships(ctx, room("/memberships"), 1000)
			return m, err == nil && whole && len(m) == 1 && m[0].PersonOrgID != "" && !m[0].Created.IsZero(), err
		}},
		{"rooms", "/rooms", func(ctx context.Context, o webex.Options) (any, bool, error) {
			r, _, err := webex.NewBot(o).Rooms(ctx, "group", 10)
			return r, err == nil && len(r) == 1 && r[0].Title != "" && !r[0].LastActivity.IsZero(), err
		}},
		{"webhooks", "/webhooks", func(ctx context.Context, o webex.Options) (any, bool, error) {
			w, err := webex.NewBot(o).Webhooks(ctx)
			return w, err == nil && len(w) == 1 && w[0].Status == "active" && w[0].Secret != "" && w[0].Filter != "", err
		}},
		{"authorizations", "/authorizations/tokenExpiry", func(ctx context.Context, o webex.Options) (any, bool, error) {
			at, err := webex.NewAdmin(o).TokenExpiry(ctx)
			return at, err == nil && at.Year() == 2026, err
		}},
		{"site-list", "/meetingPreferences/sites", func(ctx context.Context, o webex.Options) (any, bool, error) {
			s, err := webex.NewAdmin(o).Sites(ctx)
			return s, err == nil && len(s) == 4 && s[3].Default && !s[0].Default && s[0].URL != "", err
		}},
		{"tracking-codes", "/admin/meeting/config/trackingCodes", func(ctx context.Context, o webex.Options) (any, bool, error) {
			c, err := webex.NewAdmin(o).TrackingCodes(ctx, site)
			return c, err == nil && len(c) == 2 && c[1].ID == "2" && c[1].Options[2].DefaultValue && len(c[0].ScheduleStartCodes) == 5, err
		}},
		{"tracking-codes", "/admin/meeting/config/trackingCodes/{trackingCodeId}", func(ctx context.Context, o webex.Options) (any, bool, error) {
			c, err := webex.NewAdmin(o).TrackingCode(ctx, site, "1")
			return c, err == nil && c.ID == "1" && c.Name == "Department" && c.InputMode == "select" && c.HostProfileCode == "optional" && c.ScheduleStartCodes[0].Type == "notApplicable", err
		}},
		{"tracking-codes", "/admin/meeting/userconfig/trackingCodes", func(ctx context.Context, o webex.Options) (any, bool, error) {
			u, err := webex.NewAdmin(o).UserTrackingCodes(ctx, site, "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8xOGJiOWNjMC0zMWM2LTQ3MzYtYmE4OC0wMDk5ZmQzNDNmODE", email)
			return u, err == nil && u.SiteURL == site && len(u.TrackingCodes) == 2 && u.TrackingCodes[0] == webex.UserCode{ID: "1", Name: "Department", Value: "Engineering"}, err
		}},
		{"admin-audit", "/adminAudit/events", func(ctx context.Context, o webex.Options) (any, bool, error) {
			e, err := webex.NewAdmin(o).AuditEvents(ctx, "O1", time.Now(), time.Now())
			return e, err == nil && len(e) == 1 && e[0].ActorEmail == "joe@example.com" && e[0].Action == "Joe Smith logged into organization Acme Inc." && e[0].Created.Year() == 2019, err
		}},
		{"meeting-usage", "/meetingReports/usage", func(ctx context.Context, o webex.Options) (any, bool, error) {
			m, err := webex.NewAdmin(o).UsedMeetings(ctx, site, "MeetingCenter", time.Now(), time.Now(), 0)
			return m, err == nil && len(m) == 1 && m[0].PeopleMinutes == 60 && m[0].HostEmail == "john.andersen@example.com" && m[0].Start.Year() == 2023 &&
				len(m[0].TrackingCodes) == 2 && m[0].TrackingCodes[0] == webex.MeetingCode{Name: "Department", Value: "Engineering"}, err
		}},
		{"meetings", "/meetings", func(ctx context.Context, o webex.Options) (any, bool, error) {
			m, err := webex.NewAdmin(o).ComingMeetings(ctx, site, "john.andersen@example.com", time.Now(), time.Now())
			return m, err == nil && len(m) == 4 && m[0].Title == "Example Daily Meeting" && m[0].Start.Year() == 2019 && m[0].TrackingCodes[1].Value == "Full-time", err
		}},
		{"tracking-codes", "/meetings/trackingCodes", func(ctx context.Context, o webex.Options) (any, bool, error) {
			c, err := webex.NewAdmin(o).HostTrackingCodes(ctx, site, "MeetingCenter", email)
			return c, err == nil && len(c) == 1 && c[0].Service == "MeetingCenter" && c[0].Type == "optional" && len(c[0].Options) == 3, err
		}},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			body, params := example(t, test.file, "get", test.path, "200")
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				for name := range r.URL.Query() {
					check(t, params["query "+name], "query value "+name)
				}
				check(t, r.Header.Get("Email") == "" || params["header email"], "header email")
				reply(w, 200, body)
			})
			if got, right, err := test.call(t.Context(), options(base, botToken)); err != nil || !right {
				t.Errorf("got %+v, error %v", got, err)
			}
		})
	}
}

func TestPublishedErrors(t *testing.T) {
	tests := []struct {
		method, path string
		detail       string
		notFound     bool
	}{
		{"post", "/admin/meeting/config/trackingCodes", "'siteUrl' cannot be empty", false},
		{"put", "/admin/meeting/config/trackingCodes/{trackingCodeId}", "Tracking code ID '10001' is invalid.", true},
		{"put", "/admin/meeting/userconfig/trackingCodes", "Tracking code of '1' is not found.", true},
	}
	for _, test := range tests {
		body, _ := example(t, "tracking-codes", test.method, test.path, "400")
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, body) })
		_, err := webex.NewAdmin(options(base, adminToken)).TrackingCode(t.Context(), "example.webex.com", "10001")
		e := asError(t, err)
		if e.NotFound() != test.notFound || len(e.Details) != 1 || e.Details[0] != test.detail || !strings.Contains(e.TrackingID, "_166") {
			t.Errorf("%s %s: error = %v, not found %v, want %q, %v", test.method, test.path, err, e.NotFound(), test.detail, test.notFound)
		}
	}
}

// check reports what is not as it should be.
func check(t *testing.T, ok bool, got any) {
	t.Helper()
	if !ok {
		t.Errorf("got %+v", got)
	}
}
