package main

import (
	"net/http"
	"strings"
	"testing"

	"trackbot/internal/simulator"
)

func TestStory(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		name string
		ask  func(string) simulator.Message
		text string
	}{
		{"1:1", h.ask, "tracking code 1 on example.webex.com"},
		{"group", h.askGroup, "@trackbot tracking code 1 on example.webex.com"},
	} {
		answer := c.ask(c.text)
		shows(t, answer, "Department", "example.webex.com", "Engineering", "Design", "Sales", "pick from the list", "required", "optional", "not used", "Meetings", "Events", "Training", "Support")
		if answer.ParentID == "" {
			t.Errorf("%s: the answer is not in the thread", c.name)
		}
		if !strings.Contains(compact(t, answer), "All codes on this site") || !strings.Contains(compact(t, answer), "Refresh") {
			t.Errorf("%s: a button is missing", c.name)
		}
		if strings.Contains(strings.ToLower(answer.Markdown), "notapplicable") || strings.Contains(drawn(t, answer), "notApplicable") {
			t.Errorf("%s: notApplicable shows", c.name)
		}
	}
}

func TestTokensKeepApart(t *testing.T) {
	h := newHouse(t)
	h.ask("tracking code 1 on example.webex.com")
	h.ask("codes")
	for _, c := range h.sim.Calls() {
		admin := strings.Contains(c.Path, "/admin/") || strings.Contains(c.Path, "/meetingPreferences")
		upgrade := strings.HasPrefix(c.Path, "/mercury/") // its token goes in a frame
		if want := map[bool]string{true: "admin", false: "bot"}[admin]; c.Token != want && !upgrade {
			t.Errorf("%s %s was called with the %s token, want %s", c.Method, c.Path, c.Token, want)
		}
		if strings.HasSuffix(c.Path, "/trackingCodes") && !strings.Contains(c.Query, "siteUrl=") {
			t.Errorf("%s %s: no siteUrl", c.Method, c.Path)
		}
	}
}

func TestThreeCallsAQuestion(t *testing.T) {
	h := newHouse(t)
	h.ask("tracking code 1 on example.webex.com")
	h.calm()
	h.ask("tracking code 2 on example.webex.com")
	h.settled()
	if got := len(h.sim.Calls()); got != 3 {
		t.Errorf("%d API calls once the asker is known, want 3: %v", got, h.sim.Calls())
	}
}

func TestWaysToAsk(t *testing.T) {
	h := newHouse(t)
	for _, text := range []string{
		"TRACKING CODE 1 ON EXAMPLE.WEBEX.COM", "show me tracking code 1 on example.webex.com", "what is code 1 at example.webex.com?",
		"trackingcode 1 https://example.webex.com/", "#1 on example", `tracking-code "1" for example.webex.com please`,
		"hello, tracking code 1 on example.webex.com. thanks", "code 1", "tracking code Department on example", `find tracking code "department" in example.webex.com`,
	} {
		shows(t, h.ask(text), "Department", "code 1", "example.webex.com")
	}
	shows(t, h.ask("tracking code Cost Center on example.webex.com"), "Cost Center")
	shows(t, h.askGroup("please @trackbot, show me code 2 on example.webex.com"), "Division")
}

func TestSiteIsShownWhereNoneWasNamed(t *testing.T) {
	h := newHouse(t)
	shows(t, h.ask("code 1"), "example.webex.com", "the default site in Webex")
	h = newHouse(t, "DEFAULT_SITE=emea.example.webex.com")
	shows(t, h.ask("codes"), "emea.example.webex.com", "the default site of this bot")
}

func TestAnswerGoesToTheThreadsRoot(t *testing.T) {
	h := newHouse(t)
	root := h.write(h.group, h.alice, "@trackbot code 1 on example.webex.com", "")
	h.reply(root)
	before := h.sim.Messages(h.group.ID)
	h.write(h.group, h.alice, "@trackbot code 2 on example.webex.com", root.ID)
	if got := h.next(h.group, append(before, h.sim.Messages(h.group.ID)...)); got.ParentID != root.ID {
		t.Errorf("parentId = %q, want the root %q", got.ParentID, root.ID)
	}
}

