package changes

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

// crowd adds people to the organization, every second of whom is in Sales.
func crowd(sim *simulator.Simulator, n int) (emails []string) {
	for i := range n {
		p := sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Crowd %03d", i), Emails: []string{fmt.Sprintf("crowd%03d@example.com", i)}})
		sim.PutUserCode(site, p.ID, "Division", "North")
		if i%2 == 0 {
			sim.PutUserCode(site, p.ID, "Department", "Sales")
		}
		emails = append(emails, p.Emails[0])
	}
	return emails
}

// valuesOf are the values of somebody, such as "Department=Sales Division=North".
func valuesOf(t *testing.T, sim *simulator.Simulator, email string) string {
	t.Helper()
	var list []string
	for _, c := range apptest.UserCodes(t, sim, site, email).TrackingCodes {
		list = append(list, c.Name+"="+c.Value)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// until waits for a message of the bot in a space.
func until(h *apptest.World, space simulator.Space, what string, fits func(simulator.Message) bool) simulator.Message {
	h.T.Helper()
	ctx, cancel := context.WithTimeout(h.T.Context(), 30*time.Second)
	defer cancel()
	m, err := h.Sim.Wait(ctx, func(m simulator.Message) bool {
		return m.PersonID == h.Sim.Bot().ID && m.RoomID == space.ID && fits(m)
	})
	if err != nil {
		h.T.Fatalf("%s: %v", what, err)
	}
	return m
}

// files are those in the thread of a message, the newest last.
func files(h *apptest.World, root simulator.Message) (list []simulator.File) {
	for _, m := range h.InThread(root) {
		for _, address := range m.Files {
			list = append(list, h.Sim.File(address))
		}
	}
	return list
}

func rowsOf(t *testing.T, f simulator.File) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.Data), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestFiveHundredSurviveAKill: 500 people of a file get a value, while the bot is
// killed in between. Each is written once, and the result is a file.
func TestFiveHundredSurviveAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: 500 people are read and written")
	}
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	alice, bob := sim.Person("alice"), sim.Person("bob")
	emails := crowd(sim, 500)
	h := &apptest.World{T: t, World: &demo.World{Sim: sim, Alice: alice}}
	p := apptest.NewProcess(t, sim, t.TempDir(), "ADMINS=alice@example.com,bob@example.com", "CHANGES=people", "BULK_PER_MINUTE=60000", "CACHE_SECONDS=0", "WATCH_MINUTES=0")
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the bot's log:\n%s", p.Log)
		}
	})
	p.Start()
	table := "E-mail;Tracking code;Value\r\n" + strings.Join(emails, ";department;design\r\n") + ";Department;Design\r\n"
	sim.Say(t.Context(), simulator.Say{Space: sim.Direct(alice.ID).ID, Person: alice.ID, Text: "set codes on " + site, Files: []simulator.File{{Name: "new.csv", Type: "text/csv", Data: []byte(table)}}})
	plan := until(h, sim.Direct(alice.ID), "no plan", func(m simulator.Message) bool { return apptest.ToApprove(m) != "" })
	apptest.Shows(t, plan, "Change the values of 500 people?", "Nothing was changed", "Department of 250 people", "Sales → Design", "none → Design")
	puts := func() int { return sim.CountCalls("admin", "PUT", "/admin/meeting/userconfig") }
	if puts() != 0 {
		t.Errorf("%d writes before the approval", puts())
	}
	approval := h.Write(sim.Direct(bob.ID), bob, "approve "+apptest.ToApprove(plan), "")
	apptest.Eventually(t, "a hundred are written", func() bool { return puts() >= 100 })
	p.Kill()
	if n := puts(); n >= 500 {
		t.Fatalf("%d writes before the kill, want it in the middle", n)
	}
	p.Start()
	done := until(h, sim.Direct(bob.ID), "no end", func(m simulator.Message) bool { return strings.Contains(m.Markdown, "Done: the values of") })
	apptest.Shows(t, done, "Written and read back: 500 of 500 people", "approved by Bob")
	until(h, sim.Direct(bob.ID), "no file", func(m simulator.Message) bool { return len(m.Files) > 0 })
	until(h, sim.Direct(alice.ID), "the asker is not told", func(m simulator.Message) bool { return strings.Contains(m.Markdown, "Done: the values of") })
	if n := puts(); n != 500 {
		t.Errorf("%d writes of 500 people", n)
	}
	for i, email := range emails {
		if got := valuesOf(t, sim, email); got != "Department=Design Division=North" {
			t.Fatalf("person %d has %s", i, got)
		}
	}
	rows := rowsOf(t, files(h, approval)[0])
	if len(rows) != 501 || strings.Join(rows[1], "|") != emails[0]+"|Department|Sales|Design|written" || strings.Join(rows[2], "|") != emails[1]+"|Department||Design|written" {
		t.Errorf("%d rows: %q", len(rows), rows[:3])
	}
}

// many starts a bot that is fast with many people.
func many(t *testing.T) *apptest.World {
	t.Helper()
	return three(t, "BULK_PER_MINUTE=60000")
}

