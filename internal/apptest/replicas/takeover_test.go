package replicas

import (
	"context"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

// TestStandbyTakesTheWebsocketOver kills the replica that hears: the other one
// connects as the same device, and is told what was not acknowledged.
func TestStandbyTakesTheWebsocketOver(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	env := append(demo.Receiving(config.ReceiveWebsocket), "NATS_URL="+apptest.NATSURL(t), "NATS_REPLICAS=1")
	hearing, standby := apptest.NewProcess(t, sim, t.TempDir(), env...), apptest.NewProcess(t, sim, t.TempDir(), env...)
	hearing.Start()
	standby.Start()
	alice := sim.Person("alice")
	space := sim.Direct(alice.ID)
	ask := func() simulator.Message {
		return sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "code 1 on example.webex.com"})
	}
	answered := func(m simulator.Message, within time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		if _, err := sim.WaitReply(ctx, m); err != nil {
			t.Fatalf("%v\n%s", err, standby.Log)
		}
	}
	answered(ask(), 20*time.Second)
	if n := len(sim.Socket().Sockets()); n != 1 {
		t.Fatalf("%d sockets of two replicas, want one", n)
	}
	if _, body := hearing.Get(t.Context(), "/readyz"); !strings.Contains(body, `"state":"ready"`) || !strings.Contains(body, `"device":"trackbot-`) {
		t.Errorf("/readyz of the one that hears: %s", body)
	}
	hearing.Kill()
	began, m := time.Now(), ask()
	answered(m, 30*time.Second)
	t.Logf("answered %v after the kill", time.Since(began))
	answered(ask(), 20*time.Second)
	if d := sim.Socket().Devices(); len(d) != 1 {
		t.Errorf("%d devices, want one for both", len(d))
	}
	for _, one := range sim.Messages(space.ID) {
		if one.PersonID != alice.ID {
			continue
		}
		n := 0
		for _, a := range sim.Messages(space.ID) {
			if a.ParentID == one.ID && a.PersonID == sim.Bot().ID {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d answers to a question, want 1", n)
		}
	}
	if status := standby.Terminate(); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
}
