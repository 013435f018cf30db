package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// batched counts the messages of a stream that were stored in a batch.
func batched(t *testing.T, q *Queue, stream string) (n int) {
	t.Helper()
	err := q.walk(t.Context(), stream, ">", func(m *jetstream.RawStreamMsg) bool {
		if m.Header.Get("Nats-Batch-Id") != "" {
			n++
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestManyWritesAtOnce(t *testing.T) {
	q := openQueue(t, testOptions(t))
	b, err := q.Bucket(t.Context(), "many", 0)
	if err != nil {
		t.Fatal(err)
	}
	s := newTestStage(t, q, StageOptions{Name: "events"})
	const keys = 100
	var created, fresh atomic.Int64
	var wg sync.WaitGroup
	for i := range 2 * keys { // two of each
		key := fmt.Sprint("k", i%keys)
		wg.Go(func() {
			rev, err := b.Create(t.Context(), key, []byte("first"))
			if errors.Is(err, ErrExists) {
				return
			}
			created.Add(1)
			if err == nil {
				_, err = b.Update(t.Context(), key, []byte("second"), rev) // the revision is the right one
			}
			if err != nil {
				t.Errorf("%s: %v", key, err)
			}
		})
		wg.Go(func() {
			ok, err := s.Put(t.Context(), key, fmt.Sprint("l", i%7), question{N: i})
			if err != nil {
				t.Error(err)
			}
			if ok {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	for i := range keys {
		v, _, err := b.Get(t.Context(), fmt.Sprint("k", i))
		if err != nil || string(v) != "second" {
			t.Errorf("k%d is %q, %v", i, v, err)
		}
	}
	if created.Load() != keys {
		t.Errorf("%d creates went well, want one a key", created.Load())
	}
	// Lanes of one key differ here, so that both may be taken; no key is stored twice in a lane.
	if n, err := s.Waiting(t.Context()); err != nil || int64(n) != fresh.Load() || n < keys {
		t.Errorf("%d items wait, %v, and %d were fresh", n, err, fresh.Load())
	}
	if n := batched(t, q, "trackbot-stage-events"); n == 0 {
		t.Error("nothing was stored in a batch")
	}
	if b.writer.alone != 0 || b.writer.busy || len(b.writer.queue) != 0 {
		t.Errorf("the writer is not at rest: %d alone, busy %v, %d wait", b.writer.alone, b.writer.busy, len(b.writer.queue))
	}
}

// Who stops waiting leaves no place taken, and one refused message of a batch does not spoil the others.
func TestWriterGoesOn(t *testing.T) {
	q := openQueue(t, testOptions(t))
	b, err := q.Bucket(t.Context(), "many", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(t.Context(), "taken", nil); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 90 {
		wg.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			key := fmt.Sprint("k", i)
			switch i % 3 {
			case 0:
				go cancel()
				_, _ = b.Put(ctx, key, nil) // it may have been written before
			case 1:
				if _, err := b.Update(ctx, "taken", []byte(key), 99); !errors.Is(err, ErrChanged) {
					t.Errorf("Update with another revision = %v, want ErrChanged", err)
				}
			default:
				if _, err := b.Put(ctx, key, nil); err != nil {
					t.Errorf("Put = %v", err)
				}
			}
		})
	}
	wg.Wait()
	eventually(t, "the writer rests", func() bool {
		b.writer.mu.Lock()
		defer b.writer.mu.Unlock()
		return b.writer.alone == 0 && !b.writer.busy && len(b.writer.queue) == 0
	})
	for i := 2; i < 90; i += 3 {
		if _, _, err := b.Get(t.Context(), fmt.Sprint("k", i)); err != nil {
			t.Errorf("k%d: %v", i, err)
		}
	}
}
