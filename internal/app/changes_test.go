package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/handlers"
	"trackbot/internal/audit"
	"trackbot/internal/change"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
)

// TestAChangeFromAskingToUndo: nothing is written before the approval of another
// person, then what was shown, and undo brings back what was.
func TestAChangeFromAskingToUndo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		for i, quirks := range []simulator.Quirks{{}, {ShortAll: true}} {
			d := newDesk(t, db, func(c *handlers.Changes) { c.Room = "admins" })
			d.sim.SetQuirks(quirks)
			before := d.sim.Codes(changedSite)
			r := d.request("alice", addLegal())
			reply, err := d.run(r)
			if err != nil {
				t.Fatal(err)
			}
			shows(t, reply, "Change Department?", "Nothing was changed", "1 of 2", "none → Legal", "Asked by Alice", "discard "+r.Ref)
			if n := d.writes(); n != 0 || len(reply.Copies) != 1 {
				t.Fatalf("%d writes before the approval, %d copies, want none and one", n, len(reply.Copies))
			}
			done := d.ask("bob", named("approve", r.Ref))
			shows(t, done, "Done: Department", "read back", "none → Legal", "approved by Bob")
			if d.options() != "Engineering Design Sales Legal" || d.writes() != 1 {
				t.Errorf("options %q after %d writes, want Legal after one", d.options(), d.writes())
			}
			if len(done.Copies) != 3 || done.Copies[0].Replaces != r.Key || done.Copies[2].PersonID != r.Person.ID || done.Copies[1].Room.ID != "admins" || done.Copies[1].Replaces != bot.CopyKey(r.Key, 0) {
				t.Errorf("copies = %+v, want in place of the plan, to the asker, and to the admins", done.Copies)
			}
			undo := d.request("bob", named("undo", r.Ref))
			if reply, err = d.run(undo); err != nil {
				t.Fatal(err)
			}
			shows(t, reply, "Legal → none", "takes back change "+r.Ref)
			shows(t, d.ask("carol", named("approve", undo.Ref)), "Done: Department")
			if diff := cmp.Diff(before, d.sim.Codes(changedSite)); diff != "" {
				t.Errorf("undone (-before +after):\n%s", diff)
			}
			shows(t, d.ask("bob", named("changes", "")), r.Ref, undo.Ref, "2 changes in 30 days, 0 open")
			d.audited(4 * (i + 1))
		}
	})
}

// audited holds the record against the changes: each is there before its write
// and after it, and the chain holds.
func (d *desk) audited(want int) {
	d.t.Helper()
	var lines []string
	err := audit.Select(d.t.Context(), d.db, audit.Filter{}, func(r audit.Record) error {
		if r.Command == "apply" || r.Command == "applied" {
			lines = append(lines, r.Outcome+" "+r.Reason)
		}
		return nil
	})
	if err != nil || len(lines) != want {
		d.t.Errorf("the record has %d lines of changes, want %d: %v %v", len(lines), want, lines, err)
	}
	for i, line := range lines {
		begins := "begun asked by "
		if i%2 == 1 {
			begins = "answered asked by "
		}
		if !strings.HasPrefix(line, begins) || !strings.Contains(line, "approved by ") || !strings.Contains(line, "Option: ") {
			d.t.Errorf("line %d of the record = %q", i, line)
		}
	}
	if report, err := audit.Verify(d.t.Context(), d.db, ""); err != nil {
		d.t.Errorf("the record does not hold: %v %v", report, err)
	}
}

