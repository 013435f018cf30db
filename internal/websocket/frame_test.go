package websocket

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"trackbot/webex"

	"github.com/google/go-cmp/cmp"
)

const (
	act   = "a8d66170-cbbb-11ec-9700-c51bbd345f00"
	alice = "33333333-3333-4333-8333-333333333333"
	self  = "11111111-1111-4111-8111-111111111111"
	room  = "44444444-4444-4444-8444-444444444444"
	card  = "99999999-9999-4999-8999-999999999999"
	west  = "urn:TEAM:us-west-2_r"
)

func id(cluster, kind, uuid string) string {
	return base64.RawStdEncoding.EncodeToString([]byte("ciscospark://" + cluster + "/" + kind + "/" + uuid))
}

// activityJSON is a frame of one activity; parts replaces or adds members.
func activityJSON(verb, parts string) []byte {
	return fmt.Appendf(nil, `{"id":"e1","sequenceNumber":7,"data":{"eventType":"conversation.activity","activity":{
		"id":%q,"verb":%q,"published":"2026-11-23T09:17:42.000Z",
		"url":"https://conv-r.wbx2.com/conversation/api/v1/activities/x",
		"actor":{"id":"u@example.com","entryUUID":%q,"emailAddress":"u@example.com","type":"PERSON"},
		"target":{"id":%q,"objectType":"conversation","tags":["LOCKED"],"url":"https://conv-r.wbx2.com/conversation/api/v1/conversations/x"},
		"object":{"objectType":"comment","displayName":"eyJhbGciOiJkaXIifQ..x"}%s}}}`, act, verb, alice, room, parts)
}

func TestActivities(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 17, 42, 0, time.UTC)
	message := webex.Event{
		Resource: webex.Messages, Event: webex.Created, ID: id(west, "MESSAGE", act), RoomID: id(west, "ROOM", room), RoomType: "group",
		PersonID: id("us", "PEOPLE", alice), PersonEmail: "u@example.com", ActorID: id("us", "PEOPLE", alice), Created: at,
	}
	with := func(change func(*webex.Event)) *webex.Event { e := message; change(&e); return &e }
	for _, c := range []struct {
		name, verb, parts string
		want              *webex.Event // nil: none
	}{
		{"post", "post", "", &message},
		{"share", "share", `,"object":{"objectType":"content"}`, &message},
		{"reply", "post", `,"parent":{"id":"` + card + `","type":"reply"}`, with(func(e *webex.Event) { e.ParentID = id(west, "MESSAGE", card) })},
		{"edit", "post", `,"parent":{"id":"` + card + `","type":"edit"}`, with(func(e *webex.Event) {
			e.Event, e.ID, e.Created, e.Updated = webex.Updated, id(west, "MESSAGE", card), time.Time{}, at
		})},
		{"update", "update", "", nil},
		{"direct", "post", `,"target":{"id":"` + room + `","tags":["ONE_ON_ONE"]}`, with(func(e *webex.Event) { e.RoomType = "direct" })},
		{"upper case", "post", `,"id":"` + strings.ToUpper(act) + `"`, &message},
		{"own", "post", `,"actor":{"id":"` + self + `"}`, with(func(e *webex.Event) {
			e.PersonID, e.ActorID, e.PersonEmail = id("us", "PEOPLE", self), id("us", "PEOPLE", self), ""
		})},
		{"button", "cardAction", `,"object":{"objectType":"submit","inputs":"eyJ.."},"parent":{"id":"` + card + `","type":"cardAction"}`, with(func(e *webex.Event) {
			e.Resource, e.ID, e.MessageID = webex.AttachmentActions, id(west, "ATTACHMENT_ACTION", act), id(west, "MESSAGE", card)
		})},
		{"member", "add", `,"object":{"objectType":"person","id":"` + self + `","entryUUID":"` + self + `","emailAddress":"bot@webex.bot"}`, with(func(e *webex.Event) {
			e.Resource, e.ID = webex.Memberships, id(west, "MEMBERSHIP", self+":"+room)
			e.PersonID, e.PersonEmail = id("us", "PEOPLE", self), "bot@webex.bot"
		})},
		{"reaction", "add", `,"object":{"objectType":"reaction2","id":"` + self + `"}`, nil},
		{"new space", "create", `,"target":null,"object":{"objectType":"conversation","id":"` + room + `","tags":[],"participants":{"items":[{"entryUUID":"` + alice + `"},{"entryUUID":"` + self + `"}]}}`, with(func(e *webex.Event) {
			e.Resource, e.ID = webex.Memberships, id(west, "MEMBERSHIP", self+":"+room)
			e.PersonID, e.PersonEmail = id("us", "PEOPLE", self), ""
		})},
		{"new space of others", "create", `,"target":null,"object":{"objectType":"conversation","id":"` + room + `","tags":[],"participants":{"items":[{"entryUUID":"` + alice + `"}]}}`, nil},
		{"acknowledge", "acknowledge", "", nil},
		{"tombstone", "tombstone", "", nil},
		{"next to nothing", "post", `,"actor":7,"target":"x","object":null,"published":1,"url":[]`, &webex.Event{
			Resource: webex.Messages, Event: webex.Created, ID: id(west, "MESSAGE", act),
		}},
	} {
		f, err := decode(activityJSON(c.verb, c.parts))
		if err != nil || f.Kind != frameActivity || f.ID != "e1" {
			t.Errorf("%s: frame %+v, error %v", c.name, f, err)
			continue
		}
		got, ok, err := f.Activity.event(west, self)
		if err != nil || ok != (c.want != nil) {
			t.Errorf("%s: an event %t, error %v", c.name, ok, err)
		}
		if c.want != nil {
			if diff := cmp.Diff(*c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
	}
}

// TestKeysAreTheWebhooks has a webhook and a frame tell of one thing.
func TestKeysAreTheWebhooks(t *testing.T) {
	for verb, c := range map[string]struct{ parts, key string }{
		"post":       {"", "msg:" + act},
		"cardAction": {"", "act:" + act},
		"add":        {`,"object":{"objectType":"person","id":"` + self + `"}`, "mem:" + self + ":" + room},
	} {
		f, err := decode(activityJSON(verb, c.parts))
		if err != nil {
			t.Fatal(err)
		}
		if e, _, err := f.Activity.event(us, self); err != nil || e.Key() != c.key {
			t.Errorf("%s: key %q, error %v, want %q", verb, e.Key(), err, c.key)
		}
	}
}

func TestIDsThatAreNone(t *testing.T) {
	for _, bad := range []string{"", "x", "../../people/me", act + "/1", strings.Repeat("a", 65), "a8d66170 cbbb"} {
		f, err := decode(activityJSON("post", fmt.Sprintf(`,"id":%q`, bad)))
		if err != nil {
			t.Fatal(err)
		}
		if e, ok, err := f.Activity.event(us, self); ok || !errors.Is(err, errMalformed) {
			t.Errorf("id %q makes the event %+v, error %v, want errMalformed", bad, e, err)
		}
	}
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		text string
		want frame
	}{
		{`{"id":"p1","type":"pong","sequenceNumber":3}`, frame{Kind: framePong, ID: "p1"}},
		{`{"id":"s","type":"shutdown"}`, frame{Kind: frameShutdown, ID: "s"}},
		{`{"id":"b","data":{"eventType":"mercury.buffer_state","bufferState":{"conversation":"UNKNOWN"}}}`, frame{Kind: frameReady, ID: "b"}},
		{`{"id":"b","data":{"eventType":"mercury.buffer_state","bufferState":{"conversation":"IN_SYNC"}}}`, frame{Kind: frameReady, ID: "b", Whole: true}},
		{`{"id":"b","data":{"eventType":"mercury.registration_status"}}`, frame{Kind: frameReady, ID: "b"}},
		{`{"id":"u","data":{"eventType":"u2c.cache-invalidation"}}`, frame{Kind: frameRegion, ID: "u"}},
		{`{"id":"k","data":{"eventType":"encryption.kms_message"}}`, frame{ID: "k"}},
		{`{"id":7,"data":"what"}`, frame{}},
		{`{}`, frame{}},
	} {
		got, err := decode([]byte(c.text))
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(frame{})); err != nil || diff != "" {
			t.Errorf("%s: error %v (-want +got):\n%s", c.text, err, diff)
		}
	}
	for _, text := range []string{"", "x", "[]", `"x"`, `{"id":`, `{"id":"` + strings.Repeat("x", maxID+1) + `"}`} {
		if f, err := decode([]byte(text)); err == nil {
			t.Errorf("%.20q is read as %+v, want an error", text, f)
		}
	}
}

