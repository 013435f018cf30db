package store

import (
	"context"
	"encoding/json"
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

// holder is what the lock file says of the process that has it.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

func (h holder) String() string {
	if h.PID == 0 {
		return "an unknown process"
	}
	return fmt.Sprintf("process %d on %s since %s", h.PID, h.Host, h.Since.UTC().Format(time.RFC3339))
}

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
		return nil, &LockedError{Dir: dir, Holder: readHolder(path).String()}
	case err != nil:
		return nil, fmt.Errorf("locking %s: %w", dir, err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "an unnamed host"
	}
	b, err := json.Marshal(holder{PID: os.Getpid(), Host: host, Since: time.Now()})
	if err == nil {
		err = os.WriteFile(path, b, filePerm) // same inode: the lock stays
	}
	if _, full := errors.AsType[*UnavailableError](explainDisk(err)); err != nil && !full {
		return nil, errors.Join(fmt.Errorf("writing the lock file: %w", err), f.Unlock())
	}
	return &folderLock{f}, nil // without room for its name it is still locked
}

func readHolder(path string) holder {
	var h holder
	b, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(b, &h) != nil {
		return holder{}
	}
	return h
}

// release lets another bot have the folder.
func (l *folderLock) release() error {
	if l == nil {
		return nil
	}
	return l.flock.Unlock()
}
