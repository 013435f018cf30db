package access_test

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trackbot/internal/access"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// take asks n times at once and returns how often each verdict came.
func take(p *access.Pace, at time.Time, person, space string, n int) map[access.Verdict]int {
	got := make(map[access.Verdict]int)
	for range n {
		v, _ := p.Take(at, person, space, 1)
		got[v]++
	}
	return got
}

func wantVerdicts(t *testing.T, what string, got map[access.Verdict]int, goes, tells, silent int) {
	t.Helper()
	if got[access.Go] != goes || got[access.TellOnce] != tells || got[access.Silent] != silent {
		t.Errorf("%s: %v, want go:%d tell-once:%d silent:%d", what, got, goes, tells, silent)
	}
}

// usual are the limits unless somebody sets others.
var usual = access.Limits{PersonMinute: 20, PersonHour: 200, SpaceMinute: 60}

func TestTakePersonMinute(t *testing.T) {
	p := access.NewPace(usual)
	wantVerdicts(t, "at once", take(p, noon(), "alice", "a", 30), 20, 1, 9)
	wantVerdicts(t, "in another space", take(p, noon(), "alice", "b", 5), 0, 0, 5)
	wantVerdicts(t, "somebody else", take(p, noon(), "bob", "a", 20), 20, 0, 0)
	wantVerdicts(t, "after 59 seconds", take(p, noon().Add(59*time.Second), "alice", "a", 5), 0, 0, 5)
	wantVerdicts(t, "after a minute", take(p, noon().Add(time.Minute), "alice", "a", 30), 20, 1, 9)
}

func TestTakePersonHour(t *testing.T) {
	p := access.NewPace(usual)
	for i := range 10 {
		wantVerdicts(t, fmt.Sprintf("minute %d", i), take(p, noon().Add(time.Duration(i)*time.Minute), "alice", "a", 20), 20, 0, 0)
	}
	at := noon().Add(10 * time.Minute)
	v, wait := p.Take(at, "alice", "a", 1)
	if v != access.TellOnce || wait != 50*time.Minute {
		t.Errorf("question 201 = %v, %v, want tell-once, 50m0s", v, wait)
	}
	wantVerdicts(t, "just before the hour", take(p, noon().Add(time.Hour-1), "alice", "a", 3), 0, 0, 3)
	wantVerdicts(t, "after the hour", take(p, noon().Add(time.Hour), "alice", "a", 20), 20, 0, 0)
}

func TestTakeSpaceMinute(t *testing.T) {
	p := access.NewPace(usual)
	for _, who := range []string{"alice", "bob", "carol"} {
		wantVerdicts(t, who, take(p, noon(), who, "a", 20), 20, 0, 0)
	}
	wantVerdicts(t, "the space is full", take(p, noon(), "dan", "a", 3), 0, 1, 2)
	wantVerdicts(t, "for others too", take(p, noon(), "eve", "a", 3), 0, 0, 3)
	wantVerdicts(t, "another space", take(p, noon(), "dan", "b", 20), 20, 0, 0)
	wantVerdicts(t, "after a minute", take(p, noon().Add(time.Minute), "dan", "a", 20), 20, 0, 0)
}

// TestTakeOnePersonStarvesNobody has one person who never stops: the space's
// allowance loses what was answered and nothing else.
func TestTakeOnePersonStarvesNobody(t *testing.T) {
	p := access.NewPace(usual)
	wantVerdicts(t, "who never stops", take(p, noon(), "mallory", "a", 1000), 20, 1, 979)
	wantVerdicts(t, "alice", take(p, noon(), "alice", "a", 20), 20, 0, 0)
	wantVerdicts(t, "bob", take(p, noon(), "bob", "a", 20), 20, 0, 0)
	wantVerdicts(t, "carol has come to a full space", take(p, noon(), "carol", "a", 5), 0, 1, 4)
	wantVerdicts(t, "which cost her nothing", take(p, noon(), "carol", "b", 20), 20, 0, 0)
}

