package queue

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// maxCrashes is how many times an item may be running when the process ends before it counts as the cause, by default.
const maxCrashes = 5

// attempts counts what was begun and not ended, so that an item that kills the process is known after the restart.
type attempts interface {
	// begin notes that a run starts; crashes is how many earlier runs never ended.
	begin(ctx context.Context, key string) (attempt, crashes int, err error)
	// rest notes that the item does not run but is not done.
	rest(ctx context.Context, key string) error
	// resume notes that the run which begin announced goes on after a rest.
	resume(ctx context.Context, key string) error
	// end forgets the item.
	end(ctx context.Context, key string) error
	close() error
}

// fileAttempts keeps the counts in a file of small slots beside an embedded store. A slot is written before the item is
// touched. It is not synced: what the kernel has survives the death of the process, and after a power loss nobody needs
// to know which item was running.
type fileAttempts struct {
	path string

	mu    sync.Mutex
	f     *os.File // nil until the folder can be written
	slots map[[16]byte]*slot
	free  []int64
	next  int64
}

type slot struct {
	at       int64
	running  bool
	crashes  uint8
	attempts uint16
}

// A slot on disk: 1 byte state (0 free, 1 resting, 2 running), 1 byte crashes, 2 bytes attempts, 16 bytes of the key's
// SHA-256, 4 bytes CRC-32 of the bytes before, 8 bytes unused.
const slotSize = 32

const (
	slotResting = 1
	slotRunning = 2
)

// openAttempts opens the file, or leaves that for later where the folder can't be written now.
func openAttempts(dir, stage string) (*fileAttempts, error) {
	a := &fileAttempts{path: filepath.Join(dir, "attempts-"+stage), slots: map[[16]byte]*slot{}}
	if err := a.open(); err != nil && !isNoRoom(err) {
		return nil, err
	}
	return a, nil
}

func (a *fileAttempts) open() error {
	if a.f != nil {
		return nil
	}
	f, err := os.OpenFile(a.path, os.O_RDWR|os.O_CREATE, filePerm)
	if err != nil {
		return fmt.Errorf("opening the attempts: %w", err)
	}
	b, err := os.ReadFile(a.path)
	if err != nil {
		return errors.Join(fmt.Errorf("reading the attempts: %w", err), f.Close())
	}
	for a.f = f; len(b) >= slotSize; b = b[slotSize:] {
		a.load(b[:slotSize])
	}
	return nil
}

// load reads the next slot. One that is damaged counts as free.
func (a *fileAttempts) load(b []byte) {
	at := a.next
	a.next += slotSize
	sound := binary.LittleEndian.Uint32(b[20:]) == crc32.ChecksumIEEE(b[:20])
	if b[0] == 0 || !sound {
		a.free = append(a.free, at)
		return
	}
	a.slots[[16]byte(b[4:20])] = &slot{
		at: at, running: b[0] == slotRunning, crashes: b[1], attempts: binary.LittleEndian.Uint16(b[2:]),
	}
}

func hashKey(key string) [16]byte {
	h := sha256.Sum256([]byte(key))
	return [16]byte(h[:16])
}

func (a *fileAttempts) begin(_ context.Context, key string) (int, int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.open(); err != nil {
		return 0, 0, &UnavailableError{Reason: "attempts can't be counted", Err: err}
	}
	h := hashKey(key)
	s := a.slots[h]
	if s == nil {
		s = &slot{at: a.next}
		if n := len(a.free); n > 0 {
			s.at, a.free = a.free[n-1], a.free[:n-1]
		} else {
			a.next += slotSize
		}
		a.slots[h] = s
	}
	if s.running && s.crashes < 255 {
		s.crashes++
	}
	s.running = true
	if s.attempts < 1<<16-1 {
		s.attempts++
	}
	return int(s.attempts), int(s.crashes), a.write(h, s)
}

func (a *fileAttempts) rest(_ context.Context, key string) error { return a.setRunning(key, false) }

func (a *fileAttempts) resume(_ context.Context, key string) error { return a.setRunning(key, true) }

func (a *fileAttempts) setRunning(key string, running bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := hashKey(key)
	s := a.slots[h]
	if s == nil {
		return nil
	}
	s.running = running
	return a.write(h, s)
}

func (a *fileAttempts) end(_ context.Context, key string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := hashKey(key)
	s := a.slots[h]
	if s == nil {
		return nil
	}
	delete(a.slots, h)
	a.free = append(a.free, s.at)
	var b [slotSize]byte
	_, err := a.f.WriteAt(b[:], s.at)
	return err
}

func (a *fileAttempts) write(h [16]byte, s *slot) error {
	var b [slotSize]byte
	b[0] = slotResting
	if s.running {
		b[0] = slotRunning
	}
	b[1] = s.crashes
	binary.LittleEndian.PutUint16(b[2:], s.attempts)
	copy(b[4:], h[:])
	binary.LittleEndian.PutUint32(b[20:], crc32.ChecksumIEEE(b[:20]))
	_, err := a.f.WriteAt(b[:], s.at)
	return err
}

func (a *fileAttempts) close() error {
	if a.f == nil {
		return nil
	}
	return a.f.Close()
}

// bucketAttempts keeps the counts of a cluster in the memory of its nodes: they must outlive a bot, not the cluster.
type bucketAttempts struct{ b *Bucket }

type attemptValue struct {
	Attempts int  `json:"attempts"`
	Crashes  int  `json:"crashes,omitempty"`
	Running  bool `json:"running,omitempty"`
}

func newBucketAttempts(q *Queue, stage string) (*bucketAttempts, asset) {
	b, a := q.newBucket("attempts-"+stage, 24*time.Hour, jetstream.MemoryStorage)
	return &bucketAttempts{b}, a
}

func (a *bucketAttempts) begin(ctx context.Context, key string) (int, int, error) {
	first, err := json.Marshal(attemptValue{Attempts: 1, Running: true})
	if err != nil {
		return 0, 0, err
	}
	if _, err = a.b.Create(ctx, key, first); !errors.Is(err, ErrExists) {
		return 1, 0, err
	}
	var v attemptValue
	err = a.change(ctx, key, func(now *attemptValue) {
		if now.Running {
			now.Crashes++
		}
		now.Running = true
		now.Attempts++
		v = *now
	})
	return v.Attempts, v.Crashes, err
}

func (a *bucketAttempts) rest(ctx context.Context, key string) error {
	return a.change(ctx, key, func(v *attemptValue) { v.Running = false })
}

func (a *bucketAttempts) resume(ctx context.Context, key string) error {
	return a.change(ctx, key, func(v *attemptValue) { v.Running = true })
}

func (a *bucketAttempts) end(ctx context.Context, key string) error { return a.b.Delete(ctx, key, 0) }

func (*bucketAttempts) close() error { return nil }

func (a *bucketAttempts) change(ctx context.Context, key string, f func(*attemptValue)) error {
	raw, rev, err := a.b.Get(ctx, key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	var v attemptValue
	if err == nil {
		if err = json.Unmarshal(raw, &v); err != nil {
			v = attemptValue{}
		}
	}
	f(&v)
	raw, err = json.Marshal(v)
	if err == nil {
		_, err = a.b.Update(ctx, key, raw, rev)
	}
	if errors.Is(err, ErrChanged) {
		return &UnavailableError{Reason: "another replica counts the same item", Err: err}
	}
	return err
}
