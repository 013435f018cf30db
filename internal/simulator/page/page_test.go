package page_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"trackbot/internal/simulator"
	"trackbot/internal/simulator/page"
)

// TestIsLocal: nothing but this machine, under its own name and from its own
// page, reaches the page or what it controls.
func TestIsLocal(t *testing.T) {
	sim, url := serve(t)
	host := strings.TrimPrefix(url, "http://")
	for _, c := range []struct {
		what, method, path, host, origin, from string
		want                                   int
	}{
		{"the page", "GET", "/", host, "", "127.0.0.1:1", 200},
		{"by name", "GET", "/page.js", "localhost:8086", "", "[::1]:1", 200},
		{"curl", "POST", "/_simulator/replay", host, "", "127.0.0.1:1", 200},
		{"the page's own", "POST", "/_simulator/replay", host, "http://" + host, "127.0.0.1:1", 200},
		{"another machine", "GET", "/", host, "", "192.0.2.1:1", 403},
		{"another machine's control", "GET", "/_simulator/people", host, "", "192.0.2.1:1", 403},
		{"a name that leads here", "GET", "/", "evil.example", "", "127.0.0.1:1", 403},
		{"a name that leads to the control side", "GET", "/_simulator/people", "evil.example:8086", "", "127.0.0.1:1", 403},
		{"another origin", "POST", "/_simulator/replay", host, "http://evil.example", "127.0.0.1:1", 403},
		{"another port", "PUT", "/_simulator/faults", host, "http://127.0.0.1:1", "127.0.0.1:1", 403},
		{"another origin's websocket", "GET", "/_simulator/live", host, "http://evil.example", "127.0.0.1:1", 403},
		{"a form", "POST", "/_simulator/say", host, "", "127.0.0.1:1", 415},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader("{}"))
		r.Host, r.RemoteAddr = c.host, c.from
		r.Header.Set("Content-Type", "application/json")
		if c.what == "a form" {
			r.Header.Set("Content-Type", "text/plain")
		}
		if c.path == "/_simulator/live" {
			r.Header.Set("Connection", "Upgrade")
			r.Header.Set("Upgrade", "websocket")
			r.Header.Set("Sec-Websocket-Version", "13")
			r.Header.Set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		page.Handler(sim).ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %s %s = %d, want %d", c.what, c.method, c.path, w.Code, c.want)
		}
	}
}

// TestHeaders are those that keep the page to itself.
func TestHeaders(t *testing.T) {
	_, url := serve(t)
	size := 0
	for path, kind := range map[string]string{"/": "text/html", "/page.js": "text/javascript", "/page.css": "text/css", "/icon.svg": "image/svg+xml"} {
		resp, body := get(t, url+path)
		size += len(body)
		policy := resp.Header.Get("Content-Security-Policy")
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), kind) || len(body) == 0 {
			t.Errorf("GET %s = %d %s", path, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
		if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "require-trusted-types-for 'script'") ||
			resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("GET %s: headers %v", path, resp.Header)
		}
	}
	if size > 80<<10 {
		t.Errorf("the page has %d bytes, want at most 80 KB", size)
	}
	if _, module := get(t, url+"/page.js"); bytes.Count(module, []byte("\n")) > 700 {
		t.Errorf("the module has %d lines, want at most 700", bytes.Count(module, []byte("\n")))
	}
	if resp, _ := get(t, url+"/page.go"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is no part of the page: %d", resp.StatusCode)
	}
}

// TestControl does behind the bot's back what the page has controls for.
func TestControl(t *testing.T) {
	sim, url := serve(t)
	alice := sim.Person("alice")
	space := sim.Group("Team", alice.ID)
	const site = "example.webex.com"
	post(t, url, "say", `{"as":"alice","space":"`+space.ID+`","text":"hello","files":[{"name":"a.html","type":"text/html","data":"PGI+"}]}`)
	file, _, _ := strings.Cut(strings.SplitAfter(sim.Messages(space.ID)[0].Files[0], "/contents/")[1], "?")
	resp, body := get(t, url+"/_simulator/file?id="+file)
	if string(body) != "<b>" || resp.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file is %q with %v", body, resp.Header)
	}
	post(t, url, "members", `{"space":"`+space.ID+`","person":"bob","by":"alice"}`)
	post(t, url, "members", `{"space":"`+space.ID+`","person":"alice","by":"bob","remove":true}`)
	post(t, url, "code", `{"site":"`+site+`","code":{"name":"Fresh","inputMode":"text","options":[],"hostProfileCode":"optional","scheduleStartCodes":null}}`)
	post(t, url, "code", `{"site":"`+site+`","code":{"id":"1"},"remove":true}`)
	post(t, url, "value", `{"site":"`+site+`","person":"alice","name":"Division","value":"Intern"}`)
	post(t, url, "token", `{"kind":"admin","expired":true}`)
	post(t, url, "site", `{"siteUrl":"`+site+`","default":true,"mapped":true,"rename":"new.webex.com"}`)
	w := live(t, url).World
	if got := len(w.Spaces[0].Members); got != 2 { // bob and the bot
		t.Errorf("the space has %d members, want 2", got)
	}
	codes := w.Sites[0].Codes
	if w.Sites[0].SiteURL != "new.webex.com" || !w.Sites[0].Mapped || len(codes) != 3 || codes[0].Name != "Division" || codes[2].Name != "Fresh" || codes[2].SiteURL != "new.webex.com" {
		t.Errorf("the site is %+v", w.Sites[0])
	}
	if w.Sites[0].Values[alice.ID]["Division"] != "Intern" || len(w.Trouble.Expired) != 1 {
		t.Errorf("value %v, expired %v", w.Sites[0].Values, w.Trouble.Expired)
	}
	for _, body := range []string{`{"as":"nobody"}`, `{"unknown":1}`, `{`} {
		for _, path := range []string{"press", "members", "site", "code", "value", "token", "usertoken"} {
			if status := tryPost(t, url, path, body); status != 400 {
				t.Errorf("POST %s %s = %d, want 400", path, body, status)
			}
		}
	}
}

