package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Standby starts a second server that follows this one. From then on a commit here waits until it is stored there too.
func (s *Server) Standby(tb testing.TB) *Server {
	tb.Helper()
	f, err := newFolder()
	if err != nil {
		tb.Fatal(err)
	}
	f.settings = s.settings
	out, err := f.command(tb.Context(), `"$1"/pg_basebackup -R -c fast -U trackbot -D "$2"/data -h `+s.dir).CombinedOutput()
	if err != nil {
		tb.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	f.begin(tb)
	s.Exec(tb, "postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
	s.Exec(tb, "postgres", "SELECT pg_reload_conf()")
	ctx, cancel := context.WithTimeout(tb.Context(), 20*time.Second)
	defer cancel()
	for !s.synchronous(ctx, tb) {
		select {
		case <-ctx.Done():
			tb.Fatal("the standby does not follow")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return f
}

// synchronous reports whether commits wait for a standby.
func (s *Server) synchronous(ctx context.Context, tb testing.TB) (is bool) {
	tb.Helper()
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close(ctx) //nolint:errcheck // it only read
	if err := c.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync')").Scan(&is); err != nil {
		tb.Fatal(err)
	}
	return is
}

// Promote makes a standby the server that is written to.
func (s *Server) Promote(tb testing.TB) {
	tb.Helper()
	if out, err := s.command(tb.Context(), `"$1"/pg_ctl promote -w -D "$2"/data`).CombinedOutput(); err != nil {
		tb.Fatalf("pg_ctl promote: %v: %s", err, out)
	}
}

// URLWith names a database of this server or of a second one, whichever takes writes.
func (s *Server) URLWith(second *Server, database string) string {
	return "postgres://trackbot@/" + database + "?host=" + s.dir + "," + second.dir + "&port=5432,5432&target_session_attrs=read-write"
}

// Kill ends the server with SIGKILL, and waits until its other processes have noticed. Start recovers it.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	file, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		tb.Fatal(err)
	}
	first, _, _ := strings.Cut(string(file), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		tb.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		tb.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); s.processes(tb) > 0; <-time.After(5 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatal("processes of the killed server go on")
		}
	}
	s.Stop() // what held it
}

// processes counts the processes that work in the data folder.
func (s *Server) processes(tb testing.TB) (n int) {
	tb.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		tb.Fatal(err)
	}
	for _, l := range links {
		if at, err := os.Readlink(l); err == nil && at == filepath.Join(s.dir, "data") {
			n++
		}
	}
	return n
}
