package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// dataOf is what the button or row of a card carries that asks a command about a text.
func dataOf(t *testing.T, m simulator.Message, ask, text string) map[string]any {
	t.Helper()
	var found map[string]any
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				look(one)
			}
		case map[string]any:
			if v["ask"] == ask && (v["text"] == text || text == "" && v["text"] == nil) {
				found = v
			}
			for _, one := range v {
				look(one)
			}
		}
	}
	var card any
	if err := json.Unmarshal(m.Attachments[0].Content, &card); err != nil {
		t.Fatal(err)
	}
	if look(card); found == nil {
		t.Fatalf("no button asks %s %q: %s", ask, text, m.Attachments[0].Content)
	}
	return found
}

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
		{name: "not in this space", env: []string{"ALLOWED_ROOMS=elsewhere"}, who: simulator.Person{DisplayName: "Otto"}, own: true},
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

// TestOutsidersButtons presses, as an outsider who came later, the buttons of a
// card that was posted while the space was safe.
func TestOutsidersButtons(t *testing.T) {
	h := newHouse(t)
	card := h.askGroup("@trackbot code 1 on example.webex.com")
	mallory := h.sim.Person("mallory")
	h.sim.Join(h.group.ID, mallory.ID, h.alice.ID)
	h.settled()
	h.sim.ResetCalls()
	before := h.sim.Messages(h.group.ID)
	h.sim.Click(t.Context(), mallory.ID, card.ID, "Refresh")
	refusal := h.next(h.group, before)
	shows(t, refusal, "Sorry")
	h.sim.Press(t.Context(), mallory.ID, card.ID, dataOf(t, card, "codes", ""))
	h.settled()
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls for an outsider's press, want none", n)
	}
	after := h.sim.Messages(h.group.ID)[len(before):]
	if len(after) != 1 {
		t.Errorf("%d messages for an outsider's presses, want one refusal", len(after))
	}
	noData(t, after...)
}

// TestInsiderAmongOutsiders asks in a space where somebody may not ask: the
// answer comes 1:1, the thread gets one line, and its buttons work 1:1.
func TestInsiderAmongOutsiders(t *testing.T) {
	h := newHouse(t)
	h.ask("help")
	mixed := h.sim.Group("Mixed", h.alice.ID, h.sim.Person("mallory").ID)
	h.settled()
	private := h.sim.Messages(h.direct.ID)
	question := h.write(mixed, h.alice, "@trackbot code 1 on example.webex.com", "")
	shows(t, h.reply(question), "answered you 1:1")
	answer := h.next(h.direct, private)
	shows(t, answer, "Department", "Engineering", "You asked in a space where somebody may not read this")
	private = h.sim.Messages(h.direct.ID)
	h.sim.Click(t.Context(), h.alice.ID, answer.ID, "All codes on this site")
	shows(t, h.next(h.direct, private), "Division")

	// The same button, sent from the mixed space.
	h.settled()
	h.sim.ResetCalls()
	line := h.botMessages(mixed)
	h.sim.Press(t.Context(), h.alice.ID, line[len(line)-1].ID, dataOf(t, answer, "code", "1"))
	shows(t, h.next(mixed, h.sim.Messages(mixed.ID)), "no longer works")
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls for a button of another space, want none", n)
	}
	noData(t, h.botMessages(mixed)...)
	for _, text := range []string{"@trackbot help", "@trackbot codes", "@trackbot code 99", "@trackbot nonsense", "@trackbot code 1 on nowhere"} {
		h.reply(h.write(mixed, h.alice, text, ""))
	}
	h.settled()
	noData(t, h.botMessages(mixed)...)
}

func TestShareWithGuests(t *testing.T) {
	h := newHouse(t, "SHARE_WITH_GUESTS=true")
	mixed := h.sim.Group("Mixed", h.alice.ID, h.sim.Person("mallory").ID)
	shows(t, h.reply(h.write(mixed, h.alice, "@trackbot code 1 on example.webex.com", "")), "Department")
}

// TestMembersAreRemembered looks once, and again when somebody comes.
func TestMembersAreRemembered(t *testing.T) {
	h := newHouse(t)
	h.askGroup("@trackbot code 1 on example.webex.com")
	h.settled()
	h.sim.ResetCalls()
	shows(t, h.askGroup("@trackbot code 2 on example.webex.com"), "Division")
	h.settled()
	if got := len(h.sim.Calls()); got != 3 {
		t.Errorf("%d API calls once asker and space are known, want 3: %v", got, h.sim.Calls())
	}
	private := h.sim.Messages(h.direct.ID)
	h.sim.Join(h.group.ID, h.sim.Person("mallory").ID, h.alice.ID)
	h.settled()
	shows(t, h.askGroup("@trackbot code 1 on example.webex.com"), "answered you 1:1")
	shows(t, h.next(h.direct, private), "Department")
}

