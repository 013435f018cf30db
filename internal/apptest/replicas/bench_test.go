package replicas

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/internal/store/storetest"
)

// BenchmarkReplicas asks one bot and two bots on one PostgreSQL database, in 32
// spaces at once. Webex takes 100 ms a call and a bot
// works on four questions at once, so that the bots are what is scarce, and not
// this machine.
func BenchmarkReplicas(b *testing.B) {
	for _, bots := range []int{1, 2} {
		b.Run(fmt.Sprintf("bots=%d", bots), func(b *testing.B) { benchReplicas(b, bots) })
	}
}

func benchReplicas(b *testing.B, bots int) {
	b.Helper()
	sim, err := simulator.Start(b.Context(), simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer sim.Close()
	url := storetest.PostgreSQL(b).Options.URL
	var all []*apptest.Process
	for range bots {
		p := apptest.NewProcess(b, sim, b.TempDir(), "DATABASE_URL="+url, "WORKERS=4", "LOG_LEVEL=warn")
		if len(all) > 0 {
			p.Env = append(p.Env, "WEBEX_PUBLIC_URL=http://"+all[0].Addr)
		}
		p.Begin()
		all = append(all, p)
	}
	for _, p := range all {
		for status := 0; status != http.StatusOK; status, _ = p.Get(b.Context(), "/readyz") {
			<-time.After(50 * time.Millisecond)
		}
	}
	ask := func(r apptest.Room) time.Duration {
		began := time.Now()
		m := sim.Say(b.Context(), simulator.Say{Space: r.Space.ID, Person: r.Person.ID, Text: "@trackbot tracking code 1 on example.webex.com"})
		if _, err := sim.WaitReply(b.Context(), m); err != nil {
			b.Error(err)
		}
		return time.Since(began)
	}
	rooms := apptest.Rooms(sim, 32)
	ask(rooms[0]) // people are known, connections open
	sim.SetLatency(100 * time.Millisecond)
	took := make([][]time.Duration, len(rooms))
	b.ResetTimer()
	var wg sync.WaitGroup
	for i, room := range rooms {
		wg.Go(func() {
			for n := i; n < b.N; n += len(rooms) {
				took[i] = append(took[i], ask(room))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	flat := slices.Sorted(slices.Values(slices.Concat(took...)))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(flat[len(flat)/2].Seconds()*1e3, "p50-ms")
	for _, p := range all {
		if status := p.Terminate(); status != 0 {
			b.Errorf("exit status %d, want 0", status)
		}
	}
}