// TestTakeTellsOnceAMinute has somebody who asks each second for ten minutes:
// now and then a question is taken, and the line is not said after each.
func TestTakeTellsOnceAMinute(t *testing.T) {
	p := access.NewPace(access.Limits{PersonMinute: 20})
	got := make(map[access.Verdict]int)
	for i := range 600 {
		v, _ := p.Take(noon().Add(time.Duration(i)*time.Second), "alice", "a", 1)
		got[v]++
	}
	wantVerdicts(t, "ten minutes", got, 200, 10, 390)
}

func TestTakeOff(t *testing.T) {
	for _, l := range []access.Limits{{}, {PersonMinute: -1, PersonHour: -1, SpaceMinute: -1}} {
		wantVerdicts(t, fmt.Sprintf("%+v", l), take(access.NewPace(l), noon(), "alice", "a", 5000), 5000, 0, 0)
	}
	for _, l := range []access.Limits{{PersonMinute: 3}, {PersonHour: 3}, {SpaceMinute: 3}} {
		wantVerdicts(t, fmt.Sprintf("%+v", l), take(access.NewPace(l), noon(), "alice", "a", 10), 3, 1, 6)
	}
}

func TestTakeWait(t *testing.T) {
	p := access.NewPace(access.Limits{PersonMinute: 2})
	p.Take(noon(), "alice", "a", 1)
	p.Take(noon().Add(30*time.Second), "alice", "a", 1)
	for _, c := range []struct{ after, want time.Duration }{{30 * time.Second, 30 * time.Second}, {59 * time.Second, time.Second}} {
		if v, wait := p.Take(noon().Add(c.after), "alice", "a", 1); v == access.Go || wait != c.want {
			t.Errorf("after %v: %v, wait %v, want %v", c.after, v, wait, c.want)
		}
	}
	if v, wait := p.Take(noon().Add(time.Minute), "alice", "a", 1); v != access.Go || wait != 0 {
		t.Errorf("after the wait: %v, %v, want go", v, wait)
	}
}

func TestTakeClock(t *testing.T) {
	p := access.NewPace(access.Limits{PersonMinute: 2})
	wantVerdicts(t, "first", take(p, noon(), "alice", "a", 2), 2, 0, 0)
	wantVerdicts(t, "a moment before", take(p, noon().Add(-time.Second), "alice", "a", 2), 0, 1, 1)
	wantVerdicts(t, "a minute later", take(p, noon().Add(time.Minute), "alice", "a", 3), 2, 1, 0)
}

func TestTakeForgetsTheOldest(t *testing.T) {
	p := access.NewPace(access.Limits{PersonMinute: 1, PersonHour: 1})
	p.Take(noon(), "alice", "a", 1)
	p.Take(noon(), "bob", "a", 1)
	for i := range 9_999 {
		p.Take(noon(), strconv.Itoa(i), "a", 1)
	}
	wantVerdicts(t, "bob is remembered", take(p, noon(), "bob", "a", 1), 0, 1, 0)
	wantVerdicts(t, "alice is not", take(p, noon(), "alice", "a", 1), 1, 0, 0)
}

func TestTakeTogether(t *testing.T) {
	p := access.NewPace(access.Limits{PersonMinute: 50, SpaceMinute: 120})
	var goes, tells atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 100 {
				switch v, _ := p.Take(time.Now(), strconv.Itoa(i%4), "a", 1); v {
				case access.Go:
					goes.Add(1)
				case access.TellOnce:
					tells.Add(1)
				case access.Silent:
				}
			}
		})
	}
	all.Wait()
	if goes.Load() != 120 || tells.Load() > 5 {
		t.Errorf("%d taken and %d told, want 120 and at most one for each person and the space", goes.Load(), tells.Load())
	}
}

