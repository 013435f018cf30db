package reliability

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// AtOnce is how many deliveries are on their way at any time.
const AtOnce = 64

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
	p := apptest.NewProcess(b, sim, dir, "LOG_LEVEL=warn")
	fill(b, sim, dir)
	posts := func() int { return sim.CountCalls("bot", http.MethodPost, "/messages") }
	b.ResetTimer()
	p.Begin()
	resident := 0
	for posts() < b.N {
		<-time.After(20 * time.Millisecond)
		resident = max(resident, p.Resident())
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64(resident)/1024, "MiB-resident")
	if resident<<10 > 170e6 { // 145 MB with 20,000; 186 MB with 100,000, which is too much: see cli.serve
		b.Errorf("%d KiB resident, want 170 MB at most", resident)
	}
	p.WaitReady()
	if status := p.Terminate(); status != 0 {
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
	events, err := queue.NewStage[webex.Event](b.Context(), q, queue.StageOptions{Name: "events", Workers: 1, MaxAge: 25 * time.Hour, MaxAttempts: 2000})
	if err != nil {
		b.Fatal(err)
	}
	alice := sim.Person("alice")
	spaces := make([]simulator.Space, 100)
	for i := range spaces {
		spaces[i] = sim.Group(fmt.Sprintf("Room %d", i), alice.ID)
	}
	var wg sync.WaitGroup
	for w := range AtOnce {
		wg.Go(func() {
			for i := w; i < b.N; i += AtOnce {
				m := sim.Say(b.Context(), simulator.Say{Space: spaces[i%len(spaces)].ID, Person: alice.ID, Text: "@trackbot tracking code 1 on example.webex.com"})
				e := webex.Event{Resource: webex.Messages, Event: "created", ID: m.ID, RoomID: m.RoomID, RoomType: "group", PersonID: m.PersonID}
				if _, err := events.Put(b.Context(), e.Key(), webex.UUID(e.RoomID)+" "+webex.UUID(e.PersonID), e); err != nil {
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
