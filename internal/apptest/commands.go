package apptest

import (
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"trackbot/internal/simulator"
)

// Simulated is the environment of a command that talks to a simulator.
func Simulated(t *testing.T) (*simulator.Simulator, []string) {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return sim, []string{
		"WEBEX_API_URL=" + sim.URL(), "WEBEX_ADMIN_TOKEN=" + sim.AdminToken(), "WEBEX_BOT_TOKEN=" + sim.BotToken(),
		"WEBEX_WEBHOOK_SECRET=a-secret-of-the-tests-and-of-nobody", "DATA_DIR=" + filepath.Join(t.TempDir(), "data"),
	}
}

// Get opens a link.
func Get(t *testing.T, link string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, http.NoBody)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Errorf("open %s: %v", link, err)
		return 0, ""
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw)
}