// TestPressesThatDoNothing: a press that is late, repeated, by somebody else, in
// another space, on another plan, after its time, after rights went, or by the
// asker writes nothing, and is answered to who pressed alone.
func TestPressesThatDoNothing(t *testing.T) {
	db := storetest.SQLite(t).Open(t)
	for _, c := range []struct {
		name  string
		who   string
		setup func(d *desk, r *bot.Request)
		says  string
	}{
		{"no approver", "alice", func(*desk, *bot.Request) {}, "You can't approve changes"},
		{"the asker", "alice", func(_ *desk, r *bot.Request) { r.Approver = true }, "somebody else must approve it"},
		{"another space", "bob", func(d *desk, r *bot.Request) { r.Room.ID = d.sim.Group("Other").ID }, "where it was asked for, or 1:1"},
		{"no such plan", "bob", func(_ *desk, r *bot.Request) { r.Question.Term = "0000-00" }, "I don't know a change of that reference"},
		{"discarded", "bob", func(d *desk, r *bot.Request) { d.ask("alice", named("discard", r.Question.Term)) }, "too late"},
		{"done already", "bob", func(d *desk, r *bot.Request) { d.ask("carol", named("approve", r.Question.Term)) }, "too late"},
		{"expired", "bob", func(d *desk, _ *bot.Request) { d.sql("UPDATE plan SET due = 1") }, "nobody approved it"},
		{"asker lost the right", "bob", func(d *desk, _ *bot.Request) { d.editors = []string{"bob"} }, "may not ask for changes any more"},
		{"approver lost the right", "bob", func(_ *desk, r *bot.Request) { r.Approver = false }, "You can't approve changes"},
		{"turned off", "bob", func(d *desk, _ *bot.Request) { d.may.May = handlers.ChangesPeople; d.start() }, "turned off"},
		{"replayed", "bob", func(d *desk, r *bot.Request) {
			first := *r
			first.Ref, first.Key = "first", "first"
			if _, err := d.run(first); err != nil {
				d.t.Fatal(err)
			}
		}, "too late"},
		{"on another plan, which is over", "bob", func(d *desk, r *bot.Request) {
			other := d.plan(ask.Question{Command: "setdefault", Topic: "none", Code: &ask.Code{ID: "2", Name: "Division"}})
			d.ask("bob", named("discard", other))
			r.Question.Term = other
		}, "too late"},
		{"being written", "bob", func(d *desk, _ *bot.Request) { d.sql("UPDATE plan SET state = 'applying', event = 'x'") }, "too late"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, db)
			ref := d.plan(addLegal())
			r := d.request(c.who, named("approve", ref))
			c.setup(d, &r)
			before := d.writes()
			reply, err := d.run(r)
			if err != nil {
				t.Fatal(err)
			}
			if shows(t, reply, c.says); !reply.Private || d.writes() != before {
				t.Errorf("private %t, %d writes; want an answer to one person and none", reply.Private, d.writes()-before)
			}
		})
	}
}

// sql changes the database as time or an accident would.
func (d *desk) sql(query string) {
	d.t.Helper()
	if err := d.db.Update(d.t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(query); return err }); err != nil {
		d.t.Fatal(err)
	}
}

// TestOwnApproval takes a second step.
func TestOwnApproval(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t).Open(t), func(c *handlers.Changes) { c.Own = true })
	r := d.request("bob", addLegal())
	if _, err := d.run(r); err != nil {
		t.Fatal(err)
	}
	shows(t, d.ask("bob", named("approve", r.Ref)), "Approve your own change?", "Nothing was changed yet")
	if d.writes() != 0 {
		t.Fatal("the first step wrote")
	}
	q := named("approve", r.Ref)
	q.Topic = "own"
	shows(t, d.ask("bob", q), "Done: Department")
}

// TestTwoApproversAtOnce: one write, and both are told.
func TestTwoApproversAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e.Open(t))
		ref := d.plan(addLegal())
		var all sync.WaitGroup
		for _, r := range []bot.Request{d.request("bob", named("approve", ref)), d.request("carol", named("approve", ref))} {
			all.Go(func() {
				if _, err := d.run(r); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if d.writes() != 1 || d.change(ref).State != handlers.ChangeDone {
			t.Errorf("%d writes, state %s; want one, done", d.writes(), d.change(ref).State)
		}
	})
}

// TestAChangeUnderneath: what somebody else changed since the plan is never
// overwritten; between the second reading and the write the reading back tells.
func TestAChangeUnderneath(t *testing.T) {
	db := storetest.SQLite(t).Open(t)
	t.Run("before the approval", func(t *testing.T) {
		d := newDesk(t, db)
		ref := d.plan(addLegal())
		c := d.sim.Codes(changedSite)[0]
		c.Options = append(c.Options, simulator.Option{Value: "Catering"})
		d.sim.PutCode(changedSite, c)
		shows(t, d.ask("bob", named("approve", ref)), "Not done: Department", "somebody else", "none → Catering", "Nothing was written")
		if d.writes() != 0 {
			t.Errorf("%d writes, want none", d.writes())
		}
	})
	t.Run("after the write", func(t *testing.T) {
		d := newDesk(t, db)
		ref := d.plan(addLegal())
		d.may.Write = meanwhile{&d.admin, func() {
			c := d.sim.Codes(changedSite)[0]
			c.Options = append(c.Options, simulator.Option{Value: "Catering"})
			d.sim.PutCode(changedSite, c)
		}}
		d.commands["approve"] = d.fresh("approve")
		shows(t, d.ask("bob", named("approve", ref)), "otherwise than asked", "Option: none → Catering")
	})
	t.Run("before undo", func(t *testing.T) {
		d := newDesk(t, db)
		ref := d.plan(addLegal())
		d.ask("bob", named("approve", ref))
		d.sim.RemoveCode(changedSite, "1")
		shows(t, d.ask("alice", named("undo", ref)), "can't simply be undone", "Name: Department → none")
	})
}

