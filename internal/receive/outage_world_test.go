package receive_test

import (
	"context"
	"errors"
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
	"trackbot/internal/app"
	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/receive"
	"trackbot/internal/simulator"
	"trackbot/webex"
	"trackbot/webhook"
)

// mapNotes are notes in memory.
type mapNotes struct {
	mu sync.Mutex
	m  map[string][]byte
}

func newNotes() *mapNotes { return &mapNotes{m: map[string][]byte{}} }

func (n *mapNotes) Get(_ context.Context, key string) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.m[key], nil
}

func (n *mapNotes) Put(_ context.Context, key string, value []byte) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.m[key] = value
	return nil
}

func (n *mapNotes) First(_ context.Context, key string, value []byte) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.m[key] == nil {
		n.m[key] = value
	}
	return n.m[key], nil
}

// outageSecret signs what is delivered to it.
const outageSecret = "a-secret-of-the-tests-and-of-nobody"

// outage is the bot with all its receivers, over a network in memory, so that minutes
// take no time. The queue, which is a server with a clock of its own, is a map
// here; it forgets nothing, refuses at times, and tries again as the real one.
type outage struct {
	t         *testing.T
	ctx       context.Context //nolint:containedctx // of one test, from its beginning to its end
	stop      func()
	dice      *rand.Rand
	sim       *simulator.Simulator
	bot       *bot.Bot
	config    config.Config
	receivers *receive.Receivers
	outages   atomic.Int64 // that were reported
	http      *http.Transport
	log       *apptest.Buffer
	refuse    atomic.Bool // the queue does at times
	mute      atomic.Bool // what is put into the queue stays there

	mu    sync.Mutex
	luck  *rand.Rand // of the queue
	known map[string]bool
	said  map[string]string
	work  sync.WaitGroup
	asked []simulator.Message
}

// newOutage starts a bot that hears over its websocket.
func newOutage(t *testing.T, seed uint64) *outage {
	t.Helper()
	return newOutageBy(t, seed, config.ReceiveWebsocket)
}

// newOutageBy starts one that hears in a way; change is made before it starts.
func newOutageBy(t *testing.T, seed uint64, way string, change ...func(*receive.Options)) *outage {
	t.Helper()
	wire, door := simulator.NewWire(), simulator.NewWire()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: seed, Listener: wire, Dial: door.Dial, Cluster: "urn:TEAM:eu-central-1_k"})
	if err != nil {
		t.Fatal(err)
	}
	s := &outage{
		t: t, sim: sim, dice: rand.New(rand.NewPCG(seed, 0)), luck: rand.New(rand.NewPCG(seed, 100)), log: new(apptest.Buffer),
		http: &http.Transport{DialContext: wire.Dial}, known: map[string]bool{}, said: map[string]string{},
	}
	s.ctx, s.stop = context.WithCancel(t.Context())
	log := slog.New(slog.NewTextHandler(s.log, nil))
	options := func(token string) webex.Options {
		o := app.ClientOptions(sim.URL(), config.NewSecret(token))
		o.Transport = s.http
		return o
	}
	client, admin := webex.NewBot(options(sim.BotToken())), webex.NewAdmin(options(sim.AdminToken()))
	sites := &bot.Sites{List: admin.Sites}
	s.bot = bot.New(bot.Options{
		Webex: client, Commands: handlers.All(handlers.Parts{Admin: admin, Sites: sites}), Sites: sites, First: s.first, Tell: s.tell, Logger: log.With("part", "bot"),
		Gate:       app.Gate(config.Config{LimitPersonMinute: 1000, LimitPersonHour: 100_000, LimitSpaceMinute: 1000}),
		Signer:     func(context.Context) (bot.Signer, error) { return access.NewSigner(make([]byte, 32)) },
		Again:      func(context.Context, string, string, time.Time) (bool, error) { return false, nil },
		Echo:       func(context.Context, webex.Event) error { return nil },
		Record:     func(bot.Entry) error { return nil },
		Recordable: func() error { return nil },
		Notes:      newNotes(),
	})
	o := receive.Options{
		Config: config.Config{
			Receive: way, U2CURL: sim.Socket().U2CURL(), BotToken: config.NewSecret(sim.BotToken()), CatchUpMinutes: 1440,
			PublicURL: "http://" + door.Addr().String(), WebhookSecrets: []config.Secret{config.NewSecret(outageSecret)},
		},
		Client: client, Put: s.put, Notes: newNotes(), Rooms: newNotes(), Dial: wire.Dial, Logger: log,
		Outage: func(context.Context, time.Time, time.Time) error { s.outages.Add(1); return nil },
	}
	for _, f := range change {
		f(&o)
	}
	s.config, s.receivers = o.Config, receive.New(o)
	s.work.Go(func() { _ = s.bot.Learn(s.ctx) })
	s.work.Go(func() {
		_ = s.receivers.Run(s.ctx, func(ctx context.Context, f func(context.Context)) error { f(ctx); return nil })
	})
	s.work.Go(func() {
		_ = webhook.Serve(s.ctx, door, webhook.NewHandler(webhook.Options{Secrets: []string{outageSecret}, Inbox: s.hear}), log)
	})
	s.ready()
	return s
}

func (s *outage) first(_ context.Context, key, event string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.said[key] == "" {
		s.said[key] = event
	}
	return s.said[key] == event, nil
}

// put is the queue: an event of a known key is dropped, another one is worked on
// until it is answered.
func (s *outage) put(ctx context.Context, e webex.Event) (bool, error) {
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
	if s.mute.Load() {
		return true, nil
	}
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

// hear is the inbox of the webhooks.
func (s *outage) hear(ctx context.Context, e webex.Event) error {
	_, err := s.put(ctx, e)
	return err
}

func (s *outage) tell(_ context.Context, o bot.Outgoing) error {
	s.work.Go(func() { s.post(o) })
	return nil
}

func (s *outage) post(o bot.Outgoing) {
	s.until(func(again bool) error { return s.bot.Send(s.ctx, o, again) })
}

// until tries until it works.
func (s *outage) until(f func(again bool) error) {
	for again := false; f(again) != nil; again = true {
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(2 * time.Second):
		}
	}
}

// ready waits until the bot hears, and returns how long that took.
func (s *outage) ready() time.Duration {
	s.t.Helper()
	began := time.Now()
	if !s.config.Websocket() {
		for s.receivers.Ready(s.ctx) != nil {
			s.pass(time.Second)
		}
		return time.Since(began)
	}
	ctx, cancel := context.WithTimeout(s.ctx, 30*time.Minute)
	defer cancel()
	if err := s.sim.Socket().WaitReady(ctx, 1); err != nil {
		s.t.Fatalf("%v\n%s", err, apptest.LastLines(s.log.String(), 30))
	}
	return time.Since(began)
}

// end stops everything and looks for what is left behind: what still ran would
// end the bubble with a panic.
func (s *outage) end() {
	s.t.Helper()
	devices, want := len(s.sim.Socket().Devices()), 0
	if s.config.Websocket() {
		want = 1
	}
	s.stop()
	s.work.Wait()
	synctest.Wait()
	if n := len(s.sim.Socket().Sockets()); n != 0 || devices != want {
		s.t.Errorf("%d sockets and %d devices at the end, want no socket and %d", n, devices, want)
	}
	s.http.CloseIdleConnections()
	_ = s.sim.Close()
}

func (s *outage) pass(d time.Duration) { <-time.After(d) }
