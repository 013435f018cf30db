package websocket

import "time"

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
		return s.tick(e, now)
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
func (s state) tick(e event, now time.Time) (state, []action) {
	reached := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	switch {
	case s.Phase == backOff && reached(s.By):
		return s.enter(s.Then, now)
	case s.Phase == authorize && reached(s.By):
		out := s.closing(s.Conn, "Not ready in time")
		s, more := s.lost(now, dial, 0)
		return s, append(out, more...)
	case s.Phase == ready && reached(s.PongBy) && now.Before(e.Held.Add(pongLimit)):
		s.PongBy = e.Held.Add(pongLimit) // the inbox is slow, which says nothing about the connection
		return s, nil
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
