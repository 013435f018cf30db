package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL server on a socket in a temporary folder. It ends when this process does, however that ends.
type Server struct {
	dir      string
	bin      string // folder of PostgreSQL's programs
	account  string // that it runs as; "" for our own: PostgreSQL refuses root
	settings string
	count    atomic.Int64 // of databases

	mu    sync.Mutex
	hold  io.Closer // stops the server when it is closed
	ended chan struct{}
}

//nolint:gochecknoglobals // one server a test binary
var shared = sync.OnceValues(func() (*Server, error) {
	s, err := newServer(context.Background())
	if err != nil {
		return nil, err
	}
	s.settings = " -c fsync=off -c full_page_writes=off" // no test pulls the plug on it
	return s, s.start(context.Background(), true)
})

// NewServer starts a server for one test, which may stop it and start it again. A setting is like "work_mem=8MB".
func NewServer(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s, err := newServer(tb.Context())
	if err != nil {
		missing(tb, err)
	}
	for _, set := range settings {
		s.settings += " -c " + set
	}
	s.begin(tb)
	return s
}

// begin starts the server of one test.
func (s *Server) begin(tb testing.TB) {
	tb.Helper()
	tb.Cleanup(func() {
		s.Stop()
		if err := os.RemoveAll(s.dir); err != nil {
			tb.Error(err)
		}
	})
	s.Start(tb)
}

// missing skips a test that needs PostgreSQL where that is not installed, and fails it otherwise and on CI.
func missing(tb testing.TB, err error) {
	tb.Helper()
	if _, ok := os.LookupEnv("CI"); !ok && errors.Is(err, exec.ErrNotFound) {
		tb.Skip("PostgreSQL's programs are not installed:", err)
	}
	tb.Fatal("PostgreSQL can't be started:", err)
}

// newServer makes a server with an empty data folder.
func newServer(ctx context.Context) (*Server, error) {
	s, err := newFolder()
	if err != nil {
		return nil, err
	}
	out, err := s.command(ctx, `"$1"/initdb -N -U trackbot -A trust -E UTF8 -D "$2"/data`).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return s, nil
}

// newFolder makes a server without a data folder.
func newFolder() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "trackbot-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin}
	if os.Geteuid() == 0 {
		if s.account, err = giveAway(dir); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// programs finds the folder of PostgreSQL's programs, which Debian keeps out of PATH.
func programs() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		p, err = filepath.EvalSymlinks(p) // to where the others are
		return filepath.Dir(p), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("initdb: %w", exec.ErrNotFound)
	}
	return filepath.Dir(slices.Max(found)), nil
}

// giveAway lets an account that is not root have the folder, and returns its name.
func giveAway(dir string) (string, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		var uid, gid int
		if _, err := fmt.Sscan(u.Uid+" "+u.Gid, &uid, &gid); err != nil {
			return "", err
		}
		return name, os.Chown(dir, uid, gid)
	}
	return "", errors.New("there is no account for it but root")
}

// command is a shell script whose $1 is the folder of the programs, $2 the server's and $3 the settings.
func (s *Server) command(ctx context.Context, script string) *exec.Cmd {
	args := []string{"sh", "-c", script, "sh", s.bin, s.dir, s.settings}
	if s.account != "" {
		args = append([]string{"su", "-s", "/bin/sh", s.account, "-c", script, "--"}, args[3:]...)
	}
	if p, err := exec.LookPath("setsid"); err == nil { // a signal to the tests' group, as of Ctrl-C, is not for it
		args = append([]string{p}, args...)
	}
	c := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // the scripts below
	c.Dir = s.dir
	return c
}

// Start starts the server again after a Stop.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	if err := s.start(context.WithoutCancel(tb.Context()), false); err != nil {
		tb.Fatal(err)
	}
}

// start starts the server and waits until it is ready. It stops when its standard input ends: with this process at the latest.
func (s *Server) start(ctx context.Context, remove bool) error {
	script := `"$1"/pg_ctl -D "$2"/data -w -l "$2"/log -o "-k $2 -c listen_addresses= $3" start >&2 && trap '' INT TERM HUP && echo ready
		cat >/dev/null; "$1"/pg_ctl -D "$2"/data -m immediate -w stop >&2`
	if remove {
		script += `; cd /; rm -rf "$2"`
	}
	c := s.command(ctx, script)
	var said strings.Builder
	in, err := c.StdinPipe()
	if err != nil {
		return err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	c.Stderr = &said
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() {
		defer close(ended)
		_ = c.Wait() // that it was stopped is no failure
	}()
	if err != nil || line != "ready\n" {
		_ = in.Close()
		<-ended
		log, _ := os.ReadFile(filepath.Join(s.dir, "log")) // more to show, if there is any
		return fmt.Errorf("starting PostgreSQL: %s%s", said.String(), log)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold, s.ended = in, ended
	return nil
}

// Stop ends the server at once, as a crash does. Start recovers it.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hold != nil {
		_ = s.hold.Close() // a pipe
		<-s.ended
		s.hold = nil
	}
}

// Dir is the folder of the server's socket: the host in a URL.
func (s *Server) Dir() string { return s.dir }

// NewDatabase makes an empty database and returns its URL.
func (s *Server) NewDatabase(tb testing.TB) string {
	tb.Helper()
	name := fmt.Sprintf("t%d", s.count.Add(1))
	s.Exec(tb, "postgres", "CREATE DATABASE "+name)
	return s.URL(name)
}

// Exec runs a statement on a database, as an administrator might.
func (s *Server) Exec(tb testing.TB, database, statement string) {
	tb.Helper()
	ctx := tb.Context()
	c, err := pgx.Connect(ctx, s.URL(database))
	if err != nil {
		tb.Fatal(err)
	}
	_, err = c.Exec(ctx, statement)
	if err = errors.Join(err, c.Close(ctx)); err != nil {
		tb.Fatal(err)
	}
}

// URL names a database of the server.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://trackbot@/%s?host=%s&port=5432", database, s.dir)
}
