package simulator

import "time"

// A webhook is switched off after maxFailures failed tries within
// failureWindow. When it is switched on again sooner than that window after it
// went off, one failure in the window that follows is enough.
const (
	maxFailures   = 100
	failureWindow = 5 * time.Minute
)

// failures is one webhook's record.
type failures struct {
	times  []time.Time
	off    time.Time // when it was last switched off
	strict time.Time // until when one failure is enough
}

// add notes a failed try and reports whether the webhook is now off.
func (f *failures) add(at time.Time) bool {
	for len(f.times) > 0 && at.Sub(f.times[0]) > failureWindow {
		f.times = f.times[1:]
	}
	f.times = append(f.times, at)
	if len(f.times) < maxFailures && at.After(f.strict) {
		return false
	}
	f.switchOff(at)
	return true
}

func (f *failures) switchOff(at time.Time) { f.off, f.times = at, nil }

func (f *failures) switchOn(at time.Time) {
	if at.Sub(f.off) < failureWindow {
		f.strict = at.Add(failureWindow)
	}
}
