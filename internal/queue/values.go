package queue

import (
	"context"
	"errors"
	"fmt"
)

// valueBucket returns the bucket once it is made: a second caller must not find that another one is at it.
func (q *Queue) valueBucket(ctx context.Context, name string) (*Bucket, error) {
	q.making.Lock()
	defer q.making.Unlock()
	return q.Bucket(ctx, name, 0)
}

// Value implements [Manager].
func (q *Queue) Value(ctx context.Context, bucket, key string) ([]byte, uint64, error) {
	b, err := q.valueBucket(ctx, bucket)
	if err != nil {
		return nil, 0, err
	}
	return b.Get(ctx, key)
}

// SetValue implements [Manager].
func (q *Queue) SetValue(ctx context.Context, bucket, key string, value []byte, rev uint64) (uint64, error) {
	b, err := q.valueBucket(ctx, bucket)
	if err != nil {
		return 0, err
	}
	if rev > 0 {
		return b.Update(ctx, key, value, rev)
	}
	rev, err = b.Create(ctx, key, value)
	if errors.Is(err, ErrExists) {
		err = fmt.Errorf("%s: %w", key, ErrChanged)
	}
	return rev, err
}

// Value implements [Manager].
func (r *remote) Value(ctx context.Context, bucket, key string) ([]byte, uint64, error) {
	a, err := r.call(ctx, controlRequest{Op: "value", Bucket: bucket, Key: key})
	return a.Value, a.Rev, err
}

// SetValue implements [Manager].
func (r *remote) SetValue(ctx context.Context, bucket, key string, value []byte, rev uint64) (uint64, error) {
	a, err := r.call(ctx, controlRequest{Op: "set value", Bucket: bucket, Key: key, Value: value, Rev: rev})
	return a.Rev, err
}
