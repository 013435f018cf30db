package queue

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// natsCluster is three real NATS servers on loopback.
type natsCluster struct {
	opts  []*server.Options
	nodes []*server.Server
}

func freePorts(t *testing.T, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		addr, ok := l.Addr().(*net.TCPAddr)
		if !ok {
			t.Fatalf("listening on %v", l.Addr())
		}
		ports = append(ports, addr.Port)
	}
	return ports
}

func newCluster(t *testing.T) *natsCluster {
	t.Helper()
	if testing.Short() {
		t.Skip("left out with -short: it starts a NATS cluster")
	}
	t.Parallel() // most of the time is waiting for elections
	ports := freePorts(t, 6)
	var routes []*url.URL
	for _, p := range ports[3:] {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", p)})
	}
	c := &natsCluster{nodes: make([]*server.Server, 3)}
	for i := range 3 {
		c.opts = append(c.opts, &server.Options{
			ServerName: fmt.Sprint("node", i), Host: "127.0.0.1", Port: ports[i], NoSigs: true, NoLog: true,
			Cluster: server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: ports[3+i]}, Routes: routes,
			JetStream: true, StoreDir: t.TempDir(), SyncAlways: true,
		})
	}
	return c
}

func (c *natsCluster) url() string {
	var urls []string
	for _, o := range c.opts {
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", o.Port))
	}
	return strings.Join(urls, ",")
}

func (c *natsCluster) start(t *testing.T, i int) {
	t.Helper()
	s, err := server.NewServer(c.opts[i].Clone())
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	c.nodes[i] = s
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
}

func (c *natsCluster) startAll(t *testing.T) {
	t.Helper()
	for i := range c.opts {
		c.start(t, i)
	}
	within(t, 30*time.Second, "a leader is elected", func() bool {
		return slices.ContainsFunc(c.nodes, func(s *server.Server) bool { return s.JetStreamIsLeader() })
	})
}

func clusterOptions(t *testing.T, c *natsCluster) Options {
	t.Helper()
	o := testOptions(t)
	o.Dir, o.Key, o.URL = "", nil, c.url()
	return o
}

func ready(t *testing.T, q *Queue) {
	t.Helper()
	within(t, 60*time.Second, "ready", func() bool { return q.Ready() == nil })
}

// A bot that starts before its cluster says so and goes on by itself.
func TestClusterComesLate(t *testing.T) {
	c := newCluster(t)
	o := clusterOptions(t, c)
	o.URL = strings.Replace(o.URL, "nats://", "nats://user:secret@", 1)
	start := time.Now()
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "events"})
	b, err := q.Bucket(t.Context(), "state", 0)
	if err != nil {
		t.Fatal(err)
	}
	var rec record
	runStage(t, s, func(_ context.Context, it Item[question]) error { rec.add(it); return nil })
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("opening took %v", d)
	}
	err = q.Ready()
	if err == nil || !strings.Contains(err.Error(), "waiting for NATS at 127.0.0.1:") || strings.Contains(err.Error(), "secret") {
		t.Errorf("Ready() = %v, want that it waits, without the password", err)
	}
	c.startAll(t)
	ready(t, q)
	mustPut(t, s, "k", "l", 1)
	if fresh, err := s.Put(t.Context(), "k", "l", question{}); fresh || err != nil {
		t.Errorf("Put twice = %v, %v", fresh, err)
	}
	if _, err := b.Create(t.Context(), "a", []byte("1")); err != nil {
		t.Error(err)
	}
	within(t, 30*time.Second, "run", func() bool { return rec.len() == 1 })
}

