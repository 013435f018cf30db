package handlers

import (
	"strings"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/change"
	"trackbot/webex"
)

// TestGoldenChanges shows a change from its plan to its end: the card as JSON, the
// markdown beside it, and the card as a terminal draws it.
func TestGoldenChanges(t *testing.T) {
	at := time.Date(2026, 1, 5, 14, 2, 0, 0, time.UTC)
	plan, err := change.OfCode(few()[0], few(), change.AddOption("Legal <x>"), change.Default("Legal <x>"))
	if err != nil {
		t.Fatal(err)
	}
	planned := Change{
		Ref: "7F3K-Q2", Plan: plan, Lines: plan.Lines(), Asker: bot.Person{ID: "A", Name: "Alice *Adams*"}, Approver: bot.Person{ID: "B", Email: "bob@example.com"},
		Asked: at, Due: at.Add(time.Hour), Finished: at.Add(time.Minute), Outcome: "Written and read back: Webex has it as asked.", Undoes: "0000-00",
	}
	for _, state := range []ChangeState{ChangeWaiting, ChangeApplying, ChangeDone, ChangeFailed, ChangeDiscarded, ChangeExpired} {
		ch := planned
		if ch.State = state; state == ChangeFailed {
			ch.Outcome = "Webex refused this; nothing was changed."
		}
		sameReply(t, "plan-"+string(state), changer{}.card(ch))
	}
}

// TestGoldenNewCode shows the form of a new code, and the plans of a new and of a
// copied one.
func TestGoldenNewCode(t *testing.T) {
	r := bot.Request{Site: bot.Site{Host: "example.webex.com", Why: "the default site"}, Ref: "7F3K-Q2"}
	sameReply(t, "plan-new-form", newCodeForm(r, "Region <x>"))
	at := time.Date(2026, 1, 5, 14, 2, 0, 0, time.UTC)
	created, err := change.Creation(change.New("example.webex.com", "Region <x>", []string{"North", "South *x*"}, change.Required), few())
	if err != nil {
		t.Fatal(err)
	}
	there := few()[0]
	there.Options = there.Options[:1]
	copied, err := change.Copy(few()[0], "emea.example.webex.com", []webex.TrackingCode{there})
	if err != nil {
		t.Fatal(err)
	}
	for name, plan := range map[string]change.Plan{"plan-new": created, "plan-copy": copied} {
		ch := Change{Ref: "7F3K-Q2", Plan: plan, Lines: plan.Lines(), Asker: bot.Person{ID: "A", Name: "Alice"}, Due: at.Add(time.Hour), State: ChangeWaiting}
		sameReply(t, name, changer{}.card(ch))
	}
}

// TestGoldenManyChanges shows the same of a plan of many people.
func TestGoldenManyChanges(t *testing.T) {
	at := time.Date(2026, 1, 5, 14, 2, 0, 0, time.UTC)
	people := []change.Person{
		{Email: "a@example.com", Given: []change.Given{{Code: "Department", Value: "CC-4101"}}, Now: &webex.UserCodes{}},
		{Email: "b@example.com", Given: []change.Given{{Code: "department", Value: "cc-4102"}, {Code: "Colour <x>", Value: "red"}}, Now: &webex.UserCodes{}},
		{Email: "c@example.com", Given: []change.Given{{Code: "Department", Value: "Sales"}}, Why: "Webex doesn't know them on this site"},
	}
	ch := Change{
		Ref: "7F3K-Q2", Plan: change.OfPeople("example.webex.com", few(), people), Asker: bot.Person{ID: "A", Name: "Alice"}, Approver: bot.Person{ID: "B", Name: "Bob"},
		Event: "8AAA-AA", Due: at.Add(time.Hour), Finished: at, State: ChangeWaiting,
	}
	sameReply(t, "many-waiting", changer{}.card(ch))
	ch.State = ChangeApplying
	sameReply(t, "many-applying", changer{}.card(ch))
	ch = ended(ch, []bot.Result{{State: resultWritten}, {State: "failed: 409", Value: "Webex refused this; nothing was changed."}}, "Stopped, as somebody asked.")
	ch.State = ChangeDone
	sameReply(t, "many-done", changer{}.card(ch))
}

// TestGoldenHolders shows a plan by which an option goes, once it is counted who has it,
// and one by which it is renamed.
func TestGoldenHolders(t *testing.T) {
	at := time.Date(2026, 1, 5, 14, 2, 0, 0, time.UTC)
	code := few()[0]
	has := func(value string) webex.UserCodes {
		return webex.UserCodes{TrackingCodes: []webex.UserCode{{ID: code.ID, Name: code.Name, Value: value}}}
	}
	gone := code.Options[0].Value
	removed, err := change.OfCode(code, few(), change.RemoveOption(gone))
	if err != nil {
		t.Fatal(err)
	}
	_, counted, err := holdersOf(removed, bot.Job{Items: []string{"a@example.com", "b@example.com", "c@example.com", "d@example.com", "e@example.com"}}, []bot.Result{
		{Item: "a@example.com", State: hasIt, Value: itemsOf([]webex.UserCodes{has(gone)})[0]}, {Item: "b@example.com", State: isNobody}, {Item: "c*d@example.com", State: isUnclear},
	})
	if err != nil {
		t.Fatal(err)
	}
	removed.Notes = append(counted, removed.Notes...)
	renamed, err := change.OfCode(code, few(), change.RenameOption(gone, "Law <x>"))
	if err == nil {
		renamed, err = renamed.Moving(few(), []change.Person{{Email: "a@example.com", Given: []change.Given{{Code: code.Name, Value: "Law <x>"}}, Now: new(has(gone))}})
	}
	if err != nil {
		t.Fatal(err)
	}
	renamed.Notes = append([]string{movedNote(1, 5)}, renamed.Notes...)
	for name, plan := range map[string]change.Plan{"plan-counted": removed, "plan-rename": renamed} {
		ch := Change{Ref: "7F3K-Q2", Plan: plan, Lines: plan.Lines(), Asker: bot.Person{ID: "A", Name: "Alice"}, Due: at.Add(time.Hour), State: ChangeWaiting}
		sameReply(t, name, changer{}.card(ch))
	}
}

// TestLacksKeepsTheExamples: the examples of a command stay those of any site.
func TestLacksKeepsTheExamples(t *testing.T) {
	examples := []string{"add option Legal to Department on SITE"}
	for _, host := range []string{"a.webex.com", "b.webex.com"} {
		if got := lacks(bot.Request{Site: bot.Site{Host: host}}, "More", examples...).Markdown; !strings.Contains(got, "on "+host) {
			t.Errorf("on %s: %s", host, got)
		}
	}
}
