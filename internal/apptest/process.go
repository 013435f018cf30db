package apptest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/cli"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
)

// asProgram makes the test binary behave as trackbot itself, so that tests can
// kill it.
const asProgram = "RUN_AS_TRACKBOT"

// aheadBy is by how much the clock of such a process is ahead, such as 24h.
const aheadBy = "CLOCK_AHEAD"

// Ahead moves the clock of a process of [Command], as that of its simulator was moved.
func Ahead(d time.Duration) string { return aheadBy + "=" + d.String() }

// Main runs the tests of a package that starts processes; its TestMain calls
// it. In such a process it is trackbot instead.
func Main(m *testing.M) {
	if os.Getenv(asProgram) != "1" {
		os.Exit(m.Run())
	}
	ahead, _ := time.ParseDuration(os.Getenv(aheadBy)) // none is 0
	database := func(o *store.Options) {
		o.Hook, o.Ahead = killPoint(), func() time.Duration { return ahead }
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	p := cli.Program{Args: os.Args[1:], Environ: os.Environ(), Dotenv: ".env", Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Store: []func(*store.Options){database}}
	os.Exit(p.Run(ctx))
}

// Command is trackbot with arguments as a process of its own, in an empty folder
// and with env as its whole environment. The package's TestMain must call
// [Main].
func Command(ctx context.Context, tb testing.TB, env []string, args ...string) *exec.Cmd {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Env = append([]string{asProgram + "=1"}, env...)
	cmd.Dir = tb.TempDir() // no .env there
	return cmd
}

// Process is trackbot as a process of its own in front of a simulator.
type Process struct {
	T    testing.TB
	Env  []string
	Addr string
	Log  *Buffer
	Cmd  *exec.Cmd
}

// NewProcess prepares a process; [Process.Start] starts it. env goes after the
// usual settings, and the last of two values counts.
func NewProcess(tb testing.TB, sim *simulator.Simulator, dir string, env ...string) *Process {
	tb.Helper()
	addr := FreeAddr(tb)
	return &Process{T: tb, Addr: addr, Log: new(Buffer), Env: append([]string{
		"HOME=" + dir,
		"WEBEX_BOT_TOKEN=" + sim.BotToken(), "WEBEX_ADMIN_TOKEN=" + sim.AdminToken(),
		"WEBEX_WEBHOOK_SECRET=a-secret-of-the-tests-and-of-nobody", "WEBEX_API_URL=" + sim.URL(), "WEBEX_U2C_URL=" + sim.Socket().U2CURL(),
		"WEBEX_PUBLIC_URL=http://" + addr, "LISTEN_ADDR=" + addr, "DATA_DIR=" + dir, "DISK_RESERVE_MB=1", "LOG_LEVEL=debug",
		"LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=0", "LIMIT_SPACE_MINUTE=0", "CACHE_SECONDS=0", "WATCH_MINUTES=0",
	}, env...)}
}

// NewProcessWorld starts a made-up Webex with Alice in it, and the bot as a process.
func NewProcessWorld(t *testing.T, env ...string) (*World, *Process) {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	alice := sim.Person("alice")
	p := NewProcess(t, sim, t.TempDir(), env...)
	p.Start()
	return &World{T: t, World: &demo.World{Sim: sim, Alice: alice, Direct: sim.Direct(alice.ID), Group: sim.Group("Ops", alice.ID)}}, p
}

// Start starts the process and waits until it is ready.
func (p *Process) Start() {
	p.T.Helper()
	p.Begin()
	p.WaitReady()
}

// Begin starts the process and does not wait.
func (p *Process) Begin() {
	p.T.Helper()
	p.Cmd = Command(context.Background(), p.T, p.Env, "serve") // the test kills it
	p.Cmd.Stdout, p.Cmd.Stderr = p.Log, p.Log
	if err := p.Cmd.Start(); err != nil {
		p.T.Fatal(err)
	}
	cmd := p.Cmd
	p.T.Cleanup(func() { _ = cmd.Process.Kill(); _, _ = cmd.Process.Wait() })
}

// WaitReady waits until /readyz says yes.
func (p *Process) WaitReady() {
	p.T.Helper()
	ctx, cancel := context.WithTimeout(p.T.Context(), time.Minute)
	defer cancel()
	for status, body := 0, ""; status != http.StatusOK; status, body = p.Get(ctx, "/readyz") {
		select {
		case <-ctx.Done():
			p.T.Fatalf("never ready: %s\n%s", body, p.Log)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// Get asks the process over HTTP; status 0 is no answer.
func (p *Process) Get(ctx context.Context, path string) (status int, body string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Addr+path, http.NoBody)
	if err != nil {
		p.T.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// Kill ends the process as a power button would.
func (p *Process) Kill() {
	p.T.Helper()
	if err := p.Cmd.Process.Kill(); err != nil {
		p.T.Fatal(err)
	}
	_, _ = p.Cmd.Process.Wait()
}

// Terminate asks the process to stop and returns its exit status.
func (p *Process) Terminate() int {
	p.T.Helper()
	if err := p.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.T.Fatal(err)
	}
	state, err := p.Cmd.Process.Wait()
	if err != nil {
		p.T.Fatal(err)
	}
	return state.ExitCode()
}

// Resident is the process's memory in KiB, of /proc.
func (p *Process) Resident() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
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

// Run runs one command to its end.
func Run(t *testing.T, stdin string, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := cli.Program{Args: args, Environ: env, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs}
	status = p.Run(t.Context())
	return status, out.String(), errs.String()
}
