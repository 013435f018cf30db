package apptest

import (
	"net/http"
	"strings"
	"testing"
)

// Scrape reads the metrics of a bot: by name with labels, as they stand.
func Scrape(t *testing.T, h *World) map[string]string {
	t.Helper()
	return ScrapeAt(t, h.App.AdminAddr())
}

// ScrapeAt does the same of a process, by its ADMIN_ADDR.
func ScrapeAt(t *testing.T, addr string) map[string]string {
	t.Helper()
	status, body := Get(t, "http://"+addr+"/metrics")
	if status != http.StatusOK {
		t.Fatalf("/metrics = %d: %s", status, body)
	}
	found := map[string]string{}
	for line := range strings.Lines(body) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name != "#" {
			found[name] = value
		}
	}
	return found
}

// Series are the series of a scrape that are ours.
func Series(scrape map[string]string) map[string]bool {
	set := map[string]bool{}
	for name := range scrape {
		if strings.HasPrefix(name, "trackbot_") {
			set[name] = true
		}
	}
	return set
}
