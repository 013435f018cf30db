package queue

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"
)

// spaceAge is how long a look at the free space is trusted.
const spaceAge = time.Second

// space knows how much is free on the disk under a folder, asking at most once a second.
type space struct {
	dir  string
	free func(dir string) (uint64, error)

	mu   sync.Mutex
	at   time.Time
	left uint64
	err  error
}

func (s *space) look() (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at.IsZero() || time.Since(s.at) >= spaceAge {
		s.left, s.err = s.free(s.dir)
		s.at = time.Now()
	}
	return s.left, s.err
}

// check returns an [UnavailableError] when less than reserve bytes are free.
func (s *space) check(reserve uint64) error {
	if reserve == 0 {
		return nil
	}
	left, err := s.look()
	if err != nil {
		return &UnavailableError{Reason: "the free disk space can't be read", Err: err}
	}
	if left < reserve {
		return &UnavailableError{Reason: fmt.Sprintf("the disk is nearly full: %d MB free, %d MB are kept in reserve", left>>20, reserve>>20)}
	}
	return nil
}

// isNoRoom reports whether err means a full or read-only disk, which an operator can mend while the process waits.
func isNoRoom(err error) bool {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EFBIG} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
