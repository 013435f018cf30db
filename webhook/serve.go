package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"
)

const (
	readTimeout     = 5 * time.Second  // from the connection's first byte to the body's last; a delivery is below 2 KiB
	writeTimeout    = 15 * time.Second // over readTimeout and storeTimeout together
	idleTimeout     = 2 * time.Minute  // over the 60 s that proxies keep a connection, so that they close first
	shutdownTimeout = 10 * time.Second // over what a request under way may take
	maxHeader       = 16 << 10         // bytes
)

// ServeOptions are what [Serve] may be told; the zero value is fine.
type ServeOptions struct {
	// Proxies are those whose connections are bounded in all only: anybody may be
	// behind them.
	Proxies []netip.Prefix
	// Refused counts what is refused, by one of [Reasons]; nil: nobody counts.
	Refused func(reason string)
	// Connections is told how many are open whenever that changes; nil: nobody is.
	Connections func(open int)
	// Logger hears of what is refused; nil is silent.
	Logger *slog.Logger
}

// Serve answers on l until ctx ends, then takes no new connection, lets the
// requests under way finish for at most ten seconds, and returns nil; or it
// returns at once why it can't answer. It closes l. At most 512 connections are
// open, 128 of one address: the next takes the place of the one that has gone
// longest without a whole request.
func Serve(ctx context.Context, l net.Listener, h http.Handler, o ServeOptions) error {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Connections == nil {
		o.Connections = func(int) {}
	}
	bounded := newConnections(l, o)
	s := &http.Server{
		ConnState: func(c net.Conn, state http.ConnState) {
			if b, ok := c.(*connection); ok && state == http.StateIdle {
				bounded.served(b)
			}
		},
		Handler:           h,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelDebug), // of strangers' broken connections
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(bounded) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop serving HTTP: %w", errors.Join(err, s.Close()))
	}
	return nil
}
