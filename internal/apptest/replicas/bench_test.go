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
)

// BenchmarkReplicas asks one bot and two bots on a cluster of three nodes that
// sync every message, in 32 spaces at once. Webex takes 100 ms a call and a bot
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
	c := newCluster(b)
	for i := range c.nodes {
		c.start(b, i)
	}
	var all []*apptest.Process
	for range bots {
		p := apptest.NewProcess(b, sim, b.TempDir(), "NATS_URL="+c.url(), "WORKERS=4", "LOG_LEVEL=warn")
		if len(all) > 0 {
			p.Env = append(p.Env, "WEBEX_PUBLIC_URL=http://"+all[0].Addr)
		}
		p.Begin()
		all = append(all, p)
	}
	for _, p := range all { // electing leaders takes its time
		for status := 0; status != http.StatusOK; status, _ = p.Get(b.Context(), "/readyz") {
			<-time.After(50 * time.Millisecond)
		}
	}
	alice := sim.Person("alice")
	ask := func(space simulator.Space) time.Duration {
		began := time.Now()
		m := sim.Say(b.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "@trackbot tracking code 1 on example.webex.com"})
		if _, err := sim.WaitReply(b.Context(), m); err != nil {
			b.Error(err)
		}
		return time.Since(began)
	}
	spaces := make([]simulator.Space, 32)
	for i := range spaces {
		spaces[i] = sim.Group(fmt.Sprintf("Room %d", i), alice.ID)
	}
	ask(spaces[0]) // people are known, connections open
	sim.SetLatency(100 * time.Millisecond)
	took := make([][]time.Duration, len(spaces))
	messages := c.messages(b)
	b.ResetTimer()
	var wg sync.WaitGroup
	for i, space := range spaces {
		wg.Go(func() {
			for n := i; n < b.N; n += len(spaces) {
				took[i] = append(took[i], ask(space))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	flat := slices.Sorted(slices.Values(slices.Concat(took...)))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(flat[len(flat)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(float64(c.messages(b)-messages)/float64(b.N), "messages/op")
	for _, p := range all {
		if status := p.Terminate(); status != 0 {
			b.Errorf("exit status %d, want 0", status)
		}
	}
}

// messages is how many messages all nodes took so far, from bots and from each
// other: what a question costs there, whatever else this machine does.
func (c *cluster) messages(b *testing.B) (n int64) {
	b.Helper()
	for _, s := range c.nodes {
		v, err := s.Varz(nil)
		if err != nil {
			b.Fatal(err)
		}
		n += v.InMsgs
	}
	return n
}
