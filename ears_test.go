package main

import (
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/simulator"
)

// TestARegionThatNothingNames has neither Webex's catalog nor any event name the
// region of a space: it is found by trying, for a new space and for what is
// pressed and asked there.
func TestARegionThatNothingNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStorm(t, 1)
		k := s.sim.Socket()
		k.SetFaults(simulator.SocketFaults{Unlisted: true, Omit: []string{
			"url", "target.url", "target.globalId", "object.url", "object.globalId",
		}})
		k.Vanish() // it discovers anew
		k.Cut()
		synctest.Wait()
		s.ready()
		alice := s.sim.Person("alice")
		space := s.sim.Group("Space", alice.ID)
		said := func(n int) simulator.Message {
			t.Helper()
			for range 60 {
				if all := s.sim.Messages(space.ID); len(all) == n {
					return all[n-1]
				}
				s.pass(time.Second)
			}
			t.Fatalf("%d messages in the space, want %d\n%s", len(s.sim.Messages(space.ID)), n, lastLines(s.log.String(), 20))
			return simulator.Message{}
		}
		shows(t, said(1), "codes on example.webex.com") // the welcome
		s.sim.Say(s.ctx, simulator.Say{Space: space.ID, Person: alice.ID, Text: "@trackbot code 1 on example.webex.com"})
		answer := said(3)
		shows(t, answer, "Department")
		s.sim.Click(s.ctx, alice.ID, answer.ID, "Refresh")
		shows(t, said(4), "Department")
		s.end()
	})
}
