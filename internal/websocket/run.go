package websocket

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	"trackbot/webex"
)

// run is one life of a receiver: from Run's beginning to its end.
type run struct {
	*Receiver
	ctx     context.Context //nolint:containedctx // one run, from its beginning to its end
	news    chan news
	tasks   sync.WaitGroup // calls, readers and writers
	workers *workers

	// Only the loop touches these.
	state  state
	conns  map[int]*conn
	wdm    string
	device deviceRecord

	mu      sync.Mutex // guards what workers read too
	regions regions
}

// news is what the loop is told: an event of the machine with what came of it.
type news struct {
	event
	conn    *conn
	pong    string // id of the ping that was answered
	catalog *catalog
	device  *deviceRecord
}

// Run hears until ctx is done and then returns nil, all connections closed. The
// device stays registered for half an hour, so that a restart is told what it
// missed. Nothing else ends it. It is called once at a time.
func (r *Receiver) Run(ctx context.Context) error {
	work, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	v := &run{Receiver: r, ctx: work, news: make(chan news), conns: map[int]*conn{}, state: state{Dice: seed()}}
	v.workers = newWorkers(v) //nolint:contextcheck // they end in stop, after what they are at
	v.watch(func(h *Health) { h.DeafSince = time.Now() })
	v.take(news{event: event{Kind: evStart}})
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		wait := time.Hour
		if due := v.state.due(); !due.IsZero() {
			wait = time.Until(due)
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case n := <-v.news:
			v.take(n)
		case <-timer.C:
			v.take(news{event: event{Kind: evTick, Held: v.held()}})
		}
	}
	v.stop(end)
	return nil
}

// held is when the reader of the connection in use waited for room last.
func (v *run) held() time.Time {
	if c := v.conns[v.state.Conn]; c != nil {
		return c.heldAt(time.Now())
	}
	return time.Time{}
}

// seed makes every run's chances its own.
func seed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}

// stop ends everything in good order: what is being stored is stored and
// acknowledged before the connections close.
func (v *run) stop(end func()) {
	v.workers.stop()
	done := make(chan struct{})
	v.take(news{event: event{Kind: evStop}})
	end()
	go func() { v.tasks.Wait(); close(done) }()
	for {
		select {
		case n := <-v.news: // too late
			if n.conn != nil {
				n.conn.close("Done")
			}
		case <-done:
			v.http.CloseIdleConnections()
			return
		}
	}
}

// take brings the machine on and does what it says.
func (v *run) take(n news) {
	before, now := v.state, time.Now()
	v.note(n)
	switch n.Kind { //nolint:exhaustive // the others need nothing
	case evDialled:
		v.conns[n.Conn] = n.conn
	case evPong:
		if c := v.conns[n.Conn]; c != nil && c.pingID == n.pong {
			n.Ping = c.ping
		}
	case evClosed:
		delete(v.conns, n.Conn)
	}
	var todo []action
	v.state, todo = step(before, n.event, now)
	for _, a := range todo {
		v.do(a)
	}
	v.publish(before, n)
}

// note keeps what calls have found out.
func (v *run) note(n news) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n.catalog != nil {
		v.wdm, v.regions.catalog = n.catalog.wdm, n.catalog.clusters
	}
	if n.device != nil {
		v.device, v.regions.me = *n.device, lower(n.device.UserID.V)
	}
}

// do begins what the machine says; what comes of it is news.
func (v *run) do(a action) {
	c := v.conns[a.Conn]
	switch a.Do {
	case acDiscover:
		v.spawn(v.discovering)
	case acDevice:
		wdm := v.wdm
		v.spawn(func() news { return v.registering(wdm, a.How) })
	case acRefresh:
		wdm, address := v.wdm, v.device.URL
		v.spawn(func() news { return v.refreshing(wdm, address) })
	case acDial:
		address := v.device.WebSocketURL
		v.spawn(func() news { return v.dialling(a.Conn, address) })
	case acAuthorize:
		v.hearing(c)
	case acPing:
		c.sendPing(a.Ping)
	case acClose:
		if c != nil {
			c.close(a.Text)
		}
	case acGap:
		v.o.Gap()
	case acReady:
	}
}

