package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/simulator"
)

// asProgram makes the test binary behave as trackbot itself, so that tests can
// kill it.
const asProgram = "RUN_AS_TRACKBOT"

func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), asProgram+"=1") {
		main()
	}
	m.Run()
}

// process is trackbot as a process of its own in front of a simulator.
type process struct {
	t    testing.TB
	env  []string
	addr string
	log  *buffer
	cmd  *exec.Cmd
}

// newProcess prepares a process; start starts it.
func newProcess(tb testing.TB, sim *simulator.Simulator, dir string, env ...string) *process {
	tb.Helper()
	addr := freeAddr(tb)
	return &process{t: tb, addr: addr, log: new(buffer), env: append([]string{
		asProgram + "=1", "HOME=" + dir,
		"WEBEX_BOT_TOKEN=" + sim.BotToken(), "WEBEX_ADMIN_TOKEN=" + sim.AdminToken(),
		"WEBEX_WEBHOOK_SECRET=a-secret-of-the-tests-and-of-nobody", "WEBEX_API_URL=" + sim.URL(), "WEBEX_U2C_URL=" + sim.Socket().U2CURL(),
		"WEBEX_PUBLIC_URL=http://" + addr, "LISTEN_ADDR=" + addr, "DATA_DIR=" + dir, "DISK_RESERVE_MB=1", "LOG_LEVEL=debug",
		"LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=0", "LIMIT_SPACE_MINUTE=0", "CACHE_SECONDS=0",
	}, env...)}
}

func freeAddr(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// processHouse starts a made-up Webex with Alice in it, and the bot as a process.
func processHouse(t *testing.T) (*house, *process) {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	alice := sim.Person("alice")
	p := newProcess(t, sim, t.TempDir())
	p.start()
	return &house{t: t, stage: &stage{sim: sim, alice: alice, direct: sim.Direct(alice.ID), group: sim.Group("Ops", alice.ID)}}, p
}

// start starts the process and waits until it is ready.
func (p *process) start() {
	p.t.Helper()
	p.begin()
	p.untilReady()
}

// begin starts the process.
func (p *process) begin() {
	p.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = exec.Command(exe, "serve") //nolint:noctx // ourselves; killed by the test
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, p.log, p.log
	p.cmd.Dir = p.t.TempDir() // no .env there
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	cmd := p.cmd
	p.t.Cleanup(func() { _ = cmd.Process.Kill(); _, _ = cmd.Process.Wait() })
}

func (p *process) untilReady() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	for status, body := 0, ""; status != http.StatusOK; status, body = p.get(ctx, "/readyz") {
		select {
		case <-ctx.Done():
			p.t.Fatalf("never ready: %s\n%s", body, p.log)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// get asks the process over HTTP; status 0 is no answer.
func (p *process) get(ctx context.Context, path string) (status int, body string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+path, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// kill ends the process as a power button would.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_, _ = p.cmd.Process.Wait()
}

// terminate asks the process to stop and returns its exit status.
func (p *process) terminate() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	state, err := p.cmd.Process.Wait()
	if err != nil {
		p.t.Fatal(err)
	}
	return state.ExitCode()
}

// resident is the process's memory in KiB, of /proc.
func (p *process) resident() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kib int
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kib); err == nil {
			return kib
		}
	}
	return 0
}

// trackbot runs one command to its end.
func trackbot(t *testing.T, stdin string, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := program{args: args, environ: env, stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs}
	status = p.run(t.Context())
	return status, out.String(), errs.String()
}

func TestKillLosesNothingAndRepeatsNothing(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	alice := sim.Person("alice")
	space := sim.Direct(alice.ID)
	p := newProcess(t, sim, t.TempDir())
	p.start()
	var asked []simulator.Message
	for round := range 3 {
		sim.SetLatency(40 * time.Millisecond) // so that the kill finds work under way
		for range 8 {
			asked = append(asked, sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "code 1 on example.webex.com"}))
		}
		if err := sim.Settle(t.Context()); err != nil { // every webhook is acknowledged
			t.Fatal(err)
		}
		<-time.After(time.Duration(60*round+30) * time.Millisecond)
		p.kill()
		sim.SetLatency(0)
		p.start()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	for _, m := range asked {
		if _, err := sim.WaitReply(ctx, m); err != nil {
			t.Fatalf("a question was lost: %v\n%s", err, p.log)
		}
	}
	if status := p.terminate(); status != 0 {
		t.Errorf("exit status %d after SIGTERM, want 0\n%s", status, p.log)
	}
	answers := make(map[string]int)
	for _, m := range sim.Messages(space.ID) {
		if m.PersonID == sim.Bot().ID {
			answers[m.ParentID]++
		}
	}
	for _, m := range asked {
		if answers[m.ID] != 1 {
			t.Errorf("%d answers to one question, want 1", answers[m.ID])
		}
	}
}