func TestRefusedParentIsLeftOutOnce(t *testing.T) {
	h := newHouse(t)
	h.sim.SetQuirks(simulator.Quirks{RefuseParents: true})
	before := h.sim.Messages(h.group.ID)
	h.write(h.group, h.alice, "@trackbot code 1 on example.webex.com", "")
	got := h.next(h.group, before)
	shows(t, got, "Department")
	if got.ParentID != "" {
		t.Errorf("parentId = %q, want none", got.ParentID)
	}
}

func TestBotsAndItselfAreIgnored(t *testing.T) {
	h := newHouse(t)
	other := h.sim.AddPerson(simulator.Person{DisplayName: "Otherbot", Emails: []string{"otherbot@webex.bot"}, Type: "bot"})
	space := h.sim.Group("Bots", h.alice.ID, other.ID)
	eventually(t, "the space is welcomed", func() bool { return len(h.botMessages(space)) > 0 })
	h.settled()
	before := len(h.botMessages(space))
	h.write(space, other, "@trackbot code 1 on example.webex.com", "")
	h.settled()
	if got := len(h.botMessages(space)); got != before {
		t.Errorf("%d answers to a bot, want none", got-before)
	}
}

func TestButtonsAskLikeText(t *testing.T) {
	h := newHouse(t)
	card := h.askGroup("@trackbot code 1 on example.webex.com")
	for title, want := range map[string]string{"All codes on this site": "Division", "Refresh": "Department"} {
		before := h.sim.Messages(h.group.ID)
		h.sim.Click(t.Context(), h.alice.ID, card.ID, title)
		got := h.next(h.group, before)
		shows(t, got, want, "example.webex.com")
		if got.ParentID != card.ParentID {
			t.Errorf("%s: answered in thread %q, want %q", title, got.ParentID, card.ParentID)
		}
	}
}

func TestListOpensItsCodes(t *testing.T) {
	h := newHouse(t)
	list := h.ask("list on example.webex.com")
	shows(t, list, "Department", "Division", "Cost Center", "required")
	if !strings.Contains(compact(t, list), `"selectAction"`) {
		t.Error("the rows can't be tapped")
	}
	before := h.sim.Messages(h.direct.ID)
	h.sim.Press(t.Context(), h.alice.ID, list.ID, dataOf(t, list, "code", "2"))
	shows(t, h.next(h.direct, before), "Division")
}

func TestSitesThatMayNotBeAsked(t *testing.T) {
	h := newHouse(t, "ALLOWED_SITES=example.webex.com,emea.example.webex.com", "DEFAULT_SITE=example.webex.com")
	h.ask("help")
	h.settled()
	h.sim.ResetCalls()
	for _, text := range []string{
		"code 1 on other.webex.com", "code 1 on exampel", "code 1 on https://evil.test/?x=example.webex.com", "code 1 on 127.0.0.1",
		"code 1 on еxample.webex.com", "code 1 on example.webex.com:8443", "code 1 on user@example.webex.com.evil.test",
	} {
		shows(t, h.ask(text), "emea.example.webex.com", "example.webex.com", "Sites you can ask")
	}
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls for sites that may not be asked, want none", n)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	h := newHouse(t)
	shows(t, h.ask("tracking code 99 on example.webex.com"), "No such tracking code", "99", "tracking code 1 on example.webex.com")
	shows(t, h.ask("tracking code Departmnt on example.webex.com"), "No such tracking code", "Department")
	h.sim.SetQuirks(simulator.Quirks{UnknownCode400: true})
	shows(t, h.ask("tracking code 98 on example.webex.com"), "No such tracking code", "98")
	shows(t, h.ask("tracking code"), "Which tracking code?", "Department")
}

func TestNotUnderstood(t *testing.T) {
	h := newHouse(t)
	shows(t, h.ask("hello"), "Hello", "tracking code 1 on example.webex.com")
	shows(t, h.ask("trakcing cdoe 1 on example.webex.com"), "did not understand", "trakcing cdoe", "tracking code CODE on SITE")
	shows(t, h.ask("why is the sky blue"), "why is the sky blue", "tracking code 1 on example.webex.com")
	shows(t, h.ask("help"), "tracking code", "codes on example.webex.com")
	shows(t, h.askGroup("@trackbot"), "Hello")
}

func TestWelcome(t *testing.T) {
	h := newHouse(t)
	space := h.sim.Group("New", h.alice.ID)
	shows(t, h.next(space, nil), "Hello", "tracking code 1 on example.webex.com")
}

