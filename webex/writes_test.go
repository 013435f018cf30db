package webex_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"trackbot/webex"
)

// writeOf are the four writing operations, each of something whole.
func writeOf() map[string]func(context.Context, *webex.Admin) error {
	c := webex.TrackingCode{
		ID: "1", Name: "Department", SiteURL: "example.webex.com", InputMode: "select", HostProfileCode: "optional",
		Options: []webex.Option{{Value: "Sales", DefaultValue: true}}, ScheduleStartCodes: []webex.ScheduleStart{{Service: "All", Type: "required"}},
	}
	u := webex.UserCodes{SiteURL: c.SiteURL, Email: "ann@example.com", TrackingCodes: []webex.UserCode{{Name: "Department", Value: "Sales"}}}
	return map[string]func(context.Context, *webex.Admin) error{
		"create": func(ctx context.Context, a *webex.Admin) error { _, err := a.CreateTrackingCode(ctx, c); return err },
		"update": func(ctx context.Context, a *webex.Admin) error { _, err := a.UpdateTrackingCode(ctx, c); return err },
		"delete": func(ctx context.Context, a *webex.Admin) error { return a.DeleteTrackingCode(ctx, c.SiteURL, c.ID) },
		"update of person": func(ctx context.Context, a *webex.Admin) error {
			_, err := a.UpdateUserTrackingCodes(ctx, u)
			return err
		},
	}
}

// TestWritesAreDoneOnce: what may have been carried out is told as uncertain and
// is not tried again; what Webex refused is neither.
func TestWritesAreDoneOnce(t *testing.T) {
	const done = `{"id":"1","personId":"P1"}`
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	for _, test := range []struct {
		name      string
		first     func(*http.Request) (*http.Response, error)
		attempts  int
		status    int
		uncertain bool
	}{
		{"hangs", hangs, 1, 0, true},
		{"reset", fails(io.EOF), 1, 0, true},
		{"502", status(502, own), 1, 502, true},
		{"504", status(504, own), 1, 504, true},
		{"500 of a gateway", status(500, gateway), 1, 500, true},
		{"400", status(400, own), 1, 400, false},
		{"409", status(409, own), 1, 409, false},
		{"connection refused", fails(refused), 2, 200, false},
		{"429", status(429, own, "Retry-After", "1"), 2, 200, false},
	} {
		for name, write := range writeOf() {
			t.Run(test.name+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					a := transport(test.first, status(200, done))
					o := options("https://webex.test/v1", adminToken)
					o.Transport = a
					err := write(within(t, time.Minute), webex.NewAdmin(o))
					if len(a.times) != test.attempts {
						t.Errorf("%d attempts, want %d", len(a.times), test.attempts)
					}
					if test.status == 200 {
						if err != nil {
							t.Errorf("error = %v, want none", err)
						}
						return
					}
					if e := asError(t, err); e.Status != test.status || e.Uncertain() != test.uncertain {
						t.Errorf("error = %v, want status %d, uncertain %v", err, test.status, test.uncertain)
					}
				})
			})
		}
	}
}

// TestUpdateOfWhatWasReadChangesNothing: the body of an update is the object that
// a read gave, without its id, whatever else Webex may send with it.
func TestUpdateOfWhatWasReadChangesNothing(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		object := randomCode(dice)
		stored, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				got := map[string]any{}
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
					t.Error(err)
				}
				got["id"] = object["id"]
				if diff := cmp.Diff(object, got); diff != "" {
					t.Errorf("an update of what was read changes it (-read +sent):\n%s", diff)
				}
			}
			reply(w, 200, string(stored))
		})
		admin := webex.NewAdmin(options(base, adminToken))
		c, err := admin.TrackingCode(t.Context(), "example.webex.com", "7")
		if err != nil {
			t.Fatal(err)
		}
		again, err := admin.UpdateTrackingCode(t.Context(), c)
		if diff := cmp.Diff(c, again); err != nil || diff != "" {
			t.Errorf("error %v, the answer differs:\n%s", err, diff)
		}
	}
}

