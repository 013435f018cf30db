package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"trackbot/internal/socket"
)

// deaf returns why nothing is heard, now and without patience; nil while
// something is.
func (h *hearing) deaf() error {
	var all []error
	if h.keeper != nil {
		err := h.keeper.Ready()
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	if h.c.Websocket() {
		r := h.receiver.Load()
		if r != nil && r.Hears() {
			return nil
		}
		all = append(all, errors.New("websocket: not connected"))
	}
	return errors.Join(all...)
}

// Ready returns nil while this bot hears, by one way or the other, and for a
// minute after its websocket was lost; otherwise why not, in words.
func (h *hearing) Ready(ctx context.Context) error {
	var all []error
	if h.keeper != nil {
		k := h.keeper
		if h.replicated() {
			k = h.watcher
		}
		err := k.Ready()
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	if h.c.Websocket() {
		err := h.websocketReady(ctx)
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// health is how well the websocket hears; nil without one.
func (h *hearing) health() any {
	if r := h.receiver.Load(); r != nil {
		return r.Health()
	}
	return nil
}

func (h *hearing) websocketReady(ctx context.Context) error {
	r := h.receiver.Load()
	switch {
	case h.leads.Load() && r != nil:
		return r.Ready()
	case h.replicated() && !h.leads.Load():
		until, err := h.heard(ctx)
		if err != nil {
			return fmt.Errorf("websocket: whether another replica hears is not known: %w", err)
		}
		if time.Since(until) < standbyMax {
			return nil
		}
	}
	return errors.New("websocket: not connected to Webex")
}

// closeCodes are the codes by which lost connections are counted one by one:
// RFC 6455's and, from 4000, Webex's own. What else there is counts as other,
// so that nobody outside can make series.
func closeCodes() [11]int {
	return [...]int{1000, 1001, 1005, 1006, 1009, 1011, 1012, 4000, 4001, 4401, 4404}
}

// collect tells how well the websocket hears at the moment of a scrape: nothing
// without one, and of a replica that leaves it to another that it has none.
func (h *hearing) collect(ch chan<- prometheus.Metric) {
	if !h.c.Websocket() {
		return
	}
	var s socket.Health
	connected := false
	if r := h.receiver.Load(); r != nil {
		s, connected = r.Health(), r.Hears()
	}
	gauge := func(name, help string, v float64) {
		ch <- prometheus.MustNewConstMetric(desc("trackbot_websocket_"+name, help), prometheus.GaugeValue, v)
	}
	gauge("connected", "1 while events come in over the websocket of this process.", oneIf(connected))
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
