package simulator

import (
	"errors"
	"net/http"
	"time"
)

// Forward moves the clock of this Webex forward: what happens from now on has the
// later time, and so has the Date of each answer. What is waited for, such as the end of
// an [Simulator.Outage] or of a token, takes as long as before.
func (s *Simulator) Forward(d time.Duration) { s.ahead.Add(int64(d)) }

// Ahead is by how much the clock was moved forward. A bot that is to live in the same
// time asks it.
func (s *Simulator) Ahead() time.Duration { return time.Duration(s.ahead.Load()) }

func (s *Simulator) now() Timestamp {
	return Timestamp{time.Now().Add(s.Ahead()).UTC().Truncate(time.Millisecond)}
}

type clockBody struct {
	Forward string `json:"forward"` // such as 24h
}

func (s *Simulator) controlClock(_ *http.Request, b clockBody) (any, error) {
	d, err := time.ParseDuration(b.Forward)
	if err != nil || d <= 0 {
		return nil, errors.New(`forward is a time, such as "24h"; the clock does not go back`)
	}
	s.Forward(d)
	return map[string]Timestamp{"now": s.now()}, nil
}
