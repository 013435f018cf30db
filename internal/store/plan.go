package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Plan is a change that somebody asked for. The texts of its body are the caller's.
type Plan struct {
	Ref      string
	Target   string // what it changes; one open plan each
	State    PlanState
	Asker    string // Webex's ids
	Approver string // who approved or discarded it
	Event    string // the reference of the approval: only its handling applies the plan; of an expired one, of the message that says so
	Stored   time.Time
	Due      time.Time // when it is too late to approve it
	Finished time.Time // zero while it is open
	Body     []byte
}

// PlanState is how far a plan came.
type PlanState string

// The states of a plan. Each change between them is made by one transaction, from one state alone: so of two who
// approve, one does, and a plan is begun to be applied once.
const (
	PlanWaiting   PlanState = "waiting"
	PlanApproved  PlanState = "approved"  // nothing is written yet
	PlanApplying  PlanState = "applying"  // it may be written
	PlanDone      PlanState = "done"      // written and read back
	PlanFailed    PlanState = "failed"    // not written, or not as it was to be
	PlanDiscarded PlanState = "discarded" // by somebody
	PlanExpired   PlanState = "expired"   // nobody approved it in time
)

// Open reports whether a plan can still come to be written.
func (s PlanState) Open() bool { return s == PlanWaiting || s == PlanApproved || s == PlanApplying }

const (
	planAge   = 30 * 24 * time.Hour // how long a plan can be undone, and is kept
	stuckAge  = 26 * time.Hour      // after which nobody works on an approval any more: a question is given up before
	planNames = "ref, target, state, asker, approver, event, stored, due, finished, body"
)

// AddPlan stores a waiting plan that is due after ttl. It returns what stands then: that plan, one of its reference, or
// the open one of its target.
func (tx *Tx) AddPlan(p Plan, ttl time.Duration) (Plan, error) {
	if err := tx.expirePlans(); err != nil {
		return Plan{}, err
	}
	p.State, p.Stored, p.Due = PlanWaiting, tx.Date(), tx.Date().Add(ttl)
	n, err := tx.Exec("INSERT INTO plan (ref, target, state, asker, stored, due, body) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
		p.Ref, p.Target, string(p.State), p.Asker, p.Stored.UnixMilli(), p.Due.UnixMilli(), tx.Seal(p.Body))
	if err != nil || n == 1 {
		return p, err
	}
	if same, err := tx.Plan(p.Ref); err != nil || same.Ref != "" {
		return same, err
	}
	return scanPlan(tx, tx.Row("SELECT "+planNames+" FROM plan WHERE target = $1 AND state IN ('waiting', 'approved', 'applying')", p.Target))
}

// Plan returns the plan of a reference; without a Ref where there is none. One whose time is over is expired.
func (tx *Tx) Plan(ref string) (Plan, error) {
	return scanPlan(tx, tx.Row("SELECT "+planNames+" FROM plan WHERE ref = $1", ref))
}

// PlanBegun returns the plan whose approval by an event was begun and has not ended;
// without a Ref where there is none.
func (tx *Tx) PlanBegun(event string) (Plan, error) {
	return scanPlan(tx, tx.Row("SELECT "+planNames+" FROM plan WHERE event = $1 AND state IN ('approved', 'applying')", event))
}

// Plans returns the plans of the last 30 days, the newest first and at most limit.
func (tx *Tx) Plans(limit int) ([]Plan, error) {
	return tx.plans("ORDER BY stored DESC, ref LIMIT $1", limit)
}

// plans are those that a condition, in SQL, fits.
func (tx *Tx) plans(which string, args ...any) ([]Plan, error) {
	return List(tx, "SELECT "+planNames+" FROM plan "+which, func(row Scanner) (Plan, error) { return scanPlan(tx, row) }, args...)
}

// MovePlan takes a plan from the state it is in, p.State, to another, with p's approver, event and body. It reports
// false, and changes nothing, where it is in another one by now, or waits and its time is over.
func (tx *Tx) MovePlan(p Plan, to PlanState) (moved bool, err error) {
	finished := tx.Date().UnixMilli()
	if to.Open() {
		finished = 0
	}
	n, err := tx.Exec(`
		UPDATE plan SET state = $1, approver = $2, event = $3, finished = $4, body = $5
		WHERE ref = $6 AND state = $7 AND (state <> 'waiting' OR due > $8)`,
		string(to), p.Approver, p.Event, finished, tx.Seal(p.Body), p.Ref, string(p.State), tx.Date().UnixMilli())
	return n == 1, err
}

// expirePlans ends the plans that nobody approved in time, and those whose application never came to an end.
func (tx *Tx) expirePlans() error {
	_, err := tx.Exec("UPDATE plan SET state = 'expired', finished = $1 WHERE state = 'waiting' AND due <= $1", tx.Date().UnixMilli())
	if err == nil {
		_, err = tx.Exec("UPDATE plan SET state = 'failed', finished = $1 WHERE state IN ('approved', 'applying') AND due <= $2",
			tx.Date().UnixMilli(), tx.Date().Add(-stuckAge).UnixMilli())
	}
	return err
}

// UntoldPlans returns the plans that expired, and of which nobody was told yet.
func (tx *Tx) UntoldPlans() (list []Plan, err error) {
	return tx.plans("WHERE state = 'expired' AND event = '' ORDER BY stored")
}

// TellPlan notes that it is told that a plan expired, by a message of the reference event. It reports false where another
// one told it.
func (tx *Tx) TellPlan(ref, event string) (first bool, err error) {
	n, err := tx.Exec("UPDATE plan SET event = $1 WHERE ref = $2 AND state = 'expired' AND event = ''", event, ref)
	return n == 1, err
}

// prunePlans ends what is over and removes what can't be undone any more.
func (db *DB) prunePlans(ctx context.Context) error {
	return db.Update(ctx, func(tx *Tx) error {
		if err := tx.expirePlans(); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM plan WHERE finished > 0 AND finished <= $1", tx.Date().Add(-planAge).UnixMilli())
		return err
	})
}

// scanPlan reads a row; one that is not there is the zero Plan.
func scanPlan(tx *Tx, row Scanner) (p Plan, err error) {
	var stored, due, finished int64
	var body []byte
	err = row.Scan(&p.Ref, &p.Target, &p.State, &p.Asker, &p.Approver, &p.Event, &stored, &due, &finished, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return Plan{}, nil
	}
	if err != nil {
		return Plan{}, fmt.Errorf("a plan: %w", err)
	}
	p.Stored, p.Due = time.UnixMilli(stored), time.UnixMilli(due)
	if p.State == PlanWaiting && !tx.Date().Before(p.Due) {
		p.State = PlanExpired
	}
	if finished > 0 {
		p.Finished = time.UnixMilli(finished)
	}
	p.Body, err = tx.Unseal(body)
	return p, err
}
