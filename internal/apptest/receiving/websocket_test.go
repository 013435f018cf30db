package receiving

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/websocket"
)

// TestEachInstallationHasItsOwnDevice runs two bots with one token that know
// nothing of each other.
func TestEachInstallationHasItsOwnDevice(t *testing.T) {
	one := apptest.NewRestarts(t, demo.Receiving(config.ReceiveWebsocket)...)
	other := &apptest.Restarts{T: t, Sim: one.Sim, Dir: t.TempDir(), Log: new(apptest.Buffer), Env: one.Env, Stop: func() {}}
	one.Start()
	other.Start()
	defer func() { other.Stop() }()
	devices := func() []string {
		var names []string
		for _, d := range one.Sim.Socket().Devices() {
			names = append(names, d.Name)
		}
		slices.Sort(names)
		return names
	}
	before := devices()
	if len(before) != 2 || before[0] == before[1] || !strings.HasPrefix(before[0], "trackbot-") {
		t.Errorf("the devices %q, want one of each installation", before)
	}
	one.Stop()
	one.Start()
	if after := devices(); !slices.Equal(before, after) {
		t.Errorf("the devices %q after a restart, want those that were there: %q", after, before)
	}
}

// TestHealthOfTheWebsocket loses a connection and reads what /readyz and the
// metrics tell of it.
func TestHealthOfTheWebsocket(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, append(demo.Receiving(config.ReceiveWebsocket), "ADMIN_ADDR=127.0.0.1:0")...)
	h.Ask("code 1 on example.webex.com")
	before := apptest.Scrape(t, h)
	h.Sim.Socket().Close(1012, "restart")
	h.Sim.Socket().SetFaults(simulator.SocketFaults{CloseCode: 4999})
	apptest.Eventually(t, "a code that nobody knows", func() bool {
		return apptest.Scrape(t, h)[`trackbot_websocket_reconnects_total{code="other"}`] != "0"
	})
	if m := apptest.Scrape(t, h); m["trackbot_websocket_connected"] != "0" {
		t.Errorf("connected = %q while there is no connection", m["trackbot_websocket_connected"])
	}
	h.Sim.Socket().SetFaults(simulator.SocketFaults{})
	h.Ask("code 1 on example.webex.com")
	after := apptest.Scrape(t, h)
	for series, want := range map[string]string{
		"trackbot_websocket_connected": "1", `trackbot_websocket_reconnects_total{code="1012"}`: "1", `trackbot_websocket_reconnects_total{code="1006"}`: "0",
	} {
		if after[series] != want {
			t.Errorf("%s = %q, want %s", series, after[series], want)
		}
	}
	for _, name := range []string{"state", "last_frame", "last_event", "device"} {
		name = "trackbot_websocket_" + name + "_timestamp_seconds"
		var was, is float64
		_, err := fmt.Sscan(before[name]+" "+after[name], &was, &is)
		if age := time.Since(time.UnixMilli(int64(1000 * is))); err != nil || age < 0 || age > time.Minute || is < was {
			t.Errorf("%s went from %q to %q, %v", name, before[name], after[name], err)
		}
	}
	if was, is := apptest.Series(before), apptest.Series(after); !maps.Equal(was, is) {
		maps.DeleteFunc(is, func(name string, _ bool) bool { return was[name] })
		t.Errorf("%d series, then %d: new ones are %v", len(was), len(after), slices.Sorted(maps.Keys(is)))
	}
	_, body := apptest.Get(t, "http://"+h.App.Addr()+"/readyz")
	var said struct{ Websocket websocket.Health }
	if err := json.Unmarshal([]byte(body), &said); err != nil {
		t.Fatal(err)
	}
	w := said.Websocket
	if w.State != "ready" || w.Since.IsZero() || w.LastFrame.IsZero() || w.LastEvent.IsZero() || w.DeviceSince.IsZero() ||
		w.Reconnects[1012] != 1 || w.Reconnects[4999] < 1 || !strings.HasPrefix(w.Device, "trackbot-") || w.Region != "127.0.0.1" {
		t.Errorf("/readyz tells %+v of the websocket: %s", w, body)
	}
}

func TestMetricsWithoutAWebsocket(t *testing.T) {
	t.Parallel()
	for name := range apptest.Scrape(t, apptest.New(t, "ADMIN_ADDR=127.0.0.1:0")) {
		if strings.HasPrefix(name, "trackbot_websocket_") {
			t.Errorf("%s of a bot that has none", name)
		}
	}
}
