package webex

import (
	"encoding/json"
	"strings"
	"time"
)

// The types here stand between Webex's JSON and the types of this package
// where the two differ: what Webex sends otherwise than it documents must not
// cost the whole answer.

// text is a string that Webex sometimes sends as a number, such as the ids of
// user-level tracking codes. Anything else that is no string becomes "".
type text string

// UnmarshalJSON takes a string or a number.
func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*t = text(b)
	default:
		*t = ""
	}
	return nil
}

// stamp is a time that may be written in any form of RFC 3339, without the
// colon in its zone, or not at all.
type stamp struct{ time.Time }

// UnmarshalJSON takes a time and leaves zero for what is none.
func (s *stamp) UnmarshalJSON(b []byte) error {
	if s.Time.UnmarshalJSON(b) == nil {
		return nil
	}
	var written text
	_ = written.UnmarshalJSON(b)
	t, err := time.Parse("2006-01-02T15:04:05.999999999Z0700", string(written))
	if err != nil {
		t = time.Time{}
	}
	s.Time = t
	return nil
}

// list is a list of ids that may come as one string, or hold several in one,
// with commas between them.
type list []string

// UnmarshalJSON takes a list of strings or one string.
func (l *list) UnmarshalJSON(b []byte) error {
	*l = nil
	var parts []text
	if json.Unmarshal(b, &parts) != nil {
		var one text
		_ = one.UnmarshalJSON(b)
		parts = []text{one}
	}
	for _, p := range parts {
		for id := range strings.SplitSeq(string(p), ",") {
			if id = strings.TrimSpace(id); id != "" {
				*l = append(*l, id)
			}
		}
	}
	return nil
}

// faults names the fields of a resource that Webex could not give just now,
// mostly because it could not decrypt them; they hold ciphertext. Only an
// object by field counts.
type faults map[string]json.RawMessage

// UnmarshalJSON takes an object and ignores anything else.
func (f *faults) UnmarshalJSON(b []byte) error {
	var m map[string]json.RawMessage
	if json.Unmarshal(b, &m) == nil {
		*f = m
	}
	return nil
}

// wireMessage is a [Message] as it comes.
type wireMessage struct {
	Message
	Created         stamp  `json:"created"`
	MentionedPeople list   `json:"mentionedPeople"`
	MentionedGroups list   `json:"mentionedGroups"`
	Errors          faults `json:"errors"`
}

func (w *wireMessage) whole() bool { return w.ID != "" }

// value is the message without texts that are ciphertext.
func (w *wireMessage) value() Message {
	m := w.Message
	m.Created, m.MentionedPeople, m.MentionedGroups = w.Created.Time, w.MentionedPeople, w.MentionedGroups
	if w.garbled() {
		m.Text, m.HTML, m.Markdown = "", "", ""
	}
	return m
}

// garbled reports whether the words of the message are ciphertext.
func (w *wireMessage) garbled() bool {
	return w.Errors["text"] != nil || w.Errors["html"] != nil || w.Errors["markdown"] != nil
}

// wireAction is an [AttachmentAction] as it comes.
type wireAction struct {
	AttachmentAction
	Created stamp `json:"created"`
}

func (w *wireAction) whole() bool { return w.ID != "" }

// wirePerson is a [Person] whose absence shows.
type wirePerson struct{ Person }

func (w *wirePerson) whole() bool { return w.ID != "" }

// wireWebhook is a [Webhook] whose absence shows.
type wireWebhook struct{ Webhook }

func (w *wireWebhook) whole() bool { return w.ID != "" }

func (w *wireWebhook) value() Webhook { return w.Webhook }

// wireMembership is a [Membership] as it comes.
type wireMembership struct {
	Membership
	Created stamp `json:"created"`
}

func (w *wireMembership) value() Membership {
	w.Membership.Created = w.Created.Time
	return w.Membership
}

// wireRoom is a [Room] as it comes.
type wireRoom struct {
	Room
	LastActivity stamp  `json:"lastActivity"`
	Errors       faults `json:"errors"`
}

func (w *wireRoom) value() Room {
	w.Room.LastActivity = w.LastActivity.Time
	if w.Errors["title"] != nil {
		w.Title = ""
	}
	return w.Room
}

// wireCode is a [TrackingCode] as it comes.
type wireCode struct {
	TrackingCode
	ID text `json:"id"`
}

func (w *wireCode) whole() bool { return w.ID != "" }

func (w *wireCode) value() TrackingCode {
	w.TrackingCode.ID = string(w.ID)
	return w.TrackingCode
}
