package websocket

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestTheWayToReady(t *testing.T) {
	p := newScript(t)
	p.on(event{Kind: evStart}).did(acDiscover)
	p.on(event{Kind: evDiscovered}).did(acDevice)
	p.on(event{Kind: evDevice, Life: deviceTTL}).did(acDial)
	p.on(event{Kind: evDialled, Conn: 1}).did(acAuthorize)
	p.on(event{Kind: evReady, Conn: 1, Whole: true}).did(acReady, acGap) // what was before the start is not known
	p.pass(0).did(acPing)
	p.on(event{Kind: evPong, Conn: 1, Ping: 1}).pass(pingEvery).did(acPing)
	if p.now != dawn.Add(pingEvery) {
		t.Errorf("the second ping comes after %v, want %v", p.now.Sub(dawn), pingEvery)
	}
}

func TestADayOfAHealthyConnection(t *testing.T) {
	p := newScript(t).connect()
	p.live(7 * 24 * time.Hour)
	if p.s.Phase != ready || p.s.Conn != 1 || p.s.Ping < 7*24*60*4*9/10 {
		t.Errorf("after a week: %s on connection %d after %d pings, want the first one", p.s.Phase, p.s.Conn, p.s.Ping)
	}
}

func TestReadinessHasALimit(t *testing.T) {
	p := newScript(t)
	p.on(event{Kind: evStart}).on(event{Kind: evDiscovered}).on(event{Kind: evDevice}).on(event{Kind: evDialled, Conn: 1})
	p.pass(readyLimit - time.Second).did()
	p.pass(time.Second).did(acClose).waits(0, backOffMin)
	p.on(event{Kind: evReady, Conn: 1}).did() // too late
}

func TestAHalfOpenConnectionIsFound(t *testing.T) {
	p := newScript(t).connect().live(time.Hour)
	dead := p.now
	for p.s.Phase == ready {
		p.pass(time.Minute) // pings go out, nothing comes back
	}
	p.did(acClose)
	if took := p.now.Sub(dead); took > 45*time.Second {
		t.Errorf("found after %v, want at most 45 s", took)
	}
	p.waits(0, backOffMin)
}

// TestAHeldConnectionIsGivenTime has the reader wait for room while a pong is
// due: the pong's time begins when it reads again.
func TestAHeldConnectionIsGivenTime(t *testing.T) {
	p := newScript(t).connect().live(time.Hour)
	for p.s.PongBy.IsZero() {
		p.pass(time.Minute)
	}
	for range 10 {
		p.now = p.s.PongBy
		p.on(event{Kind: evTick, Held: p.now}).did()
	}
	held := p.now
	p.now = held.Add(pongLimit)
	p.on(event{Kind: evTick, Held: held}).did(acClose).waits(0, backOffMin)
}

func TestEveryCloseCodeReconnects(t *testing.T) {
	for code := range 5001 {
		for _, healthy := range []bool{false, true} {
			p := newScript(t).connect()
			if healthy {
				p.live(2 * healthyAfter)
			}
			p.lost(code, "whatever")
			if p.s.Phase != backOff {
				t.Fatalf("close code %d: %s, want a back-off", code, p.s.Phase)
			}
			if wait := p.s.By.Sub(p.now); healthy && wait > backOffMin && code != closeUnauthorized && code != closeForbidden && code != closeBadRequest {
				t.Fatalf("close code %d after a healthy time: back in %v, want at most %v", code, wait, backOffMin)
			}
			p.connect()
		}
	}
}

func TestCodesWithAMeaning(t *testing.T) {
	for _, c := range []struct {
		name        string
		code        int
		text        string
		least, most time.Duration
		then        phase
		trouble     trouble
	}{
		{"token", closeUnauthorized, "", tokenWait / 2, tokenWait, dial, token},
		{"forbidden", closeForbidden, "", tokenWait / 2, tokenWait, dial, token},
		{"registration gone", closeNotFound, "", 0, backOffMin, discover, none},
		{"replaced", closeReplaced, "Replaced", replacedWait, 2 * replacedWait, dial, replaced},
		{"4000 of another kind", closeReplaced, "moved", 0, backOffMin, dial, none},
		{"policy, once it hears", closePolicy, "", 0, backOffMin, dial, none},
		{"frame too large", closeTooBig, "", 0, backOffMin, device, none},
		{"service restart", 1012, "", 0, backOffMin, dial, none},
	} {
		p := newScript(t).connect().live(2*healthyAfter).lost(c.code, c.text).waits(c.least, c.most)
		if p.s.Then != c.then || p.s.Trouble != c.trouble {
			t.Errorf("%s: goes on with %s, trouble %d, want %s, %d", c.name, p.s.Then, p.s.Trouble, c.then, c.trouble)
		}
		if p.connect(); p.s.Trouble != none {
			t.Errorf("%s: trouble %d once it hears again, want none", c.name, p.s.Trouble)
		}
	}
}

