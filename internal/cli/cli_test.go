package cli_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/cli"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
)

func TestDemoTellsItsStory(t *testing.T) {
	var logs [2]string
	for i, args := range [][]string{{"demo", "--verbose"}, {"demo", "--verbose", "--websocket", "--no-page"}} {
		status, out, errs := apptest.Run(t, "codes\ntracking code Cost Center\n\n[No such]\n@trackbot tracking code 99\nexport codes on example.webex.com\nhello\n[codes]\nQuit\nsites\n", nil, args...)
		if logs[i] = errs; status != 0 {
			t.Fatalf("%v: exit status %d, want 0: %s", args, status, errs)
		}
		if page := strings.HasPrefix(out, "Open http://127.0.0.1:"); page != (i == 0) {
			t.Errorf("%v: prints a page's address: %v:\n%.100s", args, page, out)
		}
		for _, want := range []string{
			"tracking code 1 on example.webex.com\n", "@trackbot tracking code 1 on example.webex.com\n", "Department", "[ Refresh ]",
			"3 tracking codes", "Cost Center", "no button [ No such ]", "No such tracking code", ".csv, ", "  Code ID,Tracking code,", "Hello", "presses [ Codes ]",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not show %q:\n%s", args, want, out)
			}
		}
		if strings.Contains(out, "  sites\n") {
			t.Errorf("%v goes on after quit:\n%s", args, out)
		}
	}
	if strings.Contains(logs[0], "websocket ready") || !strings.Contains(logs[1], "websocket ready") || strings.Contains(logs[1], "webhook registered") {
		t.Error("the first demo is by webhooks and the second by a websocket, or so they should be")
	}
}

