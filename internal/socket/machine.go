package socket

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// Times of the protocol. Those of pings are Cisco's own clients'.
const (
	readyLimit    = 30 * time.Second // from the authorization to the server's readiness; the server's own limit is the same
	pingEvery     = 15 * time.Second // after each pong
	pongLimit     = 14 * time.Second
	healthyAfter  = time.Minute // a connection that lived as long makes a fresh start of what comes after it
	backOffMin    = time.Second
	backOffMax    = time.Minute
	swift         = 30 * time.Second // so long an outage is met with waits of at most swiftMax
	swiftMax      = 4 * time.Second
	tokenWait     = 10 * time.Second // after the first refused token; doubled up to tokenWaitMax
	tokenWaitMax  = 5 * time.Minute
	replacedWait  = 2 * time.Minute // at least so long another process keeps what it took; at most twice as long
	longestPause  = time.Hour       // whatever Retry-After asks for
	refreshRetry  = time.Minute     // after a refresh of the device that failed
	refreshNoLife = 4 * time.Hour   // between refreshes of a device that does not say how long it lives
)

// phase is what the receiver is at. With [state.Old] set it drains an earlier
// connection meanwhile, which still hears.
type phase uint8

const (
	stopped   phase = iota
	discover        // asks U2C for the region's addresses
	device          // finds, refreshes or makes the registration
	dial            // opens the connection
	authorize       // sent the token and waits for readiness
	ready           // hears
	backOff         // waits until By and goes on with Then
)

// String is the word for operators.
func (p phase) String() string {
	return [...]string{"stopped", "discover", "device", "dial", "authorize", "ready", "back-off"}[p]
}

// trouble says what keeps the receiver from hearing, beyond a lost connection.
type trouble uint8

const (
	none     trouble = iota
	token            // Webex refuses the token
	replaced         // another process has taken the registration
	limit            // the account has too many registrations, none of them ours to remove
)

// state is all that the machine knows. It is a plain value: step never changes
// the one it is given.
type state struct {
	Phase phase
	Since time.Time // of the phase
	By    time.Time // end of a back-off, or of the wait for readiness
	Then  phase     // after a back-off
	How   registration

	Conn int // the connection that is dialled, authorized or ready; 0: none
	Old  int // an earlier one that still hears while its successor is made; 0: none
	Last int // number of the newest connection

	PingAt time.Time // when to ping next; zero while a pong is due
	PongBy time.Time // when the pong must be there
	Ping   int       // number of the latest ping

	RefreshAt time.Time // when the device must be refreshed; zero without one
	Renewing  bool      // a refresh is under way

	Failures int       // since the last healthy connection
	Down     time.Time // since when there was none
	Refused  int       // tokens refused in a row
	Gone     int       // times in a row that the registration was unknown
	Trouble  trouble
	Gap      bool   // something may have happened unheard since the last readiness
	Dice     uint64 // what chance follows from
}

// registration is how the device is to be had.
type registration uint8

const (
	reuse registration = iota // one of our name, refreshed; else a new one
	anew                      // a new one in any case: the one there is no good
)

// eventKind says what happened.
type eventKind uint8

const (
	evStart      eventKind = iota
	evStop                 // the program ends
	evTick                 // a moment of [state.due] has come
	evDiscovered           // U2C answered
	evDevice               // the device is there
	evRefreshed            // the device of a live connection was refreshed
	evDialled              // the upgrade succeeded
	evReady                // the server said that it delivers
	evPong                 // the answer to a ping
	evShutdown             // the server says that it will go away
	evRegion               // the server says that addresses have changed
	evClosed               // a connection ended
	evFailed               // discovery, device, refresh or dial failed
)

