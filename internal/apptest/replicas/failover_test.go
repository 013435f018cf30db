package replicas

import (
	"context"
	"sync"
	"testing"
	"time"

	"trackbot/internal/simulator"
	"trackbot/internal/store/storetest"
)

// TestFailover lets 16 spaces ask two bots all the time, kills the PostgreSQL
// server on which they work, and promotes its synchronous standby 2 s later.
// Nothing is lost or answered twice, and both bots go on by themselves.
func TestFailover(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: two bots and two database servers for half a minute")
	}
	t.Parallel() // most of it is waiting
	primary := storetest.NewServer(t, "fsync=off")
	standby := primary.Standby(t)
	primary.NewDatabase(t)
	r := newReplicasOn(t, primary.URLWith(standby, "t1"))
	for _, p := range r.bots {
		p.Begin()
	}
	r.untilAll(60 * time.Second)

	ctx, stop := context.WithCancel(t.Context())
	var askers sync.WaitGroup
	defer askers.Wait()
	defer stop()
	for i, p := range r.People {
		askers.Go(func() { r.Ask(ctx, r.Spaces[i], p, r.Dice(uint64(i))) })
	}
	<-time.After(3 * time.Second)
	primary.Kill(t)
	r.Mark("the primary is gone")
	<-time.After(2 * time.Second)
	standby.Promote(t)
	promoted := time.Now()
	r.Mark("the standby is promoted")
	again, cancel := context.WithDeadline(t.Context(), promoted.Add(30*time.Second))
	defer cancel()
	_, err := r.Sim.Wait(again, func(m simulator.Message) bool {
		return m.PersonID == r.Sim.Bot().ID && m.Created.After(promoted)
	})
	if err != nil {
		t.Fatalf("no answer within 30 s of the promotion: %v\n%s", err, r.log())
	}
	t.Logf("answers again %s after the promotion", time.Since(promoted).Round(10*time.Millisecond))
	<-time.After(3 * time.Second)
	stop()
	askers.Wait()
	r.untilAll(30 * time.Second)
	r.settled()
}
