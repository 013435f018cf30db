package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trackbot/internal/simulator"
)

// noData fails where a site's data or its name stands in what the bot wrote.
func noData(t *testing.T, list ...simulator.Message) {
	t.Helper()
	for _, m := range list {
		var b strings.Builder
		b.WriteString(m.Markdown + m.Text)
		for _, a := range m.Attachments {
			b.Write(a.Content)
		}
		text := b.String()
		for _, word := range []string{"Department", "Engineering", "webex.com", "Division"} {
			if strings.Contains(text, word) {
				t.Errorf("%q is told to whom it may not be:\n%s", word, text)
			}
		}
	}
}

// outsider adds a person of another organization.
func (h *house) outsider(p simulator.Person) simulator.Person {
	p.OrgID = h.sim.Person("mallory").OrgID
	return h.sim.AddPerson(p)
}

// TestOutsiders is an outsider by message, in each shape: the house knows its
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
			h := newLonelyHouse(t, append(c.env, "CONTACT=alice@example.com")...)
			if !c.own {
				c.who.OrgID = h.sim.Person("mallory").OrgID
			}
			otto := h.sim.AddPerson(c.who)
			space := h.sim.Direct(otto.ID)
			h.settled()
			h.sim.ResetCalls()
			first := h.reply(h.write(space, otto, "tracking code 1 on example.webex.com", ""))
			shows(t, first, "Sorry", "Ask alice@example.com to add you")
			for _, text := range []string{"codes", "help", "hello", "gibberish"} {
				h.write(space, otto, text, "")
			}
			h.settled()
			if got := len(h.botMessages(space)); got != 1 {
				t.Errorf("%d messages, want one refusal", got)
			}
			if n := h.adminCalls(); n != 0 {
				t.Errorf("%d admin calls, want none", n)
			}
			noData(t, h.botMessages(space)...)
		})
	}
}

// TestOutsidersListed are those who are let in on purpose.
func TestOutsidersListed(t *testing.T) {
	h := newHouse(t, "ALLOWED_DOMAINS=Partner.example", "ALLOWED_EMAILS=Eve@other.example")
	for _, email := range []string{"otto@PARTNER.example", "eve@OTHER.example"} {
		p := h.outsider(simulator.Person{DisplayName: "Otto", Emails: []string{email}})
		shows(t, h.reply(h.write(h.sim.Direct(p.ID), p, "tracking code 1 on example.webex.com", "")), "Department")
	}
}

func TestForgedWebhookDoesNothing(t *testing.T) {
	h := newHouse(t)
	m := h.write(h.direct, h.alice, "code 1 on example.webex.com", "")
	h.reply(m)
	h.settled()
	h.sim.ResetCalls()
	before := len(h.botMessages(h.direct))
	body := fmt.Sprintf(`{"resource":"messages","event":"created","actorId":%q,"data":{"id":"forged","roomId":%q,"personId":%q,"personEmail":"alice@example.com"}}`,
		h.alice.ID, h.direct.ID, h.alice.ID)
	for _, sign := range []string{"", strings.Repeat("0", 40), strings.Repeat("0", 64), strings.Repeat("0", 128)} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+h.app.ears.Addr().String()+"/webhook", bytes.NewBufferString(body))
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
	h.settled()
	if got := len(h.botMessages(h.direct)) - before; got != 0 || len(h.sim.Calls()) != 0 {
		t.Errorf("a forged webhook led to %d messages and the calls %v", got, h.sim.Calls())
	}
}

func TestPacing(t *testing.T) {
	h := newHouse(t, "LIMIT_PERSON_MINUTE=3")
	card := h.ask("code 1 on example.webex.com")
	h.ask("code 1 on example.webex.com")
	h.settled()
	before := h.sim.Messages(h.direct.ID)
	h.sim.Click(t.Context(), h.alice.ID, card.ID, "Refresh") // counts like text
	shows(t, h.next(h.direct, before), "Department")
	shows(t, h.ask("code 1 on example.webex.com"), "a lot of questions", "I answer again in")
	h.settled()
	h.sim.ResetCalls()
	quiet := len(h.botMessages(h.direct))
	for range 10 {
		h.write(h.direct, h.alice, "code 1 on example.webex.com", "")
	}
	h.settled()
	if got := len(h.botMessages(h.direct)) - quiet; got != 0 || h.adminCalls() != 0 {
		t.Errorf("%d messages and %d admin calls for who asks too much, want none", got, h.adminCalls())
	}
	bob := h.sim.Person("bob")
	shows(t, h.reply(h.write(h.group, bob, "@trackbot code 1 on example.webex.com", "")), "Department")
}

func TestWrongRulesStopTheStartAllAtOnce(t *testing.T) {
	_, env := simulated(t)
	env = append(env, "ALLOWED_DOMAINS=@example.com,*.example.com", "DENIED_EMAILS=mallory", "ADMINS=ada@example.com,,", "ALLOWED_ROOMS=Direct",
		"SHARE_WITH_GUESTS=maybe", "LIMIT_SPACE_MINUTE=-1", "AUDIT_DAYS=0")
	for _, command := range []string{"serve", "check"} {
		status, out, errs := trackbot(t, "", env, command)
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