// TestDemoPlansAndCounts: in the demo a change can be asked for, and a count of
// meetings ends with its card, its table and its chart.
func TestDemoPlansAndCounts(t *testing.T) {
	_, out, _ := apptest.Run(t, "make Sales the default of Department\nmeetings by Department last 60 days\nquit\n", nil, "demo", "--no-page")
	for _, want := range []string{"Design → Sales", "waits for another approver", "Hosts with most meetings", "By month", "  Department,State,Host,", ".png, "} {
		if !strings.Contains(out, want) {
			t.Errorf("the demo does not show %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "IHDR") {
		t.Errorf("the demo shows a picture as text:\n%s", out)
	}
}

func TestDemoAnswersOneQuestion(t *testing.T) {
	if _, out, _ := apptest.Run(t, "", nil, "demo", "code \x1b[31m2\x07 on example.webex.com"); strings.ContainsAny(out, "\x1b\x07") {
		t.Errorf("the demo echoes what a terminal obeys: %q", out)
	}
	status, out, _ := apptest.Run(t, "", nil, "demo", "tracking code 2 on example.webex.com")
	if status != 0 || !strings.Contains(out, "Division") || strings.Contains(out, "Department") {
		t.Errorf("exit status %d, want 0 and Division only:\n%s", status, out)
	}
}

func TestAsk(t *testing.T) {
	sim, env := apptest.Simulated(t)
	status, out, _ := apptest.Run(t, "", env, "ask", "tracking", "code", "1", "on", "example.webex.com")
	if status != 0 || !strings.Contains(out, "Department") {
		t.Errorf("ask: status %d, want 0 and the card:\n%s", status, out)
	}
	status, out, _ = apptest.Run(t, "", env, "ask", "--json", "code 2")
	var card struct{ Type, Version string }
	if err := json.Unmarshal([]byte(out), &card); status != 0 || err != nil || card.Type != "AdaptiveCard" || card.Version != "1.3" {
		t.Errorf("ask --json: status %d, card %v, error %v:\n%s", status, card, err, out)
	}
	if n := sim.CountCalls("bot", "", ""); n != 0 {
		t.Errorf("%d calls with the bot token, want none: ask needs no space", n)
	}
	for _, q := range []string{"what now", "code 1 on nowhere.webex.com"} {
		if status, out, _ := apptest.Run(t, "", env, "ask", q); status != 1 || out == "" {
			t.Errorf("ask %q: status %d, want 1 and words:\n%s", q, status, out)
		}
	}
	sim.Revoke(sim.AdminToken())
	if status, out, _ := apptest.Run(t, "", env, "ask", "code 1"); status != 1 || !strings.Contains(out, "WEBEX_ADMIN_TOKEN") && !strings.Contains(out, "ALLOWED_SITES") {
		t.Errorf("ask with a dead token: status %d, want 1 and what to do:\n%s", status, out)
	}
}

// TestAskSeveral: each question of a text is answered, and one that is not
// shows in the exit status.
func TestAskSeveral(t *testing.T) {
	_, env := apptest.Simulated(t)
	for _, c := range []struct {
		text   string
		status int
		shows  []string // in this order
	}{
		{"code 1 on example.webex.com\ncodes on emea.example.webex.com", 0, []string{"Department", "6 tracking codes"}},
		{"code 1\ncode 2\ncode 3\ncode 1\ncode 2\ncode 3", 0, []string{"Department", "Division", "Cost Center", "Department", "Division", "Cost Center"}},
		{"code 1 on nowhere.webex.com\ncode 2", 1, []string{"I can't look up", "Division"}},
		{"code 2\ncode 1 on nowhere.webex.com", 1, []string{"Division", "I can't look up"}},
		{"code 2\nwhy is the sky blue?", 1, []string{"left it out", "“why is the sky blue?”", "Division"}},
		{"code 2\nexport codes on example.webex.com", 1, []string{"Division", "Export of 3 tracking codes"}},
		{"code 9", 1, []string{"No such tracking code"}},
		{"options", 1, []string{"Which tracking code?"}},
		{"find Qwertz", 1, []string{"“Qwertz” was not found"}},
		{"export codes as pdf", 1, []string{"No such format"}},
		{"which codes are free text", 0, []string{"Cost Center"}},
		{"code 1 on nowhere.webex.com\nwhy is the sky blue?", 1, []string{"“why is the sky blue?”", "I can't look up"}},
	} {
		status, out, _ := apptest.Run(t, "", env, "ask", c.text)
		rest := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " ")
		for _, want := range c.shows {
			var found bool
			if _, rest, found = strings.Cut(rest, want); !found {
				t.Errorf("ask %q does not show %q in its place:\n%s", c.text, want, out)
				break
			}
		}
		if status != c.status {
			t.Errorf("ask %q: status %d, want %d", c.text, status, c.status)
		}
	}
	file := filepath.Join(t.TempDir(), "codes.csv")
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"export codes on example.webex.com"}, 1, "add --out FILE"},
		{[]string{"--out", file, "code 1"}, 1, "no answer has a file"},
		{[]string{"--out", file, "export codes on example.webex.com\nexport codes on emea.example.webex.com"}, 1, "2 files"},
		{[]string{"--out", file, "export codes on example.webex.com"}, 0, "bytes"},
	} {
		if status, _, errs := apptest.Run(t, "", env, append([]string{"ask"}, c.args...)...); status != c.status || !strings.Contains(errs, c.says) {
			t.Errorf("ask %q: status %d, want %d, and it says %q, want %q in it", c.args, status, c.status, errs, c.says)
		}
	}
	if table, err := os.ReadFile(file); err != nil || !strings.Contains(string(table), "Department") {
		t.Errorf("--out wrote %q, error %v", table, err)
	}
	link := filepath.Join(t.TempDir(), "link.csv")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := apptest.Run(t, "", env, "ask", "--out", link, "export codes on emea.example.webex.com"); status != 0 {
		t.Errorf("--out to a link: status %d: %s", status, errs)
	}
	info, err := os.Lstat(link)
	if table, readErr := os.ReadFile(file); err != nil || info.Mode()&os.ModeSymlink == 0 || readErr != nil || !strings.Contains(string(table), "Client") {
		t.Errorf("--out to a link left %v, %v and %.100q, want the link, and the file behind it written", info, err, table)
	}
	_, out, _ := apptest.Run(t, "", env, "ask", "--json", "code 1\ncode 2")
	d, n := json.NewDecoder(strings.NewReader(out)), 0
	for card := (struct{ Type string }{}); d.Decode(&card) == nil && card.Type == "AdaptiveCard"; n++ {
		card.Type = ""
	}
	if n != 2 {
		t.Errorf("ask --json of two questions gives %d cards, want 2:\n%s", n, out)
	}
}

