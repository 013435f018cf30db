package store_test

import (
	"errors"
	"testing"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

func count(t *testing.T, db *store.DB, query string, args ...any) int {
	t.Helper()
	n := 0
	err := db.View(t.Context(), func(tx *store.Tx) error { return tx.Row(query, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What was committed is there after the database was closed and opened again, and what failed is not.
func TestUpdate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		put := func(key string, end error) error {
			return db.Update(t.Context(), func(tx *store.Tx) error {
				n, err := tx.Exec("INSERT INTO inbox (key, lane, stored) VALUES ($1, $2, $3)", key, "lane", tx.Now().UnixMilli())
				if n != 1 || err != nil {
					t.Errorf("Exec = %d, %v, want 1", n, err)
				}
				return end
			})
		}
		if err := put("a", nil); err != nil {
			t.Fatal(err)
		}
		failure := errors.New("no")
		if err := put("b", failure); !errors.Is(err, failure) {
			t.Fatalf("Update = %v, want %v", err, failure)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db = e.Open(t)
		if n := count(t, db, "SELECT count(*) FROM inbox WHERE key IN ($1, $2)", "a", "b"); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}
