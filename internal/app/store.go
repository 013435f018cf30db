package app

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"trackbot/internal/config"
	"trackbot/internal/store"
)

// StoreOptions says where the database is, and with what it is encrypted.
func StoreOptions(c config.Config, log *slog.Logger) store.Options {
	return store.Options{Dir: c.DataDir, URL: c.DatabaseURL.Reveal(), Key: c.StoreKey(), Logger: log}
}

// diskAge is how long a look at the free space is trusted.
const diskAge = time.Second

// disk knows how much is free where the database is, asking at most once a
// second.
type disk struct {
	dir     string // empty: the database is elsewhere
	reserve uint64 // in bytes

	mu   sync.Mutex
	at   time.Time
	free uint64
	err  error
}

// room returns why no further event may be stored: less than DISK_RESERVE_MB is
// free. What is stored already goes on.
func (d *disk) room() error {
	if d.dir == "" {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Since(d.at) >= diskAge {
		var s unix.Statfs_t
		d.err = unix.Statfs(d.dir, &s)
		d.free, d.at = s.Bavail*uint64(s.Bsize), time.Now() //nolint:gosec // a block has no negative size
	}
	switch {
	case d.err != nil:
		return fmt.Errorf("the free space of DATA_DIR can't be read: %w", d.err)
	case d.free < d.reserve:
		return &store.UnavailableError{Reason: fmt.Sprintf("the disk is nearly full: %d MB free, %d MB are kept in reserve", d.free>>20, d.reserve>>20), Err: errors.New("DISK_RESERVE_MB")}
	}
	return nil
}

// Writable returns why DATA_DIR can't be written now, without writing; a folder
// that is not there yet is made at the first start.
func Writable(c config.Config) error {
	err := unix.Access(c.DataDir, unix.W_OK)
	switch {
	case errors.Is(err, unix.ENOENT):
		return nil
	case err != nil:
		return fmt.Errorf("the folder %s can't be written: %w", c.DataDir, err)
	}
	return (&disk{dir: c.DataDir, reserve: reserve(c)}).room()
}

// reserve is how many bytes stay free.
func reserve(c config.Config) uint64 {
	return uint64(c.DiskReserveMB) << 20 //nolint:gosec // config lets no negative number in
}
