package reliability

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

const usagePath = "/meetingReports/usage"

// held puts a meeting on each of the last days, of which every third has no
// department and the host of each is another of five, and lets the admin token
// read the report.
func held(sim *simulator.Simulator, days int) {
	sim.SetScopes(sim.AdminToken(), simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite, simulator.ScopePreferencesRead, simulator.ScopeConfigRead)
	for day := range days {
		at := time.Now().Add(-time.Duration(day)*24*time.Hour - time.Hour)
		m := simulator.Meeting{
			ID: fmt.Sprint("m", day), Title: fmt.Sprint("Meeting ", day), Start: at, End: at.Add(time.Hour), Duration: 60, ScheduledType: "meeting",
			HostName: fmt.Sprint("Host ", day%5), HostEmail: fmt.Sprintf("host%d@example.com", day%5), PeopleMinutes: 100, Participants: 2, Service: "MeetingCenter",
			TrackingCodes: []simulator.MeetingCode{{Name: "Department", Value: "Sales"}},
		}
		if day%3 == 0 {
			m.TrackingCodes = nil
		}
		sim.PutMeetings("example.webex.com", m)
	}
}

// result is the message of a thread that says what a count came to.
func result(h *apptest.World, root simulator.Message, title string) simulator.Message {
	h.T.Helper()
	var found []simulator.Message
	for _, m := range h.InThread(root) {
		if strings.Contains(m.Markdown, "**"+title) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		h.T.Fatalf("%d results in the thread, want 1: %v", len(found), h.InThread(root))
	}
	return found[0]
}

func TestMeetingsWithoutACode(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	apptest.Shows(t, h.Ask("meetings without a code on example.webex.com"), "Webex doesn't show me the meetings", "meeting:admin_config_read")
	held(h.Sim, 60)
	h.Sim.PutMeetings("example.webex.com", simulator.Meeting{
		Title: "All hands", Start: time.Now().Add(-time.Hour), HostName: "Eve", HostEmail: "eve@example.com", PeopleMinutes: 5000, Service: "EventCenter",
		TrackingCodes: []simulator.MeetingCode{{Name: "Department", Value: "Marketing"}},
	})
	for question, words := range map[string][]string{
		"meetings without Department on example.webex.com last 30 days": {"Meetings without Department: up to 10 of 31", "31 meetings, 8000 people-minutes", "no longer an option: 1 meeting", "Sales", "Host 0 (host0@example.com)", "personal rooms"},
		"meetings without a code on example.webex.com for events":       {"Events without a code: none"},
	} {
		root := h.Write(h.Direct, h.Alice, question, "")
		h.Reply(root)
		h.Settled()
		title, _, _ := strings.Cut(words[0], ":")
		apptest.Shows(t, result(h, root, title), words...)
		if strings.Contains(question, "30 days") {
			rows := fileIn(h, root)
			if len(rows) != 12 || strings.Join(rows[1][1:], "|") != "Meeting 0|Meetings|Host 0|host0@example.com|100||none" {
				t.Errorf("rows = %q", rows)
			}
		}
	}
	apptest.Shows(t, h.Ask("meetings by Department on example.webex.com last year"), "Too long ago", "90 days")
	said := false
	for _, r := range h.Recorded() {
		said = said || r.Command == "meetings" && r.Site == "example.webex.com" && r.Email == "alice@example.com" && strings.Contains(r.Code, "Meetings without Department, 20") && strings.Contains(r.Code, " to 20")
	}
	if !said {
		t.Errorf("the record does not say who looked at which meetings: %+v", h.Recorded())
	}
}

// TestMeetingsAreForAdmins: nobody else starts a look at what others did.
func TestMeetingsAreForAdmins(t *testing.T) {
	t.Parallel()
	h := apptest.New(t)
	held(h.Sim, 3)
	h.Ask("meetings without a code on example.webex.com")
	if n := h.Sim.CountCalls("admin", "", usagePath); n != 0 {
		t.Errorf("%d calls of the usage report, want none", n)
	}
}

