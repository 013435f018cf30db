package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSelect(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l := start(t, dir, c)
	for i, r := range []Record{
		{Ref: "A", PersonID: "p1", Email: "alice@example.com", Site: "one.webex.com"},
		{Ref: "B", PersonID: "p2", Email: "bob@example.com", Site: "one.webex.com"},
		{Ref: "C", PersonID: "p1", Email: "alice@example.com", Site: "two.webex.com"},
		{Ref: "D", PersonID: "p3", Email: "bob@example.com.evil.example", Site: "notone.webex.com"},
	} {
		c.t = noon.AddDate(0, 0, i)
		if err := l.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct {
		f    Filter
		want string
	}{
		{Filter{}, "A B C D"},
		{Filter{Person: "p1"}, "A C"},
		{Filter{Person: "BOB@Example.com"}, "B"},
		{Filter{Person: "bob"}, ""},
		{Filter{Site: "ONE.webex.com"}, "A B"},
		{Filter{Ref: "c"}, "C"},
		{Filter{Person: "p1", Site: "one.webex.com"}, "A"},
		{Filter{Since: noon.AddDate(0, 0, 1)}, "B C D"},
		{Filter{Since: noon.AddDate(0, 0, 1).Add(time.Millisecond)}, "C D"},
		{Filter{Until: noon.AddDate(0, 0, 1)}, "A"},
		{Filter{Since: noon.AddDate(0, 0, 1), Until: noon.AddDate(0, 0, 3)}, "B C"},
	} {
		if got := strings.Join(refs(t, dir, x.f), " "); got != x.want {
			t.Errorf("Select(%+v) = %q, want %q", x.f, got, x.want)
		}
	}
}

// TestSelectAskedBeforeMidnight finds a record that was asked on one day and written on the next.
func TestSelectAskedBeforeMidnight(t *testing.T) {
	dir, c := t.TempDir(), &clock{time.Date(2026, 7, 4, 0, 0, 1, 0, time.UTC)}
	l := start(t, dir, c)
	r := sample(1)
	r.Time = c.t.Add(-2 * time.Second)
	if err := l.Append(r); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 7, 3, 0, 0, 0, 0, time.UTC)
	if got := refs(t, dir, Filter{Since: day, Until: day.AddDate(0, 0, 1)}); len(got) != 1 {
		t.Errorf("records of the day: %v, want one", got)
	}
}

func TestSelectStops(t *testing.T) {
	dir, _, _ := written(t, 3)
	enough, n := errors.New("enough"), 0
	err := Select(dir, Filter{}, func(Record) error { n++; return enough })
	if !errors.Is(err, enough) || n != 1 {
		t.Errorf("Select = %v after %d records, want %v after 1", err, n, enough)
	}
}

func TestSelectTellsOfUnreadableLines(t *testing.T) {
	dir, file, lines := written(t, 3)
	write(t, file, slices.Concat(lines[0], []byte("x\ny\n"), lines[2], lines[1][:50]))
	n := 0
	err := Select(dir, Filter{}, func(Record) error { n++; return nil })
	bad, ok := errors.AsType[*UnreadableError](err)
	if !ok || bad.Lines != 2 || bad.First != (Place{filepath.Base(file), 2}) || n != 2 {
		t.Errorf("Select = %v after %d records", err, n)
	}
}

func TestFormat(t *testing.T) {
	whole := sample(2)
	whole.Time = noon
	for _, x := range []struct {
		r    Record
		want string
	}{
		{whole, `2026-07-03T12:00:00.000Z 7F3K-Q2 alice@example.com code site=example.webex.com code=2 via=text decision=allowed` +
			` outcome=answered reason="own organization" calls=2 ms=412 tracking=ROUTER_1 space=Y2lzY28-space person=Y2lzY28-alice`},
		{Record{Time: noon, PersonID: "p"}, `2026-07-03T12:00:00.000Z - p - calls=0 ms=0 person=p`},
		{
			Record{Time: noon, Ref: "-", Email: "a b", Command: "x=y", Code: "\x1b[2J\n\"\u202e", Reason: "\xff", Site: `a\b`},
			`2026-07-03T12:00:00.000Z "-" "a b" "x=y" site="a\\b" code="\x1b[2J\n\"\u202e" reason="\xff" calls=0 ms=0`,
		},
		{Record{Time: noon, Mark: &Mark{What: MarkTorn, Bytes: 12}}, `2026-07-03T12:00:00.000Z log torn bytes=12`},
		{
			Record{Time: noon, Mark: &Mark{What: MarkRemoved, File: "audit-2025-01-01.jsonl", Lines: 3, Hash: "ab"}},
			`2026-07-03T12:00:00.000Z log removed file=audit-2025-01-01.jsonl hash=ab lines=3`,
		},
	} {
		var b strings.Builder
		if err := Format(&b, x.r); err != nil {
			t.Fatal(err)
		}
		if b.String() != x.want+"\n" {
			t.Errorf("Format(%+v) =\n%swant\n%s", x.r, &b, x.want)
		}
	}
}

