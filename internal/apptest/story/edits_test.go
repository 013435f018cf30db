package story

import (
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// edit edits a message of Alice's, and waits until the bot rests.
func edit(w *apptest.World, m simulator.Message, text string) {
	w.T.Helper()
	w.Sim.Edit(w.T.Context(), simulator.Edit{Person: w.Alice.ID, Message: m.ID, Text: text})
	w.Settled()
}

// one is the bot's only message in the thread of a question.
func one(w *apptest.World, question simulator.Message) simulator.Message {
	w.T.Helper()
	list := w.InThread(question)
	if len(list) != 1 {
		w.T.Fatalf("%d messages of the bot to %q, want 1", len(list), question.Text)
	}
	return list[0]
}

// Whoever corrects a question by editing it reads the new answer in the place of
// the old one, as often as they do.
func TestEditedQuestionIsAnswered(t *testing.T) {
	w := apptest.New(t)
	w.Calm()
	w.Sim.SetQuirks(simulator.Quirks{EditCards: true})
	for space, mention := range map[*simulator.Space]string{&w.Group: "@trackbot ", &w.Direct: ""} {
		question := w.Write(*space, w.Alice, mention+"which bananas are there", "")
		first := w.Reply(question)
		apptest.Shows(t, first, "I don't know how to answer")
		edit(w, question, mention+"code 2")
		second := one(w, question)
		apptest.Shows(t, second, "Division")
		edit(w, question, mention+"code 1")
		third := one(w, question)
		apptest.Shows(t, third, "Department")
		if second.ID != first.ID || third.ID != first.ID || strings.Contains(third.Markdown, "edited") {
			t.Errorf("the answers are %s, %s and %s; want one, without a word on the edit: %s", first.ID, second.ID, third.ID, third.Markdown)
		}
	}
}

// Where Webex edits no cards the answer stands anew, says why, and the old one
// goes, with its file.
func TestEditedQuestionIsAnsweredAnew(t *testing.T) {
	w := apptest.New(t)
	w.Calm()
	question := w.Write(w.Direct, w.Alice, "export codes on example as csv", "")
	first := w.Reply(question)
	w.Settled()
	edit(w, question, "code 1")
	second := one(w, question)
	if second.ID == first.ID {
		t.Error("a card was edited, though Webex edits none")
	}
	apptest.Shows(t, second, "(for your edited question)", "Department")
}

func TestEditThatAsksTheSameIsSilent(t *testing.T) {
	w := apptest.New(t)
	w.Calm()
	question := w.Write(w.Direct, w.Alice, "code 1", "")
	first := w.Reply(question)
	for _, text := range []string{"Code  1", "please code 1", "code 1, thanks"} {
		w.Settled()
		w.Sim.ResetCalls()
		edit(w, question, text)
		if got := one(w, question); got.ID != first.ID || apptest.AsOf(got) != apptest.AsOf(first) {
			t.Errorf("%q: the answer was changed", text)
		}
		if w.AdminCalls() > 0 {
			t.Errorf("%q: %d admin calls, want none", text, w.AdminCalls())
		}
	}
}

// A mention that comes by an edit makes a message a question.
func TestMentionByAnEdit(t *testing.T) {
	w := apptest.New(t)
	w.Calm()
	question := w.Write(w.Group, w.Alice, "code 1", "")
	w.Settled()
	if n := len(w.InThread(question)); n > 0 {
		t.Fatalf("%d answers to what was not for the bot", n)
	}
	edit(w, question, "@trackbot code 1")
	apptest.Shows(t, one(w, question), "Department")
	edit(w, question, "@trackbot code 1 please")
	one(w, question)
}

func TestLateEditIsSilent(t *testing.T) {
	w := apptest.New(t)
	w.Calm()
	for ago, want := range map[time.Duration]string{11 * time.Minute: "Department", 9 * time.Minute: "Division"} {
		question := w.Sim.Say(t.Context(), simulator.Say{Space: w.Direct.ID, Person: w.Alice.ID, Text: "code 1", Ago: ago})
		w.Reply(question)
		w.Settled()
		edit(w, question, "code 2")
		apptest.Shows(t, one(w, question), want)
	}
}

// An edit that the bot hears of before the question, or while it works on that,
// is answered once: the answer is that to the edited question.
func TestEditBeforeTheAnswer(t *testing.T) {
	w := apptest.New(t)
	w.Calm()
	w.Sim.SetQuirks(simulator.Quirks{EditCards: true})
	const wait = 300 * time.Millisecond
	w.Sim.Fault(simulator.Rule{Path: "/messages/", Delay: wait, Times: 1}) // the question is read as it was edited
	question := w.Write(w.Direct, w.Alice, "code 2", "")
	edit(w, question, "code 1")
	apptest.Shows(t, one(w, question), "Department")

	w.Sim.ResetCalls()
	w.Sim.Fault(simulator.Rule{Path: "/admin/meeting/", Delay: wait, Times: 1}) // it was read already
	question = w.Write(w.Direct, w.Alice, "code 2", "")
	apptest.Eventually(t, "the bot works on it", func() bool { return w.AdminCalls() > 0 })
	edit(w, question, "code 1")
	apptest.Shows(t, one(w, question), "Department")

	w.Sim.SetDelivery(simulator.Delivery{Reorder: 0.5, Duplicate: 1, Jitter: 50 * time.Millisecond})
	for range 5 {
		question = w.Write(w.Direct, w.Alice, "code 2", "")
		edit(w, question, "code 1")
		apptest.Shows(t, one(w, question), "Department")
	}
}

// An answer for the asker alone never takes the place of one in a space.
func TestEditedQuestionStaysPrivate(t *testing.T) {
	w := apptest.NewForAdmin(t)
	w.Calm()
	w.Sim.SetQuirks(simulator.Quirks{EditCards: true})
	question := w.Write(w.Group, w.Alice, "@trackbot code 1", "")
	first := w.Reply(question)
	apptest.Shows(t, first, "Department")
	before := w.BotMessages(w.Direct)
	edit(w, question, "@trackbot codes of bob@example.com")
	private := w.Next(w.Direct, before)
	apptest.Shows(t, private, "(for your edited question)", "bob@example.com")
	for _, m := range w.InThread(question) {
		if strings.Contains(apptest.Drawn(t, m), "bob@example.com") {
			t.Errorf("the group reads what is for the asker alone:\n%s", apptest.Drawn(t, m))
		}
	}
	edit(w, question, "@trackbot codes of carol@example.com")
	if n := len(w.InThread(question)); n != 2 {
		t.Errorf("%d messages in the thread, want the first answer and the line that the others went 1:1", n)
	}
}
