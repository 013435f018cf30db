package audit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// noon is a moment far from midnight.
var noon = time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)

// clock is a given clock that a test moves.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// sample is the i-th record of a test.
func sample(i int) Record {
	return Record{
		Ref: fmt.Sprintf("7F3K-Q%d", i), PersonID: "Y2lzY28-alice", Email: "alice@example.com", Space: "Y2lzY28-space",
		Command: "code", Site: "example.webex.com", Code: strconv.Itoa(i), Via: ViaText, Decision: DecisionAllowed,
		Reason: "own organization", Outcome: OutcomeAnswered, Calls: 2, TrackingID: "ROUTER_1", Duration: 412 * time.Millisecond,
	}
}

// start opens a log in dir at a moment.
func start(tb testing.TB, dir string, c *clock) *Log {
	tb.Helper()
	l, err := Open(Options{Dir: dir, Now: c.now})
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	tb.Cleanup(func() { stop(tb, l) })
	return l
}

func stop(tb testing.TB, l *Log) {
	tb.Helper()
	if err := l.Close(); err != nil {
		tb.Errorf("Close: %v", err)
	}
}

func add(tb testing.TB, l *Log, from, to int) {
	tb.Helper()
	for i := from; i <= to; i++ {
		if err := l.Append(sample(i)); err != nil {
			tb.Fatalf("Append(%d): %v", i, err)
		}
	}
}

// written makes a record of n lines and returns its folder and the file's lines.
func written(tb testing.TB, n int) (dir, file string, lines [][]byte) {
	tb.Helper()
	dir = tb.TempDir()
	l := start(tb, dir, &clock{noon})
	add(tb, l, 1, n)
	stop(tb, l)
	file = filepath.Join(dir, "audit-2026-07-03.jsonl")
	return dir, file, bytes.SplitAfter(read(tb, file), []byte("\n"))[:n]
}

func read(tb testing.TB, file string) []byte {
	tb.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func write(tb testing.TB, file string, b []byte) {
	tb.Helper()
	if err := os.WriteFile(file, b, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func verify(tb testing.TB, dir string) Report {
	tb.Helper()
	r, err := Verify(dir)
	if err != nil {
		tb.Fatalf("Verify: %v", err)
	}
	return r
}

// holds fails unless the chain is whole and has so many lines.
func holds(tb testing.TB, dir string, lines int64) Report {
	tb.Helper()
	r := verify(tb, dir)
	if !r.OK() || r.Lines != lines {
		tb.Fatalf("Verify: %d lines, want %d; problems %v", r.Lines, lines, r.Problems)
	}
	return r
}

// refs lists the references that a filter lets through.
func refs(tb testing.TB, dir string, f Filter) []string {
	tb.Helper()
	var list []string
	err := Select(dir, f, func(r Record) error {
		if r.Mark == nil {
			list = append(list, r.Ref)
		}
		return nil
	})
	if err != nil {
		tb.Fatalf("Select: %v", err)
	}
	return list
}
