package watching_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"trackbot/internal/simulator"
)

// toldNow counts the messages in the 1:1 space once all that is due was sent: a watch
// of another site is told last, of a change that is made for it.
func (w world) toldNow(mark string) []simulator.Message {
	w.T.Helper()
	before := w.BotMessages(w.Group)
	edit(w.Sim, emea, "Client", addOption(mark))
	w.read()
	w.Next(w.Group, before)
	w.Settled()
	return w.BotMessages(w.Direct)
}

// TestDigest tells once a day, in one message, and what came after its time the
// next day.
func TestDigest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AskGroup("@trackbot watch codes on emea here")
	at := w.now().Add(12 * time.Hour).Format("15:04")
	const utc = "names no time zone, so the times are in UTC"
	holds(t, w.Ask("watch codes on example daily at "+at), "watch", "Watching all tracking codes of "+example, "daily at", "(UTC)", utc)
	holds(t, w.Ask("watches"), "watches", "tells you, daily at")
	before := w.BotMessages(w.Direct)
	edit(w.Sim, example, "Department", addOption("Legal"))
	if n := len(w.toldNow("1")) - len(before); n != 0 {
		t.Errorf("before its time the digest came, %d messages", n)
	}
	w.Sim.Forward(24 * time.Hour)
	edit(w.Sim, example, "Department", addOption("Law"))
	w.toldNow("2")
	told := w.Next(w.Direct, before)
	holds(t, told, "the digest", "1 change of all tracking codes of "+example, "option added: Legal")
	if n := len(w.toldNow("3")) - len(before); n != 1 {
		t.Errorf("the digest came %d times, want once", n)
	}
	w.Sim.Forward(24 * time.Hour)
	before = w.BotMessages(w.Direct)
	w.toldNow("4")
	holds(t, w.Next(w.Direct, before), "the next digest", "option added: Law")
}

// TestQuietHours tells nothing in them, and then all of it in one message. Asked
// for again, a watch keeps what it has still to tell.
func TestQuietHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AskGroup("@trackbot watch codes on emea here")
	zoned := w.Sim.AddPerson(simulator.Person{DisplayName: "Zoe Zaman", TimeZone: "Asia/Tokyo"})
	now := w.now().In(time.FixedZone("Tokyo", 9*60*60))
	quiet := fmt.Sprintf("watch Department on example quiet from %s to %s", now.Add(-6*time.Hour).Format("15:04"), now.Add(6*time.Hour).Format("15:04"))
	direct := w.Sim.Direct(zoned.ID)
	holds(t, w.Reply(w.Write(direct, zoned, quiet, "")), quiet, "Watching Department on "+example, "quiet from", "(Asia/Tokyo)")
	before := w.BotMessages(direct)
	edit(w.Sim, example, "Department", addOption("Legal"))
	w.toldNow("1")
	edit(w.Sim, example, "Department", addOption("Law"))
	w.toldNow("2")
	if n := len(w.BotMessages(direct)) - len(before); n != 0 {
		t.Errorf("in quiet hours %d messages came", n)
	}
	w.Reply(w.Write(direct, zoned, "watch Department on example", ""))
	before = w.BotMessages(direct)
	w.toldNow("3")
	holds(t, w.Next(direct, before), "after them", "2 changes of Department", "option added: Legal", "option added: Law")
}

// TestWrongHours says what is wrong about hours, and watches nothing.
func TestWrongHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holds(t, w.Ask("watch codes on example daily at 25"), "25", "“25” is no time of the day", "daily at 9")
	holds(t, w.Ask("watches"), "watches", "Nothing is watched")
}

// TestKeepTheSame tells when a change makes a kept code differ, and offers to copy
// it where that can be asked for.
func TestKeepTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "CHANGES=all", "ADMINS=alice@example.com,bob@example.com")
	put := func(site, name string, options ...simulator.Option) {
		w.Sim.PutCode(site, simulator.TrackingCode{ID: "77", Name: name, InputMode: "select", HostProfileCode: "optional", Options: options})
	}
	put(example, "Territory", simulator.Option{Value: "North"})
	put(emea, "Territory", simulator.Option{Value: "North"})
	w.read()
	holds(t, w.Ask("keep Territory the same on example and emea"), "keep", "Keeping Territory, the same on "+example+" and "+emea, "is the same on example and emea")
	holds(t, w.Ask("watches"), "watches", "Territory, the same on "+example+" and "+emea)
	before := w.BotMessages(w.Direct)
	put(example, "Territory", simulator.Option{Value: "North"}, simulator.Option{Value: "South"})
	put(emea, "Territory", simulator.Option{Value: "North"}, simulator.Option{Value: "South"})
	edit(w.Sim, example, "Department", addOption("Legal"))
	w.read()
	w.read()
	put(emea, "Territory", simulator.Option{Value: "North"})
	w.read()
	w.read()
	told := w.Next(w.Direct, before)
	holds(t, told, "told", "Territory differs between example and emea: options", "South", "only on example")
	holds(t, w.Ask("drift"), "drift", "Kept the same, and different now", "Territory differs between example and emea", "Different")
	holds(t, w.Press(told, "Copy to emea", nil), "copy", "Territory", emea, "South", "Copied from "+example)
	broken := w.BotMessages(w.Direct)
	put(emea, "Territory", simulator.Option{Value: "North"}, simulator.Option{Value: "South"})
	w.read()
	w.read()
	holds(t, w.Next(w.Direct, broken), "mended", "Territory is the same again")
	holds(t, w.Ask("stop keeping Territory the same on example and emea"), "stop", "No longer watching", "Territory, the same")
	holds(t, w.Ask("watches"), "watches", "Nothing is watched")
	w.Settled()
	n := 0
	for _, m := range w.BotMessages(w.Direct)[len(before):] {
		if m.ParentID == "" { // no answer
			n++
		}
	}
	if n != 2 {
		t.Errorf("that the rule broke and was mended was told %d times, want once each", n)
	}
}

// TestPlansEndByTheClock moves the clock past the time in which a change can be approved.
func TestPlansEndByTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "CHANGES=all", "ADMINS=alice@example.com,bob@example.com")
	plan := w.AskGroup("@trackbot add option Legal to Department on example")
	w.Sim.Forward(25 * time.Hour)
	w.Sim.Click(t.Context(), w.Sim.Person("bob").ID, plan.ID, "Approve")
	w.Settled()
	holds(t, w.Ask("changes"), "changes", "Expired: Department")
	for _, c := range w.Sim.Codes(example) {
		if c.Name == "Department" && slices.ContainsFunc(c.Options, func(o simulator.Option) bool { return o.Value == "Legal" }) {
			t.Error("it was written all the same")
		}
	}
}
