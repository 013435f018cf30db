package webhook

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// quiet logs each kind of event at most once a second, with the number of
// times it happened since the last line, so that whoever knocks at the door a
// thousand times a second can't fill the disk.
type quiet struct {
	logger *slog.Logger

	mu    sync.Mutex
	kinds map[string]tally
}

type tally struct {
	last  time.Time
	count int
}

func newQuiet(l *slog.Logger) *quiet {
	return &quiet{logger: l, kinds: map[string]tally{}}
}

// warn logs or counts. kind comes from a short list of ours, never from
// outside: it is remembered for good.
func (q *quiet) warn(ctx context.Context, kind string, args ...any) {
	if n := q.due(kind, time.Now()); n > 0 {
		q.logger.WarnContext(ctx, "webhook refused", append([]any{"reason", kind, "count", n}, args...)...)
	}
}

// due returns how often the kind happened, if a line about it is due, else 0.
func (q *quiet) due(kind string, now time.Time) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	t, known := q.kinds[kind]
	t.count++
	if known && now.Sub(t.last) < time.Second {
		q.kinds[kind] = t
		return 0
	}
	q.kinds[kind] = tally{last: now}
	return t.count
}
