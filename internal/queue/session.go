package queue

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// errSession says that the session ended; the next one takes over.
var errSession = errors.New("the store is restarting")

// session is one connection to JetStream. An embedded store gets a new one each time its server is restarted; a cluster
// has one for ever, which reconnects by itself.
type session struct {
	srv  *server.Server // nil on a cluster
	nc   *nats.Conn
	js   jetstream.JetStream
	lost chan struct{} // closed when the session ends

	sick    <-chan struct{}          // closed when the store failed, which is before lost
	sicken  func()                   // closes it
	whenIll func(func()) func() bool // calls a func when it is closed, as context.AfterFunc does
}

func newSession(ctx context.Context, nc *nats.Conn, srv *server.Server) (*session, error) {
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(opTimeout))
	if err != nil {
		return nil, fmt.Errorf("opening JetStream: %w", err)
	}
	ctx, sicken := context.WithCancel(context.WithoutCancel(ctx))
	return &session{
		srv: srv, nc: nc, js: js, lost: make(chan struct{}), sick: ctx.Done(), sicken: sicken,
		whenIll: func(f func()) func() bool { return context.AfterFunc(ctx, f) },
	}, nil
}

func (s *session) close() {
	close(s.lost)
	if s.srv == nil {
		// What was acknowledged last must reach the cluster; a failure only means a redelivery.
		_ = s.nc.FlushTimeout(time.Second) // see above
		s.nc.Close()
		return
	}
	_ = s.nc.FlushTimeout(time.Second) // in memory; a failure only means a redelivery
	s.nc.Close()
	stopServer(s.srv)
}

// asset is a stream that the queue needs.
type asset struct {
	stream  string
	create  func(context.Context, jetstream.JetStream) error
	earlier []string                                // streams of an earlier layout, whose messages belong in it
	moved   func(*jetstream.RawStreamMsg) *nats.Msg // one of those, as it belongs in it; nil for none
}

// session returns the session to use now, or an [UnavailableError].
func (q *Queue) session() (*session, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return nil, ErrClosed
	case q.broken != nil:
		return nil, &UnavailableError{Reason: "the store failed", Err: q.broken}
	case q.cur == nil:
		return nil, &UnavailableError{Reason: q.reason.Error()}
	}
	return q.cur, nil
}

// await returns the session once everything on it exists.
func (q *Queue) await(ctx context.Context) (*session, error) {
	for {
		q.mu.Lock()
		ch, s := q.changed, q.cur
		ok := s != nil && q.broken == nil && q.reason == nil
		closed := q.closing
		q.mu.Unlock()
		switch {
		case closed:
			return nil, ErrClosed
		case ok:
			return s, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-ch:
		}
	}
}

// set changes the state under the lock and wakes all who wait for a change.
func (q *Queue) set(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	f()
	close(q.changed)
	q.changed = make(chan struct{})
}

// do runs one operation. On a cluster it is tried again while the reason may pass, for up to 10 s or until ctx is done:
// every operation here may be repeated. An embedded store that fails is marked broken, and the keeper restarts it.
func (q *Queue) do(ctx context.Context, f func(context.Context, *session) error) error {
	limit := time.Now().Add(patience)
	for {
		s, err := q.session()
		if err != nil {
			return err
		}
		err = s.try(ctx, f)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("the store was not done in time: %w", context.Cause(ctx))
		case isStopped(s.sick):
			return &UnavailableError{Reason: "the store failed", Err: err}
		case q.embedded() && (isBroken(err) || errors.Is(err, context.DeadlineExceeded)):
			q.fail(s, err)
			return &UnavailableError{Reason: "the store failed", Err: err}
		case isFull(err):
			return &UnavailableError{Reason: "the store is full", Err: err}
		case !isPassing(err):
			return err
		case q.embedded() || time.Now().After(limit):
			return &UnavailableError{Reason: "no answer from the store", Err: err}
		}
		if !pause(ctx, 200*time.Millisecond) {
			return &UnavailableError{Reason: "no answer from the store", Err: err}
		}
	}
}

// try runs f once, no longer than opTimeout and not on after the store failed.
func (s *session) try(ctx context.Context, f func(context.Context, *session) error) error {
	octx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	if s.srv != nil {
		defer s.whenIll(cancel)()
	}
	return f(octx, s)
}

// pause waits for d and reports whether ctx let it.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// fail marks the session's store as broken: from now on nothing is ready until the keeper has restarted it.
func (q *Queue) fail(s *session, err error) {
	q.mu.Lock()
	fresh := q.cur == s && q.broken == nil && !q.closed
	if fresh {
		q.broken = err
	}
	q.mu.Unlock()
	s.sicken()
	if fresh {
		q.log.Error("the store failed; it is restarted once it can be written", "error", err)
		q.wake()
	}
}

func (q *Queue) wake() {
	select {
	case q.kick <- struct{}{}:
	default:
	}
}

// waiting says for which servers the queue waits, without user or password.
func (q *Queue) waiting() string {
	var hosts []string
	for s := range strings.SplitSeq(q.o.URL, ",") {
		u, err := url.Parse(strings.TrimSpace(s))
		if err != nil || u.Host == "" {
			hosts = append(hosts, "the configured server")
			continue
		}
		hosts = append(hosts, u.Host)
	}
	return "waiting for NATS at " + strings.Join(hosts, ", ")
}
