package websocket

import (
	"context"
	"errors"
	"hash/fnv"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"trackbot/internal/text"
	"trackbot/webex"
)

const (
	lanes      = 16               // spaces are spread over as many workers: order within a space, speed beside it
	laneRoom   = 64               // events that wait for one worker; then the connection is not read any further
	storeLimit = 5 * time.Second  // for one try to store an event, as at the webhook's door
	storeAgain = 10 * time.Second // longest wait before the next try
)

// job is an activity that is an event of the bot's.
type job struct {
	conn *conn
	frame
}

// workers make events of activities and store them.
type workers struct {
	v     *run
	ctx   context.Context //nolint:containedctx // ends the waits of all workers
	end   func()
	lanes [lanes]chan job
	wg    sync.WaitGroup
}

func newWorkers(v *run) *workers {
	w := &workers{v: v}
	w.ctx, w.end = context.WithCancel(v.ctx)
	for i := range w.lanes {
		w.lanes[i] = make(chan job, laneRoom)
		w.wg.Go(func() { w.work(w.lanes[i]) })
	}
	return w
}

// give hands an activity to its space's worker, and waits for room.
func (w *workers) give(j job) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(j.Activity.space().ID.V)) // never fails
	lane := w.lanes[h.Sum32()%lanes]
	select {
	case lane <- j:
		return
	default:
	}
	j.conn.hold(func() {
		select {
		case lane <- j:
		case <-w.ctx.Done(): // not acknowledged: it comes again
		}
	})
}

// stop lets each worker finish the event that it is at. Those that wait are not
// acknowledged and come again.
func (w *workers) stop() {
	w.end()
	w.wg.Wait()
}

func (w *workers) work(lane chan job) {
	for {
		select {
		case <-w.ctx.Done():
			return
		case j := <-lane:
			w.handle(j)
		}
	}
}

// handle stores one event and acknowledges it then, however many tries that
// takes: while it waits, the events behind it wait too.
func (w *workers) handle(j job) {
	log := w.v.o.Logger
	waits := backoff.ExponentialBackOff{InitialInterval: 250 * time.Millisecond, MaxInterval: storeAgain, Multiplier: 2}
	for try := 0; ; try++ {
		e, ok, err := w.v.event(w.ctx, j.Activity, try)
		if err == nil && ok {
			err = w.store(e)
		}
		if errors.Is(err, errMalformed) {
			log.WarnContext(w.ctx, "an event can't be used; dropped", "verb", text.Line(j.Activity.Verb.V, maxWord), "error", err)
			err = nil
		}
		if err == nil {
			j.conn.ack(j.ID)
			return
		}
		wait := waits.NextBackOff()
		log.WarnContext(w.ctx, "an event is not stored yet", "try", try+1, "wait", wait, "error", err)
		select {
		case <-w.ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// store goes on while the receiver stops: the event is here, and whole.
func (w *workers) store(e webex.Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), storeLimit)
	defer cancel()
	err := w.v.o.Inbox(ctx, e)
	if err == nil {
		w.v.watch(func(h *Health) { h.LastEvent = time.Now() })
	}
	return err
}
