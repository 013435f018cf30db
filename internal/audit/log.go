package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

const (
	filePerm   = 0o600
	folderPerm = 0o700
	keepDays   = 400             // AUDIT_DAYS unless told otherwise
	lockWait   = 2 * time.Second // a predecessor that was killed needs a moment to be gone
)

// ErrLocked means that another process writes into the folder.
var ErrLocked = errors.New("another process writes the audit record")

// ErrClosed means that the log was closed.
var ErrClosed = errors.New("the audit record is closed")

// Options say where the log is and how long it is kept.
type Options struct {
	Dir      string           // the folder; made if it is missing, never a symbolic link
	KeepDays int              // files older than so many days are removed; 0 means 400, less keeps all
	Logger   *slog.Logger     // nil logs nothing
	Now      func() time.Time // nil means time.Now
}

// Log writes the record. Its methods may be called from many goroutines.
type Log struct {
	log  *slog.Logger
	now  func() time.Time
	keep int
	root *os.Root
	lock *flock.Flock
	disk *disk

	waiting sync.Mutex // over queue alone
	queue   []*entry   // what the next write takes along

	mu     sync.Mutex // over all below, and the right to write
	closed bool
	fault  bool // the last write failed
	stale  bool // what is on disk must be read again before writing
	spare  reserve
	day    string // of the newest file; empty before the first
	file   *os.File
	info   os.FileInfo
	size   int64  // of file, as we left it
	head   string // hash of the last line
	seq    int64  // number of the last line
	looked string // the day on which old files were last looked for
}

// entry is a record on its way; err is valid once its writer let go of Log.mu.
type entry struct {
	r    Record
	done bool
	err  error
}

// disk is how bytes reach the disk; tests put a full one in its place.
type disk struct {
	write    func(*os.File, []byte) (int, error)
	sync     func(*os.File) error
	truncate func(*os.File, int64) error
}

// Open takes the folder for this process and finds the end of the chain; a line
// torn by a crash is closed and marked. It fails with [ErrLocked] when another
// process has the folder for over two seconds, and when the folder or a file in
// it is a symbolic link or can't be read. A full or read-only disk is no error
// here: [Log.Writable] tells, and the log goes on by itself when there is room.
func Open(o Options) (*Log, error) {
	l := newLog(o)
	if err := l.open(o.Dir); err != nil {
		return nil, err
	}
	return l, nil
}

func newLog(o Options) *Log {
	l := &Log{
		log: o.Logger, now: o.Now, keep: cmp.Or(o.KeepDays, keepDays),
		disk: &disk{write: (*os.File).Write, sync: (*os.File).Sync, truncate: (*os.File).Truncate},
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	if l.now == nil {
		l.now = time.Now
	}
	return l
}

func (l *Log) open(dir string) error {
	root, err := openFolder(dir)
	if err != nil {
		return err
	}
	lock, err := lockFolder(root, dir)
	if err != nil {
		return errors.Join(err, root.Close())
	}
	l.root, l.lock, l.spare = root, lock, reserve{root: root, disk: l.disk}
	if err := l.resume(); err != nil {
		return errors.Join(err, lock.Unlock(), root.Close())
	}
	if err := errors.Join(l.commit(nil), l.spare.hold()); err != nil {
		l.log.Error("audit record can't be written", "error", err)
	}
	l.log.Info("audit record opened", "head", l.head, "lines", l.seq)
	return nil
}

// openFolder makes the folder if need be and closes it to others.
func openFolder(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, folderPerm); err != nil {
		return nil, fmt.Errorf("making the audit folder: %w", err)
	}
	before, err := os.Lstat(dir)
	if err != nil {
		return nil, fmt.Errorf("audit folder: %w", err)
	}
	if !before.IsDir() {
		return nil, fmt.Errorf("audit folder %s is not a folder but %s", dir, before.Mode().Type())
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("audit folder: %w", err)
	}
	after, err := root.Stat(".")
	if err == nil && !os.SameFile(before, after) {
		err = errors.New("the audit folder was exchanged while it was opened")
	}
	if err == nil && after.Mode().Perm()&0o077 != 0 {
		err = root.Chmod(".", folderPerm)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("audit folder %s: %w", dir, err), root.Close())
	}
	return root, nil
}

// lockFolder keeps a second writer out.
func lockFolder(root *os.Root, dir string) (*flock.Flock, error) {
	const name = "lock"
	if info, err := root.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the lock of audit folder %s is not a regular file but %s", dir, info.Mode().Type())
	}
	f := flock.New(filepath.Join(dir, name), flock.SetPermissions(filePerm))
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	ok, err := f.TryLockContext(ctx, 50*time.Millisecond)
	if !ok && (err == nil || errors.Is(err, context.DeadlineExceeded)) {
		return nil, fmt.Errorf("audit folder %s: %w", dir, ErrLocked)
	}
	if err != nil {
		return nil, fmt.Errorf("locking audit folder %s: %w", dir, err)
	}
	return f, nil
}

// resume finds the end of the chain on disk.
func (l *Log) resume() error {
	list, err := days(l.root)
	if err != nil {
		return err
	}
	l.head, l.seq = "", 0
	for i := len(list) - 1; i >= 0 && l.head == ""; i-- {
		e, err := endOf(l.root, fileName(list[i]))
		if err != nil {
			return err
		}
		l.head, l.seq = e.hash, min(e.seq, maxSeq)
	}
	if len(list) > 0 {
		l.day = list[len(list)-1]
	}
	l.stale = false
	return nil
}

// Append writes one line and returns when it is on disk. Callers that come
// together share one write and one fsync. After an error the line is not in the
// record, unless the file can't be cut back, and the next Append tries anew.
func (l *Log) Append(r Record) error {
	e := &entry{r: r}
	l.waiting.Lock()
	l.queue = append(l.queue, e)
	l.waiting.Unlock()

	l.mu.Lock()
	defer l.mu.Unlock()
	if e.done { // who had mu before took it along
		return e.err
	}
	l.waiting.Lock()
	batch := l.queue
	l.queue = nil
	l.waiting.Unlock()
	err := l.commit(batch)
	for _, e := range batch {
		e.done, e.err = true, err
	}
	return err
}

// Writable returns nil when a line can be written, or why not: then nothing may
// be done that must be recorded. It holds room on the disk for what is under way
// (see [reserveSize]) and costs some microseconds; after a failure it looks at
// the disk at most once a second.
func (l *Log) Writable() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	if err := l.spare.hold(); err != nil {
		return fmt.Errorf("the audit record can't be written: %w", err)
	}
	if l.file != nil && !l.fault {
		return nil
	}
	return l.commit(nil)
}

// Head returns the hash and the number of the last line, so that both can be
// noted where who changes the record can't change them. The number counts from
// the first line ever written; removed files are included. Both are zero in an
// empty record.
func (l *Log) Head() (hash string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head, int(l.seq)
}

// Close lets go of the folder. What Append returned for is on disk already.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	l.log.Info("audit record closed", "head", l.head, "lines", l.seq)
	return errors.Join(l.detach(), l.spare.close(), l.lock.Unlock(), l.root.Close())
}
