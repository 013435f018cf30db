package access

import (
	"slices"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// window is a limit: n within any span of that length.
type window struct {
	n    int
	span time.Duration
}

// windows are the limits that are turned on.
func windows(all ...window) []window {
	return slices.DeleteFunc(all, func(w window) bool { return w.n <= 0 })
}

// record is what is remembered of one person or space.
type record struct {
	taken []time.Duration // when, oldest first; no more than the largest limit needs
	told  time.Duration   // when the polite line was said
	quiet time.Duration   // for how long after told it is not said again
}

// find returns the record of a key, a new one where there is none. Without
// limits there is nothing to remember, and the record is a throwaway.
func find(records *simplelru.LRU[string, *record], key string, limits []window) *record {
	if len(limits) == 0 {
		return new(record)
	}
	r, ok := records.Get(key)
	if !ok {
		r = new(record)
		records.Add(key, r)
	}
	return r
}

// full returns how long it takes until so many more are within all limits, 0 when
// they are, and the span of the one that takes longest.
func (r *record) full(at time.Duration, more int, limits []window) (wait, span time.Duration) {
	for _, w := range limits {
		more := min(more, w.n)
		if len(r.taken)+more <= w.n {
			continue
		}
		nth := r.taken[len(r.taken)-w.n+more-1] // the last that must be over
		if left := w.span - (at - nth); left > wait {
			wait, span = left, w.span
		}
	}
	return wait, span
}

func (r *record) take(at time.Duration, limits []window) {
	most := 0
	for _, w := range limits {
		most = max(most, w.n)
	}
	if most == 0 {
		return
	}
	if len(r.taken) < most {
		r.taken = append(r.taken, at)
		return
	}
	copy(r.taken, r.taken[1:])
	r.taken[len(r.taken)-1] = at
}

// refuse tells once in the span of the limit. A limit that slides lets one
// question through now and then while somebody keeps asking; the line is not
// said again after each.
func (r *record) refuse(at, span time.Duration) Verdict {
	if at-r.told < r.quiet {
		return Silent
	}
	r.told, r.quiet = at, span
	return TellOnce
}
