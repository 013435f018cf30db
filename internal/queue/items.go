package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// States that [ItemInfo] gives.
const (
	StateWaiting  = "waiting"  // stored, not begun
	StateRunning  = "running"  // its handler is at work
	StateRetrying = "retrying" // it failed and waits for its next try
	StateFailed   = "failed"   // given up
)

// ItemInfo tells of an item that waits, runs or failed.
type ItemInfo struct {
	Stage    string          `json:"stage"`
	Key      string          `json:"key"`
	Lane     string          `json:"lane"`
	State    string          `json:"state"`
	Attempts int             `json:"attempts"` // known of failed items and of those that this process has begun
	Stored   time.Time       `json:"stored"`
	Next     time.Time       `json:"next,omitzero"`   // when it is tried again
	Failed   time.Time       `json:"failed,omitzero"` // when it was given up
	Reason   string          `json:"reason,omitempty"`
	Preview  string          `json:"preview"`         // the first 80 bytes of the value
	Value    json.RawMessage `json:"value,omitempty"` // only from Show
}

// Filter chooses items. The zero value means all, at most 1,000.
type Filter struct {
	Stage string `json:"stage,omitempty"`
	State string `json:"state,omitempty"`
	Limit int    `json:"limit,omitempty"`
}

// Manager lists, shows, retries and drops items: a [Queue] that this process opened, or one that another process holds.
type Manager interface {
	// Items returns what waits, in stored order of each stream, then what failed.
	Items(ctx context.Context, f Filter) ([]ItemInfo, error)
	// Show returns one item with its value, or [ErrNotFound].
	Show(ctx context.Context, stage, key string) (ItemInfo, error)
	// Retry puts a failed item back into its stage, or makes a waiting one due now.
	Retry(ctx context.Context, stage, key string) error
	// Drop removes a failed or waiting item; its key is not taken again for 72 h. One that runs can't be dropped.
	Drop(ctx context.Context, stage, key string) error
	// Value returns what a bucket without a ttl holds under a key, and its revision, or [ErrNotFound]. The bucket is made
	// where it is missing.
	Value(ctx context.Context, bucket, key string) (value []byte, rev uint64, err error)
	// SetValue stores a value there if the key still has revision rev, 0 meaning that there is none ([ErrChanged]
	// otherwise), and returns the new revision.
	SetValue(ctx context.Context, bucket, key string, value []byte, rev uint64) (uint64, error)
	Close(ctx context.Context) error
}

const (
	defaultLimit = 1000
	previewBytes = 80
)

// Attach returns a manager for the queue at o: on a cluster by a connection of its own; else by the control socket of
// the process that holds the folder, or by opening the store where no process does. The caller closes it.
func Attach(ctx context.Context, o Options) (Manager, error) {
	if o.URL == "" {
		if _, err := os.Stat(storeDir(o.Dir)); err != nil {
			return nil, fmt.Errorf("there is no queue in %s: %w", o.Dir, err)
		}
		o.lockWait = 100 * time.Millisecond
	}
	q, err := Open(ctx, o)
	if errors.As(err, new(*LockedError)) {
		return &remote{dir: o.Dir}, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := q.await(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("attaching to the queue: %w", err), q.Close(context.WithoutCancel(ctx)))
	}
	return q, nil
}

// Items implements [Manager].
func (q *Queue) Items(ctx context.Context, f Filter) ([]ItemInfo, error) {
	if f.Limit <= 0 {
		f.Limit = defaultLimit
	}
	var out []ItemInfo
	var err error
	if f.State != StateFailed {
		if out, err = q.storedItems(ctx, f); err != nil {
			return nil, err
		}
	}
	if f.State != "" && f.State != StateFailed {
		return out, nil
	}
	err = q.walk(ctx, failedStream(q), failedSubject(q, cmp.Or(f.Stage, "*"), "*"), func(m *jetstream.RawStreamMsg) bool {
		var fi failedItem
		if len(out) < f.Limit && json.Unmarshal(m.Data, &fi) == nil {
			out = append(out, fi.info())
		}
		return len(out) < f.Limit
	})
	return out, err
}

// storedItems returns what waits or runs.
func (q *Queue) storedItems(ctx context.Context, f Filter) ([]ItemInfo, error) {
	stages, err := q.stageNames(ctx)
	if err != nil {
		return nil, err
	}
	var out []ItemInfo
	for _, name := range stages {
		if f.Stage != "" && f.Stage != name {
			continue
		}
		live := q.live(name)
		err := q.walkStage(ctx, name, func(e envelope) bool {
			i := q.info(ctx, name, e, live)
			if f.State == "" || f.State == i.State {
				out = append(out, i)
			}
			return len(out) < f.Limit
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (f *failedItem) info() ItemInfo {
	return ItemInfo{
		Stage: f.Stage, Key: f.Key, Lane: f.Lane, State: StateFailed, Attempts: f.Attempts, Stored: f.Stored, Failed: f.Failed,
		Reason: f.Reason, Preview: cut(string(f.Value), previewBytes),
	}
}

// info tells of a stored item; live is what this process knows of those it fetched.
func (q *Queue) info(ctx context.Context, stage string, e envelope, live map[string]status) ItemInfo {
	i := ItemInfo{Stage: stage, Key: e.Key, Lane: e.Lane, State: StateWaiting, Stored: e.Stored, Preview: cut(string(e.Value), previewBytes)}
	st, known := live[e.Key]
	switch {
	case !known:
		// On a cluster another replica may be at it.
		if m, err := q.marks.get(ctx, e.Key); !q.embedded() && err == nil && m.state == stateSending && m.stage == stage {
			i.State = StateRunning
		}
	case st.running:
		i.State = StateRunning
	case !st.due.IsZero():
		i.State = StateRetrying
	}
	i.Attempts, i.Next, i.Reason = st.attempt, st.due, st.reason
	return i
}

func (q *Queue) live(stage string) map[string]status {
	if s := q.stage(stage); s != nil {
		return s.lanes.status()
	}
	return nil
}

func (q *Queue) stage(name string) *stage {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.stages[name]
}

// stageNames finds the stages that have streams, whether or not this process made them.
func (q *Queue) stageNames(ctx context.Context) ([]string, error) {
	var names []string
	err := q.do(ctx, func(ctx context.Context, s *session) error {
		names = nil
		l := s.js.StreamNames(ctx)
		for n := range l.Name() {
			if n, ours := strings.CutPrefix(n, q.o.Name+stagePart); ours {
				names = append(names, n)
			}
		}
		return l.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("listing the stages: %w", err)
	}
	slices.Sort(names)
	return names, nil
}

func (q *Queue) walkStage(ctx context.Context, name string, f func(envelope) bool) error {
	st := &stageName{q, name}
	return q.walk(ctx, st.stream(), st.all(), func(m *jetstream.RawStreamMsg) bool {
		var e envelope
		return e.decode(m.Data) != nil || f(e)
	})
}

// walk calls f with each message of a stream that matches, until f returns false.
func (q *Queue) walk(ctx context.Context, stream, subject string, f func(*jetstream.RawStreamMsg) bool) error {
	for seq := uint64(1); ; {
		var m *jetstream.RawStreamMsg
		err := q.do(ctx, func(ctx context.Context, s *session) error {
			st, err := s.js.Stream(ctx, stream)
			if err == nil {
				m, err = st.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(subject))
			}
			return err
		})
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", stream, err)
		}
		if !f(m) {
			return nil
		}
		seq = m.Sequence + 1
	}
}
