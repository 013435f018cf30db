package websocket

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

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
