package queue

import "sync"

// recentKeys is how many keys of handled items a stage without marks of its own remembers in memory: the second
// receiver of one event comes within seconds, Webex's redeliveries within hours.
const recentKeys = 16384

// recent remembers the keys that were done last in this process, the oldest forgotten first. Its nil value remembers
// nothing.
type recent struct {
	mu   sync.Mutex
	keys map[string]int // to the place in ring
	ring []string
	next int
}

func newRecent() *recent { return &recent{keys: map[string]int{}} }

func (r *recent) add(key string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.keys[key]; ok {
		return
	}
	r.keys[key] = r.next
	if len(r.ring) < recentKeys {
		r.ring = append(r.ring, key)
	} else {
		if old := r.ring[r.next]; r.keys[old] == r.next {
			delete(r.keys, old)
		}
		r.ring[r.next] = key
	}
	r.next = (r.next + 1) % recentKeys
}

func (r *recent) has(key string) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.keys[key]
	return ok
}

func (r *recent) remove(key string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, key)
}
