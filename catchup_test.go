package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// nap is a bot that is started and stopped beside a simulator that goes on.
type nap struct {
	t     *testing.T
	sim   *simulator.Simulator
	dir   string
	log   *buffer
	env   []string
	app   *app
	sleep func() // stops the bot
}

func newNap(t *testing.T, env ...string) *nap {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := &nap{t: t, sim: sim, dir: t.TempDir(), log: new(buffer), env: env, sleep: func() {}}
	t.Cleanup(func() {
		n.sleep()
		_ = sim.Close()
		if t.Failed() {
			t.Logf("the bot's log:\n%s", n.log)
		}
	})
	return n
}

// wake starts the bot and waits until it hears and has looked back.
func (n *nap) wake() {
	n.t.Helper()
	ctx, cancel := context.WithCancel(n.t.Context())
	a, done, err := startBot(ctx, n.sim, n.dir, slog.New(slog.NewTextHandler(n.log, nil)), n.env...)
	if err != nil {
		cancel()
		n.t.Fatal(err)
	}
	n.app, n.sleep = a, func() {
		n.sleep = func() {}
		cancel()
		if err := <-done; err != nil {
			n.t.Errorf("the bot ended with %v", err)
		}
	}
	n.rests()
}

// rests waits until the bot has nothing to do and nothing to look for.
func (n *nap) rests() {
	n.t.Helper()
	eventually(n.t, "the bot rests", func() bool {
		since, err := n.app.hearing.heard(n.t.Context())
		return err == nil && time.Since(since) < time.Minute && n.app.hearing.catchUp.whole() && n.app.waiting(n.t.Context()) == 0
	})
}

// forget sets back until when the bot knows that it missed nothing, in all and
// in some spaces.
func (n *nap) forget(d time.Duration, spaces ...simulator.Space) {
	n.t.Helper()
	for _, s := range spaces {
		if _, err := n.app.hearing.catchUp.rooms.Put(n.t.Context(), webex.UUID(s.ID), []byte("0")); err != nil {
			n.t.Fatal(err)
		}
	}
	if err := n.app.hearing.note(n.t.Context(), time.Now().Add(-d)); err != nil {
		n.t.Fatal(err)
	}
}

func (n *nap) say(space simulator.Space, text string, ago time.Duration) simulator.Message {
	n.t.Helper()
	return n.sim.Say(n.t.Context(), simulator.Say{Space: space.ID, Person: n.sim.Person("alice").ID, Text: text, Ago: ago})
}

// answers are the bot's messages in the thread of a message.
func (n *nap) answers(root simulator.Message) []simulator.Message {
	var list []simulator.Message
	for _, m := range n.sim.Messages(root.RoomID) {
		if m.ParentID == root.ID && m.PersonID == n.sim.Bot().ID {
			list = append(list, m)
		}
	}
	return list
}

func TestWhatWasMissedIsCaughtUp(t *testing.T) {
	for _, way := range []string{config.ReceiveWebhook, config.ReceiveWebsocket, config.ReceiveBoth} {
		t.Run(way, func(t *testing.T) {
			n := newNap(t, hears(way)...)
			alice := n.sim.Person("alice")
			direct, group := n.sim.Direct(alice.ID), n.sim.Group("Desk", alice.ID)
			long := n.say(direct, "code 1", 10*time.Hour) // before the bot was ever started
			n.wake()
			if got := n.answers(long); len(got) != 0 {
				t.Errorf("%d answers to what was asked before the first start, want none", len(got))
			}
			heard := n.say(direct, "code 1", 0)
			eventually(t, "answered", func() bool { return len(n.answers(heard)) == 1 })
			n.rests()
			n.forget(5*time.Hour, direct, group)
			n.sleep()
			n.sim.Socket().Vanish() // nothing is replayed either
			older, old := n.say(direct, "code 2", 4*time.Hour), n.say(direct, "code 2", time.Hour)
			oldest := n.say(group, "@trackbot code 2", 2*time.Hour)
			fresh, grouped, plain := n.say(direct, "code 1", time.Minute), n.say(group, "@trackbot code 1", time.Minute), n.say(group, "nothing for a bot", 0)
			for round := range 3 { // the second and third find it done
				n.wake()
				for what, want := range map[*simulator.Message]int{&long: 0, &heard: 1, &older: 0, &old: 1, &oldest: 1, &fresh: 1, &grouped: 1, &plain: 0} {
					if got := n.answers(*what); len(got) != want {
						t.Errorf("start %d: %d answers to %q of %v ago, want %d", round+1, len(got), what.Text, time.Since(what.Created.Time).Round(time.Minute), want)
					}
				}
				n.forget(5*time.Hour, direct, group)
				n.sleep()
			}
			for _, m := range slices.Concat(n.answers(old), n.answers(oldest)) {
				shows(t, m, "I was away")
			}
			for _, m := range slices.Concat(n.answers(fresh), n.answers(grouped)) {
				shows(t, m, "Department")
			}
		})
	}
}

func TestLongDeafnessIsTold(t *testing.T) {
	n := newNap(t, hears(config.ReceiveWebsocket)...)
	bob := n.sim.Person("bob")
	room := n.sim.Group("Ops", bob.ID)
	n.env = append(n.env, "ADMIN_ROOM="+room.ID)
	n.wake()
	told := func() bool {
		return slices.ContainsFunc(n.sim.Messages(room.ID), func(m simulator.Message) bool { return strings.Contains(m.Markdown, "could not hear Webex from") })
	}
	n.sleep()
	n.wake()
	if told() {
		t.Error("a restart is told as deafness")
	}
	n.forget(6 * time.Minute)
	n.sleep()
	n.wake()
	eventually(t, "the admin space is told", told)
}

func TestCatchUpCanBeOff(t *testing.T) {
	n := newNap(t, append(hears(config.ReceiveWebhook), "CATCH_UP_MINUTES=0")...)
	direct := n.sim.Direct(n.sim.Person("alice").ID)
	n.wake()
	n.forget(time.Hour, direct)
	n.sleep()
	m := n.say(direct, "code 1", 0)
	n.wake()
	if got := n.answers(m); len(got) != 0 {
		t.Errorf("%d answers, want none: nobody wants the bot to look back", len(got))
	}
}
