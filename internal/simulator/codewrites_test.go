package simulator

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWritesByEachReading: what Webex leaves open of its writing operations can
// be had in each reading.
func TestWritesByEachReading(t *testing.T) {
	const values = "/admin/meeting/userconfig/trackingCodes"
	code := func(options ...string) object {
		list := []any{}
		for _, o := range options {
			list = append(list, object{"value": o, "defaultValue": false})
		}
		return object{
			"name": "Department", "siteUrl": "example.webex.com", "inputMode": "select", "hostProfileCode": "optional",
			"options": list, "scheduleStartCodes": []any{object{"service": "All", "type": "optional"}},
		}
	}
	set := func(pairs ...string) object {
		list := []any{}
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, object{"name": pairs[i], "value": pairs[i+1]})
		}
		return object{"siteUrl": "example.webex.com", "email": "alice@example.com", "trackingCodes": list}
	}
	mapped := code("Sales")
	mapped["siteUrl"] = "mapped.webex.com"
	for _, c := range []struct {
		name   string
		quirks Quirks
		method string
		path   string
		body   object
		status int
		want   map[string]string // what Alice has then
		rules  int               // of the code in the answer
	}{
		{"list of a person replaces", Quirks{}, http.MethodPut, values, set("Division", "Intern"), 200, map[string]string{"Division": "Intern"}, 0},
		{"list of a person merges", Quirks{MergeUserCodes: true}, http.MethodPut, values, set("Division", "Intern"), 200, map[string]string{"Department": "Sales", "Division": "Intern"}, 0},
		{"option goes, values stay", Quirks{}, http.MethodPut, codesPath + "/1", code("Design"), 200, map[string]string{"Department": "Sales", "Division": "Part-time"}, 5},
		{"option goes, values go", Quirks{DropValues: true}, http.MethodPut, codesPath + "/1", code("Design"), 200, map[string]string{"Division": "Part-time"}, 5},
		{"another option goes", Quirks{DropValues: true}, http.MethodPut, codesPath + "/1", code("Sales"), 200, map[string]string{"Department": "Sales", "Division": "Part-time"}, 5},
		{"rule of all, shown short", Quirks{ShortAll: true}, http.MethodPut, codesPath + "/1", code("Sales"), 200, map[string]string{"Department": "Sales", "Division": "Part-time"}, 1},
		{"unknown code", Quirks{}, http.MethodPut, codesPath + "/99", code("Sales"), 400, nil, 0},
		{"unknown code, 404", Quirks{UnknownWriteStatus: 404}, http.MethodPut, codesPath + "/99", code("Sales"), 404, nil, 0},
		{"unknown code, deleted", Quirks{}, http.MethodDelete, codesPath + "/99?siteUrl=example.webex.com", nil, 404, nil, 0},
		{"unknown code, deleted, 400", Quirks{UnknownWriteStatus: 400}, http.MethodDelete, codesPath + "/99?siteUrl=example.webex.com", nil, 400, nil, 0},
		{"mapped", Quirks{}, http.MethodPut, codesPath + "/1", mapped, 403, nil, 0},
		{"mapped, 400", Quirks{MappedStatus: 400}, http.MethodPut, codesPath + "/1", mapped, 400, nil, 0},
		{"mapped, 409", Quirks{MappedStatus: 409}, http.MethodPut, codesPath + "/1", mapped, 409, nil, 0},
		{"deleted, values go", Quirks{DropValues: true}, http.MethodDelete, codesPath + "/1?siteUrl=example.webex.com", nil, 204, map[string]string{"Division": "Part-time"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, Options{})
			s.PutSite(Site{URL: "mapped.webex.com", Mapped: true})
			alice := s.Person("alice")
			s.PutUserCode("example.webex.com", alice.ID, "Department", "Sales")
			s.PutUserCode("example.webex.com", alice.ID, "Division", "Part-time")
			s.SetQuirks(c.quirks)
			status, _, body := call(t, s, s.AdminToken(), c.method, c.path, c.body)
			if status != c.status {
				t.Fatalf("%s = %d %v, want %d", c.method, status, body, c.status)
			}
			if c.rules > 0 && len(objects(body, "scheduleStartCodes")) != c.rules {
				t.Errorf("rules = %v, want %d", body["scheduleStartCodes"], c.rules)
			}
			if c.want != nil {
				s.mu.Lock()
				defer s.mu.Unlock()
				if diff := cmp.Diff(c.want, s.mustSite("example.webex.com").users[canonical(alice.ID)]); diff != "" {
					t.Errorf("values (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestStaleValues: a value whose option is gone is sent again with the others.
func TestStaleValues(t *testing.T) {
	for _, c := range []struct {
		quirks Quirks
		want   int
	}{{Quirks{}, 400}, {Quirks{TakeStaleValues: true}, 200}} {
		s := start(t, Options{})
		s.PutUserCode("example.webex.com", s.Person("alice").ID, "Department", "Catering")
		s.SetQuirks(c.quirks)
		status, _, body := call(t, s, s.AdminToken(), http.MethodPut, "/admin/meeting/userconfig/trackingCodes", object{
			"siteUrl": "example.webex.com", "email": "alice@example.com",
			"trackingCodes": []any{object{"name": "Department", "value": "Catering"}, object{"name": "Division", "value": "Intern"}},
		})
		if status != c.want {
			t.Errorf("%+v: PUT = %d %v, want %d", c.quirks, status, body, c.want)
		}
	}
}
