package reliability

import (
	"context"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

func TestKillLosesNothingAndRepeatsNothing(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	alice := sim.Person("alice")
	space := sim.Direct(alice.ID)
	p := apptest.NewProcess(t, sim, t.TempDir())
	p.Start()
	var asked []simulator.Message
	for round := range 3 {
		sim.SetLatency(40 * time.Millisecond) // so that the kill finds work under way
		for range 8 {
			asked = append(asked, sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "code 1 on example.webex.com"}))
		}
		if err := sim.Settle(t.Context()); err != nil { // every webhook is acknowledged
			t.Fatal(err)
		}
		<-time.After(time.Duration(60*round+30) * time.Millisecond)
		p.Kill()
		sim.SetLatency(0)
		p.Start()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	for _, m := range asked {
		if _, err := sim.WaitReply(ctx, m); err != nil {
			t.Fatalf("a question was lost: %v\n%s", err, p.Log)
		}
	}
	if status := p.Terminate(); status != 0 {
		t.Errorf("exit status %d after SIGTERM, want 0\n%s", status, p.Log)
	}
	answers := make(map[string]int)
	for _, m := range sim.Messages(space.ID) {
		if m.PersonID == sim.Bot().ID {
			answers[m.ParentID]++
		}
	}
	for _, m := range asked {
		if answers[m.ID] != 1 {
			t.Errorf("%d answers to one question, want 1", answers[m.ID])
		}
	}
}
