package hostile

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/webhook"
)

// dial opens a connection to the bot and sends what is given.
func dial(t *testing.T, addr, send string) (net.Conn, error) {
	t.Helper()
	c, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = io.WriteString(c, send)
	return c, err
}

// open is how many connections the metrics show.
func open(t *testing.T, h *apptest.World) (n float64) {
	t.Helper()
	if _, err := fmt.Sscan(apptest.Scrape(t, h)["trackbot_door_connections"], &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSlowBodiesDeafenNobody keeps 300 sockets open on which the head of a
// delivery came and nothing more, with a signature and without, and opens each
// again when it is closed: every question is answered meanwhile.
func TestSlowBodiesDeafenNobody(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{
		"unsigned": "", "signed": webhook.SignatureHeader + ": " + strings.Repeat("ab", 20) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0", "RECEIVE=webhook")
			head := "POST /webhook HTTP/1.1\r\nHost: bot\r\n" + header + "Content-Length: 9\r\n\r\n"
			for range 300 {
				go func() {
					for t.Context().Err() == nil {
						c, err := dial(t, h.App.Addr(), head)
						if err != nil {
							return // the bot has stopped
						}
						_, _ = io.Copy(io.Discard, c)
						_ = c.Close()
					}
				}()
			}
			apptest.Eventually(t, "the sockets are there", func() bool { return open(t, h) > 100 })
			slowest := time.Duration(0)
			for range 20 {
				began := time.Now()
				h.Ask("code 1 on example.webex.com")
				slowest = max(slowest, time.Since(began))
			}
			after := apptest.Scrape(t, h)
			if got := after[`trackbot_webhook_deliveries_total{code="503"}`]; got != "0" {
				t.Errorf("%s genuine deliveries were refused, want none", got)
			}
			if got := h.Sim.Webhooks(); len(got) != 4 {
				t.Errorf("%d webhooks stand, want 4", len(got))
			}
			t.Logf("20 questions beside 300 slow sockets: the slowest took %v", slowest.Round(time.Millisecond))
		})
	}
}

// TestIdleConnectionsCostLittle opens 6,000 connections that do nothing: the bot
// keeps 512, answers a question beside them, and stays below 100 MB.
func TestIdleConnectionsCostLittle(t *testing.T) {
	t.Parallel()
	w, p := apptest.NewProcessWorld(t)
	w.Ask("code 1 on example.webex.com")
	before := p.Resident()
	open := 0
	for range 6000 {
		if _, err := dial(t, p.Addr, ""); err != nil {
			t.Logf("this process could open %d connections: %v", open, err)
			break
		}
		open++
	}
	if status, body := p.Get(t.Context(), "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz beside %d idle connections is %d %s, want 200", open, status, body)
	}
	w.Ask("code 1 on example.webex.com")
	if got := p.Resident(); got > 100<<10 && !underRace {
		t.Errorf("beside %d idle connections the bot has %d KiB, before %d; want less than 100 MB", open, got, before)
	}
	t.Logf("%d idle connections: %d MiB, before %d MiB", open, p.Resident()>>10, before>>10)
}

// TestOldDeliveriesAreNoNews repeats genuine deliveries of three days ago: no
// line of a space and no entry of the record comes of it.
func TestOldDeliveriesAreNoNews(t *testing.T) {
	t.Parallel()
	h := apptest.New(t, "ADMIN_ADDR=127.0.0.1:0", "RECEIVE=webhook")
	h.Settled()
	before := len(h.BotMessages(h.Direct)) + len(h.BotMessages(h.Group))
	old := h.Sim.Say(t.Context(), simulator.Say{Space: h.Direct.ID, Person: h.Alice.ID, Text: "code 1", Ago: 73 * time.Hour})
	h.Settled()
	if got := len(h.BotMessages(h.Direct)) + len(h.BotMessages(h.Group)); got != before {
		t.Errorf("%d messages came of a delivery of 73 hours ago (%s), want none", got-before, old.ID)
	}
	if got := apptest.Scrape(t, h)[`trackbot_door_refused_total{reason="stale"}`]; got != "1" {
		t.Errorf("%s stale deliveries are counted, want 1", got)
	}
}
