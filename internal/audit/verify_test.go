package audit

import (
	"errors"
	"strings"
	"testing"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// cell is a column's value in one row: a text, bytes or a number.
type cell struct {
	table, column string
	value         any
}

// cells are the values of entry 3 and of the head.
func cells(t *testing.T, db *store.DB) (list []cell) {
	t.Helper()
	update(t, db, func(tx *store.Tx) error {
		for table, names := range map[string]string{"audit WHERE seq = 3": columns, "audit WHERE seq = 4": "mark", "audit_head WHERE id = 1": "id, seq, hash"} {
			for name := range strings.SplitSeq(names, ",") {
				c := cell{table: table, column: strings.TrimSpace(name)}
				if err := tx.Row("SELECT " + c.column + " FROM " + c.table).Scan(&c.value); err != nil {
					return err
				}
				if c.value != nil {
					list = append(list, c)
				}
			}
		}
		return nil
	})
	return list
}

// flips are values that differ in one bit: all of a number's, and in each byte of a text the first, the one of upper and
// lower case, and the last.
func (c cell) flips() (list []any) {
	bytes := func(b []byte, as func([]byte) any) {
		for i := range b {
			for _, bit := range []byte{0x01, 0x20, 0x80} {
				other := append([]byte(nil), b...)
				other[i] ^= bit
				list = append(list, as(other))
			}
		}
	}
	switch v := c.value.(type) {
	case string:
		bytes([]byte(v), func(b []byte) any { return string(b) })
	case []byte:
		bytes(v, func(b []byte) any { return b })
	case int64:
		for bit := range 64 {
			list = append(list, v^1<<bit)
		}
	}
	return list
}

// errUndo takes a test's changes back.
var errUndo = errors.New("undo")

// undone runs f in a transaction whose changes are taken back.
func undone(t *testing.T, db *store.DB, f func(*store.Tx)) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		f(tx)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

// TestEveryFlippedByteIsFound goes through every byte of every column of an entry, of a mark and of the head. A value that
// the engine refuses can't be there.
func TestEveryFlippedByteIsFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t, sealed)
		add(t, db, 1, 3)
		if prune(t, db, noon.Add(2*time.Second)) != 1 {
			t.Fatal("nothing pruned")
		}
		add(t, db, 5, 5)
		intact(t, db, 4)
		seen := map[string]int{}
		for _, c := range cells(t, db) {
			set := "UPDATE " + strings.Replace(c.table, " WHERE", " SET "+c.column+" = $1 WHERE", 1)
			for _, v := range c.flips() {
				undone(t, db, func(tx *store.Tx) {
					if _, err := tx.Exec(set, v); err != nil {
						return
					}
					seen[c.column]++
					if r, err := check(tx, ""); r.OK() {
						t.Errorf("%s of %s: %v in place of %v is not found (%v)", c.column, c.table, v, c.value, err)
					}
				})
			}
		}
		intact(t, db, 4)
		for column := range strings.SplitSeq(columns, ",") {
			if column = strings.TrimSpace(column); seen[column] == 0 {
				t.Errorf("no change of column %s was tried", column)
			}
		}
	})
}

// attack does what somebody with access to the database might.
type attack []string

// rehash in an attack gives an entry the hash that belongs to what it holds now, as somebody who knows the program would.
const rehash = "rehash "

