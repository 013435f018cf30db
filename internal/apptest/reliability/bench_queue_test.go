package reliability

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/apptest"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/webex"
)

// atOnce is how many events are stored at any time.
const atOnce = 64

// BenchmarkBotBacklog starts the bot, as a process of its own, on b.N questions
// that wait on its disk, and measures until the last answer is posted. Run it
// with -benchtime=100000x for the figure that counts; the aims are 1,200/s and
// 60 MB.
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
	db, err := store.Open(b.Context(), store.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	inbox := queue.NewWorker(db, queue.Options{Table: queue.Inbox})
	rooms := apptest.Rooms(sim, 100)
	var wg sync.WaitGroup
	for w := range atOnce {
		wg.Go(func() {
			for i := w; i < b.N; i += atOnce {
				room := rooms[i%len(rooms)]
				m := sim.Say(b.Context(), simulator.Say{Space: room.Space.ID, Person: room.Person.ID, Text: "@trackbot tracking code 1 on example.webex.com"})
				e := webex.Event{Resource: webex.Messages, Event: "created", ID: m.ID, RoomID: m.RoomID, RoomType: "group", PersonID: m.PersonID}
				body, err := json.Marshal(e)
				if err == nil {
					err = db.Update(b.Context(), func(tx *store.Tx) error {
						_, err := inbox.Put(tx, queue.New{Key: e.Key(), Lane: bot.Lane(e.RoomID, e.PersonID), Ref: bot.Ref(e.Key()), Body: body})
						return err
					})
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}
