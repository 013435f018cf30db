package simulator

import (
	"context"
	"net"
	"sync"
)

// Wire is a network in memory. Use it as [Options.Listener] and as the dialer of
// the client. Tests with testing/synctest need it, because their clock stands
// still while a goroutine waits for a real connection.
type Wire struct {
	calls chan net.Conn
	done  chan struct{}
	once  sync.Once
}

// NewWire returns a network for one simulator.
func NewWire() *Wire { return &Wire{calls: make(chan net.Conn), done: make(chan struct{})} }

// Accept waits for a call.
func (w *Wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.calls:
		return c, nil
	case <-w.done:
		return nil, net.ErrClosed
	}
}

// Close refuses all calls to come.
func (w *Wire) Close() error {
	w.once.Do(func() { close(w.done) })
	return nil
}

// Addr is an address of loopback, which nothing listens on.
func (w *Wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// Dial connects to the listener, whatever the address.
func (w *Wire) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case w.calls <- there:
		return here, nil
	case <-w.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
