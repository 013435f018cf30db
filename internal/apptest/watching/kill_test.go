package watching_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// TestToldOnceWhateverDies kills the bot, or both replicas, at each step from the
// reading that finds a change to the message that tells a watch of it. The next
// one tells it, once, and answers what the page's own test asks.
func TestToldOnceWhateverDies(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out with -short: bots are killed and started again")
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		k := newKilled(t, e)
		for i, step := range []string{
			"SELECT count(*) FROM reading WHERE read > $1",
			"SELECT count(*) FROM code_change WHERE seen > $1",
			"SELECT count(*) FROM outbox WHERE key LIKE 'watch %' AND stored > $1",
			"SELECT count(*) FROM outbox WHERE key LIKE 'watch %' AND state = 'done' AND stored > $1",
		} {
			k.change(fmt.Sprintf("Legal %d", i), step)
		}
		k.keep()
		k.digest()
		k.questions()
	})
}

// killed is bots on one database, one of a folder or two replicas, and a watch.
type killed struct {
	*apptest.World

	o    store.Options
	bots []*apptest.Process
}

func newKilled(t *testing.T, e storetest.Engine) *killed {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	alice := sim.Person("alice")
	k := &killed{World: &apptest.World{T: t, World: &demo.World{Sim: sim, Alice: alice, Direct: sim.Direct(alice.ID)}}, o: e.Options}
	dirs := []string{e.Options.Dir}
	if e.Options.URL != "" {
		dirs = []string{t.TempDir(), t.TempDir()}
	}
	for _, dir := range dirs {
		env := append(demo.Receiving("websocket"), "DATABASE_URL="+e.Options.URL, "WATCH_MINUTES=15", "ADMINS=alice@example.com", "BULK_PER_MINUTE=1200")
		k.bots = append(k.bots, apptest.NewProcess(t, sim, dir, env...))
	}
	k.each((*apptest.Process).Start)
	holds(t, k.Ask("watch Department on example"), "watch", "Watching Department")
	k.count("SELECT count(*) FROM reading WHERE read > $1", time.Time{}, 2)
	k.each((*apptest.Process).Kill)
	t.Cleanup(func() {
		if t.Failed() {
			k.each(func(p *apptest.Process) { t.Logf("the log of a bot:\n%s", p.Log) })
		}
	})
	return k
}

func (k *killed) each(f func(*apptest.Process)) {
	for _, p := range k.bots {
		f(p)
	}
}

// change edits a code behind the bots' backs, kills them when a query counts
// something, and looks at what the next ones make of it.
func (k *killed) change(option, step string) {
	k.T.Helper()
	k.later()
	edit(k.Sim, example, "Department", addOption(option))
	began := time.Now()
	k.each((*apptest.Process).Start)
	k.count(step, began, 1)
	k.each((*apptest.Process).Kill)
	k.later()
	k.each((*apptest.Process).Start)
	k.once(option, "a kill at "+step, began)
}

// keep has a code kept the same, kills the bots, lets it differ, and looks at what
// the next ones make of it.
func (k *killed) keep() {
	k.T.Helper()
	code := simulator.TrackingCode{ID: "77", Name: "Territory", InputMode: "select", HostProfileCode: "optional", Options: []simulator.Option{{Value: "North"}}}
	k.Sim.PutCode(example, code)
	k.Sim.PutCode(emea, code)
	k.later()
	began := time.Now()
	k.each((*apptest.Process).Start)
	k.count("SELECT count(*) FROM reading WHERE read > $1", began, 2)
	holds(k.T, k.Ask("keep Territory the same on example and emea"), "keep", "Keeping Territory", "is the same on example and emea")
	k.each((*apptest.Process).Kill)
	k.later()
	code.Options = []simulator.Option{{Value: "North"}, {Value: "South"}}
	k.Sim.PutCode(example, code)
	began = time.Now()
	k.each((*apptest.Process).Start)
	k.once("Territory differs between", "a kept code differs", began)
}

