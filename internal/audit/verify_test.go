package audit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// found writes down the problems of a report, such as "3 changed".
func found(r Report) string {
	var list []string
	for _, p := range r.Problems {
		list = append(list, fmt.Sprint(p.Line, " ", p.Kind))
	}
	return strings.Join(list, ", ")
}

func move(lines [][]byte, from, to int) [][]byte {
	l := lines[from]
	return slices.Insert(slices.Delete(lines, from, from+1), to, l)
}

// forge makes a line that fits behind another.
func forge(t *testing.T, after []byte, code string) []byte {
	t.Helper()
	raw := bytes.TrimSuffix(after, []byte("\n"))
	r, ok := parse(raw)
	if !ok {
		t.Fatalf("not a line: %s", raw)
	}
	r.Seq, r.Prev, r.Code = r.Seq+1, hashOf(raw), code
	b, err := r.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

func replace(old, with string) func(*testing.T, [][]byte) [][]byte {
	return func(t *testing.T, lines [][]byte) [][]byte {
		t.Helper()
		b := bytes.Replace(lines[4], []byte(old), []byte(with), 1)
		if bytes.Equal(b, lines[4]) {
			t.Fatalf("%q is not in %s", old, b)
		}
		lines[4] = b
		return lines
	}
}

func TestTampering(t *testing.T) {
	type edit = func(*testing.T, [][]byte) [][]byte
	for _, c := range []struct {
		name string
		edit edit
		want string // line and kind
	}{
		{"nothing", func(_ *testing.T, l [][]byte) [][]byte { return l }, ""},
		{"another person", replace("alice", "mallory"), "5 changed"},
		{"an outcome", replace(`"outcome":"answered"`, `"outcome":"refused"`), "5 changed"},
		{"a blank more", replace(`"calls"`, ` "calls"`), "5 changed"},
		{"number", replace(`"seq":5`, `"seq":7`), "5 changed"},
		{"broken", replace(`{`, `[`), "5 changed"},
		{"emptied", func(_ *testing.T, l [][]byte) [][]byte { l[4] = []byte("\n"); return l }, "5 changed"},
		{"a null byte", replace("Q5", "Q\x00"), "5 changed"},
		{"passed off as torn", replace("{", "{\x1e{"), "5 changed"},
		{"two changed", func(t *testing.T, l [][]byte) [][]byte {
			t.Helper()
			l = replace("alice", "mallory")(t, l)
			l[7] = bytes.Replace(l[7], []byte("alice"), []byte("mallory"), 1)
			return l
		}, "5 changed, 8 changed"},
		{"neighbours changed", func(t *testing.T, l [][]byte) [][]byte {
			t.Helper()
			l = replace("alice", "mallory")(t, l)
			l[5] = bytes.Replace(l[5], []byte("alice"), []byte("mallory"), 1)
			return l
		}, "5 changed, 6 changed"},
		{"two broken", func(_ *testing.T, l [][]byte) [][]byte { l[4], l[5] = []byte("x\n"), []byte("y\n"); return l }, "5 changed, 6 changed"},
		{"the first changed", func(_ *testing.T, l [][]byte) [][]byte {
			l[0] = bytes.Replace(l[0], []byte("alice"), []byte("mallory"), 1)
			return l
		}, "1 changed"},
		{"the first broken", func(_ *testing.T, l [][]byte) [][]byte { l[0] = []byte("x\n"); return l }, "1 changed"},
		{"the last broken", func(_ *testing.T, l [][]byte) [][]byte { l[9] = []byte("x\n"); return l }, "10 changed"},
		{"a linked hash", func(_ *testing.T, l [][]byte) [][]byte {
			l[4] = append(bytes.TrimSuffix(l[4], []byte("0\"}\n")), "1\"}\n"...)
			l[4] = append(l[4][:len(l[4])-6], "abc\"}\n"...)
			return l
		}, "5 changed"},
		{"one removed", func(_ *testing.T, l [][]byte) [][]byte { return slices.Delete(l, 4, 5) }, "5 removed"},
		{"three removed", func(_ *testing.T, l [][]byte) [][]byte { return slices.Delete(l, 4, 7) }, "5 removed"},
		{"the first removed", func(_ *testing.T, l [][]byte) [][]byte { return l[1:] }, "1 removed"},
		{"removed twice", func(_ *testing.T, l [][]byte) [][]byte {
			return slices.Delete(slices.Delete(l, 6, 7), 2, 3)
		}, "3 removed, 6 removed"},
		{"garbage inserted", func(_ *testing.T, l [][]byte) [][]byte { return slices.Insert(l, 4, []byte("x\n")) }, "5 inserted"},
		{"an empty line inserted", func(_ *testing.T, l [][]byte) [][]byte { return slices.Insert(l, 4, []byte("\n")) }, "5 inserted"},
		{"a fitting line inserted", func(t *testing.T, l [][]byte) [][]byte {
			t.Helper()
			return slices.Insert(l, 4, forge(t, l[3], "forged"))
		}, "5 inserted"},
		{"two fitting lines inserted", func(t *testing.T, l [][]byte) [][]byte {
			t.Helper()
			a := forge(t, l[3], "forged")
			return slices.Insert(l, 4, a, forge(t, a, "forged too"))
		}, "5 inserted, 6 inserted"},
		{"a line twice", func(_ *testing.T, l [][]byte) [][]byte { return slices.Insert(l, 5, l[4]) }, "5 inserted"},
		{"two lines changed places", func(_ *testing.T, l [][]byte) [][]byte { l[4], l[5] = l[5], l[4]; return l }, "6 moved"},
		{"moved down", func(_ *testing.T, l [][]byte) [][]byte { return move(l, 2, 7) }, "8 moved"},
		{"moved up", func(_ *testing.T, l [][]byte) [][]byte { return move(l, 7, 2) }, "3 moved"},
		{"a rewritten line with its neighbour's hash", func(t *testing.T, l [][]byte) [][]byte {
			t.Helper()
			l[4] = forge(t, l[3], "rewritten")
			l[5] = forge(t, l[4], "6")
			return l
		}, "6 changed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, file, lines := written(t, 10)
			write(t, file, slices.Concat(c.edit(t, slices.Clone(lines))...))
			r := verify(t, dir)
			if got := found(r); got != c.want || r.OK() != (c.want == "") {
				t.Errorf("found %q, want %q: %v", got, c.want, r.Problems)
			}
			for _, p := range r.Problems {
				if p.File != filepath.Base(file) || p.Text == "" {
					t.Errorf("problem %+v", p)
				}
			}
			stop(t, start(t, dir, &clock{noon})) // whatever it is, the log goes on, and does not heal it
			if c.want != "" && verify(t, dir).OK() {
				t.Error("a restart made the change unseen")
			}
		})
	}
}

