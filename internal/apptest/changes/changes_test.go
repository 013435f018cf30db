package changes

import (
	"fmt"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

const site = "example.webex.com"

// three starts a bot with which Alice and Bob may change everything, and Carol
// nothing.
func three(t *testing.T, env ...string) *apptest.World {
	t.Helper()
	return apptest.New(t, append([]string{"CHANGES=all", "ADMINS=alice@example.com,bob@example.com", "CONTACT=the help desk", "LIMIT_PERSON_MINUTE=0"}, env...)...)
}

// values are the options of the first code of the site.
func values(h *apptest.World) string {
	var list []string
	for _, o := range h.Sim.Codes(site)[0].Options {
		list = append(list, o.Value)
	}
	return strings.Join(list, " ")
}

// writes counts the calls with the admin token that write.
func writes(h *apptest.World) (n int) {
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		n += h.Sim.CountCalls("admin", method, "")
	}
	return n
}

// press presses a button of a card and waits until the bot rests.
func press(h *apptest.World, name string, card simulator.Message, title string) {
	h.T.Helper()
	h.Sim.Click(h.T.Context(), h.Sim.Person(name).ID, card.ID, title)
	h.Settled()
}

// last is what the bot wrote last in a space, or changed last there.
func last(h *apptest.World, space simulator.Space) simulator.Message {
	h.T.Helper()
	list := h.BotMessages(space)
	if len(list) == 0 {
		h.T.Fatal("the bot wrote nothing")
	}
	return list[len(list)-1]
}

// TestThreePeople: an editor asks in a group, another approver approves by a
// button, the site changes, and Undo brings it back, whether Webex lets cards be
// edited or not.
func TestThreePeople(t *testing.T) {
	for _, editable := range []bool{true, false} {
		h := three(t)
		h.Sim.SetQuirks(simulator.Quirks{EditCards: editable})
		before := values(h)
		plan := h.AskGroup("@trackbot add option Legal to Department on " + site)
		apptest.Shows(t, plan, "Change Department?", "Nothing was changed", "1 of 2", "none → Legal", "Asked by Alice")
		h.Sim.ResetCalls()
		press(h, "alice", plan, "Approve")
		if n := len(h.InThread(h.Sim.Messages(h.Group.ID)[1])); writes(h) != 0 {
			t.Errorf("%d writes by the asker's own press, %d messages", writes(h), n)
		}
		apptest.Shows(t, last(h, h.Direct), "somebody else must approve it")
		press(h, "bob", plan, "Approve")
		if values(h) != before+" Legal" || writes(h) != 1 {
			t.Errorf("values = %s after %d writes, want Legal after one", values(h), writes(h))
		}
		apptest.Shows(t, last(h, h.Direct), "Done: Department", "approved by Bob")
		done := last(h, h.Group)
		apptest.Shows(t, done, "Done: Department", "read back")
		for _, m := range h.BotMessages(h.Group) {
			if len(m.Attachments) > 0 && demo.HasButton(m, "Approve") {
				t.Errorf("editable %t: a card that is over still has its buttons", editable)
			}
		}
		press(h, "alice", done, "Undo")
		undo := last(h, h.Group)
		apptest.Shows(t, undo, "Legal → none", "takes back change")
		press(h, "bob", undo, "Approve")
		if values(h) != before {
			t.Errorf("values = %s after undo, want %s", values(h), before)
		}
	}
}

// TestEditedRequest: a change that was asked for is not taken back by an edit of the
// message, nor another one planned in its place; one that was refused is forgotten.
func TestEditedRequest(t *testing.T) {
	h := three(t)
	h.Sim.SetQuirks(simulator.Quirks{EditCards: true})
	edit := func(m simulator.Message, text string) simulator.Message {
		h.Sim.Edit(t.Context(), simulator.Edit{Person: h.Alice.ID, Message: m.ID, Text: text})
		h.Settled()
		return last(h, h.Group)
	}
	question := h.Write(h.Group, h.Alice, "@trackbot add option Nobody to Nothing on "+site, "")
	apptest.Shows(t, h.Reply(question), "What should I change?")
	plan := edit(question, "@trackbot add option legal to Department on "+site)
	apptest.Shows(t, plan, "Change Department?", "none → legal")
	for _, text := range []string{"@trackbot add option Legal to Department on " + site, "@trackbot code 1 on " + site} {
		apptest.Shows(t, edit(question, text), "Ask this in a new message")
	}
	press(h, "bob", plan, "Approve")
	if got := values(h); !strings.HasSuffix(got, " legal") {
		t.Errorf("values = %s, want what was planned and approved", got)
	}
}

