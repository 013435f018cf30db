package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/webhook"
)

// atOnce is how many deliveries are on their way at any time.
const atOnce = 64

const benchSecret = "a-secret-of-the-tests-and-of-nobody"

// BenchmarkAccept delivers signed webhooks, 64 at once, to the real receiver
// over HTTP: each is acknowledged when it is on disk. Nothing works them off.
// The aim is 3,000/s with a p99 under 25 ms.
func BenchmarkAccept(b *testing.B) {
	sim, err := simulator.Start(b.Context(), simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer sim.Close()
	c, err := config.Load(config.ForServe, []string{
		"WEBEX_BOT_TOKEN=" + sim.BotToken(), "WEBEX_ADMIN_TOKEN=" + sim.AdminToken(), "WEBEX_WEBHOOK_SECRET=" + benchSecret,
		"WEBEX_API_URL=" + sim.URL(), "LISTEN_ADDR=" + "127.0.0.1:0", "DATA_DIR=" + b.TempDir(), "DISK_RESERVE_MB=1",
	}, "")
	if err != nil {
		b.Fatal(err)
	}
	a, err := New(b.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	served := make(chan error, 1)
	go func() { served <- webhook.Serve(ctx, a.listener, a.handler(ctx), webhook.ServeOptions{}) }()
	b.ResetTimer()
	took := deliverAll(b, a.Addr())
	b.StopTimer()
	if n := a.Waiting(ctx); n != b.N {
		b.Errorf("%d of %d accepted events are stored", n, b.N)
	}
	stop()
	if err := errors.Join(<-served, a.db.Close()); err != nil {
		b.Error(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "accepted/s")
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
}

// deliverAll delivers b.N webhooks and returns how long each took, sorted.
func deliverAll(b *testing.B, addr string) []time.Duration {
	b.Helper()
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", addr)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			r := bufio.NewReader(conn)
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				began := time.Now()
				if err := deliver(conn, r, int(i)); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

// deliver posts one webhook by hand: a client that costs little leaves the
// machine to the receiver.
func deliver(conn net.Conn, r *bufio.Reader, i int) error {
	body := fmt.Appendf(nil, `{"resource":"messages","event":"created","actorId":"person-%d","data":{"id":"message-%d",`+
		`"roomId":"room-%d","roomType":"group","personId":"person-%d","personEmail":"p%d@example.com","created":"2126-01-01T10:00:00.000Z"}}`,
		i%1000, i, i%200, i%1000, i%1000)
	_, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s",
		webhook.Path, webhook.SignatureHeader, webhook.Sign(benchSecret, body), len(body), body)
	if err != nil {
		return err
	}
	resp, err := http.ReadResponse(r, nil)
	if err == nil && resp.StatusCode != http.StatusNoContent {
		err = errors.New(resp.Status)
	}
	return err
}
