package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxField    = 512       // bytes of one text; ids of Webex have about 80, addresses at most 254
	markRemoved = "removed" // the word of [Mark.What]
)

// The words of [Record.Outcome].
const (
	OutcomeAnswered = "answered"
	OutcomeRefused  = "refused"
	OutcomeFailed   = "failed"
	OutcomeIgnored  = "ignored" // not for the bot, or already done
	OutcomeBegun    = "begun"   // of a change: it is about to be written
)

// Record is one request and what came of it. Texts may hold anything: those over 512 bytes are cut between runes, and
// zero bytes and invalid UTF-8, which PostgreSQL does not take, are replaced.
type Record struct {
	Seq        int64         `json:"seq"`                  // the number of the entry, from 1; set by Append
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
	Outcome    string        `json:"outcome,omitempty"`    // answered, refused, failed, ignored or begun
	Calls      int           `json:"calls"`                // calls made to Webex's API
	TrackingID string        `json:"trackingId,omitempty"` // Webex's own, of the call that mattered
	Duration   time.Duration `json:"-"`                    // from asking to outcome; "ms" in JSON, whole milliseconds
	Mark       *Mark         `json:"mark,omitempty"`       // set on the record's own entries; Append ignores a caller's
	Prev       string        `json:"prev"`                 // the hash of the entry before; set by Append
}

// Mark is what an entry of the record's own says: that all entries up to one were removed for their age.
type Mark struct {
	What string `json:"what"` // markRemoved
	Seq  int64  `json:"seq"`  // the number of the last one removed
	Hash string `json:"hash"` // its hash
}

// UnmarshalJSON reads what [FormatJSON] writes, and lets unknown fields pass.
func (r *Record) UnmarshalJSON(b []byte) error {
	type plain Record
	var v struct {
		plain
		MS int64 `json:"ms"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*r = Record(v.plain)
	r.Duration = time.Duration(v.MS) * time.Millisecond
	return nil
}

// line is the canonical encoding: what the hash is taken of.
func (r Record) line() []byte {
	b := make([]byte, 0, 1024)
	b = strconv.AppendInt(append(b, `{"seq":`...), r.Seq, 10)
	b = r.Time.UTC().AppendFormat(append(b, `,"time":"`...), time.RFC3339Nano)
	b = append(b, '"')
	for _, field := range [...][2]string{
		{"ref", r.Ref},
		{"personId", r.PersonID},
		{"email", r.Email},
		{"space", r.Space},
		{"command", r.Command},
		{"site", r.Site},
		{"code", r.Code},
		{"via", r.Via},
		{"decision", r.Decision},
		{"reason", r.Reason},
		{"outcome", r.Outcome},
	} {
		b = appendText(b, field[0], field[1])
	}
	b = strconv.AppendInt(append(b, `,"calls":`...), int64(r.Calls), 10)
	b = appendText(b, "trackingId", r.TrackingID)
	if r.Mark != nil {
		b = append(append(b, `,"mark":`...), r.Mark.line()...)
	}
	b = strconv.AppendInt(append(b, `,"ms":`...), r.Duration.Milliseconds(), 10)
	return append(append(append(b, `,"prev":"`...), r.Prev...), `"}`...)
}

// line is a mark as it stands in its entry's line and in the database.
func (m Mark) line() []byte {
	return fmt.Appendf(nil, `{"what":%q,"seq":%d,"hash":%q}`, m.What, m.Seq, m.Hash)
}

// appendText appends a text of a line, unless it is empty.
func appendText(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":"`...)
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// hash is what the next entry notes of this one.
func (r Record) hash() string { return fmt.Sprintf("%x", sha256.Sum256(r.line())) }

// bound makes of a caller's record one that both engines take and give back as it is.
func bound(r Record, now time.Time) Record {
	for _, s := range []*string{
		&r.Ref, &r.PersonID, &r.Email, &r.Space, &r.Command, &r.Site, &r.Code,
		&r.Via, &r.Decision, &r.Reason, &r.Outcome, &r.TrackingID,
	} {
		*s = cut(*s)
	}
	if r.Time.IsZero() {
		r.Time = now
	}
	r.Time = r.Time.Truncate(time.Millisecond)
	r.Mark = nil
	return r
}

// cut shortens s to maxField bytes, as valid UTF-8 without zero bytes.
func cut(s string) string {
	return shorten(strings.ReplaceAll(strings.ToValidUTF8(shorten(s), "\uFFFD"), "\x00", "\uFFFD"))
}

// shorten cuts s between two runes.
func shorten(s string) string {
	if len(s) <= maxField {
		return s
	}
	n := maxField
	for n > maxField-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// parseMark reads the column of a mark, which is NULL for requests.
func parseMark(column []byte) (*Mark, error) {
	if column == nil {
		return nil, nil
	}
	var m Mark
	if err := json.Unmarshal(column, &m); err != nil || !bytes.Equal(m.line(), column) { // JSON has many ways to say one thing
		return nil, errors.New("its mark is not as it was written")
	}
	return &m, nil
}
