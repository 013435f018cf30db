package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"trackbot/webhook"
)

// scrapes bounds how many scrapes are answered at once.
const scrapes = 4

// expiryEvery is how often Webex is asked until when the admin's token of the
// settings is good.
const expiryEvery = time.Hour

// inside is what ADMIN_ADDR shows of the app: metrics and profiles.
type inside struct {
	registry *prometheus.Registry
	listener net.Listener // nil: nobody may look
	expires  atomic.Int64 // when the admin's token of the settings runs out, in seconds since 1970; 0 is not known
}

func newInside() *inside {
	s := &inside{registry: prometheus.NewRegistry()}
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

// listen opens the listener where addr is set.
func (s *inside) listen(ctx context.Context, addr string) (err error) {
	if addr == "" {
		return nil
	}
	if s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", addr); err != nil {
		return fmt.Errorf("ADMIN_ADDR: %w", err)
	}
	return nil
}

// serve answers until ctx is done, under the same limits as the bot's public
// side. A profile may take 14 seconds.
func (s *inside) serve(ctx context.Context, log *slog.Logger) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: scrapes, Timeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError),
	}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	log.Info("metrics and profiles", "address", s.listener.Addr().String())
	return webhook.Serve(ctx, s.listener, mux, log)
}

// watchToken asks once an hour until when the token of the settings is good.
func (s *inside) watchToken(ctx context.Context, expiry func(context.Context) (time.Time, error)) error {
	for {
		if exp, err := expiry(ctx); err == nil && !exp.IsZero() {
			s.expires.Store(exp.Unix())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(expiryEvery):
		}
	}
}

// gauges tells what holds at the moment of a scrape.
type gauges struct{ a *app }

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements [prometheus.Collector]. It describes nothing: to find out
// would be to ask Webex before the bot runs.
func (gauges) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector].
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyPatience)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ready := desc("trackbot_ready", "1 where a part of the bot is ready, 0 where it is not.", "part")
	for _, c := range g.a.checks(ctx) {
		gauge(ready, oneIf(c.err == nil), c.part)
	}
	waiting := desc("trackbot_queue_waiting", "What is stored and not done; -1 where that can't be told.", "stage")
	gauge(waiting, count(g.a.events.Waiting(ctx)), "events")
	gauge(waiting, count(g.a.jobs.Waiting(ctx)), "jobs")
	gauge(waiting, count(g.a.replies.Waiting(ctx)), "replies")
	g.a.hearing.collect(ch)
	left := desc("trackbot_admin_token_days_left", "Days until a token of the admin runs out; NaN where that is not known.", "token")
	if g.a.keys == nil {
		gauge(left, daysLeft(time.Unix(g.a.inside.expires.Load(), 0), time.Now()), "access")
		return
	}
	s, now := g.a.keys.Status(), time.Now()
	gauge(left, daysLeft(s.AccessExpires, now), "access")
	gauge(left, daysLeft(s.RefreshExpires, now), "refresh")
	gauge(desc("trackbot_admin_sign_in_refused", "1 while only a person can mend the admin sign-in."), oneIf(s.Refused != ""))
	ch <- prometheus.MustNewConstMetric(desc("trackbot_admin_refreshes_total", "Access tokens that this process got by a refresh."),
		prometheus.CounterValue, float64(s.Refreshes))
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func count(n int, err error) float64 {
	if err != nil {
		return -1
	}
	return float64(n)
}

// daysLeft is 0 after the end, and NaN for an end that is not known.
func daysLeft(end, now time.Time) float64 {
	if end.IsZero() || end.Unix() == 0 {
		return math.NaN()
	}
	return max(end.Sub(now).Hours()/24, 0)
}

// counted counts the deliveries of webhooks by the status that they get.
func (a *app) counted(h http.Handler) http.Handler {
	counting := promhttp.InstrumentHandlerCounter(a.metrics.deliveries, h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.TrimSuffix(r.URL.Path, "/") == webhook.Path {
			counting(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}
