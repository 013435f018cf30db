package handlers

import (
	"cmp"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/change"
)

// card shows a change as it stands: what differs, what is to be known, who can
// do what. above are lines that come first.
func (c changer) card(ch Change, above ...string) bot.Reply {
	v := cards.Report{Title: changeTitle(ch), Tone: changeTone(ch), Site: ch.Plan.Site, Ref: ch.Ref, Lines: append(above, c.standing(ch)...)}
	if ch.Undoes != "" {
		v.Lines = append(v.Lines, "It takes back change "+ch.Undoes+".")
	}
	difference := cards.Section{Heading: differenceHead(ch.State), Rows: lineRows(ch.Lines)}
	if ch.Plan.Many() {
		code := change.Diff(change.State{Code: ch.Plan.Before.Code}, change.State{Code: ch.Plan.After.Code})
		difference.Rows = append(lineRows(code), manyRows(ch.Plan)...)
	}
	v.Parts = append(v.Parts, difference)
	if len(ch.Plan.LeftOut) > 0 {
		v.Parts = append(v.Parts, leftOutRows(ch.Plan))
	}
	if ch.State.open() && len(ch.Plan.Notes) > 0 {
		part := cards.Section{Heading: "Before you approve"}
		for _, note := range ch.Plan.Notes {
			part.Rows = append(part.Rows, cards.Line{Title: note})
		}
		v.Parts = append(v.Parts, part)
	}
	if ch.Plan.Many() {
		v.Notes = append(v.Notes, fmt.Sprintf("The file of %s comes where it was asked for or approved; “changes ref %s” shows it again.", count(len(ch.Plan.After.Users), "person"), ch.Ref))
	}
	switch ch.State {
	case ChangeWaiting:
		v.Buttons = []cards.Button{
			{Title: "Approve", Style: cards.Positive, Data: bot.Data(ask.Question{Command: "approve", Term: ch.Ref})},
			{Title: "Discard", Style: cards.Destructive, Data: bot.Data(ask.Question{Command: "discard", Term: ch.Ref})},
		}
		v.Notes = append(v.Notes, fmt.Sprintf("Without buttons: type “approve %s” or “discard %s”, here or 1:1.", ch.Ref, ch.Ref))
	case ChangeDone:
		v.Buttons = []cards.Button{{Title: "Undo", Data: bot.Data(ask.Question{Command: "undo", Term: ch.Ref})}}
	case ChangeApplying:
		if ch.Plan.Many() {
			v.Buttons = []cards.Button{stopButton(ch.Event)}
		}
	case ChangeApproved, ChangeFailed, ChangeDiscarded, ChangeExpired:
	}
	return reportOf(v)
}

// differenceHead stands above the difference that a change made, would make, or
// found instead.
func differenceHead(s ChangeState) string {
	if s == ChangeDone {
		return "What changed"
	}
	if s == ChangeFailed {
		return "Difference"
	}
	return "What changes"
}

func (s ChangeState) open() bool {
	return s == ChangeWaiting || s == ChangeApproved || s == ChangeApplying
}

func changeTitle(ch Change) string {
	switch ch.State {
	case ChangeDone:
		return "Done: " + ch.Plan.About
	case ChangeFailed:
		return "Not done: " + ch.Plan.About
	case ChangeDiscarded:
		return "Discarded: " + ch.Plan.About
	case ChangeExpired:
		return "Expired: " + ch.Plan.About
	case ChangeWaiting, ChangeApproved, ChangeApplying:
	}
	return changeVerb(ch.Plan) + " " + ch.Plan.About + "?"
}

// changeVerb says what a plan does.
func changeVerb(p change.Plan) string {
	switch {
	case p.OfPeople():
	case p.Before.Code == nil:
		return "Create"
	case p.After.Code == nil:
		return "Delete"
	}
	return "Change"
}

func changeTone(ch Change) cards.Tone {
	switch ch.State {
	case ChangeDone:
		return cards.Good
	case ChangeFailed:
		return cards.Attention
	case ChangeDiscarded, ChangeExpired:
		return cards.Subtle
	case ChangeWaiting, ChangeApproved, ChangeApplying:
	}
	return cards.Warning
}

// standing says how far a change is, and by whom.
func (c changer) standing(ch Change) []string {
	asked := "Asked by " + nameOf(ch.Asker) + "."
	switch ch.State {
	case ChangeWaiting:
		who := "another approver"
		if c.Own {
			who = "an approver"
		}
		return []string{fmt.Sprintf("Nothing was changed. 1 of 2: waits for %s, until %s.", who, clock(ch.Due)), asked}
	case ChangeApproved, ChangeApplying:
		return []string{nameOf(ch.Approver) + " approved it; it is being written.", asked}
	case ChangeExpired:
		return []string{"Nothing was changed: nobody approved it until " + clock(ch.Due) + ".", asked}
	case ChangeDiscarded:
		return []string{fmt.Sprintf("Nothing was changed: %s discarded it at %s.", nameOf(ch.Approver), clock(ch.Finished)), asked}
	case ChangeDone, ChangeFailed:
	}
	return []string{ch.Outcome, fmt.Sprintf("Asked by %s, approved by %s, %s.", nameOf(ch.Asker), nameOf(ch.Approver), clock(ch.Finished))}
}

// clock is a time of day, for all time zones in which a space may be read.
func clock(t time.Time) string { return t.UTC().Format("15:04 UTC") }

// maxOptionRows is how many options that come, or that go, have a row each; more
// stand in one.
const maxOptionRows = 3

// lineRows shows a difference. Options stand together, as Diff lists them.
func lineRows(lines []change.Line) (rows []cards.Line) {
	for i := 0; i < len(lines); {
		l, n := lines[i], 1
		for i+n < len(lines) && l.What == change.OptionLine && lines[i+n].What == l.What && (lines[i+n].Before == "") == (l.Before == "") {
			n++
		}
		if n > maxOptionRows {
			rows = append(rows, optionsRow(lines[i:i+n]))
		} else {
			for _, l := range lines[i : i+n] {
				rows = append(rows, cards.Line{Title: l.What, Under: []string{cmp.Or(l.Before, "none") + " → " + cmp.Or(l.After, "none")}})
			}
		}
		i += n
	}
	return rows
}

// optionsRow shows many options that come, or that go.
func optionsRow(lines []change.Line) cards.Line {
	values := make([]string, len(lines))
	for i, l := range lines {
		values[i] = cmp.Or(l.Before, l.After)
	}
	what := "come"
	if lines[0].After == "" {
		what = "go"
	}
	return cards.Line{Title: fmt.Sprintf("%d options %s", len(lines), what), Under: []string{bot.Listed(values, 100)}}
}
