package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// envelope is what is stored.
type envelope struct {
	Key     string          `json:"key"`
	Lane    string          `json:"lane,omitempty"`
	Stored  time.Time       `json:"stored"`
	Retried time.Time       `json:"retried,omitzero"` // when an operator put it back
	Value   json.RawMessage `json:"value"`
}

// since is when the item's age begins.
func (e *envelope) since() time.Time {
	if e.Retried.After(e.Stored) {
		return e.Retried
	}
	return e.Stored
}

// stageName gives the names that belong to a stage in JetStream.
type stageName struct {
	q    *Queue
	name string
}

func (n *stageName) stream(shard int) string {
	return n.q.o.Name + "-" + n.name + "-" + strconv.Itoa(shard)
}

// subject is where an item of a lane is stored; the key as its last token makes the server refuse it a second time.
func (n *stageName) subject(part int, last string) string {
	return n.q.o.Name + "." + n.name + "." + strconv.Itoa(part) + "." + last
}

func shardOf(part int) int { return part % stageShards }

func (s *stage) asset(shard int) asset {
	var subjects []string
	for p := shard; p < partitions; p += stageShards {
		subjects = append(subjects, s.names.subject(p, "*"))
	}
	cfg := jetstream.StreamConfig{
		Name: s.names.stream(shard), Subjects: subjects, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
		MaxBytes: s.q.o.MaxBytes / stageShards, Discard: jetstream.DiscardNew, MaxMsgs: -1, Replicas: s.q.replicas(),
		Duplicates:  100 * time.Millisecond, // not used; the smallest window costs least
		AllowDirect: true,
	}
	return asset{stream: cfg.Name, create: func(ctx context.Context, js jetstream.JetStream) error {
		_, err := js.CreateStream(ctx, cfg)
		return err
	}}
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
	if s.recent.has(e.Key) {
		return false, nil
	}
	m, err := s.q.marks.get(ctx, e.Key)
	if err != nil || m.final(s.o.Name, s.o.Once) || (m.state == stateSending && m.stage == s.o.Name) {
		return false, err
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return false, fmt.Errorf("encoding an item: %w", err)
	}
	subject := s.names.subject(bucketOf(e.Lane, partitions), token(e.Key))
	tries := 0
	err = s.q.do(ctx, func(ctx context.Context, se *session) error {
		tries++
		_, err := se.js.Publish(ctx, subject, raw, jetstream.WithExpectLastSequencePerSubject(0), jetstream.WithRetryAttempts(0))
		return err
	})
	switch {
	case err == nil:
		return true, nil
	case isTaken(err):
		return tries > 1, nil // after a time-out it may have been us
	}
	return false, fmt.Errorf("storing an item of %s: %w", s.o.Name, err)
}

func (s *stage) waiting(ctx context.Context) (int, error) {
	n := 0
	for i := range stageShards {
		err := s.q.do(ctx, func(ctx context.Context, se *session) error {
			st, err := se.js.Stream(ctx, s.names.stream(i))
			if err == nil {
				n += int(st.CachedInfo().State.Msgs) //nolint:gosec // a count of stored messages
			}
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("counting %s: %w", s.o.Name, err)
		}
	}
	return n, nil
}
