package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/internal/change"
	"trackbot/webex"
)

// applyMany begins to write an approved plan of many people, as long work of the
// approval. The line of the record is committed before. Who handles the approval
// again begins the same work, which is stored once.
func (c changer) applyMany(ctx context.Context, r bot.Request, ch Change) (bot.Reply, error) {
	if ch.State == ChangeApproved {
		if instead, err := c.begin(ctx, r, &ch); instead != nil || err != nil {
			return answered(instead), err
		}
	}
	reply := c.card(ch)
	reply.Replace, reply.Copies = true, c.inPlace(ch, r.Room)
	reply.Job = &bot.Job{Command: "approve", Site: ch.Plan.Site, Text: ch.Ref, Title: ch.Plan.About, Items: itemsOf(ch.Plan.Steps())}
	return reply, nil
}

// writeStep makes one write of a plan of many people, where Webex has what it had
// when that was planned. What is there already was written by an earlier try of the
// step, where one may have written, and else by somebody else.
func (c changer) writeStep(ctx context.Context, j bot.Job, item string) (bot.Result, error) {
	p, err := itemOf[change.Plan](item)
	if err != nil {
		return bot.Result{}, err
	}
	said := func(state, value string) (bot.Result, error) {
		if p.After.Code != nil && state != resultWritten {
			state = failedCode
		}
		return bot.Result{Item: p.About, State: state, Value: value}, nil
	}
	if why := c.notNow(p, j); why != "" {
		return said(wasSkipped, why)
	}
	now, err := c.read(ctx, p)
	there, changed := change.Diff(p.After, now), change.Diff(p.Before, now)
	switch {
	case webex.IsNotFound(err):
		return said(wasSkipped, "Webex doesn't know them on this site any more")
	case err != nil:
		result, _ := said("failed: not read", "what Webex has could not be read")
		return result, err
	case len(there) == 0 && (j.Again || len(p.Lines()) == 0):
		return said(resultWritten, "")
	case len(changed) > 0:
		return said(wasSkipped, "changed by somebody else since it was planned: "+strings.Join(change.Texts(changed), "; "))
	}
	if err := j.Writing(ctx); err != nil {
		return bot.Result{}, err
	}
	err = c.write(ctx, p)
	refused, ok := errors.AsType[*webex.Error](err)
	switch {
	case ok && (refused.Status == http.StatusTooManyRequests || refused.Status == http.StatusUnauthorized):
		return bot.Result{Item: p.About}, err // the work waits, or ends; nothing was written
	case ok && !refused.Uncertain() && refused.Status < http.StatusInternalServerError:
		return said(fmt.Sprintf("failed: %d", refused.Status), refusedWords(refused))
	}
	if now, err = c.readBack(ctx, p); err != nil { // where the work goes on, whoever was written is found to have it
		result, _ := said("failed: not read back", "it may have been written, but Webex could not be read back")
		return result, err
	}
	switch left := change.Diff(p.After, now); {
	case len(left) == 0:
		return said(resultWritten, "")
	case len(change.Diff(p.Before, now)) == 0:
		return said("failed: not taken", "Webex has what it had before")
	default:
		return said("failed: otherwise", "Webex has it otherwise than asked: "+strings.Join(change.Texts(left), "; ")+" (asked → stored)")
	}
}

// notNow says why a step of a plan of many people is not made: changes were turned off
// since it was approved, or an option that is to go may be somebody's still.
func (c changer) notNow(p change.Plan, j bot.Job) string {
	others := 0
	for _, r := range j.Before {
		if r.State != resultWritten {
			others++
		}
	}
	switch {
	case c.off() || p.After.Code != nil && c.May != ChangesAll:
		return "changes are turned off by now"
	case p.After.Code != nil && others > 0:
		return fmt.Sprintf("%d of the people could not be moved, so what was to go stays", others)
	}
	return ""
}

// wasSkipped is the state of a person whom nothing was tried for; what failed has
// its class behind the word. failedCode is that of a step of the code itself.
const (
	wasSkipped = "skipped"
	failed     = "failed: "
	failedCode = failed + "code"
)

// failuresInARow of one class end the writing of many people.
const failuresInARow = 3

