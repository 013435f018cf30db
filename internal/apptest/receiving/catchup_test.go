package receiving

import (
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

func TestWhatWasMissedIsCaughtUp(t *testing.T) {
	for _, way := range []string{config.ReceiveWebhook, config.ReceiveWebsocket, config.ReceiveBoth} {
		t.Run(way, func(t *testing.T) {
			n := apptest.NewRestarts(t, demo.Receiving(way)...)
			alice := n.Sim.Person("alice")
			direct, group := n.Sim.Direct(alice.ID), n.Sim.Group("Desk", alice.ID)
			long := n.Say(direct, "code 1", 10*time.Hour) // before the bot was ever started
			n.Start()
			if got := n.Answers(long); len(got) != 0 {
				t.Errorf("%d answers to what was asked before the first start, want none", len(got))
			}
			heard := n.Say(direct, "code 1", 0)
			apptest.Eventually(t, "answered", func() bool { return len(n.Answers(heard)) == 1 })
			n.Rest()
			n.Stop()
			n.Forget(5 * time.Hour)
			n.Sim.Socket().Vanish() // nothing is replayed either
			older, old := n.Say(direct, "code 2", 4*time.Hour), n.Say(direct, "code 2", time.Hour)
			oldest := n.Say(group, "@trackbot code 2", 2*time.Hour)
			fresh, grouped, plain := n.Say(direct, "code 1", time.Minute), n.Say(group, "@trackbot code 1", time.Minute), n.Say(group, "nothing for a bot", 0)
			for round := range 3 { // the second and third find it done
				n.Start()
				for what, want := range map[*simulator.Message]int{&long: 0, &heard: 1, &older: 0, &old: 1, &oldest: 1, &fresh: 1, &grouped: 1, &plain: 0} {
					if got := n.Answers(*what); len(got) != want {
						t.Errorf("start %d: %d answers to %q of %v ago, want %d", round+1, len(got), what.Text, time.Since(what.Created.Time).Round(time.Minute), want)
					}
				}
				n.Stop()
				n.Forget(5 * time.Hour)
			}
			for _, m := range slices.Concat(n.Answers(old), n.Answers(oldest)) {
				apptest.Shows(t, m, "I was away")
			}
			for _, m := range slices.Concat(n.Answers(fresh), n.Answers(grouped)) {
				apptest.Shows(t, m, "Department")
			}
		})
	}
}

func TestLongDeafnessIsTold(t *testing.T) {
	n := apptest.NewRestarts(t, demo.Receiving(config.ReceiveWebsocket)...)
	bob := n.Sim.Person("bob")
	room := n.Sim.Group("Ops", bob.ID)
	n.Env = append(n.Env, "ADMIN_ROOM="+room.ID)
	n.Start()
	told := func() bool {
		return slices.ContainsFunc(n.Sim.Messages(room.ID), func(m simulator.Message) bool { return strings.Contains(m.Markdown, "could not hear Webex from") })
	}
	n.Stop()
	n.Start()
	if told() {
		t.Error("a restart is told as deafness")
	}
	n.Stop()
	n.Forget(6 * time.Minute)
	n.Start()
	apptest.Eventually(t, "the admin space is told", told)
}

func TestCatchUpCanBeOff(t *testing.T) {
	n := apptest.NewRestarts(t, append(demo.Receiving(config.ReceiveWebhook), "CATCH_UP_MINUTES=0")...)
	direct := n.Sim.Direct(n.Sim.Person("alice").ID)
	n.Start()
	n.Stop()
	n.Forget(time.Hour)
	m := n.Say(direct, "code 1", 0)
	n.Start()
	if got := n.Answers(m); len(got) != 0 {
		t.Errorf("%d answers, want none: nobody wants the bot to look back", len(got))
	}
}

// TestAFailingLookBackDelaysNoAnswer answers what is asked while the look for what was
// missed fails, and finds that when Webex lets it.
func TestAFailingLookBackDelaysNoAnswer(t *testing.T) {
	t.Parallel()
	n := apptest.NewRestarts(t, demo.Receiving(config.ReceiveWebhook)...)
	direct := n.Sim.Direct(n.Sim.Person("alice").ID)
	n.Start()
	n.Stop()
	n.Forget(time.Hour)
	missed := n.Say(direct, "code 2", time.Minute)
	n.Sim.Fault(simulator.Rule{Method: "GET", Path: "/room[s]", Status: 503})
	n.Begin()
	apptest.Eventually(t, "the look back has failed", func() bool { return strings.Contains(n.Log.String(), "503") })
	asked := n.Say(direct, "code 1", 0)
	apptest.Eventually(t, "an answer", func() bool { return len(n.Answers(asked)) == 1 })
	if n.LookedBack() || len(n.Answers(missed)) != 0 {
		t.Error("the look back came to its end, though Webex refused it")
	}
	apptest.Shows(t, n.Answers(asked)[0], "Department")
	n.Sim.ClearFaults()
	n.Rest()
	if got := len(n.Answers(missed)); got != 1 {
		t.Errorf("%d answers to what was missed, want 1", got)
	}
}
