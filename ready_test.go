package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webhook"
)

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.After(20 * time.Second); !holds(); {
		select {
		case <-deadline:
			t.Fatalf("never: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestStartsWithoutWebexAndSaysSo(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	sim.Fault(simulator.Rule{Status: 503})
	p := newProcess(t, sim, t.TempDir())
	p.begin()
	eventually(t, "readyz with reasons", func() bool {
		status, body := p.get(t.Context(), "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "identity") && strings.Contains(body, "webhooks") && strings.Contains(body, "ALLOWED_SITES")
	})
	if status, _ := p.get(t.Context(), "/healthz"); status != http.StatusOK {
		t.Errorf("healthz = %d while Webex is away, want 200", status)
	}
	sim.ClearFaults()
	eventually(t, "ready once Webex is back", func() bool {
		status, _ := p.get(t.Context(), "/readyz")
		return status == http.StatusOK || strings.Contains(p.log.String(), "webhooks") && len(sim.Webhooks()) == 3
	})
	if status := p.terminate(); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
}

func TestWebhooksAreKept(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	dir := t.TempDir()
	p := newProcess(t, sim, dir)
	kinds := func() []string {
		var all []string
		for _, w := range sim.Webhooks() {
			all = append(all, w.Resource+"/"+w.Event+" "+w.Status+" "+w.TargetURL)
		}
		slices.Sort(all)
		return all
	}
	target := "http://" + p.addr + "/webhook"
	want := []string{"attachmentActions/created active " + target, "memberships/created active " + target, "messages/created active " + target}
	p.start()
	if got := kinds(); !slices.Equal(got, want) {
		t.Fatalf("webhooks = %v, want %v", got, want)
	}
	p.terminate()
	sim.DisableWebhook(sim.Webhooks()[0].ID)
	p.start()
	if got := kinds(); !slices.Equal(got, want) {
		t.Errorf("webhooks after a second start = %v, want the same set, active again: %v", got, want)
	}
	p.terminate()
}

func TestTooLittleDiskIsRefusedAtTheDoor(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	p := newProcess(t, sim, t.TempDir(), "DISK_RESERVE_MB=1048576")
	p.begin()
	eventually(t, "readyz names the disk", func() bool {
		status, body := p.get(t.Context(), "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "disk")
	})
	body := `{"resource":"messages","event":"created","data":{"id":"m1","roomId":"r1","personId":"p1"}}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.addr+webhook.Path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(webhook.SignatureHeader, webhook.Sign("a-secret-of-the-tests-and-of-nobody", []byte(body)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a webhook gets %d while there is too little room, want 503", resp.StatusCode)
	}
}

func TestSecondProcessOnOneFolderIsRefused(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	dir := t.TempDir()
	first, second := newProcess(t, sim, dir), newProcess(t, sim, dir)
	first.start()
	second.begin()
	err = second.cmd.Wait() // until its log is here
	if code := second.cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(second.log.String(), fmt.Sprintf("in use by process %d", first.cmd.Process.Pid)) {
		t.Errorf("the second process ended with %v, want status 1 and the holder's name:\n%s", err, second.log)
	}
	if status, _ := first.get(t.Context(), "/readyz"); status != http.StatusOK {
		t.Errorf("the first one is not ready any more: %d", status)
	}
}
