package changes

import (
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
)

// TestExpiredCardsLoseTheirButtons: nobody approves in time, the bot is stopped then,
// and after its start the cards say so, where it was asked and in the admins' space,
// whether Webex lets cards be edited or not.
func TestExpiredCardsLoseTheirButtons(t *testing.T) {
	for _, editable := range []bool{true, false} {
		n := apptest.NewRestarts(t, "CHANGES=all", "ADMINS=alice@example.com,bob@example.com")
		n.Sim.SetQuirks(simulator.Quirks{EditCards: editable})
		admins := n.Sim.Group("Admins", n.Sim.Person("alice").ID)
		n.Env = append(n.Env, "ADMIN_ROOM="+admins.ID)
		direct := n.Sim.Direct(n.Sim.Person("alice").ID)
		cards := func() (list []simulator.Message) {
			for _, space := range []simulator.Space{direct, admins} {
				for _, m := range n.Sim.Messages(space.ID) {
					if m.PersonID == n.Sim.Bot().ID && len(m.Attachments) > 0 && strings.Contains(m.Markdown, "Department") {
						list = append(list, m)
					}
				}
			}
			return list
		}
		n.Start()
		n.Say(direct, "add option Legal to Department on "+site, 0)
		apptest.Eventually(t, "two plans have buttons", func() bool {
			list := cards()
			return len(list) == 2 && demo.HasButton(list[0], "Approve") && demo.HasButton(list[1], "Approve")
		})
		n.Rest()
		for range 2 { // the second start has nothing to say
			n.Stop()
			n.Change(func(tx *store.Tx) error { _, err := tx.Exec("UPDATE plan SET due = 1"); return err })
			n.Start()
			apptest.Eventually(t, "the cards lose their buttons", func() bool {
				list := cards()
				return len(list) == 2 && !demo.HasButton(list[0], "Approve") && !demo.HasButton(list[1], "Approve")
			})
			n.Rest()
		}
		for _, m := range cards() {
			apptest.Shows(t, m, "Expired: Department", "nobody approved it")
		}
	}
}
