package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

const (
	prefix = "audit-"
	suffix = ".jsonl"
)

// fileName is the file of a day such as 2026-07-03.
func fileName(day string) string { return prefix + day + suffix }

// dayOf is the day of a file name, or "" for a name that is none of ours.
func dayOf(name string) string {
	day := strings.TrimSuffix(strings.TrimPrefix(name, prefix), suffix)
	if _, err := time.Parse(time.DateOnly, day); err != nil || fileName(day) != name {
		return ""
	}
	return day
}

// days lists the days that have a file, oldest first.
func days(root *os.Root) ([]string, error) {
	entries, err := fs.ReadDir(root.FS(), ".") // sorted by name
	if err != nil {
		return nil, fmt.Errorf("listing the audit folder: %w", err)
	}
	var list []string
	for _, e := range entries {
		if day := dayOf(e.Name()); day != "" {
			list = append(list, day)
		}
	}
	return list, nil
}

// openRead opens a file of the folder for reading. Links and pipes are refused.
func openRead(root *os.Root, name string) (*os.File, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("audit file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("audit file %s is not a regular file but %s", name, info.Mode().Type())
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("audit file: %w", err)
	}
	return f, nil
}

// line is one line of a file as it stands there.
type line struct {
	file string
	n    int    // from 1
	raw  []byte // without the line feed, valid until the next; nil when it is over maxLine
	hash string // SHA-256 of the raw bytes, in hexadecimal
	open bool   // the file ends without a line feed
}

// hashOf is the hash that the next line notes.
func hashOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// walk calls do with every line of a file, in order, holding one line in memory.
// A line without its line feed is the last: what the log appends meanwhile is the
// rest of that line, and no line of its own.
func walk(root *os.Root, name string, do func(line) error) (err error) {
	f, err := openRead(root, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := bufio.NewReaderSize(f, maxLine)
	for n := 1; ; n++ {
		l, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		l.file, l.n = name, n
		if err := do(l); err != nil || l.open {
			return err
		}
	}
}

// readLine reads one line; one that is too long is hashed and let go.
func readLine(r *bufio.Reader) (line, error) {
	raw, err := r.ReadSlice('\n')
	if err == nil {
		raw = raw[:len(raw)-1]
		return line{raw: raw, hash: hashOf(raw)}, nil
	}
	if errors.Is(err, io.EOF) && len(raw) > 0 {
		return line{raw: raw, hash: hashOf(raw), open: true}, nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line{}, err
	}
	sum := sha256.New()
	for errors.Is(err, bufio.ErrBufferFull) {
		sum.Write(raw)
		raw, err = r.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return line{}, err
	}
	sum.Write(bytes.TrimSuffix(raw, []byte{'\n'}))
	return line{hash: hex.EncodeToString(sum.Sum(nil)), open: err != nil}, nil
}

// end is how a file's part of the chain ends.
type end struct {
	hash  string // of the last line that can be read; empty when there is none
	seq   int64
	lines int64 // all of them
}

// endOf reads a file through to its end.
func endOf(root *os.Root, name string) (end, error) {
	var e end
	err := walk(root, name, func(l line) error {
		e.lines++
		if r, ok := parse(l.raw); ok {
			e.hash, e.seq = l.hash, r.Seq
		}
		return nil
	})
	return e, err
}
