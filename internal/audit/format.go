package audit

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Format writes a record as one line of text: time, reference, who and what in columns, and the rest as name=value. Values with anything
// but printable characters, and those with blanks, quotes or equals signs, stand in quotes with escapes, so that nobody's
// text can pass for a column or move a terminal's cursor.
func Format(w io.Writer, r Record) error {
	b := r.Time.UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z")
	if r.Mark != nil {
		b = fmt.Appendf(b, " log %s seq=%d hash=%s", quote(r.Mark.What), r.Mark.Seq, quote(r.Mark.Hash))
	} else {
		column := func(s string) string {
			if s == "" {
				return "-"
			}
			return quote(s)
		}
		b = fmt.Appendf(b, " %-7s %-24s %-9s", column(r.Ref), column(cmp.Or(r.Email, r.PersonID)), column(r.Command))
		b = pairs(b, "site", r.Site, "code", r.Code, "via", r.Via, "decision", r.Decision, "outcome", r.Outcome, "reason", r.Reason)
		b = fmt.Appendf(b, " calls=%d ms=%d", r.Calls, r.Duration.Milliseconds())
		b = pairs(b, "tracking", r.TrackingID, "space", r.Space, "person", r.PersonID)
	}
	_, err := w.Write(append(b, '\n'))
	return err
}

// FormatJSON writes a record as one line of JSON: the line that its hash is taken of.
func FormatJSON(w io.Writer, r Record) error {
	_, err := w.Write(append(r.line(), '\n'))
	return err
}

// pairs appends names and values, leaving out the empty ones.
func pairs(b []byte, list ...string) []byte {
	for i := 0; i+1 < len(list); i += 2 {
		if list[i+1] != "" {
			b = fmt.Appendf(b, " %s=%s", list[i], quote(list[i+1]))
		}
	}
	return b
}

func quote(s string) string {
	plain := func(r rune) bool {
		return unicode.IsPrint(r) && r != ' ' && r != '"' && r != '=' && r != '\\' && r != unicode.ReplacementChar
	}
	if s == "-" || strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return strconv.Quote(s)
	}
	return s
}
