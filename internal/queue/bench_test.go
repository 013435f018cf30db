package queue

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// residentMB reads how much memory the process has; 0 where the system does not say.
func residentMB() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(b)) {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "VmRSS:" {
			kb, _ := strconv.Atoi(f[1])
			return float64(kb) / 1024
		}
	}
	return 0
}

// BenchmarkPut64 stores items durably from 64 goroutines at once.
func BenchmarkPut64(b *testing.B) {
	q := openQueue(b, testOptions(b))
	s := newTestStage(b, q, StageOptions{Name: "events"})
	var n atomic.Int64
	var mu sync.Mutex
	var all []time.Duration
	b.ReportAllocs()
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		var mine []time.Duration
		for pb.Next() {
			i := n.Add(1)
			start := time.Now()
			if _, err := s.Put(b.Context(), fmt.Sprintf("msg:%08d-0000-4000-8000-000000000000", i), fmt.Sprint("room ", i%100), question{N: int(i), Text: "tracking code 1"}); err != nil {
				b.Error(err)
				return
			}
			mine = append(mine, time.Since(start))
		}
		mu.Lock()
		defer mu.Unlock()
		all = append(all, mine...)
	})
	slices.Sort(all)
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "puts/s")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkQuestion takes whole questions through an events and a replies stage: put, run, put, sending, done.
func BenchmarkQuestion(b *testing.B) {
	q := openQueue(b, testOptions(b))
	events := newTestStage(b, q, StageOptions{Name: "events"})
	replies := newTestStage(b, q, StageOptions{Name: "replies", Once: true, Internal: true})
	var sent atomic.Int64
	runStage(b, events, func(ctx context.Context, it Item[question]) error {
		_, err := replies.Put(ctx, it.Key, it.Lane, it.Value)
		return err
	})
	runStage(b, replies, func(context.Context, Item[question]) error { sent.Add(1); return nil })
	b.ReportAllocs()
	var n atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			if _, err := events.Put(b.Context(), fmt.Sprintf("msg:%08d-0000-4000-8000-000000000000", i), fmt.Sprint("room ", i%64), question{N: int(i)}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	for sent.Load() < n.Load() {
		pause(b.Context(), time.Millisecond)
	}
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "questions/s")
}

// BenchmarkBacklog works off what waits after a restart: b.N questions of a hundred rooms, stored by another process. Run
// it with -benchtime=100000x for the figure that counts.
func BenchmarkBacklog(b *testing.B) {
	o := testOptions(b)
	p := startChild(b, "fill", o.Dir)
	fmt.Fprintln(p.in, b.N)
	for e := range p.events {
		b.Error(e.What)
	}
	p.kill()
	b.ReportAllocs()
	b.ResetTimer()
	start := time.Now()
	q := openQueue(b, o)
	events := newTestStage(b, q, StageOptions{Name: "events"})
	replies := newTestStage(b, q, StageOptions{Name: "replies", Once: true, Internal: true})
	b.ReportMetric(float64(time.Since(start).Milliseconds()), "open-ms")
	var sent atomic.Int64
	runStage(b, events, func(ctx context.Context, it Item[question]) error {
		_, err := replies.Put(ctx, it.Key, it.Lane, it.Value)
		return err
	})
	runStage(b, replies, func(context.Context, Item[question]) error { sent.Add(1); return nil })
	most := 0.0
	for sent.Load() < int64(b.N) {
		pause(b.Context(), 50*time.Millisecond)
		most = max(most, residentMB())
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "questions/s")
	b.ReportMetric(most, "resident-MB")
}