// randomCode is a tracking code as JSON, with members that nobody documents.
func randomCode(dice *rand.Rand) map[string]any {
	pick := func(list ...string) string { return list[dice.IntN(len(list))] }
	word := func() string { return pick("Sales", "R&D <core>", "営業", "", "a\"b\\", " padded ", "😀", "0") }
	unknown := func(m map[string]any) map[string]any {
		if dice.IntN(3) == 0 {
			m[pick("lastModified", "_other", "value2", "note")] = []any{word(), map[string]any{"n": float64(dice.IntN(9))}}
		}
		return m
	}
	options, rules := []any{}, []any(nil)
	for range dice.IntN(6) {
		options = append(options, unknown(map[string]any{"value": word(), "defaultValue": dice.IntN(2) == 0}))
	}
	for i, service := range []string{"All", "MeetingCenter", "EventCenter", "TrainingCenter", "SupportCenter"} {
		if dice.IntN(4) > 0 || i == 0 && dice.IntN(2) == 0 {
			rules = append(rules, unknown(map[string]any{"service": service, "type": pick("optional", "required", "adminSet", "notUsed", "notApplicable", "new")}))
		}
	}
	code := map[string]any{
		"id": "7", "name": "N" + word(), "siteUrl": "example.webex.com", "inputMode": pick("text", "select", "editableSelect", "hostProfileSelect", "new"),
		"options": options, "hostProfileCode": pick("optional", "required", "adminSet", "notUsed"), "scheduleStartCodes": nil,
	}
	if rules != nil {
		code["scheduleStartCodes"] = rules
	}
	return unknown(code)
}

// TestWritesKeepTheContract holds each call and its body against the published
// description.
func TestWritesKeepTheContract(t *testing.T) {
	const file = "../../shared/webex/spec/tracking-codes.openapi.json"
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("the published OpenAPI files are not in ../shared/webex/spec beside the module: %v", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("spec.json", doc); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct{ call, schema string }{
		"create":           {"POST /base/v1/admin/meeting/config/trackingCodes?", "CreateOrUpdateTrackingCodeObject"},
		"update":           {"PUT /base/v1/admin/meeting/config/trackingCodes/1?", "CreateOrUpdateTrackingCodeObject"},
		"delete":           {"DELETE /base/v1/admin/meeting/config/trackingCodes/1?siteUrl=example.webex.com", ""},
		"update of person": {"PUT /base/v1/admin/meeting/userconfig/trackingCodes?", "UpdateTrackingCodeForUserObject"},
	} {
		t.Run(name, func(t *testing.T) {
			var got seen
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				got = seenOf(t, r)
				reply(w, 200, `{"id":"1","personId":"P1"}`)
			})
			if err := writeOf()[name](t.Context(), webex.NewAdmin(options(base, adminToken))); err != nil {
				t.Fatal(err)
			}
			if call := fmt.Sprintf("%s %s?%s", got.Method, got.Path, got.Query); call != want.call {
				t.Errorf("call = %s, want %s", call, want.call)
			}
			if want.schema == "" {
				return
			}
			body, err := jsonschema.UnmarshalJSON(strings.NewReader(got.Body))
			if err != nil {
				t.Fatalf("body %q: %v", got.Body, err)
			}
			if err := compiler.MustCompile("spec.json#/components/schemas/" + want.schema).Validate(body); err != nil {
				t.Errorf("%s: %v", got.Body, err)
			}
			members, _ := body.(map[string]any)
			for member := range members {
				if !slices.Contains([]string{"name", "siteUrl", "options", "inputMode", "hostProfileCode", "scheduleStartCodes", "personId", "email", "trackingCodes"}, member) {
					t.Errorf("member %q is not documented", member)
				}
			}
		})
	}
}

// TestWritesOfNothingMakeNoCall: what is not whole is not sent.
func TestWritesOfNothingMakeNoCall(t *testing.T) {
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("a call was made: %s %s", r.Method, r.URL) })
	admin, ctx := webex.NewAdmin(options(base, adminToken)), t.Context()
	for name, call := range map[string]func() (any, error){
		"no id": func() (any, error) {
			return result(admin.UpdateTrackingCode(ctx, webex.TrackingCode{Name: "N", SiteURL: "a.webex.com"}))
		},
		"no name": func() (any, error) {
			return result(admin.CreateTrackingCode(ctx, webex.TrackingCode{SiteURL: "a.webex.com"}))
		},
		"no site": func() (any, error) { return result(admin.CreateTrackingCode(ctx, webex.TrackingCode{Name: "N"})) },
		"broken rest": func() (any, error) {
			return result(admin.CreateTrackingCode(ctx, webex.TrackingCode{Name: "N", SiteURL: "a.webex.com", Other: "["}))
		},
		"delete ..":     func() (any, error) { return nil, admin.DeleteTrackingCode(ctx, "a.webex.com", "..") },
		"delete nosite": func() (any, error) { return nil, admin.DeleteTrackingCode(ctx, "", "1") },
		"nobody": func() (any, error) {
			return result(admin.UpdateUserTrackingCodes(ctx, webex.UserCodes{SiteURL: "a.webex.com"}))
		},
	} {
		_, err := call()
		if e := asError(t, err); e.Kind != webex.KindArgument || e.Uncertain() {
			t.Errorf("%s: error = %v, want one of an argument", name, err)
		}
	}
}
