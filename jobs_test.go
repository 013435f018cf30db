package main

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

	"trackbot/internal/simulator"
	"trackbot/webhook"
)

// crowd adds people to the organization, every second of whom has a department.
func crowd(h *house, n int) []string {
	h.t.Helper()
	var emails []string
	for i := range n {
		p := h.sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Crowd %03d", i), Emails: []string{fmt.Sprintf("crowd%03d@example.com", i)}})
		if i%2 == 0 {
			h.sim.PutUserCode("example.webex.com", p.ID, "Department", "Sales")
		}
		emails = append(emails, p.Emails[0])
	}
	return emails
}

// boss is a bot whose admin is Alice, and that is fast with many people.
func boss(t *testing.T, env ...string) *house {
	t.Helper()
	return newHouse(t, append([]string{"ADMINS=alice@example.com", "BULK_PER_MINUTE=60000", "LIMIT_PERSON_MINUTE=0"}, env...)...)
}

// inThread are the bot's messages in the thread of a message.
func (h *house) inThread(root simulator.Message) (list []simulator.Message) {
	for _, m := range h.botMessages(simulator.Space{ID: root.RoomID}) {
		if m.ParentID == root.ID {
			list = append(list, m)
		}
	}
	return list
}

// fileIn is the only file in a thread, as rows.
func (h *house) fileIn(root simulator.Message) (rows [][]string) {
	h.t.Helper()
	files := 0
	for _, m := range h.inThread(root) {
		for _, address := range m.Files {
			files++
			text := strings.TrimPrefix(string(h.sim.File(address).Data), "\ufeff")
			var err error
			if rows, err = csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil {
				h.t.Errorf("file: %v", err)
			}
		}
	}
	if files != 1 {
		h.t.Errorf("%d files in the thread, want 1", files)
	}
	return rows
}

// summary is the message of a thread whose card begins with Missing.
func (h *house) summary(root simulator.Message) simulator.Message {
	h.t.Helper()
	var found []simulator.Message
	for _, m := range h.inThread(root) {
		if strings.Contains(m.Markdown, "**Missing ") {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		h.t.Fatalf("%d summaries in the thread, want 1: %v", len(found), h.inThread(root))
	}
	return found[0]
}

func TestWhoIsMissing(t *testing.T) {
	t.Parallel()
	h := boss(t)
	emails := crowd(h, 60)
	list := strings.Join(emails[:30], "\n") + "\nnobody@example.com\n" + strings.Join(emails[30:], ", ") + ", " + strings.ToUpper(emails[0])
	root := h.write(h.direct, h.alice, "who is missing Department on example.webex.com\n"+list, "")
	begun := h.reply(root)
	shows(t, begun, "Checking who is missing Department", "example.webex.com", "61 people", "counted once: 1")
	h.settled()
	shows(t, h.summary(root), "Missing Department: 30 of 61", "example.webex.com", "With a value: 30.", "Unknown on this site: 1.", emails[1])
	rows := h.fileIn(root)
	if len(rows) != 62 || strings.Join(rows[1], "|") != emails[0]+"|Sales|set" || strings.Join(rows[2], "|") != emails[1]+"||missing" || strings.Join(rows[31], "|") != "nobody@example.com||unknown" {
		t.Errorf("rows = %q", rows)
	}
	progress := 0
	for _, m := range h.inThread(root) {
		if strings.Contains(m.Markdown, "done with 61 of 61") {
			progress++
		}
	}
	if n := len(h.inThread(root)); progress != 1 || n != 4 { // begun, progress, summary, file
		t.Errorf("%d messages in the thread, %d of them the progress; want 4 and 1", n, progress)
	}
}

func TestWhoIsMissingFromAFile(t *testing.T) {
	t.Parallel()
	h := boss(t)
	emails := crowd(h, 4)
	root := h.sim.Say(t.Context(), simulator.Say{
		Space: h.group.ID, Person: h.alice.ID, Text: "@trackbot who is missing Department on example.webex.com",
		Files: []simulator.File{{Name: "people.csv", Type: "text/csv", Data: []byte("e-mail\r\n" + strings.Join(emails, "\r\n"))}},
	})
	// Bob, who is no admin, reads in the group: so all of it goes to Alice alone.
	shows(t, h.reply(root), "I answered you 1:1")
	h.settled()
	if got := h.inThread(root); len(got) != 1 {
		t.Errorf("%d messages in the thread of the group, want the one that says nothing: %v", len(got), got)
	}
	var said []string
	files := 0
	for _, m := range h.botMessages(h.direct) {
		said = append(said, m.Markdown)
		files += len(m.Files)
	}
	if all := strings.Join(said, "\n"); files != 1 || !strings.Contains(all, "Missing Department: 2 of 4") || !strings.Contains(all, "Checking who is missing Department") {
		t.Errorf("%d files and, 1:1:\n%s", files, all)
	}
}

func TestWhoIsMissingIsStopped(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*house, simulator.Message){
		"button": func(h *house, begun simulator.Message) { h.sim.Click(h.t.Context(), h.alice.ID, begun.ID, "Stop") },
		"typed":  func(h *house, _ simulator.Message) { h.write(h.direct, h.alice, "stop", "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := boss(t, "BULK_PER_MINUTE=600")
			emails := crowd(h, 300)
			root := h.write(h.direct, h.alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
			end(h, h.reply(root))
			h.settled()
			shows(t, h.summary(root), "Stopped", "of 300 were checked")
			if n := h.sim.CountCalls("admin", "GET", "/admin/meeting/userconfig"); n > 100 {
				t.Errorf("%d people were looked up after the stop", n)
			}
			shows(t, h.ask("stop"), "Nothing to stop")
		})
	}
}

func TestQuestionsGoFirst(t *testing.T) {
	t.Parallel()
	h := boss(t, "BULK_PER_MINUTE=1200")
	emails := crowd(h, 60)
	root := h.write(h.direct, h.alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.reply(root)
	shows(t, h.ask("tracking code 1 on example.webex.com"), "Department")
	h.settled()
	shows(t, h.summary(root), "Missing Department: 30 of 60")
}

// TestQuestionsGoFirstAfterAPause lets Webex refuse a call of a check, and asks
// while the token rests: the question's call is the first that is made then.
func TestQuestionsGoFirstAfterAPause(t *testing.T) {
	t.Parallel()
	h := boss(t, "BULK_PER_MINUTE=60000")
	emails := crowd(h, 60)
	h.sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 429, RetryAfter: "5", After: 5, Times: 1})
	h.reply(h.write(h.direct, h.alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), ""))
	refused := -1
	admin := func() (list []simulator.Call) {
		for _, c := range h.sim.Calls() {
			if c.Token == simulator.TokenAdmin {
				list = append(list, c)
			}
		}
		return list
	}
	eventually(t, "a call is refused", func() bool {
		refused = slices.IndexFunc(admin(), func(c simulator.Call) bool { return c.Status == 429 })
		return refused >= 0
	})
	h.write(h.direct, h.alice, "tracking code 1 on example.webex.com", "")
	h.settled()
	if next := admin()[refused+1]; strings.Contains(next.Path, "/userconfig") {
		t.Errorf("after the pause %s is called first, want the question's call", next.Path)
	}
}

