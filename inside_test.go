package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
)

// scraped reads the metrics of a house: by name with labels, as they stand.
func scraped(t *testing.T, h *house) map[string]string {
	t.Helper()
	status, body := get(t, "http://"+h.app.inside.listener.Addr().String()+"/metrics")
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

// names are the series of a scrape that are ours.
func names(scrape map[string]string) map[string]bool {
	set := map[string]bool{}
	for name := range scrape {
		if strings.HasPrefix(name, "trackbot_") {
			set[name] = true
		}
	}
	return set
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "ADMIN_ADDR=127.0.0.1:0")
	eventually(t, "the days left of the token", func() bool {
		return strings.HasPrefix(scraped(t, h)[`trackbot_admin_token_days_left{token="access"}`], "36")
	})
	before := scraped(t, h)
	h.ask("code 1 on example.webex.com")
	mallory := h.sim.Person("mallory")
	h.reply(h.write(h.sim.Direct(mallory.ID), mallory, "code 1", ""))
	h.sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusForbidden, Times: 1})
	h.ask("code 1 on example.webex.com")
	if status, _ := get(t, "http://"+h.app.ears.Addr().String()+"/webhook"); status != http.StatusMethodNotAllowed {
		t.Errorf("GET /webhook = %d, want 405", status)
	}
	forged, err := http.Post("http://"+h.app.ears.Addr().String()+"/webhook", "application/json", strings.NewReader("{}")) //nolint:noctx // a forger does not mind
	if err != nil {
		t.Fatal(err)
	}
	forged.Body.Close()
	h.settled()
	after := scraped(t, h)
	grown := func(series string) float64 {
		t.Helper()
		var was, is float64
		for text, into := range map[string]*float64{before[series]: &was, after[series]: &is} {
			if _, err := fmt.Sscan(text, into); err != nil {
				t.Errorf("%s reads %q", series, text)
			}
		}
		return is - was
	}
	for series, want := range map[string]float64{
		`trackbot_questions_total{outcome="answered"}`: 1, `trackbot_questions_total{outcome="refused"}`: 1, `trackbot_questions_total{outcome="failed"}`: 1,
		`trackbot_posts_total{outcome="done"}`: 3, `trackbot_posts_total{outcome="failed"}`: 0,
		`trackbot_answer_seconds_count`: 3, `trackbot_webhook_deliveries_total{code="401"}`: 1,
		`trackbot_api_calls_total{api="admin",status="403"}`: 1, `trackbot_api_calls_total{api="messages",status="2xx"}`: 6,
	} {
		if got := grown(series); got != want {
			t.Errorf("%s has grown by %v, want %v", series, got, want)
		}
	}
	if got := grown(`trackbot_webhook_deliveries_total{code="204"}`); got < 6 {
		t.Errorf("%v deliveries were taken, want at least those of three questions and their echoes", got)
	}
	for series, want := range map[string]string{
		`trackbot_ready{part="ears"}`: "1", `trackbot_ready{part="queue"}`: "1", `trackbot_queue_waiting{stage="events"}`: "0",
		`trackbot_webhook_deliveries_total{code="413"}`: "0", `trackbot_api_calls_total{api="people",status="429"}`: "0",
	} {
		if after[series] != want {
			t.Errorf("%s = %q, want %s", series, after[series], want)
		}
	}
	was := names(before)
	for name := range names(after) {
		if !was[name] {
			t.Errorf("%s appeared with its first count: name its label values beforehand", name)
		}
	}
	for name := range after {
		if regexp.MustCompile(`@|example|[A-Za-z0-9]{40}`).MatchString(name) {
			t.Errorf("%s names a person, a site or a space", name)
		}
	}
}

func TestMetricsOfTheSignIn(t *testing.T) {
	t.Parallel()
	sim, env := signedIn(t, simulator.OAuth{})
	h := houseOf(t, sim, append(env, "ADMIN_ADDR=127.0.0.1:0")...)
	h.ask("code 1")
	m := scraped(t, h)
	for series, want := range map[string]string{
		`trackbot_admin_token_days_left{token="access"}`: "13.9", `trackbot_admin_token_days_left{token="refresh"}`: "89.9",
		`trackbot_admin_sign_in_refused`: "0", `trackbot_admin_refreshes_total`: "1",
	} {
		if !strings.HasPrefix(m[series], want) {
			t.Errorf("%s = %q, want %s", series, m[series], want)
		}
	}
}

func TestInsideIsNotPublic(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "ADMIN_ADDR=127.0.0.1:0")
	public, inner := "http://"+h.app.ears.Addr().String(), "http://"+h.app.inside.listener.Addr().String()
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/profile?seconds=1", "/debug/pprof/trace?seconds=1"} {
		if status, _ := get(t, public+path); status != http.StatusNotFound {
			t.Errorf("%s of the public listener = %d, want 404", path, status)
		}
		if status, body := get(t, inner+path); status != http.StatusOK || body == "" {
			t.Errorf("%s of ADMIN_ADDR = %d with %d bytes, want 200", path, status, len(body))
		}
	}
	for _, path := range []string{"/", "/healthz", "/webhook", "/debug/pprof/cmdline"} { // the last shows arguments
		if status, _ := get(t, inner+path); status != http.StatusNotFound {
			t.Errorf("%s of ADMIN_ADDR = %d, want 404", path, status)
		}
	}
	if h := newHouse(t); h.app.inside.listener != nil {
		t.Error("without ADMIN_ADDR something listens for it")
	}
}

func TestInsideStops(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "ADMIN_ADDR=127.0.0.1:0")
	addr := h.app.inside.listener.Addr().String()
	h.stop()
	c := http.Client{Timeout: time.Second}
	if resp, err := c.Get("http://" + addr + "/metrics"); err == nil { //nolint:noctx // has a limit
		resp.Body.Close()
		t.Error("metrics are served after the end")
	}
}
