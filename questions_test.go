package main

import (
	"encoding/json"
	"strings"
	"testing"

	"trackbot/internal/simulator"
)

// file waits until the bot rests, and gives the newest file in a thread.
func (h *house) file(root string, space simulator.Space) simulator.File {
	h.t.Helper()
	h.settled()
	var address string
	for _, m := range h.botMessages(space) {
		if m.ParentID == root && len(m.Files) > 0 {
			address = m.Files[0]
		}
	}
	if address == "" {
		h.t.Fatalf("no file in the thread")
	}
	return h.sim.File(address)
}

func TestExport(t *testing.T) {
	t.Parallel()
	h := boss(t)
	card := h.ask("export codes on example.webex.com")
	shows(t, card, "Export of 3 tracking codes", "example.webex.com", ".csv follows in this thread")
	if f := h.file(card.ParentID, h.direct); !strings.HasPrefix(f.Name, "codes-example.webex.com-") || !strings.HasPrefix(string(f.Data), "\ufeffCode ID,") || strings.Count(string(f.Data), "\r\n") != 8 {
		t.Errorf("file %s:\n%s", f.Name, f.Data)
	}
	shows(t, h.press(card, "As JSON", nil), "Export of 3 tracking codes", ".json follows")
	var out struct{ TrackingCodes []struct{ Name string } }
	if f := h.file(card.ParentID, h.direct); f.Type != "application/json" || json.Unmarshal(f.Data, &out) != nil || len(out.TrackingCodes) != 3 {
		t.Errorf("file %s of type %s:\n%s", f.Name, f.Type, f.Data)
	}
	card = h.askGroup("@trackbot export Department on example as control hub")
	shows(t, card, "Export of 1 tracking code", "example.webex.com", "UTF-16LE")
	if f := h.file(card.ParentID, h.group); f.Data[0] != 0xFF || f.Data[1] != 0xFE || !strings.Contains(f.Name, "control-hub") {
		t.Errorf("file %s: % x", f.Name, f.Data[:8])
	}
	shows(t, h.press(card, "As CSV", nil), "Export of 1 tracking code", "code-1-example")
	shows(t, h.ask("export codes as json on emea.example.webex.com"), "emea.example.webex.com", ".json")
	shows(t, h.ask("export Departmnt on example.webex.com"), "No such tracking code", "Department")
}