// meanwhile is a writer behind whose write somebody else changes something.
type meanwhile struct {
	handlers.Writer
	then func()
}

func (m meanwhile) UpdateTrackingCode(ctx context.Context, c webex.TrackingCode) (webex.TrackingCode, error) {
	defer m.then()
	return m.Writer.UpdateTrackingCode(ctx, c)
}

// fresh is a command made with what the desk has now.
func (d *desk) fresh(name string) bot.Command {
	for _, c := range handlers.All(handlers.Parts{Admin: &d.admin, Bulk: &d.admin, Sites: &bot.Sites{}, Changes: d.may}) {
		if c.Name == name {
			return c
		}
	}
	d.t.Fatalf("no command %s", name)
	return bot.Command{}
}

// TestKilledWhileItIsApplied kills the process before and after each of its calls
// of Webex and the database. The approval is handled again by the next process:
// there is at most one write, and what became of it is said.
func TestKilledWhileItIsApplied(t *testing.T) {
	set := ask.Question{Command: "set", Code: &ask.Code{ID: "1", Name: "Department"}, Option: "Sales", People: []ask.Person{{Address: "carol@example.com"}}}
	for _, q := range []ask.Question{addLegal(), set} {
		storetest.Each(t, func(t *testing.T, e storetest.Engine) {
			db := e.Open(t)
			for at := 1; ; at++ {
				d := newDesk(t, db)
				ref := d.plan(q)
				d.start()
				d.admin.at = at
				r := d.request("bob", named("approve", ref))
				if _, err := d.run(r); err == nil {
					if at < 10 {
						t.Errorf("%d kill points, want more", at)
					}
					return // it passed all points
				}
				d.start()
				reply, err := d.run(r)
				if err != nil {
					t.Fatalf("point %d: handled again: %v", at, err)
				}
				c := d.change(ref)
				if d.writes() > 1 || c.State != handlers.ChangeDone && c.State != handlers.ChangeFailed {
					t.Errorf("point %d: %d writes, state %s", at, d.writes(), c.State)
				}
				if written := d.writes() == 1; written != (c.State == handlers.ChangeDone) {
					t.Errorf("point %d: %d writes, but %s is said: %s", at, d.writes(), c.State, reply.Markdown)
				}
				again, err := d.run(r)
				if err != nil || again.Markdown != reply.Markdown || d.writes() > 1 {
					t.Errorf("point %d: handled a third time: %v, %d writes:\n%s", at, err, d.writes(), again.Markdown)
				}
			}
		})
	}
}

// TestWritesThatFail: what Webex refuses is said and not tried again; what it may
// have taken is read back.
func TestWritesThatFail(t *testing.T) {
	db := storetest.SQLite(t).Open(t)
	path := "/admin/meeting/config/trackingCodes/1"
	for _, c := range []struct {
		name  string
		rule  simulator.Rule
		tries int
		says  []string
		done  bool
	}{
		{"400", simulator.Rule{Status: 400}, 1, []string{"Not done", "Webex refused this; nothing was changed"}, false},
		{"409", simulator.Rule{Status: 409}, 1, []string{"Not done", "Webex refused this", "mapped"}, false},
		{"403", simulator.Rule{Status: 403}, 1, []string{"Not done", "Webex refused this", "mapped"}, false},
		{"502 and not done", simulator.Rule{Status: 502}, 1, []string{"Not done", "Webex has what it had before"}, false},
		{"answer lost", simulator.Rule{Drop: simulator.DropAfter}, 1, []string{"Done", "as asked"}, true},
		{"answer garbled", simulator.Rule{BrokenJSON: true}, 1, []string{"Done", "as asked"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, db)
			ref := d.plan(addLegal())
			c.rule.Method, c.rule.Path = "PUT", path
			d.sim.Fault(c.rule)
			shows(t, d.ask("bob", named("approve", ref)), c.says...)
			if d.writes() != c.tries || strings.Contains(d.options(), "Legal") != c.done {
				t.Errorf("%d tries, options %q; want %d, done %t", d.writes(), d.options(), c.tries, c.done)
			}
		})
	}
}

