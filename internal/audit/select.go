package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"trackbot/internal/store"
)

// pageSize is how many entries are held in memory; one has 6 kB at most, and mostly 300 bytes.
const pageSize = 500

// Filter says which entries to show; a zero field lets everything pass.
type Filter struct {
	Person string    // a person's id, or an e-mail address in whatever case
	Site   string    // in whatever case
	Ref    string    // in whatever case
	Since  time.Time // asked then or later
	After  int64     // with a greater number
}

// Select calls each with the entries that the filter lets through, the newest last. The database may be written
// meanwhile. An error of each ends it and is returned as it is. Whether the entries are genuine is [Verify]'s to say.
func Select(ctx context.Context, db *store.DB, f Filter, each func(Record) error) error {
	return f.pass(ctx, db, each)
}

// Follow does what [Select] does, and then calls each with new entries as they come, within a second, until ctx is done.
func Follow(ctx context.Context, db *store.DB, f Filter, each func(Record) error) error {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	return follow(ctx, db, f, t.C, each)
}

// follow looks for new entries at each tick.
func follow(ctx context.Context, db *store.DB, f Filter, tick <-chan time.Time, each func(Record) error) error {
	for {
		err := f.pass(ctx, db, each)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // that it was told to end is no failure
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-tick:
		}
	}
}

// pass calls each for what the record holds now. What it went over is not passed again: see [Filter.After].
func (f *Filter) pass(ctx context.Context, db *store.DB, each func(Record) error) error {
	for end := false; !end; {
		var list []Record
		err := db.View(ctx, func(tx *store.Tx) (err error) {
			list, end, err = f.next(tx)
			return err
		})
		for _, r := range list { // not in the transaction, as whoever takes them may be slow
			if err := each(r); err != nil {
				return err
			}
		}
		if err != nil {
			return fmt.Errorf("reading the audit record: %w", err)
		}
	}
	return nil
}

// next reads some entries, and reports whether these are all.
func (f *Filter) next(tx *store.Tx) (list []Record, end bool, err error) {
	var newest int64
	if err := tx.Row("SELECT coalesce(max(seq), 0) FROM audit").Scan(&newest); err != nil {
		return nil, false, err
	}
	if f.After == 0 && !f.Since.IsZero() { // begin there, by the index of times
		err := tx.Row("SELECT coalesce(min(seq), $1) - 1 FROM audit WHERE time >= $2", newest+1, f.Since.UnixMilli()).Scan(&f.After)
		if err != nil {
			return nil, false, err
		}
	}
	if f.After >= newest {
		return nil, true, nil
	}
	where, args := f.where()
	rows, err := tx.Query(fmt.Sprintf("SELECT %s FROM audit WHERE %s ORDER BY seq LIMIT %d", columns, where, pageSize), args...)
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	n := 0
	for ; rows.Next(); n++ {
		r, _, err := scan(tx, rows)
		if err != nil {
			return list, false, fmt.Errorf("entry %d: %w", r.Seq, err)
		}
		f.After = r.Seq
		if !strings.Contains(f.Person, "@") || strings.EqualFold(f.Person, r.Email) {
			list = append(list, r)
		}
	}
	if end = n < pageSize; end {
		f.After = newest
	}
	return list, end, rows.Err()
}

// where is the filter in SQL, but for addresses, which may be sealed.
func (f *Filter) where() (string, []any) {
	where, args := "seq > $1", []any{f.After}
	and := func(condition string, value any) {
		args = append(args, value)
		where += fmt.Sprintf(" AND "+condition, len(args))
	}
	if !f.Since.IsZero() {
		and("+time >= $%d", f.Since.UnixMilli()) // the sign keeps the engines from sorting all that is newer for each page
	}
	if f.Site != "" {
		and("lower(site) = $%d", strings.ToLower(f.Site))
	}
	if f.Ref != "" {
		and("ref <> '' AND ref = $%d", strings.ToUpper(f.Ref)) // the index leaves empty ones out
	}
	if f.Person != "" && !strings.Contains(f.Person, "@") { // ids have none
		and("person = $%d", f.Person)
	}
	return where, args
}
