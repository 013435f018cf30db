// Package watching_test holds what the whole bot promises of the memory of the
// sites' tracking codes: what changed is known, shown, and told once.
package watching_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
)

const (
	example = "example.webex.com"
	emea    = "emea.example.webex.com"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// world is a bot that reads the sites when a test says so.
type world struct{ *apptest.World }

// newWorld starts a bot that has read the sites now, and the first time two days ago.
func newWorld(t *testing.T, env ...string) world {
	t.Helper()
	w := world{apptest.New(t, append([]string{"WATCH_MINUTES=1440"}, env...)...)}
	w.read()
	w.Sim.Forward(48 * time.Hour)
	w.read()
	return w
}

// read has the bot read the sites.
func (w world) read() {
	w.T.Helper()
	if err := w.App.ReadSites(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
}

// now is the time in the simulator and in the bot.
func (w world) now() time.Time { return time.Now().Add(w.Sim.Ahead()).UTC() }

// edit changes a code behind the bot's back.
func edit(sim *simulator.Simulator, site, name string, change func(*simulator.TrackingCode)) {
	for _, c := range sim.Codes(site) {
		if c.Name == name {
			c.Options = append([]simulator.Option{}, c.Options...)
			change(&c)
			sim.PutCode(site, c)
			return
		}
	}
	panic("no code " + name + " on " + site)
}

func addOption(value string) func(*simulator.TrackingCode) {
	return func(c *simulator.TrackingCode) { c.Options = append(c.Options, simulator.Option{Value: value}) }
}

// holds reports what of some words an answer lacks.
func holds(t *testing.T, m simulator.Message, question string, words ...string) {
	t.Helper()
	for _, want := range words {
		if !strings.Contains(apptest.AsOf(m), want) && !strings.Contains(m.Markdown, want) && !strings.Contains(m.Text, want) {
			t.Errorf("%q: the answer lacks %q:\n%s", question, want, m.Markdown)
		}
	}
}

func TestWhatChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holds(t, w.Ask("what changed since yesterday"), "before", "No change seen since")
	edit(w.Sim, example, "Department", addOption("Legal"))
	edit(w.Sim, example, "Department", addOption("Law"))
	edit(w.Sim, emea, "Client", func(c *simulator.TrackingCode) { c.Name = "Customer" })
	w.read()
	for question, words := range map[string][]string{
		"what changed":                                             {"3 changes since", example, emea, "Department: 2 options added: Legal, Law", "Customer: renamed from", "between"},
		"what changed since yesterday":                             {"3 changes since"},
		"what has changed on emea in the last week":                {"1 change since", "renamed from"},
		"history of Department on example":                         {"History of Department", "2 changes", "2 options added"},
		"who changed Department on example":                        {"by whom"},
		"when did Legal become an option of Department on example": {"Legal became an option of Department"},
		"Department as of yesterday on example":                    {"Department as of", "not how it is now: 2 changes since"},
		"when did Law become an option on example":                 {"Law became an option of Department"},
		"Department as of 1 January 2020 on example":               {"I don't know"},
	} {
		holds(t, w.Ask(question), question, words...)
	}
	if m := w.Ask("Department as of yesterday on example"); strings.Contains(m.Markdown, "Legal") {
		t.Errorf("the code as it was has an option that it got later:\n%s", m.Markdown)
	}
}

// TestWhoChanged asks Webex's admin audit, which guesses nothing.
func TestWhoChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const question = "who changed Department on example"
	edit(w.Sim, example, "Department", addOption("Legal"))
	w.Sim.AddAuditEvent(w.Sim.Person("bob").ID, "Bob Brown logged in", "Example")
	w.read()
	holds(t, w.Ask(question), "without the scope", "audit:events_read")
	w.Sim.SetScopes(w.Sim.AdminToken(), simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite, simulator.ScopePreferencesRead, simulator.ScopeAuditRead)
	holds(t, w.Ask(question), "without an event", "names nobody")
	w.Sim.AddAuditEvent(w.Sim.Person("bob").ID, "Bob Brown changed tracking code Department", emea)
	w.Sim.AddAuditEvent(w.Sim.Person("carol").ID, "Carol Clark changed tracking code Department", example)
	edit(w.Sim, example, "Department", addOption("Law"))
	w.read()
	holds(t, w.Ask(question), "with one", "Carol Clark (carol@example.com)", "changed tracking code Department")
}

// TestGapsAreSaid lets a site be unreadable for a while.
func TestGapsAreSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := simulator.Site{URL: emea, ControlHub: true, Forbidden: true}
	w.Sim.PutSite(site)
	if err := w.App.ReadSites(t.Context()); err == nil {
		t.Error("a site that can't be read is no error")
	}
	holds(t, w.Ask("what changed on emea"), "while it can't be read", "was not read since", "the admin account may not read the site")
	site.Forbidden = false
	w.Sim.PutSite(site)
	w.read()
	holds(t, w.Ask("what changed on emea"), "after it", "was not read between", "the admin account may not read the site")
	holds(t, w.Ask("Client as of yesterday on emea"), "in it", "Client as of", "was not read between", "this is how it was before")
}

func TestWatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ADMINS=bob@example.com")
	holds(t, w.AskGroup("@trackbot watch Department on example here"), "here", "Watching Department on "+example, "this space")
	holds(t, w.Ask("watch codes on emea"), "1:1", "all tracking codes of "+emea, "you directly")
	holds(t, w.Ask("watches"), "watches", "Department on "+example, "all tracking codes of "+emea)
	inGroup, direct := w.BotMessages(w.Group), w.BotMessages(w.Direct)
	edit(w.Sim, example, "Department", addOption("Legal"))
	edit(w.Sim, example, "Cost Center", addOption("CC-1"))
	edit(w.Sim, emea, "Client", addOption("Law"))
	w.read()
	told, privately := w.Next(w.Group, inGroup), w.Next(w.Direct, direct)
	holds(t, told, "told in the space", "1 change of Department on "+example, "option added: Legal")
	holds(t, privately, "told 1:1", "1 change of all tracking codes of "+emea, "option added: Law")
	w.read()
	w.Settled()
	if n := len(w.BotMessages(w.Group)) - len(inGroup); n != 1 {
		t.Errorf("the space was told %d times, want once", n)
	}
	holds(t, w.Press(privately, "What changed", nil), "a button 1:1", "1 change since", "option added: Law")
	holds(t, w.Press(told, "Stop watching", nil), "a button in the space", "No longer watching", "Department on "+example)
	holds(t, w.AskGroup("@trackbot watch Division here"), "again", "Watching Division on "+example)
	holds(t, w.Ask("unwatch"), "unwatch", "No longer watching", emea)
	direct = w.BotMessages(w.Direct)
	edit(w.Sim, emea, "Client", addOption("Law 2"))
	w.read()
	w.Settled()
	if n := len(w.BotMessages(w.Direct)) - len(direct); n != 0 {
		t.Errorf("after unwatch %d messages came", n)
	}
	bob := w.Sim.Person("bob")
	list := w.Reply(w.Write(w.Sim.Direct(bob.ID), bob, "watches", ""))
	holds(t, list, "an admin's list", "Division on "+example, "tells another space, asked for by alice@example.com")
}

// TestOutsidersAreToldNothing adds somebody to a space that watches. It is told when
// they have left; until then it is looked at once a minute.
func TestOutsidersAreToldNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AskGroup("@trackbot watch codes on example here")
	mallory := w.Sim.Person("mallory")
	w.Sim.Join(w.Group.ID, mallory.ID, w.Alice.ID)
	before := w.BotMessages(w.Group)
	edit(w.Sim, example, "Department", addOption("Legal"))
	w.read()
	looked := func() int { return strings.Count(w.Log.String(), "a watch is not told") }
	apptest.Eventually(t, "the watch is looked at", func() bool { return looked() == 1 })
	w.Settled()
	if n := len(w.BotMessages(w.Group)) - len(before); n != 0 {
		t.Errorf("a space with an outsider was told %d times", n)
	}
	w.Ask("watch Client on emea")
	for _, option := range []string{"Legal", "Law"} { // after the second one all were looked at again
		direct := w.BotMessages(w.Direct)
		edit(w.Sim, emea, "Client", addOption(option))
		w.read()
		holds(t, w.Next(w.Direct, direct), "another watch", "option added: "+option)
	}
	if n := looked(); n != 1 {
		t.Errorf("within a minute it was looked at %d times, want once", n)
	}
	w.Sim.Leave(w.Group.ID, mallory.ID, w.Alice.ID)
	w.Sim.Forward(time.Minute)
	w.read()
	holds(t, w.Next(w.Group, before), "without the outsider", "option added: Legal")
}

// TestASpaceThatIsGone ends the watch of a space without the bot: at the next change,
// and otherwise within a day, also in quiet hours.
func TestASpaceThatIsGone(t *testing.T) {
	t.Parallel()
	aDay := func(w world) { w.Sim.Forward(25 * time.Hour) }
	for _, c := range []struct {
		what, hours string
		then        func(world)
	}{
		{"a change", "", func(w world) { edit(w.Sim, example, "Department", addOption("Legal")) }},
		{"a day", "", aDay},
		{"a quiet day", "quiet from 0:00 to 23:59", aDay},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			holds(t, w.AskGroup("@trackbot watch codes on example here "+c.hours), "watch", "Watching", c.hours)
			w.Sim.Leave(w.Group.ID, w.Sim.Bot().ID, w.Alice.ID)
			c.then(w)
			w.read()
			apptest.Eventually(t, "the watch ends", func() bool { return strings.Contains(w.Log.String(), "a watch ends") })
			holds(t, w.Ask("watches"), "watches", "Nothing is watched")
		})
	}
}