// TestMappedSites: whichever way Webex refuses, nothing is changed and it is said.
func TestMappedSites(t *testing.T) {
	for _, status := range []int{0, 400, 409} {
		d := newDesk(t, storetest.SQLite(t).Open(t))
		d.sim.PutSite(simulator.Site{URL: changedSite, Default: true, Mapped: true})
		d.sim.SetQuirks(simulator.Quirks{MappedStatus: status})
		shows(t, d.ask("bob", named("approve", d.plan(addLegal()))), "Not done", "nothing was changed", "mapped")
		if strings.Contains(d.options(), "Legal") {
			t.Errorf("%d: it was changed", status)
		}
	}
}

// TestSetByEachReading: a person's other values stay, whether Webex replaces the
// list or merges it; undoing a first value is read back.
func TestSetByEachReading(t *testing.T) {
	for _, merge := range []bool{false, true} {
		d := newDesk(t, storetest.SQLite(t).Open(t), func(c *handlers.Changes) { c.May = handlers.ChangesPeople })
		d.sim.SetQuirks(simulator.Quirks{MergeUserCodes: merge})
		carol := d.person("carol")
		d.sim.PutUserCode(changedSite, carol.ID, "Division", "Intern")
		ref := d.plan(ask.Question{Command: "set", Code: &ask.Code{ID: "1", Name: "Department"}, Option: "sales", People: []ask.Person{{Address: carol.Email}}})
		shows(t, d.ask("bob", named("approve", ref)), "Done: Department of carol@example.com", "none → Sales")
		values := func() string {
			u, err := d.admin.Admin.UserTrackingCodes(t.Context(), changedSite, carol.ID, "")
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(change.Texts(change.Diff(change.State{User: &webex.UserCodes{}}, change.State{User: &u})))
		}
		if got := values(); got != "[Department: none → Sales Division: none → Intern]" {
			t.Errorf("merge %t: values = %s", merge, got)
		}
		undo := d.request("alice", named("undo", ref))
		if _, err := d.run(undo); err != nil {
			t.Fatal(err)
		}
		want := "Done: Department of carol"
		if merge {
			want = "nothing was changed"
		}
		shows(t, d.ask("bob", named("approve", undo.Ref)), want)
	}
}

// TestOneOpenChange: a second asker is shown the first change.
func TestOneOpenChange(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t).Open(t))
	ref := d.plan(addLegal())
	q := addLegal()
	q.Option = "Catering"
	shows(t, d.ask("bob", q), "Alice", "asked for a change of Department before", ref, "none → Legal")
	if _, err := d.run(d.request("alice", ask.Question{Command: "setdefault", Topic: "none", Code: &ask.Code{ID: "2", Name: "Division"}})); err != nil {
		t.Error(err)
	}
}

// TestCodeAsItWasWritten: on each of several sites the code is looked up by the
// words that name it.
func TestCodeAsItWasWritten(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t).Open(t))
	q := addLegal()
	q.Code = &ask.Code{Written: "department"}
	shows(t, d.ask("alice", q), "Department", "none → Legal")
	q.Code = &ask.Code{Written: "Project"}
	shows(t, d.ask("alice", q), "No such tracking code", "There is no tracking code “Project” on this site")
}

// TestNothingIsChangedWhileOff: no words of a change write or read anything.
func TestNothingIsChangedWhileOff(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t).Open(t), func(c *handlers.Changes) { c.May = handlers.ChangesOff })
	d.sim.ResetCalls()
	for i := range 300 {
		list := []string{"set", "setmany", "addoption", "removeoption", "renameoption", "setdefault", "setrule", "renamecode", "deletecode", "approve", "discard", "undo", "changes"}
		q := ask.Question{
			Command: list[i%len(list)], Topic: []string{"", "none", "own", "profile", "all"}[i%5], Code: &ask.Code{ID: "1", Name: "Department"}, Option: fmt.Sprint("Sales ", i),
			Term: fmt.Sprint("Law ", i), Rule: ask.Required, Service: ask.Meetings, People: []ask.Person{{Address: "alice@example.com"}},
		}
		reply := d.ask([]string{"alice", "bob", "carol"}[i%3], q)
		shows(t, reply, "I'm read-only", "A site admin can change this in Control Hub", "You can ask the help desk")
	}
	if n := d.sim.CountCalls("admin", "", ""); n != 0 {
		t.Errorf("%d calls, want none", n)
	}
}
