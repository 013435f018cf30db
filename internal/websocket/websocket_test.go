package websocket_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/simulator"
	"trackbot/internal/websocket"
	"trackbot/webex"

	gorilla "github.com/gorilla/websocket"
)

// client is a receiver in front of the simulator, and what it heard.
type client struct {
	t    *testing.T
	sim  *simulator.Simulator
	o    websocket.Options
	r    *websocket.Receiver
	log  *strings.Builder
	stop func()

	mu     sync.Mutex
	events []webex.Event
	refuse int // times that the inbox will fail
	gaps   int
}

// listen starts a receiver; change alters its options.
func listen(t *testing.T, o simulator.Options, change ...func(*websocket.Options)) *client {
	t.Helper()
	w := simulator.NewWire()
	o.Listener = w
	sim, err := simulator.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	e := &client{t: t, sim: sim, log: new(strings.Builder)}
	t.Cleanup(func() {
		if e.stop != nil {
			e.stop()
		}
		_ = sim.Close()
		if t.Failed() {
			t.Logf("the log:\n%s", e.log)
		}
	})
	options := websocket.Options{
		U2C: sim.Socket().U2CURL(), Name: "trackbot-test", Inbox: e.store,
		Token:  func(context.Context) (string, error) { return sim.BotToken(), nil },
		Dial:   w.Dial,
		Gap:    func() { e.mu.Lock(); defer e.mu.Unlock(); e.gaps++ },
		Logger: slog.New(slog.NewTextHandler(locked{&e.mu, e.log}, nil)),
	}
	for _, f := range change {
		f(&options)
	}
	e.o, e.r = options, websocket.New(options)
	return e
}

type locked struct {
	mu *sync.Mutex
	b  *strings.Builder
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (e *client) store(_ context.Context, ev webex.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuse > 0 {
		e.refuse--
		return errors.New("the disk is full")
	}
	e.events = append(e.events, ev)
	return nil
}

// start runs the receiver and waits until it hears; with change, another one
// with other options.
func (e *client) start(change ...func(*websocket.Options)) *client {
	e.t.Helper()
	e.runs(change...)
	e.ready()
	return e
}

// runs does as start, and does not wait.
func (e *client) runs(change ...func(*websocket.Options)) {
	e.t.Helper()
	r, options := e.r, e.o
	for _, f := range change {
		f(&options)
		r = websocket.New(options)
	}
	ctx, cancel := context.WithCancel(e.t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	e.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			e.t.Errorf("Run = %v, want nil", err)
		}
	})
}

// ready waits until exactly one socket hears.
func (e *client) ready() {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), time.Minute)
	defer cancel()
	if err := e.sim.Socket().WaitReady(ctx, 1); err != nil {
		e.t.Fatalf("not ready: %v", err)
	}
}

// until waits for a condition on what was heard.
func (e *client) until(what string, holds func([]webex.Event) bool) {
	e.t.Helper()
	for deadline := time.After(20 * time.Second); ; {
		e.mu.Lock()
		ok := holds(e.events)
		e.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-deadline:
			e.t.Fatalf("never: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// hears asks something and waits until it is heard.
func (e *client) hears(text string) {
	e.t.Helper()
	a := e.sim.Person("alice")
	m := e.sim.Say(e.t.Context(), simulator.Say{Space: e.sim.Direct(a.ID).ID, Person: a.ID, Text: text})
	e.until("heard "+text, func(all []webex.Event) bool {
		return slices.ContainsFunc(all, func(ev webex.Event) bool { return ev.ID == m.ID })
	})
}

func TestEventsAreTheWebhooks(t *testing.T) {
	for _, c := range []struct {
		name    string
		cluster string
		omit    []string
	}{
		{"oldest region", "", nil},
		{"another region", "urn:TEAM:us-west-2_r", nil},
		{"no global id", "urn:TEAM:us-west-2_r", []string{"target.globalId"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := listen(t, simulator.Options{Cluster: c.cluster})
			e.sim.Socket().SetFaults(simulator.SocketFaults{Omit: c.omit})
			e.start()
			a, bot := e.sim.Person("alice"), e.sim.Bot()
			space := e.sim.Group("Space", a.ID)
			e.until("added", func(all []webex.Event) bool {
				return len(all) == 1 && all[0].Resource == webex.Memberships && webex.SameID(all[0].PersonID, bot.ID) && all[0].RoomID == space.ID
			})
			m := e.sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: a.ID, Text: "@trackbot hi"})
			e.until("the message", func(all []webex.Event) bool { return len(all) == 2 })
			got := e.events[1]
			if got.ID != m.ID || got.RoomID != space.ID || got.PersonID != a.ID || got.RoomType != "group" || got.Resource != webex.Messages || got.Event != webex.Created {
				t.Errorf("heard %+v, want the message %+v", got, m)
			}
			reply := e.sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: a.ID, Text: "@trackbot again", ParentID: m.ID})
			e.until("the reply", func(all []webex.Event) bool {
				return len(all) == 3 && all[2].ID == reply.ID && all[2].ParentID == m.ID
			})
			if e.r.Ready() != nil || e.r.Health().State != "ready" || e.r.Health().LastEvent.IsZero() {
				t.Errorf("health %+v, Ready %v", e.r.Health(), e.r.Ready())
			}
		})
	}
}

