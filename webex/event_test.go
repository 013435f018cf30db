package webex_test

import (
	"encoding/base64"
	"testing"
	"time"

	"trackbot/webex"
)

// id is a Webex id in base64, without padding.
func id(uri string) string { return base64.RawStdEncoding.EncodeToString([]byte(uri)) }

func TestUUID(t *testing.T) {
	const uuid = "44444444-aaaa-11ee-8ccc-000000000004"
	tests := []struct{ id, want string }{
		{"", ""},
		{uuid, uuid},
		{id("ciscospark://us/MESSAGE/" + uuid), uuid},
		{id("ciscospark://us/MESSAGE/"+uuid) + "=", uuid},
		{base64.StdEncoding.EncodeToString([]byte("ciscospark://us/PEOPLE/" + uuid)), uuid},
		{base64.URLEncoding.EncodeToString([]byte("ciscospark://eu/ROOM/~~~" + uuid)), "~~~" + uuid},
		{id("ciscospark://us/MEMBERSHIP/a:b"), "a:b"},
		{id("ciscospark://us/ROLE/atlas-portal.partner"), "atlas-portal.partner"},
		{id("https://example.com/" + uuid), id("https://example.com/" + uuid)},
		{"Y2lzY29zcGFyazovL3VzL01FU1NBR0UvNDQ0NDQ0NDQtYWFhYS0xMWVlLThjY2MtMDAwMDAwMDAwMDA0", uuid},
		{"not base64!", "not base64!"},
		{"C0123456789abcdef", "C0123456789abcdef"},
		{"7", "7"},
	}
	for _, test := range tests {
		if got := webex.UUID(test.id); got != test.want {
			t.Errorf("UUID(%q) = %q, want %q", test.id, got, test.want)
		}
	}
}

func TestSameID(t *testing.T) {
	a, b := id("ciscospark://us/PEOPLE/11111111-aaaa"), id("ciscospark://us/PEOPLE/22222222-aaaa")
	tests := []struct {
		a, b string
		want bool
	}{
		{a, a, true},
		{a, a + "==", true},
		{a, "11111111-aaaa", true},
		{"11111111-aaaa", a, true},
		{a, id("ciscospark://eu/PEOPLE/11111111-aaaa"), true},
		{"7", "7", true},
		{a, b, false},
		{a, "", false},
		{"", "", false},
		{"7", "8", false},
	}
	for _, test := range tests {
		if got := webex.SameID(test.a, test.b); got != test.want {
			t.Errorf("SameID(%q, %q) = %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

func TestEventKey(t *testing.T) {
	message := id("ciscospark://us/MESSAGE/44444444-aaaa")
	tests := []struct {
		event webex.Event
		want  string
	}{
		{webex.Event{Resource: webex.Messages, ID: message}, "msg:44444444-aaaa"},
		{webex.Event{Resource: webex.Messages, ID: "44444444-aaaa"}, "msg:44444444-aaaa"},
		{webex.Event{Resource: webex.Messages, Event: webex.Updated, ID: message, Updated: time.UnixMilli(1234)}, "edit:44444444-aaaa:1234"},
		{webex.Event{Resource: webex.AttachmentActions, ID: "7"}, "act:7"},
		{webex.Event{Resource: webex.Memberships, ID: id("ciscospark://us/MEMBERSHIP/a:b")}, "mem:a:b"},
		{webex.Event{Resource: "rooms", ID: message}, ""},
		{webex.Event{Resource: webex.Messages}, ""},
		{webex.Event{}, ""},
	}
	for _, test := range tests {
		if got := test.event.Key(); got != test.want {
			t.Errorf("%+v.Key() = %q, want %q", test.event, got, test.want)
		}
	}
}

func FuzzUUID(f *testing.F) {
	for _, s := range []string{"", "7", "44444444-aaaa-11ee-8ccc-000000000004", id("ciscospark://us/MESSAGE/x"), "Y2lzY29zcGFyazovL3Vz", "===", "Y2lz\nY29z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u := webex.UUID(s)
		if len(u) > len(s) {
			t.Errorf("UUID(%q) = %q, which is longer", s, u)
		}
		if (s != "") != webex.SameID(s, s) {
			t.Errorf("SameID(%q, itself) = %v", s, webex.SameID(s, s))
		}
		if webex.SameID(s, "x") != webex.SameID("x", s) {
			t.Errorf("SameID(%q, x) depends on the order", s)
		}
		wrapped := id("ciscospark://us/MESSAGE/" + s)
		if e := (webex.Event{Resource: webex.Messages, ID: wrapped}); s != "" && e.Key() == "" {
			t.Errorf("Key() of %q is empty", wrapped)
		}
	})
}