// TestMonthsAreStored counts last month: its sums stand in the database with the
// answer. When the next one is over, it is counted without being asked for.
func TestMonthsAreStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ADMINS=alice@example.com", "BULK_PER_MINUTE=60000")
	w.Sim.SetScopes(w.Sim.AdminToken(), simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite, simulator.ScopePreferencesRead, simulator.ScopeConfigRead)
	now := w.now()
	month := time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, time.UTC)
	if now.Day() < 3 { // of which Webex's report may not be whole yet
		month = month.AddDate(0, -1, 0)
	}
	w.Sim.PutMeetings(emea, simulator.Meeting{Title: "Kick-off", Start: month.Add(time.Hour), HostEmail: "bob@example.com", PeopleMinutes: 90, Service: "MeetingCenter"})
	question := "meetings by Client on emea in " + month.Format("January 2006")
	root := w.Write(w.Direct, w.Alice, question, "")
	w.Reply(root)
	w.Settled()
	list := w.InThread(root)
	holds(t, list[len(list)-3], question, "1 meeting, 90 people-minutes")
	stored := func() (months map[string][]byte) {
		apptest.WithDatabase(t, store.Options{Dir: w.Dir}, func(ctx context.Context, db *store.DB) error {
			return db.View(ctx, func(tx *store.Tx) (err error) {
				months, err = tx.NotesWith("month " + emea)
				return err
			})
		})
		return months
	}
	for key, value := range stored() {
		if !strings.HasSuffix(key, month.Format("2006-01")) || !strings.Contains(string(value), `"meetings":1`) {
			t.Errorf("%s = %s", key, value)
		}
	}
	if n := len(stored()); n != 1 {
		t.Errorf("%d months are stored, want 1", n)
	}
	next := month.AddDate(0, 1, 0)
	w.Sim.PutMeetings(emea, simulator.Meeting{Title: "Review", Start: next.Add(time.Hour), HostEmail: "bob@example.com", PeopleMinutes: 30, Service: "MeetingCenter"})
	w.Sim.Forward(next.AddDate(0, 1, 2).Sub(w.now()))
	apptest.Eventually(t, "the next month is counted by itself", func() bool {
		for key, value := range stored() {
			if strings.HasSuffix(key, next.Format("2006-01")) {
				return strings.Contains(string(value), `"meetings":1,"minutes":30`)
			}
		}
		return false
	})
}

// TestMeetingsUnderAnOldName counts a meeting that took place before its code was
// renamed.
func TestMeetingsUnderAnOldName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ADMINS=alice@example.com", "BULK_PER_MINUTE=60000")
	w.Sim.SetScopes(w.Sim.AdminToken(), simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite, simulator.ScopePreferencesRead, simulator.ScopeConfigRead)
	w.Sim.PutMeetings(emea, simulator.Meeting{
		Title: "Kick-off", Start: w.now().Add(-time.Hour), HostEmail: "bob@example.com", PeopleMinutes: 90, Service: "MeetingCenter",
		TrackingCodes: []simulator.MeetingCode{{Name: "Client", Value: "Acme"}},
	})
	edit(w.Sim, emea, "Client", func(c *simulator.TrackingCode) { c.Name = "Customer" })
	w.read()
	const question = "meetings without Customer on emea"
	root := w.Write(w.Direct, w.Alice, question, "")
	w.Reply(root)
	w.Settled()
	list := w.InThread(root)
	holds(t, list[len(list)-3], question, "Meetings without Customer: none of 1", "under an old name of Customer: 1 meeting, 90 people-minutes", "Earlier names of Customer: Client")
}

// TestWhatChangedThroughTheBot tells what the bot wrote, with reference and
// approver, from what somebody changed elsewhere.
func TestWhatChangedThroughTheBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "CHANGES=all", "ADMINS=alice@example.com,bob@example.com")
	w.Ask("watch Department on example")
	plan := w.AskGroup("@trackbot add option Legal to Department on example")
	w.Sim.Click(t.Context(), w.Sim.Person("bob").ID, plan.ID, "Approve")
	w.Settled()
	edit(w.Sim, example, "Department", addOption("Law"))
	w.read()
	for _, question := range []string{"what changed on example", "history of Department on example"} {
		holds(t, w.Ask(question), question, "option added: Legal — through trackbot (", "approved by Bob", "option added: Law — outside trackbot, ")
	}
	const who = "who changed Department on example"
	holds(t, w.Ask(who), who, "outside trackbot", "audit:events_read")
	late := w.AskGroup("@trackbot add option Tax to Department on example")
	edit(w.Sim, example, "Department", addOption("Tax"))
	w.read()
	w.Sim.Click(t.Context(), w.Sim.Person("bob").ID, late.ID, "Approve")
	w.Settled()
	holds(t, w.Ask("what changed on example"), "somebody did it before it was approved", "option added: Tax — outside trackbot, ")
}
