// Package storetest gives tests an empty database of each engine.
package storetest

import (
	"log/slog"
	"testing"

	"trackbot/internal/store"
)

// Engine is an empty database of one test.
type Engine struct {
	Name    string        // SQLite or PostgreSQL
	Options store.Options // of a bot; a test may change its copy
}

// Each runs f as a subtest on either engine, each with an empty database. Without PostgreSQL's programs on the machine that
// half is skipped, and on CI it fails.
func Each(t *testing.T, f func(t *testing.T, e Engine)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { f(t, PostgreSQL(t)) })
}

// SQLite returns a database in an empty folder.
func SQLite(tb testing.TB) Engine {
	tb.Helper()
	return Engine{Name: "SQLite", Options: store.Options{Dir: tb.TempDir(), Bot: true, Logger: logger(tb)}}
}

// PostgreSQL returns an empty database of the server that all tests of the binary share.
func PostgreSQL(tb testing.TB) Engine {
	tb.Helper()
	s, err := shared()
	if err != nil {
		missing(tb, err)
	}
	return Engine{Name: "PostgreSQL", Options: store.Options{URL: s.NewDatabase(tb), Bot: true, Logger: logger(tb)}}
}

// Open opens the database, after the changes to its options, and closes it at the end of the test. A database that was
// closed may be opened again.
func (e Engine) Open(tb testing.TB, changes ...func(*store.Options)) *store.DB {
	tb.Helper()
	o := e.Options
	for _, change := range changes {
		change(&o)
	}
	db, err := store.Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

func logger(tb testing.TB) *slog.Logger {
	tb.Helper()
	return slog.New(slog.NewTextHandler(tb.Output(), nil))
}
