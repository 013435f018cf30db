package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/internal/queue"
)

// traceAge is how long it is known how an answer came about: as long as the
// queue keeps what was done.
const traceAge = 72 * time.Hour

// store is a bucket as the bot knows one.
type store struct{ *queue.Bucket }

// newStore opens a bucket whose values vanish after age; 0: never.
func newStore(ctx context.Context, q *queue.Queue, name string, age time.Duration) (bot.Store, error) {
	b, err := q.Bucket(ctx, name, age)
	if err != nil {
		return nil, fmt.Errorf("open the bucket %s: %w", name, err)
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
