package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"trackbot/bot"
	"trackbot/internal/change"
	"trackbot/webex"
)

// one is a person of a plan of many, as an item of the work that writes them.
type one struct {
	Before webex.UserCodes `json:"before"`
	After  webex.UserCodes `json:"after"`
}

// applyMany begins to write an approved plan of many people, as long work of the
// approval. The line of the record is committed before. Who handles the approval
// again begins the same work, which is stored once.
func (c changer) applyMany(ctx context.Context, r bot.Request, ch Change) (bot.Reply, error) {
	if ch.State == ChangeApproved {
		if instead, err := c.begin(ctx, r, &ch); instead != nil || err != nil {
			return answered(instead), err
		}
	}
	people := make([]one, len(ch.Plan.After.Users))
	for i := range people {
		people[i] = one{ch.Plan.Before.Users[i], ch.Plan.After.Users[i]}
	}
	reply := c.card(ch)
	reply.Replace, reply.Copies = true, []bot.Copy{c.inPlace(ch, ch.Key)}
	reply.Job = &bot.Job{Command: "approve", Site: ch.Plan.Site, Text: ch.Ref, Title: ch.Plan.About, Items: itemsOf(people)}
	return reply, nil
}

// inPlace is the card of a change in the place of an earlier answer.
func (c changer) inPlace(ch Change, key string) bot.Copy {
	card := c.card(ch)
	return bot.Copy{Replaces: key, Room: ch.Room, Root: ch.Root, Card: card.Card, Markdown: card.Markdown}
}

// writePerson writes one of many people, where they have what they had when it was
// planned. Who has what they are to get is not written: it may be that the process
// ended after it wrote.
func (c changer) writePerson(ctx context.Context, j bot.Job, item string) (bot.Result, error) {
	p, err := itemOf[one](item)
	if err != nil {
		return bot.Result{}, err
	}
	said := func(state, value string) (bot.Result, error) {
		return bot.Result{Item: p.After.Email, State: state, Value: value}, nil
	}
	if c.off() { // since it was approved
		return said(wasSkipped, "changes are turned off by now")
	}
	now, err := c.personNow(ctx, j.Site, p.After)
	switch {
	case webex.IsNotFound(err):
		return said(wasSkipped, "Webex doesn't know them on this site any more")
	case err != nil:
		return bot.Result{Item: p.After.Email, State: "failed: not read", Value: "what they have could not be read"}, err
	case len(p.left(now)) == 0:
		return said(resultWritten, "")
	}
	if changed := change.Diff(change.State{User: &p.Before}, change.State{User: &now}); len(changed) > 0 {
		return said(wasSkipped, "changed by somebody else since it was planned: "+strings.Join(change.Texts(changed), "; "))
	}
	plan := change.Plan{Site: j.Site, Before: change.State{User: &p.Before}, After: change.State{User: &p.After}}
	err = c.write(ctx, plan)
	refused, ok := errors.AsType[*webex.Error](err)
	switch {
	case ok && (refused.Status == http.StatusTooManyRequests || refused.Status == http.StatusUnauthorized):
		return bot.Result{Item: p.After.Email}, err // the work waits, or ends; nothing was written
	case ok && !refused.Uncertain() && refused.Status < http.StatusInternalServerError:
		return said(fmt.Sprintf("failed: %d", refused.Status), refusedWords(refused))
	}
	state, err := c.readBack(ctx, plan)
	if err != nil { // where the work goes on, whoever was written is found to have it
		return bot.Result{Item: p.After.Email, State: "failed: not read back", Value: "it may have been written, but Webex could not be read back"}, err
	}
	switch left := p.left(*state.User); {
	case len(left) == 0:
		return said(resultWritten, "")
	case len(change.Diff(plan.Before, state)) == 0:
		return said("failed: not taken", "Webex has what it had before")
	default:
		return said("failed: otherwise", "Webex has it otherwise than asked: "+strings.Join(change.Texts(left), "; ")+" (asked → stored)")
	}
}

