package websocket

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"trackbot/webex"
)

// frameKind is what the receiver does with a frame.
type frameKind uint8

const (
	frameOther    frameKind = iota // acknowledged and dropped
	framePong                      // answers a ping of ours
	frameReady                     // the server delivers from here on
	frameShutdown                  // the server will go away
	frameRegion                    // the account's addresses have changed
	frameActivity                  // something happened in a space
)

// frame is one message of the server.
type frame struct {
	Kind     frameKind
	ID       string // of the envelope: what an acknowledgement names; empty: it wants none
	Whole    bool   // ready: the server says that its buffer missed nothing
	Activity activity
}

// The event types that count.
const (
	typeBuffer       = "mercury.buffer_state"
	typeRegistration = "mercury.registration_status"
	typeActivity     = "conversation.activity"
	typeCatalog      = "u2c.cache-invalidation"
	typeCluster      = "ActiveClusterStatusEvent"
)

// loose is a value whose form may change without notice: what is not of the
// form that we know is taken for missing and costs nothing else.
type loose[T any] struct{ V T }

// UnmarshalJSON reads a T and never fails.
func (l *loose[T]) UnmarshalJSON(b []byte) error {
	var v, missing T
	if json.Unmarshal(b, &v) != nil {
		v = missing // what was read before the fault is no use
	}
	l.V = v
	return nil
}

type envelope struct {
	ID   loose[string] `json:"id"`
	Type loose[string] `json:"type"`
	Data loose[struct {
		EventType   loose[string]            `json:"eventType"`
		BufferState loose[map[string]string] `json:"bufferState"`
		Activity    loose[activity]          `json:"activity"`
	}] `json:"data"`
}

// activity is what happened in a space. Texts and inputs are encrypted and not
// read; any part may be missing.
type activity struct {
	ID        loose[string] `json:"id"`
	Verb      loose[string] `json:"verb"`
	Published loose[string] `json:"published"`
	URL       loose[string] `json:"url"`
	Actor     loose[thing]  `json:"actor"`
	Object    loose[thing]  `json:"object"`
	Target    loose[thing]  `json:"target"`
	Parent    loose[parent] `json:"parent"`
}

// thing is a person, a message or a space.
type thing struct {
	ID           loose[string]   `json:"id"`
	EntryUUID    loose[string]   `json:"entryUUID"`
	ObjectType   loose[string]   `json:"objectType"`
	EmailAddress loose[string]   `json:"emailAddress"`
	URL          loose[string]   `json:"url"`
	GlobalID     loose[string]   `json:"globalId"`
	Tags         loose[[]string] `json:"tags"`
	Participants loose[struct {
		Items loose[[]loose[thing]] `json:"items"`
	}] `json:"participants"`
}

type parent struct {
	ID   loose[string] `json:"id"`
	Type loose[string] `json:"type"`
}

// decode reads a frame, text or binary. What is no JSON object is an error; a
// frame of a kind that nobody knows is none.
func decode(b []byte) (frame, error) {
	var e envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return frame{}, errors.New("this is no JSON object") // the cause may hold what somebody wrote
	}
	f := frame{ID: e.ID.V}
	if len(f.ID) > maxID {
		return frame{}, fmt.Errorf("its id is longer than %d bytes", maxID)
	}
	data := e.Data.V
	switch {
	case e.Type.V == "pong":
		f.Kind = framePong
	case e.Type.V == "shutdown":
		f.Kind = frameShutdown
	case data.EventType.V == typeBuffer, data.EventType.V == typeRegistration:
		f.Kind, f.Whole = frameReady, whole(data.BufferState.V)
	case data.EventType.V == typeCatalog, data.EventType.V == typeCluster:
		f.Kind = frameRegion
	case data.EventType.V == typeActivity:
		f.Kind, f.Activity = frameActivity, data.Activity.V
	}
	return f, nil
}

// whole reports whether a buffer is known to have missed nothing. Nobody has
// written down what the server says then; IN_SYNC is what clients have seen.
// Anything else is taken for a possible gap, which costs a few calls.
func whole(state map[string]string) bool { return state["conversation"] == "IN_SYNC" }

// maxID bounds ids and addresses of a frame, in bytes, as the webhook's door does.
const maxID = 512

// resource is which of the bot's events an activity is: empty for none. A
// reaction is no new member.
func (a activity) resource() string {
	switch object := a.Object.V.ObjectType.V; a.Verb.V {
	case "post", "share":
		return webex.Messages
	case "cardAction":
		return webex.AttachmentActions
	case "add":
		if object == "person" {
			return webex.Memberships
		}
	case "create":
		if object == "conversation" {
			return webex.Memberships
		}
	}
	return ""
}