func TestSpacesThatCannotBeLookedAt(t *testing.T) {
	h := newHouse(t)
	h.sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/memberships", Status: 403})
	hidden := h.sim.Group("Hidden", h.alice.ID)
	h.settled() // the welcome came 1:1 too
	private := h.sim.Messages(h.direct.ID)
	shows(t, h.reply(h.write(hidden, h.alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	shows(t, h.next(h.direct, private), "Department")
	h.sim.ClearFaults()

	people := []string{h.alice.ID}
	for i := range 1000 {
		people = append(people, h.sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("P%d", i)}).ID)
	}
	large := h.sim.Group("All hands", people...)
	h.settled()
	private = h.sim.Messages(h.direct.ID)
	shows(t, h.reply(h.write(large, h.alice, "@trackbot code 1 on example.webex.com", "")), "answered you 1:1")
	shows(t, h.next(h.direct, private), "Department")
}

// TestButtonsThatWereNotMadeHere presses, as somebody who may ask.
func TestButtonsThatWereNotMadeHere(t *testing.T) {
	h := newHouse(t)
	other := h.sim.Group("Other", h.alice.ID)
	card := h.askGroup("@trackbot code 1 on example.webex.com")
	there := h.reply(h.write(other, h.alice, "@trackbot help", ""))
	good := dataOf(t, card, "code", "1")
	changed := func(key string, v any) map[string]any {
		data := maps.Clone(good)
		data[key] = v
		return data
	}
	h.settled()
	h.sim.ResetCalls()
	for name, c := range map[string]struct {
		on   simulator.Message
		data map[string]any
	}{
		"another command":       {card, changed("ask", "codes")},
		"another code":          {card, changed("text", "2")},
		"another site":          {card, changed("site", "emea.example.webex.com")},
		"another thread":        {card, changed("root", there.ID)},
		"another kind of space": {card, changed("room", "person")},
		"a longer life":         {card, changed("until", good["until"].(float64)+1)}, //nolint:forcetypeassert // a number in JSON
		"without signature":     {card, changed("sig", "")},
		"a foreign signature":   {card, changed("sig", strings.Repeat("A", 43))},
		"of another space":      {there, good},
		"out of thin air":       {card, map[string]any{"ask": "code", "text": "1", "site": "example.webex.com"}},
	} {
		before := h.sim.Messages(c.on.RoomID)
		h.sim.Press(t.Context(), h.alice.ID, c.on.ID, c.data)
		answer := h.next(simulator.Space{ID: c.on.RoomID}, before)
		if !strings.Contains(answer.Markdown, "no longer works") {
			t.Errorf("%s: answered %q", name, answer.Markdown)
		}
		noData(t, answer)
	}
	h.settled()
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls, want none", n)
	}
}

func TestSecondPressWithinASecondIsOneAnswer(t *testing.T) {
	h := newHouse(t)
	card := h.askGroup("@trackbot code 1 on example.webex.com")
	h.settled()
	before := h.sim.Messages(h.group.ID)
	h.sim.Click(t.Context(), h.alice.ID, card.ID, "Refresh")
	h.sim.Click(t.Context(), h.alice.ID, card.ID, "Refresh")
	h.sim.Click(t.Context(), h.sim.Person("bob").ID, card.ID, "Refresh") // somebody else's press is theirs
	first := h.next(h.group, before)
	h.next(h.group, append(before, first))
	h.settled()
	if got := len(h.sim.Messages(h.group.ID)) - len(before); got != 2 {
		t.Errorf("%d answers to a double press and one of somebody else, want 2", got)
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

func TestButtonsOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	s1, err := openInstall(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	s2, err := openInstall(t, dir)
	if err != nil || s1 != s2 {
		t.Errorf("after a restart a button is signed %q, %v, want %q", s2, err, s1)
	}
	if s3, err := openInstall(t, t.TempDir()); err != nil || s3 == s1 {
		t.Errorf("another installation signs the same, %v", err)
	}
}

// openInstall opens an installation's state and signs something with its key.
func openInstall(t *testing.T, dir string) (sig string, err error) {
	t.Helper()
	q, err := queue.Open(t.Context(), queue.Options{Dir: dir, Reserve: 1, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, q.Close(context.WithoutCancel(t.Context()))) }()
	s, err := newShared(t.Context(), q, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	signs, err := s.signer(t.Context())
	if err != nil {
		return "", err
	}
	return signs.Sign([]string{"code"}, "room", time.Unix(2_000_000_000, 0)), nil
}

// TestOtherReplicasHearOfJoins notes a join as another replica does.
func TestOtherReplicasHearOfJoins(t *testing.T) {
	h := newHouse(t)
	h.askGroup("@trackbot code 1 on example.webex.com")
	h.settled()
	h.sim.ResetCalls()
	if _, err := h.app.shared.notes.Put(t.Context(), joinNote+webex.UUID(h.group.ID), nil); err != nil {
		t.Fatal(err)
	}
	for asked := 0; h.sim.CountCalls("bot", http.MethodGet, "/memberships") == 0; asked++ {
		if asked == 100 {
			t.Fatal("the members were not looked at again")
		}
		h.askGroup("@trackbot code 1 on example.webex.com")
	}
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
