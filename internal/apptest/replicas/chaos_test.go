package replicas

import (
	"context"
	"flag"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/internal/store/storetest"
)

// The flags of TestChaosOnPostgreSQL, as those of TestChaos.
var (
	chaosFor  = flag.Duration("chaos", 8*time.Second, "how long TestChaosOnPostgreSQL goes on")
	chaosSeed = flag.Uint64("chaos.seed", 0, "what TestChaosOnPostgreSQL does at random follows from it; 0 picks one")
)

// TestChaosOnPostgreSQL asks two bots in 16 spaces while, in turn, the database
// server and one of the bots are killed and restarted, and some of the calls to
// Webex fail, done or undone. Whatever was acknowledged to Webex must have one
// answer in the end.
func TestChaosOnPostgreSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: two bots and their database are killed for a minute")
	}
	t.Parallel() // most of it is waiting
	seed := *chaosSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("go test -run '^TestChaosOnPostgreSQL$' ./internal/apptest/replicas -chaos %s -chaos.seed %d", *chaosFor, seed)
	server := storetest.NewServer(t, "fsync=off") // the machine goes on
	r := newReplicasOn(t, server.NewDatabase(t))
	r.Seed = seed
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
	r.Sim.Fault(simulator.Rule{Probability: 0.1, Status: http.StatusInternalServerError})
	r.Sim.Fault(simulator.Rule{Probability: 0.1, Method: http.MethodPost, Path: "/messages", Drop: simulator.DropAfter})
	dice := r.Dice(1001)
	for end, n := time.Now().Add(*chaosFor), 0; time.Now().Before(end); n++ {
		<-time.After(apptest.Between(dice, time.Second, 3*time.Second))
		down := apptest.Between(dice, 50*time.Millisecond, 1500*time.Millisecond)
		if n%2 == 0 {
			server.Kill(t)
			r.Mark("the database is killed")
			<-time.After(down)
			server.Start(t)
			continue
		}
		p := r.bots[dice.IntN(len(r.bots))]
		p.Kill()
		r.Kills++
		r.Mark("killed")
		<-time.After(down)
		p.Begin()
	}
	r.Sim.ClearFaults()
	stop()
	askers.Wait()
	r.untilAll(60 * time.Second)
	r.settled()
}
