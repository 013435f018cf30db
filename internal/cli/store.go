package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"trackbot/internal/config"
	"trackbot/internal/store"
)

// openStore opens the database beside the running bot. Where there is none, reading it says where it was looked for, and
// else it is made.
func openStore(ctx context.Context, c config.Config, readOnly bool) (*store.DB, error) {
	db, err := store.Open(ctx, store.Options{
		Dir: c.DataDir, URL: c.DatabaseURL.Reveal(), Key: c.StoreKey(), ReadOnly: readOnly, Logger: slog.New(slog.DiscardHandler),
	})
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.DatabaseURL.IsZero():
		return nil, fmt.Errorf("there is no database in %s (DATA_DIR): no bot ran there yet", c.DataDir)
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no database of trackbot at DATABASE_URL: no bot ran with it yet")
	case err != nil:
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return db, nil
}
