package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Bucket is shared state: small values under keys, with revisions. Every method may return an [UnavailableError].
type Bucket struct {
	q      *Queue
	name   string // of the bucket in JetStream
	watch  sync.Mutex
	cache  kvHandle
	writer writer
	seen   map[string]sighting // leases of others, under watch
}

type kvHandle struct {
	mu sync.Mutex
	s  *session
	kv jetstream.KeyValue
}

// Entry is a value that [Bucket.Watch] reports.
type Entry struct {
	Key     string
	Value   []byte // nil when Deleted
	Rev     uint64
	Deleted bool
}

// Bucket returns the bucket with this name (letters, digits, - and _), making it where it is missing. Values vanish ttl
// after they were last written; 0 keeps them. On a cluster that can't be reached yet it returns at once too; the
// bucket's methods fail until it is there.
func (q *Queue) Bucket(ctx context.Context, name string, ttl time.Duration) (*Bucket, error) {
	if !validName(name) {
		return nil, fmt.Errorf("bucket name %q: want letters, digits, - and _", name)
	}
	b, a := q.newBucket(name, ttl, jetstream.FileStorage)
	return b, q.register(ctx, a)
}

func (q *Queue) newBucket(name string, ttl time.Duration, st jetstream.StorageType) (*Bucket, asset) {
	b := &Bucket{q: q, name: q.o.Name + "-" + name, seen: map[string]sighting{}}
	cfg := jetstream.KeyValueConfig{Bucket: b.name, History: 1, TTL: ttl, Storage: st, Replicas: q.replicas()}
	return b, asset{stream: "KV_" + b.name, create: func(ctx context.Context, js jetstream.JetStream) error {
		_, err := js.CreateKeyValue(ctx, cfg)
		return err
	}}
}

func (q *Queue) replicas() int {
	if q.embedded() {
		return 1
	}
	return q.o.Replicas
}

// Get returns the value and its revision, or [ErrNotFound].
func (b *Bucket) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	var v []byte
	var rev uint64
	err := b.do(ctx, key, func(ctx context.Context, kv jetstream.KeyValue, k string) error {
		e, err := kv.Get(ctx, k)
		if err == nil {
			v, rev = e.Value(), e.Revision()
		}
		return err
	})
	return v, rev, err
}

// Create stores a value under a key that must not exist ([ErrExists]) and returns its revision.
func (b *Bucket) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	rev, err := b.Update(ctx, key, value, 0)
	if errors.Is(err, ErrChanged) { // it exists, or it was deleted, which leaves a revision
		err = b.do(ctx, key, func(ctx context.Context, kv jetstream.KeyValue, k string) (err error) {
			rev, err = kv.Create(ctx, k, value)
			return err
		})
	}
	if errors.Is(err, ErrChanged) {
		err = ErrExists
	}
	return rev, err
}

// Put stores a value whatever was there and returns its revision.
func (b *Bucket) Put(ctx context.Context, key string, value []byte) (uint64, error) {
	return b.store(ctx, key, func(subject string) *nats.Msg { return &nats.Msg{Subject: subject, Data: value} })
}

// Update stores a value if the key still has revision rev ([ErrChanged] otherwise) and returns the new revision.
func (b *Bucket) Update(ctx context.Context, key string, value []byte, rev uint64) (uint64, error) {
	return b.store(ctx, key, func(subject string) *nats.Msg { return expecting(subject, value, rev) })
}

// store writes a value, together with what else is written into the bucket now.
func (b *Bucket) store(ctx context.Context, key string, msg func(subject string) *nats.Msg) (rev uint64, err error) {
	err = b.on(ctx, key, func(ctx context.Context, s *session, _ jetstream.KeyValue, k string) (err error) {
		rev, _, err = b.writer.publish(ctx, s, msg("$KV."+b.name+"."+k))
		return err
	})
	return rev, err
}

