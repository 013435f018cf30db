package receive_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/receive"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// away takes the network from the bot for a time, and its device, so that
// nothing is replayed.
func (s *outage) away(d time.Duration) {
	s.sim.Socket().Vanish()
	s.sim.Outage(d)
}

// question asks something in a space.
func (s *outage) question(space simulator.Space) simulator.Message {
	m := s.sim.Say(s.ctx, simulator.Say{Space: space.ID, Person: s.sim.Person("alice").ID, Text: "@trackbot code 1 on example.webex.com"})
	s.asked = append(s.asked, m)
	return m
}

// TestLookingBackIsPacedAndGoesOn misses a question in each of 30 spaces. The
// look back is cut short once: it goes on where it was.
func TestLookingBackIsPacedAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutage(t, 1)
		var spaces []simulator.Space
		for range 30 {
			spaces = append(spaces, s.sim.Group("Space", s.sim.Person("alice").ID))
		}
		s.pass(time.Minute)
		s.away(5 * time.Minute)
		for _, space := range spaces {
			s.question(space)
		}
		s.sim.ResetCalls()
		s.sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/message[s]", After: 20, Times: 1, Status: 400})
		s.mute.Store(true) // an answer would be activity, and a reason to list a space again
		s.pass(10 * time.Minute)
		var lists []time.Time
		for _, c := range s.sim.Calls() {
			if c.Method == http.MethodGet && c.Path == "/messages" {
				lists = append(lists, c.Time)
			}
		}
		if len(lists) != 31 {
			t.Errorf("%d spaces were listed, want the 30, and the one again of which the list failed", len(lists))
		}
		if took := lists[19].Sub(lists[0]); took < 2*time.Second || took > time.Minute {
			t.Errorf("20 spaces were listed within %v, want a pause before each after the tenth", took)
		}
		s.mu.Lock()
		for _, m := range s.asked {
			if !s.known["msg:"+webex.UUID(m.ID)] {
				t.Errorf("the question in %s was not found", webex.UUID(m.RoomID))
			}
		}
		s.mu.Unlock()
		s.end()
	})
}

// TestLookingBackHasAnEnd looks back half an hour.
func TestLookingBackHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutageBy(t, 1, config.ReceiveWebsocket, func(o *receive.Options) { o.Config.CatchUpMinutes = 30 })
		space, silent := s.sim.Group("Space", s.sim.Person("alice").ID), s.sim.Group("Silent", s.sim.Person("alice").ID)
		s.pass(time.Minute)
		s.away(2 * time.Hour)
		old := s.question(silent)
		s.pass(100 * time.Minute)
		late := s.question(space)
		s.pass(15 * time.Minute)
		fresh := s.question(space)
		s.pass(15 * time.Minute)
		said := map[string]string{}
		for _, m := range append(s.sim.Messages(space.ID), s.sim.Messages(silent.ID)...) {
			said[m.ParentID] += m.Text
		}
		if said[old.ID] != "" || said[late.ID] != "away" || said[fresh.ID] != "answer" {
			t.Errorf("two hours late: %q; 20 minutes late: %q; 5 minutes late: %q", said[old.ID], said[late.ID], said[fresh.ID])
		}
		s.end()
	})
}

// TestALongOutageIsReported reports five minutes and more, once the bot hears
// again. By webhooks that is known to the minute, as they are looked at.
func TestALongOutageIsReported(t *testing.T) {
	for _, way := range []string{config.ReceiveWebsocket, config.ReceiveWebhook} {
		synctest.Test(t, func(t *testing.T) {
			s := newOutageBy(t, 1, way)
			s.pass(time.Hour)
			for _, c := range []struct {
				outage time.Duration
				want   int64
			}{{3 * time.Minute, 0}, {7 * time.Minute, 1}, {time.Hour, 2}} {
				s.sim.Outage(c.outage)
				s.pass(c.outage + 10*time.Minute)
				if got := s.outages.Load(); got != c.want {
					t.Errorf("%s: reported %d times after an outage of %v, want %d", way, got, c.outage, c.want)
				}
			}
			s.end()
		})
	}
}

// TestEditsAreLookedFor finds the edit of a message that was heard before the outage.
func TestEditsAreLookedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutage(t, 1)
		m := s.question(s.sim.Direct(s.sim.Person("alice").ID))
		s.pass(2 * time.Minute)
		s.away(3 * time.Minute)
		s.pass(time.Minute)
		s.sim.Edit(s.ctx, simulator.Edit{Person: s.sim.Person("alice").ID, Message: m.ID, Text: "code 2 on example.webex.com"})
		s.pass(10 * time.Minute)
		s.mu.Lock()
		found := 0
		for key := range s.known {
			if strings.Contains(key, webex.UUID(m.ID)) {
				found++
			}
		}
		s.mu.Unlock()
		if found != 2 {
			t.Errorf("%d events of the message are known, want it and its edit", found)
		}
		s.end()
	})
}
