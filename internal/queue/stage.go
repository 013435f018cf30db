package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// StageOptions says how a stage treats its items. Only Name is required.
type StageOptions struct {
	Name        string        // letters, digits, - and _
	Workers     int           // most handlers at once; 32
	MaxAttempts int           // runs of one item, its first included, after which a temporary error is final; 0: no limit
	MaxAge      time.Duration // time since Put after which an item is not run or retried any more; 0: no limit
	MaxCrashes  int           // ends of the process during a run of one item, after which the item counts as their cause; 5
	Once        bool          // mark an item durably before and after its run; see the package's documentation
	Internal    bool          // filled by our own work: Put goes on until only a quarter of the reserve is left
	Grace       time.Duration // how long running handlers may finish when Run's context ends; 10 s
	// Backoff says how long to wait after the nth run (from 1) failed with a temporary error that names no time. By
	// default about 1 s, doubling up to 60 s, with jitter.
	Backoff func(n int) time.Duration
}

// Item is what a handler gets.
type Item[T any] struct {
	Key     string
	Lane    string
	Value   T
	Stored  time.Time // of its first Put
	Attempt int       // 1 is the first
	// Again says that an earlier run was cut off, or ended with an error that is Uncertain: it may have acted. It stays
	// true until the item is done, or ends with an error whose Uncertain says false.
	Again bool
}

// Handler does the work of one item. Nil ends the item. An error that has Temporary() bool and says true, or
// RetryAfter() time.Duration above zero, is tried again in place: nothing of the same lane runs meanwhile. One that has
// Uncertain() bool says whether this or an earlier run may have acted, and so what the next run's Item.Again is. Any other
// error, and a panic, is final: the item
// goes to the failed ones. The context ends when the stage has waited Grace after it was told to stop; an item whose
// handler returns after the stop with an error stays stored.
type Handler[T any] func(ctx context.Context, it Item[T]) error

// FailFunc is told of an item that is given up, before the item counts as failed, so that somebody can be told. It may
// be called again after a crash. While it returns an error it is tried again, up to ten times.
type FailFunc[T any] func(ctx context.Context, it Item[T], reason error) error

// Stage is a durable line of items of one type. One queue can have several.
type Stage[T any] struct {
	core *stage
	// OnFail, when set before Run, is called for each item that is given up. Its Value is the zero value if the stored
	// bytes can't be decoded.
	OnFail FailFunc[T]
	// Keep, when set before Run of a stage with Once, says what is kept of an item that is done, at most some hundred
	// bytes, and nil for nothing. It is in the mark that says "done", so it costs no write of its own; [Stage.Kept]
	// returns it.
	Keep func(Item[T]) []byte
}

// NewStage makes the stage, and its stream where it is missing. A name can be used once per queue. On a cluster that
// can't be reached yet it returns at once; Put and Run wait for it.
func NewStage[T any](ctx context.Context, q *Queue, o StageOptions) (*Stage[T], error) {
	c, err := newStage(ctx, q, o)
	if err != nil {
		return nil, err
	}
	return &Stage[T]{core: c}, nil
}

// Put stores an item durably and then returns. A key that waits, runs, failed or was done within 72 h is dropped: fresh
// is false and err nil. Items of one lane run in the order of their Puts. Keys and lanes are any strings; a key has 1 to
// 512 bytes. An [UnavailableError] means that nothing was stored, or, after a time-out, that it is not known; repeating
// the Put is safe.
func (s *Stage[T]) Put(ctx context.Context, key, lane string, v T) (fresh bool, err error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return false, fmt.Errorf("encoding an item: %w", err)
	}
	return s.core.put(ctx, envelope{Key: key, Lane: lane, Stored: time.Now(), Value: raw})
}

// Known reports whether a Put of this key and lane would be dropped.
func (s *Stage[T]) Known(ctx context.Context, key, lane string) (bool, error) {
	return s.core.known(ctx, key, lane)
}

// Kept returns what Keep said of an item that was done within 72 h; nil where there is nothing.
func (s *Stage[T]) Kept(ctx context.Context, key string) ([]byte, error) {
	m, err := s.core.q.marks.get(ctx, key)
	if err != nil || m.state != stateDone || m.stage != s.core.o.Name {
		return nil, err
	}
	return m.kept, nil
}

