package queue

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The test binary runs itself as the process that is killed; childEnv holds its role and folder.
const childEnv = "QUEUE_TEST_CHILD"

func TestMain(m *testing.M) {
	if c := os.Getenv(childEnv); c != "" {
		if err := child(c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(spec string) error {
	role, dir, _ := strings.Cut(spec, " ")
	o := Options{Dir: dir, Key: []byte("0123456789abcdef0123456789abcdef"), Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	q, err := Open(context.Background(), o)
	if err != nil {
		return err
	}
	switch role {
	case "hold":
		say("open")
		_, err := io.Copy(io.Discard, os.Stdin) // until killed
		return err
	case "poison":
		return childPoison(q)
	case "fill":
		return childFill(q)
	default:
		return childBot(q)
	}
}

// event is a line on the pipe. A line is one small write, so it is whole or missing.
type event struct {
	What    string `json:"what"`
	Key     string `json:"key,omitempty"`
	Again   bool   `json:"again,omitempty"`
	Attempt int    `json:"attempt,omitempty"`
}

func say(what string) { sayEvent(event{What: what}) }

func sayEvent(e event) {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(b, '\n'))
}

// childBot puts numbered questions, runs events into replies, and "sends" a reply by saying so.
func childBot(q *Queue) error {
	ctx := context.Background()
	events, err := NewStage[question](ctx, q, StageOptions{Name: "events"})
	if err != nil {
		return err
	}
	replies, err := NewStage[question](ctx, q, StageOptions{Name: "replies", Once: true})
	if err != nil {
		return err
	}
	go events.Run(ctx, func(ctx context.Context, it Item[question]) error {
		_, err := replies.Put(ctx, it.Key, it.Lane, it.Value)
		return err
	})
	go replies.Run(ctx, func(_ context.Context, it Item[question]) error {
		sayEvent(event{What: "sent", Key: it.Key, Again: it.Again})
		return nil
	})
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		key := in.Text()
		go func() {
			if _, err := events.Put(ctx, key, "room "+key[len(key)-1:], question{Text: key}); err == nil {
				sayEvent(event{What: "stored", Key: key})
			}
		}()
	}
	return in.Err()
}

// childFill stores as many questions as it is told, a hundred rooms asking.
func childFill(q *Queue) error {
	ctx := context.Background()
	events, err := NewStage[question](ctx, q, StageOptions{Name: "events"})
	if err != nil {
		return err
	}
	var n int
	if _, err := fmt.Scan(&n); err != nil {
		return err
	}
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			for i := w; i < n; i += 64 {
				key := fmt.Sprintf("msg:%08d-0000-4000-8000-000000000000", i)
				if _, err := events.Put(ctx, key, fmt.Sprint("room ", i%100), question{N: i, Text: strings.Repeat("x", 300)}); err != nil {
					sayEvent(event{What: err.Error()})
				}
			}
		})
	}
	wg.Wait()
	return q.Close(ctx)
}

func childPoison(q *Queue) error {
	ctx := context.Background()
	s, err := NewStage[question](ctx, q, StageOptions{Name: "events"})
	if err != nil {
		return err
	}
	s.OnFail = func(_ context.Context, it Item[question], reason error) error {
		sayEvent(event{What: "failed: " + reason.Error(), Key: it.Key})
		return nil
	}
	for i := range 20 {
		if _, err := s.Put(ctx, fmt.Sprint("good ", i), fmt.Sprint("lane ", i), question{}); err != nil {
			return err
		}
	}
	if _, err := s.Put(ctx, "poison", "lane p", question{}); err != nil {
		return err
	}
	return s.Run(ctx, func(ctx context.Context, it Item[question]) error {
		if it.Key == "poison" {
			os.Exit(7)
		}
		pause(ctx, 5*time.Millisecond)
		sayEvent(event{What: "done", Key: it.Key, Attempt: it.Attempt})
		return nil
	})
}

type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	events chan event
}

