package story

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

func TestStory(t *testing.T) {
	h := apptest.New(t)
	for _, c := range []struct {
		name string
		ask  func(string) simulator.Message
		text string
	}{
		{"1:1", h.Ask, "tracking code 1 on example.webex.com"},
		{"group", h.AskGroup, "@trackbot tracking code 1 on example.webex.com"},
	} {
		answer := c.ask(c.text)
		apptest.Shows(t, answer, "Department", "example.webex.com", "Engineering", "Design", "Sales", "pick from the list", "required", "optional", "not used", "Meetings", "Events", "Training", "Support")
		if answer.ParentID == "" {
			t.Errorf("%s: the answer is not in the thread", c.name)
		}
		if !strings.Contains(apptest.Compact(t, answer), "Codes: example") || !strings.Contains(apptest.Compact(t, answer), "Refresh") {
			t.Errorf("%s: a button is missing", c.name)
		}
		if strings.Contains(strings.ToLower(answer.Markdown), "notapplicable") || strings.Contains(apptest.Drawn(t, answer), "notApplicable") {
			t.Errorf("%s: notApplicable shows", c.name)
		}
	}
}

func TestTokensKeepApart(t *testing.T) {
	h := apptest.New(t)
	h.Ask("tracking code 1 on example.webex.com")
	h.Ask("codes")
	for _, c := range h.Sim.Calls() {
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
	h := apptest.New(t)
	h.Ask("tracking code 1 on example.webex.com")
	h.Calm()
	h.Ask("tracking code 2 on example.webex.com")
	h.Settled()
	if got := len(h.Sim.Calls()); got != 3 {
		t.Errorf("%d API calls once the asker is known, want 3: %v", got, h.Sim.Calls())
	}
}

func TestWaysToAsk(t *testing.T) {
	h := apptest.New(t)
	for _, text := range []string{
		"TRACKING CODE 1 ON EXAMPLE.WEBEX.COM", "show me tracking code 1 on example.webex.com", "what is code 1 at example.webex.com?",
		"trackingcode 1 https://example.webex.com/", "#1 on example", `tracking-code "1" for example.webex.com please`,
		"hello, tracking code 1 on example.webex.com. thanks", "code 1", "tracking code Department on example", `find tracking code "department" in example.webex.com`,
	} {
		apptest.Shows(t, h.Ask(text), "Department", "code 1", "example.webex.com")
	}
	apptest.Shows(t, h.Ask("tracking code Cost Center on example.webex.com"), "Cost Center")
	apptest.Shows(t, h.AskGroup("please @trackbot, show me code 2 on example.webex.com"), "Division")
}

func TestSiteIsShownWhereNoneWasNamed(t *testing.T) {
	h := apptest.New(t)
	apptest.Shows(t, h.Ask("code 1"), "example.webex.com", "the default site in Webex")
	h = apptest.New(t, "DEFAULT_SITE=emea.example.webex.com")
	apptest.Shows(t, h.Ask("codes"), "emea.example.webex.com", "the default site of this bot")
}

func TestAnswerGoesToTheThreadsRoot(t *testing.T) {
	h := apptest.New(t)
	root := h.Write(h.Group, h.Alice, "@trackbot code 1 on example.webex.com", "")
	h.Reply(root)
	before := h.Sim.Messages(h.Group.ID)
	h.Write(h.Group, h.Alice, "@trackbot code 2 on example.webex.com", root.ID)
	if got := h.Next(h.Group, append(before, h.Sim.Messages(h.Group.ID)...)); got.ParentID != root.ID {
		t.Errorf("parentId = %q, want the root %q", got.ParentID, root.ID)
	}
}

func TestRefusedParentIsLeftOutOnce(t *testing.T) {
	h := apptest.New(t)
	h.Sim.SetQuirks(simulator.Quirks{RefuseParents: true})
	before := h.Sim.Messages(h.Group.ID)
	h.Write(h.Group, h.Alice, "@trackbot code 1 on example.webex.com", "")
	got := h.Next(h.Group, before)
	apptest.Shows(t, got, "Department")
	if got.ParentID != "" {
		t.Errorf("parentId = %q, want none", got.ParentID)
	}
}

func TestBotsAndItselfAreIgnored(t *testing.T) {
	h := apptest.New(t)
	other := h.Sim.AddPerson(simulator.Person{DisplayName: "Otherbot", Emails: []string{"otherbot@webex.bot"}, Type: "bot"})
	space := h.Sim.Group("Bots", h.Alice.ID, other.ID)
	apptest.Eventually(t, "the space is welcomed", func() bool { return len(h.BotMessages(space)) > 0 })
	h.Settled()
	before := len(h.BotMessages(space))
	h.Write(space, other, "@trackbot code 1 on example.webex.com", "")
	h.Settled()
	if got := len(h.BotMessages(space)); got != before {
		t.Errorf("%d answers to a bot, want none", got-before)
	}
}

func TestButtonsAskLikeText(t *testing.T) {
	h := apptest.New(t)
	card := h.AskGroup("@trackbot code 1 on example.webex.com")
	for _, c := range [][2]string{{"Codes: example", "Division"}, {"Refresh", "Department"}} {
		title, want := c[0], c[1]
		before := h.Sim.Messages(h.Group.ID)
		h.Sim.Click(t.Context(), h.Alice.ID, card.ID, title)
		got := h.Next(h.Group, before)
		apptest.Shows(t, got, want, "example.webex.com")
		if strings.Contains(got.Markdown, "as asked") || !strings.Contains(card.Markdown, "as asked") {
			t.Errorf("%s: after a press nobody asked for the site: %s", title, got.Markdown)
		}
		if got.ParentID != card.ParentID {
			t.Errorf("%s: answered in thread %q, want %q", title, got.ParentID, card.ParentID)
		}
	}
	h.Settled()
	if slices.ContainsFunc(h.Sim.Messages(h.Group.ID), func(m simulator.Message) bool { return m.ID == card.ID }) {
		t.Error("the old card stands beside the one that Refresh gave")
	}
}

func TestListOpensItsCodes(t *testing.T) {
	h := apptest.New(t)
	list := h.Ask("list on example.webex.com")
	apptest.Shows(t, list, "Department", "Division", "Cost Center", "required")
	if !strings.Contains(apptest.Compact(t, list), `"selectAction"`) {
		t.Error("the rows can't be tapped")
	}
	before := h.Sim.Messages(h.Direct.ID)
	h.Sim.Press(t.Context(), h.Alice.ID, list.ID, apptest.DataOf(t, list, "code", `"id":"2"`))
	apptest.Shows(t, h.Next(h.Direct, before), "Division")
}

func TestSitesThatMayNotBeAsked(t *testing.T) {
	h := apptest.New(t, "ALLOWED_SITES=example.webex.com,emea.example.webex.com", "DEFAULT_SITE=example.webex.com")
	h.Ask("help")
	h.Settled()
	h.Sim.ResetCalls()
	for _, text := range []string{
		"code 1 on other.webex.com", "code 1 on exampel", "code 1 on https://evil.test/?x=example.webex.com", "code 1 on 127.0.0.1",
		"code 1 on еxample.webex.com", "code 1 on example.webex.com:8443", "code 1 on user@example.webex.com.evil.test",
	} {
		apptest.Shows(t, h.Ask(text), "emea.example.webex.com", "example.webex.com", "Sites I can look up")
	}
	if n := h.AdminCalls(); n != 0 {
		t.Errorf("%d admin calls for sites that may not be asked, want none", n)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	h := apptest.New(t)
	apptest.Shows(t, h.Ask("tracking code 99 on example.webex.com"), "No such tracking code", "99", "tracking code 1 on example.webex.com")
	apptest.Shows(t, h.Ask("tracking code Xyzzy on example.webex.com"), "No such tracking code", "Department")
	h.Sim.SetQuirks(simulator.Quirks{UnknownCode400: true})
	apptest.Shows(t, h.Ask("tracking code 98 on example.webex.com"), "No such tracking code", "98")
	apptest.Shows(t, h.Ask("tracking code"), "Which tracking code?", "Department")
}

func TestNotUnderstood(t *testing.T) {
	h := apptest.New(t)
	apptest.Shows(t, h.Ask("hello"), "Hello", "What would you like to know?")
	apptest.Shows(t, h.Ask("lisd"), "I don't know how to answer", "Closest match", "codes on SITE")
	apptest.Shows(t, h.Ask("why is the sky blue"), "why is the sky blue", "Closest match")
	apptest.Shows(t, h.Ask("help"), "tracking code", "codes on example.webex.com")
	apptest.Shows(t, h.AskGroup("@trackbot"), "Hello")
}

func TestWelcome(t *testing.T) {
	h := apptest.New(t)
	space := h.Sim.Group("New", h.Alice.ID)
	apptest.Shows(t, h.Next(space, nil), "Hi, I'm Trackbot", "tracking code 1 on example.webex.com")
}

func TestFailuresAreTold(t *testing.T) {
	h := apptest.New(t)
	h.Ask("code 1")
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
			h.Sim.ClearFaults()
			c.fault.Method, c.fault.Path = http.MethodGet, "/admin/meeting/config/trackingCodes"
			h.Sim.Fault(c.fault)
			defer h.Sim.ClearFaults()
			answer := h.Ask("tracking code 1 on example.webex.com")
			apptest.Shows(t, answer, append(c.words, "Ref ")...)
			if text := apptest.Drawn(t, answer); strings.Contains(text, "oops") || strings.Contains(text, "json:") {
				t.Errorf("an error of the inside shows:\n%s", text)
			}
		})
	}
}

