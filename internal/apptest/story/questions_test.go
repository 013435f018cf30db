package story

import (
	"encoding/json"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// file waits until the bot rests, and gives the newest file in a thread.
func file(h *apptest.World, root string, space simulator.Space) simulator.File {
	h.T.Helper()
	h.Settled()
	var address string
	for _, m := range h.BotMessages(space) {
		if m.ParentID == root && len(m.Files) > 0 {
			address = m.Files[0]
		}
	}
	if address == "" {
		h.T.Fatalf("no file in the thread")
	}
	return h.Sim.File(address)
}

func TestExport(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	card := h.Ask("export codes on example.webex.com")
	apptest.Shows(t, card, "Export of 3 tracking codes", "example.webex.com", ".csv follows in this thread")
	if f := file(h, card.ParentID, h.Direct); !strings.HasPrefix(f.Name, "codes-example.webex.com-") || !strings.HasPrefix(string(f.Data), "\ufeffCode ID,") || strings.Count(string(f.Data), "\r\n") != 8 {
		t.Errorf("file %s:\n%s", f.Name, f.Data)
	}
	apptest.Shows(t, h.Press(card, "As JSON", nil), "Export of 3 tracking codes", ".json follows")
	var out struct{ TrackingCodes []struct{ Name string } }
	if f := file(h, card.ParentID, h.Direct); f.Type != "application/json" || json.Unmarshal(f.Data, &out) != nil || len(out.TrackingCodes) != 3 {
		t.Errorf("file %s of type %s:\n%s", f.Name, f.Type, f.Data)
	}
	card = h.AskGroup("@trackbot export Department on example as control hub")
	apptest.Shows(t, card, "Export of 1 tracking code", "example.webex.com", "UTF-16LE")
	if f := file(h, card.ParentID, h.Group); f.Data[0] != 0xFF || f.Data[1] != 0xFE || !strings.Contains(f.Name, "control-hub") {
		t.Errorf("file %s: % x", f.Name, f.Data[:8])
	}
	apptest.Shows(t, h.Press(card, "As CSV", nil), "Export of 1 tracking code", "code-1-example")
	apptest.Shows(t, h.Ask("export codes as json on emea.example.webex.com"), "emea.example.webex.com", ".json")
	apptest.Shows(t, h.Ask("export Departmnt on example.webex.com"), "Export of 1 tracking code", "code-1")
}

func TestExportInDoubtIsPostedOnce(t *testing.T) {
	t.Parallel()
	for _, drop := range []string{"after", "before"} {
		h := apptest.NewForAdmin(t)
		h.Sim.Fault(simulator.Rule{Method: "POST", Path: "/messages", Drop: drop, After: 1, Times: 1}) // the file
		root := h.Write(h.Direct, h.Alice, "export codes on example.webex.com", "")
		h.Reply(root)
		h.Settled()
		files := 0
		for _, m := range h.InThread(root) {
			files += len(m.Files)
		}
		if n := len(h.InThread(root)); files != 1 || n != 2 {
			t.Errorf("connection lost %s the post: %d files in %d messages, want 1 in 2", drop, files, n)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	card := h.Ask("find sales")
	apptest.Shows(t, card, "Department (code 1)", "example.webex.com", "emea.example.webex.com", "Options: Sales", "Sales and 95 more")
	apptest.Shows(t, h.Press(card, "Look again", nil), "Department (code 1)")
	apptest.Shows(t, h.AskGroup("@trackbot find sales on example.webex.com"), "1 code, 1 option", "example.webex.com")
	apptest.Shows(t, h.Ask("find nonsense"), "was not found")
	apptest.Shows(t, h.Ask("find"), "Find what?", "find Marketing")
	apptest.Shows(t, h.Ask("find sales on elsewhere.webex.com"), "I can't look up")
	apptest.Shows(t, h.Ask("find tracking code 1 on example.webex.com"), "Department", "pick from the list") // as before
	h.Sim.Fault(simulator.Rule{Path: "/admin/meeting/config/trackingCodes", Status: 403, Times: 1})
	apptest.Shows(t, h.Ask("find sales"), "Could not be read just now")
}

func TestCheckSite(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	card := h.Ask("check example.webex.com")
	apptest.Shows(t, card, "things to look at", "example.webex.com", "Department (code 1)", "Required for Meetings, not used for", "Why:", "To do:")
	apptest.Shows(t, h.Press(card, "Codes: example", nil), "Division")
	apptest.Shows(t, h.Press(card, "Check again", nil), "things to look at")
	apptest.Shows(t, h.AskGroup("@trackbot check codes on emea"), "emea.example.webex.com", "500 is the most", "looks like a mapped code")
	apptest.Shows(t, h.Ask("check"), "example.webex.com", "the default site in Webex")
	apptest.Shows(t, h.Ask("check nowhere.webex.com"), "I can't look up")
}

func TestCompare(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	h.Sim.PutCode("emea.example.webex.com", simulator.TrackingCode{
		Name: "Department", InputMode: "select", HostProfileCode: "optional",
		Options:            []simulator.Option{{Value: "Engineering", DefaultValue: true}, {Value: "Legal"}},
		ScheduleStartCodes: []simulator.ScheduleStart{{Service: "All", Type: "optional"}},
	})
	card := h.Ask("compare codes on example.webex.com and emea.example.webex.com")
	apptest.Shows(t, card, "example.webex.com and emea.example.webex.com", "Different", "Department", "Default", "Engineering", "Only on example", "Cost Center", "Only on emea")
	apptest.Shows(t, h.Press(card, "Refresh", nil), "Different", "Department")
	apptest.Shows(t, h.AskGroup("@trackbot compare Department on example and emea"), "Department differs", "Options that aren't everywhere (3)", "Design", "only on example", "Sales", "Legal", "only on emea", "1 option everywhere")
	apptest.Shows(t, h.Ask("compare Division on example.webex.com and emea.example.webex.com"), "Division is on one site only")
	apptest.Shows(t, h.Ask("compare Department across all sites"), "Department differs between example and emea: ", "Meetings", "required")
	apptest.Shows(t, h.Ask("compare Department on example.webex.com"), "Compare with which site?", "emea.example.webex.com")
	apptest.Shows(t, h.Ask("compare"), "Compare with which site?")
	apptest.Shows(t, h.Ask("compare codes on example.webex.com and evil.test"), "I can't look up")
}

func TestCodesOfAPerson(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	bob := h.Sim.Person("bob")
	h.Sim.PutUserCode("example.webex.com", bob.ID, "Department", "sales")
	h.Sim.PutUserCode("example.webex.com", h.Alice.ID, "Cost Center", "4711")
	card := h.Ask("codes of bob@example.com on example.webex.com")
	apptest.Shows(t, card, "bob@example.com's tracking codes", "example.webex.com", "not among the options", "Required but empty", "Cost Center")
	apptest.Shows(t, h.Press(card, "What they see", nil), "What bob@example.com sees for meetings", "bob@example.com's value: sales", "Cost Center")
	apptest.Shows(t, h.Press(card, "Refresh", nil), "bob@example.com's tracking codes")
	apptest.Shows(t, h.Ask("my codes"), "Your tracking codes", "Value: 4711")
	apptest.Shows(t, h.Ask("codes of me on example.webex.com"), "Your tracking codes")
	apptest.Shows(t, h.Ask("what does bob@example.com see for events on example.webex.com"), "What bob@example.com sees for events", "Division")
	apptest.Shows(t, h.Ask("what do I see on example.webex.com"), "What you see for meetings", "4711 filled in", "personal value wins")
	apptest.Shows(t, h.Ask("codes of nobody@example.com on example.webex.com"), "Not found on this site", "nobody@example.com")
	apptest.Shows(t, h.Ask("codes of bob on example.webex.com"), "Whose tracking codes?", "codes of alice@example.com on example.webex.com")
	apptest.Shows(t, h.Ask("codes of"), "Whose tracking codes?")
}

// TestPersonalValuesAreForAdminsAndOneself: Bob is no admin.
func TestPersonalValuesAreForAdminsAndOneself(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	bob := h.Sim.Person("bob")
	space := h.Sim.Direct(bob.ID)
	h.Sim.PutUserCode("example.webex.com", bob.ID, "Department", "Sales")
	ask := func(text string) simulator.Message { return h.Reply(h.Write(space, bob, text, "")) }
	for _, text := range []string{
		"codes of alice@example.com on example.webex.com", "what does alice@example.com see on example.webex.com",
		"who is missing Department on example.webex.com\nbob@example.com",
	} {
		apptest.Shows(t, ask(text), "Only bot admins can do that")
	}
	if n := h.Sim.CountCalls("admin", "", "/admin/meeting/userconfig"); n != 0 {
		t.Errorf("%d values of people were read for somebody who is no admin", n)
	}
	for _, text := range []string{"my codes", "codes of bob@example.com on example.webex.com", "codes of me", "what do I see", "what does BOB@example.com see"} {
		apptest.Shows(t, ask(text), "Sales", "Your")
	}
	card := h.Ask("codes of alice@example.com on example.webex.com")
	// In the group Bob reads along, so an admin's answer goes to the admin alone.
	apptest.Shows(t, h.AskGroup("@trackbot codes of bob@example.com on example.webex.com"), "I answered you 1:1")
	_ = card
}

// TestFormsWhereSomethingIsMissing: what a form asks is what would be typed.
func TestFormsWhereSomethingIsMissing(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	card := h.Ask("compare")
	apptest.Shows(t, h.Press(card, "Compare", map[string]string{"form.also": "emea.example.webex.com"}), "example.webex.com and emea.example.webex.com", "Different")
	apptest.Shows(t, h.Press(card, "Compare", map[string]string{"form.code": "1", "form.also": "emea.example.webex.com"}), "Department is on one site only")
	apptest.Shows(t, h.Press(card, "Compare", map[string]string{"form.also": "evil.test"}), "I can't look up")
	apptest.Shows(t, h.Press(card, "Compare", map[string]string{"form.site": "emea.example.webex.com", "form.also": "example.webex.com"}), "emea.example.webex.com and example.webex.com", "Different")
	apptest.Shows(t, h.Press(card, "Compare", map[string]string{"form.site": "evil.test", "form.also": "example.webex.com"}), "I can't look up")
	apptest.Shows(t, h.Press(card, "Compare", map[string]string{"form.site": "emea.example.webex.com", "form.also": "emea.example.webex.com"}), "Compare with which site?", "emea.example.webex.com")
	card = h.Ask("compare Cost Center with emea")
	apptest.Shows(t, h.Press(card, "Compare", nil), "Cost Center differs", "emea.example.webex.com and example.webex.com")
	apptest.Shows(t, h.Press(card, "Compare", map[string]string{"form.site": "example.webex.com", "form.also": "emea.example.webex.com"}), "Cost Center differs", "example.webex.com and emea.example.webex.com")
	card = h.Ask("codes of")
	apptest.Shows(t, h.Press(card, "Show", map[string]string{"form.person": "bob@example.com", "form.site": "example.webex.com"}), "bob@example.com's tracking codes")
	apptest.Shows(t, h.Press(card, "Mine", nil), "Your tracking codes")
	card = h.Ask("who is missing Department on example.webex.com")
	apptest.Shows(t, h.Press(card, "Check", map[string]string{"form.code": "1", "form.people": "bob@example.com\nalice@example.com"}), "Checking who is missing Department", "2 people")
	h.Settled()
	found := false
	for _, m := range h.BotMessages(h.Direct) {
		found = found || strings.Contains(m.Markdown, "**Missing Department: 2 of 2**")
	}
	if !found {
		t.Error("what the form began has no end")
	}
	apptest.Shows(t, h.Ask("export Department on example.webex.com\ncheck example.webex.com"), "follows in this thread", "things to look at")
	apptest.Shows(t, h.Ask("export codes on example.webex.com\nexport codes on emea.example.webex.com"), "follows in this thread", "Ask this alone")
}
