package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/bot"
	"trackbot/handlers"
	"trackbot/internal/access"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

var (
	stormFor  = flag.Duration("storm", 10*time.Minute, "how long TestStorm goes on, by the clock of its bubble")
	stormRuns = flag.Int("storm.runs", 3, "how many storms there are, each with another seed")
	stormSeed = flag.Uint64("storm.seed", 1, "what the first one does at random follows from it")
)

// mapNotes are notes in memory.
type mapNotes struct {
	mu sync.Mutex
	m  map[string][]byte
}

func (n *mapNotes) Get(_ context.Context, key string) ([]byte, uint64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if v, found := n.m[key]; found {
		return v, 1, nil
	}
	return nil, 0, queue.ErrNotFound
}

func (n *mapNotes) Put(_ context.Context, key string, value []byte) (uint64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.m[key] = value
	return 1, nil
}

func (n *mapNotes) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	if _, _, err := n.Get(ctx, key); err == nil {
		return 0, queue.ErrExists
	}
	return n.Put(ctx, key, value)
}

// bareNotes are notes without revisions, as the bot keeps them.
type bareNotes struct{ *mapNotes }

func (n bareNotes) Get(ctx context.Context, key string) ([]byte, error) {
	v, _, err := n.mapNotes.Get(ctx, key)
	if errors.Is(err, queue.ErrNotFound) {
		err = nil
	}
	return v, err
}

func (n bareNotes) Put(ctx context.Context, key string, value []byte) error {
	_, err := n.mapNotes.Put(ctx, key, value)
	return err
}

// storm is the bot with all its ears, over a network in memory, so that minutes
// take no time. The queue, which is a server with a clock of its own, is a map
// here; it forgets nothing, refuses at times, and tries again as the real one.
type storm struct {
	t      *testing.T
	ctx    context.Context //nolint:containedctx // of one storm, from its beginning to its end
	stop   func()
	dice   *rand.Rand
	sim    *simulator.Simulator
	bot    *bot.Bot
	h      *hearing
	http   *http.Transport
	log    *buffer
	refuse atomic.Bool // the queue does at times

	mu    sync.Mutex
	luck  *rand.Rand // of the queue
	known map[string]bool
	said  map[string]bool
	work  sync.WaitGroup
	asked []simulator.Message
}

func newStorm(t *testing.T, seed uint64) *storm {
	t.Helper()
	wire := simulator.NewWire()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: seed, Listener: wire, Cluster: "urn:TEAM:eu-central-1_k"})
	if err != nil {
		t.Fatal(err)
	}
	s := &storm{
		t: t, sim: sim, dice: rand.New(rand.NewPCG(seed, 0)), luck: rand.New(rand.NewPCG(seed, 100)), log: new(buffer),
		http: &http.Transport{DialContext: wire.Dial}, known: map[string]bool{}, said: map[string]bool{},
	}
	s.ctx, s.stop = context.WithCancel(t.Context())
	log := slog.New(slog.NewTextHandler(s.log, nil))
	options := func(token string) webex.Options {
		o := clientOptions(sim.URL(), config.NewSecret(token))
		o.Transport = s.http
		return o
	}
	client, admin := webex.NewBot(options(sim.BotToken())), webex.NewAdmin(options(sim.AdminToken()))
	sites := &bot.Sites{List: admin.Sites}
	s.bot = bot.New(bot.Options{
		Webex: client, Commands: handlers.All(handlers.Parts{Admin: admin, Sites: sites}), Sites: sites, First: s.first, Tell: s.tell, Logger: log.With("part", "bot"),
		Gate:       gate(config.Config{LimitPersonMinute: 1000, LimitPersonHour: 100_000, LimitSpaceMinute: 1000}),
		Signer:     func(context.Context) (bot.Signer, error) { return access.NewSigner(make([]byte, 32)) },
		Again:      func(context.Context, string, string, time.Time) (bool, error) { return false, nil },
		Echo:       func(context.Context, webex.Event) error { return nil },
		Record:     func(bot.Entry) error { return nil },
		Recordable: func() error { return nil },
		Notes:      bareNotes{&mapNotes{m: map[string][]byte{}}},
	})
	s.h = &hearing{
		c: config.Config{
			Receive: config.ReceiveWebsocket, U2CURL: sim.Socket().U2CURL(), BotToken: config.NewSecret(sim.BotToken()), CatchUpMinutes: 1440,
		},
		client: client, put: s.put, tell: s.tell, dial: wire.Dial, log: log, notes: &mapNotes{m: map[string][]byte{}},
	}
	s.h.parts(&mapNotes{m: map[string][]byte{}})
	s.work.Go(func() { _ = s.bot.Learn(s.ctx) })
	s.work.Go(func() { s.h.lead(s.ctx) })
	s.ready()
	return s
}

