package simulator

import (
	"io"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// The values of [Rule.Drop].
const (
	DropBefore = "before" // the connection is reset, nothing was done
	DropAfter  = "after"  // the work is done, then the connection is reset, or Status answered when that is set
	DropHang   = "hang"   // nothing is done and nothing answered until the caller gives up
)

// Rule makes calls of the API fail. Of several rules that fit a call the
// oldest applies. Go's own transport may repeat a GET on a kept-alive connection
// that is reset, unseen by its caller.
type Rule struct {
	Method      string        `json:"method,omitempty"`      // empty: any
	Path        string        `json:"path,omitempty"`        // beginning of the path below /v1, or a glob with *, ? or []
	Token       string        `json:"token,omitempty"`       // kind, such as [TokenBot]; empty: any
	After       int           `json:"after,omitempty"`       // number of fitting calls that pass first
	Times       int           `json:"times,omitempty"`       // 0: until [Simulator.ClearFaults]
	Probability float64       `json:"probability,omitempty"` // 0: always
	Delay       time.Duration `json:"delay,omitempty"`       // before anything else; alone it only slows
	Status      int           `json:"status,omitempty"`      // answered instead of doing the work
	RetryAfter  string        `json:"retryAfter,omitempty"`  // header beside Status, in seconds or broken on purpose
	ContentType string        `json:"contentType,omitempty"` // beside Status; of 429 text/html, as documented, else JSON
	Body        string        `json:"body,omitempty"`        // beside Status; a fitting one when empty, none when "-"
	Drop        string        `json:"drop,omitempty"`        // [DropBefore], [DropAfter] or [DropHang]
	BrokenJSON  bool          `json:"brokenJson,omitempty"`  // the work is done, and half of the answer sent with its own status
}

// before reports whether the rule leaves the work undone.
func (r *Rule) before() bool {
	return r.Drop == DropBefore || r.Drop == DropHang || r.Drop == "" && r.Status != 0
}

func (r *Rule) fits(kind, method, p string) bool {
	if r.Method != "" && r.Method != method || r.Token != "" && r.Token != kind {
		return false
	}
	if strings.ContainsAny(r.Path, "*?[") {
		fits, err := path.Match(r.Path, p)
		return err == nil && fits
	}
	return strings.HasPrefix(p, r.Path)
}

// faults holds the rules in force.
type faults struct {
	mu      sync.Mutex
	rules   []*counted
	latency time.Duration
}

type counted struct {
	Rule

	seen, done int
}

// match returns the rule that applies to a call, or nil, and the latency of all calls.
func (f *faults) match(d *dice, kind, method, p string) (*Rule, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, r := range f.rules {
		if !r.fits(kind, method, p) {
			continue
		}
		if r.seen++; r.seen <= r.After || r.Probability > 0 && !d.chance(r.Probability) {
			continue
		}
		if r.done++; r.done == r.Times {
			f.rules = slices.Delete(slices.Clone(f.rules), i, i+1)
		}
		return &r.Rule, f.latency
	}
	return nil, f.latency
}

// Fault adds a rule.
func (s *Simulator) Fault(r Rule) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = append(s.faults.rules, &counted{Rule: r})
}

// ClearFaults removes all rules; calls that hang stay hanging.
func (s *Simulator) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = nil
}

// SetLatency makes every call of the API take d longer.
func (s *Simulator) SetLatency(d time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.latency = d
}

// spoil answers a call by a rule, or never.
func (s *Simulator) spoil(w http.ResponseWriter, r *http.Request, rule *Rule, done func(int)) {
	switch {
	case rule.Drop == DropHang:
		done(0)
		_, _ = io.Copy(io.Discard, r.Body) // only then net/http sees the caller go
		select {
		case <-r.Context().Done():
		case <-s.done.Done():
		}
		reset(w)
	case rule.Status == 0 || rule.Drop == DropBefore:
		done(0)
		reset(w)
	default:
		s.wrongAnswer(w, rule, done)
	}
}

func (s *Simulator) wrongAnswer(w http.ResponseWriter, rule *Rule, done func(int)) {
	tracking := s.dice.trackingID()
	kind, body := "application/json;charset=UTF-8", []byte(nil)
	switch {
	case rule.Body == "-":
		kind = ""
	case rule.Body != "":
		body = []byte(rule.Body)
	case rule.Status == http.StatusTooManyRequests || strings.HasPrefix(rule.ContentType, "text/html"):
		kind = "text/html;charset=UTF-8"
		body = []byte("<html><head><title>" + http.StatusText(rule.Status) + "</title></head><body>" + http.StatusText(rule.Status) + "</body></html>")
	default:
		_, body = errorBody(refuse(rule.Status, http.StatusText(rule.Status)), tracking)
	}
	if rule.ContentType != "" {
		kind = rule.ContentType
	}
	h := w.Header()
	h.Set("Trackingid", tracking)
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	if rule.RetryAfter != "" {
		h.Set("Retry-After", rule.RetryAfter)
	}
	done(rule.Status)
	w.WriteHeader(rule.Status)
	_, _ = w.Write(body) // a peer that is gone is no concern of ours
}

// reset ends the connection the hard way: RST instead of an answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // no such connection: net/http cuts it for us
	}
	cutOff(conn)
}

// cutOff closes a connection with RST, so that nothing of it arrives any more.
func cutOff(conn net.Conn) {
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
