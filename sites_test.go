package main

import (
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
)

// ways asks as one does 1:1 and in a group space.
func (h *house) ways() map[string]func(string) simulator.Message {
	return map[string]func(string) simulator.Message{
		"1:1":   h.ask,
		"group": func(text string) simulator.Message { return h.askGroup("@trackbot " + text) },
	}
}

func TestOptionsArePagedSearchedAndInAFile(t *testing.T) {
	h := newHouse(t)
	c := simulator.TrackingCode{Name: "Kostenstelle 部門", InputMode: "select", HostProfileCode: "optional"}
	for i := range 500 {
		c.Options = append(c.Options, simulator.Option{Value: "=CC-" + strings.Repeat("部", 40) + string(rune('A'+i%26)) + time.Duration(i).String(), DefaultValue: i == 77})
	}
	id := h.sim.PutCode("example.webex.com", c).ID
	for way, ask := range h.ways() {
		first := ask("options of Kostenstelle 部門 on example.webex.com")
		shows(t, first, "Options of Kostenstelle 部門", "example.webex.com", "500 options", "1–10 of 500", "Default: =CC-")
		shows(t, h.press(first, "Next ›", nil), "11–20 of 500")
		found := ask("options of " + id + " on example containing 77ns")
		shows(t, found, "77ns", "of 5 that contain", "default")
		shows(t, h.press(found, "Search", map[string]string{"form.filter": "499ns"}), "499ns", "1–1 of 1 that contain")
		shows(t, ask("options of "+id+" on example.webex.com as a file"), "500 options of code "+id, "as a file")
		h.settled()
		all := h.sim.Messages(first.RoomID)
		last := all[len(all)-1]
		if len(last.Files) != 1 {
			t.Fatalf("%s: the last message has the files %v", way, last.Files)
		}
		f := h.sim.File(last.Files[0])
		if lines := strings.Count(string(f.Data), "\r\n"); lines != 501 || !strings.Contains(string(f.Data), "'=CC-") || !strings.HasSuffix(f.Name, ".csv") {
			t.Errorf("%s: the file %s has %d lines, want 501, none of which a spreadsheet runs", way, f.Name, lines)
		}
	}
	shows(t, h.ask("options of Departmnt on example"), "No such tracking code", "Department", "options of 1 on example.webex.com")
	shows(t, h.ask("options of Cost Center on example"), "it has no options")
	form := h.ask("options on example.webex.com")
	shows(t, form, "Which tracking code?")
	shows(t, h.press(form, "Show it", map[string]string{"form.text": "1"}), "Options of Department", "Design")
}

func TestSitesAndWhichOneIsMeant(t *testing.T) {
	h := newHouse(t, "SITE_NICKNAMES=eu=emea.example.webex.com,far=elsewhere.webex.com")
	for _, ask := range h.ways() {
		list := ask("sites")
		shows(t, list, "2 sites you can ask", "example.webex.com", "emea.example.webex.com", "also called emea, eu", "the default site in Webex")
		shows(t, h.press(list, "Codes on emea.example.webex.com", nil), "emea.example.webex.com", "Project")
	}
	shows(t, h.ask("codes on eu"), "emea.example.webex.com", "Project")
	shows(t, h.ask("codes on emea"), "emea.example.webex.com")
	shows(t, h.ask("codes on far"), "Sites you can ask")

	shows(t, h.ask("use eu"), "emea.example.webex.com is now the site of your own questions")
	shows(t, h.askGroup("@trackbot codes"), "emea.example.webex.com", "your own site")
	shows(t, h.askGroup("@trackbot use example.webex.com here"), "example.webex.com is now the site of this space")
	shows(t, h.askGroup("@trackbot codes"), "example.webex.com", "the site of this space", "Department")
	shows(t, h.ask("codes"), "emea.example.webex.com", "your own site")
	shows(t, h.askGroup("@trackbot codes on eu"), "emea.example.webex.com")
	shows(t, h.askGroup("@trackbot where"), "example.webex.com", "the site of this space", "emea.example.webex.com")

	form := h.askGroup("@trackbot use")
	shows(t, form, "Use which site?")
	shows(t, h.press(form, "Use it here", map[string]string{"form.text": "emea.example.webex.com"}), "emea.example.webex.com is now the site of this space")
	shows(t, h.press(form, "None here", nil), "No site is chosen for this space", "your own site")
	shows(t, h.press(form, "None for me", nil), "No site is chosen for your own questions", "the default site in Webex")
	shows(t, h.ask("use exampel here"), "Not a site I can ask", "example.webex.com", "use example.webex.com here")
	shows(t, h.ask("use evil.example.net"), "Not a site I can ask")
	if got := h.ask("codes"); strings.Contains(drawn(t, got), "evil") {
		t.Error("a site that may not be asked was chosen")
	}
}

// TestChosenSiteOutlivesARestart is the process killed and started again.
func TestChosenSiteOutlivesARestart(t *testing.T) {
	t.Parallel()
	h, p := processHouse(t)
	shows(t, h.askGroup("@trackbot use emea here"), "emea.example.webex.com is now the site of this space")
	p.kill()
	p.start()
	shows(t, h.askGroup("@trackbot codes"), "emea.example.webex.com", "the site of this space")
}

func TestWhyInAThread(t *testing.T) {
	h := newHouse(t, "CACHE_SECONDS=30")
	for _, space := range []simulator.Space{h.direct, h.group} {
		for _, want := range []string{"1 call to Webex", "none; another question"} {
			q := h.write(space, h.alice, "@trackbot code 1", "")
			answer := h.reply(q)
			if want != "1 call to Webex" || space.ID == h.direct.ID {
				before := h.sim.Messages(space.ID)
				h.write(space, h.alice, "@trackbot why", q.ID)
				why := h.next(space, before)
				shows(t, why, "How that came about", "code “1”", "example.webex.com: none was named, and it is the default site in Webex", want, "read at", "answered at", "Ref")
				if why.ParentID != answer.ParentID {
					t.Errorf("why is answered in %q, want the thread", why.ParentID)
				}
			}
		}
	}
	shows(t, h.ask("why"), "Ask it in a thread")
}