func startChild(tb testing.TB, role, dir string) *process {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+role+" "+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	cmd.Stderr = tb.Output()
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	p := &process{cmd: cmd, in: in, events: make(chan event, 100000)}
	go func() {
		defer close(p.events)
		for s := bufio.NewScanner(out); s.Scan(); {
			var e event
			if json.Unmarshal(s.Bytes(), &e) == nil {
				p.events <- e
			}
		}
	}()
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// A process that stores and answers is killed at random moments. Nothing that was stored is lost, and what was sent
// twice was told Again.
func TestKill9(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: it kills processes")
	}
	dir := t.TempDir()
	stored, sent := map[string]bool{}, map[string]int{}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	n, repeats := 0, 0
	note := func(e event) {
		switch e.What {
		case "stored":
			stored[e.Key] = true
		case "sent":
			if sent[e.Key] > 0 {
				repeats++
				if !e.Again {
					t.Errorf("%s was sent a second time without Again", e.Key)
				}
			}
			sent[e.Key]++
		}
	}
	const kills = 5
	for round := range kills + 1 {
		p := startChild(t, "bot", dir)
		if round%2 == 0 { // in the others it may also be killed while it starts
			for range 8 {
				fmt.Fprintf(p.in, "msg:%d\n", n)
				n++
			}
			for before := len(stored); len(stored) < before+8; {
				e, ok := <-p.events
				if !ok {
					t.Fatal("the process ended by itself")
				}
				note(e)
			}
		}
		end := time.Now().Add(time.Duration(100+rnd.IntN(500)) * time.Millisecond)
		for time.Now().Before(end) && round < kills {
			fmt.Fprintf(p.in, "msg:%d\n", n)
			n++
			if n%20 == 0 {
				pause(t.Context(), 5*time.Millisecond)
			}
		}
		if round < kills {
			p.kill()
			for e := range p.events {
				note(e)
			}
			continue
		}
		limit := time.After(20 * time.Second)
		for done := false; !done; {
			select {
			case e := <-p.events:
				note(e)
			case <-limit:
				t.Error("not everything was sent in time")
				done = true
			}
			done = done || allSent(stored, sent)
		}
		p.kill()
	}
	lost := 0
	for k := range stored {
		if sent[k] == 0 {
			lost++
		}
	}
	t.Logf("asked %d, stored %d, lost %d, sent twice and told so %d", n, len(stored), lost, repeats)
	if lost > 0 || len(stored) < 20 {
		t.Errorf("stored %d, lost %d", len(stored), lost)
	}
	if repeats > kills*defaultWorkers {
		t.Errorf("%d repeats: more than what was under way at the kills", repeats)
	}
}

func allSent(stored map[string]bool, sent map[string]int) bool {
	for k := range stored {
		if sent[k] == 0 {
			return false
		}
	}
	return true
}

// An item that ends the process each time is given up after five runs; the others are done and none is blamed.
func TestPoisonItem(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: it starts processes")
	}
	dir := t.TempDir()
	deaths := 0
	done := map[string]bool{}
	for ; deaths < 10; deaths++ {
		p := startChild(t, "poison", dir)
		failed := ""
		for e := range p.events {
			if e.What == "done" {
				done[e.Key] = true
			}
			if e.Key == "poison" {
				failed = e.What
				break
			}
		}
		if failed != "" {
			for e := range p.events {
				done[e.Key] = true
				if len(done) == 20 {
					break
				}
			}
			p.kill()
			if failed != "failed: the process ended 5 times while it ran" {
				t.Errorf("the poison item %s", failed)
			}
			break
		}
		p.kill()
	}
	if deaths != maxCrashes || len(done) != 20 {
		t.Errorf("%d deaths and %d good items done, want %d and 20", deaths, len(done), maxCrashes)
	}
	q := openQueue(t, Options{Dir: dir, Key: testOptions(t).Key, Logger: slog.New(slog.DiscardHandler)})
	st := newTestStage(t, q, StageOptions{Name: "events"}) // it may have been killed between telling and storing
	runStage(t, st, func(context.Context, Item[question]) error { return nil })
	eventually(t, "only the poison item is among the failed", func() bool {
		items, err := q.Items(t.Context(), Filter{State: StateFailed})
		return err == nil && len(items) == 1 && items[0].Key == "poison"
	})
}

// How many crashes are too many is the stage's choice.
func TestMaxCrashes(t *testing.T) {
	for most, runs := range map[int]bool{0: false, maxCrashes: false, maxCrashes + 1: true} {
		q := openQueue(t, testOptions(t))
		s := newTestStage(t, q, StageOptions{Name: "replies", MaxCrashes: most})
		for range maxCrashes { // runs that never ended
			if _, _, err := s.core.attempts.begin(t.Context(), "k"); err != nil {
				t.Fatal(err)
			}
		}
		var ran atomic.Bool
		runStage(t, s, func(context.Context, Item[question]) error { ran.Store(true); return nil })
		mustPut(t, s, "k", "l", 1)
		eventually(t, "it is done or given up", func() bool { n, err := s.Waiting(t.Context()); return n == 0 && err == nil })
		if ran.Load() != runs {
			t.Errorf("at most %d crashes, after %d: it ran %v, want %v", most, maxCrashes, ran.Load(), runs)
		}
	}
}

func TestLockNamesItsHolder(t *testing.T) {
	o := testOptions(t)
	p := startChild(t, "hold", o.Dir)
	defer p.kill()
	if e := <-p.events; e.What != "open" {
		t.Fatalf("child said %+v", e)
	}
	o.lockWait = 100 * time.Millisecond
	_, err := Open(t.Context(), o)
	locked, ok := errors.AsType[*LockedError](err)
	host, _ := os.Hostname()
	if want := fmt.Sprintf("process %d on %s since", p.cmd.Process.Pid, host); !ok || !strings.HasPrefix(locked.Holder, want) {
		t.Fatalf("Open of a held folder = %v, want a LockedError naming %q", err, want)
	}
	// A killed holder needs a moment to be gone; Open waits for that.
	o.lockWait = lockWait
	time.AfterFunc(300*time.Millisecond, func() { _ = p.cmd.Process.Kill() })
	openQueue(t, o)
}
