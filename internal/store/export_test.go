package store

import "context"

// LateView is a View that found the database open and goes on when it is called.
func (db *DB) LateView(ctx context.Context) (func() error, error) {
	e, err := db.use(ctx)
	return func() error { return e.view(ctx, func(*Tx) error { return nil }) }, err
}
