package receive_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/websocket"
	"trackbot/webex"
)

// TestARegionThatNothingNames has neither Webex's catalog nor any event name the
// region of a space: it is found by trying, for a new space and for what is
// pressed and asked there.
func TestARegionThatNothingNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutage(t, 1)
		k := s.sim.Socket()
		k.SetFaults(simulator.SocketFaults{Unlisted: true, Omit: []string{
			"url", "target.url", "target.globalId", "object.url", "object.globalId",
		}})
		k.Vanish() // it discovers anew
		k.Cut()
		synctest.Wait()
		s.ready()
		alice := s.sim.Person("alice")
		space := s.sim.Group("Space", alice.ID)
		said := func(n int) simulator.Message {
			t.Helper()
			for range 60 {
				if all := s.sim.Messages(space.ID); len(all) == n {
					return all[n-1]
				}
				s.pass(time.Second)
			}
			t.Fatalf("%d messages in the space, want %d\n%s", len(s.sim.Messages(space.ID)), n, apptest.LastLines(s.log.String(), 20))
			return simulator.Message{}
		}
		apptest.Shows(t, said(1), "codes on example.webex.com") // the welcome
		s.sim.Say(s.ctx, simulator.Say{Space: space.ID, Person: alice.ID, Text: "@trackbot code 1 on example.webex.com"})
		answer := said(3)
		apptest.Shows(t, answer, "Department")
		s.sim.Click(s.ctx, alice.ID, answer.ID, "Refresh")
		apptest.Shows(t, said(4), "Department")
		s.end()
	})
}

// TestWhatAWebhookMissedIsMadeGood has Webex switch the webhooks off, or lose
// them, while people ask: once they are back each question has one answer.
func TestWhatAWebhookMissedIsMadeGood(t *testing.T) {
	for name, off := range map[string]func(*simulator.Simulator){
		"switched off": func(sim *simulator.Simulator) {
			for _, w := range sim.Webhooks() {
				sim.DisableWebhook(w.ID)
			}
		},
		"lost": (*simulator.Simulator).ForgetWebhooks,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newOutageBy(t, 1, config.ReceiveWebhook)
				alice := s.sim.Person("alice")
				direct, group := s.sim.Direct(alice.ID), s.sim.Group("Space", alice.ID)
				ask := func(space simulator.Space) {
					m := s.sim.Say(s.ctx, simulator.Say{Space: space.ID, Person: alice.ID, Text: "@trackbot code 1 on example.webex.com"})
					s.asked = append(s.asked, m)
					s.pass(time.Second)
				}
				answered := func(when string, want int) {
					t.Helper()
					got := 0
					all := s.answers()
					for _, m := range s.asked {
						if got += all[m.ID]; all[m.ID] > 1 {
							t.Errorf("%s: %d answers to %s", when, all[m.ID], webex.UUID(m.ID))
						}
					}
					if got != want {
						t.Errorf("%s: %d answers, want %d", when, got, want)
					}
				}
				ask(direct)
				ask(group)
				answered("before", 2)
				off(s.sim)
				ask(direct)
				ask(direct)
				ask(group)
				answered("while they are off", 2)
				s.pass(2 * time.Minute) // the bot looks once a minute
				answered("once they are back", 5)
				ask(direct)
				ask(group)
				s.pass(5 * time.Minute)
				answered("in the end", 7)
				s.end()
			})
		})
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
