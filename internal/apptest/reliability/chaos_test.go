package reliability

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// The flags of TestChaos. Its default form is short, so that the tests stay
// quick; ten minutes show more.
var (
	chaosFor  = flag.Duration("chaos", 8*time.Second, "how long TestChaos goes on")
	chaosSeed = flag.Uint64("chaos.seed", 0, "what TestChaos does at random follows from it; 0 picks one")
)

// chaos is one run: spaces that ask all the time, and all that goes wrong.
type chaos struct {
	*apptest.Askers

	disk   *apptest.SmallDisk
	ended  <-chan error // the process, by a kill or by itself
	faults []episode

	approved []approval
}

// TestChaos asks in 16 spaces while the bot is killed and restarted, Webex
// fails in every way it can, and the disk fills. Whatever was acknowledged to
// Webex must have one answer in the end.
//
// What the simulator could not deliver at once comes again for about 16 s.
// The real service documents no second try: there, questions and echoes of the
// moments in which nobody listens are gone. So the questions asked then, and
// the certainty that an answer of that moment is not posted twice, rely here
// on those tries.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: the bot is killed and asked for minutes")
	}
	c := newChaos(t)
	var askers sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	defer askers.Wait()
	defer stop()
	for i, p := range c.People {
		askers.Go(func() { c.Ask(ctx, c.Spaces[i], p, c.Dice(uint64(i))) })
	}
	askers.Go(func() { c.changes(ctx) })
	began := time.Now()
	c.run(*chaosFor)
	stop()
	askers.Wait()
	c.settle()
	r := c.Count()
	c.report(r, time.Since(began))
	c.judgeChanges(r)
	t.Logf("\n%s", r)
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "bot.log"), []byte(c.Bot.Log.String()), 0o600); err != nil { // kept with -artifacts
		t.Error(err)
	}
	r.Judge(t)
}

// report adds to a result what went wrong meanwhile.
func (c *chaos) report(r *apptest.Result, took time.Duration) {
	r.Row("duration", fmt.Sprintf("%s, with the end %s", *chaosFor, took.Round(100*time.Millisecond)))
	given := c.given()
	for _, kind := range []string{fault429, fault500, fault502, faultBefore, faultAfter, faultHang} {
		r.Row("  fault: "+kind, given[kind])
	}
	r.Row("disk filled", cmp.Or(c.disk.None, map[bool]string{true: "yes, and emptied", false: "no: not skipped, and not reached"}[c.disk.Full]))
}

func newChaos(t *testing.T) *chaos {
	t.Helper()
	seed := *chaosSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("go test -run '^TestChaos$' ./internal/apptest/reliability -chaos %s -chaos.seed %d", *chaosFor, seed)
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	c := &chaos{Askers: &apptest.Askers{T: t, Seed: seed, Sim: sim}, disk: apptest.NewSmallDisk(t)}
	c.Bot = apptest.NewProcess(t, sim, c.disk.Dir)
	c.Door = apptest.NewDoor(c.Bot.Addr)
	c.Bot.Env = append(c.Bot.Env, "WEBEX_PUBLIC_URL="+c.Door.Server.URL)
	c.Bot.Env = append(append(c.Bot.Env, mayChange()...), fmt.Sprintf("DISK_RESERVE_MB=%d", apptest.DiskReserve>>20))
	t.Cleanup(func() {
		_ = sim.Close()
		c.Door.Close()
	})
	c.Populate()
	sim.SetLatency(apptest.CallLatency)
	sim.SetDelivery(simulator.Delivery{Duplicate: 0.05, Reorder: 0.05, Jitter: 500 * time.Millisecond, Retries: 8, RetryDelay: 2 * time.Second})
	c.begin()
	c.Bot.WaitReady()
	return c
}

// begin starts the process.
func (c *chaos) begin() {
	c.T.Helper()
	c.Bot.Begin()
	cmd, ended := c.Bot.Cmd, make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	c.ended = ended
}

// run lets everything go wrong for a time.
func (c *chaos) run(long time.Duration) {
	c.T.Helper()
	kill, fault := c.Dice(1001), c.Dice(1002)
	end, kills, faults, begin := time.After(long), time.After(apptest.Between(kill, time.Second, 4*time.Second)), time.After(0), (<-chan time.Time)(nil)
	full := min(long/8, 5*time.Second)
	disk, step := time.After(apptest.Between(kill, long/4, long/2)), 0
	for {
		select {
		case <-end:
			c.Sim.ClearFaults()
			c.disk.Empty()
			if begin != nil {
				c.begin()
			}
			return
		case err := <-c.ended:
			c.quit(err)
			begin = time.After(500 * time.Millisecond)
		case <-kills:
			if begin == nil {
				c.kill()
				begin = time.After(apptest.Between(kill, time.Millisecond, 1500*time.Millisecond))
			}
			kills = time.After(apptest.Between(kill, 2*time.Second, 8*time.Second))
			if kill.IntN(6) == 0 { // again, while it starts
				kills = time.After(apptest.Between(kill, 1500*time.Millisecond, 2*time.Second))
			}
		case <-begin:
			begin = nil
			c.begin()
		case <-faults:
			faults = time.After(c.nextFault(fault, long))
		case <-disk:
			disk, step = time.After(full/time.Duration(1+step)), step+1
			if c.disk.Step(step) {
				disk = nil
			}
			c.Mark(fmt.Sprint("disk: step ", step))
		}
	}
}

