package main

import (
	"context"
	"encoding/json"
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

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// The flags of TestChaos. Its default form is short, so that the tests stay
// quick; ten minutes show more.
var (
	chaosFor  = flag.Duration("chaos", 8*time.Second, "how long TestChaos goes on")
	chaosSeed = flag.Uint64("chaos.seed", 0, "what TestChaos does at random follows from it; 0 picks one")
)

const (
	chaosSpaces   = 16
	chaosLatency  = 25 * time.Millisecond // of every call, so that a kill finds work under way
	chaosPatience = 20 * time.Second      // after it a space asks on; the answer may still come
	chaosSettle   = 90 * time.Second      // for the bot to finish once all is well again
)

// chaos is one run: spaces that ask all the time, and all that goes wrong.
type chaos struct {
	t      *testing.T
	seed   uint64
	sim    *simulator.Simulator
	people []simulator.Person // one asks in each space
	spaces []simulator.Space
	door   *door
	disk   *smallDisk
	p      *process
	ended  <-chan error // the process, by a kill or by itself
	kills  int
	quits  int // ends that nobody asked for
	faults []episode

	mu    sync.Mutex
	asked []asking
}

// asking is a question or a press, for which one answer is due.
type asking struct {
	id, key, ref string // of the message or the action
	room, root   string
	press        bool
	at           time.Time
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
	for i, p := range c.people {
		askers.Go(func() { c.ask(ctx, c.spaces[i], p, c.dice(uint64(i))) })
	}
	began := time.Now()
	c.run(*chaosFor)
	stop()
	askers.Wait()
	c.settle()
	r := c.count()
	r.took = time.Since(began)
	t.Logf("\n%s", r)
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "bot.log"), []byte(c.p.log.String()), 0o600); err != nil { // kept with -artifacts
		t.Error(err)
	}
	r.judge(t)
}

func newChaos(t *testing.T) *chaos {
	t.Helper()
	seed := *chaosSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("go test -run '^TestChaos$' . -chaos %s -chaos.seed %d", *chaosFor, seed)
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	c := &chaos{t: t, seed: seed, sim: sim, disk: newSmallDisk(t)}
	c.p = newProcess(t, sim, c.disk.dir)
	c.door = newDoor(c.p.addr)
	c.p.env = append(c.p.env, "WEBEX_PUBLIC_URL="+c.door.server.URL, fmt.Sprintf("DISK_RESERVE_MB=%d", diskReserve>>20))
	t.Cleanup(func() {
		_ = sim.Close()
		c.door.close()
	})
	c.populate()
	sim.SetLatency(chaosLatency)
	sim.SetDelivery(simulator.Delivery{Duplicate: 0.05, Reorder: 0.05, Jitter: 500 * time.Millisecond, Retries: 8, RetryDelay: 2 * time.Second})
	c.begin()
	c.p.untilReady()
	return c
}

// populate makes the spaces, before the bot is there to welcome them.
func (c *chaos) populate() {
	for i := range chaosSpaces {
		p := c.sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Person %c", 'A'+i)})
		space := c.sim.Direct(p.ID)
		if i%2 == 1 {
			space = c.sim.Group(fmt.Sprintf("Space %d", i), p.ID, c.sim.Person("alice").ID)
		}
		c.people, c.spaces = append(c.people, p), append(c.spaces, space)
	}
}

// dice are random numbers that follow from the seed and from what they are for.
func (c *chaos) dice(what uint64) *rand.Rand { return rand.New(rand.NewPCG(c.seed, what)) }

// between is a random time.
func between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}

// begin starts the process.
func (c *chaos) begin() {
	c.t.Helper()
	c.p.begin()
	cmd, ended := c.p.cmd, make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	c.ended = ended
}

// ask asks in one space until ctx is done, the next question after the answer.
func (c *chaos) ask(ctx context.Context, space simulator.Space, person simulator.Person, r *rand.Rand) {
	for ctx.Err() == nil {
		burst := 1
		if r.IntN(8) == 0 {
			burst = 3
		}
		questions := make([]simulator.Message, burst)
		for i := range questions {
			questions[i] = c.write(ctx, space, person, r)
		}
		patience, cancel := context.WithTimeout(ctx, chaosPatience)
		for _, q := range questions {
			answer, err := c.sim.WaitReply(patience, q)
			if err == nil && r.IntN(8) == 0 && hasButton(answer, "Refresh") {
				c.press(ctx, person, answer, q)
				if r.IntN(2) == 0 {
					c.pressLater(ctx, person, answer, q)
				}
			}
		}
		cancel()
		select {
		case <-ctx.Done():
		case <-time.After(between(r, 100*time.Millisecond, 900*time.Millisecond)):
		}
	}
}

func (c *chaos) write(ctx context.Context, space simulator.Space, person simulator.Person, r *rand.Rand) simulator.Message {
	texts := []string{"tracking code 1 on example.webex.com", "tracking code Cost Center on example.webex.com", "codes on example.webex.com", "code 2", "code 99 on example"}
	text := texts[r.IntN(len(texts))]
	if space.Type == "group" {
		text = "@trackbot " + text
	}
	m := c.sim.Say(ctx, simulator.Say{Space: space.ID, Person: person.ID, Text: text})
	c.note(webex.Messages, asking{id: m.ID, room: space.ID, root: m.ID, at: m.Created.Time})
	return m
}

