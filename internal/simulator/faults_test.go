package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFaultAnswers(t *testing.T) {
	s := start(t, Options{})
	for _, c := range []struct {
		name       string
		rule       Rule
		status     int
		kind, says string
		retryAfter string
	}{
		{"429", Rule{Status: 429, RetryAfter: "2"}, 429, "text/html", "Too Many Requests", "2"},
		{"503", Rule{Status: 503}, 503, "application/json", `"trackingId"`, ""},
		{"502 of a gateway", Rule{Status: 502, ContentType: "text/html"}, 502, "text/html", "<html>", ""},
		{"own body", Rule{Status: 500, ContentType: "text/plain", Body: "oops"}, 500, "text/plain", "oops", ""},
		{"200 of another shape", Rule{Status: 200, Body: `{"items":7}`}, 200, "application/json", `{"items":7}`, ""},
	} {
		s.Fault(c.rule)
		resp, raw := rawCall(t, s, s.BotToken(), http.MethodGet, "/people/me", nil)
		if resp.StatusCode != c.status || !strings.HasPrefix(resp.Header.Get("Content-Type"), c.kind) || !strings.Contains(string(raw), c.says) ||
			resp.Header.Get("Retry-After") != c.retryAfter || resp.Header.Get("Trackingid") == "" {
			t.Errorf("%s: %d %v %q", c.name, resp.StatusCode, resp.Header, raw)
		}
		s.ClearFaults()
	}
	s.Fault(Rule{Status: 204, Body: "-"})
	if resp, raw := rawCall(t, s, s.BotToken(), http.MethodGet, "/people/me", nil); resp.StatusCode != http.StatusNoContent || len(raw) != 0 {
		t.Errorf("no body: %d %q", resp.StatusCode, raw)
	}
}

func TestFaultMatching(t *testing.T) {
	s := start(t, Options{})
	get := func(token, path string) int {
		resp, _ := rawCall(t, s, token, http.MethodGet, path, nil)
		return resp.StatusCode
	}
	s.Fault(Rule{Path: "/people", Token: TokenBot, Method: http.MethodGet, After: 1, Times: 2, Status: 500})
	for i, want := range []int{200, 500, 500, 200} {
		if got := get(s.BotToken(), "/people/me"); got != want {
			t.Errorf("call %d = %d, want %d", i+1, got, want)
		}
	}
	s.Fault(Rule{Path: "/admin/*/config/trackingCodes/?", Status: 503})
	s.Fault(Rule{Path: "/people", Token: TokenAdmin, Status: 500})
	s.Fault(Rule{Path: "/rooms", Method: http.MethodPost, Status: 500})
	for _, c := range []struct {
		token, path string
		want        int
	}{
		{s.AdminToken(), "/admin/meeting/config/trackingCodes/1", 503},
		{s.AdminToken(), "/admin/meeting/config/trackingCodes", 200},
		{s.BotToken(), "/people/me", 200},
		{s.BotToken(), "/rooms", 200},
	} {
		if got := get(c.token, c.path); got != c.want {
			t.Errorf("GET %s = %d, want %d", c.path, got, c.want)
		}
	}
	s.ClearFaults()
	s.Fault(Rule{Probability: 0.5, Status: 500})
	failed := 0
	for range 100 {
		if get(s.BotToken(), "/people/me") == 500 {
			failed++
		}
	}
	if failed < 25 || failed > 75 {
		t.Errorf("%d of 100 calls failed with probability 0.5", failed)
	}
}

