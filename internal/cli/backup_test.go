package cli_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/store/storetest"
)

// TestBackupWhileTheBotRuns starts a bot on a copy that was made of a running
// one: it knows the chosen site and what was answered.
func TestBackupWhileTheBotRuns(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{"plain": nil, "encrypted": {"TOKEN_KEY=" + apptest.TokenKey}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := apptest.NewRestarts(t, apptest.Unlimited(env)...)
			n.Start()
			direct := n.Sim.Direct(n.Sim.Person("alice").ID)
			asked := n.Say(direct, "use emea", 0)
			apptest.Eventually(t, "the site is chosen", func() bool { return len(n.Answers(asked)) == 1 })
			n.Rest()
			for range 20 { // what is under way during the copy
				n.Say(direct, "codes", 0)
			}
			restored := t.TempDir()
			file := filepath.Join(restored, "trackbot.db")
			env := append(slices.Clone(env), "DATA_DIR="+n.Dir)
			status, out, errs := apptest.Run(t, "", env, "backup", file)
			if status != 0 || !strings.Contains(out, file) || strings.Contains(out, "encrypted") != (name == "encrypted") {
				t.Fatalf("backup: status %d, %q %q", status, out, errs)
			}
			if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
				t.Errorf("the copy has mode %v, %v; want 0600", i.Mode(), err)
			}
			if status, _, errs := apptest.Run(t, "", env, "backup", file); status != 1 || !strings.Contains(errs, "exists") {
				t.Errorf("backup over a file: status %d, %q; want 1 and words", status, errs)
			}
			n.Rest()
			n.Stop()
			n.Dir = restored
			n.Start()
			where := n.Say(direct, "where", 0)
			apptest.Eventually(t, "an answer of the restored bot", func() bool { return len(n.Answers(where)) == 1 })
			if text := n.Answers(where)[0].Markdown; !strings.Contains(text, "emea.example.webex.com") {
				t.Errorf("the restored bot does not know the chosen site:\n%s", text)
			}
			n.Rest()
			if got := len(n.Answers(asked)); got != 1 {
				t.Errorf("%d answers to what was answered before the copy, want 1", got)
			}
		})
	}
}

func TestBackupOfNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	file := filepath.Join(t.TempDir(), "copy.db")
	status, _, errs := apptest.Run(t, "", []string{"DATA_DIR=" + dir}, "backup", file)
	if status != 1 || !strings.Contains(errs, "there is no database in "+dir) {
		t.Errorf("backup: status %d, %q; want 1 and words", status, errs)
	}
	for _, path := range []string{dir, file} {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s was made: %v, want %v", path, err, fs.ErrNotExist)
		}
	}
}

func TestBackupOfPostgreSQLIsItsOwnMatter(t *testing.T) {
	e := storetest.PostgreSQL(t)
	e.Open(t) // makes the tables
	file := filepath.Join(t.TempDir(), "copy.db")
	status, _, errs := apptest.Run(t, "", []string{"DATABASE_URL=" + e.Options.URL}, "backup", file)
	if status != 1 || !strings.Contains(errs, "pg_dump") {
		t.Errorf("backup: status %d, %q; want 1 and pg_dump", status, errs)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("a file was made: %v", err)
	}
}