func (c *chaos) kill() {
	c.T.Helper()
	if err := c.Bot.Cmd.Process.Kill(); err != nil {
		c.T.Fatal(err)
	}
	<-c.ended
	c.ended = nil
	c.Kills++
	c.Mark("killed")
}

// quit notes that the process ended by itself.
func (c *chaos) quit(err error) {
	c.Quits++
	c.ended = nil
	c.Mark(fmt.Sprint("ended by itself: ", err))
	c.T.Logf("the bot ended by itself: %v\n%s", err, apptest.LastLines(c.Bot.Log.String(), 8))
}

// settle waits until the bot has nothing left to do and then stops it, for at
// most chaosSettle.
func (c *chaos) settle() {
	c.T.Helper()
	c.Mark("all is well again")
	ctx, cancel := context.WithTimeout(c.T.Context(), apptest.SettlePatience)
	defer cancel()
	if err := c.Sim.Settle(ctx); err != nil {
		c.T.Error(err)
	}
	for {
		select {
		case <-ctx.Done():
			c.T.Errorf("the bot did not come to rest within %s: %s", apptest.SettlePatience, c.Queue("list"))
			return
		case err := <-c.ended:
			c.quit(err)
			c.begin()
		case <-time.After(250 * time.Millisecond):
		}
		if status, _ := c.Bot.Get(ctx, "/readyz"); status == http.StatusOK && c.Resting() {
			break
		}
	}
	if err := c.Bot.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		c.T.Fatal(err)
	}
	if err := <-c.ended; err != nil {
		c.T.Errorf("after SIGTERM: %v", err)
	}
}

// The kinds of faults, as the table names them.
const (
	fault429    = "429"
	fault500    = "500"
	fault502    = "502 as HTML"
	faultBefore = "reset before"
	faultAfter  = "reset after"
	faultHang   = "hang of 20 s"
)

// hangFor is how long a call hangs; after that it is reset. Runs that are not
// much longer have none.
const hangFor = 20 * time.Second

// episode is a while in which calls fail in one way.
type episode struct {
	kind string
	to   time.Time
}

// nextFault ends an episode, begins another or a calm while, and returns how
// long that takes.
func (c *chaos) nextFault(r *rand.Rand, long time.Duration) time.Duration {
	c.Sim.ClearFaults()
	if n := len(c.faults); n > 0 && c.faults[n-1].to.IsZero() {
		c.faults[n-1].to = time.Now()
		return apptest.Between(r, 50*time.Millisecond, time.Second)
	}
	rule := simulator.Rule{Probability: 0.1 + 0.5*r.Float64()}
	if r.IntN(2) == 0 { // half of the time where it is hardest
		rule.Method, rule.Path = http.MethodPost, "/messages"
	}
	kinds := []string{fault429, fault500, fault500, fault500, fault502, fault502, faultBefore, faultBefore, faultAfter, faultAfter, faultAfter}
	kind := kinds[r.IntN(len(kinds))]
	if r.IntN(15) == 0 && long > hangFor {
		kind = faultHang
	}
	switch kind {
	case fault429:
		rule.Status, rule.RetryAfter, rule.Times = http.StatusTooManyRequests, strconv.Itoa(1+r.IntN(5)), 1+r.IntN(3)
	case fault500:
		rule.Status = http.StatusInternalServerError
	case fault502:
		rule.Status, rule.ContentType = http.StatusBadGateway, "text/html"
	case faultBefore:
		rule.Drop = simulator.DropBefore
	case faultAfter:
		rule.Drop = simulator.DropAfter
	case faultHang:
		rule.Drop, rule.Delay, rule.Times = simulator.DropBefore, hangFor, 1+r.IntN(2)
	}
	c.faults = append(c.faults, episode{kind: kind})
	c.Mark("fault: " + kind)
	c.Sim.Fault(rule)
	return apptest.Between(r, 100*time.Millisecond, 700*time.Millisecond)
}

// given counts the faults by their kind: a call that failed did so in the
// episode during which it came, or in the one that began just after.
func (c *chaos) given() map[string]int {
	given := make(map[string]int)
	for _, call := range c.Sim.Calls() {
		if !call.Faulted || len(c.faults) == 0 {
			continue
		}
		i := slices.IndexFunc(c.faults, func(e episode) bool { return e.to.IsZero() || !e.to.Before(call.Time) })
		if i < 0 {
			i = len(c.faults) - 1
		}
		given[c.faults[i].kind]++
	}
	return given
}
