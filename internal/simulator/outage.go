package simulator

import (
	"net/http"
	"strings"
	"time"
)

// forever is an outage without an end.
const forever = 100 * 365 * 24 * time.Hour

// Outage makes everything unreachable for d from now: sockets are cut,
// connections reset, webhooks of that time lost. Meanwhile people can write
// ([Simulator.Say]), and unacknowledged events wait for their sockets. A
// negative d lasts until the next call; 0 ends the outage.
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

// reachable resets connections during an outage, except to the control side.
func (s *Simulator) reachable(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		out := s.unreachable()
		s.mu.Unlock()
		if out && !strings.HasPrefix(r.URL.Path, "/_simulator/") {
			reset(w)
			return
		}
		w.Header().Set("Date", s.now().Format(http.TimeFormat))
		h.ServeHTTP(w, r)
	})
}