func TestFailuresAreTold(t *testing.T) {
	h := newHouse(t)
	h.ask("code 1")
	for _, c := range []struct {
		name  string
		fault simulator.Rule
		words []string
	}{
		{"401", simulator.Rule{Status: 401}, []string{"sign-in", "WEBEX_ADMIN_TOKEN"}},
		{"403", simulator.Rule{Status: 403}, []string{"meeting:admin_schedule_read", "administrator"}},
		{"HTML", simulator.Rule{Status: 200, ContentType: "text/html", Body: "<html>oops</html>"}, []string{"can't read"}},
		{"broken JSON", simulator.Rule{BrokenJSON: true}, []string{"can't read"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.sim.ClearFaults()
			c.fault.Method, c.fault.Path = http.MethodGet, "/admin/meeting/config/trackingCodes"
			h.sim.Fault(c.fault)
			defer h.sim.ClearFaults()
			answer := h.ask("tracking code 1 on example.webex.com")
			shows(t, answer, append(c.words, "Ref ")...)
			if text := drawn(t, answer); strings.Contains(text, "oops") || strings.Contains(text, "json:") {
				t.Errorf("an error of the inside shows:\n%s", text)
			}
		})
	}
}

func TestLongPauseIsTold(t *testing.T) {
	h := newHouse(t)
	h.sim.Fault(simulator.Rule{Path: "/admin/meeting/config/trackingCodes", Status: 429, RetryAfter: "3600"})
	shows(t, h.ask("tracking code 1 on example.webex.com"), "slow down", "comes by itself at")
}

func TestShortFailuresAreMended(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, fault := range []simulator.Rule{
		{Path: "/admin/", Status: 503, Times: 2},
		{Path: "/admin/", Status: 429, RetryAfter: "1", Times: 1},
		{Path: "/admin/", Drop: "before", Times: 1},
		{Method: http.MethodGet, Path: "/messages", Status: 502, ContentType: "text/html", Body: "<html>", Times: 2},
	} {
		h.sim.Fault(fault)
		shows(t, h.ask("tracking code 1 on example.webex.com"), "Department")
		h.sim.ClearFaults()
	}
	h.sim.SetQuirks(simulator.Quirks{FreshReads: 2})
	shows(t, h.ask("tracking code 1 on example.webex.com"), "Department")
}

func TestAnotherSitesCodeIsNeverShown(t *testing.T) {
	h := newHouse(t)
	h.sim.Fault(simulator.Rule{
		Path: "/admin/meeting/config/trackingCodes", Status: 200, ContentType: "application/json",
		Body: `{"id":"1","name":"Foreign","siteUrl":"emea.example.webex.com","inputMode":"text","options":[],"hostProfileCode":"optional","scheduleStartCodes":[]}`,
	})
	answer := h.ask("tracking code 1 on example.webex.com")
	if strings.Contains(drawn(t, answer), "Foreign") || strings.Contains(answer.Markdown, "Foreign") {
		t.Errorf("another site's code was shown:\n%s", drawn(t, answer))
	}
}

func TestDuplicatesAndDisorderAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sim.SetDelivery(simulator.Delivery{Duplicate: 1, Reorder: 0.5})
	var asked []simulator.Message
	for range 20 {
		asked = append(asked, h.write(h.direct, h.alice, "code 1 on example.webex.com", ""), h.write(h.group, h.alice, "@trackbot code 2 on example.webex.com", ""))
	}
	for _, m := range asked {
		h.reply(m)
	}
	h.settled()
	for _, m := range asked {
		answers := 0
		for _, a := range h.sim.Messages(m.RoomID) {
			if a.ParentID == m.ID && a.PersonID == h.sim.Bot().ID {
				answers++
			}
		}
		if answers != 1 {
			t.Errorf("%d answers to one question, want 1", answers)
		}
	}
}

func TestUncertainPostsAreNotRepeated(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, drop := range []string{"after", "before"} {
		for _, space := range []simulator.Space{h.direct, h.group} {
			h.sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Drop: drop, Times: 1})
			root := h.write(space, h.alice, "@trackbot code 1 on example.webex.com", "")
			h.reply(root)
			h.settled()
			answers := 0
			for _, m := range h.botMessages(space) {
				if m.ParentID == root.ID {
					answers++
				}
			}
			if answers != 1 {
				t.Errorf("connection lost %s the post, %s: %d answers, want 1", drop, space.Type, answers)
			}
			h.sim.ClearFaults()
		}
	}
}