func TestWhoIsMissingSurvivesFailures(t *testing.T) {
	t.Parallel()
	h := boss(t)
	emails := crowd(h, 30)
	h.sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 503, After: 5, Times: 3})
	h.sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 429, RetryAfter: "1", After: 10, Times: 1})
	h.sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 403, After: 15, Times: 1})
	root := h.write(h.direct, h.alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.reply(root)
	h.settled()
	shows(t, h.summary(root), "of 30", "Could not be read: 1.")
	if rows := h.fileIn(root); len(rows) != 31 {
		t.Errorf("%d rows, want all 30 people", len(rows))
	}
}

func TestWhoIsMissingIsCutOff(t *testing.T) {
	t.Parallel()
	h := boss(t)
	emails := crowd(h, 30)
	h.sim.Fault(simulator.Rule{Path: "/admin/meeting/userconfig", Status: 401, After: 12})
	root := h.write(h.direct, h.alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.reply(root)
	h.settled()
	shows(t, h.summary(root), "Cut off", "12 of 30 were checked")
	if rows := h.fileIn(root); len(rows) != 13 {
		t.Errorf("%d rows, want the 12 that were checked", len(rows))
	}
}

func TestWhoIsMissingAskedInTheWrongWay(t *testing.T) {
	h := boss(t)
	shows(t, h.ask("who is missing Department on example.webex.com"), "Whom shall I check?", "Paste the e-mail addresses", "Department")
	shows(t, h.ask("who is missing on example.webex.com\nalice@example.com"), "Which tracking code?", "Department")
	shows(t, h.ask("who is missing Deprtment on example.webex.com\nalice@example.com"), "No such tracking code", "Department")
	shows(t, h.ask("who is missing Department on example.webex.com\n"+strings.Repeat("a", 30)), "Whom shall I check?")
	h.settled()
	if n := h.sim.CountCalls("admin", "", "/admin/meeting/userconfig"); n != 0 {
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
	run := func(pace string) (*house, func()) {
		ctx, cancel := context.WithCancel(t.Context())
		a, done, err := startBot(ctx, sim, dir, slog.New(slog.DiscardHandler), "ADMINS=alice@example.com", "BULK_PER_MINUTE="+pace)
		if err != nil {
			t.Fatal(err)
		}
		alice := sim.Person("alice")
		return &house{stage: &stage{sim: sim, app: a, alice: alice, direct: sim.Direct(alice.ID)}, t: t}, func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("stop: %v", err)
			}
		}
	}
	h, stop := run("1200")
	emails := crowd(h, 60)
	root := h.write(h.direct, h.alice, "who is missing Department on example.webex.com\n"+strings.Join(emails, "\n"), "")
	h.reply(root)
	calls := func() int { return sim.CountCalls("admin", "", "/admin/meeting/userconfig") }
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := sim.Wait(ctx, func(m simulator.Message) bool { return strings.Contains(m.Markdown, "8 of 60") }); err != nil {
		t.Fatalf("no word on how far it is: %v", err)
	}
	// A delivery that is under way holds the stop up, and the work is tried again meanwhile.
	slow, err := (&net.Dialer{}).DialContext(ctx, "tcp", h.app.ears.Addr().String())
	if err == nil {
		_, err = slow.Write([]byte("POST " + webhook.Path + " HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\n{"))
	}
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(2500*time.Millisecond, func() { _ = slow.Close() })
	<-time.After(100 * time.Millisecond) // until it is read
	stop()
	if n, said := calls(), h.inThread(root); n >= 60 || len(said) > 2 {
		t.Fatalf("%d people were looked up before the stop, and %d messages posted; want it under way, and the last to say so: %s", n, len(said), said[len(said)-1].Markdown)
	}
	h, stop = run("60000")
	defer stop()
	h.settled()
	shows(t, h.summary(root), "Missing Department: 30 of 60")
	if rows := h.fileIn(root); len(rows) != 61 {
		t.Errorf("%d rows, want all 60 people", len(rows))
	}
	if n := calls(); n > 62 {
		t.Errorf("%d look-ups in all, want each person once, or twice where the stop came between", n)
	}
}
