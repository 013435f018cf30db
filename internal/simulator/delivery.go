package simulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // G505: the service signs with SHA-1
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// deliveryTimeout is how long a target has to answer. Webex documents none.
const deliveryTimeout = 5 * time.Second

// Delivery sets how webhook deliveries go wrong. The zero value delivers each
// event once, immediately and, for one webhook and one space, in order.
type Delivery struct {
	Duplicate  float64       `json:"duplicate,omitempty"`  // probability that an event comes twice
	Reorder    float64       `json:"reorder,omitempty"`    // probability that an event is held back while later ones pass
	Drop       float64       `json:"drop,omitempty"`       // probability that an event never comes
	Delay      time.Duration `json:"delay,omitempty"`      // of every event
	Jitter     time.Duration `json:"jitter,omitempty"`     // longest time that a reordered event is held back; 100 ms when 0
	Retries    int           `json:"retries,omitempty"`    // tries after a failed one; Webex documents none
	RetryDelay time.Duration `json:"retryDelay,omitempty"` // before each of those
}

// SetDelivery changes how later events are delivered.
func (s *Simulator) SetDelivery(d Delivery) { s.delivery.set(d) }

// Settle returns when every event so far was delivered or given up; the error
// is ctx's.
func (s *Simulator) Settle(ctx context.Context) error { return s.delivery.settle(ctx) }

// job is one event on its way to one webhook.
type job struct {
	hook, room     string
	target, secret string
	body           envelope
	due            time.Time // zero: now
	lane           lane
	how            Delivery
}

// lane is a line of deliveries that keep their order: one webhook, one space.
// A reordered event has a lane of its own.
type lane struct {
	hook, room string
	single     uint64
}

// deliverer posts events, one goroutine a lane, which ends when the lane is empty.
type deliverer struct {
	done   context.Context //nolint:containedctx // the simulator's life, longer than any call
	log    *slog.Logger
	dice   *dice
	client *http.Client
	report func(hook string, success bool)
	live   func(hook string) bool
	watch  *watch

	mu      sync.Mutex
	how     Delivery
	lanes   map[lane][]*job
	singles uint64
	open    int           // jobs not finished
	last    *job          // the latest that was posted; nil: none
	idle    chan struct{} // closed when open falls to 0; nil: nobody waits
	closed  bool
	running sync.WaitGroup
}

func newDeliverer(done context.Context, log *slog.Logger, d *dice, dial func(context.Context, string, string) (net.Conn, error)) *deliverer {
	return &deliverer{
		done: done, log: log, dice: d, lanes: map[lane][]*job{},
		client: &http.Client{
			Timeout:       deliveryTimeout,
			Transport:     &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (d *deliverer) set(how Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.how = how
}

func (d *deliverer) settings() Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.how
}

// replay posts the latest job again and returns how many that were, 0 or 1.
func (d *deliverer) replay() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.last == nil {
		return 0
	}
	again := *d.last
	again.due = time.Time{}
	d.queue(&again)
	return 1
}

// send puts a job into its lane: once, twice or not at all, by chance.
func (d *deliverer) send(j *job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.dice.chance(d.how.Drop) {
		return
	}
	j.how, j.lane = d.how, lane{hook: j.hook, room: j.room}
	if d.how.Delay > 0 {
		j.due = time.Now().Add(d.how.Delay)
	}
	if d.dice.chance(d.how.Duplicate) {
		again := *j
		d.queue(&again)
	}
	if d.dice.chance(d.how.Reorder) {
		d.singles++
		j.lane.single = d.singles
		j.due = time.Now().Add(d.how.Delay + time.Millisecond + d.dice.upTo(max(d.how.Jitter, 0)))
		if d.how.Jitter == 0 {
			j.due = j.due.Add(d.dice.upTo(100 * time.Millisecond))
		}
	}
	d.queue(j)
}

func (d *deliverer) queue(j *job) {
	d.open++
	waiting, runs := d.lanes[j.lane]
	d.lanes[j.lane] = append(waiting, j)
	if !runs {
		d.running.Go(func() { d.run(j.lane) })
	}
}

// run delivers the jobs of a lane until it is empty.
func (d *deliverer) run(l lane) {
	for {
		d.mu.Lock()
		waiting := d.lanes[l]
		if len(waiting) == 0 {
			delete(d.lanes, l)
			d.mu.Unlock()
			return
		}
		d.lanes[l] = waiting[1:]
		d.mu.Unlock()
		d.deliver(waiting[0])
		d.finished()
	}
}

func (d *deliverer) finished() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open--; d.open == 0 && d.idle != nil {
		close(d.idle)
		d.idle = nil
	}
}

// deliver tries one job. A webhook that is off or gone by now gets nothing.
func (d *deliverer) deliver(j *job) {
	for try := 0; try <= j.how.Retries; try++ {
		wait := time.Duration(0)
		if try > 0 {
			wait = j.how.RetryDelay
		} else if !j.due.IsZero() {
			wait = time.Until(j.due)
		}
		if !pause(d.done, wait) || !d.live(j.hook) {
			return
		}
		err := d.post(j)
		if d.done.Err() != nil {
			return
		}
		d.report(j.hook, err == nil)
		if err == nil {
			return
		}
		d.log.Debug("webhook not delivered", "webhook_id", j.hook, "error", err)
	}
}

// post sends one job once; anything but 2xx is an error.
func (d *deliverer) post(j *job) error {
	body, err := encode(j.body)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.last = j
	d.mu.Unlock()
	e := Exchange{Call: Call{Time: time.Now(), Token: fromWebhook, Method: http.MethodPost, Path: j.target}, Request: shown(body)}
	defer func() {
		e.Took = time.Since(e.Time)
		d.watch.add(e)
	}()
	req, err := http.NewRequestWithContext(d.done, http.MethodPost, j.target, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	if j.secret != "" {
		req.Header.Set("X-Spark-Signature", sign(j.secret, body))
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	e.Status = resp.StatusCode
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

// sign returns the signature of a body: lower-case hex of HMAC-SHA1 with the secret.
func sign(secret string, body []byte) string {
	h := hmac.New(sha1.New, []byte(secret))
	_, _ = h.Write(body) // never fails
	return strings.ToLower(hex.EncodeToString(h.Sum(nil)))
}

func (d *deliverer) settle(ctx context.Context) error {
	d.mu.Lock()
	if d.open == 0 {
		d.mu.Unlock()
		return nil
	}
	if d.idle == nil {
		d.idle = make(chan struct{})
	}
	idle := d.idle
	d.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("simulator: deliveries under way: %w", context.Cause(ctx))
	}
}

// close waits until the deliveries that the end of done interrupts are over.
func (d *deliverer) close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.running.Wait()
	d.client.CloseIdleConnections()
}
