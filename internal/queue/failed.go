package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	failedName  = "failed"
	failedAge   = 30 * 24 * time.Hour // how long a failed item can be looked at and retried
	failedBytes = 256 << 20           // most bytes of failed items; the oldest go first
)

// failedItem is what is stored of an item that was given up.
type failedItem struct {
	envelope
	Stage    string    `json:"stage"`
	Attempts int       `json:"attempts"`
	Reason   string    `json:"reason"`
	Failed   time.Time `json:"failed"`
}

func failedStream(q *Queue) string { return q.o.Name + "-" + failedName }

func failedSubject(q *Queue, stage, last string) string {
	return q.o.Name + "." + failedName + "." + stage + "." + last
}

func failedAsset(q *Queue) asset {
	cfg := jetstream.StreamConfig{
		Name: failedStream(q), Subjects: []string{failedSubject(q, "*", "*")}, Storage: jetstream.FileStorage, MaxMsgsPerSubject: 1,
		MaxAge: failedAge, MaxBytes: failedBytes, Discard: jetstream.DiscardOld, Replicas: q.replicas(), AllowDirect: true,
	}
	return asset{stream: cfg.Name, create: func(ctx context.Context, js jetstream.JetStream) error {
		_, err := js.CreateStream(ctx, cfg)
		return err
	}}
}

// storeFailed puts an item among the failed ones. Doing it twice leaves one.
func (q *Queue) storeFailed(ctx context.Context, stage string, e *entry) error {
	f := failedItem{envelope: e.env, Stage: stage, Attempts: max(e.attempt, 1), Reason: cut(e.result.Error(), maxReason), Failed: time.Now()}
	if e.bad != nil {
		f.Value = nil
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encoding a failed item: %w", err)
	}
	err = q.do(ctx, func(ctx context.Context, s *session) error {
		_, err := s.js.Publish(ctx, failedSubject(q, stage, keyToken(e.env.Key)), raw)
		return err
	})
	if err != nil {
		return fmt.Errorf("storing a failed item: %w", err)
	}
	return nil
}