// asked asks as Alice, 1:1, and returns her message and what came last of it.
func asked(h *apptest.World, say simulator.Say) (root, plan simulator.Message) {
	h.T.Helper()
	say.Space, say.Person = h.Direct.ID, h.Alice.ID
	root = h.Sim.Say(h.T.Context(), say)
	h.Reply(root)
	h.Settled()
	list := h.InThread(root)
	for _, m := range list {
		if len(m.Attachments) > 0 {
			plan = m
		}
	}
	return root, plan
}

// approve approves a plan as Bob, 1:1, and returns his message and the result.
func approve(h *apptest.World, plan simulator.Message) (root, result simulator.Message) {
	h.T.Helper()
	bob := h.Sim.Person("bob")
	ref := apptest.ToApprove(plan)
	if ref == "" {
		h.T.Fatalf("nothing to approve: %s", plan.Markdown)
	}
	root = h.Write(h.Sim.Direct(bob.ID), bob, "approve "+ref, "")
	h.Reply(root)
	h.Settled()
	for _, m := range h.InThread(root) {
		if len(m.Attachments) > 0 {
			result = m
		}
	}
	return root, result
}

// TestManyFromLines: lines of a message are planned with what can't be given and
// why, written where something differs, and undone by the file of the result.
func TestManyFromLines(t *testing.T) {
	for _, merge := range []bool{false, true} {
		h := many(t)
		h.Sim.SetQuirks(simulator.Quirks{MergeUserCodes: merge})
		emails := crowd(h.Sim, 5)
		root, plan := asked(h, simulator.Say{Text: "set codes on " + site + "\n" + strings.Join([]string{
			emails[0] + ", Department, Design", emails[2] + ", Department, Design", emails[4] + ", Department, Sales",
			emails[1] + ", Colour, red", emails[1] + ", Department, Nonsense", "nobody@example.com, Department, Sales", emails[3] + ", Department, Sales", emails[3] + ", Department, Design",
		}, "\n")})
		apptest.Shows(t, plan, "Change the values of 2 people?", "Department of 2 people", "Sales → Design", "they have it already", "the site has no such code", "is not a value of Department", "Webex doesn't know them", "given twice, with different values")
		if rows := rowsOf(t, files(h, root)[0]); len(rows) != 9 || strings.Join(rows[0], "|") != "email|code|before|after|why skipped" || strings.Join(rows[1], "|") != emails[0]+"|Department|Sales|Design|" {
			t.Errorf("plan = %q", rows)
		}
		h.Sim.ResetCalls()
		approval, done := approve(h, plan)
		apptest.Shows(t, done, "Done: the values of 2 people", "Written and read back: 2 of 2 people")
		if n := writes(h); n != 2 || valuesOf(t, h.Sim, emails[0]) != "Department=Design Division=North" || valuesOf(t, h.Sim, emails[4]) != "Department=Sales Division=North" {
			t.Errorf("merge %t: %d writes, values %s", merge, n, valuesOf(t, h.Sim, emails[0]))
		}
		list := h.Write(h.Direct, h.Alice, "changes ref "+apptest.ToApprove(plan), "")
		apptest.Shows(t, h.Reply(list), "Done: the values of 2 people", "The file of 2 people")
		h.Settled()
		if again := files(h, list); len(again) != 1 || string(again[0].Data) != string(files(h, approval)[0].Data) {
			t.Errorf("“changes REF” shows %d files, want the result", len(again))
		}
		_, back := asked(h, simulator.Say{Text: "set codes on " + site, Files: []simulator.File{files(h, approval)[0]}})
		apptest.Shows(t, back, "Change the values of 2 people?", "Design → Sales")
		approve(h, back)
		if got := valuesOf(t, h.Sim, emails[2]); got != "Department=Sales Division=North" {
			t.Errorf("undone: %s", got)
		}
	}
}

// TestManyByUndo: undo of a change of many is planned from what it wrote, and leaves
// out who was changed since.
func TestManyByUndo(t *testing.T) {
	h := many(t)
	emails := crowd(h.Sim, 4)
	_, plan := asked(h, simulator.Say{Text: "set Department of these people on " + site + "\n" + emails[0] + ",Design\n" + emails[1] + ",Design\n" + emails[2] + ",Design"})
	_, done := approve(h, plan)
	changeBehind(h, emails[2], "Engineering")
	press(h, "bob", done, "Undo")
	undo := last(h, h.Sim.Direct(h.Sim.Person("bob").ID))
	for _, m := range h.BotMessages(h.Sim.Direct(h.Sim.Person("bob").ID)) {
		if apptest.ToApprove(m) != "" {
			undo = m
		}
	}
	apptest.Shows(t, undo, "Change the values of 2 people?", "Design → Sales", "Design → none", "it was changed since", "takes back change", "1 had no value before")
	ref := apptest.ToApprove(undo)
	h.Ask("approve " + ref)
	h.Settled()
	if got := valuesOf(t, h.Sim, emails[0]) + ";" + valuesOf(t, h.Sim, emails[1]) + ";" + valuesOf(t, h.Sim, emails[2]); got != "Department=Sales Division=North;Division=North;Department=Engineering Division=North" {
		t.Errorf("undone: %s", got)
	}
}

