package webex

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// The resources whose events the bot handles, each as it is created, and
// messages also as they are edited.
const (
	Messages          = "messages"
	AttachmentActions = "attachmentActions"
	Memberships       = "memberships"
	Created           = "created"
	Updated           = "updated"
)

// Event is one thing that happened in Webex, the same whichever receiver heard
// it. It is a hint and no proof: person, room and text are taken from what the
// id fetches.
type Event struct {
	Resource    string    `json:"resource"` // messages, attachmentActions or memberships
	Event       string    `json:"event"`    // created, or of a message updated
	ID          string    `json:"id"`       // of the message, action or membership
	RoomID      string    `json:"roomId,omitempty"`
	RoomType    string    `json:"roomType,omitempty"` // direct, group or unknown
	PersonID    string    `json:"personId,omitempty"` // who wrote, pressed or joined
	PersonEmail string    `json:"personEmail,omitempty"`
	ActorID     string    `json:"actorId,omitempty"`   // who caused it: of a membership, who added the member
	MessageID   string    `json:"messageId,omitempty"` // of an action: the card's message
	ParentID    string    `json:"parentId,omitempty"`  // of a message: its thread's root, where it is told
	Created     time.Time `json:"created,omitzero"`
	Updated     time.Time `json:"updated,omitzero"` // of an edit: when it was made
	Missed      bool      `json:"missed,omitempty"` // found by looking back, after a time in which nothing was heard
}

// Key names what the event is about, the same for every delivery and from
// either receiver: msg:, act: or mem: and the [UUID] of the id. That of an edit is
// edit:, the UUID and the time of the edit in ms, for which the receivers may have
// slightly different times. It is empty for an event without an id or of another resource.
func (e Event) Key() string {
	if e.ID == "" {
		return ""
	}
	switch e.Resource {
	case Messages:
		if e.Event == Updated {
			return "edit:" + UUID(e.ID) + ":" + strconv.FormatInt(e.Updated.UnixMilli(), 10)
		}
		return "msg:" + UUID(e.ID)
	case AttachmentActions:
		return "act:" + UUID(e.ID)
	case Memberships:
		return "mem:" + UUID(e.ID)
	}
	return ""
}

// UUID returns the last part of an id: of ciscospark://us/MESSAGE/xyz in
// base64, padded or not, xyz; of anything else the id itself. Two ids name the
// same thing when their UUIDs are equal.
func UUID(id string) string {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(id, "="))
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(id, "="))
	}
	if err != nil || !strings.HasPrefix(string(raw), "ciscospark://") {
		return id
	}
	if last := string(raw)[strings.LastIndexByte(string(raw), '/')+1:]; last != "" {
		return last
	}
	return id
}

// SameID reports whether two ids, in base64 or bare, name the same thing. An
// empty id is the same as no other.
func SameID(a, b string) bool {
	return a != "" && b != "" && (a == b || UUID(a) == UUID(b))
}
