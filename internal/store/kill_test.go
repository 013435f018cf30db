package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// victim is what a process is told that is to be killed.
type victim struct {
	Dir, URL string
	Key      []byte
	Name     string // of the rows that it writes
	Point    int    // the statement before which it dies, from 1
}

func TestMain(m *testing.M) {
	if v, ok := os.LookupEnv("STORE_TEST_VICTIM"); ok {
		if err := die(context.Background(), v); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// die opens a database, writes three rows in one transaction and three in another, says so, and closes it; it is killed on
// the way, unless there are fewer statements.
func die(ctx context.Context, text string) error {
	var v victim
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	points := 0
	db, err := store.Open(ctx, store.Options{
		Dir: v.Dir, URL: v.URL, Key: v.Key, Bot: true, Logger: slog.New(slog.DiscardHandler),
		Hook: func(string) {
			if points++; points == v.Point {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // is not survived
				select {}
			}
		},
	})
	if err != nil {
		return err
	}
	for _, n := range []string{"first", "second"} {
		err := db.Update(ctx, func(tx *store.Tx) error {
			for i := range 3 {
				if err := tx.SetNote(v.Name+n+strconv.Itoa(i), []byte("v"), 0); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
	return db.Close()
}

// A process that is killed before any of its statements and commits, from the making of the database to its closing, leaves
// of each transaction all or nothing, and all of those that it was told are committed.
func TestKill(t *testing.T) {
	storetest.Each(t, killEverywhere)
	t.Run("encrypted", func(t *testing.T) {
		e := storetest.SQLite(t)
		e.Options.Key = key(1)
		killEverywhere(t, e)
	})
}

func killEverywhere(t *testing.T, e storetest.Engine) {
	t.Helper()
	base := e.Options.Dir
	for point := 1; ; point++ {
		if base != "" { // made anew each time
			e.Options.Dir = filepath.Join(base, strconv.Itoa(point))
		}
		if killAt(t, e, point) {
			t.Logf("%d points", point-1)
			return
		}
	}
}

// killAt kills a process at a point and looks at what it left. It reports whether the process came to its end before.
func killAt(t *testing.T, e storetest.Engine, point int) (ended bool) {
	t.Helper()
	v, err := json.Marshal(victim{e.Options.Dir, e.Options.URL, e.Options.Key, fmt.Sprintf("k%d-", point), point})
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), "STORE_TEST_VICTIM="+string(v))
	c.Stderr = t.Output()
	said, err := c.Output()
	if status, ok := c.ProcessState.Sys().(syscall.WaitStatus); err != nil && (!ok || status.Signal() != syscall.SIGKILL) {
		t.Fatal(err)
	}
	db := e.Open(t)
	want := map[string]int{"": 0, "first\n": 3, "first\nsecond\n": 6}[string(said)]
	n := count(t, db, "SELECT count(*) FROM note WHERE key LIKE $1", fmt.Sprintf("k%d-%%", point))
	if n != want {
		t.Errorf("killed at point %d after %q: %d notes, want %d", point, said, n, want)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return err == nil && string(said) == "first\nsecond\n" && c.ProcessState.ExitCode() == 0
}