func TestDrops(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Direct(alice.ID)
	post := func() (*http.Response, error) {
		resp, _, err := tryCall(quick(t), s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": "x"})
		return resp, err
	}
	s.Fault(Rule{Method: http.MethodPost, Drop: DropBefore, Times: 1})
	if _, err := post(); err == nil || len(s.Messages(space.ID)) != 0 {
		t.Errorf("before: error %v, %d messages; want an error and none", err, len(s.Messages(space.ID)))
	}
	s.Fault(Rule{Method: http.MethodPost, Drop: DropAfter, Times: 1})
	if _, err := post(); err == nil || len(s.Messages(space.ID)) != 1 {
		t.Errorf("after: error %v, %d messages; want an error and one", err, len(s.Messages(space.ID)))
	}
	s.Fault(Rule{Method: http.MethodPost, Drop: DropAfter, Status: 502, Times: 1})
	if resp, err := post(); err != nil || resp.StatusCode != http.StatusBadGateway || len(s.Messages(space.ID)) != 2 {
		t.Errorf("after with a status: %v, %d messages; want 502 and two", err, len(s.Messages(space.ID)))
	}
	for i, c := range s.Calls() {
		if want := []int{0, 0, 502}[i]; c.Status != want || !c.Faulted || c.Token != TokenBot || c.Path != "/messages" {
			t.Errorf("call %d: %+v, want status %d", i, c, want)
		}
	}
	s.Fault(Rule{Drop: DropHang, Times: 1})
	done := make(chan error)
	go func() {
		_, err := post()
		done <- err
	}()
	select {
	case err := <-done:
		t.Errorf("hang: ended with %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-done; err == nil {
		t.Error("hang: no error at the end")
	}
}

func TestBrokenJSON(t *testing.T) {
	s := start(t, Options{})
	s.Fault(Rule{BrokenJSON: true, Times: 1})
	resp, raw := rawCall(t, s, s.BotToken(), http.MethodGet, "/people/me", nil)
	if resp.StatusCode != http.StatusOK || len(raw) == 0 || json.Valid(raw) {
		t.Errorf("%d %q", resp.StatusCode, raw)
	}
}

func TestLatency(t *testing.T) {
	s := start(t, Options{})
	s.SetLatency(30 * time.Millisecond)
	begin := time.Now()
	rawCall(t, s, s.BotToken(), http.MethodGet, "/people/me", nil)
	if got := time.Since(begin); got < 30*time.Millisecond {
		t.Errorf("a call took %v", got)
	}
	if got := s.Calls()[0].Took; got < 30*time.Millisecond {
		t.Errorf("the call is noted with %v", got)
	}
}

func TestCalls(t *testing.T) {
	s := start(t, Options{})
	rawCall(t, s, s.BotToken(), http.MethodGet, "/people/me?callingData=true", nil)
	rawCall(t, s, s.AdminToken(), http.MethodGet, "/admin/meeting/config/trackingCodes/1", nil)
	rawCall(t, s, "wrong", http.MethodGet, "/people/me", nil)
	for _, c := range []struct {
		kind, method, prefix string
		want                 int
	}{
		{"", "", "", 3},
		{TokenBot, "", "", 1},
		{TokenNone, "GET", "/people", 1},
		{"", "", "/people", 2},
		{"", "POST", "", 0},
		{TokenAdmin, "GET", "/admin", 1},
	} {
		if got := s.CountCalls(c.kind, c.method, c.prefix); got != c.want {
			t.Errorf("CountCalls(%q, %q, %q) = %d, want %d", c.kind, c.method, c.prefix, got, c.want)
		}
	}
	if c := s.Calls()[0]; c.Query != "callingData=true" || c.Path != "/people/me" || c.Status != 200 {
		t.Errorf("first call %+v", c)
	}
	s.ResetCalls()
	if got := len(s.Calls()); got != 0 {
		t.Errorf("%d calls after ResetCalls", got)
	}
}

func TestControl(t *testing.T) {
	s := start(t, Options{})
	base := strings.TrimSuffix(s.URL(), "/v1") + "/_simulator/"
	resp, raw := rawCall(t, s, "", http.MethodGet, base, nil)
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(raw), "WEBEX_BOT_TOKEN="+s.BotToken()) {
		t.Errorf("usage: %d %s", resp.StatusCode, raw)
	}
	_, _, space := call(t, s, "", http.MethodPost, base+"spaces", object{"title": "Team", "with": []string{"alice"}})
	status, _, said := call(t, s, "", http.MethodPost, base+"say", object{"as": "Alice", "space": space["id"], "text": "@trackbot help"})
	if status != 200 || said["text"] != "TrackBot help" {
		t.Errorf("say = %d %v", status, said)
	}
	if status, _, _ := call(t, s, "", http.MethodPost, base+"say", object{"as": "alice", "text": "in the 1:1"}); status != 200 {
		t.Errorf("say in the 1:1 = %d", status)
	}
	if resp, raw := rawCall(t, s, "", http.MethodGet, base+"messages?space="+str(space["id"]), nil); !strings.Contains(string(raw), "TrackBot help") {
		t.Errorf("messages = %d %s", resp.StatusCode, raw)
	}
	call(t, s, "", http.MethodPost, base+"fault", object{"path": "/people", "status": 500})
	if resp, _ := rawCall(t, s, s.BotToken(), http.MethodGet, "/people/me", nil); resp.StatusCode != http.StatusInternalServerError {
		t.Errorf("with a fault: %d", resp.StatusCode)
	}
	rawCall(t, s, "", http.MethodDelete, base+"fault", nil)
	if resp, _ := rawCall(t, s, s.BotToken(), http.MethodGet, "/people/me", nil); resp.StatusCode != http.StatusOK {
		t.Errorf("without a fault: %d", resp.StatusCode)
	}
	for _, path := range []string{"people", "spaces", "calls", "webhooks"} {
		if resp, raw := rawCall(t, s, "", http.MethodGet, base+path, nil); resp.StatusCode != http.StatusOK || !json.Valid(raw) {
			t.Errorf("%s = %d %s", path, resp.StatusCode, raw)
		}
	}
	before := s.Sites()
	if resp, _ := rawCall(t, s, "", http.MethodPost, base+"site", object{"siteUrl": before[0].URL, "forbidden": true, "rename": before[1].URL}); resp.StatusCode != http.StatusBadRequest || !slices.Equal(s.Sites(), before) {
		t.Errorf("a site takes the name of another one: %d, and the sites are %+v", resp.StatusCode, s.Sites())
	}
	for name, body := range map[string]any{"nobody": object{"as": "zoe", "text": "x"}, "no space": object{"as": "bob", "space": "x", "text": "x"}, "unknown key": object{"who": "alice"}} {
		if resp, _ := rawCall(t, s, "", http.MethodPost, base+"say", body); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: say = %d, want 400", name, resp.StatusCode)
		}
	}
}

