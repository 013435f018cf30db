package queue

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// discard forgets an item that does not run and reports whether it could.
func (l *lanes) discard(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, e := range l.entries {
		if id.key != key {
			continue
		}
		if e.running {
			return false
		}
		l.takeOut(e)
	}
	return true
}

// takeOut removes an entry that does not run, and lets the next of its lane go. The lock is held.
func (l *lanes) takeOut(e *entry) {
	name := e.env.Lane
	la := l.byName[name]
	wasHead := la.queue[0] == e
	l.remove(name, la, e)
	if !wasHead {
		return
	}
	if la.busy { // it stood in ready
		la.busy = false
		l.ready = slices.DeleteFunc(l.ready, func(n string) bool { return n == name })
	}
	l.makeReady(name, la)
}

// release waits up to grace for the entries of these partitions that run, starting no others, and then forgets the rest.
// It returns their messages in stored order, for the caller to give back, and how many still run.
func (l *lanes) release(parts func(int) bool, grace time.Duration) (left []jetstream.Msg, running int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if parts(e.part) {
			e.released = true
		}
	}
	l.waitFor(grace, func() bool { return l.runningIn(parts) == 0 })
	var give []*entry
	for _, e := range l.entries {
		switch {
		case !parts(e.part):
		case e.running:
			e.orphan = true
			running++
		default:
			give = append(give, e)
		}
	}
	slices.SortFunc(give, func(a, b *entry) int { return cmp.Compare(a.id.seq, b.id.seq) })
	maps.DeleteFunc(l.held, func(part, _ int) bool { return parts(part) })
	for _, e := range give {
		l.takeOut(e)
		left = append(left, e.msg)
	}
	return left, running
}

// runningIn counts. The lock is held.
func (l *lanes) runningIn(parts func(int) bool) (n int) {
	for _, e := range l.entries {
		if e.running && parts(e.part) {
			n++
		}
	}
	return n
}

// waitFor waits until ok, at most d. The lock is held.
func (l *lanes) waitFor(d time.Duration, ok func() bool) {
	end := time.Now().Add(d)
	t := time.AfterFunc(d, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.idle.Broadcast()
	})
	defer t.Stop()
	for !ok() && time.Now().Before(end) {
		l.idle.Wait()
	}
}

// halt starts no further entries; deliveries are still taken, to be given back.
func (l *lanes) halt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.step = nil
}

// stop takes and starts nothing any more, forgets what does not run and returns how many still do.
func (l *lanes) stop() int {
	l.halt()
	_, left := l.release(every, 0)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taking = false
	return left
}

func every(int) bool { return true }