// changeBehind gives somebody a value as another program would.
func changeBehind(h *apptest.World, email, value string) {
	h.Sim.PutUserCode(site, apptest.UserCodes(h.T, h.Sim, site, email).PersonID, "Department", value)
}

// TestManyByControlHub: of a table with a column for each code the values that
// stand in it are set; the result is the same table with what was before in the
// cells that were written, nothing in those that were not, and every other byte kept.
func TestManyByControlHub(t *testing.T) {
	h := many(t)
	emails := crowd(h.Sim, 3)
	export := func(a, division, b string) []byte {
		text := "\ufeffFirst Name\tEmail\tDepartment\tDivision\tNotes\r\nAda\t" + strings.ToUpper(emails[0]) + "\t" + a + "\t" + division + "\t\"a, \"\"b\"\"\"\r\nBob\t" + emails[2] + "\t\"" + b + "\"\t\t=1+1\r\nEve\t" + emails[1] + "\t\t\t\r\n"
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			out = append(out, byte(u), byte(u>>8))
		}
		return out
	}
	_, plan := asked(h, simulator.Say{Text: "set codes on " + site, Files: []simulator.File{{Name: "users.csv", Type: "text/csv", Data: export("Design", "North", "Engineering")}}})
	apptest.Shows(t, plan, "Change the values of 2 people?", "Sales → Design", "Sales → Engineering")
	approval, _ := approve(h, plan)
	if got := valuesOf(t, h.Sim, emails[0]); got != "Department=Design Division=North" {
		t.Errorf("values = %s", got)
	}
	if got := files(h, approval)[0].Data; string(got) != string(export("Sales", "", "Sales")) {
		t.Errorf("result = %q", got)
	}
}

// TestManyLeavesOthers: who was given the value by somebody else since the plan is not
// counted as written, and not undone.
func TestManyLeavesOthers(t *testing.T) {
	h := many(t)
	emails := crowd(h.Sim, 4)
	_, plan := asked(h, simulator.Say{Text: "set Department of these people on " + site + "\n" + strings.Join(emails, ",Design\n") + ",Design"})
	changeBehind(h, emails[2], "Design")
	h.Sim.ResetCalls()
	approval, result := approve(h, plan)
	apptest.Shows(t, result, "Written and read back: 3 of 4 people", "changed meanwhile: 1")
	if rows := rowsOf(t, files(h, approval)[0]); writes(h) != 3 || strings.Contains(fmt.Sprint(rows[1:4]), emails[2]) || rows[4][0] != emails[2] {
		t.Errorf("%d writes, result %q", writes(h), rows)
	}
}

// TestManyEnds: three failures of one class in a row end it, and it can be stopped;
// what was written until then is told. Who was changed since the plan is left alone.
func TestManyEnds(t *testing.T) {
	t.Run("failures", func(t *testing.T) {
		h := many(t)
		emails := crowd(h.Sim, 8)
		_, plan := asked(h, simulator.Say{Text: "set Department of these people on " + site + "\n" + strings.Join(emails, ",Design\n") + ",Design"})
		changeBehind(h, emails[0], "Engineering")
		h.Sim.Fault(simulator.Rule{Method: "PUT", Path: "/admin/meeting/userconfig/trackingCodes", Status: 409, After: 2})
		h.Sim.ResetCalls()
		_, result := approve(h, plan)
		apptest.Shows(t, result, "ended after 3 failures of one kind in a row", "Written and read back: 2 of 8", "changed meanwhile: 1", "Failed: 3", "Not tried: 2", "changed by somebody else since it was planned")
		if n := writes(h); n != 5 || valuesOf(t, h.Sim, emails[0]) != "Department=Engineering Division=North" {
			t.Errorf("%d writes, want 5", n)
		}
	})
	t.Run("stop", func(t *testing.T) {
		h := three(t, "BULK_PER_MINUTE=1200")
		emails := crowd(h.Sim, 40)
		root := h.Write(h.Direct, h.Alice, "set Department of these people on "+site+"\n"+strings.Join(emails, ",Design\n")+",Design", "")
		h.Reply(root)
		plan := until(h, h.Direct, "no plan", func(m simulator.Message) bool { return apptest.ToApprove(m) != "" })
		bob := h.Sim.Person("bob")
		h.Reply(h.Write(h.Sim.Direct(bob.ID), bob, "approve "+apptest.ToApprove(plan), ""))
		apptest.Shows(t, h.Ask("stop"), "Stopping", "the file that undoes it")
		h.Settled()
		result := until(h, h.Sim.Direct(bob.ID), "no end", func(m simulator.Message) bool { return strings.Contains(m.Markdown, "Stopped, as somebody asked") })
		apptest.Shows(t, result, "Not tried: ")
		if n := writes(h); n > 30 {
			t.Errorf("%d writes after the stop", n)
		}
	})
}
