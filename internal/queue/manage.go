package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// ErrRunning says that an item can't be dropped or retried because it is at work, or was cut off in the middle.
var ErrRunning = errors.New("it is being worked on")

// stored is a waiting item as it lies in its stream.
type stored struct {
	envelope
	part int
	seq  uint64
}

// Show implements [Manager]. An item that just failed lies for a moment in both places; it has failed.
func (q *Queue) Show(ctx context.Context, stage, key string) (ItemInfo, error) {
	f, err := q.findFailed(ctx, stage, key)
	if err == nil {
		i := f.info()
		i.Value = f.Value
		return i, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return ItemInfo{}, err
	}
	w, err := q.find(ctx, stage, key)
	if err != nil {
		return ItemInfo{}, err
	}
	i := q.info(ctx, stage, w.envelope, q.live(stage))
	i.Value = w.Value
	return i, nil
}

// Retry implements [Manager].
func (q *Queue) Retry(ctx context.Context, stage, key string) error {
	f, err := q.findFailed(ctx, stage, key)
	if errors.Is(err, ErrNotFound) {
		if _, err := q.find(ctx, stage, key); err != nil {
			return err
		}
		if s := q.stage(stage); s != nil {
			s.lanes.hurry(key)
		}
		return nil
	}
	if err != nil {
		return err
	}
	// An item is among the failed a moment before it leaves its stage. One that an earlier Retry put back may stay.
	if w, err := q.find(ctx, stage, key); err == nil && w.Retried.IsZero() {
		return fmt.Errorf("retrying %s: %w", key, ErrRunning)
	} else if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := q.marks.clear(ctx, key); err != nil {
		return err
	}
	if s := q.stage(stage); s != nil {
		s.recent.remove(key)
	}
	e := f.envelope
	e.Retried = time.Now()
	raw, err := e.encode()
	if err != nil {
		return err
	}
	st := &stageName{q, stage}
	err = q.do(ctx, func(ctx context.Context, s *session) error {
		_, err := s.js.Publish(ctx, st.subject(bucketOf(e.Lane, partitions), token(key)), raw, jetstream.WithExpectLastSequencePerSubject(0))
		return err
	})
	if err != nil && !isTaken(err) {
		return fmt.Errorf("putting an item back: %w", err)
	}
	return q.dropFailed(ctx, stage, key)
}

// Drop implements [Manager].
func (q *Queue) Drop(ctx context.Context, stage, key string) error {
	w, err := q.find(ctx, stage, key)
	if errors.Is(err, ErrNotFound) {
		if _, err := q.findFailed(ctx, stage, key); err != nil {
			return err
		}
		return q.dropFailed(ctx, stage, key)
	}
	if err != nil {
		return err
	}
	m, err := q.marks.get(ctx, key)
	if err != nil {
		return err
	}
	s := q.stage(stage)
	if s != nil && !s.lanes.discard(key) {
		return fmt.Errorf("dropping %s: %w", key, ErrRunning)
	}
	if !q.embedded() && m.state == stateSending && m.stage == stage {
		return fmt.Errorf("dropping %s: %w", key, ErrRunning)
	}
	if err := q.marks.set(ctx, key, m, mark{state: stateDropped, stage: stage}); err != nil {
		return err
	}
	err = q.do(ctx, func(ctx context.Context, se *session) error {
		st, err := se.js.Stream(ctx, (&stageName{q, stage}).stream())
		if err == nil {
			err = st.DeleteMsg(ctx, w.seq)
		}
		return err
	})
	if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("dropping %s: %w", key, err)
	}
	if s == nil {
		return nil
	}
	return s.attempts.end(ctx, key)
}

// find returns a waiting item. Its lane is not known, so every partition is asked.
func (q *Queue) find(ctx context.Context, stage, key string) (stored, error) {
	if err := checkName(key); err != nil || !validName(stage) {
		return stored{}, fmt.Errorf("item %q of stage %q: %w", key, stage, errors.Join(ErrNotFound, err))
	}
	st := &stageName{q, stage}
	for part := range partitions {
		m, err := q.last(ctx, st.stream(), st.subject(part, token(key)))
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return stored{}, err
		}
		w := stored{part: part, seq: m.Sequence}
		if err := w.decode(m.Data); err != nil {
			w.envelope = envelope{Key: key, Stored: m.Time}
		}
		return w, nil
	}
	return stored{}, fmt.Errorf("item %q of stage %s: %w", key, stage, ErrNotFound)
}

func (q *Queue) findFailed(ctx context.Context, stage, key string) (failedItem, error) {
	var f failedItem
	m, err := q.last(ctx, failedStream(q), failedSubject(q, stage, keyToken(key)))
	if errors.Is(err, ErrNotFound) {
		return f, fmt.Errorf("item %q of stage %s: %w", key, stage, ErrNotFound)
	}
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(m.Data, &f); err != nil {
		return f, fmt.Errorf("decoding a failed item: %w", err)
	}
	return f, nil
}

func (q *Queue) last(ctx context.Context, stream, subject string) (*jetstream.RawStreamMsg, error) {
	var m *jetstream.RawStreamMsg
	err := q.do(ctx, func(ctx context.Context, s *session) error {
		st, err := s.js.Stream(ctx, stream)
		if err == nil {
			m, err = st.GetLastMsgForSubject(ctx, subject)
		}
		return err
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", stream, err)
	}
	return m, nil
}

func (q *Queue) dropFailed(ctx context.Context, stage, key string) error {
	err := q.do(ctx, func(ctx context.Context, s *session) error {
		st, err := s.js.Stream(ctx, failedStream(q))
		if err == nil {
			err = st.Purge(ctx, jetstream.WithPurgeSubject(failedSubject(q, stage, keyToken(key))))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("removing a failed item: %w", err)
	}
	return nil
}
