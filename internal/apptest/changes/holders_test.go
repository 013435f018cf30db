package changes

import (
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// listing lets the admin token list the people of the organization.
func listing(h *apptest.World) {
	h.Sim.SetScopes(h.Sim.AdminToken(), simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite, simulator.ScopePreferencesRead, "spark:people_read")
}

// planned asks for a change as Alice, 1:1, and returns the message and the plan once
// the bot rests.
func planned(h *apptest.World, text string) (root, plan simulator.Message) {
	h.T.Helper()
	return asked(h, simulator.Say{Text: text})
}

// csvOf are the lines of the one file in a thread, in words.
func csvOf(h *apptest.World, root simulator.Message) string {
	h.T.Helper()
	list := files(h, root)
	if len(list) != 1 {
		h.T.Fatalf("%d files, want one", len(list))
	}
	var lines []string
	for _, row := range rowsOf(h.T, list[0]) {
		lines = append(lines, strings.Join(row, "|"))
	}
	return strings.Join(lines, " ")
}

// TestHoldersOfAnOption: who has an option that goes is counted behind the plan, and
// listed as a file; without a list of people it is said that this is not known, and
// those are counted whose addresses stand below the question.
func TestHoldersOfAnOption(t *testing.T) {
	h := many(t)
	emails := crowd(h.Sim, 4)
	h.Sim.SetQuirks(simulator.Quirks{EditCards: true})
	_, plan := planned(h, "remove option Sales from Department on "+site)
	apptest.Shows(t, plan, "Change Department?", "is not known", "let me list the people", "addresses below your question")
	h.Ask("discard " + apptest.ToApprove(plan))

	root, plan := planned(h, "remove option Sales from Department on "+site+"\n"+strings.Join(emails[:3], "\n")+"\nnobody@example.com")
	apptest.Shows(t, plan, "Change Department?", "Sales → none", "2 of 4 people have it", "Unknown on this site: 1")
	if got := csvOf(h, root); got != "email|code|value "+emails[0]+"|Department|Sales "+emails[2]+"|Department|Sales" {
		t.Errorf("file = %s", got)
	}
	h.Ask("discard " + apptest.ToApprove(plan))

	if n := writes(h); n != 0 {
		t.Errorf("%d writes by counting", n)
	}
}

// TestApprovedBeforeTheCount: all whom Webex lists are counted, and the list comes too
// where the plan was approved meanwhile.
func TestApprovedBeforeTheCount(t *testing.T) {
	h := three(t, "BULK_PER_MINUTE=600")
	listing(h)
	crowd(h.Sim, 4)
	h.Sim.PutUserCode(site, h.Sim.Person("carol").ID, "Department", "Sales")
	root := h.Write(h.Group, h.Alice, "@trackbot remove option Sales from Department on "+site, "")
	plan := h.Reply(root)
	apptest.Shows(t, plan, "can be approved before", "the list follows")
	press(h, "bob", plan, "Approve")
	found := until(h, h.Group, "no count", func(m simulator.Message) bool { return strings.Contains(m.Markdown, "Who has what goes of Department") })
	apptest.Shows(t, found, "3 of ", "people have it")
	h.Settled()
	if got := csvOf(h, root); strings.Count(got, "|Sales") != 3 || !strings.Contains(got, "carol@example.com|Department|Sales") {
		t.Errorf("file = %s", got)
	}
	if strings.Contains(values(h), "Sales") || writes(h) != 1 {
		t.Errorf("values = %s after %d writes", values(h), writes(h))
	}
}

// TestValuesOfACodeThatGoes: before a code is deleted people's values are saved as a
// file, by which they have them again once Undo made the code anew.
func TestValuesOfACodeThatGoes(t *testing.T) {
	h := many(t)
	listing(h)
	emails := crowd(h.Sim, 4)
	root, plan := planned(h, "delete code Department on "+site)
	apptest.Shows(t, plan, "Delete Department?", "2 of ", "have it", "new id and without the values")
	saved := files(h, root)
	if len(saved) != 1 {
		t.Fatalf("%d files, want the values", len(saved))
	}
	_, done := approve(h, plan)
	apptest.Shows(t, done, "Done: Department")
	press(h, "bob", done, "Undo")
	undo := last(h, h.Sim.Direct(h.Sim.Person("bob").ID))
	apptest.Shows(t, undo, "Create Department?", "takes that file")
	h.Ask("approve " + apptest.ToApprove(undo))
	h.Settled()
	for _, email := range emails { // as where Webex forgets the values of a code that is deleted
		h.Sim.PutUserCode(site, apptest.UserCodes(t, h.Sim, site, email).PersonID, "Department", "")
	}
	_, back := asked(h, simulator.Say{Text: "set codes on " + site, Files: saved})
	apptest.Shows(t, back, "Change the values of 2 people?", "→ Sales")
	approve(h, back)
	if got := valuesOf(t, h.Sim, emails[2]); got != "Department=Sales Division=North" {
		t.Errorf("values after the file: %s", got)
	}
}

// TestRenameMovesPeople: a new option is added, who has the old one gets it, then the
// old one goes; Undo takes all of it back. Both with Webex keeping and dropping the
// values of an option that goes.
func TestRenameMovesPeople(t *testing.T) {
	for _, drop := range []bool{false, true} {
		h := many(t)
		h.Sim.SetQuirks(simulator.Quirks{DropValues: drop})
		listing(h)
		emails := crowd(h.Sim, 4)
		before := values(h)
		_, plan := planned(h, "rename option Sales of Department to Field on "+site)
		apptest.Shows(t, plan, "Change Department?", "Sales → none", "none → Field", "Department of 2 people", "Sales → Field", "First the new value is added")
		h.Sim.ResetCalls()
		root, done := approve(h, plan)
		apptest.Shows(t, done, "Done: Department", "Written and read back: 2 of 2 people", "The list of values was changed")
		if got := values(h); got != strings.Replace(before, "Sales", "Field", 1) || writes(h) != 4 {
			t.Errorf("drop %t: values %s after %d writes, want 4", drop, got, writes(h))
		}
		for _, email := range []string{emails[0], emails[2]} {
			if got := valuesOf(t, h.Sim, email); got != "Department=Field Division=North" {
				t.Errorf("drop %t: %s has %s", drop, email, got)
			}
		}
		if got := csvOf(h, root); !strings.Contains(got, emails[0]+"|Department|Sales|Field|written") {
			t.Errorf("result = %s", got)
		}
		press(h, "bob", done, "Undo")
		bob := h.Sim.Direct(h.Sim.Person("bob").ID)
		undo := until(h, bob, "no plan", func(m simulator.Message) bool { return apptest.ToApprove(m) != "" })
		apptest.Shows(t, undo, "Field → Sales", "takes back change")
		h.Ask("approve " + apptest.ToApprove(undo))
		h.Settled()
		if got := values(h); got != before || valuesOf(t, h.Sim, emails[0]) != "Department=Sales Division=North" {
			t.Errorf("drop %t: undone %s, %s", drop, got, valuesOf(t, h.Sim, emails[0]))
		}
	}
}

// TestRenameHalfway: where somebody can't be moved the old option stays and that is
// said; where the new one can't be added nobody is moved.
func TestRenameHalfway(t *testing.T) {
	h := many(t)
	listing(h)
	emails := crowd(h.Sim, 4)
	_, plan := planned(h, "rename option Sales of Department to Field on "+site)
	changeBehind(h, emails[2], "Engineering")
	_, done := approve(h, plan)
	apptest.Shows(t, done, "1 of 2 people", "still there", "could not be moved")
	if list := strings.Fields(values(h)); !slices.Contains(list, "Sales") || !slices.Contains(list, "Field") {
		t.Errorf("values = %v, want the old and the new", list)
	}
	_, plan = planned(h, "rename option Design of Department to Art on "+site)
	h.Sim.PutUserCode(site, apptest.UserCodes(t, h.Sim, site, emails[1]).PersonID, "Department", "Design")
	h.Ask("discard " + apptest.ToApprove(plan))
	_, plan = planned(h, "rename option Design of Department to Art on "+site)
	h.Sim.Fault(simulator.Rule{Method: "PUT", Path: "/admin/meeting/config/trackingCodes", Status: 409})
	before := values(h)
	_, result := approve(h, plan)
	apptest.Shows(t, result, "Not done", "could not be changed", "0 of 1 person")
	if values(h) != before || valuesOf(t, h.Sim, emails[1]) != "Department=Design Division=North" {
		t.Errorf("values = %s, %s", values(h), valuesOf(t, h.Sim, emails[1]))
	}
}
