package queue

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// entryID names a stored message; the key guards against a sequence number that a damaged store gave twice.
type entryID struct {
	seq uint64
	key string
}

// phase is how far an entry has come in this process.
type phase int

const (
	phaseWaiting phase = iota // not looked at
	phaseClaimed              // attempts counted and, with Once, marked "sending"
	phaseHandled              // the handler's last word is in result
	phaseTold                 // given up, and OnFail was told
	phaseStored               // given up, and among the failed
)

// entry is an item that was fetched and is not done. Fields below the line belong to the worker that runs it.
type entry struct {
	id   entryID
	part int
	env  envelope
	bad  error // why the envelope can't be read

	msg      jetstream.Msg // the latest delivery; under lanes.mu
	running  bool          // under lanes.mu
	touched  time.Time     // last delivery or InProgress; under lanes.mu
	due      time.Time     // of the next try; under lanes.mu
	reason   string        // of the last failure; under lanes.mu
	attempt  int           // under lanes.mu
	released bool          // under lanes.mu: is given back; must not be started
	orphan   bool          // under lanes.mu: ran on when the others were given back

	// ---
	phase    phase
	mark     mark
	again    bool
	result   error
	kept     []byte // of what was done
	tells    int    // of OnFail
	stumbles int    // of finish
}

// lane is the items that must run one after another.
type lane struct {
	queue []*entry
	timer *time.Timer // the head waits for its next try; nil otherwise
	busy  bool        // the head runs, or the lane stands in ready
}

// verdict is what became of one step of an entry.
type verdict struct {
	done  bool          // remove it and acknowledge
	leave bool          // the stage stops: keep it stored
	wait  time.Duration // else: try again then
}

// lanes runs entries: in order within a lane, at most workers at once over all. Entries that wait for a retry take no
// worker.
type lanes struct {
	workers int

	mu      sync.Mutex
	step    func(*entry) verdict // nil while nothing may be started
	taking  bool                 // deliveries are taken in
	byName  map[string]*lane
	entries map[entryID]*entry
	ready   []string // lanes whose head may run
	running int
	idle    *sync.Cond  // a worker or an entry stopped
	held    map[int]int // partitions that must not run yet, and how often that was said
}

func newLanes(workers int) *lanes {
	l := &lanes{workers: workers, byName: map[string]*lane{}, entries: map[entryID]*entry{}, held: map[int]int{}}
	l.idle = sync.NewCond(&l.mu)
	return l
}

// begin starts running entries with step.
func (l *lanes) begin(step func(*entry) verdict) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.step, l.taking = step, true
}

// hold keeps a partition from starting anything until unhold, and reports whether it did not already.
func (l *lanes) hold(part int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[part]++
	return l.held[part] == 1
}

// unhold lets a partition run, each lane in stored order. It reports false where hold was called once more since of.
func (l *lanes) unhold(part, held int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[part] == 0 {
		return true
	}
	if l.held[part] != held {
		return false
	}
	delete(l.held, part)
	for name, la := range l.byName {
		if la.queue[0].part != part {
			continue
		}
		if la.busy || la.timer != nil { // the head has begun and stays the head
			rest := la.queue[1:]
			slices.SortFunc(rest, func(a, b *entry) int { return cmp.Compare(a.id.seq, b.id.seq) })
			continue
		}
		slices.SortFunc(la.queue, func(a, b *entry) int { return cmp.Compare(a.id.seq, b.id.seq) })
		l.makeReady(name, la)
	}
	return true
}

// of returns the entries of a partition that are here, and how often hold was called.
func (l *lanes) of(part int) (all []*entry, held int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if e.part == part {
			all = append(all, e)
		}
	}
	return all, l.held[part]
}

// still returns how many of these entries are here yet.
func (l *lanes) still(these []*entry) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range these {
		if l.entries[e.id] == e {
			n++
		}
	}
	return n
}

// add takes a delivered entry. One that is known only gets its new delivery.
func (l *lanes) add(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.taking {
		return // the message stays stored
	}
	e.touched = time.Now()
	if old := l.entries[e.id]; old != nil {
		old.msg, old.touched = e.msg, e.touched
		return
	}
	l.entries[e.id] = e
	la := l.byName[e.env.Lane]
	if la == nil {
		la = &lane{}
		l.byName[e.env.Lane] = la
	}
	la.queue = append(la.queue, e)
	if len(la.queue) == 1 {
		l.makeReady(e.env.Lane, la)
	}
}

