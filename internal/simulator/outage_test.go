package simulator

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestWrongRegionIsSilent(t *testing.T) {
	s := start(t, Options{})
	w, d := online(t, s)
	s.Socket().Move("r")
	ask(t, s, "hello")
	w.quiet("of the region that was left")
	if status, _, _ := call(t, s, s.BotToken(), http.MethodPut, str(d["url"]), d); status != http.StatusOK {
		t.Errorf("PUT in the region that was left = %d, want 200", status)
	}
	if wdm := catalogOf(t, s, "wdm"); !strings.Contains(wdm, "/wdm/r/") {
		t.Errorf("the catalog says %s, want the new region", wdm)
	}
	w, _ = online(t, s)
	m := ask(t, s, "again")
	if _, a := w.activity(); a["id"] != keyOf(m.ID) {
		t.Errorf("activity %v, want %s", a, keyOf(m.ID))
	}
}

func TestOutage(t *testing.T) {
	s, e := start(t, Options{}), listen(t)
	register(t, s, e.URL, "messages", "created", "")
	w, d := online(t, s)
	s.Outage(-1)
	if code, _ := w.closed(); code != 0 && code != websocket.CloseAbnormalClosure {
		t.Errorf("closed with %d, want no close frame", code)
	}
	if resp, _, err := tryCall(t.Context(), s, s.BotToken(), http.MethodGet, "/people/me", nil); err == nil {
		t.Errorf("the API answered %v", resp)
	}
	if _, resp, err := websocket.DefaultDialer.DialContext(t.Context(), str(d["webSocketUrl"])+query, nil); err == nil || resp != nil {
		t.Errorf("the socket answered %v", resp)
	}
	m := ask(t, s, "hello?")
	if got := e.settled(t, s); len(got) != 0 {
		t.Errorf("webhooks told %v", got)
	}
	if resp, _, err := tryCall(t.Context(), s, "", http.MethodGet, strings.TrimSuffix(s.URL(), "/v1")+"/_simulator/people", nil); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the control side = %v, %v", resp, err)
	}
	s.Outage(0)
	w = connect(t, s, d)
	w.activity() // create
	if _, a := w.activity(); a["id"] != keyOf(m.ID) {
		t.Errorf("activity %v, want what was said meanwhile", a)
	}
	s.Outage(20 * time.Millisecond)
	for deadline := time.Now().Add(5 * time.Second); ; {
		if _, _, err := tryCall(t.Context(), s, s.BotToken(), http.MethodGet, "/people/me", nil); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the outage did not end by itself")
		}
	}
}

func TestSocketTokenRefused(t *testing.T) {
	s := start(t, Options{})
	d := newDevice(t, s)
	s.Expire(s.BotToken(), time.Now())
	w := dial(t, str(d["webSocketUrl"])+query)
	w.authorize(s.BotToken())
	if code, _ := w.closed(); code != 4401 {
		t.Errorf("closed with %d, want 4401", code)
	}
	for _, url := range []string{s.Socket().U2CURL() + "/catalog?format=hostmap", str(d["url"])} {
		if status, _, _ := call(t, s, s.BotToken(), http.MethodGet, url, nil); status != http.StatusUnauthorized {
			t.Errorf("GET %s = %d, want 401", url, status)
		}
	}
	if status, _, out := call(t, s, "", http.MethodGet, s.Socket().U2CURL()+"/limited/catalog?format=hostmap", nil); status != http.StatusOK || out["hostCatalog"] == nil {
		t.Errorf("the limited catalog = %d %v, want it without a token", status, out)
	}
	s.Expire(s.BotToken(), time.Time{})
	connect(t, s, d)
}

func TestSocketLives(t *testing.T) {
	s := start(t, Options{})
	w, d := online(t, s)
	ask(t, s, "old")
	w.activity()
	w.activity()
	s.Socket().SetFaults(SocketFaults{BufferLife: time.Nanosecond})
	connect(t, s, d).quiet("what waited too long")
	s.Socket().SetFaults(SocketFaults{NewURLs: true})
	_, _, moved := call(t, s, s.BotToken(), http.MethodPut, str(d["url"]), d)
	if moved["webSocketUrl"] == d["webSocketUrl"] {
		t.Error("PUT gave the same address, want another")
	}
	if code, _ := dial(t, str(d["webSocketUrl"])+query).closed(); code != 4404 {
		t.Errorf("the old address closed with %d, want 4404", code)
	}
	connect(t, s, moved)
	body := deviceBody("bot-2")
	delete(body, "ttl")
	_, _, other := call(t, s, s.BotToken(), http.MethodPost, catalogOf(t, s, "wdm")+"/devices", body)
	s.Socket().SetFaults(SocketFaults{DeviceLife: time.Nanosecond, DeviceLimit: 1})
	if status, _, _ := call(t, s, s.BotToken(), http.MethodGet, str(other["url"]), nil); status != http.StatusNotFound {
		t.Errorf("GET of a device without ttl = %d, want 404 after its life", status)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodGet, str(d["url"]), nil); status != http.StatusOK {
		t.Errorf("GET of a device with ttl = %d, want 200", status)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodPost, catalogOf(t, s, "wdm")+"/devices", body); status != http.StatusForbidden {
		t.Errorf("POST above the limit = %d, want 403", status)
	}
}