// Two queues on one cluster: each item runs once, in its lane's order, on both; what one held when it closes goes to the
// other; the leader of the streams is killed meanwhile and nothing is lost.
func TestTwoReplicasOnACluster(t *testing.T) {
	c := newCluster(t)
	c.startAll(t)
	o := clusterOptions(t, c)
	var queues [2]*Queue
	var stages [2]*Stage[question]
	var rec record
	var byQueue [2]atomic.Int32
	run := func(i int) {
		queues[i] = openQueue(t, o)
		stages[i] = newTestStage(t, queues[i], StageOptions{Name: "replies", Once: true, Workers: 8})
		ready(t, queues[i])
		runStage(t, stages[i], func(ctx context.Context, it Item[question]) error {
			pause(ctx, 2*time.Millisecond)
			byQueue[i].Add(1)
			rec.add(it)
			return nil
		})
	}
	run(0)
	run(1)
	within(t, 15*time.Second, "both have a share", func() bool {
		keys, err := stages[0].core.members.Keys(t.Context())
		return err == nil && len(keys) == 2
	})
	const lanes = 40
	n := 0
	put := func(count int) {
		t.Helper()
		var wg sync.WaitGroup
		for l := range lanes {
			wg.Go(func() {
				for i := range count {
					key := fmt.Sprintf("msg:%d-%d", l, n+i)
					ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
					_, err := stages[(n+i)%2].Put(ctx, key, fmt.Sprint("room ", l), question{N: n + i})
					cancel()
					if err != nil {
						t.Errorf("Put: %v", err)
					}
				}
			})
		}
		wg.Wait()
		n += count
	}
	put(10)
	within(t, 30*time.Second, "all ran", func() bool { return rec.len() >= lanes*n })
	checkOnceInOrder(t, &rec, lanes, n)
	if a, b := byQueue[0].Load(), byQueue[1].Load(); a == 0 || b == 0 {
		t.Errorf("one replica did all: %d and %d", a, b)
	}

	go func() {
		pause(t.Context(), 200*time.Millisecond)
		leader(t, queues[0], c).Shutdown()
	}()
	put(20)
	within(t, 60*time.Second, "all ran, one node lost", func() bool { return len(ranKeys(&rec)) >= lanes*n })
	checkAll(t, &rec, lanes, n)

	before := time.Now()
	closeQueue(t, queues[1])
	t.Logf("closing one replica took %v", time.Since(before))
	stages[1] = stages[0]
	put(5)
	within(t, 30*time.Second, "all ran, one replica closed", func() bool { return len(ranKeys(&rec)) >= lanes*n })
	t.Logf("after one replica closed all ran in %v; %d of %d ran again and were told so", time.Since(before), rec.len()-lanes*n, lanes*n)
	checkAll(t, &rec, lanes, n)
}

// leader returns the node that leads the first stream.
func leader(t *testing.T, q *Queue, c *natsCluster) *server.Server {
	t.Helper()
	var name string
	_ = q.do(t.Context(), func(ctx context.Context, s *session) error {
		st, err := s.js.Stream(ctx, "trackbot-stage-replies")
		if err == nil {
			name = st.CachedInfo().Cluster.Leader
		}
		return err
	})
	for _, s := range c.nodes {
		if s.Name() == name {
			return s
		}
	}
	return c.nodes[0]
}

func ranKeys(rec *record) map[string]int {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	m := map[string]int{}
	for _, it := range rec.runs {
		m[it.Key]++
	}
	return m
}

func checkOnceInOrder(t *testing.T, rec *record, lanes, each int) {
	t.Helper()
	for l := range lanes {
		got := rec.inLane(fmt.Sprint("room ", l))
		if len(got) != each || !slices.IsSorted(got) {
			t.Errorf("room %d ran %v", l, got)
		}
	}
}

