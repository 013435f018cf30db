package telemetry_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0")
	apptest.Eventually(t, "the days left of the token", func() bool {
		return strings.HasPrefix(apptest.Scrape(t, h)[`trackbot_admin_token_days_left{token="access"}`], "36")
	})
	before := apptest.Scrape(t, h)
	h.Ask("code 1 on example.webex.com")
	mallory := h.Sim.Person("mallory")
	h.Reply(h.Write(h.Sim.Direct(mallory.ID), mallory, "code 1", ""))
	h.Sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusForbidden, Times: 1})
	h.Ask("code 1 on example.webex.com")
	if status, _ := apptest.Get(t, "http://"+h.App.Addr()+"/webhook"); status != http.StatusMethodNotAllowed {
		t.Errorf("GET /webhook = %d, want 405", status)
	}
	forged, err := http.Post("http://"+h.App.Addr()+"/webhook", "application/json", strings.NewReader("{}")) //nolint:noctx // a forger does not mind
	if err != nil {
		t.Fatal(err)
	}
	forged.Body.Close()
	h.Settled()
	after := apptest.Scrape(t, h)
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
		`trackbot_ready{part="receivers"}`: "1", `trackbot_ready{part="database"}`: "1", `trackbot_queue_waiting{stage="inbox"}`: "0",
		`trackbot_webhook_deliveries_total{code="413"}`: "0", `trackbot_api_calls_total{api="people",status="429"}`: "0",
	} {
		if after[series] != want {
			t.Errorf("%s = %q, want %s", series, after[series], want)
		}
	}
	head, err := strconv.ParseFloat(after["trackbot_audit_head"], 64)
	if err != nil || after["trackbot_audit_entry"] == before["trackbot_audit_entry"] {
		t.Errorf("the newest audit entry is %s, %v, before %s", after["trackbot_audit_entry"], err, before["trackbot_audit_entry"])
	}
	h.Audited(0, "verify", "--head", fmt.Sprintf("%013x", uint64(head)))
	was := apptest.Series(before)
	for name := range apptest.Series(after) {
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
	sim, env := apptest.SignedIn(t, simulator.OAuth{})
	h := apptest.NewBeside(t, sim, append(env, "ADMIN_ADDR=127.0.0.1:0")...)
	h.Ask("code 1")
	m := apptest.Scrape(t, h)
	for series, want := range map[string]string{
		`trackbot_admin_token_days_left{token="access"}`: "13.9", `trackbot_admin_token_days_left{token="refresh"}`: "89.9",
		`trackbot_admin_sign_in_refused`: "0", `trackbot_admin_refreshes_total`: "1",
	} {
		if !strings.HasPrefix(m[series], want) {
			t.Errorf("%s = %q, want %s", series, m[series], want)
		}
	}
}

func TestMetricsOfReadings(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0", "WATCH_MINUTES=15")
	const changes, age = "trackbot_code_changes_total", `trackbot_site_reading_age_seconds{site="emea.example.webex.com"}`
	apptest.Eventually(t, "the first reading", func() bool { return apptest.Scrape(t, h)[age] != "" })
	if got := h.Sim.CountCalls("admin", http.MethodGet, "/admin/meeting/config/trackingCodes"); got != 2 {
		t.Errorf("the first reading took %d calls, want one a site", got)
	}
	c := h.Sim.Codes("emea.example.webex.com")[0]
	c.Name, c.InputMode = "Renamed", "text"
	h.Sim.PutCode("emea.example.webex.com", c)
	if err := h.App.ReadSites(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := apptest.Scrape(t, h)[changes]; got != "2" {
		t.Errorf("%s = %q, want 2", changes, got)
	}
	h.Ask("watch codes on emea")
	if got := apptest.Scrape(t, h)["trackbot_watches"]; got != "1" {
		t.Errorf("trackbot_watches = %q, want 1", got)
	}
	if off := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0"); apptest.Scrape(t, off)[age] != "" {
		t.Error("the sites are read with WATCH_MINUTES=0")
	}
}

func TestInsideIsNotPublic(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0")
	public, inner := "http://"+h.App.Addr(), "http://"+h.App.AdminAddr()
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/profile?seconds=1", "/debug/pprof/trace?seconds=1"} {
		if status, _ := apptest.Get(t, public+path); status != http.StatusNotFound {
			t.Errorf("%s of the public listener = %d, want 404", path, status)
		}
		if status, body := apptest.Get(t, inner+path); status != http.StatusOK || body == "" {
			t.Errorf("%s of ADMIN_ADDR = %d with %d bytes, want 200", path, status, len(body))
		}
	}
	for _, path := range []string{"/", "/healthz", "/webhook", "/debug/pprof/cmdline"} { // the last shows arguments
		if status, _ := apptest.Get(t, inner+path); status != http.StatusNotFound {
			t.Errorf("%s of ADMIN_ADDR = %d, want 404", path, status)
		}
	}
	if h := apptest.New(t); h.App.AdminAddr() != "" {
		t.Error("without ADMIN_ADDR something listens for it")
	}
}

// TestInsideAnswersLoopbackNamesOnly asks with the Host of a page whose name points
// to this machine.
func TestInsideAnswersLoopbackNamesOnly(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0")
	for host, want := range map[string]int{
		"localhost:9090": http.StatusOK, "127.0.0.1": http.StatusOK, "[::1]:9090": http.StatusOK, "LOCALHOST": http.StatusOK,
		"evil.example": http.StatusMisdirectedRequest, "127.0.0.1.evil.example:9090": http.StatusMisdirectedRequest, "203.0.113.7": http.StatusMisdirectedRequest,
	} {
		req := apptest.Must(http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+h.App.AdminAddr()+"/metrics", http.NoBody))
		req.Host = host
		resp := apptest.Must(http.DefaultClient.Do(req))
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Host %s gets %d, want %d", host, resp.StatusCode, want)
		}
	}
}

func TestInsideStops(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0")
	addr := h.App.AdminAddr()
	h.Stop()
	c := http.Client{Timeout: time.Second}
	if resp, err := c.Get("http://" + addr + "/metrics"); err == nil { //nolint:noctx // has a limit
		resp.Body.Close()
		t.Error("metrics are served after the end")
	}
}
