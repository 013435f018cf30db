package main

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
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
	"trackbot/webhook"
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

// stormSecret signs what is delivered to it.
const stormSecret = "a-secret-of-the-storm-and-of-nobody"

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
	mute   atomic.Bool // what is put into the queue stays there

	mu    sync.Mutex
	luck  *rand.Rand // of the queue
	known map[string]bool
	said  map[string]string
	work  sync.WaitGroup
	asked []simulator.Message
}

// newStorm starts a bot that hears over its websocket.
func newStorm(t *testing.T, seed uint64) *storm {
	t.Helper()
	return newStormBy(t, seed, config.ReceiveWebsocket)
}

// newStormBy starts one that hears in a way; change is made before it starts.
func newStormBy(t *testing.T, seed uint64, way string, change ...func(*storm)) *storm {
	t.Helper()
	wire, door := simulator.NewWire(), simulator.NewWire()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: seed, Listener: wire, Dial: door.Dial, Cluster: "urn:TEAM:eu-central-1_k"})
	if err != nil {
		t.Fatal(err)
	}
	s := &storm{
		t: t, sim: sim, dice: rand.New(rand.NewPCG(seed, 0)), luck: rand.New(rand.NewPCG(seed, 100)), log: new(buffer),
		http: &http.Transport{DialContext: wire.Dial}, known: map[string]bool{}, said: map[string]string{},
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
			Receive: way, U2CURL: sim.Socket().U2CURL(), BotToken: config.NewSecret(sim.BotToken()), CatchUpMinutes: 1440,
			PublicURL: "http://" + door.Addr().String(), WebhookSecrets: []config.Secret{config.NewSecret(stormSecret)},
		},
		client: client, put: s.put, tell: s.tell, dial: wire.Dial, log: log, notes: &mapNotes{m: map[string][]byte{}},
	}
	s.h.parts(&mapNotes{m: map[string][]byte{}})
	for _, f := range change {
		f(s)
	}
	s.work.Go(func() { _ = s.bot.Learn(s.ctx) })
	s.work.Go(func() { s.h.lead(s.ctx) })
	s.work.Go(func() {
		_ = webhook.Serve(s.ctx, door, webhook.NewHandler(webhook.Options{Secrets: []string{stormSecret}, Inbox: s.h.hear}), log)
	})
	s.ready()
	return s
}

func (s *storm) first(_ context.Context, key, event string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.said[key] == "" {
		s.said[key] = event
	}
	return s.said[key] == event, nil
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
	if !s.h.c.Websocket() {
		for s.h.deaf() != nil {
			s.pass(time.Second)
		}
		return time.Since(began)
	}
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
	devices, want := len(s.sim.Socket().Devices()), 0
	if s.h.c.Websocket() {
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

func (s *storm) pass(d time.Duration) { <-time.After(d) }