func TestCheck(t *testing.T) {
	sim, env := apptest.Simulated(t)
	status, out, _ := apptest.Run(t, "", append(env, "RECEIVE=webhook"), "check")
	if status != 1 || !strings.Contains(out, "WRONG WEBEX_PUBLIC_URL") {
		t.Errorf("check of webhooks without an address: status %d, want 1:\n%s", status, out)
	}
	if status, out, _ := apptest.Run(t, "", append(env, "WEBEX_U2C_URL="+sim.Socket().U2CURL()), "check"); status != 0 || !strings.Contains(out, "ok    websocket") {
		t.Errorf("check of a websocket: status %d, want 0:\n%s", status, out)
	}
	if status, out, _ := apptest.Run(t, "", append(env, "WEBEX_U2C_URL=http://127.0.0.1:1/u2c"), "check"); status != 1 || !strings.Contains(out, "WRONG websocket") {
		t.Errorf("check of a websocket that nobody offers: status %d, want 1:\n%s", status, out)
	}
	env = append(env, "WEBEX_PUBLIC_URL=http://127.0.0.1:1")
	status, out, _ = apptest.Run(t, "", env, "check")
	if status != 0 || !strings.Contains(out, "All well") || !strings.Contains(out, "emea.example.webex.com can be read") {
		t.Errorf("check: status %d, want 0:\n%s", status, out)
	}
	for _, c := range sim.Calls() {
		if c.Method != http.MethodGet {
			t.Errorf("check changed something: %s %s", c.Method, c.Path)
		}
	}
	if _, err := os.Stat(strings.TrimPrefix(env[4], "DATA_DIR=")); err == nil {
		t.Error("check made the data folder")
	}
	sim.Revoke(sim.AdminToken())
	sim.Revoke(sim.BotToken())
	status, out, _ = apptest.Run(t, "", env, "check")
	if status != 1 || !strings.Contains(out, "WRONG WEBEX_BOT_TOKEN") || !strings.Contains(out, "WRONG WEBEX_ADMIN_TOKEN") {
		t.Errorf("check with dead tokens: status %d, want 1 and both named:\n%s", status, out)
	}
	if strings.Contains(out, sim.BotToken()) || strings.Contains(out, sim.AdminToken()) {
		t.Error("check prints a token")
	}
	status, out, _ = apptest.Run(t, "", []string{"RECEIVE=webhook"}, "check")
	for _, name := range []string{"WEBEX_BOT_TOKEN", "WEBEX_ADMIN_TOKEN", "WEBEX_WEBHOOK_SECRET"} {
		if status != 1 || !strings.Contains(out, "WRONG "+name) {
			t.Errorf("check of nothing: status %d, %s not named:\n%s", status, name, out)
		}
	}
}

func TestBadSettingsStopTheStartAllAtOnce(t *testing.T) {
	status, _, errs := apptest.Run(t, "", []string{"WEBEX_API_URL=http://example.com", "LISTEN_ADDR=nonsense", "WEBEX_WEBHOOK_SECRET=short"}, "serve")
	for _, name := range []string{"WEBEX_BOT_TOKEN", "WEBEX_ADMIN_TOKEN", "WEBEX_WEBHOOK_SECRET", "WEBEX_API_URL", "LISTEN_ADDR"} {
		if status != 1 || !strings.Contains(errs, name) {
			t.Errorf("status %d, want 1; %s is not named in:\n%s", status, name, errs)
		}
	}
}

func TestVersionHelpAndNonsense(t *testing.T) {
	if status, out, _ := apptest.Run(t, "", nil, "version"); status != 0 || !strings.HasPrefix(out, "trackbot ") {
		t.Errorf("version: status %d, %q", status, out)
	}
	if status, out, _ := apptest.Run(t, "", nil, "--version"); status != 0 || !strings.HasPrefix(out, "trackbot ") {
		t.Errorf("--version: status %d, %q", status, out)
	}
	for _, args := range [][]string{{"--help"}, {"help"}} {
		if status, out, _ := apptest.Run(t, "", nil, args...); status != 0 || !strings.Contains(out, "demo") {
			t.Errorf("%v: status %d, %q", args, status, out)
		}
	}
	if status, out, _ := apptest.Run(t, "", nil, "help", "queue"); status != 0 || !strings.Contains(out, "retry") {
		t.Errorf("help queue: status %d, %q", status, out)
	}
	if status, _, errs := apptest.Run(t, "", nil, "fly"); status != 2 || errs == "" {
		t.Errorf("fly: status %d, %q; want 2 and words", status, errs)
	}
	if status, _, errs := apptest.Run(t, "", []string{"LISTEN_ADDR=127.0.0.1:1"}, "health"); status != 1 || errs == "" {
		t.Errorf("health of nothing: status %d, %q; want 1 and words", status, errs)
	}
}

func TestHealth(t *testing.T) {
	h := apptest.New(t)
	if status, _, errs := apptest.Run(t, "", []string{"LISTEN_ADDR=" + h.App.Addr()}, "health"); status != 0 {
		t.Errorf("health: status %d: %s", status, errs)
	}
}

