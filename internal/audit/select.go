package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Filter says which records to show; a zero field lets everything pass.
type Filter struct {
	Person string    // a person's id, or an e-mail address in whatever case
	Site   string    // in whatever case
	Ref    string    // in whatever case
	Since  time.Time // asked then or later
	Until  time.Time // asked before
}

// passes reports whether the filter lets a record through. The log's own lines
// pass a filter of times alone.
func (f Filter) passes(r Record) bool {
	return (f.Person == "" || f.Person == r.PersonID || strings.EqualFold(f.Person, r.Email)) &&
		(f.Site == "" || strings.EqualFold(f.Site, r.Site)) &&
		(f.Ref == "" || strings.EqualFold(f.Ref, r.Ref)) &&
		!r.Time.Before(f.Since) &&
		(f.Until.IsZero() || r.Time.Before(f.Until))
}

// UnreadableError says that Select passed over lines that are no records.
type UnreadableError struct {
	First Place
	Lines int
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("%d audit lines can't be read, the first is %s", e.Lines, e.First)
}

// Select calls do with the records that the filter lets through, in the order in
// which they were written, holding one line in memory. It reads only, so the log
// may be written meanwhile. An error of do ends it and is returned as it is; an
// [UnreadableError] comes after all records were passed. Whether the records are
// genuine is [Verify]'s to say.
func Select(dir string, filter Filter, do func(Record) error) (err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("audit folder: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	list, err := days(root)
	if err != nil {
		return err
	}
	var bad UnreadableError
	for _, day := range list {
		if ended(day, filter.Since) {
			continue
		}
		err := walk(root, fileName(day), bad.pass(filter, do))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // removed for its age while we looked
			return err
		}
	}
	if bad.Lines > 0 {
		return &bad
	}
	return nil
}

// pass hands records on and counts the lines that are none. One without its end
// is not counted: it is being written, or torn.
func (e *UnreadableError) pass(filter Filter, do func(Record) error) func(line) error {
	return func(l line) error {
		r, ok := parse(l.raw)
		if ok && filter.passes(r) {
			return do(r)
		}
		if !ok && !l.open {
			if e.Lines++; e.Lines == 1 {
				e.First = Place{l.file, l.n}
			}
		}
		return nil
	}
}

// ended reports whether a day was over at since, so that its file holds nothing asked later.
func ended(day string, since time.Time) bool {
	start, err := time.Parse(time.DateOnly, day)
	return err == nil && !start.AddDate(0, 0, 1).After(since)
}

// Format writes a record as one line of text: time, reference, who, what, and the
// rest as name=value. Values with anything but printable characters, and those
// with blanks, quotes or equals signs, stand in quotes with escapes, so that
// nobody's text can pass for a column or move a terminal's cursor.
func Format(w io.Writer, r Record) error {
	b := r.Time.UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z")
	if r.Mark != nil {
		b = fmt.Appendf(b, " log %s", quote(r.Mark.What))
		b = pairs(b, "file", r.Mark.File, "hash", r.Mark.Hash)
		b = number(number(b, "lines", r.Mark.Lines), "bytes", r.Mark.Bytes)
	} else {
		who := r.Email
		if who == "" {
			who = r.PersonID
		}
		for _, s := range []string{r.Ref, who, r.Command} {
			b = append(append(b, ' '), dash(s)...)
		}
		b = pairs(b, "site", r.Site, "code", r.Code, "via", r.Via, "decision", r.Decision, "outcome", r.Outcome, "reason", r.Reason)
		b = fmt.Appendf(b, " calls=%d ms=%d", r.Calls, r.Duration.Milliseconds())
		b = pairs(b, "tracking", r.TrackingID, "space", r.Space, "person", r.PersonID)
	}
	_, err := w.Write(append(b, '\n'))
	return err
}

// FormatJSON writes a record as one line of JSON, as it stands in the file.
func FormatJSON(w io.Writer, r Record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("audit line: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
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

func number(b []byte, name string, n int64) []byte {
	if n == 0 {
		return b
	}
	return fmt.Appendf(b, " %s=%d", name, n)
}

// dash stands for an empty column.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return quote(s)
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
