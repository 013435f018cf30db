package replicas

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/internal/store/storetest"
)

// replicas is a chaos run without chaos: two bots on one database behind a load
// balancer, and people who ask all the time.
type replicas struct {
	*apptest.Askers
	server *storetest.Server
	bots   []*apptest.Process
	logs   []*apptest.Buffer
}

// newReplicas prepares two bots on a server of their own.
func newReplicas(t *testing.T) *replicas {
	t.Helper()
	server := storetest.NewServer(t)
	r := newReplicasOn(t, server.NewDatabase(t))
	r.server = server
	return r
}

// newReplicasOn prepares two bots on a database.
func newReplicasOn(t *testing.T, url string) *replicas {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r := &replicas{Askers: &apptest.Askers{T: t, Seed: 1, Sim: sim}}
	for range 2 {
		p := apptest.NewProcess(t, sim, t.TempDir())
		r.bots, r.logs = append(r.bots, p), append(r.logs, p.Log)
	}
	r.Door = apptest.NewDoor(r.bots[0].Addr, r.bots[1].Addr)
	t.Cleanup(func() {
		_ = sim.Close()
		r.Door.Close()
	})
	for _, p := range r.bots {
		p.Env = append(p.Env, "WEBEX_PUBLIC_URL="+r.Door.Server.URL, "DATABASE_URL="+url)
	}
	r.Bot = r.bots[0]
	r.Populate()
	sim.SetLatency(apptest.CallLatency)
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
		for line := range strings.Lines(p.Log.String()) {
			if at := apptest.LineTime.FindString(line); strings.Contains(line, `"msg":"webhooks in order"`) && at > latest {
				keeper, latest = i, at
			}
		}
	}
	return keeper
}

// untilAll waits until every bot is ready.
func (r *replicas) untilAll(long time.Duration) {
	r.T.Helper()
	for i, p := range r.bots {
		r.within(long, fmt.Sprintf("bot %d is ready", i), func() bool {
			status, _ := p.Get(r.T.Context(), "/readyz")
			return status == http.StatusOK
		})
	}
}

// answered counts what a bot answered by now.
func (r *replicas) answered(bot int) int {
	return strings.Count(r.bots[bot].Log.String(), `"msg":"answered"`)
}

// untilBothAnswer has all spaces ask until each bot has its share of them: the
// first to be ready has all of it for a moment.
func (r *replicas) untilBothAnswer() {
	r.T.Helper()
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(r.T.Context(), patience)
	defer cancel()
	dice := r.Dice(98)
	r.within(patience, "both bots answer", func() bool {
		for i := range r.Spaces {
			m := r.Write(ctx, r.Spaces[i], r.People[i], dice)
			if _, err := r.Sim.WaitReply(ctx, m); err != nil {
				r.T.Fatal(err)
			}
		}
		return r.answered(0) > 0 && r.answered(1) > 0
	})
}

// within waits until a condition holds, for a time.
func (r *replicas) within(long time.Duration, what string, holds func() bool) {
	r.T.Helper()
	began := time.Now()
	for !holds() {
		if time.Since(began) > long {
			for i, p := range r.bots {
				r.T.Logf("bot %d:\n%s", i, apptest.LastLines(p.Log.String(), 30))
			}
			r.T.Fatalf("not within %s: %s", long, what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// TestTwoBotsOnOneDatabase starts two bots before their database is there, lets
// 16 spaces ask all the time, and takes away the database for some seconds and
// then one bot of two, the one that keeps the webhooks.
func TestTwoBotsOnOneDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: two bots on a database for a minute")
	}
	t.Parallel() // most of it is waiting
	r := newReplicas(t)
	r.server.Stop()
	for _, p := range r.bots {
		p.Begin()
	}
	for _, p := range r.bots {
		r.within(20*time.Second, "a bot says what it waits for", func() bool {
			status, body := p.Get(t.Context(), "/readyz")
			return status == http.StatusServiceUnavailable && strings.Contains(body, "database unavailable")
		})
	}
	r.server.Start(t)
	r.untilAll(90 * time.Second)
	r.untilBothAnswer()
	r.pauseIsShared()

	ctx, stop := context.WithCancel(t.Context())
	var askers sync.WaitGroup
	defer askers.Wait()
	defer stop()
	for i, p := range r.People {
		askers.Go(func() { r.Ask(ctx, r.Spaces[i], p, r.Dice(uint64(i))) })
	}
	<-time.After(2 * time.Second)
	r.server.Stop()
	r.Mark("the database is gone")
	<-time.After(4 * time.Second)
	r.server.Start(t)
	r.Mark("the database is back")
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
	r.T.Helper()
	t, sim := r.T, r.Sim
	if err := sim.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	sim.ResetCalls()
	before := [2]int{r.answered(0), r.answered(1)}
	sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusTooManyRequests, RetryAfter: "4", Times: 1})
	dice := r.Dice(99)
	first := r.Write(t.Context(), r.Spaces[0], r.People[0], dice)
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
	for i := range r.Spaces {
		if i > 0 {
			asked = append(asked, r.Write(t.Context(), r.Spaces[i], r.People[i], dice))
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
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
	r.T.Helper()
	dead := r.keeper()
	if dead < 0 {
		r.T.Fatal("no bot keeps the webhooks")
	}
	r.bots[dead].Kill()
	killed := time.Now()
	r.Kills++
	r.Mark("killed")
	<-time.After(5 * time.Second) // what broke off comes again after 2 s
	r.Sim.DisableWebhook(r.Sim.Webhooks()[0].ID)
	r.Mark("a webhook is switched off")
	r.within(2*time.Minute, "the other bot keeps the webhooks", func() bool {
		return !slices.ContainsFunc(r.Sim.Webhooks(), func(w simulator.Webhook) bool { return w.Status != "active" })
	})
	r.T.Logf("the webhooks were taken over after %s", time.Since(killed).Round(10*time.Millisecond))
	r.bots = slices.Delete(r.bots, dead, dead+1)
	r.Bot = r.bots[0]
}

// finish waits for the last answers and counts, and wants each within two minutes:
// on a machine with nothing else to do the longest takes about 16 s.
func (r *replicas) finish() {
	r.T.Helper()
	res := r.settled()
	for _, a := range r.Asked {
		if answers := res.Answers[a.Key]; len(answers) > 0 && answers[0].Created.Sub(a.At) > 2*time.Minute {
			r.T.Errorf("an answer after %s, want two minutes at most\n%s", apptest.Round(answers[0].Created.Sub(a.At)), res.Trace(a, r.log()))
		}
	}
}

// settled waits for the last answers, stops the bots and counts.
func (r *replicas) settled() *apptest.Result {
	r.T.Helper()
	t := r.T
	if err := r.Sim.Settle(t.Context()); err != nil {
		t.Error(err)
	}
	r.within(apptest.SettlePatience, "nothing waits", r.Resting)
	for _, p := range r.bots {
		if err := p.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := p.Cmd.Wait(); err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "bot.log"), []byte(p.Log.String()), 0o600); err != nil {
			t.Error(err)
		}
	}
	res := r.Count()
	t.Logf("\n%s", res)
	res.Judge(t)
	return res
}
