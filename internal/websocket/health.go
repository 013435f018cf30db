package websocket

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"
)

// Health says how well the receiver hears.
type Health struct {
	State       string      `json:"state"`                // such as ready, draining or back-off
	Since       time.Time   `json:"since"`                // of the state
	DeafSince   time.Time   `json:"deafSince,omitzero"`   // zero while it hears
	Trouble     string      `json:"trouble,omitempty"`    // in words, what somebody must mend
	LastFrame   time.Time   `json:"lastFrame,omitzero"`   // of any kind
	LastEvent   time.Time   `json:"lastEvent,omitzero"`   // that was stored
	Reconnects  map[int]int `json:"reconnects,omitempty"` // by close code; 1006 is a lost connection
	Device      string      `json:"device"`               // its name
	DeviceSince time.Time   `json:"deviceSince,omitzero"`
	Region      string      `json:"region,omitempty"` // the host of the device service
}

// patience is how long the receiver may be deaf before it counts as not ready.
const patience = time.Minute

// Health is how well the receiver hears now.
func (r *Receiver) Health() Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.health
	h.Reconnects = maps.Clone(h.Reconnects)
	return h
}

// Ready returns nil while the receiver hears, and for a minute after it heard
// last; otherwise why it is deaf, in words.
func (r *Receiver) Ready() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.health
	if h.State != stopped.String() && (h.DeafSince.IsZero() || r.heard && time.Since(h.DeafSince) < patience) {
		return nil
	}
	if h.Trouble != "" {
		return errors.New("websocket: " + h.Trouble)
	}
	return fmt.Errorf("websocket: not connected to Webex (%s)", h.State)
}

// Hears reports whether events come in now.
func (r *Receiver) Hears() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.health.State != stopped.String() && r.health.DeafSince.IsZero()
}

// watch changes the health.
func (r *Receiver) watch(f func(*Health)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.health)
}

// publish keeps the health and logs what changed.
func (v *run) publish(before state, n news) {
	s, now := v.state, time.Now()
	lost := s.Phase == backOff && (before.Phase == authorize || before.Phase == ready)
	if lost && n.Kind == evTick { // nobody closed it
		n.Code, n.Text = closeAbnormal, "it does not answer"
	}
	v.watch(func(h *Health) {
		h.State, h.Since, h.Trouble, h.Region = s.word(), s.Since, s.Trouble.words(v.o.Name), region(v.wdm)
		switch {
		case s.hears():
			h.DeafSince, v.heard = time.Time{}, true
		case h.DeafSince.IsZero():
			h.DeafSince = now
		}
		if lost {
			h.count(n.Code)
		}
		if n.device != nil {
			h.DeviceSince = n.device.since(n.Fresh, h.DeviceSince, now)
		}
	})
	log := v.o.Logger.With("device", v.o.Name, "region", region(v.wdm))
	switch {
	case s.Phase == ready && before.Phase != ready:
		log.InfoContext(v.ctx, "websocket ready")
	case n.Kind == evShutdown:
		log.InfoContext(v.ctx, "Webex will close this connection; another one is made first")
	case lost || n.Kind == evFailed:
		wait := max(s.By.Sub(now), 0).Round(time.Millisecond)
		log.Log(v.ctx, s.Trouble.level(), "not connected", "code", n.Code, "reason", n.Text, "trouble", s.Trouble.words(v.o.Name), "again_in", wait)
	}
}

// count counts a connection that ended.
func (h *Health) count(code int) {
	if h.Reconnects == nil {
		h.Reconnects = map[int]int{}
	}
	h.Reconnects[code]++
}

// level is how loud a trouble is said.
func (t trouble) level() slog.Level {
	if t == none {
		return slog.LevelWarn
	}
	return slog.LevelError
}

// word is the state for operators.
func (s state) word() string {
	if s.Old != 0 {
		return "draining"
	}
	return s.Phase.String()
}

// words say what somebody must mend.
func (t trouble) words(name string) string {
	switch t {
	case token:
		return "Webex refuses the bot token; set WEBEX_BOT_TOKEN to one that is valid"
	case replaced:
		return "another process has taken the connection of the device " + name + "; two bots must not share a DATA_DIR or a copy of it"
	case limit:
		return "the bot's account has too many device registrations, and none of them is trackbot's to remove; DELETE /devices of the device service removes all"
	case none:
	}
	return ""
}
