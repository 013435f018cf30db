package reliability

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// A disk that fills, and one that is read-only at the start: webhooks are
// refused, readyz says why, the log says it once, and the same process goes on
// when it can be written. What was acknowledged is answered.
func TestDiskThatCanNotBeWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		why         string
		spoil, mend func(*apptest.SmallDisk, *apptest.Process)
	}{
		"full": {"", func(d *apptest.SmallDisk, _ *apptest.Process) { d.Fill() }, func(d *apptest.SmallDisk, _ *apptest.Process) { d.Empty() }},
		"read-only": {"read-only", func(d *apptest.SmallDisk, p *apptest.Process) {
			if status := p.Terminate(); status != 0 {
				t.Errorf("exit status %d, want 0", status)
			}
			d.Remount("ro")
			p.Begin()
		}, func(d *apptest.SmallDisk, _ *apptest.Process) { d.Remount("rw") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, err := simulator.Start(t.Context(), simulator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer sim.Close()
			disk := apptest.NewSmallDisk(t)
			if disk.None != "" {
				t.Skip(disk.None)
			}
			alice := sim.Person("alice")
			space := sim.Direct(alice.ID)
			p := apptest.NewProcess(t, sim, disk.Dir)
			p.Start()
			sim.SetDelivery(simulator.Delivery{Retries: 30, RetryDelay: time.Second})
			ask := func() simulator.Message {
				return sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "code 1 on example.webex.com"})
			}
			before := ask()
			if err := sim.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.spoil(disk, p)
			during := ask()
			apptest.Eventually(t, "webhooks are refused and readyz says why", func() bool {
				status, body := p.Get(t.Context(), "/readyz")
				return status == http.StatusServiceUnavailable && strings.Contains(body, "queue unavailable") && strings.Contains(body, c.why) &&
					deliver(p, "m1") == http.StatusServiceUnavailable
			})
			<-time.After(3 * time.Second)
			if n := strings.Count(p.Log.String(), "the queue takes nothing now"); n > 1 {
				t.Errorf("the log says it %d times within seconds, want once", n)
			}
			if lines := strings.Count(p.Log.String(), "\n"); lines > 500 {
				t.Errorf("%d lines of log", lines)
			}
			c.mend(disk, p)
			apptest.Eventually(t, "it goes on by itself", func() bool { status, _ := p.Get(t.Context(), "/readyz"); return status == http.StatusOK })
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			for i, q := range []simulator.Message{before, during, ask()} {
				if _, err := sim.WaitReply(ctx, q); err != nil {
					t.Errorf("question %d: %v\n%s", i, err, apptest.LastLines(p.Log.String(), 30))
				}
			}
			if status := p.Terminate(); status != 0 {
				t.Errorf("exit status %d, want 0", status)
			}
		})
	}
}
