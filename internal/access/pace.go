package access

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Limits are how many questions and presses are taken; zero or less turns one
// off. While PersonMinute is on and below SpaceMinute, nobody can use up alone
// what a space may ask.
type Limits struct {
	PersonMinute int // LIMIT_PERSON_MINUTE
	PersonHour   int // LIMIT_PERSON_HOUR
	SpaceMinute  int // LIMIT_SPACE_MINUTE, of all people in it together
}

// Verdict is what to do with a question. The zero value is [Silent].
type Verdict int

// The verdicts.
const (
	Silent   Verdict = iota // do nothing: the polite line was said
	TellOnce                // say one polite line
	Go                      // answer
)

// maxRemembered is how many people, and as many spaces, a [Pace] remembers:
// beyond it the one longest silent is forgotten. With the default limits that
// is at most 16 MB for people and 5 MB for spaces.
const maxRemembered = 10_000

// Pace counts questions and presses. Several goroutines may use one. It counts
// in this process only: with several replicas each has limits of its own.
//
// It remembers when each question of a window was taken instead of filling a
// bucket of tokens: a bucket of 20 that gains 20 a minute lets almost 40
// through in its first minute, and the settings promise 20 in any. Questions that are
// refused count nowhere, so that limits clear by themselves and those whom
// their own limit stops take nothing from their space.
type Pace struct {
	person, space []window
	mu            sync.Mutex
	start         time.Time     // of the times in the records
	last          time.Duration // the latest time seen, since start
	people        *simplelru.LRU[string, *record]
	spaces        *simplelru.LRU[string, *record]
	denied        *simplelru.LRU[string, *record] // refusals by person
}

// maxDenied is how many refusals of one person in a minute are looked into,
// recorded and logged; what that person sends after them is dropped unread.
const maxDenied = 10

func deniedLimit() []window { return []window{{maxDenied, time.Minute}} }

// NewPace returns a pace without any memory.
func NewPace(l Limits) *Pace {
	return &Pace{
		person: windows(window{l.PersonMinute, time.Minute}, window{l.PersonHour, time.Hour}),
		space:  windows(window{l.SpaceMinute, time.Minute}),
		people: newRecords(),
		spaces: newRecords(),
		denied: newRecords(),
	}
}

func newRecords() *simplelru.LRU[string, *record] {
	records, err := simplelru.NewLRU[string, *record](maxRemembered, nil)
	if err != nil {
		panic(err) // only a size of zero or less
	}
	return records
}

// Take counts the questions of a message, or a press, of a person in a space, both
// by id; of more questions than a limit is, as many as it. [Go] takes them. Else a
// limit is reached, wait is how long it takes, in
// the absence of other questions, until one is taken again, and the verdict is
// [TellOnce], or [Silent] when that person or, of the limit of a space, that
// space was told within the time that the limit is for: a minute or an hour.
//
// The time comes from time.Now, which is monotonic. One before the last counts
// as the last: goroutines come to the lock in another order than they looked at
// the clock.
func (p *Pace) Take(now time.Time, person, space string, questions int) (verdict Verdict, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.since(now)
	asker := find(p.people, person, p.person)
	if wait, limit := asker.full(at, questions, p.person); wait > 0 {
		return asker.refuse(at, limit), wait
	}
	place := find(p.spaces, space, p.space)
	if wait, limit := place.full(at, questions, p.space); wait > 0 {
		return place.refuse(at, limit), wait
	}
	for range questions {
		asker.take(at, p.person)
		place.take(at, p.space)
	}
	return Go, 0
}

// since is a time in the records.
func (p *Pace) since(now time.Time) time.Duration {
	if p.start.IsZero() {
		p.start = now
	}
	p.last = max(p.last, now.Sub(p.start))
	return p.last
}

// Denied counts a refusal of a person, whatever its reason.
func (p *Pace) Denied(now time.Time, person string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	find(p.denied, person, deniedLimit()).take(p.since(now), deniedLimit())
}

// Suppressed reports whether a person was refused ten times within a minute.
func (p *Pace) Suppressed(now time.Time, person string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.denied.Get(person)
	if !known {
		return false
	}
	wait, _ := r.full(p.since(now), 1, deniedLimit())
	return wait > 0
}