// space is the space of an activity: of a new one there is no target.
func (a activity) space() thing {
	if a.Verb.V == "create" {
		return a.Object.V
	}
	return a.Target.V
}

// uuid is whom or what a thing is. Old payloads name people by their address.
func (t thing) uuid() string {
	for _, id := range [...]string{t.EntryUUID.V, t.ID.V} {
		if isUUID(id) {
			return strings.ToLower(id)
		}
	}
	return ""
}

// isUUID reports whether s can stand in an id: hex digits and hyphens, as all
// that Webex gives, and nothing that would make another path of it.
func isUUID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') && c != '-' {
			return false
		}
	}
	return len(s) >= 8 && len(s) <= 64
}

// The kinds of public ids that the bot's events hold.
const (
	kindMessage    = "MESSAGE"
	kindRoom       = "ROOM"
	kindPerson     = "PEOPLE"
	kindAction     = "ATTACHMENT_ACTION"
	kindMembership = "MEMBERSHIP"
)

// us is the cluster of people, and of everything in the oldest region.
const us = "us"

// publicID is the id by which the REST API knows a thing; empty without a uuid.
func publicID(cluster, kind, uuid string) string {
	if uuid == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte("ciscospark://" + cluster + "/" + kind + "/" + uuid))
}

// errMalformed is an activity of a kind that matters without the ids that make
// it an event.
var errMalformed = errors.New("an activity without the ids that it needs")

// event makes the same of an activity as a webhook would tell, with ids of the
// cluster. me is the bot's uuid, empty while it is not known. ok is false for
// what is no event of the bot's.
func (a activity) event(cluster, me string) (e webex.Event, ok bool, err error) {
	e = webex.Event{Resource: a.resource(), Event: webex.Created}
	if e.Resource == "" {
		return webex.Event{}, false, nil
	}
	space := a.space()
	actor := a.Actor.V.uuid()
	room := lower(space.ID.V)
	e.RoomID, e.RoomType = publicID(cluster, kindRoom, room), space.kind()
	e.PersonID, e.PersonEmail = publicID(us, kindPerson, actor), mail(a.Actor.V.EmailAddress.V)
	e.ActorID, e.Created = e.PersonID, published(a.Published.V)
	id := lower(a.ID.V)
	switch e.Resource {
	case webex.Messages:
		e.ID = publicID(cluster, kindMessage, id)
		switch parent := publicID(cluster, kindMessage, lower(a.Parent.V.ID.V)); a.Parent.V.Type.V {
		case "reply":
			e.ParentID = parent
		case "edit": // the activity's id is that of the edit, and its time the edit's
			e.ID, e.Event, e.Updated, e.Created = parent, webex.Updated, cmp.Or(e.Created, time.Now()), time.Time{}
		}
	case webex.AttachmentActions:
		e.ID = publicID(cluster, kindAction, id)
		e.MessageID = publicID(cluster, kindMessage, lower(a.Parent.V.ID.V))
	case webex.Memberships:
		who := a.member(me)
		if a.Verb.V == "create" && (who.uuid() == "" || who.uuid() != me) {
			return webex.Event{}, false, nil // in a new space only the bot's own place matters
		}
		e.PersonID, e.PersonEmail = publicID(us, kindPerson, who.uuid()), mail(who.EmailAddress.V)
		if who.uuid() != "" && room != "" {
			e.ID = publicID(cluster, kindMembership, who.uuid()+":"+room)
		}
	}
	if e.ID == "" || e.RoomID == "" && e.Resource == webex.Memberships {
		return webex.Event{}, false, errMalformed
	}
	return e, true, nil
}

// member is who came into a space. Of a new space it is the bot, unless the
// list of its members says otherwise.
func (a activity) member(me string) thing {
	if a.Verb.V == "add" {
		return a.Object.V
	}
	items := a.Object.V.Participants.V.Items.V
	i := slices.IndexFunc(items, func(t loose[thing]) bool { return me != "" && t.V.uuid() == me })
	switch {
	case i >= 0:
		return items[i].V
	case len(items) == 0:
		return thing{ID: loose[string]{me}}
	}
	return thing{}
}

// lower is a uuid in lower case, or empty where it is none.
func lower(id string) string {
	if !isUUID(id) {
		return ""
	}
	return strings.ToLower(id)
}

// mail is an address that is short enough to be one.
func mail(s string) string {
	if len(s) > maxID || !strings.Contains(s, "@") {
		return ""
	}
	return s
}

// kind is direct or group; empty where the tags are missing.
func (t thing) kind() string {
	switch tags := t.Tags.V; {
	case slices.Contains(tags, "ONE_ON_ONE"):
		return "direct"
	case tags != nil:
		return "group"
	}
	return ""
}

// published reads a time of the server; zero where it is none.
func published(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
