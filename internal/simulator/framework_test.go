package simulator

import "testing"

// TestBotFramework proves the simulator by webex-node-bot-framework: a bot that
// starts twice, hears in a 1:1 and a group, answers in the thread, posts a card
// and hears who presses it and who joins.
func TestBotFramework(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	alice, bob := s.Person("alice"), s.Person("bob")
	team := s.Group("Team", alice.ID)
	direct, last := s.Direct(alice.ID), ""
	for run := range 2 {
		bot := nodeBot(t, s, "framework")
		if ready := bot.next(t, "ready", "", nil); ready["id"] != s.Bot().ID {
			t.Fatalf("run %d: ready as %v", run, ready)
		}
		for _, space := range []Space{team, direct} {
			m := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot codes please"})
			if got := bot.next(t, "message", "id", m.ID); got["roomId"] != space.ID || got["personId"] != alice.ID {
				t.Errorf("run %d: received %v, want %v", run, got, m)
			}
			if reply, err := s.WaitReply(patient(t), m); err != nil || reply.ParentID != m.ID {
				t.Errorf("run %d: reply %+v, %v", run, reply, err)
			}
		}
		s.Say(t.Context(), Say{Space: team.ID, Person: alice.ID, Text: "@trackbot card"})
		posted, err := s.Wait(patient(t), func(m Message) bool { return len(m.Attachments) > 0 && m.ID != last })
		if err != nil {
			t.Fatal(err)
		}
		last = posted.ID
		press := s.Click(t.Context(), alice.ID, posted.ID, "Again")
		if got := bot.next(t, "action", "id", press.ID); got["personId"] != alice.ID || dig(got, "inputs.command") != "codes" {
			t.Errorf("run %d: the press is %v", run, got)
		}
		s.Join(team.ID, bob.ID, alice.ID)
		bot.next(t, "membership", "personId", bob.ID)
		other := s.Group("Other", alice.ID)
		bot.next(t, "spawn", "roomId", other.ID)
		s.Leave(other.ID, s.Bot().ID, alice.ID)
		bot.next(t, "despawn", "roomId", other.ID)
		s.Leave(team.ID, bob.ID, alice.ID)
		bot.stop()
	}
}