func (c *chaos) press(ctx context.Context, person simulator.Person, card, root simulator.Message) {
	a := c.sim.Click(ctx, person.ID, card.ID, "Refresh")
	c.note(webex.AttachmentActions, asking{id: a.ID, room: a.RoomID, root: root.ID, press: true, at: a.Created.Time})
}

// pressLater presses once more, later than a second press counts as the same.
func (c *chaos) pressLater(ctx context.Context, person simulator.Person, card, root simulator.Message) {
	select {
	case <-ctx.Done():
	case <-time.After(twice + 100*time.Millisecond):
		c.press(ctx, person, card, root)
	}
}

func (c *chaos) note(resource string, a asking) {
	a.key = webex.Event{Resource: resource, ID: a.id}.Key()
	a.ref = bot.Ref(a.key)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, a)
}

// run lets everything go wrong for a time.
func (c *chaos) run(long time.Duration) {
	c.t.Helper()
	kill, fault := c.dice(1001), c.dice(1002)
	end, kills, faults, begin := time.After(long), time.After(between(kill, time.Second, 4*time.Second)), time.After(0), (<-chan time.Time)(nil)
	full := min(long/8, 5*time.Second)
	disk, step := time.After(between(kill, long/4, long/2)), 0
	for {
		select {
		case <-end:
			c.sim.ClearFaults()
			c.disk.empty()
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
				begin = time.After(between(kill, time.Millisecond, 1500*time.Millisecond))
			}
			kills = time.After(between(kill, 2*time.Second, 8*time.Second))
			if kill.IntN(6) == 0 { // again, while it starts
				kills = time.After(between(kill, 1500*time.Millisecond, 2*time.Second))
			}
		case <-begin:
			begin = nil
			c.begin()
		case <-faults:
			faults = time.After(c.nextFault(fault, long))
		case <-disk:
			disk, step = time.After(full/time.Duration(1+step)), step+1
			if c.disk.step(step) {
				disk = nil
			}
			c.mark(fmt.Sprint("disk: step ", step))
		}
	}
}

func (c *chaos) kill() {
	c.t.Helper()
	if err := c.p.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	<-c.ended
	c.ended = nil
	c.kills++
	c.mark("killed")
}

// quit notes that the process ended by itself.
func (c *chaos) quit(err error) {
	c.quits++
	c.ended = nil
	c.mark(fmt.Sprint("ended by itself: ", err))
	c.t.Logf("the bot ended by itself: %v\n%s", err, lastLines(c.p.log.String(), 8))
}

// mark writes a line of the test's own into the bot's log.
func (c *chaos) mark(what string) {
	_, _ = fmt.Fprintf(c.p.log, "time=%s level=CHAOS msg=%q\n", time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00"), what)
}

// settle waits until the bot has nothing left to do and then stops it, for at
// most chaosSettle.
func (c *chaos) settle() {
	c.t.Helper()
	c.mark("all is well again")
	ctx, cancel := context.WithTimeout(c.t.Context(), chaosSettle)
	defer cancel()
	if err := c.sim.Settle(ctx); err != nil {
		c.t.Error(err)
	}
	for {
		select {
		case <-ctx.Done():
			c.t.Errorf("the bot did not come to rest within %s: %s", chaosSettle, c.queue("list"))
			return
		case err := <-c.ended:
			c.quit(err)
			c.begin()
		case <-time.After(250 * time.Millisecond):
		}
		if status, _ := c.p.get(ctx, "/readyz"); status == http.StatusOK && c.resting() {
			break
		}
	}
	if err := c.p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Fatal(err)
	}
	if err := <-c.ended; err != nil {
		c.t.Errorf("after SIGTERM: %v", err)
	}
}

// queue runs one command of trackbot queue beside the bot.
func (c *chaos) queue(args ...string) string {
	_, stdout, stderr := trackbot(c.t, "", c.p.env, append([]string{"queue"}, args...)...)
	return stdout + stderr
}

// resting reports whether nothing waits; what was given up does not wait. It is
// one look: between two, for one state each, an item may change from the state
// that is looked for second to the first.
func (c *chaos) resting() bool {
	var items []struct{ State string }
	_, stdout, _ := trackbot(c.t, "", c.p.env, "queue", "list", "--json")
	return json.Unmarshal([]byte(stdout), &items) == nil &&
		!slices.ContainsFunc(items, func(i struct{ State string }) bool { return i.State != queue.StateFailed })
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
	c.sim.ClearFaults()
	if n := len(c.faults); n > 0 && c.faults[n-1].to.IsZero() {
		c.faults[n-1].to = time.Now()
		return between(r, 50*time.Millisecond, time.Second)
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
	c.mark("fault: " + kind)
	c.sim.Fault(rule)
	return between(r, 100*time.Millisecond, 700*time.Millisecond)
}
