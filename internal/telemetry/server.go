package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"trackbot/webhook"
)

// maxScrapes bounds how many scrapes are answered at once.
const maxScrapes = 4

// Server is the admin server, of ADMIN_ADDR: metrics and profiles, for whoever
// runs the bot.
type Server struct {
	listener net.Listener
	metrics  *Metrics
}

// Listen opens the listener of the admin server; [Server.Serve] closes it.
func Listen(ctx context.Context, addr string, m *Metrics) (*Server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("ADMIN_ADDR: %w", err)
	}
	return &Server{listener: l, metrics: m}, nil
}

// Addr is the address that the server listens at.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Serve answers until ctx is done, under the same limits as the bot's public
// side. A profile may take 14 seconds.
func (s *Server) Serve(ctx context.Context, log *slog.Logger) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: maxScrapes, Timeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError),
	}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	log.Info("metrics and profiles", "address", s.Addr())
	return webhook.Serve(ctx, s.listener, s.ownHost(mux), webhook.ServeOptions{Logger: log})
}

// ownHost answers, on loopback, only who asks for loopback: a page in a browser of
// this machine can make a name of its own point here.
func (s *Server) ownHost(h http.Handler) http.Handler {
	local, ok := s.listener.Addr().(*net.TCPAddr)
	if !ok || !local.IP.IsLoopback() {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if host, _, err := net.SplitHostPort(name); err == nil {
			name = host
		}
		if ip := net.ParseIP(strings.Trim(name, "[]")); !strings.EqualFold(name, "localhost") && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "ask for localhost", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}
