package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// markAge is how long a done key is known.
const markAge = 72 * time.Hour

// States of a mark. A mark's value is "state stage"; behind "sending" and "resting" also the opening of the queue that runs it.
// Below that line stands what the stage keeps of an item that is done.
const (
	stateSending = "sending"
	stateResting = "resting" // between two runs, the last of which certainly did nothing
	stateDone    = "done"
	stateFailed  = "failed"
	stateDropped = "dropped"
)

// mark says how far a key has come.
type mark struct {
	state string
	stage string // that wrote it
	by    string // the opening of the queue that is sending
	kept  []byte
	rev   uint64
}

func (m mark) value() []byte {
	v := []byte(strings.TrimSpace(m.state + " " + m.stage + " " + m.by))
	if len(m.kept) > 0 {
		v = append(append(v, '\n'), m.kept...)
	}
	return v
}

// open reports whether the key's item with Once waits for its next run, or runs.
func (m mark) open() bool { return m.state == stateSending || m.state == stateResting }

// final reports whether the stage must not run the key any more. What another stage failed or dropped does not bind a
// stage with Once: the answer that tells of the failure has the same key.
func (m mark) final(stage string, once bool) bool {
	switch {
	case m.state == "":
		return false
	case !once || m.state == stateDone:
		return true
	case m.open():
		return m.stage != stage
	}
	return m.stage == stage
}

// marks are shared by all stages.
type marks struct {
	id     string // of this opening of the queue
	bucket *Bucket
}

func newMarks(q *Queue) (*marks, asset) {
	b, a := q.newBucket("done", markAge, jetstream.FileStorage)
	m := &marks{id: q.id, bucket: b}
	a.earlier, a.moved = earlierStreams(a.stream), m.moved
	return m, a
}

// get returns the mark, a zero one where there is none.
func (m *marks) get(ctx context.Context, key string) (mark, error) {
	v, rev, err := m.bucket.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return mark{}, nil
	}
	if err != nil {
		return mark{}, fmt.Errorf("reading a mark: %w", err)
	}
	head, kept, _ := bytes.Cut(v, []byte{'\n'})
	words := append(strings.Fields(string(head)), "", "", "")
	return mark{state: words[0], stage: words[1], by: words[2], kept: kept, rev: rev}, nil
}

// claim writes "sending" durably. Again says that it was there already; skip, that the key is done with.
func (m *marks) claim(ctx context.Context, key, stage string) (got mark, again, skip bool, err error) {
	mine := mark{state: stateSending, stage: stage, by: m.id}
	mine.rev, err = m.bucket.Create(ctx, key, mine.value())
	if err == nil {
		return mine, false, false, nil
	}
	if !errors.Is(err, ErrExists) {
		return mark{}, false, false, fmt.Errorf("claiming a key: %w", err)
	}
	cur, err := m.get(ctx, key)
	switch {
	case err != nil:
		return mark{}, false, false, err
	case cur.final(stage, true):
		return cur, false, true, nil
	}
	// Our own of an earlier run, another stage's failure, or a mark that vanished just now. It is written again in any case:
	// whoever wrote it before can't renew it any more.
	mine.rev, err = m.bucket.Update(ctx, key, mine.value(), cur.rev)
	if err != nil {
		return mark{}, false, false, &UnavailableError{Reason: "a mark changed meanwhile", Err: err}
	}
	return mine, cur.state == stateSending, false, nil
}

// renew writes a mark of ours, which is cur now, once more before another run. [ErrChanged] says that somebody else wrote it
// since.
func (m *marks) renew(ctx context.Context, key string, cur, mine mark) (mark, error) {
	if !cur.open() || cur.by != m.id { // a revision of ours may be one whose answer got lost
		return mine, fmt.Errorf("renewing a mark: %w", ErrChanged)
	}
	mine.state = stateSending
	rev, err := m.bucket.Update(ctx, key, mine.value(), cur.rev)
	if err != nil {
		return mine, fmt.Errorf("renewing a mark: %w", err)
	}
	mine.rev = rev
	return mine, nil
}

// rest writes that the last run of an item of ours certainly did nothing, so that a crash before the next one leaves no doubt.
func (m *marks) rest(ctx context.Context, key string, mine mark) (mark, error) {
	resting := mine
	resting.state = stateResting
	rev, err := m.bucket.Update(ctx, key, resting.value(), mine.rev)
	if err != nil {
		return mine, fmt.Errorf("resting: %w", err)
	}
	resting.rev = rev
	return resting, nil
}

// set moves a mark from what it was to another state. Where another run was faster, its mark stays if that is final.
func (m *marks) set(ctx context.Context, key string, from, to mark) error {
	value := to.value()
	for range 5 {
		var err error
		if from.rev == 0 {
			_, err = m.bucket.Create(ctx, key, value)
		} else {
			_, err = m.bucket.Update(ctx, key, value, from.rev)
		}
		if err == nil {
			return nil
		}
		if !errors.Is(err, ErrChanged) && !errors.Is(err, ErrExists) {
			return fmt.Errorf("setting a mark: %w", err)
		}
		if from, err = m.get(ctx, key); err != nil {
			return err
		}
		if from.state == stateDone || (from.state == to.state && from.stage == to.stage) {
			return nil
		}
	}
	return &UnavailableError{Reason: "a mark keeps changing"}
}

// clear forgets a key, so that it may run again.
func (m *marks) clear(ctx context.Context, key string) error {
	if err := m.bucket.Delete(ctx, key, 0); err != nil {
		return fmt.Errorf("removing a mark: %w", err)
	}
	return nil
}