func TestBeforeReadinessSomeCodesMeanMore(t *testing.T) {
	for code, want := range map[int]struct {
		then    phase
		trouble trouble
	}{closePolicy: {dial, token}, closeNoStatus: {device, none}, closeAbnormal: {dial, none}} {
		p := newScript(t)
		p.on(event{Kind: evStart}).on(event{Kind: evDiscovered}).on(event{Kind: evDevice}).on(event{Kind: evDialled, Conn: 1}).lost(code, "")
		if p.s.Then != want.then || p.s.Trouble != want.trouble {
			t.Errorf("%d before readiness: goes on with %s, trouble %d, want %s, %d", code, p.s.Then, p.s.Trouble, want.then, want.trouble)
		}
	}
}

func TestARegistrationThatStaysUnknownIsMadeAnew(t *testing.T) {
	p := newScript(t).connect()
	for i, want := range []registration{reuse, anew} {
		p.lost(closeNotFound, "").pass(time.Minute).did(acDiscover).on(event{Kind: evDiscovered}).did(acDevice)
		if p.out[0].How != want {
			t.Errorf("unknown for the %d. time: how %d, want %d", i+1, p.out[0].How, want)
		}
		p.on(event{Kind: evDevice, Fresh: want == anew}).on(event{Kind: evDialled, Conn: p.s.Conn})
	}
	p.on(event{Kind: evReady, Conn: p.s.Conn, Whole: true}).did(acReady, acGap)
	p.lost(closeAbnormal, "").connect()
	if slices.ContainsFunc(p.out, func(a action) bool { return a.Do == acGap }) {
		t.Error("a gap is told although the buffer is whole and the device the same")
	}
}

func TestAnUpgradeRefused(t *testing.T) {
	for _, c := range []struct {
		fail    failure
		least   time.Duration
		most    time.Duration
		then    phase
		trouble trouble
	}{
		{failure{Status: http.StatusNotFound}, 0, backOffMin, discover, none},
		{failure{Status: http.StatusUnauthorized}, tokenWait / 2, tokenWait, dial, token},
		{failure{Status: http.StatusForbidden}, tokenWait / 2, tokenWait, dial, token},
		{failure{Status: http.StatusTooManyRequests, After: 90 * time.Second}, 90 * time.Second, 90 * time.Second, dial, none},
		{failure{Status: http.StatusServiceUnavailable, After: 48 * time.Hour}, longestPause, longestPause, dial, none},
		{failure{Status: http.StatusInternalServerError}, 0, backOffMin, dial, none},
		{failure{}, 0, backOffMin, dial, none},
	} {
		p := newScript(t)
		p.on(event{Kind: evStart}).on(event{Kind: evDiscovered}).on(event{Kind: evDevice}).on(event{Kind: evFailed, Conn: 1, Fail: c.fail})
		p.waits(c.least, c.most)
		if p.s.Then != c.then || p.s.Trouble != c.trouble {
			t.Errorf("%+v: goes on with %s, trouble %d, want %s, %d", c.fail, p.s.Then, p.s.Trouble, c.then, c.trouble)
		}
	}
}

// TestAnOutage refuses every dial for a time; each dial takes no time.
func TestAnOutage(t *testing.T) {
	for _, c := range []struct{ outage, back time.Duration }{
		{20 * time.Second, 5 * time.Second},
		{5 * time.Minute, backOffMax},
		{24 * time.Hour, backOffMax},
	} {
		for dice := range uint64(200) {
			p := newScript(t)
			p.s.Dice = dice
			p.connect().live(2*healthyAfter).lost(closeAbnormal, "")
			end, tries := p.now.Add(c.outage), 0
			for p.s.Phase != ready {
				if p.s.Phase == backOff {
					p.pass(backOffMax)
				}
				if !p.now.Before(end) {
					p.connect()
					continue
				}
				tries++
				p.on(event{Kind: evFailed, Conn: p.s.Conn})
			}
			if late := p.now.Sub(end); late > c.back {
				t.Errorf("outage of %v: heard %v after its end, want at most %v", c.outage, late, c.back)
			}
			if most := 40 + int(c.outage/(20*time.Second)); tries > most {
				t.Errorf("outage of %v: %d tries, want at most %d", c.outage, tries, most)
			}
		}
	}
}