// TestUnstoredEventsComeAgain has the inbox fail while the connection is lost.
func TestUnstoredEventsComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		e.hears("first")
		e.mu.Lock()
		e.refuse = 3
		e.mu.Unlock()
		e.hears("not stored at first")
		e.stop()
		a := e.sim.Person("alice")
		m := e.sim.Say(t.Context(), simulator.Say{Space: e.sim.Direct(a.ID).ID, Person: a.ID, Text: "while nobody listens"})
		e.start() // on the same device, which kept it
		e.until("what was said meanwhile", func(all []webex.Event) bool {
			return len(all) > 0 && webex.SameID(all[len(all)-1].ID, m.ID)
		})
		e.until("all is acknowledged", func([]webex.Event) bool {
			d := e.sim.Socket().Devices()
			return len(d) == 1 && d[0].Waiting == 0
		})
		if len(e.events) != 4 { // the space, and three messages
			t.Errorf("%d events, want each one once", len(e.events))
		}
	})
}

func TestTheConnectionComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		s := e.sim.Socket()
		for _, c := range []struct {
			name string
			hurt func()
		}{
			{"cut", func() { s.Cut() }},
			{"going away", func() { s.Close(1001, "") }},
			{"restart", func() { s.Close(1012, "") }},
			{"internal error", func() { s.Close(1011, "") }},
			{"done", func() { s.Close(1000, "Done") }},
			{"registration unknown", func() { s.Close(4404, "") }},
			{"gone", func() { s.Vanish(); s.Cut() }},
			{"a frame too large", func() { s.Send(gorilla.TextMessage, make([]byte, 5<<20)) }},
			{"told to move", func() {
				s.Move("k")
				s.Send(gorilla.TextMessage, []byte(`{"id":"u","data":{"eventType":"u2c.cache-invalidation"}}`))
				<-time.After(5 * time.Second)
			}},
			{"moved", func() { s.Move("r"); s.Vanish(); s.Cut() }},
		} {
			before := time.Now()
			c.hurt()
			synctest.Wait()
			e.ready()
			e.hears("after: " + c.name)
			if took := time.Since(before); took > 2*time.Minute {
				t.Errorf("%s: heard again after %v", c.name, took)
			}
		}
		if n := len(s.Devices()); n > 3 { // one of each region
			t.Errorf("%d devices at the end: %+v", n, s.Devices())
		}
	})
}

// TestADeadConnectionIsFound has the other side go without a word.
func TestADeadConnectionIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		e.hears("before")
		<-time.After(10 * time.Minute)
		e.sim.Socket().HalfOpen()
		<-time.After(45 * time.Second)
		e.ready()
		e.hears("after")
		if n := e.r.Health().Reconnects; len(n) != 1 || !strings.Contains(e.log.String(), "it does not answer") {
			t.Errorf("reconnects %v, want the one, and a line in the log", n)
		}
	})
}

