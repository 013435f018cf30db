package audit

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// faults makes a log's disk fail.
type faults struct {
	room     int64 // bytes that a full disk still takes; below 0: no limit
	readOnly bool
	sync     error
	cut      error // of truncate
}

// put sets the faults into a log. The reserve's room comes back when it is given up.
func (d *faults) put(l *Log) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.disk.write = func(f *os.File, b []byte) (int, error) {
		if d.readOnly {
			return 0, syscall.EROFS
		}
		if overwrites := filepath.Base(f.Name()) == reserveName && len(b) == 1; d.room < 0 || overwrites {
			return f.Write(b)
		}
		n, err := f.Write(b[:min(int64(len(b)), d.room)])
		d.room -= int64(n)
		if err == nil && n < len(b) {
			err = syscall.ENOSPC
		}
		return n, err
	}
	l.disk.sync = func(f *os.File) error { return errors.Join(d.sync, f.Sync()) }
	l.disk.truncate = func(f *os.File, n int64) error {
		if d.cut != nil {
			return d.cut
		}
		return f.Truncate(n)
	}
}

// TestFullDisk fills the disk in the middle of a line, with and without the right
// to cut the file back.
func TestFullDisk(t *testing.T) {
	_, _, lines := written(t, 2)
	for _, cut := range []error{nil, syscall.EPERM} {
		for room := 0; room < len(lines[1])-1; room += 43 {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				l := start(t, dir, &clock{noon})
				add(t, l, 1, 1)
				d := &faults{room: int64(room), cut: cut}
				d.put(l)
				if err := l.Append(sample(2)); !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("room %d: Append = %v, want %v", room, err, syscall.ENOSPC)
				}
				if err := l.Writable(); !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("room %d: Writable = %v, want %v", room, err, syscall.ENOSPC)
				}
				if r := verify(t, dir); !r.OK() || r.Seq != 1 {
					t.Fatalf("room %d, full: %+v", room, r)
				}
				d.room = -1
				<-time.After(2 * time.Second)
				if err := l.Writable(); err != nil {
					t.Fatalf("room %d: Writable with room again = %v", room, err)
				}
				add(t, l, 3, 3)
				if r := verify(t, dir); !r.OK() || cut == nil && len(r.Torn) > 0 {
					t.Fatalf("room %d, again: %+v", room, r)
				}
				if got := refs(t, dir, Filter{}); !slices.Equal(got, []string{"7F3K-Q1", "7F3K-Q3"}) {
					t.Fatalf("room %d: records %v", room, got)
				}
			})
		}
	}
}

// TestReserve proves that a line for which no room is left takes the reserve's.
func TestReserve(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, &clock{noon})
	if err := l.Writable(); err != nil {
		t.Fatalf("Writable: %v", err)
	}
	d := new(faults)
	d.put(l)
	full := l.disk.write
	l.disk.write = func(f *os.File, b []byte) (int, error) {
		if _, err := os.Stat(filepath.Join(dir, reserveName)); err != nil && d.room == 0 {
			d.room = 2000 // given back
		}
		return full(f, b)
	}
	add(t, l, 1, 2)
	if err := l.Writable(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Writable on the reserve = %v, want %v", err, syscall.ENOSPC)
	}
	holds(t, dir, 2)
}

// TestWholeLineWithoutItsEnd fills the disk at the line feed, where the file can't
// be cut back: the line stands there, so the chain takes it in.
func TestWholeLineWithoutItsEnd(t *testing.T) {
	dir, _, lines := written(t, 2)
	l := start(t, dir, &clock{noon})
	d := &faults{room: int64(len(lines[1])) - 1, cut: syscall.EPERM}
	d.put(l)
	if err := l.Append(sample(3)); err == nil {
		t.Error("Append = nil")
	}
	d.room = -1
	add(t, l, 4, 4)
	if r := verify(t, dir); !r.OK() || r.Seq != 4 {
		t.Errorf("report = %+v", r)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := start(t, t.TempDir(), &clock{noon})
		d := &faults{room: -1, readOnly: true}
		d.put(l)
		if err := l.Writable(); !errors.Is(err, syscall.EROFS) {
			t.Errorf("Writable = %v, want %v before any Append failed", err, syscall.EROFS)
		}
		d.readOnly = false
		<-time.After(2 * time.Second)
		if err := l.Writable(); err != nil {
			t.Errorf("Writable afterwards = %v", err)
		}
	})
}

func TestFailedSyncIsAFailedAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l := start(t, dir, &clock{noon})
		add(t, l, 1, 1)
		d := &faults{room: -1, sync: syscall.EIO}
		d.put(l)
		if err := l.Append(sample(2)); !errors.Is(err, syscall.EIO) {
			t.Errorf("Append = %v, want %v", err, syscall.EIO)
		}
		if err := l.Writable(); !errors.Is(err, syscall.EIO) {
			t.Errorf("Writable = %v, want %v", err, syscall.EIO)
		}
		d.sync = nil
		add(t, l, 3, 3)
		<-time.After(2 * time.Second)
		if err := l.Writable(); err != nil {
			t.Errorf("Writable afterwards = %v", err)
		}
		holds(t, dir, 2)
	})
}

func TestFilesTakenAwayWhileRunning(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "audit-2026-07-03.jsonl")
	l := start(t, dir, &clock{noon})
	add(t, l, 1, 3)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	add(t, l, 4, 5)
	r := verify(t, dir)
	if r.OK() || r.Problems[0].Kind != KindRemoved || r.Seq != 5 {
		t.Errorf("file taken away: %+v", r)
	}
}

func TestForeignLineWhileRunning(t *testing.T) {
	for _, foreign := range []string{"garbage\n", "garbage", `{"seq":3,"time":"2026-07-03T12:00:00Z","prev":""}` + "\n"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "audit-2026-07-03.jsonl")
		l := start(t, dir, &clock{noon})
		add(t, l, 1, 2)
		write(t, file, slices.Concat(read(t, file), []byte(foreign)))
		add(t, l, 3, 4)
		r := verify(t, dir)
		at := Place{"audit-2026-07-03.jsonl", 3}
		if foreign == "garbage" {
			if got := refs(t, dir, Filter{}); len(r.Torn) != 1 || r.Torn[0] != at || len(got) != 4 {
				t.Errorf("after %q: records %v, %+v", foreign, got, r)
			}
		} else if len(r.Problems) != 1 || r.Problems[0].Place != at || r.Problems[0].Kind != KindInserted {
			t.Errorf("after %q: %+v", foreign, r)
		}
	}
}

func TestFolderTakenAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audit")
	l := start(t, dir, &clock{noon})
	add(t, l, 1, 1)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := l.Writable(); err == nil {
		t.Error("Writable without a folder = nil")
	}
	if err := l.Append(sample(2)); err == nil {
		t.Error("Append without a folder = nil")
	}
}

// TestLongTornTail has a tail that no line buffer holds.
func TestLongTornTail(t *testing.T) {
	dir, file, _ := written(t, 1)
	write(t, file, slices.Concat(read(t, file), bytes.Repeat([]byte("x"), 3*maxLine)))
	l := start(t, dir, &clock{noon})
	add(t, l, 2, 3)
	r := verify(t, dir)
	if len(r.Problems) != 1 || r.Problems[0].Place != (Place{"audit-2026-07-03.jsonl", 2}) || r.Seq != 4 {
		t.Errorf("report = %+v", r)
	}
}

// TestOneSyncForMany proves that a line is synced before Append returns, and that
// callers who wait together share it.
func TestOneSyncForMany(t *testing.T) {
	l := quick(t, t.TempDir())
	defer stop(t, l)
	syncs, begun, slow := 0, make(chan bool, 50), make(chan bool)
	l.disk.sync = func(*os.File) error {
		syncs++
		begun <- true
		<-slow
		return nil
	}
	results := make(chan error, 50)
	ask := func() { results <- l.Append(sample(1)) }
	go ask()
	<-begun
	for range cap(results) - 1 {
		go ask()
	}
	for queued := 0; queued < cap(results)-1; runtime.Gosched() { // they wait for the first
		l.waiting.Lock()
		queued = len(l.queue)
		l.waiting.Unlock()
	}
	if len(results) > 0 {
		t.Error("Append returned before its line was synced")
	}
	close(slow)
	for range cap(results) {
		if err := <-results; err != nil {
			t.Errorf("Append: %v", err)
		}
	}
	if syncs != 2 {
		t.Errorf("%d syncs for 50 lines, want 2", syncs)
	}
}
