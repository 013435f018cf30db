package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"trackbot/internal/config"
	"trackbot/internal/simulator"
)

// natsURL starts a NATS server that two bots can share.
func natsURL(t *testing.T) string {
	t.Helper()
	srv, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	if !srv.ReadyForConnections(20 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
	return srv.ClientURL()
}

// TestStandbyTakesTheWebsocketOver kills the replica that hears: the other one
// connects as the same device, and is told what was not acknowledged.
func TestStandbyTakesTheWebsocketOver(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	env := append(hears(config.ReceiveWebsocket), "NATS_URL="+natsURL(t), "NATS_REPLICAS=1")
	hearing, standby := newProcess(t, sim, t.TempDir(), env...), newProcess(t, sim, t.TempDir(), env...)
	hearing.start()
	standby.start()
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
			t.Fatalf("%v\n%s", err, standby.log)
		}
	}
	answered(ask(), 20*time.Second)
	if n := len(sim.Socket().Sockets()); n != 1 {
		t.Fatalf("%d sockets of two replicas, want one", n)
	}
	if _, body := hearing.get(t.Context(), "/readyz"); !strings.Contains(body, `"state":"ready"`) || !strings.Contains(body, `"device":"trackbot-`) {
		t.Errorf("/readyz of the one that hears: %s", body)
	}
	hearing.kill()
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
	if status := standby.terminate(); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
}
