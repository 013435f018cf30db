package simulator

import (
	"net/http"
	"strings"
	"time"
)

// forever is an outage without an end.
const forever = 100 * 365 * 24 * time.Hour

// Outage makes everything unreachable for so long from now: sockets are cut,
// connections reset, webhooks of that time lost. Life goes on meanwhile:
// people write ([Simulator.Say]), and unacknowledged events wait for their
// sockets. Below 0 it lasts until the next call; 0 ends it.
func (s *Simulator) Outage(d time.Duration) {
	if d < 0 {
		d = forever
	}
	s.mu.Lock()
	s.outage = time.Now().Add(d)
	s.mu.Unlock()
	if d > 0 {
		s.socket.Cut()
	}
}

// unreachable reports whether nothing can be reached. The caller holds s.mu.
func (s *Simulator) unreachable() bool { return time.Now().Before(s.outage) }

// reachable resets what comes during an outage, but for the control side.
func (s *Simulator) reachable(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		out := s.unreachable()
		s.mu.Unlock()
		if out && !strings.HasPrefix(r.URL.Path, "/_simulator/") {
			reset(w)
			return
		}
		h.ServeHTTP(w, r)
	})
}