func (s *storm) first(_ context.Context, key string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.said[key]
	s.said[key] = true
	return !was, nil
}

// put is the queue: an event of a known key is dropped, another one is worked on
// until it is answered.
func (s *storm) put(ctx context.Context, e webex.Event) (bool, error) {
	if own, err := s.bot.Own(ctx, e); own || err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse.Load() && s.luck.IntN(10) == 0 {
		return false, errors.New("the disk is full")
	}
	if s.known[e.Key()] {
		return false, nil
	}
	s.known[e.Key()] = true
	s.work.Go(func() {
		var out *bot.Outgoing
		s.until(func(bool) (err error) {
			out, err = s.bot.Handle(s.ctx, e)
			return err
		})
		if out != nil {
			s.post(*out)
		}
	})
	return true, nil
}

func (s *storm) tell(_ context.Context, o bot.Outgoing) error {
	s.work.Go(func() { s.post(o) })
	return nil
}

func (s *storm) post(o bot.Outgoing) {
	s.until(func(again bool) error { return s.bot.Send(s.ctx, o, again) })
}

// until tries until it works.
func (s *storm) until(f func(again bool) error) {
	for again := false; f(again) != nil; again = true {
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(2 * time.Second):
		}
	}
}

// ready waits until the bot hears, and returns how long that took.
func (s *storm) ready() time.Duration {
	s.t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(s.ctx, 30*time.Minute)
	defer cancel()
	if err := s.sim.Socket().WaitReady(ctx, 1); err != nil {
		s.t.Fatalf("%v\n%s", err, lastLines(s.log.String(), 30))
	}
	return time.Since(began)
}

// end stops everything and looks for what is left behind: what still ran would
// end the bubble with a panic.
func (s *storm) end() {
	s.t.Helper()
	devices := len(s.sim.Socket().Devices())
	s.stop()
	s.work.Wait()
	synctest.Wait()
	if n := len(s.sim.Socket().Sockets()); n != 0 || devices != 1 {
		s.t.Errorf("%d sockets and %d devices at the end, want no socket and the one device", n, devices)
	}
	s.http.CloseIdleConnections()
	_ = s.sim.Close()
}

func (s *storm) pass(d time.Duration) { <-time.After(d) }

// TestStorm asks in eight spaces while everything about the websocket goes
// wrong every few seconds. Each question has one answer in the end.
func TestStorm(t *testing.T) {
	runs := *stormRuns
	if testing.Short() {
		runs = 1
	}
	for i := range runs {
		seed := *stormSeed + uint64(i)
		synctest.Test(t, func(t *testing.T) {
			s := newStorm(t, seed)
			s.refuse.Store(true)
			asking, quiet := context.WithCancel(s.ctx)
			var askers sync.WaitGroup
			for n := range uint64(8) {
				askers.Go(func() { s.ask(asking, rand.New(rand.NewPCG(seed, n+1))) })
			}
			s.blow(*stormFor)
			quiet()
			askers.Wait()
			s.calm()
			s.judge(seed)
			s.end()
		})
	}
}

// ask asks in a space of its own until ctx is done.
func (s *storm) ask(ctx context.Context, dice *rand.Rand) {
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
func (s *storm) blow(long time.Duration) {
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
func (s *storm) calm() {
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
func (s *storm) answers() map[string]int {
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

func (s *storm) unanswered() int {
	n, answers := 0, s.answers()
	for _, m := range s.asked {
		if answers[m.ID] == 0 {
			n++
		}
	}
	return n
}

func (s *storm) judge(seed uint64) {
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
	health := s.h.receiver.Load().Health()
	s.t.Logf("seed %d: %d questions, %d lost, %d answered twice; reconnects by close code %v", seed, len(s.asked), lost, twice, health.Reconnects)
	if lost+twice > 0 || len(s.asked) < 100 {
		s.t.Errorf("%d lost and %d answered twice of %d questions, seed %d\n%s", lost, twice, len(s.asked), seed, lastLines(s.log.String(), 40))
	}
}

// TestBackAfterAnOutage is away for 20 s, again and again.
func TestBackAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStorm(t, 1)
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
