package reliability

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/store/storetest"
)

// TestKillBeforeEachStatementOfAChange kills the bot before each statement and
// commit on its database that an approval makes. The next process writes nothing
// twice, and says of each change whether it is in Webex.
func TestKillBeforeEachStatementOfAChange(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out with -short: the bot is killed and started some forty times")
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		k := newStatements(t, e, "1:1", "CHANGES=all", "ADMINS=alice@example.com", "SELF_APPROVAL=true", "LIMIT_PERSON_MINUTE=0")
		i := 0
		k.sweep(func(before string) bool { i++; return k.change(i, before) }, "UPDATE plan SET", "COMMIT after UPDATE plan SET", "COMMIT after UPDATE audit_head")
	})
}

// sweep makes a change, and another one for each statement of the first, before which
// the bot is killed. The first must have made statements that begin like parts.
func (k *statements) sweep(change func(before string) (died bool), parts ...string) {
	k.T.Helper()
	change("")
	all := apptest.Statements(k.p.Log.String())
	for _, part := range parts {
		if !slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, part) }) {
			k.T.Errorf("an approval made no statement %q: %q", part, all)
		}
	}
	killed := 0
	for _, before := range all {
		if change(before) {
			killed++
		}
	}
	if killed < len(all)/2 {
		k.T.Errorf("killed %d times before %d statements", killed, len(all))
	}
	if status, stdout, stderr := apptest.Run(k.T, "", k.p.Env, "audit", "verify"); status != 0 {
		k.T.Errorf("the record does not hold: %s%s", stdout, stderr)
	}
}

// change has a value planned and approved, while the bot is killed before a
// statement of the approval.
func (k *statements) change(i int, before string) (died bool) {
	k.T.Helper()
	value := fmt.Sprintf("Value %d", i)
	asked := k.Write(k.space, k.Alice, "add option “"+value+"” to Department on example.webex.com", "")
	plan := k.Reply(asked)
	ref := apptest.ToApprove(plan)
	k.Sim.ResetCalls()
	m, died := k.ask("approve my own "+ref, before)
	k.next(m, before)
	there := 0
	for _, o := range k.Sim.Codes("example.webex.com")[0].Options {
		if o.Value == value {
			there++
		}
	}
	answer := k.InThread(m)[0].Markdown
	if n := k.Sim.CountCalls("admin", "PUT", ""); n > 1 || there != n || strings.Contains(answer, "Done: Department") != (n == 1) || !strings.Contains(answer, "one: Department") {
		k.T.Errorf("killed before %q: %d writes, %d values, answered %q", before, n, there, answer)
	}
	return died
}
