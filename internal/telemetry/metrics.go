// Package telemetry counts what the bot does and shows it: metrics for
// Prometheus, and the admin server of ADMIN_ADDR with metrics and profiles.
package telemetry

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"trackbot/internal/audit"
	"trackbot/webex"
	"trackbot/webhook"
)

// Metrics count what the bot does. Their labels name no person or space, and a
// site only where an alert must tell which.
type Metrics struct {
	registry *prometheus.Registry
	expires  atomic.Int64 // when the admin's token of the settings runs out, in seconds since 1970; 0 is not known

	questions  *prometheus.CounterVec   // outcome
	posts      *prometheus.CounterVec   // outcome
	answerTime prometheus.Histogram     // from question to answer
	calls      *prometheus.CounterVec   // api, status
	callTime   *prometheus.HistogramVec // api
	deliveries *prometheus.CounterVec   // code
	refused    *prometheus.CounterVec   // reason
	suppressed prometheus.Counter       // events of refused people
	open       prometheus.Gauge         // connections of LISTEN_ADDR
	changes    prometheus.Counter       // of tracking codes
}

// Outcomes of a try to post.
const (
	outcomeDone   = "done"
	outcomeLater  = "later"  // tried again
	outcomeFailed = "failed" // given up
)

// New makes the metrics, each with every label value that is known beforehand,
// so that zero shows. state is asked at every scrape.
func New(state State) *Metrics {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		r.MustRegister(c)
		return c
	}
	m := &Metrics{
		registry:  r,
		questions: counter("trackbot_questions_total", "Questions and pressed buttons, by what the record says of them.", "outcome"),
		posts:     counter("trackbot_posts_total", "Tries to post a message, by what came of it.", "outcome"),
		answerTime: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "trackbot_answer_seconds", Help: "From a question, as Webex dates it, to its answer.",
			Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 600, 3600},
		}),
		calls: counter("trackbot_api_calls_total", "HTTP attempts at the Webex API.", "api", "status"),
		callTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "trackbot_api_seconds", Help: "How long an HTTP attempt at the Webex API took.",
			Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"api"}),
		refused: counter("trackbot_door_refused_total", "What was refused at LISTEN_ADDR, by the reason.", "reason"),
		suppressed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "trackbot_suppressed_total", Help: "Events of people who went on after several refusals, dropped unread.",
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "trackbot_door_connections", Help: "Open connections of LISTEN_ADDR.",
		}),
		changes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "trackbot_code_changes_total", Help: "Changes of tracking codes that this process saw.",
		}),
		deliveries: counter("trackbot_webhook_deliveries_total", "Webhook deliveries by the status that they got.", "code"),
	}
	r.MustRegister(m.answerTime, m.callTime, m.suppressed, m.open, m.changes, gauges{m, state})
	m.showZeros()
	return m
}

// showZeros makes the series of all label values that are known beforehand.
func (m *Metrics) showZeros() {
	for _, outcome := range []string{audit.OutcomeAnswered, audit.OutcomeRefused, audit.OutcomeFailed, audit.OutcomeIgnored} {
		m.questions.WithLabelValues(outcome)
	}
	for _, outcome := range []string{outcomeDone, outcomeLater, outcomeFailed} {
		m.posts.WithLabelValues(outcome)
	}
	for _, api := range []string{"admin", "adminAudit", "attachment", "authorizations", "contents", "meetingPreferences", "meetings", "memberships", "messages", "people", "rooms", "webhooks"} {
		m.callTime.WithLabelValues(api)
		for _, status := range []string{"2xx", "3xx", "4xx", "401", "403", "404", "429", "5xx", "none"} {
			m.calls.WithLabelValues(api, status)
		}
	}
	for _, code := range []string{"204", "400", "401", "408", "413", "429", "500", "503"} {
		m.deliveries.WithLabelValues(code)
	}
	for _, reason := range webhook.Reasons() {
		m.refused.WithLabelValues(reason)
	}
}

// Question counts a question or a pressed button by its outcome in the record.
func (m *Metrics) Question(outcome string) { m.questions.WithLabelValues(outcome).Inc() }

// Changed counts changes of tracking codes that a reading of a site found.
func (m *Metrics) Changed(n int) { m.changes.Add(float64(n)) }

// Called counts one HTTP attempt; it fits [webex.Options].
func (m *Metrics) Called(_ context.Context, c webex.Call) {
	api, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "/"), "/")
	m.calls.WithLabelValues(api, statusLabel(c.Status)).Inc()
	m.callTime.WithLabelValues(api).Observe(c.Duration.Seconds())
}

// statusLabel keeps the statuses that somebody acts on apart, and joins the rest.
func statusLabel(status int) string {
	switch status {
	case 0:
		return "none"
	case 401, 403, 404, 429:
		return strconv.Itoa(status)
	}
	return strconv.Itoa(status/100) + "xx"
}

// Posted counts one try to post an answer; asked is when its question was
// written, and zero where there was none.
func (m *Metrics) Posted(asked time.Time, err error) {
	if err != nil {
		m.posts.WithLabelValues(failure(err)).Inc()
		return
	}
	m.posts.WithLabelValues(outcomeDone).Inc()
	if !asked.IsZero() {
		m.answerTime.Observe(max(0, time.Since(asked).Seconds()))
	}
}

// failure says whether the queue tries again after an error.
func failure(err error) string {
	t, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	if ok && t.Temporary() || errors.Is(err, context.Canceled) {
		return outcomeLater
	}
	return outcomeFailed
}

// Refused counts what was refused at the door, by one of [webhook.Reasons].
func (m *Metrics) Refused(reason string) { m.refused.WithLabelValues(reason).Inc() }

// Suppressed counts an event of somebody who was refused before, dropped unread.
func (m *Metrics) Suppressed() { m.suppressed.Inc() }

// Connections notes how many connections are open.
func (m *Metrics) Connections(open int) { m.open.Set(float64(open)) }

// Deliveries counts the deliveries of webhooks to h by the status that they get.
func (m *Metrics) Deliveries(h http.Handler) http.Handler {
	counting := promhttp.InstrumentHandlerCounter(m.deliveries, h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.TrimSuffix(r.URL.Path, "/") == webhook.Path {
			counting(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}
