package audit

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxField  = 512       // bytes of one string; ids of Webex have about 80, addresses at most 254
	maxLine   = 128 << 10 // bytes of one line; the longest that Append writes has under 40,000
	maxSeq    = 1 << 53   // a forged number beyond it is not gone on from
	separator = 0x1E      // between a torn line and the mark that closes it; JSON never holds it
)

// The words of [Record.Via], [Record.Decision] and [Record.Outcome].
const (
	ViaText   = "text"   // asked with a message
	ViaButton = "button" // asked by pressing a card's button

	DecisionAllowed = "allowed"
	DecisionRefused = "refused"

	OutcomeAnswered = "answered"
	OutcomeRefused  = "refused"
	OutcomeFailed   = "failed"
	OutcomeIgnored  = "ignored" // not for the bot, or already done
)

// Record is one request and what came of it. Strings may hold anything: those
// over 512 bytes are cut between runes, and invalid UTF-8 is replaced.
type Record struct {
	Seq        int64         `json:"seq"`                  // the number of the line, from 1; set by Append
	Time       time.Time     `json:"time"`                 // when it was asked, to the millisecond; the zero value means now
	Ref        string        `json:"ref,omitempty"`        // the reference that the asker saw, such as 7F3K-Q2
	PersonID   string        `json:"personId,omitempty"`   // who asked
	Email      string        `json:"email,omitempty"`      // as the person's own record has it
	Space      string        `json:"space,omitempty"`      // the id of the space
	Command    string        `json:"command,omitempty"`    // such as code
	Site       string        `json:"site,omitempty"`       // such as example.webex.com
	Code       string        `json:"code,omitempty"`       // what was asked about
	Via        string        `json:"via,omitempty"`        // text or button
	Decision   string        `json:"decision,omitempty"`   // allowed or refused
	Reason     string        `json:"reason,omitempty"`     // why it was decided so, or why it failed
	Outcome    string        `json:"outcome,omitempty"`    // answered, refused, failed or ignored
	Calls      int           `json:"calls"`                // calls made to Webex's API
	TrackingID string        `json:"trackingId,omitempty"` // Webex's own, of the call that mattered
	Duration   time.Duration `json:"-"`                    // from asking to outcome; "ms" in JSON, whole milliseconds
	Mark       *Mark         `json:"mark,omitempty"`       // set on the log's own lines; Append ignores a caller's
	Prev       string        `json:"prev"`                 // the hash of the line before; set by Append
}

// The words of [Mark.What].
const (
	MarkTorn    = "torn"    // the line was begun and never finished
	MarkRemoved = "removed" // a file was removed for its age
)

// Mark is what a line of the log's own says.
type Mark struct {
	What  string `json:"what"`            // torn or removed
	Bytes int64  `json:"bytes,omitempty"` // torn: how much of the line there is, before the separator
	File  string `json:"file,omitempty"`  // removed: which
	Lines int64  `json:"lines,omitempty"` // removed: how many it had
	Hash  string `json:"hash,omitempty"`  // removed: of its last line
}

// MarshalJSON writes the object of one line: the duration as "ms", and the hash last.
func (r Record) MarshalJSON() ([]byte, error) {
	type plain Record
	return json.Marshal(struct {
		plain
		MS   int64  `json:"ms"`
		Prev string `json:"prev"`
	}{plain(r), r.Duration.Milliseconds(), r.Prev})
}

// UnmarshalJSON reads what MarshalJSON writes, and lets unknown fields pass.
func (r *Record) UnmarshalJSON(b []byte) error {
	type plain Record
	var v struct {
		plain
		MS   int64  `json:"ms"`
		Prev string `json:"prev"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	const most = math.MaxInt64 / int64(time.Millisecond)
	*r = Record(v.plain)
	r.Prev, r.Duration = v.Prev, time.Duration(max(-most, min(v.MS, most)))*time.Millisecond
	return nil
}

// bound makes of a caller's record one that always fits a line.
func bound(r Record, now time.Time) Record {
	for _, s := range []*string{
		&r.Ref, &r.PersonID, &r.Email, &r.Space, &r.Command, &r.Site, &r.Code,
		&r.Via, &r.Decision, &r.Reason, &r.Outcome, &r.TrackingID,
	} {
		*s = cut(*s)
	}
	if y := r.Time.UTC().Year(); r.Time.IsZero() || y < 0 || y > 9999 { // JSON has no other years
		r.Time = now
	}
	r.Time = r.Time.UTC().Truncate(time.Millisecond)
	r.Duration = max(r.Duration, 0)
	r.Mark = nil
	return r
}

// cut shortens s to maxField bytes between two runes, as valid UTF-8.
func cut(s string) string {
	if len(s) > maxField {
		s = s[:maxField+1]
		n := maxField
		for n > maxField-utf8.UTFMax && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	if utf8.ValidString(s) {
		return s
	}
	return cut(strings.ToValidUTF8(s, "\uFFFD")) // which may be longer
}

// parse reads one line without its line feed; false means that it is not a line
// of this log. Whether it is the right one only the chain knows.
func parse(raw []byte) (Record, bool) {
	i := bytes.LastIndexByte(raw, separator)
	var r Record
	if err := json.Unmarshal(raw[i+1:], &r); err != nil || r.Seq < 1 || r.Seq > 2*maxSeq || !isHash(r.Prev) {
		return Record{}, false
	}
	torn := r.Mark != nil && r.Mark.What == MarkTorn
	return r, torn == (i >= 0)
}

// isHash reports whether s can be the prev of a line: empty, or 64 hexadecimal digits.
func isHash(s string) bool {
	return s == "" || len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
