package telemetry

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"trackbot/internal/audit"
	"trackbot/internal/websocket"
)

// scrapePatience is how long the parts may take to say at a scrape how they are.
const scrapePatience = 2 * time.Second

// expiryEvery is how often Webex is asked until when the admin's token of the
// settings is good.
const expiryEvery = time.Hour

// WatchToken asks once an hour until when the token of the settings is good, and
// ends when ctx is done.
func (m *Metrics) WatchToken(ctx context.Context, expiry func(context.Context) (time.Time, error)) error {
	for {
		if exp, err := expiry(ctx); err == nil && !exp.IsZero() {
			m.expires.Store(exp.Unix())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(expiryEvery):
		}
	}
}

// State gives what holds at the moment of a scrape.
type State struct {
	// Ready asks each part of the bot whether it is ready.
	Ready func(context.Context) []Part
	// Waiting counts what is stored and not done.
	Waiting func(context.Context) []Stage
	// Readings are the times of the last reading of each site, for as long as the
	// codes of the sites are read.
	Readings func(context.Context) map[string]time.Time
	// Audit gives the number and the hash of the newest entry of the audit record.
	Audit func(context.Context) (entry int64, hash string, err error)
	// Watches counts who is told of changes of tracking codes; -1 where that can't
	// be told.
	Watches func(context.Context) int
	// Websocket is how the websocket is; false without one.
	Websocket func() (Websocket, bool)
	// SignIn is how the admin's sign-in is; false with a token of the settings,
	// which [Metrics.WatchToken] watches.
	SignIn func() (SignIn, bool)
}

// Part is a part of the bot, and why it is not ready.
type Part struct {
	Name string
	Err  error // in words; nil: it is ready
}

// Stage is how much is stored in one stage of the queue and not done.
type Stage struct {
	Name  string
	Count int
	Err   error // why it can't be counted
}

// Websocket is how well the websocket of this process hears.
type Websocket struct {
	websocket.Health

	Connected bool
}

// SignIn is the state of the admin's sign-in.
type SignIn struct {
	AccessExpires, RefreshExpires time.Time // zero where that is not known
	Refused                       bool      // only a person can mend it
	Refreshes                     uint64    // access tokens that this process got
}

// gauges tells what holds at the moment of a scrape.
type gauges struct {
	m     *Metrics
	state State
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements [prometheus.Collector]. It describes nothing: to find out
// would be to ask Webex before the bot runs.
func (gauges) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector].
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapePatience)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ready := desc("trackbot_ready", "1 where a part of the bot is ready, 0 where it is not.", "part")
	for _, p := range g.state.Ready(ctx) {
		gauge(ready, oneIf(p.Err == nil), p.Name)
	}
	waiting := desc("trackbot_queue_waiting", "What is stored and not done; -1 where that can't be told.", "stage")
	for _, s := range g.state.Waiting(ctx) {
		gauge(waiting, s.count(), s.Name)
	}
	age := desc("trackbot_site_reading_age_seconds", "How long ago the tracking codes of a site were read.", "site")
	for site, read := range g.state.Readings(ctx) {
		gauge(age, time.Since(read).Seconds(), site)
	}
	if entry, hash, err := g.state.Audit(ctx); err == nil {
		gauge(desc("trackbot_audit_entry", "The number of the newest entry of the audit record."), float64(entry))
		first, _ := strconv.ParseUint(hash[:min(len(hash), audit.HeadDigits)], 16, 64)
		gauge(desc("trackbot_audit_head", "The first 13 hexadecimal digits of that entry's hash, as a number: printf %013x, for trackbot audit verify --head."), float64(first))
	}
	gauge(desc("trackbot_watches", "People and spaces that are told of changes of tracking codes; -1 where that can't be told."), float64(g.state.Watches(ctx)))
	if s, ok := g.state.Websocket(); ok {
		s.collect(ch)
	}
	left := desc("trackbot_admin_token_days_left", "Days until a token of the admin runs out; NaN where that is not known.", "token")
	now := time.Now()
	s, ok := g.state.SignIn()
	if !ok {
		gauge(left, daysLeft(time.Unix(g.m.expires.Load(), 0), now), "access")
		return
	}
	gauge(left, daysLeft(s.AccessExpires, now), "access")
	gauge(left, daysLeft(s.RefreshExpires, now), "refresh")
	gauge(desc("trackbot_admin_sign_in_refused", "1 while only a person can mend the admin sign-in."), oneIf(s.Refused))
	ch <- prometheus.MustNewConstMetric(desc("trackbot_admin_refreshes_total", "Access tokens that this process got by a refresh."),
		prometheus.CounterValue, float64(s.Refreshes))
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// count is -1 where that can't be told.
func (s Stage) count() float64 {
	if s.Err != nil {
		return -1
	}
	return float64(s.Count)
}

// daysLeft is 0 after the end, and NaN for an end that is not known.
func daysLeft(end, now time.Time) float64 {
	if end.IsZero() || end.Unix() == 0 {
		return math.NaN()
	}
	return max(end.Sub(now).Hours()/24, 0)
}

// closeCodes are the codes by which lost connections are counted one by one:
// RFC 6455's and, from 4000, Webex's own. What else there is counts as other,
// so that nobody outside can make series.
func closeCodes() [11]int {
	return [...]int{1000, 1001, 1005, 1006, 1009, 1011, 1012, 4000, 4001, 4401, 4404}
}

// collect tells how well the websocket hears.
func (s Websocket) collect(ch chan<- prometheus.Metric) {
	gauge := func(name, help string, v float64) {
		ch <- prometheus.MustNewConstMetric(desc("trackbot_websocket_"+name, help), prometheus.GaugeValue, v)
	}
	gauge("connected", "1 while events come in over the websocket of this process.", oneIf(s.Connected))
	gauge("state_timestamp_seconds", "Since when the websocket is in its present state, connected or not.", seconds(s.Since))
	gauge("last_frame_timestamp_seconds", "When Webex sent anything last.", seconds(s.LastFrame))
	gauge("last_event_timestamp_seconds", "When an event came last and was stored.", seconds(s.LastEvent))
	gauge("device_timestamp_seconds", "When the device was registered that the websocket belongs to.", seconds(s.DeviceSince))
	lost := map[string]int{"other": 0}
	for _, code := range closeCodes() {
		lost[strconv.Itoa(code)] = s.Reconnects[code]
		lost["other"] -= s.Reconnects[code]
	}
	for _, n := range s.Reconnects {
		lost["other"] += n
	}
	d := desc("trackbot_websocket_reconnects_total", "Connections that ended, by close code; 1006 is one that was lost.", "code")
	for code, n := range lost {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), code)
	}
}

// seconds is a time as Prometheus counts it; NaN where there was none yet.
func seconds(at time.Time) float64 {
	if at.IsZero() {
		return math.NaN()
	}
	return float64(at.UnixMilli()) / 1000
}