// left is what a person has otherwise than they are to have.
func (p one) left(now webex.UserCodes) []change.Line {
	return change.Diff(change.State{User: &p.After}, change.State{User: &now})
}

// wasSkipped is the state of a person whom nothing was tried for; what failed has
// its class behind the word.
const (
	wasSkipped = "skipped"
	failed     = "failed: "
)

// failuresInARow of one class end the writing of many people.
const failuresInARow = 3

// enough ends the work after three failures of one class in a row: the next would
// fail too.
func enough(results []bot.Result) string {
	if len(results) < failuresInARow {
		return ""
	}
	last := results[len(results)-failuresInARow:]
	for _, r := range last {
		if !strings.HasPrefix(r.State, failed) || r.State != last[0].State {
			return ""
		}
	}
	return fmt.Sprintf("It ended after %d failures of one kind in a row: %s.", failuresInARow, strings.TrimSuffix(last[0].Value, "."))
}

// finishMany ends a plan of many people with those who were written, and says so
// with the file that undoes it.
func (c changer) finishMany(ctx context.Context, j bot.Job, results []bot.Result, why string) (bot.Reply, error) {
	ch, err := c.Plans.Get(ctx, j.Text)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("read a change: %w", err)
	}
	if ch.State == ChangeApplying {
		ch = ended(ch, results, why)
		to := ChangeDone
		if len(ch.Plan.After.Users) == 0 {
			to = ChangeFailed
		}
		if _, err := c.Plans.Move(ctx, ch, to); err != nil {
			return bot.Reply{}, fmt.Errorf("end a change: %w", err)
		}
	}
	reply, err := c.settled(ctx, requestOf(j), j.Text)
	if err != nil {
		return bot.Reply{}, err
	}
	for i := range reply.Copies {
		if reply.Copies[i].Replaces != "" { // the plan was replaced when the writing began
			reply.Copies[i].Replaces = j.Key + "/copy0"
		}
	}
	reply.File, err = c.resultFile(ctx, j, ch)
	return reply, err
}

// ended is a change of many people with what came of it.
func ended(ch Change, results []bot.Result, why string) Change {
	of, skipped, failures := len(ch.Plan.After.Users), 0, 0
	ch.Plan = ch.Plan.Written(func(i int) string {
		switch {
		case i >= len(results):
			return "the work ended before"
		case results[i].State == resultWritten:
			return ""
		case results[i].State == wasSkipped:
			skipped++
		default:
			failures++
		}
		return results[i].Value
	})
	ch.Outcome = fmt.Sprintf("Written and read back: %d of %s.", len(ch.Plan.After.Users), count(of, "person"))
	if done := len(ch.Plan.After.Users); done < of {
		ch.Plan.About = fmt.Sprintf("the values of %d of %s", done, count(of, "person"))
	}
	if skipped > 0 {
		ch.Outcome += fmt.Sprintf(" Skipped, as they were changed meanwhile: %d.", skipped)
	}
	if failures > 0 {
		ch.Outcome += fmt.Sprintf(" Failed: %d.", failures)
	}
	if left := of - len(results); left > 0 {
		ch.Outcome += fmt.Sprintf(" Not tried: %d.", left)
	}
	if why != "" {
		ch.Outcome = why + " " + ch.Outcome
	}
	return ch
}

// resultFile is what was written and what not. Given back it undoes that; a table
// with a column for each code has the cells of what was written as they were.
func (c changer) resultFile(ctx context.Context, j bot.Job, ch Change) (*bot.File, error) {
	if ch.File == nil {
		return resultTable(ch.Plan).file("result", ch.Ref, j.Site)
	}
	list, err := codesOn(ctx, c.admin, requestOf(j), j.Site)
	if refused, ok := errors.AsType[*webex.Error](err); ok && !refused.Temporary() { // what was written must be told all the same
		return resultTable(ch.Plan).file("result", ch.Ref, j.Site)
	}
	if err != nil {
		return nil, err
	}
	return &bot.File{Name: fileName("csv", "result", ch.Ref, j.Site), Type: ch.File.Type, Data: backIn(ch.File.Data, ch.Plan, list)}, nil
}
