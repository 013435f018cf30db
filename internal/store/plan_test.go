package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

func addPlan(t *testing.T, db *store.DB, ref, target string, ttl time.Duration) (stands store.Plan) {
	t.Helper()
	update(t, db, func(tx *store.Tx) (err error) {
		stands, err = tx.AddPlan(store.Plan{Ref: ref, Target: target, Asker: "A", Body: []byte("{}")}, ttl)
		return err
	})
	return stands
}

func movePlan(t *testing.T, db *store.DB, ref string, from, to store.PlanState, event string) (moved bool) {
	t.Helper()
	update(t, db, func(tx *store.Tx) (err error) {
		moved, err = tx.MovePlan(store.Plan{Ref: ref, State: from, Approver: "B", Event: event, Body: []byte(event)}, to)
		return err
	})
	return moved
}

func plan(t *testing.T, db *store.DB, ref string) (p store.Plan) {
	t.Helper()
	if err := db.View(t.Context(), func(tx *store.Tx) (err error) { p, err = tx.Plan(ref); return err }); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPlans: one open plan a thing, and each step from one state alone.
func TestPlans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t, func(o *store.Options) { o.Key = make([]byte, 32) })
		if p := addPlan(t, db, "R1", "site code 1", time.Hour); p.Ref != "R1" || p.State != store.PlanWaiting || p.Due.Sub(p.Stored) != time.Hour {
			t.Errorf("added = %+v", p)
		}
		if p := addPlan(t, db, "R2", "site code 1", time.Hour); p.Ref != "R1" || p.Asker != "A" {
			t.Errorf("a second plan of the same thing = %+v, want the first", p)
		}
		if p := addPlan(t, db, "R1", "site code 2", time.Hour); p.Target != "site code 1" {
			t.Errorf("a plan of the same reference = %+v, want the first", p)
		}
		for _, step := range []struct {
			from, to store.PlanState
			want     bool
		}{
			{store.PlanApproved, store.PlanApplying, false},
			{store.PlanWaiting, store.PlanApproved, true},
			{store.PlanWaiting, store.PlanApproved, false},
			{store.PlanApproved, store.PlanApplying, true},
			{store.PlanApproved, store.PlanApplying, false},
			{store.PlanApplying, store.PlanDone, true},
			{store.PlanApplying, store.PlanFailed, false},
		} {
			if got := movePlan(t, db, "R1", step.from, step.to, string(step.to)); got != step.want {
				t.Errorf("%s to %s = %t, want %t", step.from, step.to, got, step.want)
			}
		}
		if p := plan(t, db, "R1"); p.State != store.PlanDone || p.Approver != "B" || p.Event != "done" || string(p.Body) != "done" || p.Finished.IsZero() {
			t.Errorf("at the end = %+v", p)
		}
		if p := addPlan(t, db, "R2", "site code 1", time.Hour); p.Ref != "R2" {
			t.Errorf("after the first is done = %+v, want R2", p)
		}
		if p := plan(t, db, "R9"); p.Ref != "" {
			t.Errorf("an unknown plan = %+v", p)
		}
		var list []store.Plan
		if err := db.View(t.Context(), func(tx *store.Tx) (err error) { list, err = tx.Plans(9); return err }); err != nil || len(list) != 2 {
			t.Errorf("list = %+v, %v", list, err)
		}
	})
}

// TestPlansExpire: what is over can't be approved, and makes room for another.
func TestPlansExpire(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		addPlan(t, db, "R1", "site code 1", 0)
		if p := plan(t, db, "R1"); p.State != store.PlanExpired {
			t.Errorf("state = %s, want expired", p.State)
		}
		if movePlan(t, db, "R1", store.PlanWaiting, store.PlanApproved, "E") {
			t.Error("an expired plan was approved")
		}
		if err := db.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, want := range []int{1, 0} {
			update(t, db, func(tx *store.Tx) error {
				list, err := tx.UntoldPlans()
				if err != nil || len(list) != want {
					t.Errorf("look %d: %d plans of which nobody was told, %v; want %d", i, len(list), err, want)
				}
				first, err := tx.TellPlan("R1", "M")
				if first != (want == 1) {
					t.Errorf("look %d: told first = %t", i, first)
				}
				return err
			})
		}
		if p := addPlan(t, db, "R2", "site code 1", time.Hour); p.Ref != "R2" {
			t.Errorf("after the first expired = %+v, want R2", p)
		}
		if movePlan(t, db, "R2", store.PlanWaiting, store.PlanApproved, "E"); plan(t, db, "R2").State != store.PlanApproved {
			t.Error("a plan that waits was not approved")
		}
		update(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE plan SET due = $1", tx.Now().Add(-27*time.Hour).UnixMilli())
			return err
		})
		if err := db.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p := plan(t, db, "R2"); p.State != store.PlanFailed {
			t.Errorf("a plan that nobody works on any more is %s, want failed", p.State)
		}
		update(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE plan SET finished = $1 WHERE ref = 'R1'", tx.Now().Add(-31*24*time.Hour).UnixMilli())
			return err
		})
		if err := db.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a, b := plan(t, db, "R1"), plan(t, db, "R2"); a.Ref != "" || b.Ref == "" {
			t.Errorf("after 30 days %+v stands, %+v", a, b)
		}
	})
}

// TestTwoApproveAtOnce: one of them does.
func TestTwoApproveAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		addPlan(t, db, "R1", "site code 1", time.Hour)
		var mu sync.Mutex
		var events []string
		var all sync.WaitGroup
		for event := range strings.FieldsSeq("a b c d e f g h") {
			all.Go(func() {
				err := db.Update(t.Context(), func(tx *store.Tx) error {
					moved, err := tx.MovePlan(store.Plan{Ref: "R1", State: store.PlanWaiting, Event: event, Body: []byte("{}")}, store.PlanApproved)
					if moved {
						mu.Lock()
						defer mu.Unlock()
						events = append(events, event)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if p := plan(t, db, "R1"); len(events) != 1 || p.Event != events[0] {
			t.Errorf("approved by %v, stored %q; want one", events, p.Event)
		}
	})
}