func TestFormatJSONIsTheLine(t *testing.T) {
	dir, file, _ := written(t, 3)
	var b strings.Builder
	if err := Select(dir, Filter{}, func(r Record) error { return FormatJSON(&b, r) }); err != nil {
		t.Fatal(err)
	}
	if want := string(read(t, file)); b.String() != want {
		t.Errorf("FormatJSON:\n%swant:\n%s", &b, want)
	}
}

// FuzzRead puts arbitrary bytes in place of a file: nothing panics, a log that is
// opened over them goes on, and what it writes can be found.
func FuzzRead(f *testing.F) {
	_, _, lines := written(f, 3)
	whole := slices.Concat(lines...)
	f.Add(whole, byte(0))
	f.Add(whole[:len(whole)-20], byte(1))
	f.Add(slices.Concat(lines[1], lines[0], lines[0], lines[2]), byte(2))
	f.Add([]byte("x\n{}\n\x1e\n\n"), byte(3))
	f.Add([]byte(`{"seq":9223372036854775807,"time":"2026-07-03T12:00:00Z","ms":-9223372036854775808,"prev":""}`+"\n"), byte(0))
	f.Fuzz(func(t *testing.T, b []byte, again byte) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "audit-2026-07-01.jsonl"), b)
		write(t, filepath.Join(dir, "audit-2026-07-02.jsonl"), b[:len(b)*int(again)/255])
		before := verify(t, dir)
		l := quick(t, dir)
		add(t, l, 7, 8)
		stop(t, l)
		after := verify(t, dir)
		if !before.OK() && after.OK() {
			t.Errorf("a restart made changes unseen: %v", before.Problems)
		}
		n := 0
		err := Select(dir, Filter{Person: "Y2lzY28-alice"}, func(r Record) error {
			if err := Format(&strings.Builder{}, r); err != nil {
				return err
			}
			if r.Ref == "7F3K-Q7" || r.Ref == "7F3K-Q8" {
				n++
			}
			return nil
		})
		if _, unreadable := errors.AsType[*UnreadableError](err); (err != nil && !unreadable) || n < 2 {
			t.Errorf("Select = %v with %d of 2 records", err, n)
		}
	})
}

// quick opens a log that leaves the reserve empty and does not wait for the disk.
func quick(tb testing.TB, dir string) *Log {
	tb.Helper()
	l := newLog(Options{Now: (&clock{noon}).now})
	l.disk.sync = func(*os.File) error { return nil }
	l.disk.write = func(f *os.File, b []byte) (int, error) {
		if filepath.Base(f.Name()) == reserveName {
			return len(b), nil
		}
		return f.Write(b)
	}
	if err := l.open(dir); err != nil {
		tb.Fatalf("open: %v", err)
	}
	return l
}

func FuzzFormat(f *testing.F) {
	f.Add("\x1b]0;title\x07", "line\nfeed")
	f.Fuzz(func(t *testing.T, a, b string) {
		var w strings.Builder
		if err := Format(&w, Record{Ref: a, Email: b, Command: a, Code: b, Reason: a}); err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.TrimSuffix(w.String(), "\n") {
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e {
				t.Fatalf("Format lets %q through: %q", r, &w)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 16, 128} {
		b.Run(fmt.Sprint("callers=", callers), func(b *testing.B) {
			l := start(b, b.TempDir(), &clock{noon})
			b.ReportAllocs()
			b.SetParallelism(max(1, callers/2)) // of GOMAXPROCS, here 2
			if callers == 1 {
				for b.Loop() {
					add(b, l, 1, 1)
				}
				return
			}
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if err := l.Append(sample(1)); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

func BenchmarkWritable(b *testing.B) {
	l := start(b, b.TempDir(), &clock{noon})
	b.ReportAllocs()
	for b.Loop() {
		if err := l.Writable(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	const n = 10_000
	dir := b.TempDir()
	l := quick(b, dir)
	add(b, l, 1, n)
	stop(b, l)
	b.ReportAllocs()
	for b.Loop() {
		if r := verify(b, dir); r.Lines != n {
			b.Fatalf("%d lines", r.Lines)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/line")
}
