package reliability

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// soakFor is how long TestSoak goes on. Its default form is short; make soak takes
// six minutes, with ten times the spaces.
var soakFor = flag.Duration("soak", 5*time.Second, "how long TestSoak goes on")

// use is what the process takes.
type use struct{ goroutines, descriptors, kib float64 }

// TestSoak asks in many spaces while every tenth call fails or is slow and every
// tenth delivery comes twice. Everything has one answer in the end, and the
// process takes no more than it did before.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: the bot is asked for minutes")
	}
	seed := cmp.Or(*chaosSeed, rand.Uint64())
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	admin := apptest.FreeAddr(t)
	c := &chaos{Askers: &apptest.Askers{T: t, Seed: seed, N: 20, Sim: sim}}
	if *soakFor >= time.Minute {
		c.N = 200
	}
	c.Bot = apptest.NewProcess(t, sim, t.TempDir(), "ADMIN_ADDR="+admin, "LOG_LEVEL=debug")
	c.Door = apptest.NewDoor(c.Bot.Addr)
	c.Bot.Env = append(c.Bot.Env, "WEBEX_PUBLIC_URL="+c.Door.Server.URL)
	t.Cleanup(func() {
		_ = sim.Close()
		c.Door.Close()
	})
	c.Populate()
	c.begin()
	c.Bot.WaitReady()
	c.askFor(min(*soakFor/3, time.Minute)) // to warm up
	before := c.used(admin)
	sim.SetLatency(apptest.CallLatency)
	sim.SetDelivery(simulator.Delivery{Duplicate: 0.1, Reorder: 0.1, Jitter: 200 * time.Millisecond, Retries: 8, RetryDelay: 2 * time.Second})
	sim.Fault(simulator.Rule{Probability: 0.04, Status: http.StatusServiceUnavailable})
	sim.Fault(simulator.Rule{Probability: 0.02, Status: http.StatusTooManyRequests, RetryAfter: "1"})
	sim.Fault(simulator.Rule{Probability: 0.02, Drop: simulator.DropAfter})
	sim.Fault(simulator.Rule{Probability: 0.02, Delay: time.Second})
	c.askFor(*soakFor)
	sim.ClearFaults()
	sim.SetDelivery(simulator.Delivery{})
	var after use
	apptest.Eventually(t, "goroutines and descriptors are back to where they were", func() bool {
		after = c.used(admin)
		return after.goroutines <= before.goroutines+10 && after.descriptors <= before.descriptors+10
	})
	if after.kib > before.kib+48<<10 {
		t.Errorf("the process has %.0f KiB, %.0f before; want at most 48 MiB more", after.kib, before.kib)
	}
	c.settle()
	r := c.Count()
	r.Row("memory, MiB", fmt.Sprintf("%.0f before, %.0f after", before.kib/1024, after.kib/1024))
	r.Row("goroutines", fmt.Sprintf("%.0f before, %.0f after", before.goroutines, after.goroutines))
	r.Row("descriptors", fmt.Sprintf("%.0f before, %.0f after", before.descriptors, after.descriptors))
	t.Logf("\n%s", r)
	r.Judge(t)
}

// askFor asks in every space for a time, and waits until the bot rests.
func (c *chaos) askFor(long time.Duration) {
	c.T.Helper()
	ctx, stop := context.WithTimeout(c.T.Context(), long)
	defer stop()
	var askers sync.WaitGroup
	for i, p := range c.People {
		askers.Go(func() { c.Ask(ctx, c.Spaces[i], p, c.Dice(uint64(i))) })
	}
	askers.Wait()
	apptest.Eventually(c.T, "the bot rests", c.Resting)
}

// used asks the process what it takes.
func (c *chaos) used(admin string) (u use) {
	c.T.Helper()
	found := apptest.ScrapeAt(c.T, admin)
	for name, into := range map[string]*float64{"go_goroutines": &u.goroutines, "process_open_fds": &u.descriptors} {
		if _, err := fmt.Sscan(found[name], into); err != nil {
			c.T.Fatalf("the metric %s is %q: %v", name, found[name], err)
		}
	}
	u.kib = float64(c.Bot.Resident())
	return u
}
