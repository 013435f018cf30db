package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
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

// fillDisk takes all the space and returns the file that holds it.
func fillDisk(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "filler")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// wantErr requires that the database becomes well, or tells why it isn't, within some probes.
func wantErr(t *testing.T, db *store.DB, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := db.Err()
		if words == "" && err == nil || words != "" && err != nil && strings.Contains(err.Error(), words) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("Err = %v, want %q", err, words)
		case <-tick.C:
		}
	}
}

func put(t *testing.T, db *store.DB, key string) error {
	t.Helper()
	return db.Update(t.Context(), func(tx *store.Tx) error {
		return tx.SetNote(key, bytes.Repeat([]byte("v"), 500), 0)
	})
}

// The disk fills up while many write. What was committed stays, what failed says why, and once there is room again the
// database goes on by itself.
func TestFullDisk(t *testing.T) {
	for name, k := range map[string][]byte{"plain": nil, "encrypted": key(1)} {
		for _, atOnce := range []int{1, 16} {
			t.Run(fmt.Sprint(name, " ", atOnce, " at once"), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { fullDisk(t, k, atOnce) })
			})
		}
	}
}

func fullDisk(t *testing.T, k []byte, atOnce int) {
	t.Helper()
	e := storetest.SQLite(t)
	e.Options.Key = k
	e.Options.Dir = smallDisk(t, "4m")
	db := e.Open(t)
	var mu sync.Mutex
	stored := map[string]bool{}
	var failure error
	for round := 0; failure == nil && round < 100000; round++ {
		var all sync.WaitGroup
		for i := range atOnce {
			all.Go(func() {
				name := fmt.Sprint(round, "-", i)
				err := put(t, db, name)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failure = err
				} else {
					stored[name] = true
				}
			})
		}
		all.Wait()
	}
	u, ok := errors.AsType[*store.UnavailableError](failure)
	if !ok || !strings.Contains(u.Error(), "the disk is full") || !u.Temporary() {
		t.Fatalf("Update on a full disk = %v, want an UnavailableError", failure)
	}
	if len(stored) < 100 {
		t.Errorf("full after %d notes", len(stored))
	}
	if n := count(t, db, "SELECT count(*) FROM note"); n != len(stored) {
		t.Errorf("%d notes, want the %d that were committed", n, len(stored))
	}
	if err := unix.Mount("tmpfs", e.Options.Dir, "tmpfs", unix.MS_REMOUNT, "size=16m"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, db, "")
	if err := put(t, db, "after"); err != nil {
		t.Errorf("Update with room again = %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, e.Open(t), "SELECT count(*) FROM note"); n != len(stored)+1 {
		t.Errorf("%d notes after opening again, want %d", n, len(stored)+1)
	}
}

// A bot that starts on a full disk says so, and goes on by itself. The command line fails.
func TestStartOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := storetest.SQLite(t)
		e.Options.Dir = smallDisk(t, "8m")
		filler := fillDisk(t, e.Options.Dir)
		cli := e.Options
		cli.Bot = false
		if _, err := store.Open(t.Context(), cli); !strings.Contains(fmt.Sprint(err), "the disk is full") {
			t.Errorf("Open = %v, want that the disk is full", err)
		}
		db := e.Open(t)
		wantErr(t, db, "the disk is full")
		if _, ok := errors.AsType[*store.UnavailableError](put(t, db, "a")); !ok {
			t.Error("Update on a full disk did not return an UnavailableError")
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		wantErr(t, db, "")
		if err := put(t, db, "a"); err != nil {
			t.Error(err)
		}
	})
}

// On a disk that became read-only, at the start or later, the bot says so, can read, and goes on once it can write.
func TestReadOnlyDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := storetest.SQLite(t)
		e.Options.Dir = smallDisk(t, "8m")
		remount := func(flags uintptr) {
			t.Helper()
			if err := unix.Mount("tmpfs", e.Options.Dir, "tmpfs", unix.MS_REMOUNT|flags, "size=8m"); err != nil {
				t.Fatal(err)
			}
		}
		if err := filled(t, e).Close(); err != nil {
			t.Fatal(err)
		}
		remount(unix.MS_RDONLY)
		frozen := e.Options
		frozen.ReadOnly = true
		check, err := store.Open(t.Context(), frozen)
		if err != nil {
			t.Fatal(err)
		}
		if got := note(t, check, "a"); !strings.HasPrefix(got, "secret") {
			t.Errorf("the note is %q", got)
		}
		if err := check.Close(); err != nil {
			t.Fatal(err)
		}
		db := e.Open(t)
		wantErr(t, db, "read-only")
		if _, ok := errors.AsType[*store.UnavailableError](put(t, db, "b")); !ok {
			t.Error("Update on a read-only disk did not return an UnavailableError")
		}
		remount(0)
		wantErr(t, db, "")
		if err := put(t, db, "b"); err != nil {
			t.Error(err)
		}
	})
}