// TestBackOffHasFullJitter looks at the waits after each of the first failures:
// anything from nothing to the most, which doubles up to a minute.
func TestBackOffHasFullJitter(t *testing.T) {
	most := backOffMin
	for failures := range 10 {
		var sum, longest time.Duration
		const dice = 1000
		for d := range uint64(dice) {
			s := state{Phase: dial, Conn: 1, Failures: failures, Down: dawn.Add(-swift), Dice: d}
			s, _ = s.lost(dawn, dial, 0)
			wait := s.By.Sub(dawn)
			sum, longest = sum+wait, max(longest, wait)
		}
		if mean := sum / dice; longest > most || longest < most*95/100 || mean < most*45/100 || mean > most*55/100 {
			t.Errorf("after %d failures: %v at most and %v on average, want anything from 0 to %v", failures, longest, mean, most)
		}
		most = min(2*most, backOffMax)
	}
}

func TestARefusedTokenIsTriedSlowly(t *testing.T) {
	p := newScript(t).connect()
	tries := 0
	for end := p.now.Add(time.Hour); p.now.Before(end); tries++ {
		if p.connect(); p.s.Refused != 0 {
			t.Fatal("a token that was taken still counts as refused")
		}
		p.s.Refused = tries // as if it had been refused before readiness
		p.lost(closeUnauthorized, "").pass(2 * tokenWaitMax)
	}
	if tries < 12 || tries > 40 {
		t.Errorf("%d tries in an hour, want 12 to 40", tries)
	}
}

func TestAShutdownSwitchesOverFirst(t *testing.T) {
	p := newScript(t).connect().live(healthyAfter)
	p.on(event{Kind: evShutdown, Conn: 1}).did(acDial)
	if !p.s.hears() || p.s.word() != "draining" {
		t.Errorf("%s, hears %t, want draining and hearing", p.s.word(), p.s.hears())
	}
	p.on(event{Kind: evFailed, Conn: 2}).waits(0, backOffMin)
	if !p.s.hears() {
		t.Error("the old connection is given up before there is a new one")
	}
	p.pass(backOffMin).did(acDial).on(event{Kind: evDialled, Conn: 3}).did(acAuthorize)
	p.on(event{Kind: evReady, Conn: 3, Whole: true}).did(acReady, acClose)
	if p.out[1].Conn != 1 {
		t.Errorf("connection %d is closed, want the old one", p.out[1].Conn)
	}
	p.on(event{Kind: evClosed, Conn: 1, Code: 4001}).did().live(time.Hour)
	p.lost(closeAbnormal, "").waits(0, backOffMin).connect() // the new one is watched like any other
	p.on(event{Kind: evShutdown, Conn: p.s.Conn}).on(event{Kind: evClosed, Conn: p.s.Old, Code: 4001})
	if p.s.hears() || p.s.Phase != dial {
		t.Errorf("the old one ended first: %s, hears %t, want the dial to go on", p.s.word(), p.s.hears())
	}
}

func TestTheDeviceIsRefreshed(t *testing.T) {
	p := newScript(t).connect()
	for p.out = nil; !slices.ContainsFunc(p.out, func(a action) bool { return a.Do == acRefresh }); {
		p.pass(deviceTTL)
		for _, a := range p.out {
			if a.Do == acPing {
				p.s, _ = step(p.s, event{Kind: evPong, Conn: 1, Ping: a.Ping}, p.now)
			}
		}
	}
	if age := p.now.Sub(dawn); age > deviceTTL*3/4 {
		t.Errorf("refreshed after %v of a life of %v", age, deviceTTL)
	}
	p.on(event{Kind: evFailed, Fail: failure{Refresh: true, Status: 503}}).did()
	if wait := p.s.RefreshAt.Sub(p.now); wait != refreshRetry {
		t.Errorf("tried again after %v, want %v", wait, refreshRetry)
	}
	p.s.Renewing = true
	p.on(event{Kind: evRefreshed, Fresh: true, Life: deviceTTL}).did(acDial) // it was gone: a new one, and a connection for it
	if p.s.Old != 1 {
		t.Error("the old connection is given up before there is a new one")
	}
	p.on(event{Kind: evDialled, Conn: 2}).on(event{Kind: evReady, Conn: 2, Whole: true}).did(acReady, acClose, acGap)
}

