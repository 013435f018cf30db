package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	readTimeout     = 5 * time.Second  // from the connection's first byte to the body's last; a delivery is below 2 KiB
	writeTimeout    = 15 * time.Second // over readTimeout and storeTimeout together
	idleTimeout     = 2 * time.Minute  // over the 60 s that proxies keep a connection, so that they close first
	shutdownTimeout = 10 * time.Second // over what a request under way may take
	maxHeader       = 16 << 10         // bytes
)

// Serve answers on l until ctx ends, then takes no new connection, lets the
// requests under way finish for at most ten seconds, and returns nil; or it
// returns at once why it can't answer. It closes l. A nil logger is silent.
func Serve(ctx context.Context, l net.Listener, h http.Handler, logger *slog.Logger) error {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug), // of strangers' broken connections
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
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
