package webhook

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Why something is refused at the door, as it stands in the log and the metrics.
const (
	ReasonAccept      = "accept"      // no connection could be taken, such as for want of file descriptors
	ReasonConnections = "connections" // a connection gave its place to a newer one
	ReasonAddress     = "address"     // one connection too many of an address
	ReasonRate        = "rate"        // requests too many of an address, or of all that were refused lately
	ReasonHeader      = "header"      // no signature, or none that could be one
	ReasonBody        = "body"        // too large, too slow or broken
	ReasonSignature   = "signature"   // made with no secret of ours
	ReasonContent     = "content"     // signed, but no event
	ReasonStale       = "stale"       // signed, but older than what is looked back for
	ReasonBusy        = "busy"        // too many under way
	ReasonStore       = "store"       // it could not be stored
)

// Reasons are all of them.
func Reasons() []string {
	return []string{
		ReasonAccept, ReasonConnections, ReasonAddress, ReasonRate, ReasonHeader, ReasonBody,
		ReasonSignature, ReasonContent, ReasonStale, ReasonBusy, ReasonStore,
	}
}

// refusals counts what is refused, and logs each reason at most once a second
// with the number since its last line, so that whoever knocks a thousand times a
// second can't fill the disk.
type refusals struct {
	logger  *slog.Logger
	counted func(reason string)

	mu      sync.Mutex
	reasons map[string]tally
}

type tally struct {
	last  time.Time
	count int
}

// newRefusals is silent without a logger, and counts for nobody without counted.
func newRefusals(l *slog.Logger, counted func(reason string)) *refusals {
	if l == nil {
		l = slog.New(slog.DiscardHandler)
	}
	if counted == nil {
		counted = func(string) {}
	}
	return &refusals{logger: l, counted: counted, reasons: map[string]tally{}}
}

// warn counts, and logs where a line is due.
func (r *refusals) warn(ctx context.Context, reason string, args ...any) {
	r.counted(reason)
	if n := r.due(reason, time.Now()); n > 0 {
		r.logger.WarnContext(ctx, "webhook refused", append([]any{"reason", reason, "count", n}, args...)...)
	}
}

// due returns how often the reason was given, if a line about it is due, else 0.
func (r *refusals) due(reason string, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, known := r.reasons[reason]
	t.count++
	if known && now.Sub(t.last) < time.Second {
		r.reasons[reason] = t
		return 0
	}
	r.reasons[reason] = tally{last: now}
	return t.count
}