// TestEachQuestionOfAMessageCounts takes messages of five questions.
func TestEachQuestionOfAMessageCounts(t *testing.T) {
	p := access.NewPace(access.Limits{PersonMinute: 12, SpaceMinute: 100})
	taken := 0
	for i := range 10 {
		if v, _ := p.Take(noon().Add(time.Duration(i)*time.Second), "alice", "a", 5); v == access.Go {
			taken++
		}
	}
	if taken != 2 {
		t.Errorf("%d messages of five questions are taken in a minute of 12, want 2", taken)
	}
	if v, _ := p.Take(noon().Add(10*time.Second), "alice", "a", 2); v != access.Go {
		t.Error("two more questions are not taken")
	}
	if v, wait := p.Take(noon().Add(11*time.Second), "alice", "a", 5); v == access.Go || wait != 49*time.Second {
		t.Errorf("five more wait %v, want 49 s until the first five are over", wait)
	}
	if v, _ := access.NewPace(access.Limits{PersonMinute: 3}).Take(noon(), "alice", "a", 5); v != access.Go {
		t.Error("five questions never fit in a limit of three")
	}
}

// TestRefusedAreSuppressed refuses somebody ten times within a minute: what comes
// then is dropped until the first is a minute ago. Others are not concerned.
func TestRefusedAreSuppressed(t *testing.T) {
	p := access.NewPace(access.Limits{})
	for i := range 10 {
		if p.Suppressed(noon(), "mallory") {
			t.Fatalf("suppressed after %d refusals, want 10", i)
		}
		p.Denied(noon().Add(time.Duration(i)*time.Second), "mallory")
	}
	if p.Suppressed(noon().Add(30*time.Second), "bob") {
		t.Error("somebody else is suppressed")
	}
	if !p.Suppressed(noon().Add(59*time.Second), "mallory") || p.Suppressed(noon().Add(time.Minute), "mallory") {
		t.Error("want to be suppressed for a minute from the first refusal")
	}
}

// FuzzTake compares with a model that keeps all and counts anew each time. A
// byte of steps is a person, a space and how long it took since the last.
func FuzzTake(f *testing.F) {
	f.Add(2, 3, 3, []byte{0, 0, 0, 16, 16, 255, 1, 2, 3, 240, 240, 240})
	f.Add(0, 0, 0, []byte{1, 2, 3})
	f.Add(1, 0, 1, []byte{255, 255, 0, 0, 1, 1})
	f.Fuzz(func(t *testing.T, minute, hour, space int, steps []byte) {
		l := access.Limits{PersonMinute: minute % 50, PersonHour: hour % 50, SpaceMinute: space % 50}
		p, m, now := access.NewPace(l), model{l: l}, noon()
		for i, b := range steps[:min(len(steps), 500)] {
			who, where := int(b&3), int(b>>2&3)
			now = now.Add([]time.Duration{0, time.Second, 25 * time.Second, time.Minute, 7 * time.Minute, 0, time.Millisecond, time.Hour - 1}[b>>4&7])
			want := m.goes(now, who, where)
			v, wait := p.Take(now, strconv.Itoa(who), strconv.Itoa(where), 1)
			if (v == access.Go) != want || (wait > 0) == want || wait > time.Hour {
				t.Fatalf("step %d, %+v: Take = %v, %v; taken by the model: %v", i, l, v, wait, want)
			}
		}
	})
}

type model struct {
	l     access.Limits
	taken []taken
}

type taken struct {
	at         time.Time
	who, where int
}

func (m *model) goes(now time.Time, who, where int) bool {
	var minute, hour, space int
	for _, q := range m.taken {
		age := now.Sub(q.at)
		if q.who == who && age < time.Hour {
			hour++
		}
		if q.who == who && age < time.Minute {
			minute++
		}
		if q.where == where && age < time.Minute {
			space++
		}
	}
	full := func(n, limit int) bool { return limit > 0 && n >= limit }
	if full(minute, m.l.PersonMinute) || full(hour, m.l.PersonHour) || full(space, m.l.SpaceMinute) {
		return false
	}
	m.taken = append(m.taken, taken{now, who, where})
	return true
}

func BenchmarkTake(b *testing.B) {
	for _, people := range []int{1, 100, 20_000} {
		b.Run(strconv.Itoa(people), func(b *testing.B) {
			p, now, i := access.NewPace(usual), noon(), 0
			ids := slices.Collect(func(yield func(string) bool) {
				for i := range people {
					if !yield("person-" + strconv.Itoa(i)) {
						return
					}
				}
			})
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(20 * time.Second)
				p.Take(now, ids[i%people], "a", 1)
				i++
			}
		})
	}
}
