package receive_test

import (
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// TestARegionThatNothingNames has neither Webex's catalog nor any event name the
// region of a space: it is found by trying, for a new space and for what is
// pressed and asked there.
func TestARegionThatNothingNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutage(t, 1)
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
			t.Fatalf("%d messages in the space, want %d\n%s", len(s.sim.Messages(space.ID)), n, s.lastLines())
			return simulator.Message{}
		}
		if m := said(1); m.Text != "welcome" {
			t.Errorf("the bot said %q when it came into the space", m.Text)
		}
		s.sim.Say(s.ctx, simulator.Say{Space: space.ID, Person: alice.ID, Text: "@trackbot code 1 on example.webex.com"})
		answer := said(3)
		s.sim.Click(s.ctx, alice.ID, answer.ID, "Again")
		if m := said(4); answer.Text != "answer" || m.Text != "pressed" {
			t.Errorf("the bot said %q and, when its button was pressed, %q", answer.Text, m.Text)
		}
		s.end()
	})
}

// TestWhatAWebhookMissedIsMadeGood has Webex switch the webhooks off, or lose
// them, while people ask: once they are back each question has one answer.
func TestWhatAWebhookMissedIsMadeGood(t *testing.T) {
	for name, off := range map[string]func(*simulator.Simulator){
		"switched off": func(sim *simulator.Simulator) {
			for _, w := range sim.Webhooks() {
				sim.DisableWebhook(w.ID)
			}
		},
		"lost": (*simulator.Simulator).ForgetWebhooks,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newOutageBy(t, 1, config.ReceiveWebhook)
				alice := s.sim.Person("alice")
				direct, group := s.sim.Direct(alice.ID), s.sim.Group("Space", alice.ID)
				ask := func(space simulator.Space) {
					m := s.sim.Say(s.ctx, simulator.Say{Space: space.ID, Person: alice.ID, Text: "@trackbot code 1 on example.webex.com"})
					s.asked = append(s.asked, m)
					s.pass(time.Second)
				}
				answered := func(when string, want int) {
					t.Helper()
					got := 0
					all := s.answers()
					for _, m := range s.asked {
						if got += all[m.ID]; all[m.ID] > 1 {
							t.Errorf("%s: %d answers to %s", when, all[m.ID], webex.UUID(m.ID))
						}
					}
					if got != want {
						t.Errorf("%s: %d answers, want %d", when, got, want)
					}
				}
				ask(direct)
				ask(group)
				answered("before", 2)
				off(s.sim)
				ask(direct)
				ask(direct)
				ask(group)
				answered("while they are off", 2)
				s.pass(2 * time.Minute) // the bot looks once a minute
				answered("once they are back", 5)
				ask(direct)
				ask(group)
				s.pass(5 * time.Minute)
				answered("in the end", 7)
				s.end()
			})
		})
	}
}
