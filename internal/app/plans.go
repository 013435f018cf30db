package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/handlers"
	"trackbot/internal/audit"
	"trackbot/internal/change"
	"trackbot/internal/store"
	"trackbot/webex"
)

// plans keeps changes in the database, and writes the record of them.
type plans struct{ db *store.DB }

// Add implements [handlers.Plans].
func (p plans) Add(ctx context.Context, c handlers.Change, life time.Duration) (stands handlers.Change, err error) {
	row, err := planRow(c)
	if err != nil {
		return stands, err
	}
	err = p.db.Update(ctx, func(tx *store.Tx) error {
		if row, err = tx.AddPlan(row, life); err == nil {
			stands, err = planOf(row)
		}
		return err
	})
	return stands, err
}

// Get implements [handlers.Plans].
func (p plans) Get(ctx context.Context, ref string) (handlers.Change, error) {
	row, err := store.Read(ctx, p.db, func(tx *store.Tx) (store.Plan, error) { return tx.Plan(ref) })
	if err != nil || row.Ref == "" {
		return handlers.Change{}, err
	}
	return planOf(row)
}

// Begun returns the reference of the change that an event's approval has begun and
// not ended; empty: none.
func (p plans) Begun(ctx context.Context, event string) (ref string, err error) {
	row, err := store.Read(ctx, p.db, func(tx *store.Tx) (store.Plan, error) { return tx.PlanBegun(event) })
	return row.Ref, err
}

// List implements [handlers.Plans].
func (p plans) List(ctx context.Context, limit int) (list []handlers.Change, err error) {
	rows, err := store.Read(ctx, p.db, func(tx *store.Tx) ([]store.Plan, error) { return tx.Plans(limit) })
	for _, row := range rows {
		c, err := planOf(row)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, err
}

// Move implements [handlers.Plans]. The line of the record that says what is
// about to be written, by whom and for whom, is committed before the write.
func (p plans) Move(ctx context.Context, c handlers.Change, to handlers.ChangeState) (moved bool, err error) {
	err = p.db.Update(ctx, func(tx *store.Tx) error {
		if c.Applied, err = applied(tx, c, to); err != nil {
			return err
		}
		row, err := planRow(c)
		if err != nil {
			return err
		}
		if moved, err = tx.MovePlan(row, store.PlanState(to)); err != nil || !moved {
			return err
		}
		switch {
		case to == handlers.ChangeApplying:
			return recordChange(tx, c, "apply", audit.OutcomeBegun)
		case c.State == handlers.ChangeApplying && to == handlers.ChangeDone:
			return recordChange(tx, c, "applied", audit.OutcomeAnswered)
		case c.State == handlers.ChangeApplying:
			return recordChange(tx, c, "applied", audit.OutcomeFailed)
		}
		return nil
	})
	return moved && err == nil, err
}

// endExpired takes the buttons from the cards of the plans that nobody approved in
// time: once, whatever dies and however many replicas try.
func (a *App) endExpired(ctx context.Context) error {
	rows, err := store.Read(ctx, a.db, (*store.Tx).UntoldPlans)
	var failed []error
	for _, row := range rows {
		failed = append(failed, a.endPlan(ctx, row))
	}
	return errors.Join(append(failed, err)...)
}

func (a *App) endPlan(ctx context.Context, row store.Plan) error {
	c, err := planOf(row)
	if err != nil {
		return err
	}
	key := "plan " + c.Ref + " expired"
	messages, err := a.bot.InPlace(ctx, key, handlers.InPlace(c, a.c.AdminRoom))
	if err != nil {
		return fmt.Errorf("the cards of a change that expired: %w", err)
	}
	commit, err := a.commit(bot.Answer{Messages: messages})
	if err != nil {
		return err
	}
	return a.db.Update(ctx, func(tx *store.Tx) error {
		if first, err := tx.TellPlan(c.Ref, bot.Ref(key)); err != nil || !first {
			return err
		}
		return commit(tx)
	})
}

// recordedLines is how many differences stand in a line of the record, so that one
// about many people is no longer than others.
const recordedLines = 20

// recordChange adds a line about a change to the record: what differs in words,
// and the hashes of what was there and what is to be, which the plan holds whole.
func recordChange(tx *store.Tx, c handlers.Change, command, outcome string) error {
	reason := fmt.Sprintf("asked by %s; approved by %s; before %s after %s; %s%s", addressOf(c.Asker), addressOf(c.Approver),
		hashOf(c.Plan.Before), hashOf(c.Plan.After), c.Outcome, bot.Listed(change.Texts(c.Plan.Lines()), recordedLines))
	return audit.Append(tx, audit.Record{
		Ref: c.Ref, PersonID: c.Approver.ID, Email: c.Approver.Email, Space: c.Room.ID, Command: command,
		Site: c.Plan.Site, Code: c.Plan.About, Decision: bot.Allowed, Reason: reason, Outcome: outcome,
	})
}

func addressOf(p bot.Person) string { return cmp.Or(p.Email, p.ID) }

// hashOf is the beginning of the hash of a state as the plan holds it.
func hashOf(s change.State) string {
	raw, err := json.Marshal(s)
	if err != nil {
		return "?"
	}
	return fmt.Sprintf("%x", sha256.Sum256(raw))[:16]
}

// planRow is a change as the database keeps it.
func planRow(c handlers.Change) (store.Plan, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return store.Plan{}, fmt.Errorf("encode a change: %w", err)
	}
	return store.Plan{
		Ref: c.Ref, Target: c.Plan.Target(), State: store.PlanState(c.State), Asker: c.Asker.ID, Approver: c.Approver.ID, Event: c.Event, Body: body,
	}, nil
}

// applied is from when on a change may have been written that moves on, by the
// database's clock.
func applied(tx *store.Tx, c handlers.Change, to handlers.ChangeState) (time.Time, error) {
	if to == handlers.ChangeApplying {
		return tx.Date(), nil
	}
	if c.State != handlers.ChangeApplying {
		return time.Time{}, nil
	}
	row, err := tx.Plan(c.Ref)
	if err != nil {
		return time.Time{}, err
	}
	stored, err := planOf(row)
	return stored.Applied, err
}

// planOf is a change that the database kept; what has a column of its own is
// taken from there.
func planOf(row store.Plan) (c handlers.Change, err error) {
	if err := json.Unmarshal(row.Body, &c); err != nil {
		return c, fmt.Errorf("read a stored change: %w", err)
	}
	c.State, c.Event, c.Asked, c.Due, c.Finished = handlers.ChangeState(row.State), row.Event, row.Stored, row.Due, row.Finished
	return c, nil
}

// changes are what the commands that change something get.
func (a *App) changes(client *webex.Bot, admin *webex.Admin, gate bot.Gate) handlers.Changes {
	return handlers.Changes{
		May: a.c.Changes, Own: a.c.SelfApproval, Life: time.Duration(a.c.ChangeMinutes) * time.Minute,
		Plans: plans{a.db}, Write: admin, Room: a.c.AdminRoom, Contact: a.c.Contact,
		Editor: func(ctx context.Context, personID string) (bool, error) {
			me, err := a.bot.Me(ctx)
			if err != nil {
				return false, err
			}
			p, err := client.Person(ctx, personID)
			if webex.IsNotFound(err) {
				return false, nil
			}
			edit, _ := gate.Rights(p, me)
			return edit, err
		},
	}
}
