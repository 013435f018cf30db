package simulator

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// maxCalls is how many calls are remembered; of more, the oldest half is forgotten.
const maxCalls = 1 << 20

// Call is one call of the API as the simulator saw it.
type Call struct {
	Time    time.Time     `json:"time"`
	Token   string        `json:"token"` // kind, such as [TokenBot]
	Method  string        `json:"method"`
	Path    string        `json:"path"` // below /v1, escaped as it came, such as /messages
	Query   string        `json:"query,omitempty"`
	Status  int           `json:"status"`            // 0: no answer was given
	Faulted bool          `json:"faulted,omitempty"` // a [Rule] took part
	Took    time.Duration `json:"took"`
}

type calls struct {
	mu   sync.Mutex
	list []Call
}

func (c *calls) add(one Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) >= maxCalls {
		c.list = append(c.list[:0], c.list[maxCalls/2:]...)
	}
	c.list = append(c.list, one)
}

// Calls returns every call of the API, oldest first (of more than a million, the latest).
func (s *Simulator) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return slices.Clone(s.calls.list)
}

// ResetCalls forgets the calls so far.
func (s *Simulator) ResetCalls() {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.list = nil
}

// CountCalls counts calls by kind of token, method and beginning of the path
// (below /v1); an empty value fits any.
func (s *Simulator) CountCalls(kind, method, pathPrefix string) int {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	n := 0
	for _, c := range s.calls.list {
		if (kind == "" || c.Token == kind) && (method == "" || c.Method == method) && strings.HasPrefix(c.Path, pathPrefix) {
			n++
		}
	}
	return n
}
