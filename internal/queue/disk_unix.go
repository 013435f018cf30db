//go:build unix

package queue

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeBytes returns how many bytes an ordinary user may still write below dir.
func freeBytes(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("statfs %s: %w", dir, err)
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil //nolint:gosec,unconvert // the types differ between systems; a block size is positive
}