// TestLive: a watcher gets all there is, and then what changes.
func TestLive(t *testing.T) {
	sim, url := serve(t)
	received := make(chan []byte, 10)
	bot := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		received <- body
	}))
	defer bot.Close()
	call(t, sim, "/webhooks", `{"name":"m","targetUrl":"`+bot.URL+`","resource":"messages","event":"created","secret":"not to be shown"}`)
	alice := sim.Person("alice")
	space := sim.Direct(alice.ID)
	ws := dial(t, url)
	if n := next(t, ws); len(n.World.Webhooks) != 1 || n.World.Webhooks[0].Secret != "" || len(n.Exchanges) != 1 || n.Exchanges[0].Token != "bot" || !strings.Contains(n.Exchanges[0].Response, bot.URL) {
		t.Errorf("the webhook: %+v", n)
	}
	m := sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "one"})
	first := <-received
	n := until(t, ws, func(n *news) bool { return len(n.Messages) == 1 && len(n.Exchanges) == 1 })
	if n.Messages[0].Text != "one" || n.Exchanges[0].Token != "webhook" || n.Exchanges[0].Status != 200 || !strings.Contains(n.Exchanges[0].Request, m.ID) {
		t.Errorf("the message: %+v", n)
	}
	post(t, url, "replay", `{}`)
	if again := <-received; !bytes.Equal(again, first) {
		t.Errorf("replayed %s, want %s", again, first)
	}
	call(t, sim, "/messages", `{"roomId":"`+space.ID+`","text":"two"}`)
	n = until(t, ws, func(n *news) bool { return len(n.Messages) == 1 })
	id := n.Messages[0].ID
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, sim.URL()+"/messages/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	send(t, sim, req)
	if n := until(t, ws, func(n *news) bool { return len(n.Removed) > 0 }); n.Removed[0] != id {
		t.Errorf("removed %v, want %s", n.Removed, id)
	}
	post(t, url, "webhook", `{"id":"`+sim.Webhooks()[0].ID+`"}`)
	if n := until(t, ws, func(n *news) bool { return n.World != nil }); n.World.Webhooks[0].Status != "inactive" {
		t.Errorf("webhook %+v, want it inactive", n.World.Webhooks[0])
	}
}

// news is what the live websocket sends, as far as the tests read it.
type news struct {
	Messages  []simulator.Message
	Removed   []string
	Exchanges []simulator.Exchange
	World     *struct {
		Spaces []struct{ Members []string }
		Sites  []struct {
			SiteURL string
			Mapped  bool
			Codes   []simulator.TrackingCode
			Values  map[string]map[string]string
		}
		Webhooks []simulator.Webhook
		Trouble  struct{ Expired []string }
	}
}

func serve(tb testing.TB) (*simulator.Simulator, string) {
	tb.Helper()
	sim, err := simulator.Start(tb.Context(), simulator.Options{Watch: true, Seed: 1})
	if err != nil {
		tb.Fatal(err)
	}
	s := httptest.NewServer(page.Handler(sim))
	tb.Cleanup(func() {
		s.Close()
		if err := sim.Close(); err != nil {
			tb.Error(err)
		}
	})
	return sim, s.URL
}

func dial(t *testing.T, url string) *websocket.Conn {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(url, "http")+"/_simulator/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = ws.Close() })
	return ws
}

func next(t *testing.T, ws *websocket.Conn) *news {
	t.Helper()
	if err := ws.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n := new(news)
	if err := ws.ReadJSON(n); err != nil {
		t.Fatal(err)
	}
	return n
}

// until adds up what comes until it fits.
func until(t *testing.T, ws *websocket.Conn, fits func(*news) bool) *news {
	t.Helper()
	sum := new(news)
	for !fits(sum) {
		n := next(t, ws)
		sum.Messages, sum.Removed, sum.Exchanges = append(sum.Messages, n.Messages...), append(sum.Removed, n.Removed...), append(sum.Exchanges, n.Exchanges...)
		if n.World != nil {
			sum.World = n.World
		}
	}
	return sum
}

func live(t *testing.T, url string) *news {
	t.Helper()
	return next(t, dial(t, url))
}

func get(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

func tryPost(t *testing.T, url, path, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/_simulator/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func post(t *testing.T, url, path, body string) {
	t.Helper()
	if status := tryPost(t, url, path, body); status != 200 {
		t.Fatalf("POST %s %s = %d", path, body, status)
	}
}

// call makes a call of the API as the bot.
func call(t *testing.T, sim *simulator.Simulator, path, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sim.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	send(t, sim, req)
}

func send(t *testing.T, sim *simulator.Simulator, req *http.Request) {
	t.Helper()
	req.Header.Set("Authorization", "Bearer "+sim.BotToken())
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var refusal json.RawMessage
	if resp.StatusCode >= 300 {
		_ = json.NewDecoder(resp.Body).Decode(&refusal)
		t.Fatalf("%s %s = %d %s", req.Method, req.URL, resp.StatusCode, refusal)
	}
}