func (a attack) do(t *testing.T, tx *store.Tx) {
	t.Helper()
	for _, query := range a {
		seq, ok := strings.CutPrefix(query, rehash)
		if ok {
			query = "UPDATE audit SET hash = '" + entry(t, tx, seq).hash() + "' WHERE seq = " + seq
		}
		if _, err := tx.Exec(query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
}

func entry(t *testing.T, tx *store.Tx, seq string) Record {
	t.Helper()
	t.Helper()
	rows, err := tx.Query("SELECT " + columns + " FROM audit WHERE seq = " + seq)
	if err != nil {
		t.Fatal(err)
	}
	rows.Next()
	r, _, err := scan(tx, rows)
	if err := errors.Join(err, rows.Close()); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTampering(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 5)
		for _, x := range []struct {
			name string
			do   attack
			want string // what the report says, at least
		}{
			{"emptied", attack{"DELETE FROM audit"}, "breaks at entry 1: it is missing, and the record went up to entry 5"},
			{"first row gone", attack{"DELETE FROM audit WHERE seq = 1"}, "breaks at entry 2: the record should not begin"},
			{"row gone", attack{"DELETE FROM audit WHERE seq = 3"}, "breaks at entry 3: it is missing"},
			{"last row gone", attack{"DELETE FROM audit WHERE seq = 5"}, "breaks at entry 5: it is missing"},
			{"tail gone", attack{"DELETE FROM audit WHERE seq > 2"}, "breaks at entry 3: it is missing, and the record went up to entry 5"},
			{
				"last row gone, and the head's number changed",
				attack{"DELETE FROM audit WHERE seq = 5", "UPDATE audit_head SET seq = 4"},
				"breaks at entry 4: the record's head has another hash",
			},
			{
				"row gone, those behind it moved up",
				attack{"DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5"},
				"breaks at entry 3 (ref 7F3K-Q4): it does not follow",
			},
			{
				"rows swapped",
				attack{"UPDATE audit SET seq = 9 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 9"},
				"breaks at entry 2 (ref 7F3K-Q3): it does not follow",
			},
			{"texts swapped", attack{"UPDATE audit SET command = via, via = command WHERE seq = 2"}, "breaks at entry 2 (ref 7F3K-Q2): it was changed"},
			{
				"row put in behind",
				attack{"INSERT INTO audit (seq, time, prev, hash) SELECT 6, time, hash, hash FROM audit WHERE seq = 5", rehash + "6"},
				"breaks at entry 6: it was put in",
			},
			{
				"row put in before",
				attack{"INSERT INTO audit (seq, time, prev, hash) VALUES (0, 1, '', 'ab')"},
				"the record was changed: there is an entry with the number 0",
			},
			{
				"row put in between",
				attack{
					"UPDATE audit SET seq = 6 WHERE seq = 5", "UPDATE audit SET seq = 5 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 3",
					"INSERT INTO audit (seq, time, prev, hash) SELECT 3, time, hash, hash FROM audit WHERE seq = 2", rehash + "3",
				},
				"breaks at entry 4 (ref 7F3K-Q3): it does not follow",
			},
			{"edited", attack{"UPDATE audit SET site = 'b' WHERE seq = 3"}, "breaks at entry 3 (ref 7F3K-Q3): it was changed"},
			{"edited with its hash", attack{"UPDATE audit SET site = 'b' WHERE seq = 3", rehash + "3"}, "breaks at entry 4 (ref 7F3K-Q4): it does not follow"},
			{"last edited", attack{"UPDATE audit SET site = 'b' WHERE seq = 5"}, "breaks at entry 5 (ref 7F3K-Q5): it was changed"},
			{
				"last edited with its hash",
				attack{"UPDATE audit SET site = 'b' WHERE seq = 5", rehash + "5"},
				"breaks at entry 5: the record's head has another hash",
			},
			{"head gone", attack{"DELETE FROM audit_head"}, "the record was changed: the row that names the newest entry is gone"},
			{"head back", attack{"UPDATE audit_head SET seq = 0, hash = ''"}, "breaks at entry 1: it was put in"},
			{"mark that is none", attack{"UPDATE audit SET mark = hash::bytea WHERE seq = 4"}, "breaks at entry 4: it can't be read"},
		} {
			if e.Name == "SQLite" {
				x.do = attack(strings.Split(strings.ReplaceAll(strings.Join(x.do, ";"), "::bytea", ""), ";"))
			}
			var r Report
			undone(t, db, func(tx *store.Tx) {
				var err error
				x.do.do(t, tx)
				if r, err = check(tx, ""); err != nil {
					t.Errorf("%s: %v", x.name, err)
				}
			})
			var b strings.Builder
			if err := r.Format(&b); err != nil {
				t.Fatal(err)
			}
			if r.OK() || !strings.Contains(b.String(), x.want) {
				t.Errorf("%s: the report is %q, want %q", x.name, b.String(), x.want)
			}
		}
		intact(t, db, 5)
	})
}

// TestKnownHash finds what only a hash that was noted elsewhere shows.
func TestKnownHash(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 3)
		_, noted := headOf(t, db)
		if r := verify(t, db, noted); !r.OK() {
			t.Errorf("the newest entry's hash: %+v", r)
		}
		if r := verify(t, db, noted[:HeadDigits]); !r.OK() {
			t.Errorf("its first digits, as the metrics show them: %+v", r)
		}
		if r := verify(t, db, noted[:HeadDigits-1]); r.OK() {
			t.Errorf("too few digits: %+v", r)
		}
		add(t, db, 4, 5)
		if r := verify(t, db, noted); !r.OK() {
			t.Errorf("an older entry's hash: %+v", r)
		}
		prune(t, db, noon.Add(4*time.Second))
		if r := verify(t, db, noted); !r.OK() || r.First != 4 {
			t.Errorf("the hash of the last one removed: %+v", r)
		}
		if r := verify(t, db, strings.Repeat("0", 64)); r.OK() || !strings.Contains(r.Problem, "no entry has the hash") {
			t.Errorf("another hash: %+v", r)
		}
		changed(t, db, "DELETE FROM audit")
		changed(t, db, "UPDATE audit_head SET seq = 0, hash = ''")
		add(t, db, 1, 5) // a record made anew
		intact(t, db, 5)
		if r := verify(t, db, noted); !r.OK() {
			t.Errorf("the same entries have the same hash: %+v", r)
		}
		changed(t, db, "DELETE FROM audit WHERE seq > 2")
		changed(t, db, "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)")
		intact(t, db, 2)
		if r := verify(t, db, noted); r.OK() {
			t.Errorf("a tail cut off with its head: %+v", r)
		}
	})
}