// digest has changes told once a day, and kills the bots when its time has come, after
// the message was stored.
func (k *killed) digest() {
	k.T.Helper()
	k.each((*apptest.Process).Start)
	now := time.Now().Add(k.Sim.Ahead()).UTC()
	at := now.Add(3 * time.Hour).Format("15:04")
	holds(k.T, k.Ask("watch Department on example daily at "+at), "watch", "Watching Department", "daily at")
	k.each((*apptest.Process).Kill)
	k.later()
	edit(k.Sim, example, "Department", addOption("Once a day"))
	began := time.Now()
	k.each((*apptest.Process).Start)
	k.count("SELECT count(*) FROM code_change WHERE seen > $1", began, 1)
	k.each((*apptest.Process).Kill)
	for range 3 {
		k.later()
	}
	began = time.Now()
	k.each((*apptest.Process).Start)
	k.count("SELECT count(*) FROM outbox WHERE key LIKE 'watch %' AND stored > $1", began, 1)
	k.each((*apptest.Process).Kill)
	k.later()
	k.each((*apptest.Process).Start)
	k.once("option added: Once a day", "a kill in a digest", began)
}

// questions asks two days later what changed, what the code was like, and which
// meetings have no code. The bots are killed in between, and while they count.
func (k *killed) questions() {
	k.T.Helper()
	demo.AddMeetings(k.Sim, time.Now().Add(k.Sim.Ahead()))
	k.Sim.Forward(48 * time.Hour)
	k.later()
	edit(k.Sim, example, "Department", addOption("Late"))
	began := time.Now()
	k.each((*apptest.Process).Start)
	k.count("SELECT count(*) FROM code_change WHERE seen > $1", began, 1)
	holds(k.T, k.Ask("what changed on example since yesterday"), "what changed", "1 change since", "option added: Late")
	k.each((*apptest.Process).Kill)
	k.later()
	k.each((*apptest.Process).Start)
	was := k.Ask("Department as of yesterday on example")
	holds(k.T, was, "as of yesterday", "Department as of", "not how it is now: 1 change since", "Once a day")
	if strings.Contains(apptest.AsOf(was), "Late") {
		k.T.Errorf("the code as it was has an option that it got later:\n%s", was.Markdown)
	}
	root := k.Write(k.Direct, k.Alice, "meetings without a code on example", "")
	holds(k.T, k.Reply(root), "meetings", "Reading meetings")
	k.each((*apptest.Process).Kill)
	k.later()
	k.each((*apptest.Process).Start)
	answers, pictures := 0, 0
	apptest.Eventually(k.T, "the meetings are counted", func() bool {
		answers, pictures = 0, 0
		for _, m := range k.InThread(root) {
			answers += strings.Count(m.Markdown, "Without a code: up to")
			for _, address := range m.Files {
				pictures += strings.Count(k.Sim.File(address).Type, "image/png")
			}
		}
		return pictures > 0
	})
	if answers != 1 || pictures != 1 {
		k.T.Errorf("the meetings were told %d times, with %d pictures, want once each", answers, pictures)
	}
	k.each((*apptest.Process).Kill)
}

// once waits until a message with these words was told and stored, sees that it is
// the only one, and kills the bots.
func (k *killed) once(words, after string, began time.Time) {
	k.T.Helper()
	told := func() (n int) {
		for _, m := range k.BotMessages(k.Direct) {
			if strings.Contains(m.Markdown, words) {
				n++
			}
		}
		return n
	}
	apptest.Eventually(k.T, "the watch is told of "+words, func() bool { return told() > 0 })
	k.count("SELECT count(*) FROM outbox WHERE key LIKE 'watch %' AND state = 'done' AND stored > $1", began, 1)
	if n := told(); n != 1 {
		k.T.Errorf("after %s the watch was told %d times, want once", after, n)
	}
	k.each((*apptest.Process).Kill)
}

// later moves the clock, also of the bots that start next, so that the readings are
// due, and ends the claims and leases of those that were killed.
func (k *killed) later() {
	k.T.Helper()
	k.Sim.Forward(time.Hour)
	k.each(func(p *apptest.Process) { p.Env = append(p.Env, apptest.Ahead(k.Sim.Ahead())) })
	o := k.o
	o.Bot = false
	apptest.WithDatabase(k.T, o, func(ctx context.Context, db *store.DB) error { return db.Update(ctx, apptest.EndClaims) })
}

// count waits until a query counts at least n rows since a time.
func (k *killed) count(query string, since time.Time, n int) {
	k.T.Helper()
	if !strings.Contains(query, "outbox") { // what is read has the moved clock
		since = since.Add(k.Sim.Ahead())
	}
	o := k.o
	o.Bot, o.ReadOnly = false, true
	apptest.WithDatabase(k.T, o, func(ctx context.Context, db *store.DB) error {
		apptest.Eventually(k.T, query, func() bool {
			found := 0
			err := db.View(ctx, func(tx *store.Tx) error { return tx.Row(query, since.UnixMilli()).Scan(&found) })
			return err == nil && found >= n
		})
		return nil
	})
}
