package reliability

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/webhook"
)

func TestStartsWithoutWebexAndSaysSo(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	const words = "what Webex says of it"
	sim.Fault(simulator.Rule{Status: 503, Body: `{"message":"` + words + `","trackingId":"T1"}`})
	p := apptest.NewProcess(t, sim, t.TempDir())
	p.Begin()
	apptest.Eventually(t, "readyz with reasons", func() bool {
		status, body := p.Get(t.Context(), "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "identity") && strings.Contains(body, "webhooks") && strings.Contains(body, "ALLOWED_SITES")
	})
	if _, body := p.Get(t.Context(), "/readyz"); strings.Contains(body, words) || strings.Contains(body, "503") {
		t.Errorf("/readyz shows everybody what Webex says: %s", body)
	}
	if log := p.Log.String(); !strings.Contains(log, "503") || !strings.Contains(log, "not ready") {
		t.Errorf("the log does not say why it is not ready:\n%s", log)
	}
	if status, _ := p.Get(t.Context(), "/healthz"); status != http.StatusOK {
		t.Errorf("healthz = %d while Webex is away, want 200", status)
	}
	sim.ClearFaults()
	apptest.Eventually(t, "ready once Webex is back", func() bool {
		status, _ := p.Get(t.Context(), "/readyz")
		return status == http.StatusOK || strings.Contains(p.Log.String(), "webhooks") && len(sim.Webhooks()) == 4
	})
	if status := p.Terminate(); status != 0 {
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
	p := apptest.NewProcess(t, sim, dir)
	kinds := func() []string {
		var all []string
		for _, w := range sim.Webhooks() {
			all = append(all, w.Resource+"/"+w.Event+" "+w.Status+" "+w.TargetURL)
		}
		slices.Sort(all)
		return all
	}
	target := "http://" + p.Addr + "/webhook"
	want := []string{"attachmentActions/created active " + target, "memberships/created active " + target, "messages/created active " + target, "messages/updated active " + target}
	p.Start()
	if got := kinds(); !slices.Equal(got, want) {
		t.Fatalf("webhooks = %v, want %v", got, want)
	}
	p.Terminate()
	sim.DisableWebhook(sim.Webhooks()[0].ID)
	p.Start()
	if got := kinds(); !slices.Equal(got, want) {
		t.Errorf("webhooks after a second start = %v, want the same set, active again: %v", got, want)
	}
	p.Terminate()
}

func TestTooLittleDiskIsRefusedAtTheDoor(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	p := apptest.NewProcess(t, sim, t.TempDir(), "DISK_RESERVE_MB=1048576")
	p.Begin()
	apptest.Eventually(t, "readyz names the disk", func() bool {
		status, body := p.Get(t.Context(), "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "disk")
	})
	body := `{"resource":"messages","event":"created","data":{"id":"m1","roomId":"r1","personId":"p1"}}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.Addr+webhook.Path, strings.NewReader(body))
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
	first, second := apptest.NewProcess(t, sim, dir), apptest.NewProcess(t, sim, dir)
	first.Start()
	second.Begin()
	err = second.Cmd.Wait() // until its log is here
	if code := second.Cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(second.Log.String(), fmt.Sprintf("in use by process %d", first.Cmd.Process.Pid)) {
		t.Errorf("the second process ended with %v, want status 1 and the holder's name:\n%s", err, second.Log)
	}
	if status, _ := first.Get(t.Context(), "/readyz"); status != http.StatusOK {
		t.Errorf("the first one is not ready any more: %d", status)
	}
}