// TestByTextAlone: all of it works without a button, since presses in an outage
// are lost.
func TestByTextAlone(t *testing.T) {
	h := three(t)
	plan := h.AskGroup("@trackbot set Department of carol@example.com to Sales on " + site)
	apptest.Shows(t, plan, "Change Department of carol@example.com?", "none → Sales")
	ref := apptest.ToApprove(plan)
	bob := h.Sim.Person("bob")
	done := h.Reply(h.Write(h.Sim.Direct(bob.ID), bob, "approve "+ref, ""))
	apptest.Shows(t, done, "Done: Department of carol@example.com")
	h.Settled()
	for _, m := range h.BotMessages(h.Group) {
		if len(m.Attachments) > 0 && demo.HasButton(m, "Approve") {
			t.Error("the card in the group still has its buttons")
		}
	}
	apptest.Shows(t, h.Ask("changes"), ref, "1 change in 30 days, 0 open")
}

// TestOthersMayNot: who is no editor can't ask, who is no approver can't approve,
// and where outsiders read no plan is shown.
func TestOthersMayNot(t *testing.T) {
	h := three(t)
	carol := h.Sim.Person("carol")
	apptest.Shows(t, h.Reply(h.Write(h.Sim.Direct(carol.ID), carol, "add option Legal to Department on "+site, "")), "this bot's editors", "the help desk")
	plan := h.AskGroup("@trackbot add option Legal to Department on " + site)
	h.Sim.Join(h.Group.ID, carol.ID, h.Alice.ID)
	h.Settled()
	press(h, "carol", plan, "Approve")
	apptest.Shows(t, last(h, h.Sim.Direct(carol.ID)), "this bot's approvers")
	h.Sim.Join(h.Group.ID, h.Sim.Person("mallory").ID, h.Alice.ID)
	h.Settled()
	before := len(h.BotMessages(h.Group))
	h.Reply(h.Write(h.Group, h.Alice, "@trackbot no default for Division on "+site, ""))
	h.Settled()
	for _, m := range h.BotMessages(h.Group)[before:] {
		apptest.NoData(t, m)
	}
	apptest.Shows(t, last(h, h.Direct), "Change Division?")
	if n := writes(h); n != 0 {
		t.Errorf("%d writes, want none", n)
	}
}

// TestOff: not one writing call for 300 inputs that ask for one, and each answer
// says who could.
func TestOff(t *testing.T) {
	h := apptest.New(t, "ADMINS=alice@example.com", "LIMIT_PERSON_MINUTE=0", "CONTACT=the help desk")
	forms := []string{
		"set Department of alice@example.com to %s", "give bob@example.com Department %s", "add option %s to Department", "add %s to Division", "remove option %s from Department",
		"delete %s from Division", "rename option %s of Department to Law", "make %s the default of Department", "set the default of Division to %s", "no default for Department",
		"make Department required for meetings", "make Division not used for all", "make Department optional in the host profile", "rename Division to %s", "delete code Division",
		"approve 7F3K-Q2", "discard 7F3K-Q2", "undo 7F3K-Q2", "changes", "set codes\nalice@example.com, Department, %s", "create code %s", "create code Branch with options %s", "copy Department from example to emea", "delete everything", "please change %s", "can you edit Department", "disable code 2", "edit code 1",
	}
	h.Sim.ResetCalls()
	var asked []simulator.Message
	for i := range 300 {
		text := forms[i%len(forms)]
		if strings.Contains(text, "%s") {
			text = fmt.Sprintf(text, []string{"Sales", "Legal", "R&D <core>", "“Design”"}[i%4])
		}
		asked = append(asked, h.Write(h.Direct, h.Alice, text, ""))
	}
	h.Settled()
	for _, m := range asked {
		list := h.InThread(m)
		if len(list) != 1 || !strings.Contains(list[0].Markdown, "read-only") || !strings.Contains(list[0].Markdown, "site admin") {
			t.Errorf("%q is answered %+v, want who could do it", m.Text, list)
		}
	}
	if n := writes(h); n != 0 {
		t.Errorf("%d writes, want none", n)
	}
}
