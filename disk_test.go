package main

import (
	"bytes"
	"context"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
)

// A disk that fills, and one that is read-only at the start: webhooks are
// refused, readyz says why, the log says it once, and the same process goes on
// when it can be written. What was acknowledged is answered.
func TestDiskThatCanNotBeWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		why         string
		spoil, mend func(*smallDisk, *process)
	}{
		"full": {"", func(d *smallDisk, _ *process) { d.fill() }, func(d *smallDisk, _ *process) { d.empty() }},
		"read-only": {"read-only", func(d *smallDisk, p *process) {
			if status := p.terminate(); status != 0 {
				t.Errorf("exit status %d, want 0", status)
			}
			d.remount("ro")
			p.begin()
		}, func(d *smallDisk, _ *process) { d.remount("rw") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, err := simulator.Start(t.Context(), simulator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer sim.Close()
			disk := newSmallDisk(t)
			if disk.none != "" {
				t.Skip(disk.none)
			}
			alice := sim.Person("alice")
			space := sim.Direct(alice.ID)
			p := newProcess(t, sim, disk.dir)
			p.start()
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
			eventually(t, "webhooks are refused and readyz says why", func() bool {
				status, body := p.get(t.Context(), "/readyz")
				return status == http.StatusServiceUnavailable && strings.Contains(body, "queue unavailable") && strings.Contains(body, c.why) &&
					p.deliver("m1") == http.StatusServiceUnavailable
			})
			<-time.After(3 * time.Second)
			if n := strings.Count(p.log.String(), "the queue takes nothing now"); n > 1 {
				t.Errorf("the log says it %d times within seconds, want once", n)
			}
			if lines := strings.Count(p.log.String(), "\n"); lines > 500 {
				t.Errorf("%d lines of log", lines)
			}
			c.mend(disk, p)
			eventually(t, "it goes on by itself", func() bool { status, _ := p.get(t.Context(), "/readyz"); return status == http.StatusOK })
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			for i, q := range []simulator.Message{before, during, ask()} {
				if _, err := sim.WaitReply(ctx, q); err != nil {
					t.Errorf("question %d: %v\n%s", i, err, lastLines(p.log.String(), 30))
				}
			}
			if status := p.terminate(); status != 0 {
				t.Errorf("exit status %d, want 0", status)
			}
		})
	}
}

// remount mounts the disk anew with an option, rw or ro.
func (d *smallDisk) remount(how string) {
	d.t.Helper()
	out, err := exec.CommandContext(d.t.Context(), "mount", "-o", "remount,"+how, d.dir).CombinedOutput()
	if err != nil {
		d.t.Fatalf("remount: %v %s", err, bytes.TrimSpace(out))
	}
}
