package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"trackbot/internal/app"
	"trackbot/internal/config"
	"trackbot/internal/store"
)

// openStore opens the database beside a bot that may run. With readOnly nothing
// is made or written, and the error is fs.ErrNotExist where there is none.
func openStore(ctx context.Context, c config.Config, readOnly bool) (*store.DB, error) {
	o := app.StoreOptions(c, slog.New(slog.DiscardHandler))
	o.ReadOnly = readOnly
	db, err := store.Open(ctx, o)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.URL == "":
		return nil, fmt.Errorf("there is no database in %s (DATA_DIR), since no bot ran there yet: %w", c.DataDir, err)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no database of trackbot at DATABASE_URL, since no bot ran with it yet: %w", err)
	case err != nil:
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return db, nil
}

// withStore lends the database to f, which is made where it is missing.
func withStore(ctx context.Context, c config.Config, f func(*store.DB) error) error {
	db, err := openStore(ctx, c, false)
	if err != nil {
		return err
	}
	return errors.Join(f(db), db.Close())
}
