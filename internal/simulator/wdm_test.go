package simulator

import (
	"maps"
	"net/http"
	"testing"
)

func TestDevices(t *testing.T) {
	s := start(t, Options{})
	wdm, token := catalogOf(t, s, "wdm")+"/devices", s.BotToken()
	if status, _, _ := call(t, s, token, http.MethodGet, wdm, nil); status != http.StatusNotFound {
		t.Errorf("GET without devices = %d, want 404", status)
	}
	status, header, d := call(t, s, token, http.MethodPost, wdm+"?includeUpstreamServices=all", deviceBody("bot-1"))
	if status != http.StatusOK || header.Get("Etag") == "" || d["name"] != "bot-1" || d["userId"] != keyOf(s.Bot().ID) || d["ttl"] != 1800.0 {
		t.Fatalf("POST = %d %v %v", status, header, d)
	}
	_, _, list := call(t, s, token, http.MethodGet, wdm, nil)
	if got := objects(list, "devices"); len(got) != 1 || got[0]["url"] != d["url"] {
		t.Errorf("GET = %v", list)
	}
	d["features"], d["strange"] = nil, "passes"
	status, again, _ := call(t, s, token, http.MethodPut, str(d["url"]), d)
	if status != http.StatusOK || again.Get("Etag") == header.Get("Etag") {
		t.Errorf("PUT = %d, Etag %s", status, again.Get("Etag"))
	}
	if status, _, _ = call(t, s, s.UserToken(s.Person("alice").ID), http.MethodDelete, str(d["url"]), nil); status != http.StatusNotFound {
		t.Errorf("DELETE by another = %d, want 404", status)
	}
	if status, _, _ = call(t, s, s.AdminToken(), http.MethodGet, wdm, nil); status != http.StatusForbidden {
		t.Errorf("GET without the scope = %d, want 403", status)
	}
	if status, _, _ = call(t, s, "wrong", http.MethodGet, wdm, nil); status != http.StatusUnauthorized {
		t.Errorf("GET without a token = %d, want 401", status)
	}
	for _, c := range []struct {
		method string
		want   int
	}{{http.MethodDelete, http.StatusNoContent}, {http.MethodPut, http.StatusNotFound}, {http.MethodDelete, http.StatusNotFound}} {
		if status, _, _ = call(t, s, token, c.method, str(d["url"]), d); status != c.want {
			t.Errorf("%s = %d, want %d", c.method, status, c.want)
		}
	}
	if got := len(s.Socket().Devices()); got != 0 {
		t.Errorf("%d devices are left", got)
	}
}

func TestDeviceBodies(t *testing.T) {
	s := start(t, Options{})
	wdm := catalogOf(t, s, "wdm") + "/devices"
	for key, value := range map[string]any{"name": "", "deviceType": nil, "model": "", "systemName": "", "ttl": "1800", "colour": "x"} {
		body := maps.Clone(deviceBody("bot-1"))
		body[key] = value
		if status, _, out := call(t, s, s.BotToken(), http.MethodPost, wdm, body); status != http.StatusBadRequest {
			t.Errorf("POST with %s = %v: %d %v, want 400", key, value, status, out)
		}
	}
}

func TestTooManyDevices(t *testing.T) {
	s := start(t, Options{})
	s.Socket().AddDevices(100)
	wdm := catalogOf(t, s, "wdm") + "/devices"
	status, _, out := call(t, s, s.BotToken(), http.MethodPost, wdm, deviceBody("bot-1"))
	if status != http.StatusForbidden || out["message"] != "User has excessive device registrations" {
		t.Errorf("POST of the 101st = %d %v", status, out)
	}
	if status, _, _ := call(t, s, s.UserToken(s.Person("alice").ID), http.MethodPost, wdm, deviceBody("hers")); status != http.StatusOK {
		t.Errorf("another user's POST = %d, want 200", status)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodDelete, wdm, nil); status != http.StatusNoContent {
		t.Errorf("DELETE of all = %d, want 204", status)
	}
	if got := s.Socket().Devices(); len(got) != 1 || got[0].Name != "hers" {
		t.Errorf("left: %v, want hers alone", got)
	}
}
