package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"trackbot/internal/telemetry"
	"trackbot/webex"
)

// scrape returns what the program shows at ADMIN_ADDR, with every part there:
// series with their labels.
func scrape(t *testing.T) string {
	t.Helper()
	m := telemetry.New(telemetry.State{
		Ready: func(context.Context) []telemetry.Part {
			return []telemetry.Part{{Name: "database"}, {Name: "identity"}, {Name: "sites"}, {Name: "receivers"}}
		},
		Waiting: func(context.Context) []telemetry.Stage {
			return []telemetry.Stage{{Name: "inbox"}, {Name: "job"}, {Name: "outbox"}}
		},
		Readings: func(context.Context) map[string]time.Time {
			return map[string]time.Time{"example.webex.com": time.Now()}
		},
		Audit:     func(context.Context) (int64, string, error) { return 1, "0123456789abcdef", nil },
		Watches:   func(context.Context) int { return 1 },
		Websocket: func() (telemetry.Websocket, bool) { return telemetry.Websocket{}, true },
		SignIn:    func() (telemetry.SignIn, bool) { return telemetry.SignIn{}, true },
	})
	m.Called(t.Context(), webex.Call{Path: "/people"})
	s, err := telemetry.Listen(t.Context(), "127.0.0.1:0", m)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, slog.New(slog.DiscardHandler)) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	resp, err := http.Get("http://" + s.Addr() + "/metrics") //nolint:noctx // it is our own
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET /metrics: %s %s, %v", resp.Status, body, err)
	}
	return string(body)
}

// checkExpression fails unless every series that a PromQL expression names is
// in a scrape, with the labels by which it is picked or grouped, and at least
// one value for each condition.
func checkExpression(t *testing.T, where, expression, scraped string) {
	t.Helper()
	if strings.Count(expression, "(") != strings.Count(expression, ")") || strings.Count(expression, "{") != strings.Count(expression, "}") {
		t.Errorf("%s: the brackets don't match: %s", where, expression)
	}
	selectors := regexp.MustCompile(`\b((?:trackbot|process|go)_\w+)(?:\{([^}]*)\})?`).FindAllStringSubmatch(expression, -1)
	if len(selectors) == 0 {
		t.Errorf("%s names no metric: %s", where, expression)
	}
	for _, s := range selectors {
		series := regexp.MustCompile(`(?m)^`+s[1]+`(\{.*\})? `).FindAllString(scraped, -1)
		if len(series) == 0 {
			t.Errorf("%s: there is no metric %s", where, s[1])
		}
		for _, m := range regexp.MustCompile(`(\w+)(=~|=)"([^"]*)"`).FindAllStringSubmatch(s[2], -1) {
			checkMatcher(t, where, series, m[1], m[2], m[3])
		}
		for _, by := range regexp.MustCompile(`by \(([^)]*)\)`).FindAllStringSubmatch(expression, -1) {
			for label := range strings.SplitSeq(by[1], ", ") {
				if len(series) > 0 && !strings.Contains(series[0], label+`="`) {
					t.Errorf("%s: %s has no label %s", where, s[1], label)
				}
			}
		}
	}
}

// checkMatcher fails unless each value of a condition is one of the series'.
func checkMatcher(t *testing.T, where string, series []string, label, operator, value string) {
	t.Helper()
	if value == "$job" { // Prometheus adds this label
		return
	}
	values := []string{value}
	if operator == "=~" {
		values = strings.Split(value, "|")
	}
	for _, v := range values {
		if !slices.ContainsFunc(series, func(s string) bool { return strings.Contains(s, label+`="`+v+`"`) }) {
			t.Errorf("%s: no series has %s=%q", where, label, v)
		}
	}
}

// TestAlerts holds the alerts to the metrics that there are.
func TestAlerts(t *testing.T) {
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.UnmarshalWithOptions([]byte(read(t, "prometheus/alerts.yaml")), &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	scraped := scrape(t)
	var names []string
	for _, r := range file.Groups[0].Rules {
		checkExpression(t, r.Alert, r.Expr, scraped)
		if r.Annotations["summary"] == "" || r.Annotations["description"] == "" || !slices.Contains([]string{"warning", "critical"}, r.Labels["severity"]) {
			t.Errorf("%s has no summary, description or severity", r.Alert)
		}
		if r.For != "" && !regexp.MustCompile(`^\d+[mh]$`).MatchString(r.For) {
			t.Errorf("%s is for %q", r.Alert, r.For)
		}
		names = append(names, r.Alert)
	}
	slices.Sort(names)
	if len(names) == 0 || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("no alerts, or one twice: %v", names)
	}
}

// TestDashboard holds the dashboard to the metrics that there are.
func TestDashboard(t *testing.T) {
	type place struct{ X, Y, W, H int }
	var board struct {
		Panels []struct {
			ID      int
			Type    string
			Title   string
			GridPos place
			Targets []struct{ RefID, Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/trackbot.json")), &board); err != nil {
		t.Fatal(err)
	}
	scraped := scrape(t)
	var shown []string
	taken := map[[2]int]string{}
	for i, p := range board.Panels {
		if p.ID != i+1 || p.Title == "" {
			t.Errorf("panel %d has the id %d and the title %q", i+1, p.ID, p.Title)
		}
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if taken[at] != "" || at[0] >= 24 {
					t.Errorf("%s lies over %q, or outside", p.Title, taken[at])
				}
				taken[at] = p.Title
			}
		}
		for _, target := range p.Targets {
			checkExpression(t, fmt.Sprintf("%s %s", p.Title, target.RefID), target.Expr, scraped)
			shown = append(shown, target.Expr)
		}
	}
	for _, name := range []string{"trackbot_ready", "trackbot_queue_waiting", "trackbot_questions_total", "trackbot_posts_total", "trackbot_answer_seconds", "trackbot_api_calls_total", "trackbot_api_seconds", "trackbot_webhook_deliveries_total", "trackbot_websocket_connected", "trackbot_admin_token_days_left"} {
		if !strings.Contains(strings.Join(shown, " "), name) {
			t.Errorf("no panel shows %s", name)
		}
	}
}