// spawn makes a call beside the loop.
func (v *run) spawn(f func() news) {
	v.tasks.Go(func() { v.report(f()) })
}

// report hands news to the loop, or to whoever ends it.
func (v *run) report(n news) { v.news <- n }

func (v *run) discovering() news {
	c, err := v.discover(v.ctx)
	if err != nil {
		return v.failed("discovery", 0, err)
	}
	return news{event: event{Kind: evDiscovered}, catalog: &c}
}

func (v *run) registering(wdm string, how registration) news {
	d, fresh, err := v.register(v.ctx, wdm, how)
	if err != nil {
		return v.failed("registration", 0, err)
	}
	return news{event: event{Kind: evDevice, Fresh: fresh, Life: d.life()}, device: &d}
}

// refreshing prolongs the device's life. Where it is gone, or the account has
// moved to another region, a new one is made where the account is now.
func (v *run) refreshing(wdm, address string) news {
	c, err := v.discover(v.ctx)
	var d deviceRecord
	moved := c.wdm != wdm
	if err == nil && !moved {
		d, err = v.refresh(v.ctx, address)
	}
	fresh := moved || webex.IsNotFound(err)
	if fresh && c.wdm != "" {
		d, fresh, err = v.register(v.ctx, c.wdm, reuse)
	}
	if err != nil {
		n := v.failed("refresh", 0, err)
		n.Fail.Refresh = true
		return n
	}
	return news{event: event{Kind: evRefreshed, Fresh: fresh || moved, Life: d.life()}, catalog: &c, device: &d}
}

func (v *run) dialling(number int, address string) news {
	c, err := v.open(v.ctx, number, address)
	if err != nil {
		return v.failed("dial", number, err)
	}
	v.tasks.Go(c.writing)
	return news{event: event{Kind: evDialled, Conn: number}, conn: c}
}

// failed logs a call that failed and makes news of it.
func (v *run) failed(step string, number int, err error) news {
	v.o.Logger.WarnContext(v.ctx, "a step towards the websocket failed", "step", step, "error", err)
	return news{event: event{Kind: evFailed, Conn: number, Fail: failureOf(err)}}
}

// hearing sends the token over a connection and reads it from then on.
func (v *run) hearing(c *conn) {
	v.tasks.Go(func() {
		if bearer, err := v.o.Token(v.ctx); err == nil {
			c.authorize(bearer)
		} else {
			v.o.Logger.ErrorContext(v.ctx, "there is no usable bot token", "error", err)
			c.close("Done")
		}
		code, reason := c.reading(func(b []byte) { v.frame(c, b) })
		v.report(news{event: event{Kind: evClosed, Conn: c.number, Code: code, Text: reason}})
	})
}

// frame sorts one frame of a connection, in its reader's goroutine.
func (v *run) frame(c *conn, b []byte) {
	v.watch(func(h *Health) { h.LastFrame = time.Now() })
	f, err := decode(b)
	if err != nil {
		v.o.Logger.WarnContext(v.ctx, "a frame can't be read; dropped", "bytes", len(b), "error", err)
		return
	}
	switch f.Kind {
	case frameRegion:
		v.report(news{event: event{Kind: evRegion, Conn: c.number}})
	case framePong:
		v.report(news{event: event{Kind: evPong, Conn: c.number}, pong: f.ID})
	case frameReady:
		v.report(news{event: event{Kind: evReady, Conn: c.number, Whole: f.Whole}})
	case frameShutdown:
		v.report(news{event: event{Kind: evShutdown, Conn: c.number}})
	case frameActivity:
		if f.Activity.resource() != "" {
			v.workers.give(job{c, f})
			return // acknowledged when it is stored
		}
	case frameOther:
	}
	c.ack(f.ID)
}
