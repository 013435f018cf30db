package store_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

func update(t *testing.T, db *store.DB, f func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func note(t *testing.T, db *store.DB, key string) string {
	t.Helper()
	var value []byte
	err := db.View(t.Context(), func(tx *store.Tx) (err error) { value, err = tx.Note(key); return err })
	if err != nil {
		t.Fatal(err)
	}
	return string(value)
}

func TestNotes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t, func(o *store.Options) { o.Key = make([]byte, 32) })
		update(t, db, func(tx *store.Tx) error { return tx.SetNote("site:a", []byte("emea"), time.Hour) })
		update(t, db, func(tx *store.Tx) error { return tx.SetNote("site:a", []byte("apac"), 0) })
		add := func(key, value, wantOld string, wantAdded bool) {
			t.Helper()
			update(t, db, func(tx *store.Tx) error {
				old, added, err := tx.AddNote(key, []byte(value), time.Hour)
				if string(old) != wantOld || added != wantAdded {
					t.Errorf("AddNote(%s, %s) = %q, %t, want %q, %t", key, value, old, added, wantOld, wantAdded)
				}
				return err
			})
		}
		add("site:a", "us", "apac", false)
		add("site:Ä", "us", "", true)
		add("site:Ä", "eu", "us", false)
		add("sitf", "other", "", true)
		if got := note(t, db, "site:a"); got != "apac" {
			t.Errorf("Note = %q, want apac", got)
		}
		update(t, db, func(tx *store.Tx) error {
			got, err := tx.NotesWith("site:")
			want := map[string][]byte{"site:a": []byte("apac"), "site:Ä": []byte("us")}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("NotesWith (-want +got):\n%s", d)
			}
			return err
		})
		update(t, db, func(tx *store.Tx) error { return tx.DeleteNote("site:a") })
		if got := note(t, db, "site:a"); got != "" {
			t.Errorf("a note that was removed is %q", got)
		}
	})
}

// A note is gone when its time is over, can be added again, and Prune removes its row. What was done goes after 72 hours,
// and what failed after 30 days.
func TestPrune(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		update(t, db, func(tx *store.Tx) error {
			for key, ends := range map[string]int64{"over": tx.Now().UnixMilli(), "later": tx.Now().Add(time.Hour).UnixMilli(), "never": 0} {
				if _, err := tx.Exec("INSERT INTO note (key, value, ends) VALUES ($1, $2, $3)", key, []byte("v"), ends); err != nil {
					return err
				}
			}
			for _, r := range []struct {
				state string
				age   time.Duration
			}{
				{"waiting", 0},
				{"done", 71 * time.Hour},
				{"done", 73 * time.Hour},
				{"dropped", 73 * time.Hour},
				{"failed", 29 * 24 * time.Hour},
				{"failed", 31 * 24 * time.Hour},
			} {
				finished := int64(0)
				if r.age > 0 {
					finished = tx.Now().Add(-r.age).UnixMilli()
				}
				for _, table := range []string{"inbox", "outbox", "job"} {
					_, err := tx.Exec("INSERT INTO "+table+" (key, lane, state, stored, finished) VALUES ($1, '', $2, 1, $3)", r.state+r.age.String(), r.state, finished)
					if err != nil {
						return err
					}
				}
			}
			return nil
		})
		if got := note(t, db, "over"); got != "" {
			t.Errorf("a note whose time is over is %q", got)
		}
		if err := db.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT count(*) FROM note"); n != 2 {
			t.Errorf("%d notes, want 2", n)
		}
		for _, table := range []string{"inbox", "outbox", "job"} {
			if n := count(t, db, "SELECT count(*) FROM "+table); n != 3 {
				t.Errorf("%d rows in %s, want 3: waiting, done and failed", n, table)
			}
		}
		update(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO note (key, value, ends) VALUES ('again', $1, 1)", []byte("old"))
			if err != nil {
				return err
			}
			_, added, err := tx.AddNote("again", []byte("new"), 0)
			if !added {
				t.Error("AddNote took a note whose time is over for one that stands")
			}
			return err
		})
	})
}

// More old rows than go in one transaction are removed too.
func TestPruneMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.SQLite(t).Open(t)
		update(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
				INSERT INTO note (key, value, ends) SELECT 'k' || i, x'00', 1 FROM n`)
			return err
		})
		if err := db.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT count(*) FROM note"); n != 0 {
			t.Errorf("%d notes are left", n)
		}
	})
}
