package webex

import (
	"strings"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	circuitFailures = 10              // failures in a row that open a circuit
	circuitProbe    = 3 * time.Second // between two probes while it is open
)

// circuit is the breaker of one API.
type circuit = gobreaker.CircuitBreaker[struct{}]

// circuits holds a breaker for each first word of a path, such as people or
// admin: a dead API must not tie up every worker, nor close the others. There
// is a set for each client, and so for each host.
type circuits struct {
	changed func(api string, from, to gobreaker.State)

	mu  sync.Mutex
	set map[string]*circuit
}

// of returns the breaker of a path.
func (c *circuits) of(path string) *circuit {
	api, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.set[api]
	if b == nil {
		b = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
			Name:          api,
			Timeout:       circuitProbe,
			ReadyToTrip:   func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= circuitFailures },
			IsSuccessful:  answered,
			IsExcluded:    cutShort,
			OnStateChange: c.changed,
		})
		if c.set == nil {
			c.set = map[string]*circuit{}
		}
		c.set[api] = b
	}
	return b
}
