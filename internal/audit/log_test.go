package audit

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAppendKeepsEveryField(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, &clock{noon})
	want := sample(1)
	add(t, l, 1, 1)
	head, n := l.Head()
	var got []Record
	if err := Select(dir, Filter{}, func(r Record) error { got = append(got, r); return nil }); err != nil {
		t.Fatal(err)
	}
	want.Seq, want.Time = 1, noon
	if d := cmp.Diff([]Record{want}, got); d != "" {
		t.Errorf("read back (-want +got):\n%s", d)
	}
	raw := bytes.TrimSpace(read(t, filepath.Join(dir, "audit-2026-07-03.jsonl")))
	if !bytes.Contains(raw, []byte(`"ms":412,"prev":""`)) {
		t.Errorf("line is %s", raw)
	}
	if head != hashOf(raw) || n != 1 {
		t.Errorf("Head() = %s, %d, want %s, 1", head, n, hashOf(raw))
	}
}

func TestChainGoesOnOverRestarts(t *testing.T) {
	dir := t.TempDir()
	for i := range 5 {
		l := start(t, dir, &clock{noon.AddDate(0, 0, i/2)})
		add(t, l, 3*i+1, 3*i+3)
		stop(t, l)
	}
	r := holds(t, dir, 15)
	if r.Files != 3 || r.From != "audit-2026-07-03.jsonl" || r.Seq != 15 || len(r.Torn) != 0 {
		t.Errorf("report = %+v", r)
	}
}

// TestTornTail cuts the last line at each of its bytes: whatever a crash leaves,
// the log starts, goes on, and the chain holds.
func TestTornTail(t *testing.T) {
	_, file, lines := written(t, 3)
	whole := slices.Concat(lines...)
	first := len(lines[0]) + len(lines[1])
	for size := first; size <= len(whole); size++ {
		dir := t.TempDir()
		write(t, filepath.Join(dir, filepath.Base(file)), whole[:size])
		torn := size > first && size < len(whole)-1
		if r := verify(t, dir); !r.OK() || len(r.Torn) == 1 != torn {
			t.Fatalf("%d bytes, before the restart: %+v", size-first, r)
		}
		next := 3
		if size >= len(whole)-1 {
			next = 4
		}
		l := start(t, dir, &clock{noon})
		add(t, l, next, 4)
		stop(t, l)
		r := verify(t, dir)
		if !r.OK() || r.Seq != int64(next+4-next) && !torn || len(r.Torn) == 1 != torn {
			t.Fatalf("%d bytes of the last line: %+v", size-first, r)
		}
		want := []string{"7F3K-Q1", "7F3K-Q2", "7F3K-Q3", "7F3K-Q4"}
		if got := refs(t, dir, Filter{}); !slices.Equal(got, want) {
			t.Fatalf("%d bytes of the last line: records %v, want %v", size-first, got, want)
		}
	}
}

// TestTornMark crashes again while the torn line is being closed, at each byte.
func TestTornMark(t *testing.T) {
	dir, file, lines := written(t, 2)
	cut := slices.Concat(lines...)[:len(lines[0])+50]
	write(t, file, cut)
	stop(t, start(t, dir, &clock{noon}))
	closed := read(t, file)
	for size := len(cut); size < len(closed); size++ {
		write(t, file, closed[:size])
		l := start(t, dir, &clock{noon.AddDate(0, 0, 1)}) // on another day
		add(t, l, 3, 3)
		stop(t, l)
		r := verify(t, dir)
		if want := (Place{"audit-2026-07-03.jsonl", 2}); !r.OK() || len(r.Torn) != 1 || r.Torn[0] != want || r.Seq != 3 {
			t.Fatalf("%d bytes of the mark: %+v", size-len(cut), r)
		}
		if err := os.Remove(filepath.Join(dir, "audit-2026-07-04.jsonl")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConcurrentAppends(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, &clock{noon})
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			for k := range 5 {
				if err := l.Append(sample(100*i + k)); err != nil {
					t.Errorf("Append: %v", err)
				}
				if err := l.Writable(); err != nil {
					t.Errorf("Writable: %v", err)
				}
			}
		})
	}
	wg.Wait()
	holds(t, dir, 200)
	list := refs(t, dir, Filter{})
	slices.Sort(list)
	if n := len(slices.Compact(list)); n != 200 {
		t.Errorf("%d records, want each of 200 once", n)
	}
}

func TestSecondWriterIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l := start(t, dir, &clock{noon})
		if _, err := Open(Options{Dir: dir}); !errors.Is(err, ErrLocked) {
			t.Errorf("second Open: %v, want %v", err, ErrLocked)
		}
		stop(t, l)
		stop(t, start(t, dir, &clock{noon}))
	})
}

func TestClosedLog(t *testing.T) {
	l := start(t, t.TempDir(), &clock{noon})
	stop(t, l)
	if err := l.Append(sample(1)); !errors.Is(err, ErrClosed) {
		t.Errorf("Append: %v, want %v", err, ErrClosed)
	}
	if err := l.Writable(); !errors.Is(err, ErrClosed) {
		t.Errorf("Writable: %v, want %v", err, ErrClosed)
	}
	stop(t, l) // a second time does nothing
}

func TestHostileStrings(t *testing.T) {
	for _, s := range []string{
		"", "line\nfeed\r\n", "\x1b[2Jgone\x00\x1e", strings.Repeat("ü", 400), strings.Repeat("x", 511) + "漢", strings.Repeat("\x01", 5000),
		"\xff\xfe", strings.Repeat("\xff", 3000), `","prev":"x`, "\u202Eevil\u2028", strings.Repeat("<", 2000),
	} {
		dir := t.TempDir()
		l := start(t, dir, &clock{noon})
		r := Record{
			Ref: s, PersonID: s, Email: s, Space: s, Command: s, Site: s, Code: s, Via: s, Decision: s, Reason: s, Outcome: s, TrackingID: s,
			Time: time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), Duration: -1, Calls: -1, Prev: s, Mark: &Mark{What: MarkTorn, Hash: s},
		}
		for range 2 {
			if err := l.Append(r); err != nil {
				t.Fatalf("Append(%q): %v", s, err)
			}
		}
		holds(t, dir, 2)
		err := Select(dir, Filter{}, func(r Record) error {
			if len(r.Code) > maxField || !strings.HasPrefix(strings.ToValidUTF8(s, "\uFFFD"), r.Code) || len(s) < 500 && r.Code == "" && s != "" {
				t.Errorf("code %q became %q", s, r.Code)
			}
			if r.Mark != nil || !r.Time.Equal(noon) {
				t.Errorf("mark %v, time %v", r.Mark, r.Time)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenAndCloseLogTheHead(t *testing.T) {
	var b bytes.Buffer
	l, err := Open(Options{Dir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(&b, nil))})
	if err != nil {
		t.Fatal(err)
	}
	add(t, l, 1, 2)
	head, n := l.Head()
	stop(t, l)
	if want := fmt.Sprintf("head=%s lines=%d", head, n); !strings.Contains(b.String(), want) || !strings.Contains(b.String(), `head="" lines=0`) {
		t.Errorf("log does not hold %q:\n%s", want, &b)
	}
}

func TestVerifyWhileItIsWritten(t *testing.T) {
	dir := t.TempDir()
	l := quick(t, dir)
	defer stop(t, l)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 500 {
			if err := l.Append(sample(i)); err != nil {
				t.Errorf("Append: %v", err)
			}
		}
	})
	for range 20 {
		if r := verify(t, dir); !r.OK() {
			t.Errorf("Verify: %v", r.Problems)
		}
	}
	wg.Wait()
	holds(t, dir, 500)
}

// The rest of a line that is read while it is written is no line of its own.
func TestALineIsReadWhileItIsWritten(t *testing.T) {
	dir := t.TempDir()
	l := quick(t, dir)
	add(t, l, 1, 3)
	day := l.day
	stop(t, l)
	path := filepath.Join(dir, fileName(day))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := len(whole) - 40 // in the middle of the last line
	if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()

	c := chain{open: make(map[int]bool)}
	err = walk(root, fileName(day), func(l line) error {
		if l.open { // just now the writer gets on
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c.take(l, true)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := c.finish(); !r.OK() || r.Lines != 3 || len(r.Torn) != 1 {
		t.Errorf("%d lines, torn %v, problems %v", r.Lines, r.Torn, r.Problems)
	}
	holds(t, dir, 3)
}
