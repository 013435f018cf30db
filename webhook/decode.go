package webhook

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"trackbot/webex"
)

// maxID bounds every id and address of an event, in bytes. The longest that
// Webex makes is a membership's id, some 140.
const maxID = 512

// envelope is what Webex posts. Its own id and its created are the
// registration's, so they are not read; a notice has no id of its own.
type envelope struct {
	Resource string          `json:"resource"`
	Event    string          `json:"event"`
	ActorID  string          `json:"actorId"`
	Data     json.RawMessage `json:"data"`
}

type data struct {
	ID          string    `json:"id"`
	RoomID      string    `json:"roomId"`
	RoomType    string    `json:"roomType"`
	PersonID    string    `json:"personId"`
	PersonEmail string    `json:"personEmail"`
	MessageID   string    `json:"messageId"`
	ParentID    string    `json:"parentId"`
	Created     timestamp `json:"created"`
	Updated     timestamp `json:"updated"`
}

// timestamp is a time that may be written in a way nobody foresaw: what can't
// be read is no time at all, since no question is lost for it.
type timestamp time.Time

// UnmarshalJSON reads RFC 3339, with or without a fraction, and never fails.
func (t *timestamp) UnmarshalJSON(b []byte) error {
	var v time.Time
	if v.UnmarshalJSON(b) == nil {
		*t = timestamp(v.UTC())
	}
	return nil
}

// decode reads a delivery that is known to be genuine. The flag says whether
// it is one that the bot handles; for others nothing below data is looked at.
func decode(body []byte) (webex.Event, bool, error) {
	var n envelope
	if err := json.Unmarshal(body, &n); err != nil {
		return webex.Event{}, false, fmt.Errorf("decode the notice: %w", err)
	}
	if !slices.Contains(topics(), topic{n.Resource, n.Event}) {
		return webex.Event{Resource: n.Resource, Event: n.Event}, false, nil
	}
	var d data
	if len(n.Data) > 0 {
		if err := json.Unmarshal(n.Data, &d); err != nil {
			return webex.Event{}, true, fmt.Errorf("decode the notice's data: %w", err)
		}
	}
	e := webex.Event{
		Resource:    n.Resource,
		Event:       n.Event,
		ID:          d.ID,
		RoomID:      d.RoomID,
		RoomType:    roomType(d.RoomType),
		PersonID:    d.PersonID,
		PersonEmail: d.PersonEmail,
		ActorID:     n.ActorID,
		MessageID:   d.MessageID,
		ParentID:    d.ParentID,
		Created:     time.Time(d.Created),
	}
	if e.Event == webex.Updated {
		e.Updated = cmp.Or(time.Time(d.Updated), time.Now())
	}
	return e, true, checkIDs(e)
}

// topic is what a registration asks Webex to deliver.
type topic struct{ resource, event string }

func (t topic) String() string { return t.resource + "/" + t.event }

// optional reports whether the bot does its work without the topic. Webex does
// not document edits among what a bot can register for.
func (t topic) optional() bool { return t.event == webex.Updated }

// topics are those that the bot listens to.
func topics() []topic {
	return []topic{
		{webex.Messages, webex.Created},
		{webex.AttachmentActions, webex.Created},
		{webex.Memberships, webex.Created},
		{webex.Messages, webex.Updated},
	}
}

// roomType is empty for a kind of room that the bot does not know.
func roomType(s string) string {
	if s == "direct" || s == "group" {
		return s
	}
	return ""
}

// checkIDs refuses an event that names nothing, and ids that no Webex made:
// they go into paths, keys and logs.
func checkIDs(e webex.Event) error {
	if e.ID == "" {
		return errors.New("the notice has no data.id")
	}
	if len(e.PersonEmail) > maxID {
		return fmt.Errorf("personEmail is longer than %d bytes", maxID)
	}
	for _, id := range [...]struct{ name, value string }{
		{"data.id", e.ID},
		{"roomId", e.RoomID},
		{"personId", e.PersonID},
		{"actorId", e.ActorID},
		{"messageId", e.MessageID},
		{"parentId", e.ParentID},
	} {
		if len(id.value) > maxID {
			return fmt.Errorf("%s is longer than %d bytes", id.name, maxID)
		}
		if !visible(id.value) {
			return fmt.Errorf("%s holds what no id holds", id.name)
		}
	}
	return nil
}

// visible reports whether s is visible ASCII without a blank.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