func TestPrune(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 6)
		for _, x := range []struct {
			before           time.Time
			removed, entries int64
			first            int64
			kept             string
		}{
			{noon, 0, 6, 1, "7F3K-Q1 7F3K-Q2 7F3K-Q3 7F3K-Q4 7F3K-Q5 7F3K-Q6"},
			{noon.Add(3 * time.Second), 2, 5, 3, "7F3K-Q3 7F3K-Q4 7F3K-Q5 7F3K-Q6"},
			{noon.Add(3 * time.Second), 0, 5, 3, "7F3K-Q3 7F3K-Q4 7F3K-Q5 7F3K-Q6"},
			{noon.Add(6 * time.Second), 3, 3, 6, "7F3K-Q6"},
			{time.Now().Add(time.Hour), 3, 1, 9, ""}, // also what says what was removed
		} {
			if n := prune(t, db, x.before); n != x.removed {
				t.Errorf("Prune(%v) removed %d, want %d", x.before, n, x.removed)
			}
			intact(t, db, x.entries)
			if r, got := verify(t, db, ""), refs(t, db, Filter{}); r.First != x.first || got != x.kept {
				t.Errorf("Prune(%v) leaves %s from %d on, want %s from %d on", x.before, got, r.First, x.kept, x.first)
			}
		}
		add(t, db, 7, 7)
		intact(t, db, 2)
	})
}

// TestPruneKeepsOrder leaves an old entry that stands behind a newer one, as the chain has no gaps.
func TestPruneKeepsOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		for _, i := range []int{1, 5, 2} {
			add(t, db, i, i)
		}
		prune(t, db, noon.Add(3*time.Second))
		if got := refs(t, db, Filter{}); got != "7F3K-Q5 7F3K-Q2" {
			t.Errorf("Prune leaves %s", got)
		}
		intact(t, db, 3)
	})
}

// TestPrunedRecordBeginsWhereItSays takes away more than was pruned, or puts it back.
func TestPrunedRecordBeginsWhereItSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for _, query := range []string{
			"DELETE FROM audit WHERE seq = 5",
			"INSERT INTO audit (seq, time, prev, hash) SELECT 4, 0, '', prev FROM audit WHERE seq = 5",
		} {
			db := filled(t, e, 6)
			for _, s := range []int{3, 5} {
				prune(t, db, noon.Add(time.Duration(s)*time.Second))
			}
			changed(t, db, query)
			if r := verify(t, db, ""); r.OK() {
				t.Errorf("after %s: %+v", query, r)
			}
			changed(t, db, "DELETE FROM audit")
			changed(t, db, "UPDATE audit_head SET seq = 0, hash = ''")
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestOldEntriesPutBack finds entries that were removed and stand there again, each as it was.
func TestOldEntriesPutBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 3)
		changed(t, db, "CREATE TABLE saved AS SELECT * FROM audit")
		prune(t, db, noon.Add(3*time.Second))
		for _, x := range []struct {
			rows string
			want int64
		}{{"seq = 2", 2}, {"seq = 1", 1}} {
			changed(t, db, "INSERT INTO audit SELECT * FROM saved WHERE "+x.rows)
			if r := verify(t, db, ""); r.OK() || r.Break != x.want {
				t.Errorf("with %s again: %+v, want a break at %d", x.rows, r, x.want)
			}
		}
	})
}

func TestReportFormat(t *testing.T) {
	for _, x := range []struct {
		r    Report
		want string
	}{
		{Report{}, "the record is intact: 0 entries\n"},
		{Report{Entries: 3, First: 1, Last: 3, Hash: "ab"}, "the record is intact: 3 entries\nlast entry: number 3, hash ab\n"},
		{Report{Entries: 3, First: 5, Last: 7, Hash: "ab"}, "the record is intact: 3 entries, and 4 before them were removed for their age\nlast entry: number 7, hash ab\n"},
		{Report{Break: 4, Ref: "7F3K-Q2", Problem: "it was changed"}, "the chain breaks at entry 4 (ref 7F3K-Q2): it was changed\n"},
		{Report{Break: 4, Ref: "\x1b[2J", Problem: "it was changed"}, "the chain breaks at entry 4 (ref \"\\x1b[2J\"): it was changed\n"},
		{Report{Problem: "its head is gone"}, "the record was changed: its head is gone\n"},
	} {
		var b strings.Builder
		if err := x.r.Format(&b); err != nil {
			t.Fatal(err)
		}
		if b.String() != x.want {
			t.Errorf("Format(%+v) = %q, want %q", x.r, b.String(), x.want)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	const n = 10_000
	for _, open := range []func(testing.TB) storetest.Engine{storetest.SQLite, storetest.PostgreSQL} {
		e := open(b)
		b.Run(e.Name, func(b *testing.B) {
			db := e.Open(b)
			add(b, db, 1, n)
			for b.Loop() {
				intact(b, db, n)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/entry")
		})
	}
}

func TestManyEntriesAreVerified(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 3000)
		intact(t, db, 3000)
		changed(t, db, "UPDATE audit SET duration = duration + 1 WHERE seq = 2999")
		if r := verify(t, db, ""); r.Break != 2999 || r.Ref != "7F3K-Q2999" {
			t.Errorf("Verify: %+v, want a break at 2999", r)
		}
	})
}
