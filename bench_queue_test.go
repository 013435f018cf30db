package main

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
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
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
		"WEBEX_API_URL=" + sim.URL(), "LISTEN_ADDR=" + freeAddr(b), "DATA_DIR=" + b.TempDir(), "DISK_RESERVE_MB=1",
	}, "")
	if err != nil {
		b.Fatal(err)
	}
	a, err := newApp(b.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	served := make(chan error, 1)
	go func() { served <- webhook.Serve(ctx, a.ears, a.handler(ctx), a.log) }()
	b.ResetTimer()
	took := deliverAll(b, a.ears.Addr().String())
	b.StopTimer()
	if n, err := a.events.Waiting(ctx); n != b.N || err != nil {
		b.Errorf("%d of %d accepted events are stored: %v", n, b.N, err)
	}
	stop()
	if err := errors.Join(<-served, a.queue.Close(context.WithoutCancel(ctx))); err != nil {
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
		`"roomId":"room-%d","roomType":"group","personId":"person-%d","personEmail":"p%d@example.com","created":"2026-01-01T10:00:00.000Z"}}`,
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

// BenchmarkBotBacklog starts the bot, as a process of its own, on b.N questions
// that wait on its disk, and measures until the last answer is posted. Run it
// with -benchtime=100000x for the figure that counts; the aims are 1,500/s and
// 150 MB.
func BenchmarkBotBacklog(b *testing.B) {
	sim, err := simulator.Start(b.Context(), simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer sim.Close()
	dir := b.TempDir()
	p := newProcess(b, sim, dir, "LOG_LEVEL=warn")
	fill(b, sim, dir)
	posts := func() int { return sim.CountCalls("bot", http.MethodPost, "/messages") }
	b.ResetTimer()
	p.begin()
	resident := 0
	for posts() < b.N {
		<-time.After(20 * time.Millisecond)
		resident = max(resident, p.resident())
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64(resident)/1024, "MiB-resident")
	if resident<<10 > 170e6 { // 145 MB with 20,000; 186 MB with 100,000, which is too much: see memoryLimit
		b.Errorf("%d KiB resident, want 170 MB at most", resident)
	}
	p.untilReady()
	if status := p.terminate(); status != 0 {
		b.Errorf("exit status %d, want 0", status)
	}
	if n := posts(); n != b.N {
		b.Errorf("%d posts, want %d", n, b.N)
	}
}

// fill asks b.N questions in a hundred spaces, and stores their events as the
// receiver would.
func fill(b *testing.B, sim *simulator.Simulator, dir string) {
	b.Helper()
	q, err := queue.Open(b.Context(), queue.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	a := &app{c: config.Config{Workers: 1}, queue: q, log: slog.New(slog.DiscardHandler)}
	if err := a.stages(b.Context()); err != nil {
		b.Fatal(err)
	}
	alice := sim.Person("alice")
	spaces := make([]simulator.Space, 100)
	for i := range spaces {
		spaces[i] = sim.Group(fmt.Sprintf("Room %d", i), alice.ID)
	}
	var wg sync.WaitGroup
	for w := range atOnce {
		wg.Go(func() {
			for i := w; i < b.N; i += atOnce {
				m := sim.Say(b.Context(), simulator.Say{Space: spaces[i%len(spaces)].ID, Person: alice.ID, Text: "@trackbot tracking code 1 on example.webex.com"})
				e := webex.Event{Resource: webex.Messages, Event: "created", ID: m.ID, RoomID: m.RoomID, RoomType: "group", PersonID: m.PersonID}
				if _, err := a.events.Put(b.Context(), e.Key(), webex.UUID(e.RoomID)+" "+webex.UUID(e.PersonID), e); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := q.Close(context.WithoutCancel(b.Context())); err != nil {
		b.Fatal(err)
	}
}