// event is one thing that happened. Only the fields of its kind are set.
type event struct {
	Kind  eventKind
	Conn  int           // dialled, ready, pong, shutdown, closed, failed dial
	Fresh bool          // device, refreshed: it was made anew
	Life  time.Duration // device, refreshed: how long it lives without a refresh; 0: not said
	Whole bool          // ready: nothing was missed since the last connection
	Ping  int           // pong: which ping it answers
	Code  int           // closed: the close code; 1006 without one
	Text  string        // closed: the reason
	Fail  failure       // failed
}

// failure is what the machine needs to know of a call that failed.
type failure struct {
	Status  int           // HTTP; 0: no answer
	After   time.Duration // Retry-After
	Limit   bool          // too many registrations
	Refresh bool          // it was a refresh of a live connection's device
}

// actionKind says what to do.
type actionKind uint8

const (
	acDiscover  actionKind = iota
	acDevice               // find or make the device, as How says
	acRefresh              // refresh the device of a live connection
	acDial                 // open connection Conn
	acAuthorize            // send the token over Conn
	acPing                 // send ping number Ping over Conn
	acClose                // close Conn for the reason Text
	acReady                // tell that connection Conn hears
	acGap                  // tell that something may have been missed
)

type action struct {
	Do   actionKind
	How  registration
	Conn int
	Ping int
	Text string // close: the reason
}

// step is the whole protocol: what state and actions follow from an event. It
// reads no clock, makes no call, and changes nothing.
func step(s state, e event, now time.Time) (state, []action) {
	switch {
	case e.Kind == evStart:
		if s.Phase != stopped {
			return s, nil
		}
		s.Down, s.Gap = now, true
		return s.to(discover, now), []action{{Do: acDiscover}}
	case s.Phase == stopped && e.Kind == evDialled:
		return s, s.closing(e.Conn, "Done")
	case s.Phase == stopped:
		return s, nil
	case e.Kind == evStop:
		out := s.closing(s.Old, "Done")
		out = append(out, s.closing(s.Conn, "Done")...)
		s.Old, s.Conn, s.RefreshAt, s.Renewing = 0, 0, time.Time{}, false
		return s.to(stopped, now), out
	}
	switch e.Kind {
	case evTick:
		return s.tick(now)
	case evDiscovered, evDevice, evDialled, evReady:
		return s.progress(e, now)
	case evRefreshed:
		return s.refreshed(e, now)
	case evPong:
		if s.Phase == ready && e.Conn == s.Conn && e.Ping == s.Ping && !s.PongBy.IsZero() {
			s.PongBy, s.PingAt = time.Time{}, now.Add(pingEvery)
		}
	case evRegion:
		if s.Phase == ready && e.Conn == s.Conn {
			s.RefreshAt = now
		}
	case evShutdown:
		if s.Phase == ready && e.Conn == s.Conn {
			return s.redial(now, dial)
		}
	case evClosed:
		return s.closed(e, now)
	case evFailed:
		return s.failed(e, now)
	case evStart, evStop:
	}
	return s, nil
}

// to enters a phase.
func (s state) to(p phase, now time.Time) state {
	s.Phase, s.Since, s.By, s.PingAt, s.PongBy = p, now, time.Time{}, time.Time{}, time.Time{}
	return s
}

// closing closes a connection, where there is one.
func (s state) closing(conn int, text string) []action {
	if conn == 0 {
		return nil
	}
	return []action{{Do: acClose, Conn: conn, Text: text}}
}

