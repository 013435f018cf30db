package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"trackbot/internal/audit"
	"trackbot/internal/config"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// recorded is a database with a record, which a bot has open, and the environment of a command line beside it.
type recorded struct {
	t       *testing.T
	db      *store.DB
	environ []string
}

// withRecord records three questions.
func withRecord(t *testing.T, e storetest.Engine) *recorded {
	t.Helper()
	r := &recorded{t: t, environ: []string{"DATA_DIR=" + e.Options.Dir, "DATABASE_URL=" + e.Options.URL, "TOKEN_KEY=" + strings.Repeat("abcd", 16)}}
	c, err := config.Load(config.ForQueue, r.environ, "")
	if err != nil {
		t.Fatal(err)
	}
	r.db = e.Open(t, func(o *store.Options) { o.Key = c.StoreKey() })
	for _, email := range []string{"alice@example.com", "bob@example.com", "alice@example.com"} {
		r.update(func(tx *store.Tx) error { return audit.Append(tx, audit.Record{Email: email, Command: "code"}) })
	}
	return r
}

func (r *recorded) update(f func(*store.Tx) error) {
	r.t.Helper()
	if err := r.db.Update(r.t.Context(), f); err != nil {
		r.t.Fatal(err)
	}
}

// run runs trackbot audit and returns its exit status and what it prints.
func (r *recorded) run(args ...string) (status int, out, errs string) {
	var stdout, stderr bytes.Buffer
	p := Program{Args: append([]string{"audit"}, args...), Environ: r.environ, Stdout: &stdout, Stderr: &stderr}
	status = p.Run(r.t.Context())
	return status, stdout.String(), stderr.String()
}

func TestAuditList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := withRecord(t, e)
		for args, want := range map[string]int{
			"": 3, "list": 3, "list --person=ALICE@example.com": 2, "list --after=1": 2, "list --since=2100-01-01": 0, "list --since=1h --after=2": 1,
		} {
			status, out, errs := r.run(strings.Fields(args)...)
			if n := strings.Count(out, "\n"); status != 0 || n != want {
				t.Errorf("trackbot audit %s: status %d, %d lines, want %d: %s%s", args, status, n, want, out, errs)
			}
		}
		_, out, _ := r.run("--json", "--after=2")
		var got audit.Record
		if err := json.Unmarshal([]byte(out), &got); err != nil || got.Seq != 3 || got.Email != "alice@example.com" {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// stopWriter ends a command when it has written so many lines.
type stopWriter struct {
	bytes.Buffer
	lines int
	stop  context.CancelFunc
}

func (w *stopWriter) Write(b []byte) (int, error) {
	n, err := w.Buffer.Write(b)
	if bytes.Count(w.Bytes(), []byte("\n")) == w.lines {
		w.stop()
	}
	return n, err
}

func TestAuditFollow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := withRecord(t, e)
		ctx, cancel := context.WithCancel(t.Context())
		out := &stopWriter{lines: 3, stop: cancel}
		p := Program{Args: []string{"audit", "list", "--follow", "--json"}, Environ: r.environ, Stdout: out, Stderr: t.Output()}
		if status := p.Run(ctx); status != 0 || strings.Count(out.String(), `{"seq":`) != 3 {
			t.Errorf("status %d: %s", status, out.String())
		}
	})
}

func TestAuditVerify(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := withRecord(t, e)
		_, hash, err := audit.Head(t.Context(), r.db)
		if err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"verify"}, {"verify", "--head", strings.ToUpper(hash)}} {
			if status, out, errs := r.run(args...); status != 0 || !strings.Contains(out, "the record is intact: 3 entries") {
				t.Errorf("trackbot audit %v: status %d: %s%s", args, status, out, errs)
			}
		}
		if status, out, _ := r.run("verify", "--head", strings.Repeat("0", 64)); status != 1 || !strings.Contains(out, "no entry has the hash") {
			t.Errorf("an unknown hash: status %d: %s", status, out)
		}
		r.update(func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE audit SET command = 'codes' WHERE seq = 2")
			return err
		})
		if status, out, _ := r.run("verify"); status != 1 || !strings.Contains(out, "the chain breaks at entry 2") {
			t.Errorf("a changed entry: status %d: %s", status, out)
		}
	})
}

func TestAuditWithoutADatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := &recorded{t: t, environ: []string{"DATA_DIR=" + e.Options.Dir, "DATABASE_URL=" + e.Options.URL}}
		for _, args := range [][]string{{}, {"verify"}, {"--follow"}} {
			if status, out, errs := r.run(args...); status != 1 || out != "" || !strings.Contains(errs, "there is no database") {
				t.Errorf("trackbot audit %v: status %d: %s%s", args, status, out, errs)
			}
		}
		if status, _, errs := r.run("--since", "never"); status != 1 || !strings.Contains(errs, "--since") {
			t.Errorf("a wrong time: status %d: %s", status, errs)
		}
	})
}

func TestSinceWhen(t *testing.T) {
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"": {}, "2026-03-01": time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01T10:00:00Z": time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		"7d": now.AddDate(0, 0, -7), "90m": now.Add(-90 * time.Minute),
	} {
		if got, err := sinceWhen(text, now); err != nil || !got.Equal(want) {
			t.Errorf("sinceWhen(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"yesterday", "-7d", "-1h", "2026-13-01"} {
		if got, err := sinceWhen(text, now); err == nil {
			t.Errorf("sinceWhen(%q) = %v, want an error", text, got)
		}
	}
}
