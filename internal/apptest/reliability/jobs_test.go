package reliability

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/webhook"
)

// crowd adds people to the organization, every second of whom has a department.
func crowd(h *apptest.World, n int) []string {
	h.T.Helper()
	var emails []string
	for i := range n {
		p := h.Sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Crowd %03d", i), Emails: []string{fmt.Sprintf("crowd%03d@example.com", i)}})
		if i%2 == 0 {
			h.Sim.PutUserCode("example.webex.com", p.ID, "Department", "Sales")
		}
		emails = append(emails, p.Emails[0])
	}
	return emails
}

// fileIn is the only file in a thread, as rows.
func fileIn(h *apptest.World, root simulator.Message) (rows [][]string) {
	h.T.Helper()
	files := 0
	for _, m := range h.InThread(root) {
		for _, address := range m.Files {
			file := h.Sim.File(address)
			if file.Type == "image/png" { // a chart beside it
				continue
			}
			files++
			text := strings.TrimPrefix(string(file.Data), "\ufeff")
			var err error
			if rows, err = csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil {
				h.T.Errorf("file: %v", err)
			}
		}
	}
	if files != 1 {
		h.T.Errorf("%d files in the thread, want 1", files)
	}
	return rows
}

// summary is the message of a thread whose card begins with Missing.
func summary(h *apptest.World, root simulator.Message) simulator.Message {
	h.T.Helper()
	return result(h, root, "Missing ")
}

func TestWhoIsMissing(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	emails := crowd(h, 60)
	list := strings.Join(emails[:30], "\n") + "\nnobody@example.com\n" + strings.Join(emails[30:], ", ") + ", " + strings.ToUpper(emails[0])
	root := h.Write(h.Direct, h.Alice, "who is missing Department on example.webex.com\n"+list, "")
	begun := h.Reply(root)
	apptest.Shows(t, begun, "Checking who is missing Department", "example.webex.com", "61 people", "counted once: 1")
	h.Settled()
	apptest.Shows(t, summary(h, root), "Missing Department: 30 of 61", "example.webex.com", "With a value: 30.", "Unknown on this site: 1.", emails[1])
	rows := fileIn(h, root)
	if len(rows) != 62 || strings.Join(rows[1], "|") != emails[0]+"|Sales|set" || strings.Join(rows[2], "|") != emails[1]+"||missing" || strings.Join(rows[31], "|") != "nobody@example.com||unknown" {
		t.Errorf("rows = %q", rows)
	}
	progress := 0
	for _, m := range h.InThread(root) {
		if strings.Contains(m.Markdown, "done with 61 of 61") {
			progress++
		}
	}
	if n := len(h.InThread(root)); progress != 1 || n != 4 { // begun, progress, summary, file
		t.Errorf("%d messages in the thread, %d of them the progress; want 4 and 1", n, progress)
	}
}

func TestWhoIsMissingFromAFile(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	emails := crowd(h, 4)
	root := h.Sim.Say(t.Context(), simulator.Say{
		Space: h.Group.ID, Person: h.Alice.ID, Text: "@trackbot who is missing Department on example.webex.com",
		Files: []simulator.File{{Name: "people.csv", Type: "text/csv", Data: []byte("e-mail\r\n" + strings.Join(emails, "\r\n"))}},
	})
	// Bob, who is no admin, reads in the group: so all of it goes to Alice alone.
	apptest.Shows(t, h.Reply(root), "I answered you 1:1")
	h.Settled()
	if got := h.InThread(root); len(got) != 1 {
		t.Errorf("%d messages in the thread of the group, want the one that says nothing: %v", len(got), got)
	}
	var said []string
	files := 0
	for _, m := range h.BotMessages(h.Direct) {
		said = append(said, m.Markdown)
		files += len(m.Files)
	}
	if all := strings.Join(said, "\n"); files != 1 || !strings.Contains(all, "Missing Department: 2 of 4") || !strings.Contains(all, "Checking who is missing Department") {
		t.Errorf("%d files and, 1:1:\n%s", files, all)
	}
}

func TestWhoIsMissingIsStopped(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*apptest.World, simulator.Message){
		"button": func(h *apptest.World, begun simulator.Message) {
			h.Sim.Click(h.T.Context(), h.Alice.ID, begun.ID, "Stop")
		},
		"typed": func(h *apptest.World, _ simulator.Message) { h.Write(h.Direct, h.Alice, "stop", "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.NewForAdmin(t, "BULK_PER_MINUTE=600")
			emails := crowd(h, 300)
			root := h.Write(h.Direct, h.Alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
			end(h, h.Reply(root))
			h.Settled()
			apptest.Shows(t, summary(h, root), "Stopped", "of 300 were checked")
			if n := h.Sim.CountCalls("admin", "GET", "/admin/meeting/userconfig"); n > 100 {
				t.Errorf("%d people were looked up after the stop", n)
			}
			apptest.Shows(t, h.Ask("stop"), "Nothing to stop")
		})
	}
}

func TestQuestionsGoFirst(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t, "BULK_PER_MINUTE=1200")
	emails := crowd(h, 60)
	root := h.Write(h.Direct, h.Alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.Reply(root)
	apptest.Shows(t, h.Ask("tracking code 1 on example.webex.com"), "Department")
	h.Settled()
	apptest.Shows(t, summary(h, root), "Missing Department: 30 of 60")
}

