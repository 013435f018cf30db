package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// attach makes the file of a day the one that is written. A line that it ends in
// the middle of is closed first.
func (l *Log) attach(day string) error {
	f, err := l.openAppend(fileName(day))
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(filePerm)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("audit file: %w", err), f.Close())
	}
	if err := l.detach(); err != nil {
		l.log.Warn("audit file not closed", "error", err)
	}
	l.file, l.info, l.size, l.day = f, info, info.Size(), day
	if err := l.repair(); err != nil {
		return errors.Join(err, l.detach())
	}
	return nil
}

// openAppend opens a file of the folder for appending and reading back, and makes
// it if it is missing. Links and pipes are refused.
func (l *Log) openAppend(name string) (*os.File, error) {
	before, err := l.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return l.create(name)
	}
	if err != nil {
		return nil, fmt.Errorf("audit file: %w", err)
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("audit file %s is not a regular file but %s", name, before.Mode().Type())
	}
	f, err := l.root.OpenFile(name, os.O_RDWR|os.O_APPEND, filePerm)
	if err != nil {
		return nil, fmt.Errorf("audit file: %w", err)
	}
	after, err := f.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = errors.New("it was exchanged while it was opened")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("audit file %s: %w", name, err), f.Close())
	}
	return f, nil
}

// create makes a new file and its entry in the folder durable.
func (l *Log) create(name string) (*os.File, error) {
	f, err := l.root.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, filePerm)
	if err != nil {
		return nil, fmt.Errorf("audit file: %w", err)
	}
	folder, err := l.root.Open(".")
	if err == nil {
		err = errors.Join(folder.Sync(), folder.Close())
	}
	if err != nil { // some systems can't sync a folder
		l.log.Warn("audit folder not synced", "error", err)
	}
	return f, nil
}

// repair closes a torn last line. One that is whole but for its line feed gets
// that; any other gets a mark, and both together are the line that the next one
// notes. The mark's own prev is the last whole line's hash.
func (l *Log) repair() error {
	start, err := tail(l.file, l.size)
	if err != nil || start == l.size {
		return err
	}
	size := l.size - start
	raw := make([]byte, min(size, maxLine+1))
	if _, err := l.file.ReadAt(raw, start); err != nil {
		return fmt.Errorf("reading a torn audit line: %w", err)
	}
	if _, ok := parse(raw); ok && size <= maxLine {
		return l.store([]byte{'\n'})
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(l.file, start, size)); err != nil {
		return fmt.Errorf("reading a torn audit line: %w", err)
	}
	now := l.now().UTC().Truncate(time.Millisecond)
	b, err := json.Marshal(Record{Seq: l.seq + 1, Time: now, Mark: &Mark{What: MarkTorn, Bytes: size}, Prev: l.head})
	if err != nil {
		return fmt.Errorf("audit line: %w", err)
	}
	b = append([]byte{separator}, b...)
	sum.Write(b)
	if err := l.store(append(b, '\n')); err != nil {
		return err
	}
	l.head, l.seq = hex.EncodeToString(sum.Sum(nil)), l.seq+1
	l.log.Warn("audit line was torn", "file", fileName(l.day), "bytes", size)
	return nil
}

// tail is where the last line of size bytes begins if it has no line feed; else it is size.
func tail(f io.ReaderAt, size int64) (int64, error) {
	b := make([]byte, 4096)
	for at := size; at > 0; {
		n := min(at, int64(len(b)))
		if _, err := f.ReadAt(b[:n], at-n); err != nil {
			return 0, fmt.Errorf("reading the end of an audit file: %w", err)
		}
		if i := bytes.LastIndexByte(b[:n], '\n'); i >= 0 {
			return at - n + int64(i) + 1, nil
		}
		at -= n
	}
	return 0, nil
}

// expired lists the files that are too old, oldest first, once a day. What can't
// be read is left where it is, and all after it.
func (l *Log) expired(now time.Time) []Mark {
	if l.keep < 0 || l.looked == now.Format(time.DateOnly) {
		return nil
	}
	list, err := days(l.root)
	if err != nil {
		l.log.Warn("old audit files not looked for", "error", err)
		return nil
	}
	first := now.AddDate(0, 0, -l.keep).Format(time.DateOnly) // the oldest to stay
	var old []Mark
	for _, day := range list {
		if day >= first || day == l.day {
			break
		}
		e, err := endOf(l.root, fileName(day))
		if err != nil {
			l.log.Warn("old audit file not removed", "error", err)
			break
		}
		old = append(old, Mark{What: MarkRemoved, File: fileName(day), Lines: e.lines, Hash: e.hash})
	}
	return old
}

// remove takes away what expired listed, now that the record says so. What fails
// is left for the next day.
func (l *Log) remove(old []Mark, now time.Time) {
	l.looked = now.Format(time.DateOnly)
	for _, m := range old {
		if err := l.root.Remove(m.File); err != nil {
			l.log.Warn("old audit file not removed", "file", m.File, "error", err)
			return
		}
		l.log.Info("old audit file removed", "file", m.File, "lines", m.Lines)
	}
}
