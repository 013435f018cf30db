package simulator

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const codesPath = "/admin/meeting/config/trackingCodes"

func TestGetCode(t *testing.T) {
	s := start(t, Options{})
	s.PutSite(Site{URL: "theirs.webex.com", Forbidden: true})
	s.PutSite(Site{URL: "other.webex.com"})
	for _, c := range []struct {
		name, token, path string
		want              int
		field, value      string
	}{
		{"documented", s.AdminToken(), codesPath + "/1?siteUrl=example.webex.com", 200, "name", "Department"},
		{"default site", s.AdminToken(), codesPath + "/2", 200, "siteUrl", "example.webex.com"},
		{"id with a slash", s.AdminToken(), codesPath + "/customAttribute3%2Fregion?siteUrl=emea.example.webex.com", 200, "name", "Region"},
		{"unknown id", s.AdminToken(), codesPath + "/99?siteUrl=example.webex.com", 404, "message", textNotFound},
		{"unknown site", s.AdminToken(), codesPath + "/1?siteUrl=nowhere.webex.com", 400, "message", textMalformed},
		{"not the admin's", s.AdminToken(), codesPath + "/1?siteUrl=theirs.webex.com", 403, "message", textForbidden},
		{"bot token", s.BotToken(), codesPath + "/1", 403, "message", textForbidden},
		{"no such path", s.AdminToken(), "/admin/meeting/config/trackingCode/1", 404, "message", textNotFound},
		{"slash at the end", s.AdminToken(), "/meetingPreferences/sites/", 200, "", ""},
	} {
		status, _, body := call(t, s, c.token, http.MethodGet, c.path, nil)
		if status != c.want || c.field != "" && body[c.field] != c.value {
			t.Errorf("%s: GET = %d %v, want %d with %s %q", c.name, status, body, c.want, c.field, c.value)
		}
	}
	if status, _, _ := call(t, s, s.AdminToken(), http.MethodDelete, "/meetingPreferences/sites", nil); status != 405 {
		t.Errorf("DELETE of the site list = %d, want 405", status)
	}
	s.SetQuirks(Quirks{UnknownCode400: true, UnknownSiteStatus: 404})
	status, _, body := call(t, s, s.AdminToken(), http.MethodGet, codesPath+"/99", nil)
	if status != 400 || body["message"] != textNotFound || descriptionOf(body) != "Tracking code ID '99' is invalid." {
		t.Errorf("unknown id by the other way = %d %v", status, body)
	}
	if status, _, _ = call(t, s, s.AdminToken(), http.MethodGet, codesPath+"/1?siteUrl=nowhere.webex.com", nil); status != 404 {
		t.Errorf("unknown site by the other way = %d, want 404", status)
	}
	if _, raw := rawCall(t, s, s.AdminToken(), http.MethodGet, codesPath+"/1?siteUrl=emea.example.webex.com", nil); !strings.Contains(string(raw), `"scheduleStartCodes":null`) ||
		!strings.Contains(string(raw), `R&D *core*`) {
		t.Errorf("null rules: %s", raw)
	}
}

func TestScopes(t *testing.T) {
	s := start(t, Options{})
	get := func(path string) int {
		status, _, _ := call(t, s, s.AdminToken(), http.MethodGet, path, nil)
		return status
	}
	s.SetScopes(s.AdminToken(), ScopeScheduleRead, ScopeScheduleWrite)
	if a, b := get(codesPath), get("/meetingPreferences/sites"); a != 200 || b != 403 {
		t.Errorf("without the site list's scope: codes %d, sites %d", a, b)
	}
	s.SetScopes(s.AdminToken(), ScopeScheduleRead, ScopePreferencesRead)
	if a, b := get(codesPath), get("/meetingPreferences/sites"); a != 403 || b != 200 {
		t.Errorf("with half of the codes' scopes: codes %d, sites %d", a, b)
	}
	_, _, body := call(t, s, s.AdminToken(), http.MethodGet, "/authorizations/tokenExpiry", nil)
	if exp, _ := body["exp"].(float64); exp < 1e12 {
		t.Errorf("tokenExpiry = %v, want epoch milliseconds", body)
	}
	s.Revoke(s.AdminToken())
	if got := get(codesPath); got != 401 {
		t.Errorf("revoked: %d, want 401", got)
	}
}

