package simulator

import (
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestSwitchOff(t *testing.T) {
	s, e := start(t, Options{}), listen(t)
	id := register(t, s, e.URL, "messages", "created", "")
	alice := s.Person("alice")
	space := s.Direct(alice.ID)
	say := func(times int) int {
		before := len(e.all())
		for range times {
			s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "hi"})
		}
		return len(e.settled(t, s)) - before
	}
	e.answer(http.StatusServiceUnavailable)
	if got := say(maxFailures + 5); got != maxFailures {
		t.Errorf("%d failed tries, want %d and then none", got, maxFailures)
	}
	if got := s.Webhooks()[0].Status; got != inactive {
		t.Errorf("status %s, want inactive", got)
	}
	on := object{"name": "n", "targetUrl": e.URL, "status": "active"}
	call(t, s, s.BotToken(), http.MethodPut, "/webhooks/"+id, on)
	if got := say(3); got != 1 {
		t.Errorf("switched on again at once: %d tries, want 1", got)
	}
	call(t, s, s.BotToken(), http.MethodPut, "/webhooks/"+id, on)
	e.answer(http.StatusOK)
	if got := say(3); got != 3 {
		t.Errorf("%d deliveries once the target is well, want 3", got)
	}
}

func TestFailures(t *testing.T) {
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	var f failures
	for i := range 99 {
		if f.add(at.Add(time.Duration(i) * time.Second)) {
			t.Fatalf("off after %d failures", i+1)
		}
	}
	if f.add(at.Add(failureWindow + time.Second)) {
		t.Error("off although the first failures are older than the window")
	}
	if f.times = f.times[len(f.times)-1:]; f.add(at.Add(failureWindow + 2*time.Second)) {
		t.Error("off after two failures")
	}
	off := at.Add(time.Hour)
	f.switchOff(off)
	f.switchOn(off.Add(failureWindow))
	if f.add(off.Add(failureWindow + time.Second)) {
		t.Error("one failure is enough although it was off for long")
	}
	f.switchOff(off)
	f.switchOn(off.Add(failureWindow - time.Second))
	if !f.add(off.Add(failureWindow)) {
		t.Error("one failure is not enough although it was off for less than five minutes")
	}
}

func TestDeliveryFaults(t *testing.T) {
	s, e := start(t, Options{}), listen(t)
	register(t, s, e.URL, "messages", "created", "")
	alice := s.Person("alice")
	space := s.Direct(alice.ID)
	say := func(times int) (said, received []string) {
		before := len(e.all())
		for range times {
			said = append(said, s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "hi"}).ID)
		}
		for _, h := range e.settled(t, s)[before:] {
			id, _ := h.data["id"].(string)
			received = append(received, id)
		}
		return said, received
	}
	if said, received := say(50); !slices.Equal(said, received) {
		t.Error("without a fault the order of one space is not kept")
	}
	s.SetDelivery(Delivery{Duplicate: 1})
	if _, received := say(5); len(received) != 10 || received[0] != received[1] {
		t.Errorf("Duplicate: %d deliveries of 5", len(received))
	}
	s.SetDelivery(Delivery{Drop: 1})
	if _, received := say(5); len(received) != 0 {
		t.Errorf("Drop: %d deliveries", len(received))
	}
	s.SetDelivery(Delivery{Reorder: 0.5, Jitter: 20 * time.Millisecond})
	said, received := say(50)
	if slices.Equal(said, received) {
		t.Error("Reorder: in order")
	}
	slices.Sort(said)
	if slices.Sort(received); !slices.Equal(said, received) {
		t.Error("Reorder: not the same events")
	}
	s.SetDelivery(Delivery{Retries: 2})
	e.answer(http.StatusInternalServerError)
	if _, received := say(1); len(received) != 3 {
		t.Errorf("Retries: %d tries, want 3", len(received))
	}
	s.SetDelivery(Delivery{Delay: 30 * time.Millisecond})
	begin := time.Now()
	if say(3); time.Since(begin) < 30*time.Millisecond {
		t.Error("Delay: too soon")
	}
}

func TestCloseDuringDelivery(t *testing.T) {
	s := start(t, Options{})
	hang := listen(t)
	hang.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then net/http sees the caller go
		<-r.Context().Done()
	})
	register(t, s, hang.URL, "messages", "created", "")
	alice := s.Person("alice")
	s.Say(t.Context(), Say{Space: s.Direct(alice.ID).ID, Person: alice.ID, Text: "hi"})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Settle(ctx); err == nil {
		t.Error("Settle: no error although a delivery hangs")
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
