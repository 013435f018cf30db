package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// commit writes a batch, and what the log has to say itself. When that fails it
// gives up the reserve and tries once more.
func (l *Log) commit(batch []*entry) error {
	if l.closed {
		return ErrClosed
	}
	now := l.now().UTC()
	err := l.try(now, batch)
	if err != nil && l.spare.release() {
		l.log.Warn("audit record uses its reserve", "error", err)
		err = l.try(now, batch)
	}
	switch {
	case err != nil && !l.fault:
		l.log.Error("audit record can't be written", "error", err)
	case err == nil && l.fault:
		l.log.Info("audit record is written again", "head", l.head, "lines", l.seq)
	}
	l.fault = err != nil
	return err
}

func (l *Log) try(now time.Time, batch []*entry) error {
	if err := l.ready(now); err != nil {
		return err
	}
	old := l.expired(now)
	list := make([]Record, 0, len(old)+len(batch))
	for _, m := range old {
		list = append(list, Record{Time: now.Truncate(time.Millisecond), Mark: &m})
	}
	for _, e := range batch {
		list = append(list, bound(e.r, now))
	}
	if err := l.write(list...); err != nil {
		return err
	}
	l.remove(old, now)
	return nil
}

// ready sees to it that the file of the day is open and ends with a whole line.
// A clock that was set back goes on in the newest file: the chain runs by name.
func (l *Log) ready(now time.Time) error {
	if l.stale {
		if err := l.resume(); err != nil {
			return err
		}
	}
	if l.file != nil && !l.untouched() {
		l.log.Error("audit file was changed by somebody else", "file", fileName(l.day))
		if err := l.detach(); err != nil {
			l.log.Warn("audit file not closed", "error", err)
		}
	}
	if l.file == nil && l.day != "" {
		if err := l.attach(l.day); err != nil { // a torn line is closed where it stands
			return err
		}
	}
	if today := now.Format(time.DateOnly); l.day < today {
		return l.attach(today)
	}
	return nil
}

// untouched reports whether the open file still is the one in the folder, as we left it.
func (l *Log) untouched() bool {
	info, err := l.root.Lstat(fileName(l.day))
	return err == nil && os.SameFile(info, l.info) && info.Size() == l.size
}

// write appends lines to the file of the day, all or none, and makes them durable.
func (l *Log) write(list ...Record) error {
	var b []byte
	head, seq := l.head, l.seq
	for _, r := range list {
		seq++
		r.Seq, r.Prev = seq, head
		raw, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("audit line: %w", err)
		}
		b, head = append(append(b, raw...), '\n'), hashOf(raw)
	}
	if err := l.store(b); err != nil {
		return err
	}
	l.head, l.seq = head, seq
	return nil
}

// store appends bytes to the file of the day and makes them durable. After an
// error nothing of them is left, or l.stale is set.
func (l *Log) store(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	_, err := l.disk.write(l.file, b)
	if err == nil {
		err = l.disk.sync(l.file)
	}
	if err == nil {
		l.size += int64(len(b))
		return nil
	}
	if err := l.disk.truncate(l.file, l.size); err != nil {
		l.log.Warn("audit file not cut back to its last whole line", "error", err)
		l.stale = true
	}
	// After a failed fsync a handle may report success for what is lost: the next write opens anew.
	return fmt.Errorf("writing the audit file: %w", errors.Join(err, l.detach()))
}

// detach closes the file of the day.
func (l *Log) detach() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file, l.info = nil, nil
	return err
}
