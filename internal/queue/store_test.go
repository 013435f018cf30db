package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func fill(t *testing.T, o Options, n int) {
	t.Helper()
	q, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s := newTestStage(t, q, StageOptions{Name: "events"})
	for i := range n {
		mustPut(t, s, fmt.Sprint("k", i), fmt.Sprint("l", i%20), i)
	}
	closeQueue(t, q)
}

func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(storeDir(dir), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		m[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWrongKeyTouchesNothing(t *testing.T) {
	for _, withCheck := range []bool{true, false} {
		for _, key := range [][]byte{[]byte("another key of 32 bytes.........."), nil} {
			o := testOptions(t)
			fill(t, o, 50)
			if !withCheck {
				if err := os.Remove(keyPath(o.Dir)); err != nil {
					t.Fatal(err)
				}
			}
			before := snapshot(t, o.Dir)
			wrong := o
			wrong.Key = key
			_, err := Open(t.Context(), wrong)
			if !errors.As(err, new(*DamagedError)) {
				t.Fatalf("Open with another key = %v, want a DamagedError", err)
			}
			after := snapshot(t, o.Dir)
			for p, b := range before {
				if after[p] != b {
					t.Errorf("%s was changed", p)
				}
			}
			q := openQueue(t, o)
			s := newTestStage(t, q, StageOptions{Name: "events"})
			if n, err := s.Waiting(t.Context()); n != 50 || err != nil {
				t.Errorf("with the right key again: Waiting() = %d, %v, want 50", n, err)
			}
		}
	}
}

func TestStoreIsEncryptedAndClosedToOthers(t *testing.T) {
	o := testOptions(t)
	fill(t, o, 5)
	err := filepath.WalkDir(o.Dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		i, err := d.Info()
		if err != nil {
			return err
		}
		if i.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", p, i.Mode())
		}
		if i.Mode().IsRegular() {
			b, err := os.ReadFile(p)
			if bytes.Contains(b, []byte("tracking code")) || bytes.Contains(b, o.Key) {
				t.Errorf("%s holds plain text", p)
			}
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDamagedMetaDataStopsTheStart(t *testing.T) {
	o := testOptions(t)
	fill(t, o, 50)
	meta := filepath.Join(streamDir(o.Dir, "trackbot-stage-events"), "meta.inf")
	flip(t, meta, 10)
	before := snapshot(t, o.Dir)
	_, err := Open(t.Context(), o)
	if e, ok := errors.AsType[*DamagedError](err); !ok || !strings.Contains(e.What, "trackbot-stage-events") {
		t.Fatalf("Open = %v, want a DamagedError that names the stream", err)
	}
	if after := snapshot(t, o.Dir); after[meta] != before[meta] {
		t.Error("the damaged meta data was changed")
	}
	flip(t, meta, 10)
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "events"})
	if n, err := s.Waiting(t.Context()); n != 50 || err != nil {
		t.Errorf("repaired: Waiting() = %d, %v, want 50", n, err)
	}
}

func flip(t *testing.T, path string, at int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 0x10
	if err := os.WriteFile(path, b, filePerm); err != nil {
		t.Fatal(err)
	}
}

// Torn and flipped message blocks: the start goes on with what is whole and says how many are missing.
func TestDamagedMessagesAreCounted(t *testing.T) {
	damage := map[string]func(t *testing.T, blk string){
		"flipped in the middle": func(t *testing.T, blk string) {
			t.Helper()
			b, _ := os.ReadFile(blk)
			flip(t, blk, len(b)/2)
		},
		"last record torn": func(t *testing.T, blk string) {
			t.Helper()
			i, err := os.Stat(blk)
			if err == nil {
				err = os.Truncate(blk, i.Size()-7)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"cut in half": func(t *testing.T, blk string) {
			t.Helper()
			i, err := os.Stat(blk)
			if err == nil {
				err = os.Truncate(blk, i.Size()/2)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, f := range damage {
		for _, index := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, index %v", name, index), func(t *testing.T) {
				o := testOptions(t)
				var logged bytes.Buffer
				fill(t, o, 200)
				dir := filepath.Join(streamDir(o.Dir, "trackbot-stage-events"), "msgs")
				f(t, filepath.Join(dir, "1.blk"))
				if !index {
					if err := os.Remove(filepath.Join(dir, "index.db")); err != nil {
						t.Fatal(err)
					}
				}
				o.Logger = slog.New(slog.NewTextHandler(&logged, nil))
				q := openQueue(t, o)
				s := newTestStage(t, q, StageOptions{Name: "events"})
				var ran atomic.Int32
				runStage(t, s, func(context.Context, Item[question]) error { ran.Add(1); return nil })
				eventually(t, "what is whole is run", func() bool { n, err := s.Waiting(t.Context()); return n == 0 && err == nil })
				missing := 200 - int(ran.Load())
				t.Logf("missing %d, said %d", missing, q.Unreadable())
				if missing == 0 || q.Unreadable() != missing {
					t.Errorf("%d messages are missing, the start said %d", missing, q.Unreadable())
				}
				if !strings.Contains(logged.String(), "part of the store can't be read") {
					t.Errorf("the log does not say it: %s", &logged)
				}
			})
		}
	}
}

func TestCleanStartMissesNothing(t *testing.T) {
	o := testOptions(t)
	fill(t, o, 100)
	for range 3 {
		q, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		s := newTestStage(t, q, StageOptions{Name: "events"})
		stop := runStage(t, s, func(ctx context.Context, _ Item[question]) error {
			pause(ctx, 10*time.Millisecond)
			return nil
		})
		pause(t.Context(), 50*time.Millisecond)
		stop()
		if q.Unreadable() != 0 {
			t.Errorf("Unreadable() = %d, want 0", q.Unreadable())
		}
		closeQueue(t, q)
	}
}

func TestReserve(t *testing.T) {
	o := testOptions(t)
	var free atomic.Uint64
	free.Store(1 << 30)
	o.free = func(string) (uint64, error) { return free.Load(), nil }
	o.Reserve = 64 << 20
	q := openQueue(t, o)
	events := newTestStage(t, q, StageOptions{Name: "events"})
	replies := newTestStage(t, q, StageOptions{Name: "replies", Internal: true})
	mustPut(t, events, "a", "l", 1)
	free.Store(32 << 20)
	within(t, 2*time.Second, "noticed", func() bool { return q.Ready() != nil })
	_, err := events.Put(t.Context(), "b", "l", question{})
	if e, ok := errors.AsType[*UnavailableError](err); !ok || !strings.Contains(e.Error(), "32 MB free, 64 MB are kept") {
		t.Errorf("Put = %v, want an UnavailableError that says how much is free", err)
	}
	mustPut(t, replies, "b", "l", 1) // our own work goes on
	free.Store(1 << 20)
	within(t, 2*time.Second, "refused too", func() bool {
		_, err := replies.Put(t.Context(), "c", "l", question{})
		return err != nil
	})
	free.Store(1 << 30)
	within(t, 2*time.Second, "ready again", func() bool { return q.Ready() == nil })
	mustPut(t, events, "c", "l", 1)
}

// A stream at its MaxBytes refuses; nothing that is stored is dropped for new ones.
func TestFullStageRefuses(t *testing.T) {
	o := testOptions(t)
	o.MaxBytes = 64 << 10
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "events"})
	n := 0
	var err error
	for ; err == nil && n < 1000; n++ {
		_, err = s.Put(t.Context(), fmt.Sprint("k", n), "l", question{Text: strings.Repeat("x", 500)})
	}
	if !errors.As(err, new(*UnavailableError)) {
		t.Fatalf("Put into a full stage = %v, want an UnavailableError", err)
	}
	if w, err := s.Waiting(t.Context()); w != n-1 || err != nil {
		t.Errorf("Waiting() = %d, %v, want %d", w, err, n-1)
	}
	if err := q.Ready(); err != nil {
		t.Errorf("Ready() = %v: a full stage is not a broken store", err)
	}
}

// A kill while the server began a message block must not keep the store from opening.
func TestEmptyBlockOfAKilledProcess(t *testing.T) {
	o := testOptions(t)
	fill(t, o, 50)
	dir := filepath.Join(streamDir(o.Dir, "trackbot-stage-events"), "msgs")
	for _, err := range []error{
		os.Remove(filepath.Join(dir, "index.db")), os.Remove(countsPath(o.Dir)),
		os.WriteFile(filepath.Join(dir, "2.blk"), nil, filePerm), os.WriteFile(filepath.Join(dir, "2.key.tmp"), nil, filePerm),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "events"})
	if n, err := s.Waiting(t.Context()); n != 50 || err != nil {
		t.Errorf("Waiting() = %d, %v, want 50", n, err)
	}
}

// A process killed while it made a stream leaves a folder without meta data. Nothing is in it, so it stops no start.
func TestStreamThatWasNeverMade(t *testing.T) {
	for _, left := range []string{"", "meta.inf"} {
		o := testOptions(t)
		q := openQueue(t, o)
		s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
		if _, err := s.Put(t.Context(), "k", "l", question{Text: "kept"}); err != nil {
			t.Fatal(err)
		}
		if err := q.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		dir := streamDir(o.Dir, "trackbot-stage-later")
		if err := os.MkdirAll(filepath.Join(dir, "msgs"), 0o700); err != nil {
			t.Fatal(err)
		}
		if left != "" {
			if err := os.WriteFile(filepath.Join(dir, left), []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		q = openQueue(t, o)
		s = newTestStage(t, q, StageOptions{Name: "replies", Once: true})
		if n, err := s.Waiting(t.Context()); n != 1 || err != nil {
			t.Errorf("with %q left: %d items wait (%v), want the one that was stored", left, n, err)
		}
	}
}
