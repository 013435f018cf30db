package access

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// outsider adds a person of another organization.
func outsider(h *apptest.World, p simulator.Person) simulator.Person {
	p.OrgID = h.Sim.Person("mallory").OrgID
	return h.Sim.AddPerson(p)
}

// TestOutsiders is an outsider by message, in each shape: the bot knows its
// sites already, so that no admin call has a reason but the question.
func TestOutsiders(t *testing.T) {
	for _, c := range []struct {
		name string
		env  []string
		who  simulator.Person
		own  bool // of the bot's organization
	}{
		{name: "another organization", who: simulator.Person{DisplayName: "Otto"}},
		{name: "a look-alike domain, at the end", env: []string{"ALLOWED_DOMAINS=partner.example"}, who: simulator.Person{DisplayName: "Otto", Emails: []string{"otto@evilpartner.example"}}},
		{name: "a look-alike domain, at the start", env: []string{"ALLOWED_DOMAINS=partner.example"}, who: simulator.Person{DisplayName: "Otto", Emails: []string{"otto@partner.example.evil.test"}}},
		{name: "a sub-domain", env: []string{"ALLOWED_DOMAINS=partner.example"}, who: simulator.Person{DisplayName: "Otto", Emails: []string{"otto@sub.partner.example"}}},
		{name: "letters of another script", env: []string{"ALLOWED_DOMAINS=partner.example"}, who: simulator.Person{DisplayName: "Otto", Emails: []string{"otto@pаrtner.example"}}},
		{name: "two @", env: []string{"ALLOWED_DOMAINS=partner.example"}, who: simulator.Person{DisplayName: "Otto", Emails: []string{"otto@evil.test@partner.example"}}},
		{name: "an upper-case e-mail that is denied", env: []string{"DENIED_EMAILS=otto@example.com"}, who: simulator.Person{DisplayName: "Otto", Emails: []string{"OTTO@EXAMPLE.COM"}}, own: true},
		{name: "a machine account", who: simulator.Person{DisplayName: "Otto", Type: "appuser"}, own: true},
		{name: "an organization that no longer counts", env: []string{"ALLOWED_ORGS=none", "ALLOWED_EMAILS=alice@example.com"}, who: simulator.Person{DisplayName: "Otto"}, own: true},
		{name: "not in this space", env: []string{"ALLOWED_ROOMS=9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"}, who: simulator.Person{DisplayName: "Otto"}, own: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := apptest.NewUnwelcomed(t, append(c.env, "CONTACT=alice@example.com")...)
			if !c.own {
				c.who.OrgID = h.Sim.Person("mallory").OrgID
			}
			otto := h.Sim.AddPerson(c.who)
			space := h.Sim.Direct(otto.ID)
			h.Settled()
			h.Sim.ResetCalls()
			first := h.Reply(h.Write(space, otto, "tracking code 1 on example.webex.com", ""))
			apptest.Shows(t, first, "Sorry")
			for _, text := range []string{"codes", "hello", "gibberish"} {
				h.Write(space, otto, text, "")
			}
			h.Settled()
			if got := len(h.BotMessages(space)); got != 1 {
				t.Errorf("%d messages, want one refusal", got)
			}
			for _, text := range []string{"help", "why was I refused?"} { // who asks why reads it again
				apptest.Shows(t, h.Reply(h.Write(space, otto, text, "")), "Sorry")
			}
			if n := h.AdminCalls(); n != 0 {
				t.Errorf("%d admin calls, want none", n)
			}
			apptest.NoData(t, h.BotMessages(space)...)
		})
	}
}

// TestOutsidersListed are those who are let in on purpose.
func TestOutsidersListed(t *testing.T) {
	h := apptest.New(t, "ALLOWED_DOMAINS=Partner.example", "ALLOWED_EMAILS=Eve@other.example")
	for _, email := range []string{"otto@PARTNER.example", "eve@OTHER.example"} {
		p := outsider(h, simulator.Person{DisplayName: "Otto", Emails: []string{email}})
		apptest.Shows(t, h.Reply(h.Write(h.Sim.Direct(p.ID), p, "tracking code 1 on example.webex.com", "")), "Department")
	}
}

