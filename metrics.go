package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"trackbot/bot"
	"trackbot/internal/audit"
	"trackbot/webex"
)

// metrics count what the bot does. Their labels name no person, space or site.
type metrics struct {
	questions  *prometheus.CounterVec   // outcome
	posts      *prometheus.CounterVec   // outcome
	answerTime prometheus.Histogram     // from question to answer
	calls      *prometheus.CounterVec   // api, status
	callTime   *prometheus.HistogramVec // api
	deliveries *prometheus.CounterVec   // code
}

// Outcomes of a try to post.
const (
	outcomeDone   = "done"
	outcomeLater  = "later"  // tried again
	outcomeFailed = "failed" // given up
)

// newMetrics registers the metrics, each with every label value that is known
// beforehand, so that zero shows.
func newMetrics(r prometheus.Registerer) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		r.MustRegister(c)
		return c
	}
	m := &metrics{
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
		deliveries: counter("trackbot_webhook_deliveries_total", "Webhook deliveries by the status that they got.", "code"),
	}
	r.MustRegister(m.answerTime, m.callTime)
	for _, outcome := range []string{audit.OutcomeAnswered, audit.OutcomeRefused, audit.OutcomeFailed, audit.OutcomeIgnored} {
		m.questions.WithLabelValues(outcome)
	}
	for _, outcome := range []string{outcomeDone, outcomeLater, outcomeFailed} {
		m.posts.WithLabelValues(outcome)
	}
	for _, api := range []string{"admin", "attachment", "authorizations", "contents", "meetingPreferences", "meetings", "memberships", "messages", "people", "rooms", "webhooks"} {
		m.callTime.WithLabelValues(api)
		for _, status := range []string{"2xx", "3xx", "4xx", "401", "403", "404", "429", "5xx", "none"} {
			m.calls.WithLabelValues(api, status)
		}
	}
	for _, code := range []string{"204", "400", "401", "408", "413", "500", "503"} {
		m.deliveries.WithLabelValues(code)
	}
	return m
}

// called counts one HTTP attempt; it fits [webex.Options].
func (m *metrics) called(_ context.Context, c webex.Call) {
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

// posted counts one try to post.
func (m *metrics) posted(o bot.Outgoing, err error) {
	if err != nil {
		m.posts.WithLabelValues(failure(err)).Inc()
		return
	}
	m.posts.WithLabelValues(outcomeDone).Inc()
	if !o.Asked.IsZero() {
		m.answerTime.Observe(max(0, time.Since(o.Asked).Seconds()))
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