// TestASlowInboxIsNoDeadConnection fills the lane of a space, so that the
// receiver reads no further, for longer than a pong may take.
func TestASlowInboxIsNoDeadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		e.hears("before")
		<-time.After(10 * time.Minute)
		e.mu.Lock()
		before := len(e.events)
		e.refuse = 1000
		e.mu.Unlock()
		a := e.sim.Person("alice")
		space := e.sim.Direct(a.ID)
		const asked = 200 // a lane holds 64
		for range asked {
			e.sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: a.ID, Text: "one of many"})
		}
		<-time.After(5 * time.Minute)
		if n := e.r.Health().Reconnects; len(n) != 0 || !e.r.Hears() {
			t.Errorf("reconnects %v, hears %v while the inbox is slow, want the connection untouched", n, e.r.Hears())
		}
		e.mu.Lock()
		e.refuse = 0
		e.mu.Unlock()
		<-time.After(time.Minute)
		if n := e.r.Health().Reconnects; len(n) != 0 || len(e.events) != before+asked {
			t.Errorf("reconnects %v, %d events once it is quick, want each of %d once", n, len(e.events)-before, asked)
		}
		e.sim.Socket().HalfOpen()
		<-time.After(45 * time.Second)
		e.ready()
	})
}

func TestOddFramesDoNoHarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{})
		s := e.sim.Socket()
		s.SetFaults(simulator.SocketFaults{Junk: 3, Binary: true, Duplicate: 1})
		e.start()
		for _, text := range []string{"{", "[]", "null", `{"id":"x","data":{"eventType":"conversation.activity","activity":{"verb":"post"}}}`, `{"id":"x","type":"what"}`} {
			s.Send(gorilla.TextMessage, []byte(text))
			s.Send(gorilla.BinaryMessage, []byte(text))
		}
		e.hears("still here")
		if n := e.r.Health().Reconnects; len(n) != 0 {
			t.Errorf("reconnects %v, want none", n)
		}
	})
}

func TestShutdownSwitchesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		if n := e.sim.Socket().Shutdown(3 * time.Second); n != 1 {
			t.Fatalf("%d sockets drain, want 1", n)
		}
		e.hears("during the switch")
		e.ready()
		if e.r.Ready() != nil || !e.r.Health().DeafSince.IsZero() {
			t.Errorf("deaf after the switch: %+v", e.r.Health())
		}
	})
}

func TestTooManyDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{})
		e.sim.Socket().AddDevices(100)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- e.r.Run(ctx) }()
		e.until("the limit is told", func([]webex.Event) bool {
			err := e.r.Ready()
			return err != nil && strings.Contains(err.Error(), "too many device registrations")
		})
		if n := len(e.sim.Socket().Devices()); n != 100 {
			t.Errorf("%d devices, want those of others left alone", n)
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
}

func TestARefusedTokenIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := true
		var mu sync.Mutex
		var e *client
		e = listen(t, simulator.Options{}, func(o *websocket.Options) {
			o.Token = func(context.Context) (string, error) {
				mu.Lock()
				defer mu.Unlock()
				if bad {
					return "nobodys-token", nil
				}
				return e.sim.BotToken(), nil
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- e.r.Run(ctx) }()
		e.until("the token is told", func([]webex.Event) bool {
			err := e.r.Ready()
			return err != nil && strings.Contains(err.Error(), "WEBEX_BOT_TOKEN")
		})
		e.until("it is told loudly", func([]webex.Event) bool {
			return strings.Contains(e.log.String(), "level=ERROR") && strings.Contains(e.log.String(), "Webex refuses the bot token")
		})
		cancel()
		<-done
		mu.Lock()
		bad = false
		mu.Unlock()
		e.start()
		e.stop()
		if strings.Contains(e.log.String(), "nobodys-token") || strings.Contains(e.log.String(), e.sim.BotToken()) {
			t.Error("the log holds a token")
		}
	})
}

// TestNothingIsLeftBehind starts and stops, and counts.
func TestNothingIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		e.hears("warm")
		e.stop()
		before := runtime.NumGoroutine()
		for range 5 {
			e.start()
			e.sim.Socket().Cut()
			e.hears("on and on")
			e.stop()
		}
		e.until("goroutines end", func([]webex.Event) bool { return runtime.NumGoroutine() <= before+2 })
		e.until("the sockets end", func([]webex.Event) bool { return len(e.sim.Socket().Sockets()) == 0 })
		if d := e.sim.Socket().Devices(); len(d) != 1 {
			t.Errorf("%d devices, want the one, kept for its buffer", len(d))
		}
	})
}
