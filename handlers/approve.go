package handlers

import (
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// ownTopic is the second step of those who may approve what they asked for.
const ownTopic = "own"

// approve lets a second person agree to a change, and applies it. Everything is
// judged at the press: the person, the rights, the plan and its age.
func (c changer) approve() bot.Command {
	return bot.Command{
		Name: "approve", Group: changeGroup, Calls: true,
		Summary:  "agrees to a change that somebody else asked for, and writes it",
		Usage:    "approve REF",
		Examples: []string{"approve 7F3K-Q2"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			ch, instead, err := c.named(ctx, r)
			if instead != nil || err != nil {
				return answered(instead), err
			}
			if ch.Event == r.Ref {
				return c.goOn(ctx, r, ch)
			}
			if r.Among && ch.Plan.Many() { // whose work goes on behind the answer
				return alone(r), nil
			}
			if instead, err := c.mayApprove(ctx, r, ch); instead != nil || err != nil {
				return answered(instead), err
			}
			ch.Approver, ch.Event = r.Person, r.Ref
			moved, err := c.Plans.Move(ctx, ch, ChangeApproved)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("approve a change: %w", err)
			}
			if !moved {
				return c.tooLate(ctx, ch.Ref)
			}
			ch.State = ChangeApproved
			return c.apply(ctx, r, ch)
		},
		Step: c.writeStep, Finish: c.finishMany, Writes: true, Enough: enough,
	}
}

// goOn handles an approval again whose first handling did not come to its end:
// what may have been written is read back and not written again.
func (c changer) goOn(ctx context.Context, r bot.Request, ch Change) (bot.Reply, error) {
	switch ch.State {
	case ChangeApproved:
		if !ch.Plan.OfPeople() && c.May != ChangesAll {
			return c.finish(ctx, r, ch, ChangeFailed, "Changes of tracking codes were turned off before it was written. Nothing was changed.")
		}
		return c.apply(ctx, r, ch)
	case ChangeApplying:
		if ch.Plan.Many() {
			return c.applyMany(ctx, r, ch)
		}
		return c.settle(ctx, r, ch, errCutOff)
	case ChangeWaiting, ChangeDone, ChangeFailed, ChangeDiscarded, ChangeExpired:
	}
	return c.settled(ctx, r, ch.Ref)
}

// named finds the change of the reference in a question.
func (c changer) named(ctx context.Context, r bot.Request) (Change, *bot.Reply, error) {
	ref := strings.ToUpper(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(r.Question.Term)), "ref "))
	if c.off() {
		return Change{}, c.mayAsk(r, ChangesAll), nil
	}
	ch, err := c.Plans.Get(ctx, ref)
	if err != nil {
		return Change{}, nil, fmt.Errorf("find a change: %w", err)
	}
	if ch.Ref == "" {
		return Change{}, c.private(r, "I don't know a change of that reference. “changes” lists them."), nil
	}
	return ch, nil, nil
}

// mayApprove says why a change can't be approved by this person, here and now.
func (c changer) mayApprove(ctx context.Context, r bot.Request, ch Change) (*bot.Reply, error) {
	own := webex.SameID(r.Person.ID, ch.Asker.ID)
	switch {
	case !r.Approver:
		return c.private(r, "You can't approve changes: that is for this bot's approvers."), nil
	case ch.State != ChangeWaiting:
		reply, err := c.tooLate(ctx, ch.Ref)
		return &reply, err
	case c.May != ChangesAll && (c.May != ChangesPeople || !ch.Plan.OfPeople()):
		return c.private(r, "Such changes are turned off by now."), nil
	case !r.Room.Direct && !webex.SameID(r.Room.ID, ch.Room.ID) && (c.Room == "" || !webex.SameID(r.Room.ID, c.Room)):
		return c.private(r, "Approve it where it was asked for, or 1:1."), nil
	case own && !c.Own:
		return c.private(r, "You asked for this yourself, so somebody else must approve it."), nil
	case own && r.Question.Topic != ownTopic:
		q := ask.Question{Command: "approve", Topic: ownTopic, Term: ch.Ref}
		reply := notice(cards.Notice{
			Title: "Approve your own change?", Tone: cards.Warning, Ref: r.Ref,
			Lines:   []string{"You asked for the change of " + ch.Plan.About + " yourself. It is written when you say so once more. Nothing was changed yet."},
			Buttons: []cards.Button{{Title: "Approve my own change", Style: cards.Positive, Data: bot.Data(q)}}, Examples: []string{"approve my own " + ch.Ref},
		})
		return &reply, nil
	}
	editor, err := c.Editor(ctx, ch.Asker.ID)
	if err != nil {
		return nil, fmt.Errorf("whether the asker may still ask: %w", err)
	}
	if !editor {
		return c.private(r, nameOf(ch.Asker)+", who asked for this, may not ask for changes any more."), nil
	}
	return nil, nil
}

// tooLate says, to who pressed alone, that a change is over or under way.
func (c changer) tooLate(ctx context.Context, ref string) (bot.Reply, error) {
	ch, err := c.Plans.Get(ctx, ref)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("read a change: %w", err)
	}
	reply := c.card(ch, "Your press came too late; it did nothing.")
	reply.Private = true
	return reply, nil
}
