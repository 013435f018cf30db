package websocket_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/simulator"
	"trackbot/internal/websocket"
)

// gapsNow is how often the receiver told of a gap so far.
func (e *client) gapsNow() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.gaps
}

// TestTheDeviceLivesOn has the registration outlive what it was made for.
func TestTheDeviceLivesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{})
		<-time.After(1500 * time.Microsecond) // Webex tells milliseconds, and this clock has more
		e.start()
		first := e.sim.Socket().Devices()
		made := e.r.Health().DeviceSince
		<-time.After(12 * time.Hour)
		e.hears("half a day later")
		if now := e.sim.Socket().Devices(); len(now) != 1 || now[0].URL != first[0].URL || len(e.r.Health().Reconnects) != 0 {
			t.Errorf("devices %+v after %v, reconnects %v, want the one that was there", now, first, e.r.Health().Reconnects)
		}
		if n := e.sim.CountCalls("bot", http.MethodPut, "/wdm/"); n < 24 || n > 60 {
			t.Errorf("%d refreshes in 12 hours, want one before each half hour is over", n)
		}
		e.sim.Socket().Cut()
		synctest.Wait()
		e.ready()
		if now := e.r.Health().DeviceSince; !made.Equal(first[0].CreationTime.Time) || !now.Equal(made) {
			t.Errorf("the device is from %v, then from %v, want %v both times", made, now, first[0].CreationTime)
		}
	})
}

// TestRoomIsMadeAmongOurOwnDevices reaches the limit with devices of other
// programs and of other trackbots: the oldest third of the latter go.
func TestRoomIsMadeAmongOurOwnDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{})
		var others []string
		for _, name := range []string{"trackbot-first", "trackbot-second", "trackbot-third", "trackbot-fourth"} {
			e.start(func(o *websocket.Options) { o.Name = name })
			e.stop()
			<-time.After(time.Minute)
			others = append(others, name)
		}
		strangers := e.sim.Socket().AddDevices(96)
		e.start()
		left := map[string]bool{}
		for _, d := range e.sim.Socket().Devices() {
			left[d.Name] = true
		}
		for _, name := range append(strangers, append(others[2:], "trackbot-test")...) {
			if !left[name] {
				t.Errorf("the device %s is gone", name)
			}
		}
		if len(left) != 96+3 {
			t.Errorf("%d devices, want those of others, two of other trackbots, and this one", len(left))
		}
	})
}

// TestReplacedStandsBack has another process take the registration: this one
// leaves it alone for a time, says who is meant, and is not ready meanwhile.
func TestReplacedStandsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		<-time.After(time.Hour)
		e.sim.Socket().Close(4000, "Replaced")
		<-time.After(50 * time.Second)
		if err := e.r.Ready(); err != nil {
			t.Errorf("not ready within the first minute: %v", err)
		}
		<-time.After(20 * time.Second)
		err := e.r.Ready()
		if err == nil || !strings.Contains(err.Error(), "another process has taken the connection of the device trackbot-test") {
			t.Errorf("Ready = %v after a minute, want who took it", err)
		}
		if n := len(e.sim.Socket().Sockets()); n != 0 {
			t.Errorf("%d sockets, want none while it stands back", n)
		}
		<-time.After(4 * time.Minute)
		e.hears("in the end")
		if err := e.r.Ready(); err != nil {
			t.Errorf("Ready = %v once it hears, want nil", err)
		}
	})
}

func TestRetryAfterIsObeyed(t *testing.T) {
	for _, path := range []string{"/u2c/", "/wdm/", "/mercury/"} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			synctest.Test(t, func(t *testing.T) {
				e := listen(t, simulator.Options{})
				e.sim.Fault(simulator.Rule{Path: path, Status: status, RetryAfter: "300", Times: 1})
				began := time.Now()
				e.runs()
				<-time.After(299 * time.Second)
				if n := e.sim.CountCalls("", http.MethodGet, path); n > 1 || len(e.sim.Socket().Sockets()) != 0 {
					t.Errorf("%d calls of %s before the time that a %d asked for", n, path, status)
				}
				e.ready()
				if took := time.Since(began); took > 302*time.Second {
					t.Errorf("%s: ready %v after a %d, want it at once after 300 s", path, took, status)
				}
			})
		}
	}
}

