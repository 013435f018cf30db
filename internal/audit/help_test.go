package audit

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

var noon = time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)

// sealed sets a key.
func sealed(o *store.Options) { o.Key = []byte(strings.Repeat("k", 32)) }

// operator opens a database as a command line does, beside the bot.
func operator(o *store.Options) { o.Bot = false }

// sample is the i-th record of a test, asked i seconds after noon.
func sample(i int) Record {
	return Record{
		Time: noon.Add(time.Duration(i) * time.Second),
		Ref:  fmt.Sprintf("7F3K-Q%d", i), PersonID: "Y2lzY28-alice", Email: "alice@example.com", Space: "Y2lzY28-space",
		Command: "code", Site: "example.webex.com", Code: strconv.Itoa(i), Via: "text", Decision: "allowed",
		Reason: "own organization", Outcome: OutcomeAnswered, Calls: 2, TrackingID: "ROUTER_1", Duration: 412 * time.Millisecond,
	}
}

// add appends samples, in one transaction.
func add(tb testing.TB, db *store.DB, from, to int) {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error {
		for i := from; i <= to; i++ {
			if err := Append(tx, sample(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func update(tb testing.TB, db *store.DB, f func(*store.Tx) error) {
	tb.Helper()
	if err := db.Update(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
}

// changed does what somebody with access to the database might.
func changed(tb testing.TB, db *store.DB, query string, args ...any) {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

func prune(tb testing.TB, db *store.DB, before time.Time) (n int64) {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) (err error) {
		n, err = Prune(tx, before)
		return err
	})
	return n
}

func verify(tb testing.TB, db *store.DB, known string) Report {
	tb.Helper()
	r, err := Verify(tb.Context(), db, known)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// intact fails unless the chain is whole and has so many entries.
func intact(tb testing.TB, db *store.DB, entries int64) {
	tb.Helper()
	if r := verify(tb, db, ""); !r.OK() || r.Entries != entries {
		tb.Fatalf("Verify: %+v, want %d entries", r, entries)
	}
}

// selected are the records that a filter lets through, but for the record's own.
func selected(tb testing.TB, db *store.DB, f Filter) (list []Record) {
	tb.Helper()
	err := Select(tb.Context(), db, f, func(r Record) error {
		if r.Mark == nil {
			list = append(list, r)
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// refs are their references.
func refs(tb testing.TB, db *store.DB, f Filter) string {
	tb.Helper()
	var list []string
	for _, r := range selected(tb, db, f) {
		list = append(list, r.Ref)
	}
	return strings.Join(list, " ")
}

func headOf(tb testing.TB, db *store.DB) (seq int64, hash string) {
	tb.Helper()
	seq, hash, err := Head(tb.Context(), db)
	if err != nil {
		tb.Fatal(err)
	}
	return seq, hash
}

// filled opens an engine's database and appends samples.
func filled(tb testing.TB, e storetest.Engine, n int) *store.DB {
	tb.Helper()
	db := e.Open(tb)
	add(tb, db, 1, n)
	return db
}
