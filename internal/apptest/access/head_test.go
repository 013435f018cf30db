package access

import (
	"regexp"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/store"
)

// TestLoggedHeadShowsARewrittenRecord cuts the newest entries off the record,
// with its head, and gives verify the hash that the bot logged at its stop.
func TestLoggedHeadShowsARewrittenRecord(t *testing.T) {
	t.Parallel()
	n := apptest.NewRestarts(t)
	n.Start()
	for range 3 {
		asked := n.Say(n.Sim.Direct(n.Sim.Person("alice").ID), "code 1", 0)
		apptest.Eventually(t, "an answer", func() bool { return len(n.Answers(asked)) == 1 })
	}
	n.Rest()
	n.Stop()
	logged := regexp.MustCompile(`msg="newest audit entry" at=stop entry=[1-9] hash=([0-9a-f]{64})`).FindStringSubmatch(n.Log.String())
	if logged == nil || !strings.Contains(n.Log.String(), `msg="newest audit entry" at=start entry=0`) {
		t.Fatal("the log does not hold the newest entry at start and stop")
	}
	verify := func(status int, words string, args ...string) {
		t.Helper()
		got, out, errs := apptest.Run(t, "", []string{"DATA_DIR=" + n.Dir}, append([]string{"audit", "verify"}, args...)...)
		if got != status || !strings.Contains(out, words) {
			t.Errorf("audit verify %q: status %d, want %d and %q:\n%s%s", args, got, status, words, out, errs)
		}
	}
	verify(0, "intact", "--head", logged[1])
	n.Change(func(tx *store.Tx) error {
		if _, err := tx.Exec("DELETE FROM audit WHERE seq > 1"); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE audit_head SET seq = 1, hash = (SELECT hash FROM audit)")
		return err
	})
	verify(0, "intact")
	verify(1, "no entry has the hash", "--head", logged[1])
}
