package receive_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// outageSecret signs what is delivered to it.
const outageSecret = "a-secret-of-the-tests-and-of-nobody"

// answerAge is the age up to which a missed question is answered.
const answerAge = 15 * time.Minute

// outage is all receivers of a bot in front of the simulator, over a network in
// memory, so that minutes take no time. What they put into the inbox, a map, is
// fetched and answered by a bot that says one word.
type outage struct {
	t         *testing.T
	ctx       context.Context //nolint:containedctx // of one test, from its beginning to its end
	stop      func()
	dice      *rand.Rand
	sim       *simulator.Simulator
	client    *webex.Bot
	config    config.Config
	notes     *mapNotes
	receivers *receive.Receivers
	outages   atomic.Int64 // that were reported
	http      *http.Transport
	log       *logBuffer
	refuse    atomic.Bool // the inbox does at times
	mute      atomic.Bool // what is put into the inbox stays there
	shut      atomic.Bool // the way in is broken: no webhook is accepted

	mu    sync.Mutex
	luck  *rand.Rand // of the inbox
	known map[string]bool
	work  sync.WaitGroup
	asked []simulator.Message
}

// newOutage starts receivers that hear over a websocket.
func newOutage(t *testing.T, seed uint64) *outage {
	t.Helper()
	return newOutageBy(t, seed, config.ReceiveWebsocket)
}

// newOutageBy starts receivers that hear in a way; change is made before they start.
func newOutageBy(t *testing.T, seed uint64, way string, change ...func(*receive.Options)) *outage {
	t.Helper()
	return newOutageVia(t, seed, way, nil, change...)
}

// newOutageVia is newOutageBy where all calls of the API go through via, unless
// that is nil.
func newOutageVia(t *testing.T, seed uint64, way string, via func(http.RoundTripper) http.RoundTripper, change ...func(*receive.Options)) *outage {
	t.Helper()
	wire, door := simulator.NewWire(), simulator.NewWire()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: seed, Listener: wire, Dial: door.Dial, Cluster: "urn:TEAM:eu-central-1_k"})
	if err != nil {
		t.Fatal(err)
	}
	s := &outage{
		t: t, sim: sim, dice: rand.New(rand.NewPCG(seed, 0)), luck: rand.New(rand.NewPCG(seed, 100)), log: new(logBuffer),
		http: &http.Transport{DialContext: wire.Dial}, known: map[string]bool{}, notes: newNotes(),
	}
	s.ctx, s.stop = context.WithCancel(t.Context())
	log := slog.New(slog.NewTextHandler(s.log, nil))
	api := webex.Options{
		BaseURL: sim.URL(), Transport: s.http, Logger: log,
		Token: func(context.Context) (string, error) { return sim.BotToken(), nil },
	}
	if via != nil {
		api.Transport = via(s.http)
	}
	s.client = webex.NewBot(api)
	o := receive.Options{
		Accepting: func() error { return nil },
		Config: config.Config{
			Receive: way, U2CURL: sim.Socket().U2CURL(), BotToken: config.NewSecret(sim.BotToken()), CatchUpMinutes: 1440,
			PublicURL: "http://" + door.Addr().String(), WebhookSecrets: []config.Secret{config.NewSecret(outageSecret)},
		},
		Client: s.client, Put: s.put, Own: s.own, Notes: s.notes, Dial: wire.Dial, Logger: log,
		Outage: func(context.Context, time.Time, time.Time) error { s.outages.Add(1); return nil },
	}
	for _, f := range change {
		f(&o)
	}
	s.config, s.receivers = o.Config, receive.New(o)
	s.work.Go(func() {
		_ = s.receivers.Run(s.ctx, func(ctx context.Context, f func(context.Context)) error { f(ctx); return nil })
	})
	s.serve(door, log)
	s.ready()
	return s
}

// serve accepts what is delivered by webhooks.
func (s *outage) serve(door net.Listener, log *slog.Logger) {
	h := webhook.NewHandler(webhook.Options{Secrets: []string{outageSecret}, Logger: log, Inbox: func(ctx context.Context, e webex.Event) error {
		if s.shut.Load() {
			return errors.New("the way in is broken")
		}
		_, err := s.put(ctx, e)
		return err
	}})
	s.work.Go(func() { _ = webhook.Serve(s.ctx, door, h, webhook.ServeOptions{Logger: log}) })
}

func (s *outage) own(e webex.Event) bool {
	return e.Resource == webex.Messages && webex.SameID(e.PersonID, s.sim.Bot().ID)
}

// put is the inbox: an event of a known key is dropped, another one is worked on
// until it is answered.
func (s *outage) put(_ context.Context, e webex.Event) (bool, error) {
	if s.own(e) {
		return false, nil
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
	if !s.mute.Load() {
		s.work.Go(func() { s.answer(e) })
	}
	return true, nil
}

// answer fetches what an event names and posts one word, however often that
// must be tried.
func (s *outage) answer(e webex.Event) {
	var reply webex.NewMessage
	s.until(func() (err error) {
		reply, err = s.reply(e)
		return err
	})
	if reply.Text != "" {
		s.until(func() error {
			_, err := s.client.Post(s.ctx, reply)
			if e, ok := errors.AsType[*webex.Error](err); ok && e.Uncertain() {
				return nil
			}
			return err
		})
	}
}

// reply is the answer to an event, without a text where there is none.
func (s *outage) reply(e webex.Event) (webex.NewMessage, error) {
	switch e.Resource {
	case webex.Messages:
		m, err := s.client.Message(s.ctx, e.ID)
		text := "answer"
		if e.Missed && time.Since(m.Created) > answerAge {
			text = "away"
		}
		return webex.NewMessage{
			RoomID: m.RoomID, ParentID: cmp.Or(m.ParentID, m.ID), Text: text, Markdown: text,
			Attachments: []webex.Attachment{{ContentType: webex.CardType, Content: []byte(
				`{"type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"answer"}],"actions":[{"type":"Action.Submit","title":"Again"}]}`)}},
		}, err
	case webex.AttachmentActions:
		a, err := s.client.AttachmentAction(s.ctx, e.ID)
		return webex.NewMessage{RoomID: a.RoomID, Text: "pressed"}, err
	}
	if e.RoomType == "group" && webex.SameID(e.PersonID, s.sim.Bot().ID) {
		return webex.NewMessage{RoomID: e.RoomID, Text: "welcome"}, nil
	}
	return webex.NewMessage{}, nil
}

// until tries until it works.
func (s *outage) until(f func() error) {
	for f() != nil {
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
		s.t.Fatalf("%v\n%s", err, s.lastLines())
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

// lastLines is the end of the log.
func (s *outage) lastLines() string {
	lines := strings.Split(s.log.String(), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// between is a time from low to high.
func between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}