func TestForgedWebhookDoesNothing(t *testing.T) {
	h := apptest.New(t)
	m := h.Write(h.Direct, h.Alice, "code 1 on example.webex.com", "")
	h.Reply(m)
	h.Settled()
	h.Sim.ResetCalls()
	before := len(h.BotMessages(h.Direct))
	body := fmt.Sprintf(`{"resource":"messages","event":"created","actorId":%q,"data":{"id":"forged","roomId":%q,"personId":%q,"personEmail":"alice@example.com"}}`,
		h.Alice.ID, h.Direct.ID, h.Alice.ID)
	for _, sign := range []string{"", strings.Repeat("0", 40), strings.Repeat("0", 64), strings.Repeat("0", 128)} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+h.App.Addr()+"/webhook", bytes.NewBufferString(body))
		if err != nil {
			t.Fatal(err)
		}
		if sign != "" {
			req.Header.Set("X-Spark-Signature", sign)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode < 400 {
			t.Errorf("a forged signature %q got %s", sign, resp.Status)
		}
	}
	h.Settled()
	if got := len(h.BotMessages(h.Direct)) - before; got != 0 || len(h.Sim.Calls()) != 0 {
		t.Errorf("a forged webhook led to %d messages and the calls %v", got, h.Sim.Calls())
	}
}

func TestPacing(t *testing.T) {
	h := apptest.New(t, "LIMIT_PERSON_MINUTE=4") // the welcome was one
	card := h.Ask("code 1 on example.webex.com")
	h.Ask("code 1 on example.webex.com")
	h.Settled()
	before := h.Sim.Messages(h.Direct.ID)
	h.Sim.Click(t.Context(), h.Alice.ID, card.ID, "Refresh") // counts like text
	apptest.Shows(t, h.Next(h.Direct, before), "Department")
	apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "a lot of questions", "I answer again in")
	h.Settled()
	h.Sim.ResetCalls()
	quiet := len(h.BotMessages(h.Direct))
	for range 10 {
		h.Write(h.Direct, h.Alice, "code 1 on example.webex.com", "")
	}
	h.Settled()
	if got := len(h.BotMessages(h.Direct)) - quiet; got != 0 || h.AdminCalls() != 0 {
		t.Errorf("%d messages and %d admin calls for who asks too much, want none", got, h.AdminCalls())
	}
	bob := h.Sim.Person("bob")
	apptest.Shows(t, h.Reply(h.Write(h.Group, bob, "@trackbot code 1 on example.webex.com", "")), "Department")
}

func TestWrongRulesStopTheStartAllAtOnce(t *testing.T) {
	_, env := apptest.Simulated(t)
	env = append(env, "ALLOWED_DOMAINS=@example.com,*.example.com", "DENIED_EMAILS=mallory", "ADMINS=ada@example.com,,", "ALLOWED_ROOMS=Direct",
		"SHARE_WITH_GUESTS=maybe", "LIMIT_SPACE_MINUTE=-1", "AUDIT_DAYS=0")
	for _, command := range []string{"serve", "check"} {
		status, out, errs := apptest.Run(t, "", env, command)
		for _, name := range []string{"ALLOWED_DOMAINS", "DENIED_EMAILS", "ADMINS", "ALLOWED_ROOMS", "SHARE_WITH_GUESTS", "LIMIT_SPACE_MINUTE", "AUDIT_DAYS"} {
			if status != 1 || !strings.Contains(out+errs, name) {
				t.Errorf("trackbot %s: status %d, and nothing on %s:\n%s%s", command, status, name, out, errs)
			}
		}
		if strings.Contains(out+errs, "mallory") {
			t.Errorf("trackbot %s repeats a value:\n%s%s", command, out, errs)
		}
	}
}