func TestMeetingsAreStopped(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t, "BULK_PER_MINUTE=600")
	held(h.Sim, 80)
	root := h.Write(h.Direct, h.Alice, "meetings by Department on example.webex.com last 90 days", "")
	begun := h.Reply(root)
	apptest.Shows(t, begun, "Reading meetings", "example.webex.com")
	h.Sim.Click(t.Context(), h.Alice.ID, begun.ID, "Stop")
	h.Settled()
	apptest.Shows(t, result(h, root, "Meetings by Department"), "Stopped", "parts of the report were read")
}

// TestKillWhileMeetingsAreRead kills the bot in the middle of the report.
func TestKillWhileMeetingsAreRead(t *testing.T) {
	t.Parallel()
	k := newKilled(t, "1:1", "BULK_PER_MINUTE=2400")
	held(k.Sim, 80)
	root := k.Write(k.space, k.Alice, "meetings without Department on example.webex.com in the last 90 days", "")
	var done, parts int // how many parts there are depends on the months
	k.until("no word on how far it is", func(m simulator.Message) bool {
		if far := regexp.MustCompile(`(\d+) of (\d+)`).FindStringSubmatch(m.Markdown); far != nil {
			done, _ = strconv.Atoi(far[1])
			parts, _ = strconv.Atoi(far[2])
		}
		return done >= 20
	})
	k.p.Kill()
	calls := func() int { return k.Sim.CountCalls("admin", "GET", usagePath) }
	if n := calls(); n < done || n >= parts {
		t.Fatalf("%d calls before the kill; want it in the middle", n)
	}
	k.p.Start()
	k.rest()
	apptest.Shows(t, result(k.World, root, "Meetings without Department"), "up to 27 of 80", "80 meetings, 8000 people-minutes", "27 meetings, 2700 people-minutes")
	if rows := fileIn(k.World, root); len(rows) != 28 {
		t.Errorf("%d rows, want a heading and 27 meetings", len(rows))
	}
	if n := calls(); n > 1+parts+10+1 {
		t.Errorf("%d calls for %d parts, want one to try, and at most ten again and the one that was cut", n, parts)
	}
}

func TestComingMeetings(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t)
	at := time.Now().Add(48 * time.Hour)
	for i, codes := range [][]simulator.MeetingCode{nil, {{Name: "Department", Value: "Sales"}}, {{Name: "Department", Value: "Marketing"}}} {
		h.Sim.PutComing(simulator.ComingMeeting{
			ID: fmt.Sprint("c", i), Title: fmt.Sprint("Planning ", i), Type: "scheduledMeeting", State: "ready", Start: at.Add(time.Duration(i) * time.Hour), HostName: "Bob Brown",
			HostEmail: "bob@example.com", SiteURL: "example.webex.com", ScheduledType: "meeting", TrackingCodes: codes, Invitees: []string{"alice@example.com"},
		})
	}
	apptest.Shows(t, h.Ask("which coming meetings have no Department on example.webex.com"), "Whose coming meetings?", "Paste the e-mail addresses")
	root := h.Write(h.Direct, h.Alice, "which coming meetings have no Department on example.webex.com\nbob@example.com, alice@example.com\nnobody@example.com", "")
	apptest.Shows(t, h.Reply(root), "3 people")
	h.Settled()
	apptest.Shows(t, result(h, root, "Coming meetings without Department"), "up to 1 of 3", "no longer an option: 1 meeting", "Bob Brown (bob@example.com)", "can still be set")
	rows := fileIn(h, root)
	if len(rows) != 3 || rows[1][1] != "Planning 0" || rows[1][7] != "none" || rows[2][6] != "Marketing" {
		t.Errorf("rows = %q", rows)
	}
	if list := h.Recorded(); !strings.Contains(list[len(list)-1].Code, "of bob@example.com, alice@example.com") {
		t.Errorf("the record does not say whose meetings were looked at: %+v", list)
	}
}
