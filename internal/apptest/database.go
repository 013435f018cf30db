package apptest

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"trackbot/internal/store"
)

// WithDatabase opens a database for f, beside the bots that use it or without
// them, and fails the test where f does.
func WithDatabase(t *testing.T, o store.Options, f func(context.Context, *store.DB) error) {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f(t.Context(), db), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// EndClaims lets the claims and leases of killed processes be over, which takes
// 15 s otherwise where others may share the database.
func EndClaims(tx *store.Tx) error {
	for _, table := range []string{"inbox", "outbox", "job", "lease"} {
		if _, err := tx.Exec("UPDATE " + table + " SET until = 1 WHERE owner <> ''"); err != nil {
			return err
		}
	}
	return nil
}
