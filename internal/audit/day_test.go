package audit

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestRotationAtMidnight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l, err := Open(Options{Dir: dir}) // on the bubble's clock, which begins at midnight UTC
		if err != nil {
			t.Fatal(err)
		}
		day := time.Now().UTC().Format(time.DateOnly)
		<-time.After(24*time.Hour - time.Millisecond)
		add(t, l, 1, 1)
		<-time.After(time.Millisecond)
		add(t, l, 2, 3)
		stop(t, l)
		if got := bytes.Count(read(t, filepath.Join(dir, fileName(day))), []byte("\n")); got != 1 {
			t.Errorf("%d lines before midnight, want 1", got)
		}
		next := time.Now().UTC().Format(time.DateOnly)
		if got := bytes.Count(read(t, filepath.Join(dir, fileName(next))), []byte("\n")); got != 2 || next == day {
			t.Errorf("%d lines on %s, want 2", got, next)
		}
		holds(t, dir, 3)
	})
}

func TestClockSetBackGoesOnInTheNewestFile(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l := start(t, dir, c)
	add(t, l, 1, 1)
	c.t = noon.AddDate(0, 0, -3)
	add(t, l, 2, 2)
	stop(t, l)
	l = start(t, dir, c)
	add(t, l, 3, 3)
	if r := holds(t, dir, 3); r.Files != 1 {
		t.Errorf("%d files, want 1", r.Files)
	}
	if got := refs(t, dir, Filter{Since: noon.AddDate(0, 0, -3)}); len(got) != 3 {
		t.Errorf("records since then: %v, want all three", got)
	}
}

func TestRetention(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l, err := Open(Options{Dir: dir, KeepDays: 3, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		c.t = noon.AddDate(0, 0, i)
		add(t, l, 2*i+1, 2*i+2)
	}
	stop(t, l)
	r := verify(t, dir)
	if !r.OK() || r.Files != 4 || r.From != "audit-2026-07-07.jsonl" || r.Removed == 0 {
		t.Fatalf("after eight days: %+v", r)
	}

	l, err = Open(Options{Dir: dir, KeepDays: 1, Now: c.now}) // several at once
	if err != nil {
		t.Fatal(err)
	}
	stop(t, l)
	if r := verify(t, dir); !r.OK() || r.Files != 2 {
		t.Fatalf("after keeping less: %+v", r)
	}
	if err := os.Remove(filepath.Join(dir, "audit-2026-07-09.jsonl")); err != nil {
		t.Fatal(err)
	}
	r = verify(t, dir)
	if r.OK() || r.Problems[0].Kind != KindRemoved || r.Problems[0].Place != (Place{"audit-2026-07-10.jsonl", 1}) {
		t.Errorf("a file taken away by hand: %+v", r)
	}
}

func TestRetentionKilledBetweenTwoRemovals(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l := start(t, dir, c)
	for i := range 5 {
		c.t = noon.AddDate(0, 0, i)
		add(t, l, i+1, i+1)
	}
	stop(t, l)
	old := make(map[string][]byte)
	for i := range 3 {
		name := filepath.Join(dir, fileName(noon.AddDate(0, 0, i).Format(time.DateOnly)))
		old[name] = read(t, name)
	}
	l, err := Open(Options{Dir: dir, KeepDays: 1, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	stop(t, l)
	names := slices.Sorted(maps.Keys(old))
	for _, n := range slices.Backward(names) {
		write(t, n, old[n])
		if r := verify(t, dir); !r.OK() {
			t.Errorf("removed up to %s: %v", n, r.Problems)
		}
	}
}

func TestKeepAll(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l := start(t, dir, c)
	add(t, l, 1, 1)
	stop(t, l)
	c.t = noon.AddDate(3, 0, 0)
	l, err := Open(Options{Dir: dir, KeepDays: -1, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	stop(t, l)
	holds(t, dir, 1)
	stop(t, start(t, dir, c)) // 400 days
	if r := verify(t, dir); !r.OK() || r.From == "audit-2026-07-03.jsonl" {
		t.Errorf("after 400 days: %+v", r)
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "audit")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "audit-2026-07-03.jsonl")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c := &clock{noon}
	l := start(t, dir, c)
	add(t, l, 1, 1)
	c.t = noon.AddDate(0, 0, 1)
	add(t, l, 2, 2)
	for name, want := range map[string]os.FileMode{
		".": 0o700, "audit-2026-07-03.jsonl": 0o600, "audit-2026-07-04.jsonl": 0o600, "lock": 0o600, "reserve": 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s = %v, want %v", name, got, want)
		}
	}
}

// symlink makes a symbolic link, which some users of Windows may not: the test is
// skipped then.
func symlink(t *testing.T, target, link string) {
	t.Helper()
	err := os.Symlink(target, link)
	if runtime.GOOS == "windows" && err != nil {
		t.Skipf("this user may not make symbolic links, which the test needs: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestLinksAreRefused(t *testing.T) {
	for _, name := range []string{"", "lock", "audit-2026-07-03.jsonl"} {
		base := t.TempDir()
		dir, target := filepath.Join(base, "audit"), filepath.Join(base, "target")
		link := filepath.Join(dir, name)
		if name == "" {
			if err := os.Mkdir(target, 0o700); err != nil {
				t.Fatal(err)
			}
		} else if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		symlink(t, target, link)
		l, err := Open(Options{Dir: dir, Now: func() time.Time { return noon }})
		if err == nil {
			t.Errorf("Open with a link for %q succeeded", name)
			stop(t, l)
		}
		if _, err := os.Stat(target); name != "" && err == nil {
			t.Errorf("Open wrote through the link for %q", name)
		}
	}
}

func TestLinkThatAppearsLater(t *testing.T) {
	base := t.TempDir()
	dir, target := filepath.Join(base, "audit"), filepath.Join(base, "target")
	c := &clock{noon}
	l := start(t, dir, c)
	symlink(t, target, filepath.Join(dir, "audit-2026-07-04.jsonl"))
	c.t = noon.AddDate(0, 0, 1)
	if err := l.Append(sample(1)); err == nil || l.Writable() == nil {
		t.Errorf("Append = %v, Writable = %v, want errors", err, l.Writable())
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("Append wrote through the link")
	}
}