func TestClusterNames(t *testing.T) {
	for text, want := range map[string]string{
		"urn:TEAM:us-east-2_a:conversation":       us,
		"urn:TEAM:us-east-1_int13:conversation":   us,
		"urn:TEAM:us-west-2_r:conversation":       west,
		"urn:TEAM:eu-central-1_k:identityLookup":  "urn:TEAM:eu-central-1_k",
		"urn:TEAM":                                "",
		"urn:TEAM:../../x:conversation":           "",
		"https://conv-r.wbx2.com/conversation/v1": "",
	} {
		if got := clusterOf(text); got != want {
			t.Errorf("clusterOf(%q) = %q, want %q", text, got, want)
		}
	}
	f, err := decode(activityJSON("post", `,"target":{"id":"`+room+`","globalId":"`+id(west, "ROOM", room)+`=="}`))
	if err != nil || f.Activity.named() != west {
		t.Errorf("globalId names %q, error %v, want %q", f.Activity.named(), err, west)
	}
}

// FuzzFrame takes any bytes for a frame, and what comes out for an event.
func FuzzFrame(f *testing.F) {
	f.Add(activityJSON("post", ""))
	f.Add(activityJSON("create", `,"target":null,"object":{"objectType":"conversation","id":"`+room+`","participants":{"items":[{"id":"`+self+`"}]}}`))
	f.Add([]byte(`{"id":"b","data":{"eventType":"mercury.buffer_state","bufferState":{"conversation":"UNKNOWN"}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		fr, err := decode(b)
		if err != nil {
			return
		}
		cluster := fr.Activity.named()
		if cluster == "" {
			cluster = us
		}
		_ = fr.Activity.host()
		e, ok, err := fr.Activity.event(cluster, self)
		if !ok {
			return
		}
		if err != nil || e.Key() == "" || e.Event != webex.Created {
			t.Fatalf("an event %+v with the error %v", e, err)
		}
		for _, one := range []string{e.ID, e.RoomID, e.PersonID, e.ActorID, e.MessageID, e.ParentID} {
			raw, err := base64.RawStdEncoding.DecodeString(one)
			if err != nil || one != "" && !strings.HasPrefix(string(raw), "ciscospark://"+cluster+"/") && !strings.HasPrefix(string(raw), "ciscospark://us/PEOPLE/") ||
				strings.Count(string(raw), "/") > 4 || len(one) > maxID {
				t.Fatalf("an id that is none: %q (%q)", one, raw)
			}
		}
	})
}