// TestNothingIsWaitedForWithoutEnd has each step towards the first connection
// get no answer once.
func TestNothingIsWaitedForWithoutEnd(t *testing.T) {
	for _, c := range []struct {
		name   string
		hurt   func(*simulator.Simulator)
		within time.Duration
	}{
		{"discovery", func(sim *simulator.Simulator) {
			sim.Fault(simulator.Rule{Path: "/u2c/", Drop: simulator.DropHang, Times: 1})
		}, 12 * time.Second},
		{"device", func(sim *simulator.Simulator) {
			sim.Fault(simulator.Rule{Path: "/wdm/", Drop: simulator.DropHang, Times: 1})
		}, 12 * time.Second},
		{"upgrade", func(sim *simulator.Simulator) {
			sim.Fault(simulator.Rule{Path: "/mercury/", Drop: simulator.DropHang, Times: 1})
		}, 17 * time.Second},
		{"readiness", func(sim *simulator.Simulator) {
			sim.Socket().SetFaults(simulator.SocketFaults{Silent: true})
			time.AfterFunc(10*time.Second, func() { sim.Socket().SetFaults(simulator.SocketFaults{}) })
		}, 32 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := listen(t, simulator.Options{})
				c.hurt(e.sim)
				began := time.Now()
				e.runs()
				<-time.After(c.within)
				e.ready()
				if took := time.Since(began); took > c.within {
					t.Errorf("ready after %v, want at most %v", took, c.within)
				}
			})
		})
	}
}

// TestGapsAreTold loses the connection in three ways; only where something may
// have been missed is that told.
func TestGapsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{})
		k := e.sim.Socket()
		k.SetFaults(simulator.SocketFaults{BufferState: "IN_SYNC"})
		e.start()
		want := 1 // what was before the start is not known
		for _, c := range []struct {
			name string
			hurt func()
			gaps int
		}{
			{"cut", func() { k.Cut() }, 0},
			{"a new device", func() { k.Vanish(); k.Cut() }, 1},
			{"a buffer of which nothing is known", func() { k.SetFaults(simulator.SocketFaults{}); k.Cut() }, 1},
		} {
			c.hurt()
			synctest.Wait()
			e.ready()
			e.hears(c.name)
			if want += c.gaps; e.gapsNow() != want {
				t.Errorf("%s: %d gaps so far, want %d", c.name, e.gapsNow(), want)
			}
		}
	})
}

// TestAcknowledgedOnlyWhenStored ends the process, as it were, while an event
// can't be stored: the next one is told of it.
func TestAcknowledgedOnlyWhenStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := listen(t, simulator.Options{}).start()
		e.hears("first")
		e.mu.Lock()
		e.refuse = 1000
		e.mu.Unlock()
		a := e.sim.Person("alice")
		e.sim.Say(t.Context(), simulator.Say{Space: e.sim.Direct(a.ID).ID, Person: a.ID, Text: "not stored"})
		<-time.After(30 * time.Second)
		if d := e.sim.Socket().Devices(); d[0].Waiting != 1 {
			t.Errorf("%d events wait for their acknowledgement, want the one that is not stored", d[0].Waiting)
		}
		e.stop()
		e.mu.Lock()
		heard := len(e.events)
		e.refuse = 0
		e.mu.Unlock()
		e.start()
		<-time.After(time.Second)
		e.mu.Lock()
		defer e.mu.Unlock()
		if n := len(e.events) - heard; n != 1 {
			t.Errorf("%d events after a restart, want the one that was not stored", n)
		}
	})
}
