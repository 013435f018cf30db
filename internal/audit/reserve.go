package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	reserveName = "reserve"

	// reserveSize is how much disk is held, in bytes: a line takes 400 to 2,000,
	// and at most 256 requests are under way when the disk gets full.
	reserveSize = 512 << 10

	reservePause = time.Second // between two tries to get it back
)

// reserve is a file that takes up room for the lines of requests under way. It
// holds random bytes, since a file system may keep zeros in no room at all.
type reserve struct {
	root *os.Root
	disk *disk
	file *os.File // nil: not held
	info os.FileInfo
	at   time.Time // of the last try
	err  error     // its outcome
}

// hold takes the room unless it is held, and finds out whether the disk still
// takes bytes and the folder still is there.
func (r *reserve) hold() error {
	if r.file != nil {
		if r.err = r.touch(); r.err == nil {
			return nil
		}
		r.at = time.Now()
		r.release()
		return r.err
	}
	if r.err != nil && time.Since(r.at) < reservePause {
		return r.err
	}
	r.at = time.Now()
	r.err = r.take()
	return r.err
}

// touch writes one byte over another, which takes no room.
func (r *reserve) touch() error {
	info, err := r.root.Lstat(reserveName)
	if err != nil {
		return fmt.Errorf("audit folder: %w", err)
	}
	if !os.SameFile(info, r.info) {
		return errors.New("the audit folder's reserve was exchanged")
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("audit folder: %w", err)
	}
	if _, err := r.disk.write(r.file, []byte{0}); err != nil {
		return fmt.Errorf("audit folder: %w", err)
	}
	return nil
}

// take opens what an earlier process left, or makes it.
func (r *reserve) take() error {
	info, err := r.root.Lstat(reserveName)
	if err == nil && info.Mode().IsRegular() && info.Size() == reserveSize {
		f, err := r.root.OpenFile(reserveName, os.O_RDWR, filePerm)
		if err != nil {
			return fmt.Errorf("audit folder: %w", err)
		}
		r.file, r.info = f, info
		return nil
	}
	if err == nil {
		if err := r.root.Remove(reserveName); err != nil {
			return fmt.Errorf("audit folder: %w", err)
		}
	}
	f, err := r.root.OpenFile(reserveName, os.O_RDWR|os.O_CREATE|os.O_EXCL, filePerm)
	if err != nil {
		return fmt.Errorf("audit folder: %w", err)
	}
	b := make([]byte, reserveSize)
	if _, err = rand.Read(b); err == nil {
		_, err = r.disk.write(f, b)
	}
	if err == nil {
		err = r.disk.sync(f)
	}
	if err == nil {
		info, err = f.Stat()
	}
	if err != nil {
		return fmt.Errorf("holding room on the disk: %w", errors.Join(err, f.Close(), r.root.Remove(reserveName)))
	}
	r.file, r.info = f, info
	return nil
}

// release gives the room up and reports whether there was any.
func (r *reserve) release() bool {
	if r.file == nil {
		return false
	}
	return errors.Join(r.close(), r.root.Remove(reserveName)) == nil
}

// close leaves the room taken, for the next process.
func (r *reserve) close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}