// makeReady puts a lane whose head may run in line. The lock is held.
func (l *lanes) makeReady(name string, la *lane) {
	if la.busy || len(la.queue) == 0 || l.held[la.queue[0].part] > 0 {
		return
	}
	la.busy = true
	l.ready = append(l.ready, name)
	if l.running < l.workers && l.step != nil {
		l.running++
		go l.worker(l.step)
	}
}

// worker runs the heads of ready lanes until there are none.
func (l *lanes) worker(step func(*entry) verdict) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.step != nil && len(l.ready) > 0 {
		name := l.ready[0]
		l.ready = slices.Delete(l.ready, 0, 1)
		la := l.byName[name]
		e := la.queue[0]
		if e.released || l.held[e.part] > 0 {
			la.busy = false
			continue
		}
		e.running = true
		l.mu.Unlock()
		v := step(e)
		l.mu.Lock()
		e.running = false
		la.busy = false
		l.settle(name, la, e, v)
		l.idle.Broadcast()
	}
	l.running--
	l.idle.Broadcast()
}

// settle acts on a verdict. The lock is held.
func (l *lanes) settle(name string, la *lane, e *entry, v verdict) {
	switch {
	case v.done:
		l.remove(name, la, e)
		_ = e.msg.Ack() // if it is lost the item comes again and meets its mark
		l.makeReady(name, la)
	case e.orphan:
		l.remove(name, la, e)
		_ = e.msg.Nak() // if it is lost the server waits for AckWait
		l.makeReady(name, la)
	case v.leave, e.released: // it is given back with the rest, in order
		e.released = true
	case v.wait > 0:
		e.due = time.Now().Add(v.wait)
		la.timer = time.AfterFunc(v.wait, func() { l.retry(name, la) })
	default:
		l.makeReady(name, la)
	}
}

// retry makes a lane ready whose head waited.
func (l *lanes) retry(name string, la *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byName[name] != la || la.timer == nil {
		return
	}
	la.timer = nil
	la.queue[0].due = time.Time{}
	l.makeReady(name, la)
}

// remove takes an entry out of its lane. The lock is held.
func (l *lanes) remove(name string, la *lane, e *entry) {
	delete(l.entries, e.id)
	if i := slices.Index(la.queue, e); i >= 0 {
		if i == 0 && la.timer != nil {
			la.timer.Stop()
			la.timer = nil
		}
		la.queue = slices.Delete(la.queue, i, i+1)
	}
	if len(la.queue) == 0 {
		delete(l.byName, name)
	}
}

// hurry makes a waiting head due now and reports whether there was one.
func (l *lanes) hurry(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, e := range l.entries {
		if id.key != key {
			continue
		}
		la := l.byName[e.env.Lane]
		if la.timer != nil && la.queue[0] == e && la.timer.Stop() {
			la.timer = nil
			e.due = time.Time{}
			l.makeReady(e.env.Lane, la)
		}
		return true
	}
	return false
}

// beat tells the server that entries which it has not heard of for a while are still wanted.
func (l *lanes) beat(after time.Duration) {
	l.mu.Lock()
	var msgs []jetstream.Msg
	now := time.Now()
	for _, e := range l.entries {
		if now.Sub(e.touched) >= after {
			e.touched = now
			msgs = append(msgs, e.msg)
		}
	}
	l.mu.Unlock()
	for _, m := range msgs {
		_ = m.InProgress() // if it is lost the next one comes in time
	}
}

func (l *lanes) runningNow() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.runningIn(every)
}

// status tells of an entry that was fetched.
type status struct {
	running bool
	attempt int
	due     time.Time
	reason  string
}

func (l *lanes) status() map[string]status {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := make(map[string]status, len(l.entries))
	for id, e := range l.entries {
		m[id.key] = status{running: e.running, attempt: e.attempt, due: e.due, reason: e.reason}
	}
	return m
}

// note keeps what status tells.
func (l *lanes) note(e *entry, attempt int, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.attempt, e.reason = attempt, reason
}
