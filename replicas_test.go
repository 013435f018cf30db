package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/simulator"

	"github.com/nats-io/nats-server/v2/server"
)

// cluster is three NATS nodes as a cluster, in this process.
type cluster struct {
	opts  []*server.Options
	nodes []*server.Server
}

func newCluster(tb testing.TB) *cluster {
	tb.Helper()
	var routes []*url.URL
	c := &cluster{nodes: make([]*server.Server, 3)}
	for i := range c.nodes {
		o := &server.Options{
			ServerName: fmt.Sprint("node", i), NoSigs: true, NoLog: true, Host: "127.0.0.1",
			JetStream: true, StoreDir: tb.TempDir(), SyncAlways: true,
		}
		o.Port = port(tb, freeAddr(tb))
		o.Cluster = server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: port(tb, freeAddr(tb))}
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", o.Cluster.Port)})
		c.opts = append(c.opts, o)
	}
	for _, o := range c.opts {
		o.Routes = routes
	}
	tb.Cleanup(func() {
		for i := range c.nodes {
			c.stop(i)
		}
	})
	return c
}

func port(tb testing.TB, addr string) int {
	tb.Helper()
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	return a.Port
}

// url is what NATS_URL is set to.
func (c *cluster) url() string {
	var urls []string
	for _, o := range c.opts {
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", o.Port))
	}
	return strings.Join(urls, ",")
}

func (c *cluster) start(tb testing.TB, i int) {
	tb.Helper()
	s, err := server.NewServer(c.opts[i].Clone())
	if err != nil {
		tb.Fatal(err)
	}
	s.Start()
	c.nodes[i] = s
}

func (c *cluster) stop(i int) {
	if s := c.nodes[i]; s != nil {
		s.Shutdown()
		s.WaitForShutdown()
		c.nodes[i] = nil
	}
}

// leader is the node that leads the cluster's own data.
func (c *cluster) leader() int {
	return slices.IndexFunc(c.nodes, func(s *server.Server) bool { return s != nil && s.JetStreamIsLeader() })
}

// replicas is a chaos run without chaos: two bots on a cluster behind a load
// balancer, and people who ask all the time.
type replicas struct {
	*chaos
	cluster *cluster
	bots    []*process
	logs    []*buffer
}

func newReplicas(t *testing.T) *replicas {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r := &replicas{chaos: &chaos{t: t, seed: 1, sim: sim, disk: &smallDisk{none: "not here"}}, cluster: newCluster(t)}
	for range 2 {
		p := newProcess(t, sim, t.TempDir())
		r.bots, r.logs = append(r.bots, p), append(r.logs, p.log)
	}
	r.door = newDoor(r.bots[0].addr, r.bots[1].addr)
	t.Cleanup(func() {
		_ = sim.Close()
		r.door.close()
	})
	for _, p := range r.bots {
		p.env = append(p.env, "WEBEX_PUBLIC_URL="+r.door.server.URL, "NATS_URL="+r.cluster.url())
	}
	r.p = r.bots[0]
	r.populate()
	sim.SetLatency(chaosLatency)
	sim.SetDelivery(simulator.Delivery{Duplicate: 0.2, Reorder: 0.05, Retries: 8, RetryDelay: 2 * time.Second})
	return r
}

// log is what all bots wrote, those that are gone included.
func (r *replicas) log() string {
	var b strings.Builder
	for _, l := range r.logs {
		b.WriteString(l.String())
	}
	return b.String()
}

// keeper is the bot that keeps the webhooks: the last to say so in its log.
func (r *replicas) keeper() int {
	keeper, latest := -1, ""
	for i, p := range r.bots {
		for line := range strings.Lines(p.log.String()) {
			if at := lineTime.FindString(line); strings.Contains(line, `"msg":"webhooks in order"`) && at > latest {
				keeper, latest = i, at
			}
		}
	}
	return keeper
}

// untilAll waits until every bot is ready.
func (r *replicas) untilAll(long time.Duration) {
	r.t.Helper()
	for i, p := range r.bots {
		r.within(long, fmt.Sprintf("bot %d is ready", i), func() bool {
			status, _ := p.get(r.t.Context(), "/readyz")
			return status == http.StatusOK
		})
	}
}

// answered counts what a bot answered by now.
func (r *replicas) answered(bot int) int {
	return strings.Count(r.bots[bot].log.String(), `"msg":"answered"`)
}

// untilBothAnswer has all spaces ask until each bot has its share of them: the
// first to be ready has all of it for a moment.
func (r *replicas) untilBothAnswer() {
	r.t.Helper()
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	dice := r.dice(98)
	r.within(patience, "both bots answer", func() bool {
		for i := range r.spaces {
			m := r.write(ctx, r.spaces[i], r.people[i], dice)
			if _, err := r.sim.WaitReply(ctx, m); err != nil {
				r.t.Fatal(err)
			}
		}
		return r.answered(0) > 0 && r.answered(1) > 0
	})
}

