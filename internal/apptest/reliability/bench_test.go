package reliability

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

// BenchmarkBot asks the whole bot over HTTP: simulator, webhook, queue on disk,
// answer in the thread. CPU time is that of both sides, bot and simulator.
func BenchmarkBot(b *testing.B) {
	for _, c := range []struct {
		rooms   int
		latency time.Duration
	}{{1, 0}, {16, 0}, {1, 50 * time.Millisecond}, {16, 50 * time.Millisecond}} {
		b.Run(fmt.Sprintf("rooms=%d/latency=%s", c.rooms, c.latency), func(b *testing.B) { benchRooms(b, c.rooms, c.latency) })
	}
}

func benchRooms(b *testing.B, rooms int, latency time.Duration) {
	b.Helper()
	sim, err := simulator.Start(b.Context(), simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s, stop, err := demo.New(b.Context(), sim, b.Output(), slog.New(slog.DiscardHandler), apptest.Unlimited(nil)...)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			b.Error(err)
		}
	}()
	all := apptest.Rooms(s.Sim, rooms)
	for _, r := range all {
		benchAsk(b, s, r) // people are known, connections open
	}
	s.Sim.SetLatency(latency)
	s.Sim.ResetCalls()
	took := make([][]time.Duration, rooms)
	cpu, began := cpuTime(), time.Now()
	b.ResetTimer()
	var wg sync.WaitGroup
	for i := range rooms {
		wg.Go(func() {
			for n := i; n < b.N; n += rooms {
				took[i] = append(took[i], benchAsk(b, s, all[i]))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	sorted := slices.Sorted(slices.Values(slices.Concat(took...)))
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "answers/s")
	b.ReportMetric(sorted[len(sorted)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(sorted[len(sorted)*99/100].Seconds()*1e3, "p99-ms")
	b.ReportMetric((cpuTime()-cpu).Seconds()*1e6/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(s.Sim.CountCalls("", "", ""))/float64(b.N), "calls/op")
}

// benchAsk asks one question and returns how long its answer took.
func benchAsk(b *testing.B, s *demo.World, room apptest.Room) time.Duration {
	b.Helper()
	began := time.Now()
	root := s.Sim.Say(b.Context(), simulator.Say{Space: room.Space.ID, Person: room.Person.ID, Text: "@trackbot tracking code 1 on example.webex.com"})
	if _, err := s.Sim.WaitReply(b.Context(), root); err != nil {
		b.Error(err)
	}
	return time.Since(began)
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStart starts trackbot as a process until /readyz says yes, its
// webhooks registered, and looks at its memory when it is idle.
func BenchmarkStart(b *testing.B) {
	sim, err := simulator.Start(b.Context(), simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer sim.Close()
	resident := 0
	for b.Loop() {
		p := apptest.NewProcess(b, sim, b.TempDir())
		p.Start()
		b.StopTimer()
		<-time.After(500 * time.Millisecond)
		resident = max(resident, p.Resident())
		if status := p.Terminate(); status != 0 {
			b.Errorf("exit status %d, want 0", status)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(resident)/1024, "MiB-resident")
}
