package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockWait = 10 * time.Second // for a killed predecessor to be gone
	lockName = "lock"           // as in earlier versions, which so are kept away too
)

// folderLock is the lock of a bot on its folder. A nil one is none.
type folderLock struct{ flock *flock.Flock }

// lockFolder takes the folder for this process, waiting up to lockWait. The kernel frees it when the process ends.
func lockFolder(ctx context.Context, dir string) (*folderLock, error) {
	path := filepath.Join(dir, lockName)
	f := flock.New(path, flock.SetPermissions(filePerm))
	wctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	ok, err := f.TryLockContext(wctx, 50*time.Millisecond)
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("waiting for the lock on %s: %w", dir, context.Cause(ctx))
	case errors.Is(err, context.DeadlineExceeded) || (err == nil && !ok):
		holder, _ := os.ReadFile(path) // it may be empty, where the disk is full
		return nil, &LockedError{Dir: dir, Holder: cmp.Or(string(holder), "an unknown process")}
	case err != nil:
		return nil, fmt.Errorf("locking %s: %w", dir, err)
	}
	host, _ := os.Hostname() // "" where there is none
	text := fmt.Sprintf("process %d on %s since %s", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	if err := os.WriteFile(path, []byte(text), filePerm); err != nil { // the same inode, so the lock stays
		if _, full := errors.AsType[*UnavailableError](explainDisk(err)); !full {
			return nil, errors.Join(fmt.Errorf("writing the lock file: %w", err), f.Unlock())
		}
	}
	return &folderLock{f}, nil
}

// release lets another bot have the folder.
func (l *folderLock) release() error {
	if l == nil {
		return nil
	}
	return l.flock.Unlock()
}