func TestTooManyDevicesIsSaid(t *testing.T) {
	p := newScript(t)
	p.on(event{Kind: evStart}).on(event{Kind: evDiscovered}).on(event{Kind: evFailed, Fail: failure{Status: 403, Limit: true}})
	if p.s.Trouble != limit || p.s.Then != device {
		t.Errorf("trouble %d, goes on with %s, want the limit and the device", p.s.Trouble, p.s.Then)
	}
}

func TestAStopClosesAll(t *testing.T) {
	p := newScript(t).connect().on(event{Kind: evShutdown, Conn: 1}).on(event{Kind: evDialled, Conn: 2})
	p.on(event{Kind: evStop}).did(acClose, acClose)
	if !p.s.due().IsZero() {
		t.Errorf("a tick is due at %v after the stop", p.s.due())
	}
	p.on(event{Kind: evReady, Conn: 2}).did().on(event{Kind: evStart}).did(acDiscover)
}

// FuzzMachine throws anything at the machine, at any time.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{0, 0, 3, 1, 4, 1, 6, 1, 7, 1, 9, 1, 2, 200, 10, 1, 11, 3, 5, 5})
	f.Fuzz(func(t *testing.T, script []byte) {
		s, now, open := state{}, dawn, map[int]bool{}
		codes := []int{1000, 1005, 1006, 1008, 1009, 4000, 4001, 4400, 4401, 4403, 4404}
		for i := 0; i+1 < len(script); i += 2 {
			kind, x := eventKind(script[i]%13), int(script[i+1])
			now = now.Add(time.Duration(x) * time.Duration(x) * time.Millisecond)
			e := event{Kind: kind, Conn: max(0, s.Last-x%3), Fresh: x%2 == 0, Whole: x%3 == 0, Life: time.Duration(x) * time.Minute, Ping: s.Ping, Code: codes[x%len(codes)]}
			if kind == evFailed {
				e.Fail = failure{Status: []int{0, 401, 403, 404, 429, 500}[x%6], After: time.Duration(x) * time.Hour, Limit: x%7 == 0, Refresh: x%5 == 0}
			}
			if kind == evTick {
				now = later(now, s.due())
			}
			if kind == evDialled && e.Conn != 0 {
				open[e.Conn] = true
			}
			if kind == evClosed {
				delete(open, e.Conn)
			}
			before := s
			var todo []action
			s, todo = step(s, e, now)
			if again, _ := step(before, e, now); again != s {
				t.Fatal("the same event leads elsewhere the second time")
			}
			for _, a := range todo {
				if a.Do == acClose {
					delete(open, a.Conn)
				}
			}
			holds(t, s, e, open, now)
		}
	})
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// holds checks what must hold of every state.
func holds(t *testing.T, s state, e event, open map[int]bool, now time.Time) {
	t.Helper()
	if s.Phase == backOff && (s.By.Before(now.Add(-time.Second)) && e.Kind == evTick || s.By.After(now.Add(longestPause))) {
		t.Fatalf("a back-off until %v at %v", s.By, now)
	}
	if (s.Phase == backOff || s.Phase == authorize) && s.By.IsZero() || s.Phase == ready && s.PingAt.IsZero() && s.PongBy.IsZero() {
		t.Fatalf("nothing will ever happen in %+v", s)
	}
	if s.Phase == backOff && s.Then != discover && s.Then != device && s.Then != dial {
		t.Fatalf("a back-off that leads to %s", s.Then)
	}
	for n := range open {
		if n != 0 && n != s.Conn && n != s.Old {
			t.Fatalf("connection %d is left open by %+v", n, s)
		}
	}
	if s.Phase == stopped && (s.Conn != 0 || s.Old != 0) {
		t.Fatalf("stopped with a connection: %+v", s)
	}
}
