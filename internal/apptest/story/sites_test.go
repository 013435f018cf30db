package story

import (
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// ways asks as one does 1:1 and in a group space.
func ways(h *apptest.World) map[string]func(string) simulator.Message {
	return map[string]func(string) simulator.Message{
		"1:1":   h.Ask,
		"group": func(text string) simulator.Message { return h.AskGroup("@trackbot " + text) },
	}
}

func TestOptionsArePagedSearchedAndInAFile(t *testing.T) {
	h := apptest.New(t)
	c := simulator.TrackingCode{Name: "Kostenstelle 部門", InputMode: "select", HostProfileCode: "optional"}
	for i := range 500 {
		c.Options = append(c.Options, simulator.Option{Value: "=CC-" + strings.Repeat("部", 40) + string(rune('A'+i%26)) + time.Duration(i).String(), DefaultValue: i == 77})
	}
	id := h.Sim.PutCode("example.webex.com", c).ID
	for way, ask := range ways(h) {
		first := ask("options of Kostenstelle 部門 on example.webex.com")
		apptest.Shows(t, first, "Options of Kostenstelle 部門", "example.webex.com", "500 options", "1–10 of 500", "Default: =CC-")
		apptest.Shows(t, h.Press(first, "Next ›", nil), "11–20 of 500")
		found := ask("options of " + id + " on example containing 77ns")
		apptest.Shows(t, found, "77ns", "of 5 that contain", "default")
		apptest.Shows(t, h.Press(found, "Search", map[string]string{"form.filter": "499ns"}), "499ns", "1–1 of 1 that contain")
		apptest.Shows(t, ask("options of "+id+" on example.webex.com as a file"), "500 options of code "+id, "as a file")
		h.Settled()
		all := h.Sim.Messages(first.RoomID)
		last := all[len(all)-1]
		if len(last.Files) != 1 {
			t.Fatalf("%s: the last message has the files %v", way, last.Files)
		}
		f := h.Sim.File(last.Files[0])
		if lines := strings.Count(string(f.Data), "\r\n"); lines != 501 || !strings.Contains(string(f.Data), "'=CC-") || !strings.HasSuffix(f.Name, ".csv") {
			t.Errorf("%s: the file %s has %d lines, want 501, none of which a spreadsheet runs", way, f.Name, lines)
		}
	}
	apptest.Shows(t, h.Ask("options of Departmnt on example"), "Options of Department (you wrote “Departmnt”)")
	apptest.Shows(t, h.Ask("options of Cost Center on example"), "it has no options")
	form := h.AskGroup("@trackbot options on example.webex.com")
	apptest.Shows(t, form, "Which tracking code?")
	apptest.Shows(t, h.Press(form, "Show it", map[string]string{"form.code": "1"}), "Options of Department", "Design")
}

func TestSitesAndWhichOneIsMeant(t *testing.T) {
	h := apptest.New(t, "SITE_NICKNAMES=eu=emea.example.webex.com,far=elsewhere.webex.com")
	for _, ask := range ways(h) {
		list := ask("sites")
		apptest.Shows(t, list, "2 sites you can ask", "example.webex.com", "emea.example.webex.com", "also called emea, eu", "the default site in Webex")
		apptest.Shows(t, h.Press(list, "emea.example.webex.com", nil), "emea.example.webex.com", "Project")
	}
	apptest.Shows(t, h.Ask("codes on eu"), "emea.example.webex.com", "Project")
	apptest.Shows(t, h.Ask("codes on emea"), "emea.example.webex.com")
	apptest.Shows(t, h.Ask("codes on far"), "Sites I can look up")

	apptest.Shows(t, h.Ask("use eu"), "emea.example.webex.com is now the site of your own questions")
	apptest.Shows(t, h.AskGroup("@trackbot codes"), "emea.example.webex.com", "your own site")
	apptest.Shows(t, h.AskGroup("@trackbot use example.webex.com here"), "example.webex.com is now the site of this space")
	apptest.Shows(t, h.AskGroup("@trackbot codes"), "example.webex.com", "the site of this space", "Department")
	apptest.Shows(t, h.Ask("codes"), "emea.example.webex.com", "your own site")
	apptest.Shows(t, h.AskGroup("@trackbot codes on eu"), "emea.example.webex.com")
	apptest.Shows(t, h.AskGroup("@trackbot where"), "example.webex.com", "the site of this space", "emea.example.webex.com")

	form := h.AskGroup("@trackbot use")
	apptest.Shows(t, form, "Use which site?")
	apptest.Shows(t, h.Press(form, "Use it here", map[string]string{"form.site": "emea.example.webex.com"}), "emea.example.webex.com is now the site of this space")
	apptest.Shows(t, h.Press(form, "None here", nil), "No site is chosen for this space", "your own site")
	apptest.Shows(t, h.Press(form, "None for me", nil), "No site is chosen for your own questions", "the default site in Webex")
	apptest.Shows(t, h.Ask("use exampel here"), "I can't look up", "example.webex.com")
	apptest.Shows(t, h.Ask("use evil.example.net"), "I can't look up")
	if got := h.Ask("codes"); strings.Contains(apptest.Drawn(t, got), "evil") {
		t.Error("a site that may not be asked was chosen")
	}
}

// TestChosenSiteOutlivesARestart is the process killed and started again.
func TestChosenSiteOutlivesARestart(t *testing.T) {
	t.Parallel()
	h, p := apptest.NewProcessWorld(t)
	apptest.Shows(t, h.AskGroup("@trackbot use emea here"), "emea.example.webex.com is now the site of this space")
	p.Kill()
	p.Start()
	apptest.Shows(t, h.AskGroup("@trackbot codes"), "emea.example.webex.com", "the site of this space")
}

func TestWhyInAThread(t *testing.T) {
	h := apptest.New(t, "CACHE_SECONDS=30")
	for _, space := range []simulator.Space{h.Direct, h.Group} {
		for _, want := range []string{"1 call to Webex", "none; another question"} {
			q := h.Write(space, h.Alice, "@trackbot code 1", "")
			answer := h.Reply(q)
			if want != "1 call to Webex" || space.ID == h.Direct.ID {
				h.Settled() // how it came about is known once it is stored where it stands
				before := h.Sim.Messages(space.ID)
				h.Write(space, h.Alice, "@trackbot why", q.ID)
				why := h.Next(space, before)
				apptest.Shows(t, why, "How that came about", "code “1”", "example.webex.com: none was named, and it is the default site in Webex", want, "read at", "answered at", "Ref")
				if why.ParentID != answer.ParentID {
					t.Errorf("why is answered in %q, want the thread", why.ParentID)
				}
			}
		}
	}
	apptest.Shows(t, h.Ask("why"), "Ask it in a thread")
}

// How an answer came about is known after a restart, of the first answer in a
// thread as of a later one.
func TestWhyAfterARestart(t *testing.T) {
	t.Parallel()
	h, p := apptest.NewProcessWorld(t)
	ask := func(text, parent string) (q, answer simulator.Message) {
		before := h.Sim.Messages(h.Direct.ID)
		q = h.Write(h.Direct, h.Alice, text, parent)
		return q, h.Next(h.Direct, before)
	}
	restart := func() {
		if status := p.Terminate(); status != 0 {
			t.Errorf("exit status %d", status)
		}
		p.Start()
	}
	first, _ := ask("code 1 on example.webex.com", "")
	restart()
	_, why := ask("why", first.ID)
	apptest.Shows(t, why, "How that came about", "code “1”", "1 call to Webex")
	_, _ = ask("options of 2 on example.webex.com", first.ID)
	restart()
	_, why = ask("why", first.ID)
	apptest.Shows(t, why, "How that came about", "options “2”", "1 call to Webex")
}

func TestStatus(t *testing.T) {
	h := apptest.New(t)
	for _, ask := range ways(h) {
		m := ask("status")
		apptest.Shows(t, m, "I am well", "receiving through webhooks", "Admin token", "Queue", "Last event", "Version")
		apptest.Shows(t, h.Press(m, "Refresh", nil), "I am well")
	}
	for _, secret := range []string{h.Sim.BotToken(), h.Sim.AdminToken()} {
		if strings.Contains(apptest.Drawn(t, h.Ask("status")), secret) {
			t.Error("status shows a token")
		}
	}
}

func TestHelpOfOneAndByButton(t *testing.T) {
	h := apptest.New(t)
	for _, ask := range ways(h) {
		all := ask("help")
		apptest.Shows(t, all, "options of CODE on SITE", "More: sites", "use SITE [here]", "More: this bot", "why", "status")
		apptest.Shows(t, h.Press(all, "codes", nil), "3 tracking codes")
		for _, typed := range []string{"help more: this bot", "help this bot"} {
			apptest.Shows(t, ask(typed), "What you can ask: this bot", "how the answer above came about", "status")
		}
		one := ask("help codes")
		apptest.Shows(t, one, "codes on SITE", "All tracking codes of a site", "codes containing cost on example.webex.com")
		apptest.Shows(t, h.Press(one, "Ask it", nil), "3 tracking codes")
		apptest.Shows(t, ask("help optoins"), "options of CODE on SITE")
		apptest.Shows(t, ask("help me find code 1 on example.webex.com"), "Department")
	}
}

func TestSeveralAtOnce(t *testing.T) {
	h := apptest.New(t)
	h.Sim.PutCode("example.webex.com", simulator.TrackingCode{Name: "Research, Design and Care", InputMode: "text"})
	for _, ask := range ways(h) {
		m := ask("tracking codes 1, 2 and Cost Center on example")
		apptest.Shows(t, m, "Department", "Division", "Cost Center", "example.webex.com", "required")
		apptest.Shows(t, h.Press(m, "tracking code 2 on example.webex.com", nil), "Division", "Intern")
		apptest.Shows(t, ask("codes 1, Divisoin and 99 on example.webex.com"), "Department", "Division (you wrote “Divisoin”)", "No such tracking code", "99")
		lines := ask("code 1 on example\ncodes on emea.example.webex.com\n\ncode 9 on nowhere")
		apptest.Shows(t, lines, "Department", "Business Unit", "emea.example.webex.com", "I can't look up")
		apptest.Shows(t, h.Press(lines, "tracking code 9", nil), "I can't look up", "nowhere")
	}
	only := h.Ask("tracking code Research, Design and Care on example.webex.com")
	apptest.Shows(t, only, "Research, Design and Care")
	if strings.Contains(apptest.Drawn(t, only), "No such") {
		t.Error("a name with commas was taken apart")
	}
	h.Settled()
	recorded := len(h.Recorded())
	many := h.Ask("code 1 on example\ncode 2 on example\ncode 3 on example\ncode 1 on emea\ncode 2 on emea\ncode 3 on emea\ncodes on emea")
	apptest.Shows(t, many, "I answer 5 questions at once. Ask again: tracking code 3 on emea.example.webex.com, codes on emea.example.webex.com")
	h.Settled()
	asked := make(map[string]bool)
	for _, r := range h.Recorded()[recorded:] {
		asked[r.Site+" "+r.Code] = true
	}
	if len(asked) != 5 || !asked["example.webex.com 1"] || !asked["emea.example.webex.com 2"] {
		t.Errorf("the record has %v, want a line for each of 5 questions", asked)
	}
}

func TestLongWorkSaysSoAndIsReplaced(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ group, editable bool }{{false, false}, {true, false}, {true, true}} {
		h := apptest.New(t)
		h.Sim.SetQuirks(simulator.Quirks{EditCards: c.editable})
		space := h.Direct
		if c.group {
			space = h.Group
		}
		h.Ask("help")
		h.Settled()
		before := h.Sim.Messages(space.ID)
		h.Sim.Fault(simulator.Rule{Path: "/admin/", Delay: 3 * time.Second, Times: 1})
		q := h.Write(space, h.Alice, "@trackbot code 1 on example.webex.com", "")
		if m := h.Reply(q); !strings.Contains(m.Text, "I am at it: tracking code 1 on example.webex.com") || m.ParentID != q.ID {
			t.Errorf("after 2 s the thread reads %q", m.Text)
		}
		h.Settled()
		after := h.Sim.Messages(space.ID)
		if len(after) != len(before)+2 {
			t.Fatalf("%d messages more, want question and answer", len(after)-len(before))
		}
		last := after[len(after)-1]
		apptest.Shows(t, last, "Department")
		if (last.Updated != nil) != c.editable {
			t.Errorf("the answer was put in place: %v, want %v", last.Updated != nil, c.editable)
		}
	}
}
