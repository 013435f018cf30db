package reliability

import (
	"context"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

// killed is a bot that is a process of its own, and the space in which Alice,
// its only admin, asks it.
type killed struct {
	*apptest.World

	p     *apptest.Process
	admin apptest.Process // where its metrics are
	space simulator.Space
	at    string // mentions the bot where that is needed
}

// newKilled starts a bot for tests that kill it, 1:1 or in a group.
func newKilled(t *testing.T, where string, env ...string) killed {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	alice, admin := sim.Person("alice"), apptest.FreeAddr(t)
	k := killed{
		World: &apptest.World{T: t, World: &demo.World{Sim: sim, Alice: alice}}, space: sim.Direct(alice.ID),
		p: apptest.NewProcess(t, sim, t.TempDir(), append(env, "ADMINS=alice@example.com", "ADMIN_ADDR="+admin)...), admin: apptest.Process{T: t, Addr: admin},
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the bot's log:\n%s", k.p.Log)
		}
	})
	k.p.Start()
	if where == "group" {
		k.space, k.at = sim.Group("Admins", alice.ID), "@trackbot "
		k.Next(k.space, nil) // the welcome
		k.rest()
	}
	return k
}

// until waits for a message of the bot.
func (k killed) until(what string, fits func(simulator.Message) bool) {
	k.T.Helper()
	ctx, cancel := context.WithTimeout(k.T.Context(), time.Minute)
	defer cancel()
	if _, err := k.Sim.Wait(ctx, func(m simulator.Message) bool { return m.PersonID == k.Sim.Bot().ID && fits(m) }); err != nil {
		k.T.Fatalf("%s: %v", what, err)
	}
}

// rest waits until everything was delivered, and the bot has nothing to do.
func (k killed) rest() {
	k.T.Helper()
	ctx, cancel := context.WithTimeout(k.T.Context(), time.Minute)
	defer cancel()
	for calm := 0; calm < 2; { // an event may be on its way into the queue
		if err := k.Sim.Settle(ctx); err != nil {
			k.T.Fatal(err)
		}
		_, metrics := k.admin.Get(ctx, "/metrics")
		calm++
		for _, stage := range []string{"inbox", "job", "outbox"} {
			if !strings.Contains(metrics, `trackbot_queue_waiting{stage="`+stage+`"} 0`) {
				calm = 0
			}
		}
		select {
		case <-ctx.Done():
			k.T.Fatalf("the bot does not come to rest:\n%s", metrics)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestKillInTheMiddleOfACheck kills the bot while it looks people up.
func TestKillInTheMiddleOfACheck(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"1:1", "group"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			k := newKilled(t, where, "BULK_PER_MINUTE=2400")
			emails := crowd(k.World, 64)
			root := k.Write(k.space, k.Alice, k.at+"who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
			k.until("no word on how far it is", func(m simulator.Message) bool { return strings.Contains(m.Markdown, "24 of 64") })
			k.p.Kill()
			lookUps := func() int { return k.Sim.CountCalls("admin", "GET", "/admin/meeting/userconfig") }
			if n := lookUps(); n < 24 || n >= 64 {
				t.Fatalf("%d people were looked up before the kill; want it in the middle", n)
			}
			k.p.Start()
			k.rest()
			apptest.Shows(t, summary(k.World, root), "Missing Department: 32 of 64", "example.webex.com")
			rows := fileIn(k.World, root)
			if len(rows) != 65 {
				t.Fatalf("%d rows, want a heading and 64", len(rows))
			}
			for i, email := range emails {
				if rows[i+1][0] != email {
					t.Errorf("row %d is of %s, want %s", i+1, rows[i+1][0], email)
				}
			}
			// Every tenth result is stored, and one look-up may have been under way.
			if n := lookUps(); n > 64+10+1 {
				t.Errorf("%d look-ups of 64 people, want at most ten again and the one that was cut", n)
			}
			if n := len(k.InThread(root)); n != 4 { // begun, progress, summary, file
				t.Errorf("%d messages in the thread, want 4: %v", n, k.InThread(root))
			}
		})
	}
}

// TestKillWhileAFileIsPosted kills the bot with the card posted and the file on
// its way: before Webex took it, or after, when the answer was lost.
func TestKillWhileAFileIsPosted(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"1:1", "group"} {
		for _, drop := range []string{simulator.DropHang, simulator.DropAfter} {
			t.Run(where+" "+drop, func(t *testing.T) {
				t.Parallel()
				k := newKilled(t, where)
				k.Sim.ResetCalls()
				k.Sim.Fault(simulator.Rule{Method: "POST", Path: "/messages", Drop: drop, After: 1, Times: 1})
				root := k.Write(k.space, k.Alice, k.at+"export codes on example.webex.com", "")
				apptest.Shows(t, k.Reply(root), "Export of 3 tracking codes")
				if drop == simulator.DropAfter {
					k.until("no file", func(m simulator.Message) bool { return len(m.Files) > 0 })
				}
				for k.Sim.CountCalls("bot", "POST", "/messages") < 2 {
					select {
					case <-t.Context().Done():
						t.Fatal("the file was not sent")
					case <-time.After(time.Millisecond):
					}
				}
				if err := k.Sim.Settle(t.Context()); err != nil { // what the bot wrote came back to it
					t.Fatal(err)
				}
				k.p.Kill()
				k.p.Start()
				k.rest()
				files := 0
				for _, m := range k.InThread(root) {
					files += len(m.Files)
				}
				if n := len(k.InThread(root)); n != 2 || files != 1 {
					t.Errorf("%d messages with %d files in the thread, want 2 with 1", n, files)
				}
			})
		}
	}
}
