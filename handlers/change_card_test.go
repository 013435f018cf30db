package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/change"
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
		got := changer{}.card(ch)
		card, err := got.Card.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var pretty, drawn bytes.Buffer
		if err := errors.Join(json.Indent(&pretty, card, "", "  "), cards.Draw(&drawn, card, 48)); err != nil {
			t.Fatal(err)
		}
		name := "plan-" + string(state)
		same(t, name+".json", pretty.String()+"\n")
		same(t, name+".md", got.Markdown+"\n")
		same(t, name+".txt", drawn.String())
	}
}
