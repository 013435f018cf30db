package simulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// spec is one file of the official OpenAPI description.
type spec struct {
	doc      object
	compiler *jsonschema.Compiler
}

func readSpec(t *testing.T, name string) *spec {
	t.Helper()
	raw, err := os.ReadFile(specFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spec.json", v); err != nil {
		t.Fatal(err)
	}
	doc, _ := v.(object)
	return &spec{doc, c}
}

// fits checks a body against a named schema: types, required keys and, which
// the schema leaves open, that every key is a documented one.
func (s *spec) fits(t *testing.T, schema string, body object, alsoKnown ...string) {
	t.Helper()
	compiled, err := s.compiler.Compile("spec.json#/components/schemas/" + schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(body); err != nil {
		t.Errorf("%s: %v", schema, err)
	}
	known := s.at("components", "schemas", schema, "properties")
	for k := range body {
		if known[k] == nil && !slices.Contains(alsoKnown, k) {
			t.Errorf("%s: key %q is not documented", schema, k)
		}
	}
}

func (s *spec) at(path ...string) object {
	v := s.doc
	for _, p := range path {
		v, _ = v[p].(object)
	}
	return v
}

// sample is the documented answer of a call.
func (s *spec) sample(t *testing.T, path, method, status string) object {
	t.Helper()
	content := s.at("paths", path, method, "responses", status, "content")
	for _, one := range content {
		body, _ := one.(object)
		if sample, is := body["example"].(object); is {
			return plain(t, sample)
		}
	}
	t.Fatalf("%s %s has no sample for %s", method, path, status)
	return nil
}

// plain turns json.Number into float64, as an ordinary client has it.
func plain(t *testing.T, v object) object {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDocumentedCodes(t *testing.T) {
	spec := readSpec(t, "tracking-codes.openapi.json")
	s := start(t, Options{})
	_, _, one := call(t, s, s.AdminToken(), http.MethodGet, codesPath+"/1?siteUrl=example.webex.com", nil)
	if diff := cmp.Diff(spec.sample(t, codesPath+"/{trackingCodeId}", "get", "200"), one); diff != "" {
		t.Errorf("GET of one differs from the official sample:\n%s", diff)
	}
	_, _, list := call(t, s, s.AdminToken(), http.MethodGet, codesPath, nil)
	items, _ := list["items"].([]any)
	want, _ := spec.sample(t, codesPath, "get", "200")["items"].([]any)
	if diff := cmp.Diff(want, items[:2]); diff != "" {
		t.Errorf("the list differs from the official sample:\n%s", diff)
	}
	for _, site := range s.Sites() {
		_, _, list := call(t, s, s.AdminToken(), http.MethodGet, codesPath+"?siteUrl="+site.URL, nil)
		for _, code := range objects(list, "items") {
			if code["scheduleStartCodes"] == nil { // documented in words, not in the schema
				code["scheduleStartCodes"] = []any{}
			}
			spec.fits(t, "GetTrackingCodeObject", code)
		}
	}
	body := spec.sample(t, codesPath, "post", "200")
	delete(body, "id")
	status, _, made := call(t, s, s.AdminToken(), http.MethodPost, codesPath, body)
	if body["id"] = "4"; status != 200 || !cmp.Equal(body, made) {
		t.Errorf("POST of the official sample = %d\n%s", status, cmp.Diff(body, made))
	}
	_, _, host := call(t, s, s.AdminToken(), http.MethodGet, "/meetings/trackingCodes?service=MeetingCenter", nil)
	spec.fits(t, "MeetingTrackingCodesObject", objects(host, "items")[0])
}

func TestDocumentedErrors(t *testing.T) {
	spec := readSpec(t, "tracking-codes.openapi.json")
	s := start(t, Options{})
	code := object{
		"name": "X", "siteUrl": "example.webex.com", "inputMode": "text", "hostProfileCode": "optional", "options": []any{},
		"scheduleStartCodes": []any{object{"service": "All", "type": "optional"}},
	}
	noSite := maps.Clone(code)
	noSite["siteUrl"] = ""
	const user = "/admin/meeting/userconfig/trackingCodes"
	for _, c := range []struct {
		method, path, documented string
		body                     object
	}{
		{http.MethodPost, codesPath, codesPath, noSite},
		{http.MethodPut, codesPath + "/10001", codesPath + "/{trackingCodeId}", code},
		{http.MethodPut, user, user, object{
			"siteUrl": "example.webex.com", "email": "alice@example.com", "trackingCodes": []any{object{"name": "1", "value": "x"}},
		}},
	} {
		status, _, got := call(t, s, s.AdminToken(), c.method, c.path, c.body)
		want := spec.sample(t, c.documented, strings.ToLower(c.method), "400")
		want["trackingId"] = got["trackingId"]
		if diff := cmp.Diff(want, got); status != 400 || diff != "" {
			t.Errorf("%s %s = %d, and differs from the official sample:\n%s", c.method, c.path, status, diff)
		}
	}
	sites := readSpec(t, "site-list.openapi.json")
	_, _, got := call(t, s, s.UserToken(s.Person("alice").ID), http.MethodGet, "/meetingPreferences/sites?userEmail=bob@example.com", nil)
	want := sites.sample(t, "/meetingPreferences/sites", "get", "403")
	want["trackingId"] = got["trackingId"]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("403 differs from the official sample:\n%s", diff)
	}
}

func TestDocumentedShapes(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	m := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot help"})
	get := func(path string) object {
		_, _, body := call(t, s, s.BotToken(), http.MethodGet, path, nil)
		return body
	}
	sites := readSpec(t, "site-list.openapi.json")
	_, _, list := call(t, s, s.AdminToken(), http.MethodGet, "/meetingPreferences/sites", nil)
	sites.fits(t, "SitesObject", list)

	messages := readSpec(t, "messages.openapi.json")
	_, _, posted := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{
		"roomId": space.ID, "parentId": m.ID, "markdown": "**x** <@all>",
		"attachments": []any{object{"contentType": cardType, "content": object{"type": "AdaptiveCard", "version": "1.3"}}},
	})
	if posted["attachments"] == nil {
		t.Error("the card is not in the answer")
	}
	delete(posted, "attachments") // the official schema of attachments does not describe cards
	messages.fits(t, "Message", posted, "html", "parentId")
	messages.fits(t, "ListMessage", get("/messages/"+m.ID))

	id := register(t, s, "https://bot.example.com", "messages", "created", "roomId="+space.ID)
	// orgId, createdBy and appId are seen in captures of the real service.
	readSpec(t, "webhooks.openapi.json").fits(t, "Webhook", get("/webhooks/"+id), "orgId", "createdBy", "appId")
	members := readSpec(t, "memberships.openapi.json")
	for _, one := range objects(get("/memberships?roomId="+space.ID), "items") {
		members.fits(t, "Membership", one)
	}
	readSpec(t, "rooms.openapi.json").fits(t, "Room", get("/rooms/"+space.ID))
	readSpec(t, "people.openapi.json").fits(t, "Person", get("/people/me"))

	action := s.Press(t.Context(), alice.ID, str(posted["id"]), object{"a": "b"})
	readSpec(t, "attachment-actions.openapi.json").fits(t, "AttachmentActivity", get("/attachment/actions/"+action.ID))
}