func TestExportInDoubtIsPostedOnce(t *testing.T) {
	t.Parallel()
	for _, drop := range []string{"after", "before"} {
		h := boss(t)
		h.sim.Fault(simulator.Rule{Method: "POST", Path: "/messages", Drop: drop, After: 1, Times: 1}) // the file
		root := h.write(h.direct, h.alice, "export codes on example.webex.com", "")
		h.reply(root)
		h.settled()
		files := 0
		for _, m := range h.inThread(root) {
			files += len(m.Files)
		}
		if n := len(h.inThread(root)); files != 1 || n != 2 {
			t.Errorf("connection lost %s the post: %d files in %d messages, want 1 in 2", drop, files, n)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	h := boss(t)
	card := h.ask("find sales")
	shows(t, card, "Department (code 1)", "example.webex.com", "emea.example.webex.com", "Options: Sales", "Sales and 95 more")
	shows(t, h.press(card, "Look again", nil), "Department (code 1)")
	shows(t, h.askGroup("@trackbot find sales on example.webex.com"), "1 code, 1 option", "example.webex.com")
	shows(t, h.ask("find nonsense"), "was not found")
	shows(t, h.ask("find"), "Find what?", "find Marketing")
	shows(t, h.ask("find sales on elsewhere.webex.com"), "Not a site I can ask")
	shows(t, h.ask("find tracking code 1 on example.webex.com"), "Department", "pick from the list") // as before
	h.sim.Fault(simulator.Rule{Path: "/admin/meeting/config/trackingCodes", Status: 403, Times: 1})
	shows(t, h.ask("find sales"), "Could not be read just now")
}

func TestCheckSite(t *testing.T) {
	t.Parallel()
	h := boss(t)
	card := h.ask("check example.webex.com")
	shows(t, card, "things to look at", "example.webex.com", "Department (code 1)", "Required for Meetings, not used for", "Why:", "To do:")
	shows(t, h.press(card, "Check again", nil), "things to look at")
	shows(t, h.press(card, "All codes on this site", nil), "Division")
	shows(t, h.askGroup("@trackbot check codes on emea"), "emea.example.webex.com", "500 is the most", "looks like a mapped code")
	shows(t, h.ask("check"), "example.webex.com", "the default site in Webex")
	shows(t, h.ask("check nowhere.webex.com"), "Not a site I can ask")
}

func TestCompare(t *testing.T) {
	t.Parallel()
	h := boss(t)
	h.sim.PutCode("emea.example.webex.com", simulator.TrackingCode{
		Name: "Department", InputMode: "select", HostProfileCode: "optional",
		Options:            []simulator.Option{{Value: "Engineering", DefaultValue: true}, {Value: "Legal"}},
		ScheduleStartCodes: []simulator.ScheduleStart{{Service: "All", Type: "optional"}},
	})
	card := h.ask("compare codes on example.webex.com and emea.example.webex.com")
	shows(t, card, "example.webex.com and emea.example.webex.com", "Different", "Department", "Default: Design | Engineering", "Only on example.webex.com", "Cost Center", "Only on emea.example.webex.com")
	shows(t, h.press(card, "Compare again", nil), "Different", "Department")
	shows(t, h.askGroup("@trackbot compare Department on example and emea"), "Department differs", "Options only on example.webex.com (2)", "Design", "Sales", "Options only on emea.example.webex.com (1)", "Legal", "1 option on both sites")
	shows(t, h.ask("compare Division on example.webex.com and emea.example.webex.com"), "Division is on one site only")
	shows(t, h.ask("compare Department on example.webex.com"), "Compare with which site?", "emea.example.webex.com")
	shows(t, h.ask("compare"), "Compare with which site?")
	shows(t, h.ask("compare codes on example.webex.com and evil.test"), "Not a site I can ask")
}

func TestCodesOfAPerson(t *testing.T) {
	t.Parallel()
	h := boss(t)
	bob := h.sim.Person("bob")
	h.sim.PutUserCode("example.webex.com", bob.ID, "Department", "sales")
	h.sim.PutUserCode("example.webex.com", h.alice.ID, "Cost Center", "4711")
	card := h.ask("codes of bob@example.com on example.webex.com")
	shows(t, card, "Tracking codes of bob@example.com", "example.webex.com", "not among the options", "Missing though required", "Cost Center")
	shows(t, h.press(card, "What they see", nil), "What bob@example.com sees for Meetings", "Own value: sales", "Cost Center")
	shows(t, h.press(card, "Refresh", nil), "Tracking codes of bob@example.com")
	shows(t, h.ask("my codes"), "Tracking codes of alice@example.com", "Value: 4711")
	shows(t, h.ask("codes of me on example.webex.com"), "Tracking codes of alice@example.com")
	shows(t, h.ask("what does bob@example.com see for events on example.webex.com"), "What bob@example.com sees for Events", "Division")
	shows(t, h.ask("what do I see on example.webex.com"), "What alice@example.com sees for Meetings", "4711 filled in", "own value wins")
	shows(t, h.ask("codes of nobody@example.com on example.webex.com"), "Nobody of that address", "nobody@example.com")
	shows(t, h.ask("codes of bob on example.webex.com"), "Whose tracking codes?", "codes of alice@example.com on example.webex.com")
	shows(t, h.ask("codes of"), "Whose tracking codes?")
}

// TestPersonalValuesAreForAdminsAndOneself: Bob is no admin.
func TestPersonalValuesAreForAdminsAndOneself(t *testing.T) {
	t.Parallel()
	h := boss(t)
	bob := h.sim.Person("bob")
	space := h.sim.Direct(bob.ID)
	h.sim.PutUserCode("example.webex.com", bob.ID, "Department", "Sales")
	ask := func(text string) simulator.Message { return h.reply(h.write(space, bob, text, "")) }
	for _, text := range []string{
		"codes of alice@example.com on example.webex.com", "what does alice@example.com see on example.webex.com",
		"who is missing Department on example.webex.com\nbob@example.com",
	} {
		shows(t, ask(text), "for the admins of this bot")
	}
	if n := h.sim.CountCalls("admin", "", "/admin/meeting/userconfig"); n != 0 {
		t.Errorf("%d values of people were read for somebody who is no admin", n)
	}
	for _, text := range []string{"my codes", "codes of bob@example.com on example.webex.com", "codes of me", "what do I see", "what does BOB@example.com see"} {
		shows(t, ask(text), "bob@example.com", "Sales")
	}
	card := h.ask("codes of alice@example.com on example.webex.com")
	// In the group Bob reads along, so an admin's answer goes to the admin alone.
	shows(t, h.askGroup("@trackbot codes of bob@example.com on example.webex.com"), "I answered you 1:1")
	_ = card
}

// TestFormsWhereSomethingIsMissing: what a form asks is what would be typed.
func TestFormsWhereSomethingIsMissing(t *testing.T) {
	t.Parallel()
	h := boss(t)
	card := h.ask("compare")
	shows(t, h.press(card, "Compare", map[string]string{"form.also": "emea.example.webex.com"}), "example.webex.com and emea.example.webex.com", "Different")
	shows(t, h.press(card, "Compare", map[string]string{"form.text": "1", "form.also": "emea.example.webex.com"}), "Department is on one site only")
	shows(t, h.press(card, "Compare", map[string]string{"form.also": "evil.test"}), "Not a site I can ask")
	shows(t, h.press(card, "Compare", map[string]string{"form.site": "emea.example.webex.com", "form.also": "example.webex.com"}), "emea.example.webex.com and example.webex.com", "Different")
	shows(t, h.press(card, "Compare", map[string]string{"form.site": "evil.test", "form.also": "example.webex.com"}), "Not a site I can ask")
	shows(t, h.press(card, "Compare", map[string]string{"form.site": "emea.example.webex.com", "form.also": "emea.example.webex.com"}), "Compare with which site?", "emea.example.webex.com (as asked)")
	card = h.ask("compare Cost Center with emea")
	shows(t, h.press(card, "Compare", nil), "Cost Center differs", "Left is emea.example.webex.com (code 5)")
	shows(t, h.press(card, "Compare", map[string]string{"form.site": "example.webex.com", "form.also": "emea.example.webex.com"}), "Cost Center differs", "Left is example.webex.com (code 3)")
	card = h.ask("codes of")
	shows(t, h.press(card, "Show", map[string]string{"form.text": "bob@example.com", "form.site": "example.webex.com"}), "Tracking codes of bob@example.com")
	shows(t, h.press(card, "Mine", nil), "Tracking codes of alice@example.com")
	card = h.ask("who is missing Department on example.webex.com")
	shows(t, h.press(card, "Check", map[string]string{"form.text": "1", "form.rest": "bob@example.com\nalice@example.com"}), "Checking who is missing Department", "2 people")
	h.settled()
	found := false
	for _, m := range h.botMessages(h.direct) {
		found = found || strings.Contains(m.Markdown, "**Missing Department: 2 of 2**")
	}
	if !found {
		t.Error("what the form began has no end")
	}
	shows(t, h.ask("export Department on example.webex.com\ncheck example.webex.com"), "follows in this thread", "things to look at")
	shows(t, h.ask("export codes on example.webex.com\nexport codes on emea.example.webex.com"), "follows in this thread", "Ask this alone")
}