// Run hands items to h until ctx is done, then waits for the handlers under way, at most Grace, and returns the cause.
// What was not finished stays stored. It outlives restarts of the store. Call it once at a time.
func (s *Stage[T]) Run(ctx context.Context, h Handler[T]) error {
	return s.core.run(ctx, work{
		handle: func(ctx context.Context, e envelope, attempt int, again bool) (kept []byte, err error) {
			it, err := item[T](e, attempt, again)
			if err == nil {
				err = h(ctx, it)
			}
			if err == nil && s.Keep != nil {
				kept = s.Keep(it)
			}
			return kept, err
		},
		onFail: func(ctx context.Context, e envelope, attempt int, again bool, reason error) error {
			if s.OnFail == nil {
				return nil
			}
			it, _ := item[T](e, attempt, again) // the zero value stands for what can't be decoded
			return s.OnFail(ctx, it, reason)
		},
	})
}

// Waiting returns how many items are stored and not done: waiting, running or waiting for a retry.
func (s *Stage[T]) Waiting(ctx context.Context) (int, error) { return s.core.waiting(ctx) }

// Running returns how many handlers are at work now.
func (s *Stage[T]) Running() int { return s.core.lanes.runningNow() }

func item[T any](e envelope, attempt int, again bool) (Item[T], error) {
	it := Item[T]{Key: e.Key, Lane: e.Lane, Stored: e.Stored, Attempt: attempt, Again: again}
	if err := json.Unmarshal(e.Value, &it.Value); err != nil {
		var zero T
		it.Value = zero
		return it, fmt.Errorf("decoding the stored item: %w", err)
	}
	return it, nil
}

const (
	partitions     = 16 // subjects with a consumer each; replicas share them out
	defaultWorkers = 32
	defaultGrace   = 10 * time.Second
)

// work is what Run was given, without its type.
type work struct {
	handle func(ctx context.Context, e envelope, attempt int, again bool) (kept []byte, err error)
	onFail func(ctx context.Context, e envelope, attempt int, again bool, reason error) error
}

// stage is a Stage without its type.
type stage struct {
	q        *Queue
	o        StageOptions
	names    stageName
	attempts attempts
	recent   *recent // keys done lately that have no mark; nil with Once
	lanes    *lanes
	writer   writer
	members  *Bucket // replicas that run this stage; nil when embedded

	mu      sync.Mutex
	stopRun context.CancelCauseFunc // nil while not running

	consumers map[int]jetstream.Consumer // by partition, under mu
}

func newStage(ctx context.Context, q *Queue, o StageOptions) (*stage, error) {
	if !validName(o.Name) || o.Name == failedName {
		return nil, fmt.Errorf("stage name %q: want letters, digits, - and _, and not %q", o.Name, failedName)
	}
	if o.Workers < 0 || o.MaxAttempts < 0 || o.MaxCrashes < 0 || o.MaxAge < 0 || o.Grace < 0 {
		return nil, fmt.Errorf("stage %s: a limit is negative", o.Name)
	}
	o.Workers, o.Grace = cmp.Or(o.Workers, defaultWorkers), cmp.Or(o.Grace, defaultGrace)
	o.MaxCrashes = cmp.Or(o.MaxCrashes, maxCrashes)
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	s := &stage{q: q, o: o, names: stageName{q, o.Name}, consumers: map[int]jetstream.Consumer{}}
	if !o.Once {
		s.recent = newRecent()
	}
	s.lanes = newLanes(o.Workers)
	q.mu.Lock()
	_, twice := q.stages[o.Name]
	if !twice {
		q.stages[o.Name] = s
	}
	q.mu.Unlock()
	if twice {
		return nil, fmt.Errorf("stage %s exists already", o.Name)
	}
	if err := s.prepare(ctx); err != nil {
		q.mu.Lock()
		delete(q.stages, o.Name)
		q.mu.Unlock()
		return nil, err
	}
	return s, nil
}

// prepare opens the attempts and makes what is missing.
func (s *stage) prepare(ctx context.Context) error {
	if err := s.q.register(ctx, s.asset()); err != nil {
		return err
	}
	if s.q.embedded() {
		a, err := openAttempts(s.q.o.Dir, s.o.Name)
		if err != nil {
			return err
		}
		s.attempts = a
		return nil
	}
	a, as := newBucketAttempts(s.q, s.o.Name)
	s.attempts = a
	b, bs := s.q.newBucket("members-"+s.o.Name, memberTTL, jetstream.MemoryStorage)
	s.members = b
	return errors.Join(s.q.register(ctx, as), s.q.register(ctx, bs))
}

// backoff is the default wait after the nth run: 1 s, doubling to 60 s, of which the last half is random.
func backoff(n int) time.Duration {
	d := min(time.Second<<min(max(n-1, 0), 6), time.Minute)
	return d/2 + jitter(d/2)
}

// jitter is a random time of at most d.
func jitter(d time.Duration) time.Duration {
	return rand.N(d + 1) //nolint:gosec // no secret
}