func TestWriteRules(t *testing.T) {
	s := start(t, Options{})
	s.PutSite(Site{URL: "mapped.webex.com", Mapped: true})
	change := func(changes object) object {
		body := object{
			"name": "X", "siteUrl": "example.webex.com", "inputMode": "select", "hostProfileCode": "optional",
			"options":            []any{object{"value": "a", "defaultValue": true}},
			"scheduleStartCodes": []any{object{"service": "MeetingCenter", "type": "required"}},
		}
		for k, v := range changes {
			if v == "-" {
				delete(body, k)
			} else {
				body[k] = v
			}
		}
		return body
	}
	rule := func(pairs ...string) []any {
		var out []any
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, object{"service": pairs[i], "type": pairs[i+1]})
		}
		return out
	}
	for _, c := range []struct {
		name    string
		changes object
		want    int
	}{
		{"good", nil, 200},
		{"no site", object{"siteUrl": ""}, 400},
		{"key missing", object{"options": "-"}, 400},
		{"name too long", object{"name": strings.Repeat("é", 121)}, 400},
		{"name of 120", object{"name": strings.Repeat("é", 120)}, 200},
		{"unknown mode", object{"inputMode": "radio"}, 400},
		{"unknown rule", object{"hostProfileCode": "maybe"}, 400},
		{"select without options", object{"options": []any{}}, 400},
		{"text without options", object{"options": []any{}, "inputMode": "text"}, 200},
		{"option misspelt", object{"options": []any{object{"value": "a", "default": true}}}, 400},
		{"null rules with select", object{"scheduleStartCodes": nil}, 400},
		{"null rules with host profile", object{"scheduleStartCodes": nil, "inputMode": "hostProfileSelect"}, 200},
		{"used rules with host profile", object{"inputMode": "hostProfileSelect"}, 400},
		{"unused rules with host profile", object{"inputMode": "hostProfileSelect", "scheduleStartCodes": rule("All", "notUsed")}, 200},
		{"adminSet with required", object{"hostProfileCode": "adminSet"}, 400},
		{"adminSet with adminSet", object{"hostProfileCode": "adminSet", "scheduleStartCodes": rule("All", "adminSet")}, 200},
		{"optional with adminSet", object{"scheduleStartCodes": rule("All", "adminSet")}, 400},
		{"notApplicable of a service", object{"scheduleStartCodes": rule("EventCenter", "notApplicable")}, 400},
		{"service against All", object{"scheduleStartCodes": rule("All", "required", "EventCenter", "optional")}, 400},
		{"service twice", object{"scheduleStartCodes": rule("EventCenter", "required", "EventCenter", "required")}, 400},
		{"unknown service", object{"scheduleStartCodes": rule("CallCenter", "required")}, 400},
		{"required on Control Hub", object{"siteUrl": "emea.example.webex.com", "hostProfileCode": "required"}, 400},
		{"required elsewhere", object{"hostProfileCode": "required"}, 200},
		{"mapped", object{"siteUrl": "mapped.webex.com"}, 403},
	} {
		if status, _, body := call(t, s, s.AdminToken(), http.MethodPost, codesPath, change(c.changes)); status != c.want {
			t.Errorf("%s: POST = %d %v, want %d", c.name, status, body, c.want)
		}
	}
	_, _, body := call(t, s, s.AdminToken(), http.MethodPost, codesPath, change(object{"siteUrl": ""}))
	if descriptionOf(body) != "'siteUrl' cannot be empty" {
		t.Errorf("description %q", descriptionOf(body))
	}
}

func TestServicesLeftOut(t *testing.T) {
	for _, c := range []struct {
		given []ScheduleStart
		want  []ScheduleStart
	}{
		{[]ScheduleStart{{"All", "required"}}, rules("required", "required", "required", "required", "required")},
		{[]ScheduleStart{{"MeetingCenter", "required"}}, rules("notApplicable", "required", "notUsed", "notUsed", "notUsed")},
		{[]ScheduleStart{{"All", "notApplicable"}, {"EventCenter", "optional"}}, rules("notApplicable", "notUsed", "optional", "notUsed", "notUsed")},
		{[]ScheduleStart{}, rules("notUsed", "notUsed", "notUsed", "notUsed", "notUsed")},
	} {
		code := TrackingCode{InputMode: "text", HostProfileCode: "optional", ScheduleStartCodes: c.given}
		if text := code.spread(); text != "" || !cmp.Equal(code.ScheduleStartCodes, c.want) {
			t.Errorf("spread(%v) = %v %q, want %v", c.given, code.ScheduleStartCodes, text, c.want)
		}
	}
}