// TestEveryByte changes each byte of a line in the middle; each time that line is named.
func TestEveryByte(t *testing.T) {
	dir, file, lines := written(t, 3)
	whole := slices.Concat(lines...)
	for i := range len(lines[1]) - 1 { // without its line feed
		b := slices.Clone(whole)
		at := len(lines[0]) + i
		b[at] ^= 1
		write(t, file, b)
		if got := verify(t, dir); len(got.Problems) == 0 || got.Problems[0].Line != 2 {
			t.Fatalf("byte %d, %q became %q: found %q", i, whole[at], b[at], found(got))
		}
	}
}

func TestChangesAcrossFiles(t *testing.T) {
	names := []string{"audit-2026-07-03.jsonl", "audit-2026-07-04.jsonl", "audit-2026-07-05.jsonl"}
	for _, c := range []struct {
		name string
		edit func(path func(int) string)
		want string
	}{
		{"a file removed", func(path func(int) string) { os.Remove(path(1)) }, names[2] + ":1 removed"},
		{"the first file removed", func(path func(int) string) { os.Remove(path(0)) }, names[1] + ":1 removed"},
		{"a file cut in a line", func(path func(int) string) { os.Truncate(path(0), 1000) }, names[0] + ":3 changed"},
		{"a file emptied", func(path func(int) string) { os.Truncate(path(1), 0) }, names[2] + ":1 removed"},
		{"the last line of a file changed", func(path func(int) string) {
			b, _ := os.ReadFile(path(0))
			i := bytes.LastIndex(b, []byte("alice"))
			copy(b[i:], "ALICE")
			os.WriteFile(path(0), b, 0o600)
		}, names[0] + ":4 changed"},
	} {
		dir, k := t.TempDir(), &clock{noon}
		l := start(t, dir, k)
		for i := range names {
			k.t = noon.AddDate(0, 0, i)
			add(t, l, 4*i+1, 4*i+4)
		}
		stop(t, l)
		c.edit(func(i int) string { return filepath.Join(dir, names[i]) })
		r := verify(t, dir)
		if len(r.Problems) == 0 || r.Problems[0].String()+" "+r.Problems[0].Kind != c.want {
			t.Errorf("%s: %+v, want first %s", c.name, r.Problems, c.want)
		}
	}
}