func TestControlIsLocal(t *testing.T) {
	s := start(t, Options{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(s.URL(), "/v1")+"/_simulator/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "evil.example:80"
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if raw, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusForbidden || strings.Contains(string(raw), s.BotToken()) {
		t.Errorf("by another name: %d %s", resp.StatusCode, raw)
	}
	for host, want := range map[string]bool{"127.0.0.1:1": true, "localhost:80": true, "[::1]:9": true, "[::1]": true, "::1": true, "10.0.0.1:1": false, "example.com": false, "": false} {
		if got := isLoopback(host); got != want {
			t.Errorf("isLoopback(%q) = %v, want %v", host, got, want)
		}
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	for addr, allowed := range map[string]bool{
		"127.0.0.1:0": true, "localhost:0": true, "[::1]:0": true, "": true,
		"0.0.0.0:0": false, ":0": false, "[::]:0": false, "192.0.2.1:0": false, "[2001:db8::1]:0": false, "example.com:0": false, "127.0.0.1.example.com:0": false,
	} {
		s, err := Start(t.Context(), Options{Addr: addr})
		if s != nil {
			defer s.Close()
		}
		if refused := err != nil && strings.Contains(err.Error(), "127.0.0.1, [::1] or localhost only"); refused == allowed {
			t.Errorf("Start on %q: error %v, want allowed %v", addr, err, allowed)
		}
	}
}
