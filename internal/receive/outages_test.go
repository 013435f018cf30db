package receive_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webex"
)

var (
	outageFor  = flag.Duration("storm", 10*time.Minute, "how long TestStorm goes on, by the clock of its bubble")
	outageRuns = flag.Int("storm.runs", 3, "how many storms there are, each with another seed")
	outageSeed = flag.Uint64("storm.seed", 1, "what the first one does at random follows from it")
)

// TestStorm asks in eight spaces while everything about the websocket goes
// wrong every few seconds. Each question has one answer in the end.
func TestStorm(t *testing.T) {
	runs := *outageRuns
	if testing.Short() {
		runs = 1
	}
	for i := range runs {
		seed := *outageSeed + uint64(i)
		synctest.Test(t, func(t *testing.T) {
			s := newOutage(t, seed)
			s.refuse.Store(true)
			asking, quiet := context.WithCancel(s.ctx)
			var askers sync.WaitGroup
			for n := range uint64(8) {
				askers.Go(func() { s.ask(asking, rand.New(rand.NewPCG(seed, n+1))) })
			}
			s.blow(*outageFor)
			quiet()
			askers.Wait()
			s.calm()
			s.judge(seed)
			s.end()
		})
	}
}

// ask asks in a space of its own until ctx is done.
func (s *outage) ask(ctx context.Context, dice *rand.Rand) {
	alice := s.sim.Person("alice")
	space := s.sim.Group("Space", alice.ID, s.sim.Person("bob").ID)
	if dice.IntN(2) == 0 {
		alice = s.sim.AddPerson(simulator.Person{DisplayName: "Somebody"})
		space = s.sim.Direct(alice.ID)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(between(dice, time.Second, 10*time.Second)):
		}
		m := s.sim.Say(s.ctx, simulator.Say{Space: space.ID, Person: alice.ID, Text: "@trackbot code 1 on example.webex.com"}) //nolint:contextcheck // quiet ends the asking, not a question half said
		s.mu.Lock()
		s.asked = append(s.asked, m)
		s.mu.Unlock()
	}
}

// blow lets things go wrong for a time.
func (s *outage) blow(long time.Duration) {
	k := s.sim.Socket()
	faults := func(f simulator.SocketFaults) func() {
		return func() { k.SetFaults(f); k.Cut() }
	}
	upgrade := func(status int, after string) func() {
		return func() {
			s.sim.Fault(simulator.Rule{Path: "/mercury/", Status: status, RetryAfter: after, Times: 2})
			k.Cut()
		}
	}
	troubles := []func(){
		func() { k.Cut() },
		func() { k.Cut() },
		func() { k.HalfOpen() },
		func() { k.Close(1001, "") },
		func() { k.Close(1012, "restart") },
		func() { k.Close(4000, "moved") },
		func() { k.Vanish(); k.Cut() },
		func() { k.Close(4404, "") },
		func() { k.Shutdown(2 * time.Second) },
		faults(simulator.SocketFaults{CloseCode: 4401}),
		faults(simulator.SocketFaults{Duplicate: 0.5, Reorder: 0.3}),
		faults(simulator.SocketFaults{Junk: 5, Binary: true, Omit: []string{"target.globalId"}}),
		faults(simulator.SocketFaults{NoPong: true}),
		faults(simulator.SocketFaults{NewURLs: true}),
		upgrade(http.StatusNotFound, ""),
		upgrade(http.StatusTooManyRequests, "3"),
		upgrade(http.StatusServiceUnavailable, ""),
		func() { s.sim.Fault(simulator.Rule{Path: "/wdm/", Status: 500, Times: 3}) },
	}
	once := map[time.Duration]func(){
		long / 10:     func() { s.sim.Outage(20 * time.Second) },
		long * 3 / 10: func() { s.sim.Outage(5 * time.Minute) },
		long * 9 / 10: func() { k.Close(4000, "Replaced") },
	}
	began := time.Now()
	for time.Since(began) < long {
		s.pass(between(s.dice, 2*time.Second, 8*time.Second))
		for at, trouble := range once {
			if time.Since(began) >= at {
				trouble()
				delete(once, at)
			}
		}
		troubles[s.dice.IntN(len(troubles))]()
		s.pass(between(s.dice, time.Second, 4*time.Second))
		k.SetFaults(simulator.SocketFaults{})
		s.sim.ClearFaults()
	}
}

// calm ends all that is wrong and waits until everything asked is answered.
func (s *outage) calm() {
	s.sim.Outage(0)
	s.sim.ClearFaults()
	s.sim.Socket().SetFaults(simulator.SocketFaults{})
	s.refuse.Store(false)
	s.ready()
	for range 15 * 60 {
		if s.unanswered() == 0 {
			break
		}
		s.pass(time.Second)
	}
	s.pass(5 * time.Minute) // for what would come twice
	s.ready()
}

// answers counts the bot's messages by their thread.
func (s *outage) answers() map[string]int {
	count := map[string]int{}
	for _, m := range s.asked {
		if _, seen := count[m.RoomID]; seen {
			continue
		}
		count[m.RoomID] = 0
		for _, one := range s.sim.Messages(m.RoomID) {
			if one.PersonID == s.sim.Bot().ID {
				count[one.ParentID]++
			}
		}
	}
	return count
}

func (s *outage) unanswered() int {
	n, answers := 0, s.answers()
	for _, m := range s.asked {
		if answers[m.ID] == 0 {
			n++
		}
	}
	return n
}

func (s *outage) judge(seed uint64) {
	s.t.Helper()
	lost, twice, answers := 0, 0, s.answers()
	for _, m := range s.asked {
		switch n := answers[m.ID]; {
		case n == 0:
			lost++
			s.t.Logf("lost: %s of %v", webex.UUID(m.ID), m.Created)
		case n > 1:
			twice++
			s.t.Logf("%d times: %s of %v", n, webex.UUID(m.ID), m.Created)
		}
	}
	health, _ := s.receivers.Websocket()
	s.t.Logf("seed %d: %d questions, %d lost, %d answered twice; reconnects by close code %v", seed, len(s.asked), lost, twice, health.Reconnects)
	if lost+twice > 0 || len(s.asked) < 100 {
		s.t.Errorf("%d lost and %d answered twice of %d questions, seed %d\n%s", lost, twice, len(s.asked), seed, s.lastLines())
	}
}

// TestBackAfterAnOutage is away for 20 s, again and again.
func TestBackAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutage(t, 1)
		for range 50 {
			s.pass(2 * time.Minute)
			s.sim.Outage(20 * time.Second)
			s.pass(20 * time.Second)
			if took := s.ready(); took >= 5*time.Second {
				t.Errorf("heard again %v after the service was back, want less than 5 s", took)
			}
		}
		s.end()
	})
}