func TestHeadShowsTheLastLines(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, &clock{noon})
	add(t, l, 1, 3)
	head, n := l.Head()
	stop(t, l)
	if r := verify(t, dir); r.Head != head || r.Seq != int64(n) {
		t.Errorf("Verify says %s, %d, Head %s, %d", r.Head, r.Seq, head, n)
	}
	file := filepath.Join(dir, "audit-2026-07-03.jsonl")
	b := read(t, file)
	write(t, file, b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1])
	if r := verify(t, dir); !r.OK() || r.Head == head || r.Seq == int64(n) {
		t.Errorf("without the last line: %+v", r)
	}
}

func TestManyProblemsTakeBoundedMemory(t *testing.T) {
	dir, file, lines := written(t, 2)
	write(t, file, slices.Concat(lines[0], bytes.Repeat(lines[1], 3000), bytes.Repeat([]byte("x\n"), 2000), lines[0]))
	r := verify(t, dir)
	if len(r.Problems) != maxProblems || r.More < 3000 || r.Lines != 5002 {
		t.Errorf("%d problems, %d more, %d lines", len(r.Problems), r.More, r.Lines)
	}
}

func TestVerifyRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "audit-2026-07-03.jsonl"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir); err == nil {
		t.Error("Verify of a folder for a file = nil")
	}
	if _, err := Verify(filepath.Join(dir, "none")); err == nil {
		t.Error("Verify without a folder = nil")
	}
	if err := Select(dir, Filter{}, func(Record) error { return nil }); err == nil {
		t.Error("Select of a folder for a file = nil")
	}
}

func TestReportFormat(t *testing.T) {
	r := Report{
		Files: 2, Lines: 7, From: "audit-2026-07-03.jsonl", Torn: []Place{{"audit-2026-07-03.jsonl", 2}}, Head: "abc", Seq: 7,
	}
	var b strings.Builder
	if err := r.Format(&b); err != nil {
		t.Fatal(err)
	}
	want := `7 lines in 2 files, from audit-2026-07-03.jsonl on
audit-2026-07-03.jsonl:2: cut short by a crash or a full disk
the chain holds
last line: number 7, hash abc
`
	if b.String() != want {
		t.Errorf("Format:\n%swant:\n%s", &b, want)
	}
	r.Problems, r.More = []Problem{{Place: Place{"audit-2026-07-04.jsonl", 1}, Kind: KindMoved, Text: "words"}}, 3
	b.Reset()
	if err := r.Format(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "audit-2026-07-04.jsonl:1: moved: words\nand 3 problems more\nTHE RECORD WAS CHANGED\n") {
		t.Errorf("Format:\n%s", &b)
	}
}
