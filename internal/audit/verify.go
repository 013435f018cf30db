package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"

	"trackbot/internal/store"
	"trackbot/internal/text"
)

// Report is what [Verify] found.
type Report struct {
	Entries int64  // that hold, from the first one on
	First   int64  // the number of the first entry; those before it were removed for their age
	Last    int64  // the number of the last entry that holds
	Hash    string // its hash, to compare with [Head]
	Break   int64  // the number of the first entry that does not hold; 0 where none does not, or none can be named
	Ref     string // its reference, if it is there and has one
	Problem string // what is wrong, in words; empty where the record is intact
}

// OK reports whether the record is as it was written.
func (r Report) OK() bool { return r.Problem == "" }

// Format writes the report as lines of text.
func (r Report) Format(w io.Writer) error {
	var b []byte
	switch {
	case r.OK():
		b = fmt.Appendf(b, "the record is intact: %s", text.Count(int(r.Entries), "entry"))
		if r.First > 1 {
			b = fmt.Appendf(b, ", and %d before them were removed for their age", r.First-1)
		}
		b = append(b, '\n')
		if r.Entries > 0 {
			b = fmt.Appendf(b, "last entry: number %d, hash %s\n", r.Last, r.Hash)
		}
	case r.Break == 0:
		b = fmt.Appendf(b, "the record was changed: %s\n", r.Problem)
	default:
		b = fmt.Appendf(b, "the chain breaks at entry %d", r.Break)
		if r.Ref != "" {
			b = fmt.Appendf(b, " (ref %s)", quote(r.Ref))
		}
		b = fmt.Appendf(b, ": %s\n", r.Problem)
	}
	_, err := w.Write(b)
	return err
}

// Verify walks the chain up to where it breaks, and compares its end with the head. Where known is not empty it must be
// the hash of an entry, or of the last one removed, as it was noted elsewhere, or at least its first [HeadDigits] digits. The record may be written meanwhile. The
// error is about a database that can't be read.
func Verify(ctx context.Context, db *store.DB, known string) (Report, error) {
	r, err := store.Read(ctx, db, func(tx *store.Tx) (Report, error) { return check(tx, known) }) // one, in which the record stands still
	if err != nil {
		err = fmt.Errorf("reading the audit record: %w", err)
	}
	return r, err
}

func check(tx *store.Tx, known string) (Report, error) {
	w := walk{tx: tx, known: known, found: known == ""}
	err := w.entries()
	if err == nil && w.report.OK() {
		err = w.end()
	}
	return w.report, err
}

// walk goes along the chain.
type walk struct {
	tx      *store.Tx
	report  Report
	removed Mark  // what was removed, as the first entry has it
	mark    *Mark // the same, as the newest mark has it
	known   string
	found   bool // known was met
}

// entries looks at all of them, one in memory at a time.
func (w *walk) entries() (err error) {
	rows, err := w.tx.Query("SELECT " + columns + " FROM audit ORDER BY seq")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for w.report.OK() && rows.Next() {
		w.entry(rows)
	}
	return rows.Err()
}

// entry looks at the next one.
func (w *walk) entry(rows *sql.Rows) {
	r, hash, err := scan(w.tx, rows)
	last := &w.report
	next := last.Last + 1
	if last.Entries == 0 && r.Seq > 1 { // whether that is right only the end shows
		next, last.Hash = r.Seq, r.Prev
	}
	switch {
	case r.Seq < 1:
		last.Problem = fmt.Sprintf("there is an entry with the number %d", r.Seq)
	case r.Seq > next:
		last.Break, last.Problem = next, "it is missing"
	case err != nil:
		last.Break, last.Problem = r.Seq, "it can't be read: "+err.Error()
	case r.Prev != last.Hash:
		last.Break, last.Ref, last.Problem = r.Seq, r.Ref, "it does not follow from the entry before it"
	case hash != r.hash():
		last.Break, last.Ref, last.Problem = r.Seq, r.Ref, "it was changed"
	}
	if !last.OK() {
		return
	}
	if last.Entries == 0 {
		last.First, w.removed = r.Seq, Mark{What: markRemoved, Seq: r.Seq - 1, Hash: r.Prev}
	}
	if r.Mark != nil {
		w.mark = r.Mark
	}
	w.found = w.found || w.isKnown(r.Prev) || w.isKnown(hash)
	last.Entries, last.Last, last.Hash = last.Entries+1, r.Seq, hash
}

// HeadDigits is how many hexadecimal digits of the newest hash the metrics show, as a
// number that a floating-point value holds exactly.
const HeadDigits = 13

// isKnown reports whether a hash is the one that was noted elsewhere, as a whole or
// by its first digits.
func (w *walk) isKnown(hash string) bool {
	return w.known != "" && len(w.known) >= HeadDigits && strings.HasPrefix(hash, w.known)
}

// end looks at what only the whole record shows.
func (w *walk) end() error {
	seq, hash, err := readHead(w.tx, "")
	if err != nil && !errors.Is(err, errNoHead) {
		return err
	}
	r := &w.report
	switch {
	case err != nil:
		r.Problem = errNoHead.Error()
	case seq > r.Last:
		r.Break, r.Problem = r.Last+1, fmt.Sprintf("it is missing, and the record went up to entry %d", seq)
	case seq < r.Last:
		r.Break, r.Problem = seq+1, fmt.Sprintf("it was put in: the record went up to entry %d", seq)
	case hash != r.Hash:
		r.Break, r.Problem = r.Last, "the record's head has another hash of it"
	case r.First > 1 && w.mark == nil, w.mark != nil && *w.mark != w.removed:
		r.Break, r.Problem = r.First, "the record should not begin with it: no entry says that just those before it were removed for their age"
	case !w.found:
		r.Problem = "no entry has the hash that was given: entries were cut off, or the whole record was made anew"
	}
	return nil
}
