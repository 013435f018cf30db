package webex

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The types here stand between Webex's JSON and the types of this package
// where the two differ: what Webex sends otherwise than it documents must not
// cost the whole answer.

// loose is a string that Webex sometimes sends as a number, such as the ids of
// user-level tracking codes, or as true or false. Anything else that is no
// string becomes "".
type loose string

// UnmarshalJSON takes a string, a number or a bool, which stay as they are
// written.
func (t *loose) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) > 1 && b[0] == '"' && !bytes.ContainsRune(b, '\\') && utf8.Valid(b): // as options are, of which a site has thousands
		*t = loose(b[1 : len(b)-1])
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9' || b[0] == 't' || b[0] == 'f'):
		*t = loose(b)
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
	var written loose
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
	var parts []loose
	if json.Unmarshal(b, &parts) != nil {
		var one loose
		_ = one.UnmarshalJSON(b)
		parts = []loose{one}
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
	Updated         stamp  `json:"updated"`
	MentionedPeople list   `json:"mentionedPeople"`
	MentionedGroups list   `json:"mentionedGroups"`
	Errors          faults `json:"errors"`
}

func (w *wireMessage) whole() bool { return w.ID != "" }

// value is the message without texts that are ciphertext.
func (w *wireMessage) value() Message {
	m := w.Message
	m.Created, m.Updated, m.MentionedPeople, m.MentionedGroups = w.Created.Time, w.Updated.Time, w.MentionedPeople, w.MentionedGroups
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

func (w *wirePerson) value() Person { return w.Person }

// wireWebhook is a [Webhook] as it comes.
type wireWebhook struct {
	Webhook
	Name loose `json:"name"`
}

func (w *wireWebhook) whole() bool { return w.ID != "" }

func (w *wireWebhook) value() Webhook {
	w.Webhook.Name = string(w.Name)
	return w.Webhook
}

// wireMembership is a [Membership] as it comes.
type wireMembership struct {
	Membership
	PersonDisplayName loose `json:"personDisplayName"`
	Created           stamp `json:"created"`
}

func (w *wireMembership) value() Membership {
	w.Membership.PersonDisplayName, w.Membership.Created = string(w.PersonDisplayName), w.Created.Time
	return w.Membership
}

// wireRoom is a [Room] as it comes.
type wireRoom struct {
	Room
	Title        loose  `json:"title"`
	LastActivity stamp  `json:"lastActivity"`
	Errors       faults `json:"errors"`
}

func (w *wireRoom) value() Room {
	w.Room.Title, w.Room.LastActivity = string(w.Title), w.LastActivity.Time
	if w.Errors["title"] != nil {
		w.Room.Title = ""
	}
	return w.Room
}

// wireCode is a [TrackingCode] as it comes.
type wireCode struct {
	TrackingCode
	ID                 loose           `json:"id"`
	Name               loose           `json:"name"`
	Options            wireOptions     `json:"options"`
	HostProfileCode    loose           `json:"hostProfileCode"`
	ScheduleStartCodes []wireStart     `json:"scheduleStartCodes"`
	Unknown            json.RawMessage `json:"_other"` // no member of Webex's is read into Other
}

func (w *wireCode) whole() bool { return w.ID != "" }

// UnmarshalJSON keeps what this program does not know, for an update.
func (w *wireCode) UnmarshalJSON(b []byte) error {
	type plain wireCode
	var options []byte // most of it: they are read once, and the rest without them
	for m := range members(b) {
		if m.name == "options" {
			options = b[m.from:m.to]
			b = slices.Concat(b[:m.from], []byte("null"), b[m.to:])
			break
		}
	}
	if err := json.Unmarshal(b, (*plain)(w)); err != nil {
		return err
	}
	if options != nil {
		if err := w.Options.UnmarshalJSON(options); err != nil {
			return err
		}
	}
	w.Other = others(b, "id", "name", "siteUrl", "inputMode", "options", "hostProfileCode", "scheduleStartCodes")
	return nil
}

func (w *wireCode) value() TrackingCode {
	c := w.TrackingCode
	c.ID, c.Name, c.Options, c.HostProfileCode = string(w.ID), string(w.Name), w.Options, string(w.HostProfileCode)
	if w.ScheduleStartCodes != nil {
		c.ScheduleStartCodes = make([]ScheduleStart, len(w.ScheduleStartCodes))
	}
	for i, rule := range w.ScheduleStartCodes {
		c.ScheduleStartCodes[i] = rule.ScheduleStart
	}
	return c
}

// wireStart is a [ScheduleStart] as it comes.
type wireStart struct {
	ScheduleStart
	Unknown json.RawMessage `json:"_other"` // no member of Webex's is read into Other
}

// UnmarshalJSON is as that of a code.
func (w *wireStart) UnmarshalJSON(b []byte) error {
	type plain wireStart
	if err := json.Unmarshal(b, (*plain)(w)); err != nil {
		return err
	}
	w.Other = others(b, "service", "type")
	return nil
}

// others is the JSON object of the members of doc that have none of the known
// names; "" where doc has no other.
func others(doc []byte, known ...string) string {
	var members map[string]json.RawMessage
	if !hasOthers(doc, known) || json.Unmarshal(doc, &members) != nil {
		return ""
	}
	for _, name := range known {
		delete(members, name)
	}
	if len(members) == 0 {
		return ""
	}
	rest, err := json.Marshal(members)
	if err != nil {
		return ""
	}
	return string(rest)
}

// hasOthers reports, in one pass, whether a JSON object has a member that is none
// of the known ones, or one whose name is written in another way.
func hasOthers(doc []byte, known []string) bool {
	for m := range members(doc) {
		if !slices.Contains(known, m.name) {
			return true
		}
	}
	return false
}

// member is one of a JSON object.
type member struct {
	name     string // as it is written
	from, to int    // where its value stands
}

// members are those of a JSON object, which is valid.
func members(doc []byte) iter.Seq[member] {
	return func(yield func(member) bool) {
		for at := 0; ; {
			quote := bytes.IndexByte(doc[at:], '"')
			if quote < 0 {
				return
			}
			at += quote
			end := at + stringEnd(doc[at:])
			m := member{name: string(doc[at+1 : end-1]), from: end + bytes.IndexByte(doc[end:], ':') + 1}
			m.to = m.from + valueEnd(doc[m.from:])
			if !yield(m) {
				return
			}
			at = m.to
		}
	}
}

// valueEnd is where the value of a member ends.
func valueEnd(doc []byte) int {
	depth := 0
	for i := 0; i < len(doc); i++ {
		switch doc[i] {
		case '"':
			i += stringEnd(doc[i:]) - 1
		case '{', '[':
			depth++
		case ',', '}', ']':
			if depth == 0 {
				return i
			}
			if doc[i] != ',' {
				depth--
			}
		}
	}
	return len(doc)
}

// dropNulls returns a JSON document without the null entries of its lists, and
// how many those were: an entry without a content must not be taken for a
// tracking code or a member. What is no JSON stays as it is.
func dropNulls(doc []byte) (rest []byte, dropped int) {
	if !bytes.Contains(doc, []byte("null")) || !json.Valid(doc) {
		return doc, 0
	}
	rest = make([]byte, 0, len(doc))
	for len(doc) > 0 {
		switch {
		case doc[0] == '"':
			end := stringEnd(doc)
			rest, doc = append(rest, doc[:end]...), doc[end:]
		case doc[0] == 'n' && beginsEntry(rest):
			dropped++
			doc = bytes.TrimLeft(doc[len("null"):], space)
			if doc[0] == ',' {
				doc = doc[1:]
			} else { // it was the last one
				rest = bytes.TrimSuffix(bytes.TrimRight(rest, space), []byte(","))
			}
		default:
			rest, doc = append(rest, doc[0]), doc[1:]
		}
	}
	return rest, dropped
}

// space is what may stand between the parts of a JSON document.
const space = " \t\r\n"

// beginsEntry reports whether a null behind this part of a JSON document is an
// entry of a list: before the value of a field stands a colon.
func beginsEntry(before []byte) bool {
	before = bytes.TrimRight(before, space)
	return bytes.HasSuffix(before, []byte("[")) || bytes.HasSuffix(before, []byte(","))
}

// stringEnd is where the string at the start of a JSON text ends.
func stringEnd(doc []byte) int {
	end := 1 + bytes.IndexByte(doc[1:], '"')
	if end > 0 && bytes.IndexByte(doc[:end], '\\') < 0 {
		return end + 1
	}
	for i := 1; i < len(doc); i++ {
		switch doc[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(doc)
}