// within waits until a condition holds, for a time.
func (r *replicas) within(long time.Duration, what string, holds func() bool) {
	r.t.Helper()
	began := time.Now()
	for !holds() {
		if time.Since(began) > long {
			for i, p := range r.bots {
				r.t.Logf("bot %d:\n%s", i, lastLines(p.log.String(), 30))
			}
			r.t.Fatalf("not within %s: %s", long, what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// TestTwoBotsOnACluster starts two bots before their cluster is there, lets
// 16 spaces ask all the time, and takes away one NATS node of three and then
// one bot of two, the one that keeps the webhooks.
func TestTwoBotsOnACluster(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: two bots on a cluster for a minute")
	}
	t.Parallel() // most of it is waiting
	r := newReplicas(t)
	for _, p := range r.bots {
		p.begin()
	}
	for _, p := range r.bots {
		r.within(20*time.Second, "a bot says what it waits for", func() bool {
			status, body := p.get(t.Context(), "/readyz")
			return status == http.StatusServiceUnavailable && strings.Contains(body, "waiting for NATS at 127.0.0.1:")
		})
	}
	for i := range r.cluster.nodes {
		r.cluster.start(t, i)
	}
	r.untilAll(90 * time.Second)
	r.untilBothAnswer()
	r.pauseIsShared()

	ctx, stop := context.WithCancel(t.Context())
	var askers sync.WaitGroup
	defer askers.Wait()
	defer stop()
	for i, p := range r.people {
		askers.Go(func() { r.ask(ctx, r.spaces[i], p, r.dice(uint64(i))) })
	}
	<-time.After(2 * time.Second)
	node := max(r.cluster.leader(), 0)
	r.cluster.stop(node)
	<-time.After(8 * time.Second)
	r.cluster.start(t, node)
	<-time.After(3 * time.Second)
	r.loseKeeper()
	<-time.After(5 * time.Second)
	stop()
	askers.Wait()
	r.finish()
}

// pauseIsShared lets Webex refuse one call with the admin token, and checks
// that neither bot makes another one until it may.
func (r *replicas) pauseIsShared() {
	r.t.Helper()
	t, sim := r.t, r.sim
	if err := sim.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	sim.ResetCalls()
	before := [2]int{r.answered(0), r.answered(1)}
	sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusTooManyRequests, RetryAfter: "4", Times: 1})
	dice := r.dice(99)
	first := r.write(t.Context(), r.spaces[0], r.people[0], dice)
	var refused time.Time
	admin := func() (all []simulator.Call) {
		for _, c := range sim.Calls() {
			if c.Token == simulator.TokenAdmin {
				all = append(all, c)
			}
		}
		return all
	}
	r.within(20*time.Second, "a call is refused", func() bool { return len(admin()) > 0 })
	refused = admin()[0].Time
	<-time.After(time.Second) // until both know
	asked := []simulator.Message{first}
	for i := range r.spaces {
		if i > 0 {
			asked = append(asked, r.write(t.Context(), r.spaces[i], r.people[i], dice))
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, m := range asked {
		if _, err := sim.Wait(ctx, func(a simulator.Message) bool {
			return a.ParentID == m.ID && !strings.Contains(a.Markdown, "I am at it")
		}); err != nil {
			t.Fatalf("no answer after the pause: %v", err)
		}
	}
	for _, c := range admin()[1:] {
		if d := c.Time.Sub(refused); d > 500*time.Millisecond && d < 4*time.Second {
			t.Errorf("a call with the admin token %s after Webex asked for 4 s", d)
		}
	}
	for i, n := range before {
		if r.answered(i) == n {
			t.Errorf("bot %d answered nothing after the pause", i)
		}
	}
}

// loseKeeper kills the bot that keeps the webhooks, and then switches one off:
// not before the echoes of what it was posting have come to the other bot, for
// what a webhook that is off did not deliver never comes.
func (r *replicas) loseKeeper() {
	r.t.Helper()
	dead := r.keeper()
	if dead < 0 {
		r.t.Fatal("no bot keeps the webhooks")
	}
	r.bots[dead].kill()
	killed := time.Now()
	r.kills++
	r.mark("killed")
	<-time.After(5 * time.Second) // what broke off comes again after 2 s
	r.sim.DisableWebhook(r.sim.Webhooks()[0].ID)
	r.mark("a webhook is switched off")
	r.within(20*time.Second, "the other bot keeps the webhooks", func() bool {
		return !slices.ContainsFunc(r.sim.Webhooks(), func(w simulator.Webhook) bool { return w.Status != "active" })
	})
	took := time.Since(killed)
	r.t.Logf("the webhooks were taken over after %s", took.Round(10*time.Millisecond))
	if took > 15*time.Second {
		r.t.Errorf("the webhooks were taken over after %s, want 15 s at most", took)
	}
	r.bots = slices.Delete(r.bots, dead, dead+1)
	r.p = r.bots[0]
}

// finish waits for the last answers and counts.
func (r *replicas) finish() {
	r.t.Helper()
	t := r.t
	if err := r.sim.Settle(t.Context()); err != nil {
		t.Error(err)
	}
	r.within(chaosSettle, "nothing waits", r.resting)
	for _, p := range r.bots {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "bot.log"), []byte(p.log.String()), 0o600); err != nil {
			t.Error(err)
		}
	}
	res := r.count()
	t.Logf("\n%s", res)
	res.judge(t)
	for _, a := range r.asked {
		if answers := res.answers[a.key]; len(answers) > 0 && answers[0].Created.Sub(a.at) > 30*time.Second {
			t.Errorf("an answer after %s, want 30 s at most\n%s", round(answers[0].Created.Sub(a.at)), res.trace(a, r.log()))
		}
	}
	if n := r.sim.CountCalls(simulator.TokenBot, http.MethodGet, "/people/"); n > 2*len(r.people) {
		t.Errorf("%d calls for %d people: the bots don't share what they know", n, len(r.people))
	}
	if n := r.sim.CountCalls(simulator.TokenAdmin, http.MethodGet, "/meetingPreferences/sites"); n > len(r.spaces) {
		t.Errorf("%d calls for the list of sites: the bots don't share it", n)
	}
}