// TestQuestionsGoFirstAfterAPause lets Webex refuse a call of a check, and asks
// while the token rests: the question's call is the first that is made then.
func TestQuestionsGoFirstAfterAPause(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t, "BULK_PER_MINUTE=60000")
	emails := crowd(h, 60)
	h.Sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 429, RetryAfter: "5", After: 5, Times: 1})
	h.Reply(h.Write(h.Direct, h.Alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), ""))
	refused := -1
	admin := func() (list []simulator.Call) {
		for _, c := range h.Sim.Calls() {
			if c.Token == simulator.TokenAdmin {
				list = append(list, c)
			}
		}
		return list
	}
	apptest.Eventually(t, "a call is refused", func() bool {
		refused = slices.IndexFunc(admin(), func(c simulator.Call) bool { return c.Status == 429 })
		return refused >= 0
	})
	h.Write(h.Direct, h.Alice, "tracking code 1 on example.webex.com", "")
	h.Settled()
	if next := admin()[refused+1]; strings.Contains(next.Path, "/userconfig") {
		t.Errorf("after the pause %s is called first, want the question's call", next.Path)
	}
}

func TestWhoIsMissingSurvivesFailures(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	emails := crowd(h, 30)
	h.Sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 503, After: 5, Times: 3})
	h.Sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 429, RetryAfter: "1", After: 10, Times: 1})
	h.Sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 403, After: 15, Times: 1})
	root := h.Write(h.Direct, h.Alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.Reply(root)
	h.Settled()
	apptest.Shows(t, summary(h, root), "of 30", "Could not be read: 1.")
	if rows := fileIn(h, root); len(rows) != 31 {
		t.Errorf("%d rows, want all 30 people", len(rows))
	}
}

func TestWhoIsMissingIsCutOff(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	emails := crowd(h, 30)
	h.Sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 401, After: 12})
	root := h.Write(h.Direct, h.Alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.Reply(root)
	h.Settled()
	apptest.Shows(t, summary(h, root), "Cut off", "12 of 30 were checked")
	if rows := fileIn(h, root); len(rows) != 13 {
		t.Errorf("%d rows, want the 12 that were checked", len(rows))
	}
}

func TestWhoIsMissingAskedInTheWrongWay(t *testing.T) {
	h := apptest.NewForAdmin(t)
	apptest.Shows(t, h.Ask("who is missing Department on example.webex.com"), "Whom shall I check?", "Paste the e-mail addresses", "Department")
	apptest.Shows(t, h.Ask("who is missing on example.webex.com\nalice@example.com"), "Which tracking code?", "Department")
	apptest.Shows(t, h.Ask("who is missing Dxpxrtmxnt on example.webex.com\nalice@example.com"), "No such tracking code", "Department")
	apptest.Shows(t, h.Ask("who is missing Department on example.webex.com\n"+strings.Repeat("a", 30)), "Whom shall I check?")
	h.Settled()
	if n := h.Sim.CountCalls("admin", "", "/admin/meeting/userconfig"); n != 0 {
		t.Errorf("%d people were looked up, want none", n)
	}
}

// TestWhoIsMissingGoesOnAfterARestart stops the bot under way, and starts it
// again on what it left.
func TestWhoIsMissingGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	dir := t.TempDir()
	run := func(pace string) (*apptest.World, func()) {
		ctx, cancel := context.WithCancel(t.Context())
		a, done, err := demo.StartBot(ctx, sim, dir, slog.New(slog.DiscardHandler), "ADMINS=alice@example.com", "BULK_PER_MINUTE="+pace)
		if err != nil {
			t.Fatal(err)
		}
		alice := sim.Person("alice")
		return &apptest.World{World: &demo.World{Sim: sim, App: a, Alice: alice, Direct: sim.Direct(alice.ID)}, T: t}, func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("stop: %v", err)
			}
		}
	}
	h, stop := run("1200")
	emails := crowd(h, 60)
	root := h.Write(h.Direct, h.Alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.Reply(root)
	calls := func() int { return sim.CountCalls("admin", "", "/admin/meeting/userconfig") }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := sim.Wait(ctx, func(m simulator.Message) bool { return strings.Contains(m.Markdown, "8 of 60") }); err != nil {
		t.Fatalf("no word on how far it is: %v", err)
	}
	// A delivery that is under way holds the stop up, and the work is tried again meanwhile.
	slow, err := (&net.Dialer{}).DialContext(ctx, "tcp", h.App.Addr())
	if err == nil {
		_, err = slow.Write([]byte("POST " + webhook.Path + " HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\n{"))
	}
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(2500*time.Millisecond, func() { _ = slow.Close() })
	<-time.After(100 * time.Millisecond) // until it is read
	stop()
	if n, said := calls(), h.InThread(root); n >= 60 || len(said) > 2 {
		t.Fatalf("%d people were looked up before the stop, and %d messages posted; want it under way, and the last to say so: %s", n, len(said), said[len(said)-1].Markdown)
	}
	h, stop = run("60000")
	defer stop()
	h.Settled()
	apptest.Shows(t, summary(h, root), "Missing Department: 30 of 60")
	if rows := fileIn(h, root); len(rows) != 61 {
		t.Errorf("%d rows, want all 60 people", len(rows))
	}
	if n := calls(); n > 62 {
		t.Errorf("%d look-ups in all, want each person once, or twice where the stop came between", n)
	}
}
