package store_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// BenchmarkThreeCommits does what a question costs: it is heard, answered and posted, in three transactions one after
// another. One operation is one question; 16 are under way at a time, or one.
func BenchmarkThreeCommits(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { threeCommits(b, storetest.SQLite(b)) })
	b.Run("SQLite encrypted", func(b *testing.B) {
		e := storetest.SQLite(b)
		e.Options.Key = key(1)
		threeCommits(b, e)
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		e := storetest.PostgreSQL(b)
		e.Options.URL = storetest.NewServer(b).NewDatabase(b) // one that waits for its disk
		threeCommits(b, e)
	})
}

func threeCommits(b *testing.B, e storetest.Engine) {
	b.Helper()
	db := e.Open(b)
	var n atomic.Int64
	for _, rooms := range []int{16, 1} {
		b.Run(fmt.Sprint(rooms, " rooms"), func(b *testing.B) {
			b.ReportAllocs()
			last := n.Load() + int64(b.N)
			var all sync.WaitGroup
			for room := range rooms {
				all.Go(func() {
					for i := n.Add(1); i <= last; i = n.Add(1) {
						if err := question(b, db, fmt.Sprint("msg:", i), fmt.Sprint("room", room)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			n.Store(last)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "questions/s")
			runtime.KeepAlive(db)
		})
	}
}

func question(b *testing.B, db *store.DB, key, lane string) error {
	b.Helper()
	body := make([]byte, 500)
	err := db.Update(b.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO inbox (key, lane, state, owner, until, stored, body) VALUES ($1, $2, 'running', 'me', $3, $4, $5)
			ON CONFLICT (key) DO NOTHING`, key, lane, tx.Now().UnixMilli()+15000, tx.Now().UnixMilli(), body)
		return err
	})
	if err != nil {
		return err
	}
	err = db.Update(b.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec(`UPDATE inbox SET state = 'done', finished = $1, body = NULL WHERE key = $2 AND owner = 'me'`, tx.Now().UnixMilli(), key); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO outbox (key, lane, state, owner, until, unsure, stored, body) VALUES ($1, $2, 'running', 'me', $3, $4, $4, $5)
			ON CONFLICT (key) DO NOTHING`, key, lane, tx.Now().UnixMilli()+15000, tx.Now().UnixMilli(), body)
		return err
	})
	if err != nil {
		return err
	}
	return db.Update(b.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE outbox SET state = 'done', finished = $1, message = $2, body = NULL WHERE key = $3 AND owner = 'me'`,
			tx.Now().UnixMilli(), "id of "+key, key)
		return err
	})
}