// due is when a tick is wanted next; zero: not at all.
func (s state) due() time.Time {
	var first time.Time
	times := [4]time.Time{s.By, s.PingAt, s.PongBy}
	if s.Phase == ready && !s.Renewing {
		times[3] = s.RefreshAt
	}
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// tick does what has become due.
func (s state) tick(now time.Time) (state, []action) {
	reached := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	switch {
	case s.Phase == backOff && reached(s.By):
		return s.enter(s.Then, now)
	case s.Phase == authorize && reached(s.By):
		out := s.closing(s.Conn, "Not ready in time")
		s, more := s.lost(now, dial, 0)
		return s, append(out, more...)
	case s.Phase == ready && reached(s.PongBy):
		out := s.closing(s.Conn, "Pong not received")
		s, more := s.lost(now, dial, 0)
		return s, append(out, more...)
	case s.Phase == ready && reached(s.PingAt):
		s.Ping++
		s.PingAt, s.PongBy = time.Time{}, now.Add(pongLimit)
		return s, []action{{Do: acPing, Conn: s.Conn, Ping: s.Ping}}
	case s.Phase == ready && reached(s.RefreshAt) && !s.Renewing:
		s.Renewing = true
		return s, []action{{Do: acRefresh}}
	}
	return s, nil
}

// enter begins a phase that leads to a connection.
func (s state) enter(p phase, now time.Time) (state, []action) {
	s = s.to(p, now)
	switch p {
	case discover:
		return s, []action{{Do: acDiscover}}
	case device:
		return s, []action{{Do: acDevice, How: s.How}}
	case dial:
		s.Last++
		s.Conn = s.Last
		return s, []action{{Do: acDial, Conn: s.Conn}}
	case stopped, authorize, ready, backOff:
	}
	return s, nil
}

// progress goes on after a step that succeeded.
func (s state) progress(e event, now time.Time) (state, []action) {
	switch {
	case e.Kind == evDiscovered && s.Phase == discover:
		return s.enter(device, now)
	case e.Kind == evDevice && s.Phase == device:
		s = s.registered(e, now)
		return s.enter(dial, now)
	case e.Kind == evDialled && s.Phase == dial && e.Conn == s.Conn:
		s = s.to(authorize, now)
		s.By = now.Add(readyLimit)
		return s, []action{{Do: acAuthorize, Conn: s.Conn}}
	case e.Kind == evReady && s.Phase == authorize && e.Conn == s.Conn:
		return s.hear(e, now)
	case e.Kind == evDialled && e.Conn != s.Conn: // too late: nobody waits for it any more
		return s, s.closing(e.Conn, "Done")
	}
	return s, nil
}

// registered notes a device.
func (s state) registered(e event, now time.Time) state {
	s.How, s.Gap, s.Renewing = reuse, s.Gap || e.Fresh, false
	s.RefreshAt = now.Add(refreshNoLife)
	if e.Life > 0 { // a minute after half of its life, as Cisco's own clients do, and never too late
		s.RefreshAt = now.Add(min(e.Life/2+time.Minute, e.Life*3/4))
	}
	return s
}

// hear begins the time in which events come.
func (s state) hear(e event, now time.Time) (state, []action) {
	s = s.to(ready, now)
	s.PingAt, s.Gone, s.Refused, s.Trouble = now, 0, 0, none
	out := append([]action{{Do: acReady, Conn: s.Conn}}, s.closing(s.Old, "Done")...)
	s.Old = 0
	if s.Gap || !e.Whole {
		out = append(out, action{Do: acGap})
	}
	s.Gap = false
	return s, out
}

// redial makes a new connection while the present one still hears.
func (s state) redial(now time.Time, from phase) (state, []action) {
	s = s.settled(now)
	s.Old, s.Conn = s.Conn, 0
	return s.enter(from, now)
}

// refreshed goes on after a refresh. A device that had to be made anew needs a
// connection of its own; the old one is kept until that hears.
func (s state) refreshed(e event, now time.Time) (state, []action) {
	s.Gap = s.Gap || e.Fresh
	if s.Phase != ready || !s.Renewing {
		return s, nil
	}
	s = s.registered(e, now)
	if e.Fresh {
		return s.redial(now, dial)
	}
	return s, nil
}

// failed goes on after a call that failed.
func (s state) failed(e event, now time.Time) (state, []action) {
	f := e.Fail
	switch {
	case f.Refresh:
		if s.Renewing {
			s.Renewing, s.RefreshAt = false, now.Add(max(refreshRetry, min(f.After, longestPause)))
		}
		return s, nil
	case s.Phase == dial && e.Conn != s.Conn, s.Phase != discover && s.Phase != device && s.Phase != dial:
		return s, nil
	}
	then := s.Phase
	switch {
	case f.Status == http.StatusUnauthorized || f.Status == http.StatusForbidden && !f.Limit:
		return s.refuse(now, then)
	case f.Limit:
		s.Trouble = limit
	case f.Status == http.StatusNotFound && s.Phase == dial:
		s = s.missing()
		then = discover
	}
	return s.lost(now, then, f.After)
}

// refuse goes on slowly after a refused token, whatever else is the matter.
func (s state) refuse(now time.Time, then phase) (state, []action) {
	s.Trouble = token
	wait := min(tokenWait<<min(s.Refused, 10), tokenWaitMax)
	s.Refused++
	s, out := s.lost(now, then, 0)
	s.By = now.Add(wait/2 + s.chance(wait/2))
	s.Dice++
	return s, out
}

// missing notes that the registration is unknown: it is refreshed the first
// time and made anew the second, each time where the account is at home now.
func (s state) missing() state {
	if s.Gone++; s.Gone > 1 {
		s.How = anew
	}
	return s
}

// closed goes on after the end of a connection.
func (s state) closed(e event, now time.Time) (state, []action) {
	if e.Conn == s.Old && s.Old != 0 {
		s.Old = 0
		return s, nil
	}
	if e.Conn != s.Conn || s.Phase != dial && s.Phase != authorize && s.Phase != ready {
		return s, nil
	}
	heard := s.Phase == ready
	switch {
	case e.Code == closeUnauthorized, e.Code == closeForbidden, e.Code == closeBadRequest,
		e.Code == closePolicy && !heard:
		return s.refuse(now, dial)
	case e.Code == closeNotFound:
		return s.missing().lost(now, discover, 0)
	case e.Code == closeNoStatus && !heard:
		return s.lost(now, device, 0)
	case e.Code == closeTooBig: // or the frame would come again, for ever
		s.How = anew
		return s.lost(now, device, 0)
	case e.Code == closeReplaced && (e.Text == "" || strings.EqualFold(e.Text, "replaced")):
		s.Trouble = replaced
		s, out := s.lost(now, dial, 0)
		s.By = now.Add(replacedWait + s.chance(replacedWait))
		s.Dice++
		return s, out
	}
	return s.lost(now, dial, 0)
}

// settled forgets earlier failures after a healthy time.
func (s state) settled(now time.Time) state {
	if s.Phase == ready && now.Sub(s.Since) >= healthyAfter {
		s.Failures, s.Down = 0, now
	}
	return s
}

// lost backs off and goes on with a phase then, or with an earlier one where
// the same has failed too often: what we know of device and region may be old.
func (s state) lost(now time.Time, then phase, after time.Duration) (state, []action) {
	s = s.settled(now)
	s.Conn, s.Renewing = 0, false
	s.Failures++
	switch {
	case s.Failures%6 == 0:
		then = discover
	case s.Failures%3 == 0 && then == dial:
		then = device
	}
	most := min(backOffMin<<min(s.Failures-1, 10), backOffMax)
	if now.Sub(s.Down) < swift {
		most = min(most, swiftMax)
	}
	wait := max(s.chance(most), min(after, longestPause))
	s = s.to(backOff, now)
	s.Dice++
	s.By, s.Then = now.Add(wait), then
	return s, nil
}

// chance is a time from 0 to most that follows from the state.
func (s state) chance(most time.Duration) time.Duration {
	r := rand.New(rand.NewPCG(s.Dice, uint64(s.Last))) //nolint:gosec // spreads load; nothing secret hangs on it
	return time.Duration(r.Int64N(int64(most) + 1))
}

// hears reports whether events come in.
func (s state) hears() bool { return s.Phase == ready || s.Old != 0 }