func TestCodeLife(t *testing.T) {
	s := start(t, Options{})
	body := object{
		"name": "Region", "siteUrl": "example.webex.com", "inputMode": "text", "hostProfileCode": "optional",
		"options": []any{}, "scheduleStartCodes": []any{object{"service": "All", "type": "optional"}},
	}
	_, _, made := call(t, s, s.AdminToken(), http.MethodPost, codesPath, body)
	id, _ := made["id"].(string)
	if id != "4" {
		t.Fatalf("created %v, want id 4", made)
	}
	body["name"] = "Area"
	if status, _, out := call(t, s, s.AdminToken(), http.MethodPut, codesPath+"/"+id, body); status != 200 || out["name"] != "Area" {
		t.Errorf("PUT = %d %v", status, out)
	}
	if status, _, out := call(t, s, s.AdminToken(), http.MethodPut, codesPath+"/10001", body); status != 400 || descriptionOf(out) != "Tracking code ID '10001' is invalid." {
		t.Errorf("PUT of an unknown id = %d %v", status, out)
	}
	for _, c := range []struct {
		path string
		want int
	}{
		{"/" + id, 400},
		{"/" + id + "?siteUrl=example.webex.com", 204},
		{"/" + id + "?siteUrl=example.webex.com", 404},
	} {
		if status, _, _ := call(t, s, s.AdminToken(), http.MethodDelete, codesPath+c.path, nil); status != c.want {
			t.Errorf("DELETE %s = %d, want %d", c.path, status, c.want)
		}
	}
	if got := len(s.Codes("example.webex.com")); got != 3 {
		t.Errorf("%d codes left, want 3", got)
	}
}

func TestUserCodes(t *testing.T) {
	s := start(t, Options{})
	const path = "/admin/meeting/userconfig/trackingCodes"
	alice := s.Person("alice")
	set := func(name, value string) (int, object) {
		status, _, body := call(t, s, s.AdminToken(), http.MethodPut, path, object{
			"siteUrl": "example.webex.com", "email": "alice@example.com", "trackingCodes": []any{object{"name": name, "value": value}},
		})
		return status, body
	}
	if status, body := set("1", "x"); status != 400 || descriptionOf(body) != "Tracking code of '1' is not found." {
		t.Errorf("unknown name = %d %v", status, body)
	}
	if status, _ := set("Department", "Catering"); status != 400 {
		t.Errorf("no option = %d, want 400", status)
	}
	status, body := set("Department", "Sales")
	want := []any{object{"id": 1.0, "name": "Department", "value": "Sales"}}
	if status != 200 || !cmp.Equal(body["trackingCodes"], any(want)) {
		t.Errorf("PUT = %d %v, want numeric ids as in the official sample", status, body)
	}
	_, _, body = call(t, s, s.AdminToken(), http.MethodGet, path+"?personId="+alice.ID, nil)
	want = []any{object{"id": "1", "name": "Department", "value": "Sales"}}
	if !cmp.Equal(body["trackingCodes"], any(want)) || body["email"] != "alice@example.com" {
		t.Errorf("GET = %v", body)
	}
	if status, _, _ = call(t, s, s.AdminToken(), http.MethodGet, path+"?email=alice@example.com", nil); status != 400 {
		t.Errorf("address in the query = %d, want 400: it is a header", status)
	}
	if status, _, _ = call(t, s, s.AdminToken(), http.MethodGet, path, nil); status != 400 {
		t.Errorf("nobody named = %d, want 400", status)
	}
	_, _, body = call(t, s, s.UserToken(alice.ID), http.MethodGet, "/meetings/trackingCodes?service=MeetingCenter", nil)
	items := objects(body, "items")
	own := objects(items[0], "options")[2]
	if len(items) != 3 || items[0]["type"] != "required" || !cmp.Equal(own, object{"value": "Sales", "defaultValue": true}) {
		t.Errorf("host's codes: %v", body)
	}
}

func TestSites(t *testing.T) {
	s := start(t, Options{})
	_, _, body := call(t, s, s.AdminToken(), http.MethodGet, "/meetingPreferences/sites", nil)
	want := object{"sites": []any{
		object{"siteUrl": "example.webex.com", "default": true},
		object{"siteUrl": "emea.example.webex.com", "default": false},
	}}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Error(diff)
	}
	status, _, body := call(t, s, s.AdminToken(), http.MethodPut, "/meetingPreferences/sites?defaultSite=true", object{"siteUrl": "emea.example.webex.com"})
	if status != 200 || body["default"] != true || s.Sites()[0].Default {
		t.Errorf("PUT = %d %v, sites %v", status, body, s.Sites())
	}
	if status, _, _ = call(t, s, s.UserToken(s.Person("alice").ID), http.MethodGet, "/meetingPreferences/sites?userEmail=bob@example.com", nil); status != 403 {
		t.Errorf("another's sites = %d, want 403", status)
	}
}
