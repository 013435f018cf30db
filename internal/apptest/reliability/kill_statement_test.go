package reliability

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/apptest"
	"trackbot/internal/audit"
	"trackbot/internal/demo"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
)

// TestKillBeforeEachStatement kills the bot before each statement and commit on
// its database that a question makes, from the one that stores what was heard to
// the one that stores where the answer stands, and once after them. The next
// process gives every question one answer and one line of the record.
func TestKillBeforeEachStatement(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out with -short: the bot is killed and started some forty times")
	}
	for _, where := range []string{"1:1", "group"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				t.Parallel()
				newStatements(t, e, where).run()
			})
		})
	}
}

// statements is a bot that is killed before one statement after the other.
type statements struct {
	*apptest.World

	file  string // names the statement
	e     storetest.Engine
	p     *apptest.Process
	space simulator.Space
}

func newStatements(t *testing.T, e storetest.Engine, where string, env ...string) *statements {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	sim.SetDelivery(simulator.Delivery{Retries: 50, RetryDelay: 100 * time.Millisecond}) // until the next process is there
	alice := sim.Person("alice")
	k := &statements{file: filepath.Join(t.TempDir(), "kill"), World: &apptest.World{T: t, World: &demo.World{Sim: sim, Alice: alice}}, e: e, space: sim.Direct(alice.ID)}
	dir := e.Options.Dir
	if dir == "" {
		dir = t.TempDir()
	}
	k.p = apptest.NewProcess(t, sim, dir, append(env, "DATABASE_URL="+e.Options.URL, apptest.KillFile(k.file))...)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the bot's log:\n%s", apptest.LastLines(k.p.Log.String(), 60))
		}
	})
	k.p.Start()
	if where == "group" {
		k.space = sim.Group("Ops", alice.ID)
		k.Next(k.space, nil) // the welcome
		k.until("nothing waits", func() bool { return true })
	}
	return k
}

// run has the bot answer a question, and then another one for each statement of
// the first, before which the bot is killed.
func (k *statements) run() {
	k.T.Helper()
	const question = "code 1 on example.webex.com"
	m, _ := k.ask(question, "")
	k.next(m, "nothing")
	all := apptest.Statements(k.p.Log.String())
	parts := []string{"INSERT INTO inbox", "COMMIT after INSERT INTO inbox", "UPDATE inbox SET state", "INSERT INTO outbox", "INSERT INTO audit", "UPDATE audit_head", "COMMIT after UPDATE inbox", "UPDATE outbox SET state", "UPDATE outbox SET message", "COMMIT after UPDATE outbox"}
	for _, part := range parts {
		if !slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, part) }) {
			k.T.Errorf("a question made no statement %q", part)
		}
	}
	if k.space.Type == "group" { // where it differs: what was posted is found by its echo, not in a list
		all = all[slices.IndexFunc(all, func(s string) bool { return strings.HasPrefix(s, "COMMIT after UPDATE inbox") }):]
	}
	var killed []string
	for _, before := range all {
		m, died := k.ask(question, before)
		k.next(m, before)
		if died {
			killed = append(killed, before)
		}
	}
	if status, stdout, stderr := apptest.Run(k.T, "", k.p.Env, "audit", "verify"); status != 0 {
		k.T.Errorf("the record does not hold: %s%s", stdout, stderr)
	}
	k.T.Logf("killed %d times, before\n%s", len(killed), strings.Join(killed, "\n"))
	for _, part := range parts {
		begins := func(s string) bool { return strings.HasPrefix(s, part) }
		// A commit is named after the last statement of all who share it, so that
		// a later question need not have one of the same name.
		if slices.ContainsFunc(all, begins) && !strings.HasPrefix(part, "COMMIT") && !slices.ContainsFunc(killed, begins) {
			k.T.Errorf("never killed before %q", part)
		}
	}
	if !slices.ContainsFunc(killed, func(s string) bool { return strings.HasPrefix(s, "COMMIT") }) {
		k.T.Error("never killed before a commit")
	}
	if status := k.p.Terminate(); status != 0 {
		k.T.Errorf("exit status %d after SIGTERM, want 0", status)
	}
}

// ask asks the bot something, which kills itself before a statement, and reports whether it
// did; where it answers and rests without that statement it is killed then.
func (k *statements) ask(text, before string) (m simulator.Message, died bool) {
	k.T.Helper()
	if err := os.WriteFile(k.file, []byte(before), 0o600); err != nil {
		k.T.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- k.p.Cmd.Wait() }()
	if k.space.Type == "group" {
		text = "@trackbot " + text
	}
	m = k.Write(k.space, k.Alice, text, "")
	k.use(true, func(ctx context.Context, db *store.DB) error {
		for {
			select {
			case err := <-ended:
				if died = strings.Contains(apptest.LastLines(k.p.Log.String(), 1), before); !died || err == nil {
					k.T.Fatalf("the bot ended by itself before %q: %v", before, err)
				}
				return nil
			case <-time.After(5 * time.Millisecond):
			}
			if len(k.InThread(m)) > 0 && resting(ctx, db) {
				err := k.p.Cmd.Process.Kill()
				<-ended
				return err
			}
		}
	})
	return m, died
}

// use lends the database to f, beside a bot or without.
func (k *statements) use(readOnly bool, f func(context.Context, *store.DB) error) {
	k.T.Helper()
	o := k.e.Options
	o.Bot, o.ReadOnly = false, readOnly
	apptest.WithDatabase(k.T, o, f)
}

// age ends the claims of the killed process where others may share the database.
func (k *statements) age() {
	k.T.Helper()
	if k.e.Options.URL == "" {
		return
	}
	k.use(false, func(ctx context.Context, db *store.DB) error { return db.Update(ctx, apptest.EndClaims) })
}

// resting reports whether nothing waits.
func resting(ctx context.Context, db *store.DB) bool {
	n := -1
	err := db.View(ctx, func(tx *store.Tx) error {
		n = 0
		for _, table := range queue.Tables() {
			open, err := queue.Open(tx, table)
			if err != nil {
				return err
			}
			n += open
		}
		return nil
	})
	return err == nil && n == 0
}

// next starts the next process and looks at what it made of a question.
func (k *statements) next(m simulator.Message, before string) {
	k.T.Helper()
	if err := os.Remove(k.file); err != nil {
		k.T.Fatal(err)
	}
	k.age()
	k.p.Start()
	ctx, cancel := context.WithTimeout(k.T.Context(), time.Minute)
	defer cancel()
	if _, err := k.Sim.WaitReply(ctx, m); err != nil {
		k.T.Fatalf("killed before %q: lost: %v", before, err)
	}
	if err := k.Sim.Settle(ctx); err != nil {
		k.T.Fatal(err)
	}
	k.use(true, func(ctx context.Context, db *store.DB) error {
		apptest.Eventually(k.T, "nothing waits", func() bool { return resting(ctx, db) })
		if n := len(k.InThread(m)); n != 1 {
			k.T.Errorf("killed before %q: %d answers, want 1", before, n)
		}
		ref, lines := bot.Ref(webex.Event{Resource: webex.Messages, ID: m.ID}.Key()), 0
		err := audit.Select(ctx, db, audit.Filter{Ref: ref}, func(r audit.Record) error {
			if r.Outcome == audit.OutcomeAnswered {
				lines++
			}
			return nil
		})
		if lines != 1 {
			k.T.Errorf("killed before %q: %d lines of the record, want 1", before, lines)
		}
		return err
	})
}
