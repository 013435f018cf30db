package reliability

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
)

// many is a change of what Alice and Bob have.
type many struct {
	question string // with [1] what goes and [2] what comes
	puts     int    // how many writes it takes
	done     string // how its end is told
}

// TestKillBeforeEachStatementOfMany kills the bot before each statement and commit on
// its database that a change of many people makes, from the approval to the end of the
// work. The next process writes nobody twice and leaves nobody out.
func TestKillBeforeEachStatementOfMany(t *testing.T) {
	t.Parallel()
	many{"set Cost Center of alice@example.com to %[2]s\nset Cost Center of bob@example.com to %[2]s", 2, "Done: the values of"}.kill(t)
}

// TestKillBeforeEachStatementOfARename does so where an option is renamed: the new one
// is added, both get it, and the old one goes.
func TestKillBeforeEachStatementOfARename(t *testing.T) {
	t.Parallel()
	many{"rename option %[1]s of Department to %[2]s on example.webex.com\nalice@example.com\nbob@example.com", 4, "Done: Department"}.kill(t)
}

func (c many) kill(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out with -short: bots are killed and started some fifty times")
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		k := newStatements(t, e, "1:1", "CHANGES=all", "ADMINS=alice@example.com", "SELF_APPROVAL=true",
			"LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=0", "LIMIT_SPACE_MINUTE=0", "BULK_PER_MINUTE=60000", "CACHE_SECONDS=0", "WATCH_MINUTES=0")
		for _, name := range []string{"alice", "bob"} {
			k.Sim.PutUserCode("example.webex.com", k.Sim.Person(name).ID, "Department", "Sales")
		}
		value, i := "Sales", 0
		k.sweep(func(before string) bool {
			from := value
			i, value = i+1, fmt.Sprint("Sales ", i)
			return k.many(c, from, value, before)
		}, "UPDATE plan SET", "COMMIT after UPDATE plan SET", "INSERT INTO job", "UPDATE job SET state", "COMMIT after UPDATE audit_head")
	})
}

// many has such a change planned and approved, while the bot is killed before a
// statement of the approval or of the work behind it.
func (k *statements) many(c many, from, to, before string) (died bool) {
	k.T.Helper()
	asked := k.Write(k.space, k.Alice, fmt.Sprintf(c.question, from, to), "")
	ref := ""
	k.until("a plan of "+to, func() bool {
		for _, m := range k.InThread(asked) {
			ref = cmp.Or(apptest.ToApprove(m), ref)
		}
		return ref != ""
	})
	k.Sim.ResetCalls()
	m, died := k.ask("approve my own "+ref, before)
	if err := os.Remove(k.file); err != nil {
		k.T.Fatal(err)
	}
	k.age()
	k.p.Start()
	told := func() (n int) {
		for _, answer := range k.InThread(m) {
			if strings.Contains(answer.Markdown, c.done) {
				n++
			}
		}
		return n
	}
	k.until("the end, killed before "+before, func() bool { return told() > 0 })
	if puts, n := k.Sim.CountCalls(simulator.TokenAdmin, "PUT", ""), told(); puts != c.puts || n != 1 {
		k.T.Errorf("killed before %q: %d writes, want %d; told %d times", before, puts, c.puts, n)
	}
	for _, email := range []string{"alice@example.com", "bob@example.com"} {
		codes := apptest.UserCodes(k.T, k.Sim, "example.webex.com", email).TrackingCodes
		if !slices.ContainsFunc(codes, func(c webex.UserCode) bool { return c.Value == to }) {
			k.T.Errorf("killed before %q: %s has %v, want %q", before, email, codes, to)
		}
	}
	return died
}

// until waits for something, and then until nothing waits.
func (k *statements) until(what string, ready func() bool) {
	k.T.Helper()
	k.use(true, func(ctx context.Context, db *store.DB) error {
		apptest.Eventually(k.T, what, func() bool { return ready() && resting(ctx, db) })
		return nil
	})
}
