package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"trackbot/bot"
	"trackbot/internal/config"
	"trackbot/internal/queue"
)

// traceAge is how long it is known how an answer came about: as long as the
// queue keeps what was done.
const traceAge = 72 * time.Hour

// store is a bucket as the bot and its receivers know one.
type store struct{ *queue.Bucket }

// newStore opens a bucket whose values vanish after age; 0: never.
func newStore(ctx context.Context, q *queue.Queue, name string, age time.Duration) (store, error) {
	b, err := q.Bucket(ctx, name, age)
	if err != nil {
		return store{}, fmt.Errorf("open the bucket %s: %w", name, err)
	}
	return store{b}, nil
}

// Get returns nil for a key that is not there.
func (s store) Get(ctx context.Context, key string) ([]byte, error) {
	value, _, err := s.Bucket.Get(ctx, key)
	if errors.Is(err, queue.ErrNotFound) {
		return nil, nil
	}
	return value, err
}

// Put stores a value whatever was there.
func (s store) Put(ctx context.Context, key string, value []byte) error {
	_, err := s.Bucket.Put(ctx, key, value)
	return err
}

// First stores a value where there is none, and returns what is stored then.
func (s store) First(ctx context.Context, key string, value []byte) ([]byte, error) {
	_, err := s.Create(ctx, key, value)
	if errors.Is(err, queue.ErrExists) {
		value, _, err = s.Bucket.Get(ctx, key)
	}
	return value, err
}

// botNotes are the bot's notes, among them how answers came about. For most
// answers that is kept with the mark that they are posted: it costs no write of
// its own, which would be one between the post and its mark.
type botNotes struct {
	bot.Store
	kept func(ctx context.Context, answer string) ([]byte, error)
}

// Get returns nil for a key that is not there.
func (n botNotes) Get(ctx context.Context, key string) ([]byte, error) {
	value, err := n.Store.Get(ctx, key)
	if answer, ok := bot.Traced(key); ok && value == nil && err == nil {
		return n.kept(ctx, answer)
	}
	return value, err
}

// QueueOptions says where the queue is, and with what it is encrypted.
func QueueOptions(c config.Config, log *slog.Logger) queue.Options {
	return queue.Options{
		Key: c.StoreKey(), Dir: c.DataDir, URL: c.NATSURL, Creds: c.NATSCreds, CA: c.NATSCA, Cert: c.NATSCert, CertKey: c.NATSKey, Replicas: c.NATSReplicas,
		Reserve: uint64(max(0, c.DiskReserveMB)) << 20, Logger: log,
	}
}

// StoreError names the setting that belongs to a store which can't be read.
func StoreError(err error) error {
	if errors.As(err, new(*queue.DamagedError)) {
		return fmt.Errorf("%w; TOKEN_KEY must be as it was when DATA_DIR was made", err)
	}
	return err
}

// WithStore lends the store to f, as the one process that has it open or
// through the bot that does. The store is made where it is missing.
func WithStore(ctx context.Context, c config.Config, f func(queue.Manager) error) error {
	o := QueueOptions(c, slog.New(slog.DiscardHandler))
	m, err := queue.Attach(ctx, o)
	if errors.Is(err, fs.ErrNotExist) {
		m, err = queue.Open(ctx, o)
	}
	if err != nil {
		return fmt.Errorf("reach the store of the tokens: %w", StoreError(err))
	}
	return errors.Join(f(m), m.Close(context.WithoutCancel(ctx)))
}
