package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// envelope is what is stored: one line of JSON without the value, and then the value as its stage wrote it. A value
// can be several kilobytes, and so it is neither parsed nor copied for the sake of the rest.
type envelope struct {
	Key     string          `json:"key"`
	Lane    string          `json:"lane,omitempty"`
	Stored  time.Time       `json:"stored"`
	Retried time.Time       `json:"retried,omitzero"` // when an operator put it back
	Value   json.RawMessage `json:"value,omitempty"`  // only of failed items within the JSON
}

func (e *envelope) encode() ([]byte, error) {
	head := *e
	head.Value = nil
	b, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("encoding an item: %w", err)
	}
	return slices.Concat(b, []byte{'\n'}, e.Value), nil
}

// decode reads what encode wrote. The value stays a part of data.
func (e *envelope) decode(data []byte) error {
	head, value, _ := bytes.Cut(data, []byte{'\n'})
	if err := json.Unmarshal(head, e); err != nil {
		return fmt.Errorf("decoding an item: %w", err)
	}
	if !json.Valid(value) {
		return errors.New("the value of an item is no JSON")
	}
	e.Value = value
	return nil
}

// since is when the item's age begins.
func (e *envelope) since() time.Time {
	if e.Retried.After(e.Stored) {
		return e.Retried
	}
	return e.Stored
}

// stagePart is between the queue's name and a stage's in the name of a stream.
const stagePart = "-stage-"

// stageName gives the names that belong to a stage in JetStream.
type stageName struct {
	q    *Queue
	name string
}

func (n *stageName) stream() string { return n.q.o.Name + stagePart + n.name }

// subject is where an item of a lane is stored; the key as its last token makes the server refuse it a second time.
func (n *stageName) subject(part int, last string) string {
	return n.q.o.Name + "." + n.name + "." + strconv.Itoa(part) + "." + last
}

// all matches every subject of the stage.
func (n *stageName) all() string { return n.q.o.Name + "." + n.name + ".*.*" }

func (s *stage) asset() asset {
	cfg := jetstream.StreamConfig{
		Name: s.names.stream(), Subjects: []string{s.names.all()}, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
		MaxBytes: s.q.o.MaxBytes, Discard: jetstream.DiscardNew, MaxMsgs: -1, Replicas: s.q.replicas(),
		Duplicates:  100 * time.Millisecond, // not used; the smallest window costs least
		AllowDirect: true,
	}
	return asset{stream: cfg.Name, create: func(ctx context.Context, js jetstream.JetStream) error {
		_, err := js.CreateStream(ctx, cfg)
		return err
	}, earlier: earlierStreams(s.q.o.Name + "-" + s.o.Name), moved: movedItem}
}

// put stores an item unless its key is known.
func (s *stage) put(ctx context.Context, e envelope) (bool, error) {
	if err := checkName(e.Key); err != nil {
		return false, err
	}
	reserve := s.q.o.Reserve
	if s.o.Internal {
		reserve /= 4
	}
	if s.q.embedded() {
		if err := s.q.space.check(reserve); err != nil {
			return false, err
		}
	}
	if over, err := s.over(ctx, e.Key); err != nil || over {
		return false, err
	}
	raw, err := e.encode()
	if err != nil {
		return false, err
	}
	subject := s.names.subject(bucketOf(e.Lane, partitions), token(e.Key))
	tries, twice := 0, false
	err = s.q.do(ctx, func(ctx context.Context, se *session) (err error) {
		tries++
		_, twice, err = s.writer.publish(ctx, se, expecting(subject, raw, 0))
		return err
	})
	switch {
	case err == nil:
		return true, nil
	case isTaken(err):
		return tries > 1 || twice, nil // after a time-out it may have been us
	}
	return false, fmt.Errorf("storing an item of %s: %w", s.o.Name, err)
}

// over reports whether a key runs in this stage, or is done with.
func (s *stage) over(ctx context.Context, key string) (bool, error) {
	if s.recent.has(key) {
		return true, nil
	}
	m, err := s.q.marks.get(ctx, key)
	return err == nil && (m.final(s.o.Name, s.o.Once) || m.open() && m.stage == s.o.Name), err
}

// known is over, or waits.
func (s *stage) known(ctx context.Context, key, lane string) (bool, error) {
	if err := checkName(key); err != nil {
		return false, err
	}
	if over, err := s.over(ctx, key); err != nil || over {
		return over, err
	}
	part := bucketOf(lane, partitions)
	_, err := s.q.last(ctx, s.names.stream(), s.names.subject(part, token(key)))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *stage) waiting(ctx context.Context) (int, error) {
	n := 0
	err := s.q.do(ctx, func(ctx context.Context, se *session) error {
		st, err := se.js.Stream(ctx, s.names.stream())
		if err == nil {
			n = int(st.CachedInfo().State.Msgs) //nolint:gosec // a count of stored messages
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("counting %s: %w", s.o.Name, err)
	}
	return n, nil
}
