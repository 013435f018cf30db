package reliability

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// approval is a change that Alice approved.
type approval struct {
	value string // the option that it adds
	asked simulator.Message
}

// mayChange lets Alice ask for changes and approve her own.
func mayChange() []string {
	return []string{"CHANGES=all", "ADMINS=alice@example.com", "SELF_APPROVAL=true"}
}

// changes has Alice ask for one change after the other, and approve each, until ctx is
// done.
func (c *chaos) changes(ctx context.Context) {
	alice := c.Sim.Person("alice")
	say := func(text string) (m, answer simulator.Message) {
		m = c.Sim.Say(ctx, simulator.Say{Space: c.Sim.Direct(alice.ID).ID, Person: alice.ID, Text: text})
		patience, cancel := context.WithTimeout(ctx, 6*time.Second)
		defer cancel()
		answer, _ = c.Sim.WaitReply(patience, m) // none: it is late, or comes to nothing
		return m, answer
	}
	dice := c.Dice(1003)
	for i := 0; ctx.Err() == nil; i++ {
		value := fmt.Sprintf("Chaos %d", i)
		_, plan := say("add option “" + value + "” to Department on example.webex.com")
		ref := apptest.ToApprove(plan)
		switch {
		case ref != "" && strings.Contains(plan.Markdown, value):
			m, _ := say("approve my own " + ref)
			c.approved = append(c.approved, approval{value, m})
		case ref != "": // one of before still waits
			say("discard " + ref)
		}
		select {
		case <-ctx.Done():
		case <-time.After(apptest.Between(dice, 100*time.Millisecond, 500*time.Millisecond)):
		}
	}
}

// judgeChanges sees that each change was written at most once, and that of each it is
// said whether Webex has it.
func (c *chaos) judgeChanges(r *apptest.Result) {
	c.T.Helper()
	writes := 0
	for _, call := range c.Sim.Calls() {
		if call.Token == simulator.TokenAdmin && call.Method == http.MethodPut && call.Status < http.StatusMultipleChoices {
			writes++ // or tried, and cut
		}
	}
	done, unclear, unsaid := 0, 0, 0
	for _, a := range c.approved {
		there := 0
		for _, o := range c.Sim.Codes("example.webex.com")[0].Options {
			if o.Value == a.value {
				there++
			}
		}
		done += there
		var answers []string
		for _, m := range c.Sim.Messages(a.asked.RoomID) {
			if m.ParentID == a.asked.ID && m.PersonID == c.Sim.Bot().ID {
				answers = append(answers, m.Markdown)
			}
		}
		said := strings.Join(answers, " ")
		switch {
		case strings.Contains(said, "may have been written"):
			unclear++
		case there > 1, strings.Contains(said, "Done: Department") != (there == 1):
			unsaid++
			c.T.Errorf("%s stands %d times in Webex, and the answer to its approval is %q", a.value, there, said)
		}
	}
	if writes > len(c.approved) {
		c.T.Errorf("%d writes for %d approvals", writes, len(c.approved))
	}
	r.Row("changes approved", len(c.approved))
	r.Row("  applied", done)
	r.Row("  applied twice", max(0, writes-len(c.approved)))
	r.Row("  told as unclear", unclear)
	r.Row("  half applied, unsaid", unsaid)
}
