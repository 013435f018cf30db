package websocket

import (
	"slices"
	"testing"
	"time"
)

var dawn = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// script brings a machine on and keeps the clock.
type script struct {
	t   *testing.T
	s   state
	now time.Time
	out []action
}

func newScript(t *testing.T) *script {
	t.Helper()
	return &script{t: t, now: dawn}
}

func (p *script) on(e event) *script {
	p.s, p.out = step(p.s, e, p.now)
	return p
}

// pass lets time go by with every tick that is due, until a time or an action.
func (p *script) pass(d time.Duration) *script {
	p.t.Helper()
	end := p.now.Add(d)
	for p.out = nil; len(p.out) == 0; {
		due := p.s.due()
		if due.IsZero() || due.After(end) {
			p.now = end
			return p
		}
		p.now = due
		before := p.s
		p.on(event{Kind: evTick})
		if p.s == before {
			p.t.Fatalf("a tick at %v changes nothing of %+v", due, before)
		}
	}
	return p
}

func (p *script) did(kinds ...actionKind) *script {
	p.t.Helper()
	var got []actionKind
	for _, a := range p.out {
		got = append(got, a.Do)
	}
	if !slices.Equal(got, kinds) {
		p.t.Fatalf("in %s: actions %v, want %v", p.s.Phase, got, kinds)
	}
	return p
}

// connect brings the machine from its start, or from a back-off, to ready.
func (p *script) connect() *script {
	p.t.Helper()
	if p.s.Phase == stopped {
		p.on(event{Kind: evStart})
	}
	for range 200 {
		switch p.s.Phase {
		case discover:
			p.on(event{Kind: evDiscovered})
		case device:
			p.on(event{Kind: evDevice, Life: deviceTTL})
		case dial:
			p.on(event{Kind: evDialled, Conn: p.s.Conn})
		case authorize:
			p.on(event{Kind: evReady, Conn: p.s.Conn, Whole: true})
		case backOff:
			p.pass(2 * longestPause)
		case stopped, ready:
			return p
		}
	}
	p.t.Fatalf("never ready: %+v", p.s)
	return p
}

// live lets a ready connection live, its pings answered.
func (p *script) live(d time.Duration) *script {
	p.t.Helper()
	for end := p.now.Add(d); p.now.Before(end); {
		p.pass(end.Sub(p.now))
		for _, a := range p.out {
			switch a.Do {
			case acPing:
				p.on(event{Kind: evPong, Conn: a.Conn, Ping: a.Ping})
			case acRefresh:
				p.on(event{Kind: evRefreshed, Life: deviceTTL})
			case acDiscover, acDevice, acDial, acAuthorize, acClose, acReady, acGap:
				p.t.Fatalf("a healthy connection does %v", a)
			}
		}
	}
	p.out = nil
	return p
}

func (p *script) lost(code int, text string) *script {
	return p.on(event{Kind: evClosed, Conn: p.s.Conn, Code: code, Text: text})
}

// waits fails unless the machine backs off for a time in between.
func (p *script) waits(least, most time.Duration) *script {
	p.t.Helper()
	if w := p.s.By.Sub(p.now); p.s.Phase != backOff || w < least || w > most {
		p.t.Fatalf("%s for %v, want a back-off of %v to %v", p.s.Phase, w, least, most)
	}
	return p
}