// Delete removes a key; with rev > 0 only if it still has that revision ([ErrChanged] otherwise).
func (b *Bucket) Delete(ctx context.Context, key string, rev uint64) error {
	return b.do(ctx, key, func(ctx context.Context, kv jetstream.KeyValue, k string) error {
		if rev == 0 {
			return kv.Delete(ctx, k)
		}
		return kv.Delete(ctx, k, jetstream.LastRevision(rev))
	})
}

// Keys returns all keys, in no order.
func (b *Bucket) Keys(ctx context.Context) ([]string, error) {
	var keys []string
	err := b.do(ctx, "", func(ctx context.Context, kv jetstream.KeyValue, _ string) error {
		keys = nil
		l, err := kv.ListKeys(ctx)
		if err != nil {
			return err
		}
		for t := range l.Keys() {
			if k, err := unkeyToken(t); err == nil {
				keys = append(keys, k)
			}
		}
		return nil
	})
	return keys, err
}

// Watch calls f with each value that is there and then with every change, until ctx is done, whose cause it returns. A
// change may be reported twice after the store was away.
func (b *Bucket) Watch(ctx context.Context, f func(Entry)) error {
	for {
		s, err := b.q.await(ctx)
		if err != nil {
			return err
		}
		if err := b.watchOn(ctx, s, f); err != nil && ctx.Err() == nil && !pause(ctx, 500*time.Millisecond) {
			return context.Cause(ctx)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

func (b *Bucket) watchOn(ctx context.Context, s *session, f func(Entry)) error {
	kv, err := b.handle(ctx, s)
	if err != nil {
		return err
	}
	w, err := kv.WatchAll(ctx)
	if err != nil {
		return fmt.Errorf("watching bucket %s: %w", b.name, err)
	}
	defer func() { _ = w.Stop() }() // the subscription may be gone with the session
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.lost:
			return errSession
		case e, ok := <-w.Updates():
			if !ok {
				return errSession
			}
			if e != nil { // nil: all present values were reported
				tellEntry(e, f)
			}
		}
	}
}

func tellEntry(e jetstream.KeyValueEntry, f func(Entry)) {
	k, err := unkeyToken(e.Key())
	switch {
	case err != nil: // not one of ours
	case e.Operation() == jetstream.KeyValuePut:
		f(Entry{Key: k, Value: e.Value(), Rev: e.Revision()})
	default:
		f(Entry{Key: k, Rev: e.Revision(), Deleted: true})
	}
}

// do runs f on the bucket and turns JetStream's errors into ours.
func (b *Bucket) do(ctx context.Context, key string, f func(context.Context, jetstream.KeyValue, string) error) error {
	return b.on(ctx, key, func(ctx context.Context, _ *session, kv jetstream.KeyValue, k string) error { return f(ctx, kv, k) })
}

// on is do with the session.
func (b *Bucket) on(ctx context.Context, key string, f func(context.Context, *session, jetstream.KeyValue, string) error) error {
	if len(key) > maxKey {
		return errLongKey
	}
	k := keyToken(key)
	err := b.q.do(ctx, func(ctx context.Context, s *session) error {
		kv, err := b.handle(ctx, s)
		if err != nil {
			return err
		}
		return f(ctx, s, kv, k)
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrKeyNotFound), errors.Is(err, jetstream.ErrKeyDeleted):
		return ErrNotFound
	case errors.Is(err, jetstream.ErrKeyExists), errors.Is(err, jetstream.ErrKeyRevisionMismatch), isTaken(err):
		return ErrChanged
	}
	return fmt.Errorf("bucket %s: %w", b.name, err)
}

// handle returns the bucket on this session.
func (b *Bucket) handle(ctx context.Context, s *session) (jetstream.KeyValue, error) {
	b.cache.mu.Lock()
	defer b.cache.mu.Unlock()
	if b.cache.s == s {
		return b.cache.kv, nil
	}
	kv, err := s.js.KeyValue(ctx, b.name)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return nil, errSession // not made yet; the keeper is at it
	}
	if err != nil {
		return nil, fmt.Errorf("opening bucket %s: %w", b.name, err)
	}
	b.cache.s, b.cache.kv = s, kv
	return kv, nil
}