func TestLongPauseIsTold(t *testing.T) {
	h := apptest.New(t)
	h.Sim.Fault(simulator.Rule{Path: "/admin/meeting/config/trackingCodes", Status: 429, RetryAfter: "3600"})
	apptest.Shows(t, h.Ask("tracking code 1 on example.webex.com"), "slow down", "comes by itself at")
}

func TestShortFailuresAreMended(t *testing.T) {
	t.Parallel()
	h := apptest.New(t)
	for _, fault := range []simulator.Rule{
		{Path: "/admin/", Status: 503, Times: 2},
		{Path: "/admin/", Status: 429, RetryAfter: "1", Times: 1},
		{Path: "/admin/", Drop: "before", Times: 1},
		{Method: http.MethodGet, Path: "/messages", Status: 502, ContentType: "text/html", Body: "<html>", Times: 2},
	} {
		h.Sim.Fault(fault)
		apptest.Shows(t, h.Ask("tracking code 1 on example.webex.com"), "Department")
		h.Sim.ClearFaults()
	}
	h.Sim.SetQuirks(simulator.Quirks{FreshReads: 2})
	apptest.Shows(t, h.Ask("tracking code 1 on example.webex.com"), "Department")
}

func TestAnotherSitesCodeIsNeverShown(t *testing.T) {
	h := apptest.New(t)
	h.Sim.Fault(simulator.Rule{
		Path: "/admin/meeting/config/trackingCodes", Status: 200, ContentType: "application/json",
		Body: `{"id":"1","name":"Foreign","siteUrl":"emea.example.webex.com","inputMode":"text","options":[],"hostProfileCode":"optional","scheduleStartCodes":[]}`,
	})
	answer := h.Ask("tracking code 1 on example.webex.com")
	if strings.Contains(apptest.Drawn(t, answer), "Foreign") || strings.Contains(answer.Markdown, "Foreign") {
		t.Errorf("another site's code was shown:\n%s", apptest.Drawn(t, answer))
	}
}

func TestDuplicatesAndDisorderAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	h := apptest.New(t)
	h.Sim.SetDelivery(simulator.Delivery{Duplicate: 1, Reorder: 0.5})
	var asked []simulator.Message
	for range 20 {
		asked = append(asked, h.Write(h.Direct, h.Alice, "code 1 on example.webex.com", ""), h.Write(h.Group, h.Alice, "@trackbot code 2 on example.webex.com", ""))
	}
	for _, m := range asked {
		h.Reply(m)
	}
	h.Settled()
	for _, m := range asked {
		answers := 0
		for _, a := range h.Sim.Messages(m.RoomID) {
			if a.ParentID == m.ID && a.PersonID == h.Sim.Bot().ID {
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
	h := apptest.New(t)
	for _, drop := range []string{"after", "before"} {
		for _, space := range []simulator.Space{h.Direct, h.Group} {
			h.Sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Drop: drop, Times: 1})
			root := h.Write(space, h.Alice, "@trackbot code 1 on example.webex.com", "")
			h.Reply(root)
			h.Settled()
			answers := 0
			for _, m := range h.BotMessages(space) {
				if m.ParentID == root.ID {
					answers++
				}
			}
			if answers != 1 {
				t.Errorf("connection lost %s the post, %s: %d answers, want 1", drop, space.Type, answers)
			}
			h.Sim.ClearFaults()
		}
	}
}