// enough ends the work after three failures of one class in a row: the next would
// fail too.
func enough(results []bot.Result) string {
	if n := len(results); n > 0 && results[n-1].State == failedCode {
		return "It ended, as the tracking code could not be changed: " + strings.TrimSuffix(results[n-1].Value, ".") + "."
	}
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
		if len(ch.Plan.Lines()) == 0 {
			to = ChangeFailed
		}
		if _, err := c.Plans.Move(ctx, ch, to); err != nil {
			return bot.Reply{}, fmt.Errorf("end a change: %w", err)
		}
		if ch, err = c.Plans.Get(ctx, j.Text); err != nil {
			return bot.Reply{}, fmt.Errorf("read a change: %w", err)
		}
	}
	shown := ch
	shown.Key, shown.RoomKey = bot.CopyKey(j.Key, 0), bot.CopyKey(j.Key, 1) // the plan was replaced when the writing began
	reply := c.outcome(requestOf(j), shown)
	reply.File, err = c.resultFile(ctx, requestOf(j), ch)
	return reply, err
}

// withFile is the card of a change with the file that belongs to it as it stands.
func (c changer) withFile(ctx context.Context, r bot.Request, ch Change) (reply bot.Reply, err error) {
	reply = c.card(ch)
	switch {
	case !ch.Plan.Many():
	case ch.State == ChangeDone || ch.State == ChangeFailed:
		r.Site = bot.Site{Host: ch.Plan.Site}
		reply.File, err = c.resultFile(ctx, r, ch)
	default:
		reply.File, err = planTable(ch.Plan).file("plan", ch.Ref, ch.Plan.Site)
	}
	return reply, err
}

// ended is a change of many people with what came of it.
func ended(ch Change, results []bot.Result, why string) Change {
	words, results := "", slices.Clone(results)
	if ch.Plan.After.Code != nil {
		if ch.Plan, words = halfway(ch.Plan, results); len(results) > 0 {
			results = results[1:]
		}
	}
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
	if done := len(ch.Plan.After.Users); done < of && ch.Plan.OfPeople() {
		ch.Plan.About = fmt.Sprintf("the values of %d of %s", done, count(of, "person"))
	}
	if skipped > 0 {
		ch.Outcome += fmt.Sprintf(" Skipped, as they were changed meanwhile: %d.", skipped)
	}
	if failures > 0 {
		ch.Outcome += fmt.Sprintf(" Failed: %d.", failures)
	}
	ch.Outcome += words
	if left := of - len(results); left > 0 {
		ch.Outcome += fmt.Sprintf(" Not tried: %d.", left)
	}
	if why != "" {
		ch.Outcome = why + " " + ch.Outcome
	}
	return ch
}

// halfway is a plan of a code and of people with the code as it is after some steps,
// and words on that.
func halfway(p change.Plan, results []bot.Result) (change.Plan, string) {
	steps := p.Steps()
	done := func(i int) bool { return i < len(results) && results[i].State == resultWritten }
	switch last := len(steps) - 1; {
	case done(last):
		return p, " The list of values was changed."
	case done(0):
		p.After.Code = steps[0].After.Code
		why := "it ended before"
		if last < len(results) {
			why = strings.TrimSuffix(results[last].Value, ".")
		}
		return p, " What was to go from the list of values is still there: " + why + "."
	}
	p.After.Code = p.Before.Code
	return p, " The list of values was not changed."
}

// resultFile is what was written and what not. Given back it undoes that; a table
// with a column for each code has the cells of what was written as they were.
func (c changer) resultFile(ctx context.Context, r bot.Request, ch Change) (*bot.File, error) {
	if ch.File == nil {
		return resultTable(ch.Plan).file("result", ch.Ref, r.Site.Host)
	}
	list, err := codesOn(ctx, c.admin, r, r.Site.Host)
	if refused, ok := errors.AsType[*webex.Error](err); ok && !refused.Temporary() { // what was written must be told all the same
		return resultTable(ch.Plan).file("result", ch.Ref, r.Site.Host)
	}
	if err != nil {
		return nil, err
	}
	return &bot.File{Name: fileName("csv", "result", ch.Ref, r.Site.Host), Type: ch.File.Type, Data: backIn(ch.File.Data, ch.Plan, list)}, nil
}
