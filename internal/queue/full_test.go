//go:build linux

package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// smallDisk mounts a memory disk, which only root can.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+size); err != nil {
		t.Skipf("no small disk can be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillDisk takes all space but what rest says and returns the file that holds it.
func fillDisk(t *testing.T, dir string, rest uint64) string {
	t.Helper()
	left, err := freeBytes(dir)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "filler")
	f, err := os.Create(name)
	if err == nil {
		_, err = f.Write(make([]byte, left-rest))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return name
}

// The disk really fills up, below any reserve, while items are stored and run. Then there is room again, and without a
// restart of the process everything that was stored is done.
func TestFullDiskHeals(t *testing.T) {
	for _, atOnce := range []int{1, 64} {
		t.Run(fmt.Sprint(atOnce, " at once"), func(t *testing.T) { fullDiskHeals(t, atOnce) })
	}
}

func fullDiskHeals(t *testing.T, atOnce int) {
	t.Helper()
	o := testOptions(t)
	o.Dir = smallDisk(t, "24m")
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "replies", Once: true})
	filler := fillDisk(t, o.Dir, 300<<10)
	var mu sync.Mutex
	ran := map[string]int{}
	runStage(t, s, func(_ context.Context, it Item[question]) error {
		mu.Lock()
		defer mu.Unlock()
		ran[it.Key]++
		return nil
	})
	var stored []string
	put := func(i int) error {
		key := fmt.Sprint("k", i)
		_, err := s.Put(t.Context(), key, fmt.Sprint("l", i%10), question{Text: string(make([]byte, 500))})
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			stored = append(stored, key)
		}
		return err
	}
	var err error
	i := 0
	for ; err == nil && i < 20000; i += atOnce {
		errs := make([]error, atOnce)
		var wg sync.WaitGroup
		for n := range errs {
			wg.Go(func() { errs[n] = put(i + n) })
		}
		wg.Wait()
		err = errors.Join(errs...)
	}
	if !errors.As(err, new(*UnavailableError)) {
		t.Fatalf("Put on a full disk = %v, want an UnavailableError", err)
	}
	t.Logf("full after %d items: %v", len(stored), err)
	eventually(t, "not ready", func() bool { return q.Ready() != nil })
	t.Logf("full after %d items: %v", len(stored), q.Ready())
	pause(t.Context(), 2*time.Second) // it must not come back by itself, nor lose anything by trying
	if q.Ready() == nil && put(i) == nil {
		t.Log("the store found room in its own files")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	within(t, 30*time.Second, "ready again", func() bool { return q.Ready() == nil })
	for range 20 {
		i++
		if err := put(i); err != nil {
			t.Fatalf("Put after the disk has room again: %v", err)
		}
	}
	eventually(t, "all done", func() bool { n, err := s.Waiting(t.Context()); return err == nil && n == 0 })
	mu.Lock()
	defer mu.Unlock()
	for _, k := range stored {
		if ran[k] != 1 {
			t.Errorf("%s ran %d times, want once", k, ran[k])
		}
	}
}

// A bot that starts on a full disk says so and goes on by itself.
func TestStartOnAFullDisk(t *testing.T) {
	o := testOptions(t)
	o.Dir = smallDisk(t, "8m")
	filler := fillDisk(t, o.Dir, 0)
	q := openQueue(t, o)
	if q.Ready() == nil {
		t.Fatal("ready on a full disk")
	}
	s := newTestStage(t, q, StageOptions{Name: "events"})
	if _, err := s.Put(t.Context(), "k", "l", question{}); !errors.As(err, new(*UnavailableError)) {
		t.Errorf("Put = %v, want an UnavailableError", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	within(t, 20*time.Second, "ready", func() bool { return q.Ready() == nil })
	mustPut(t, s, "k", "l", 1)
}

// A start on a folder that can only be read says so, and goes on by itself once it can be written.
func TestStartOnAReadOnlyFolder(t *testing.T) {
	o := testOptions(t)
	o.Dir = smallDisk(t, "24m")
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "events"})
	mustPut(t, s, "a", "l", 1)
	closeQueue(t, q)
	if err := os.Remove(filepath.Join(o.Dir, "attempts-events")); err != nil { // so that it is to be made
		t.Fatal(err)
	}
	remount := func(flags uintptr) {
		t.Helper()
		if err := unix.Mount("tmpfs", o.Dir, "tmpfs", unix.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	remount(unix.MS_RDONLY)
	q = openQueue(t, o)
	s = newTestStage(t, q, StageOptions{Name: "events"})
	if err := q.Ready(); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("Ready() = %v, want that the folder is read-only", err)
	}
	if _, err := s.Put(t.Context(), "b", "l", question{}); !errors.As(err, new(*UnavailableError)) {
		t.Errorf("Put = %v, want an UnavailableError", err)
	}
	var rec record
	runStage(t, s, func(_ context.Context, it Item[question]) error { rec.add(it); return nil })
	remount(0)
	within(t, 20*time.Second, "ready", func() bool { return q.Ready() == nil })
	within(t, 20*time.Second, "what was stored is run", func() bool { return rec.len() == 1 })
	mustPut(t, s, "c", "l", 1)
	within(t, 20*time.Second, "and what came since", func() bool { return rec.len() == 2 })
}