// checkAll checks that nothing is missing, that lanes kept their order and that a second run was told so.
func checkAll(t *testing.T, rec *record, lanes, each int) {
	t.Helper()
	ran := ranKeys(rec)
	for l := range lanes {
		for i := range each {
			if ran[fmt.Sprintf("msg:%d-%d", l, i)] == 0 {
				t.Errorf("item %d of room %d is lost", i, l)
			}
		}
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	seen, last := map[string]bool{}, map[string]int{}
	for _, it := range rec.runs {
		if seen[it.Key] && !it.Again {
			t.Errorf("%s ran twice without Again", it.Key)
		}
		seen[it.Key] = true
		if it.Value.N < last[it.Lane] {
			t.Errorf("%s: %d ran after %d", it.Lane, it.Value.N, last[it.Lane])
		}
		last[it.Lane] = it.Value.N
	}
}

// One of two replicas dies without a word, in the middle of its work: the other takes over within 30 s, nothing is lost,
// and the lanes keep their order.
func TestReplicaDies(t *testing.T) {
	c := newCluster(t)
	c.startAll(t)
	o := clusterOptions(t, c)
	var stages [2]*Stage[question]
	var queues [2]*Queue
	var rec record
	for i := range 2 {
		queues[i] = openQueue(t, o)
		stages[i] = newTestStage(t, queues[i], StageOptions{Name: "replies", Once: true, Workers: 8, Grace: time.Second})
		ready(t, queues[i])
		runStage(t, stages[i], func(_ context.Context, it Item[question]) error {
			<-time.After(10 * time.Millisecond)
			rec.add(it)
			return nil
		})
	}
	within(t, 15*time.Second, "both have a share", func() bool {
		keys, err := stages[0].core.members.Keys(t.Context())
		return err == nil && len(keys) == 2
	})
	const lanes, each = 20, 40
	var wg sync.WaitGroup
	for l := range lanes {
		wg.Go(func() {
			for i := range each {
				mustPut(t, stages[0], fmt.Sprintf("msg:%d-%d", l, i), fmt.Sprint("room ", l), i)
			}
		})
	}
	within(t, 30*time.Second, "a third ran", func() bool { return rec.len() > lanes*each/3 })
	se, err := queues[1].session()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	se.nc.Close() // from here on it can't say anything any more
	wg.Wait()
	within(t, 40*time.Second, "all ran", func() bool { return len(ranKeys(&rec)) >= lanes*each })
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("it took %v", d)
	}
	t.Logf("took over and finished in %v; %d ran again and were told so", time.Since(start), rec.len()-lanes*each)
	checkAll(t, &rec, lanes, each)
}

// A holder that dies without a word is followed within 15 s.
func TestLeaseOverReplicas(t *testing.T) {
	c := newCluster(t)
	c.startAll(t)
	o := clusterOptions(t, c)
	var qs [2]*Queue
	var bs [2]*Bucket
	for i := range qs {
		qs[i] = openQueue(t, o)
		b, err := qs[i].Bucket(t.Context(), "leases", 0)
		if err != nil {
			t.Fatal(err)
		}
		bs[i] = b
		ready(t, qs[i])
	}
	const ttl = 3 * time.Second
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	held := make(chan time.Time, 10)
	if ok, err := bs[0].Lease(ctx, "webhooks", "one", ttl); !ok || err != nil {
		t.Fatalf("Lease = %v, %v", ok, err)
	}
	start := time.Now() // "one" never renews
	go bs[1].Hold(ctx, "webhooks", "two", ttl, func(ctx context.Context) { held <- time.Now(); <-ctx.Done() })
	at := <-held
	if d := at.Sub(start); d < ttl || d > ttl*3/2 {
		t.Errorf("taken over after %v, want %v to %v", d, ttl, ttl*3/2)
	}
	if ok, err := bs[0].Lease(ctx, "webhooks", "one", ttl); ok || err != nil {
		t.Errorf("the old holder: Lease = %v, %v, want false", ok, err)
	}
}

// A queue on a cluster can be managed from a process of its own.
func TestClusterManager(t *testing.T) {
	c := newCluster(t)
	c.startAll(t)
	o := clusterOptions(t, c)
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "events"})
	ready(t, q)
	mustPut(t, s, "a", "l", 1)
	mustPut(t, s, "b", "l", 2)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	m, err := Attach(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close(ctx)
	if items, err := m.Items(ctx, Filter{}); len(items) != 2 || err != nil {
		t.Errorf("Items = %+v, %v", items, err)
	}
	if err := m.Drop(ctx, "events", "a"); err != nil {
		t.Error(err)
	}
	if n, err := s.Waiting(ctx); n != 1 || err != nil {
		t.Errorf("Waiting = %d, %v", n, err)
	}
}