// How an answer came about is known after a restart, of the first answer in a
// thread as of a later one.
func TestWhyAfterARestart(t *testing.T) {
	t.Parallel()
	h, p := processHouse(t)
	ask := func(text, parent string) (q, answer simulator.Message) {
		before := h.sim.Messages(h.direct.ID)
		q = h.write(h.direct, h.alice, text, parent)
		return q, h.next(h.direct, before)
	}
	restart := func() {
		if status := p.terminate(); status != 0 {
			t.Errorf("exit status %d", status)
		}
		p.start()
	}
	first, _ := ask("code 1 on example.webex.com", "")
	restart()
	_, why := ask("why", first.ID)
	shows(t, why, "How that came about", "code “1”", "1 call to Webex")
	_, _ = ask("options of 2 on example.webex.com", first.ID)
	restart()
	_, why = ask("why", first.ID)
	shows(t, why, "How that came about", "options “2”", "1 call to Webex")
}

func TestStatus(t *testing.T) {
	h := newHouse(t)
	for _, ask := range h.ways() {
		m := ask("status")
		shows(t, m, "I am well", "I hear by webhooks", "Admin token", "Queue", "Last event", "Version")
		shows(t, h.press(m, "Refresh", nil), "I am well")
	}
	for _, secret := range []string{h.sim.BotToken(), h.sim.AdminToken()} {
		if strings.Contains(drawn(t, h.ask("status")), secret) {
			t.Error("status shows a token")
		}
	}
}

func TestHelpOfOneAndByButton(t *testing.T) {
	h := newHouse(t)
	for _, ask := range h.ways() {
		all := ask("help")
		shows(t, all, "Look up", "options of CODE on SITE", "Sites", "use SITE [here]", "This bot", "why", "status")
		shows(t, h.press(all, "codes on example.webex.com", nil), "3 tracking codes")
		one := ask("help codes")
		shows(t, one, "codes on SITE", "All tracking codes of a site", "codes containing cost on example.webex.com")
		shows(t, h.press(one, "codes containing cost on example.webex.com", nil), "Cost Center", "1 that contain")
		shows(t, ask("help optoins"), "I know no question", "Help on options")
		shows(t, ask("help me find code 1 on example.webex.com"), "Department")
	}
}

func TestSeveralAtOnce(t *testing.T) {
	h := newHouse(t)
	for _, ask := range h.ways() {
		m := ask("tracking codes 1, 2 and Cost Center on example")
		shows(t, m, "Department", "Division", "Cost Center", "example.webex.com", "required")
		shows(t, h.press(m, "Division", nil), "Division", "Intern")
		shows(t, ask("codes 1, Departmnt and Nope on example.webex.com"), "Department", "No such tracking code", "Nope")
		lines := ask("code 1 on example\ncodes on emea.example.webex.com\n\ncode 9 on nowhere")
		shows(t, lines, "Department", "Business Unit", "emea.example.webex.com", "Not a site I can ask")
		shows(t, h.press(lines, "tracking code 9", nil), "Not a site I can ask", "nowhere")
	}
	h.sim.PutCode("example.webex.com", simulator.TrackingCode{Name: "Research, Design and Care", InputMode: "text"})
	only := h.ask("tracking code Research, Design and Care on example.webex.com")
	shows(t, only, "Research, Design and Care")
	if strings.Contains(drawn(t, only), "No such") {
		t.Error("a name with commas was taken apart")
	}
	h.settled()
	recorded := len(h.recorded())
	six := h.ask("code 1 on example\ncode 2 on example\ncode 3 on example\ncode 1 on emea\ncode 2 on emea\ncode 3 on emea")
	shows(t, six, "I answer 5 questions at once; ask the other 1 again")
	h.settled()
	asked := make(map[string]bool)
	for _, r := range h.recorded()[recorded:] {
		asked[r.Site+" "+r.Code] = true
	}
	if len(asked) != 5 || !asked["example.webex.com 1"] || !asked["emea.example.webex.com 2"] {
		t.Errorf("the record has %v, want a line for each of 5 questions", asked)
	}
}

func TestLongWorkSaysSoAndIsReplaced(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ group, editable bool }{{false, false}, {true, false}, {true, true}} {
		h := newHouse(t)
		h.sim.SetQuirks(simulator.Quirks{EditCards: c.editable})
		space := h.direct
		if c.group {
			space = h.group
		}
		h.ask("help")
		h.settled()
		before := h.sim.Messages(space.ID)
		h.sim.Fault(simulator.Rule{Path: "/admin/", Delay: 3 * time.Second, Times: 1})
		q := h.write(space, h.alice, "@trackbot code 1 on example.webex.com", "")
		if m := h.reply(q); !strings.Contains(m.Text, "I am at it: tracking code 1 on example.webex.com") || m.ParentID != q.ID {
			t.Errorf("after 2 s the thread reads %q", m.Text)
		}
		h.settled()
		after := h.sim.Messages(space.ID)
		if len(after) != len(before)+2 {
			t.Fatalf("%d messages more, want question and answer", len(after)-len(before))
		}
		last := after[len(after)-1]
		shows(t, last, "Department")
		if (last.Updated != nil) != c.editable {
			t.Errorf("the answer was put in place: %v, want %v", last.Updated != nil, c.editable)
		}
	}
}