func TestQueueListsAndMendsWhileTheBotRuns(t *testing.T) {
	h := apptest.New(t)
	h.Settled()
	env := []string{"DATA_DIR=" + h.Dir}
	if status, out, errs := apptest.Run(t, "", env, "queue"); status != 0 || !strings.Contains(out, "Nothing waits") {
		t.Errorf("queue: status %d, %q %q", status, out, errs)
	}
	h.Sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Status: http.StatusTooManyRequests, RetryAfter: "3600"})
	h.Write(h.Direct, h.Alice, "code 1", "")
	var items []queue.Entry
	apptest.Eventually(t, "a reply that waits", func() bool {
		_, out, _ := apptest.Run(t, "", env, "queue", "list", "--json")
		return json.Unmarshal([]byte(out), &items) == nil && len(items) == 1 && items[0].State == queue.Waiting && items[0].Reason != ""
	})
	key := items[0].Key
	if status, out, errs := apptest.Run(t, "", env, "queue", "show", "outbox", key); status != 0 || !strings.Contains(out, "Department") {
		t.Errorf("queue show: status %d, %q %q", status, out, errs)
	}
	if status, _, errs := apptest.Run(t, "", env, "queue", "retry", "outbox", key); status != 0 {
		t.Errorf("queue retry: status %d, %q", status, errs)
	}
	if status, _, errs := apptest.Run(t, "", env, "queue", "drop", "outbox", "msg:nobody"); status != 1 || errs == "" {
		t.Errorf("queue drop of nothing: status %d, %q; want 1 and words", status, errs)
	}
	apptest.Eventually(t, "the reply can be dropped", func() bool {
		status, _, _ := apptest.Run(t, "", env, "queue", "drop", "outbox", key)
		return status == 0
	})
	if _, out, _ := apptest.Run(t, "", env, "queue"); !strings.Contains(out, "Nothing waits") {
		t.Errorf("queue after the drop: %q", out)
	}
	h.Sim.ClearFaults()
}

// A look at the queue makes no database where there is none.
func TestQueueWithoutADatabase(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"queue"}, {"queue", "show", "inbox", "msg:1"}, {"queue", "drop", "inbox", "msg:1"}} {
		if status, _, errs := apptest.Run(t, "", []string{"DATA_DIR=" + dir}, args...); status != 1 || !strings.Contains(errs, "there is no database") {
			t.Errorf("trackbot %v: status %d, %q, want that there is none", args, status, errs)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("it made %v, %v", files, err)
	}
}

// TestSimulateListensOnLoopbackOnly: beyond it, anyone may do anything.
func TestSimulateListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:8099", "example.com:80"} {
		status, out, errs := apptest.Run(t, "", nil, "simulate", "--addr", addr)
		if status != 1 || out != "" || !strings.Contains(errs, "127.0.0.1, [::1] or localhost only") {
			t.Errorf("--addr %s: status %d, %s%s", addr, status, out, errs)
		}
	}
}

func TestSimulateTellsHowToAsk(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out apptest.Buffer
	done, addr := make(chan int), apptest.FreeAddr(t)
	go func() {
		p := cli.Program{Args: []string{"simulate", "--addr", addr}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard}
		done <- p.Run(ctx)
	}()
	apptest.Eventually(t, "the instructions", func() bool { return strings.Contains(out.String(), "Ctrl-C ends.") })
	command := regexp.MustCompile(`curl -s (\S+) -H 'Content-Type: (\S+)' -d '(.+)'`).FindStringSubmatch(out.String())
	if !strings.Contains(out.String(), "trackbot login") || !regexp.MustCompile(`(?m)^WEBEX_ADMIN_CLIENT_ID=\S{20,} `).MatchString(out.String()) {
		t.Errorf("no command to sign in with in:\n%s", out.String())
	}
	if command == nil {
		t.Fatalf("no command to ask with in:\n%s", out.String())
	}
	resp, err := http.Post(command[1], command[2], strings.NewReader(command[3])) //nolint:noctx // as curl does it
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the printed command gets %s, want 200", resp.Status)
	}
	shown, err := http.Get(strings.Fields(out.String())[1]) //nolint:noctx // as a browser does it
	if err != nil {
		t.Fatal(err)
	}
	defer shown.Body.Close()
	if shown.StatusCode != http.StatusOK || !strings.HasPrefix(out.String(), "Open http://127.0.0.1:") {
		t.Errorf("the page gets %s, want 200", shown.Status)
	}
	api := regexp.MustCompile(`WEBEX_API_URL=(\S+)`).FindStringSubmatch(out.String())
	for _, name := range []string{"Alice", "Bob"} {
		token := regexp.MustCompile(`(?m)^` + name + `: +(\S+)$`).FindStringSubmatch(out.String())
		if api == nil || token == nil {
			t.Fatalf("no token of %s in:\n%s", name, out.String())
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, api[1]+"/people/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token[1])
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), strings.ToLower(name)+"@example.com") {
			t.Errorf("%s's token gets %s: %s (%v)", name, resp.Status, body, err)
		}
	}
	cancel()
	if status := <-done; status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
}
