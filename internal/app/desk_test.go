package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/handlers"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/webex"
)

const changedSite = "example.webex.com"

// desk is where three people ask for changes: the commands in front of a database
// and the simulator, without the bot that reads what is said.
type desk struct {
	t        *testing.T
	sim      *simulator.Simulator
	db       *store.DB
	may      handlers.Changes
	admin    dying
	commands map[string]bot.Command
	asked    int
	editors  []string
	in       bot.Room
}

// dying is Webex and the database of a process that dies at a point: from then
// on nothing of them answers.
type dying struct {
	*webex.Admin
	handlers.Plans

	mu     sync.Mutex
	points int // that were passed
	at     int // the point at which it dies; 0: never
}

var errDied = errors.New("the process died")

// point is passed before and after each call of a process.
func (d *dying) point() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at > 0 && d.points >= d.at {
		return errDied
	}
	if d.points++; d.points == d.at {
		return errDied
	}
	return nil
}

func between[T any](d *dying, f func() (T, error)) (v T, err error) {
	if err := d.point(); err != nil {
		return v, err
	}
	v, err = f()
	if died := d.point(); died != nil {
		return v, died
	}
	return v, err
}

func (d *dying) Add(ctx context.Context, c handlers.Change, life time.Duration) (handlers.Change, error) {
	return between(d, func() (handlers.Change, error) { return d.Plans.Add(ctx, c, life) })
}

func (d *dying) Get(ctx context.Context, ref string) (handlers.Change, error) {
	return between(d, func() (handlers.Change, error) { return d.Plans.Get(ctx, ref) })
}

func (d *dying) Move(ctx context.Context, c handlers.Change, to handlers.ChangeState) (bool, error) {
	return between(d, func() (bool, error) { return d.Plans.Move(ctx, c, to) })
}

func (d *dying) TrackingCode(ctx context.Context, site, id string) (webex.TrackingCode, error) {
	return between(d, func() (webex.TrackingCode, error) { return d.Admin.TrackingCode(ctx, site, id) })
}

func (d *dying) UserTrackingCodes(ctx context.Context, site, id, email string) (webex.UserCodes, error) {
	return between(d, func() (webex.UserCodes, error) { return d.Admin.UserTrackingCodes(ctx, site, id, email) })
}

func (d *dying) UpdateTrackingCode(ctx context.Context, c webex.TrackingCode) (webex.TrackingCode, error) {
	return between(d, func() (webex.TrackingCode, error) { return d.Admin.UpdateTrackingCode(ctx, c) })
}

func (d *dying) UpdateUserTrackingCodes(ctx context.Context, u webex.UserCodes) (webex.UserCodes, error) {
	return between(d, func() (webex.UserCodes, error) { return d.Admin.UpdateUserTrackingCodes(ctx, u) })
}

func newDesk(t *testing.T, db *store.DB, changes ...func(*handlers.Changes)) *desk {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	d := &desk{t: t, sim: sim, db: db, editors: []string{"alice", "bob"}, in: bot.Room{ID: sim.Group("Ops").ID}}
	d.may = handlers.Changes{May: handlers.ChangesAll, Life: time.Hour, Contact: "the help desk", Editor: func(_ context.Context, id string) (bool, error) {
		return slices.ContainsFunc(d.editors, func(name string) bool { return d.person(name).ID == id }), nil
	}}
	for _, f := range changes {
		f(&d.may)
	}
	d.sql("DELETE FROM plan") // of the desk before on the same database
	d.start()
	return d
}

// start is a new process on the same database.
func (d *desk) start() {
	o := webex.Options{BaseURL: d.sim.URL(), Token: func(context.Context) (string, error) { return d.sim.AdminToken(), nil }}
	d.admin = dying{Admin: webex.NewAdmin(o), Plans: plans{d.db}}
	d.may.Plans, d.may.Write = &d.admin, &d.admin
	d.commands = map[string]bot.Command{}
	for _, c := range handlers.All(handlers.Parts{Admin: &d.admin, Bulk: &d.admin, Sites: &bot.Sites{}, Changes: d.may}) {
		d.commands[c.Name] = c
	}
}

func (d *desk) person(name string) bot.Person {
	p := d.sim.Person(name)
	return bot.Person{ID: p.ID, Email: p.Emails[0], Name: p.DisplayName}
}

// request is a question of somebody: alice and bob are editors, bob and carol
// approve.
func (d *desk) request(name string, q ask.Question) bot.Request {
	d.asked++
	key := fmt.Sprintf("msg:%s:%d", d.sim.URL(), d.asked)
	return bot.Request{
		Command: q.Command, Question: q, Site: bot.Site{Host: changedSite}, Person: d.person(name), Room: d.in, Root: "root", Key: key, Ref: bot.Ref(key),
		Editor: slices.Contains(d.editors, name), Approver: name == "bob" || name == "carol",
	}
}

// run runs a command, which asks the admin API only where it waits for its turn.
func (d *desk) run(r bot.Request) (bot.Reply, error) {
	c, before := d.commands[r.Command], d.sim.CountCalls("admin", "", "")
	reply, err := c.Run(d.t.Context(), r)
	if n := d.sim.CountCalls("admin", "", "") - before; n > 0 && !c.Site && !c.AllSites && !c.Calls {
		d.t.Errorf("%s makes %d admin calls without a turn", c.Name, n)
	}
	return reply, err
}

// ask asks a question and returns its answer.
func (d *desk) ask(name string, q ask.Question) bot.Reply {
	d.t.Helper()
	reply, err := d.run(d.request(name, q))
	if err != nil {
		d.t.Fatalf("%s of %s: %v", q.Command, name, err)
	}
	return reply
}

// plan has alice ask for a change, and returns its reference.
func (d *desk) plan(q ask.Question) string {
	d.t.Helper()
	r := d.request("alice", q)
	reply, err := d.run(r)
	if err != nil || !strings.Contains(reply.Markdown, "approve "+r.Ref) {
		d.t.Fatalf("no plan: %v\n%s", err, reply.Markdown)
	}
	return r.Ref
}

func (d *desk) change(ref string) handlers.Change {
	d.t.Helper()
	c, err := plans{d.db}.Get(d.t.Context(), ref)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// writes counts the writing calls.
func (d *desk) writes() (n int) {
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		n += d.sim.CountCalls("admin", method, "")
	}
	return n
}

func (d *desk) options() string {
	var values []string
	for _, o := range d.sim.Codes(changedSite)[0].Options {
		values = append(values, o.Value)
	}
	return strings.Join(values, " ")
}

func addLegal() ask.Question {
	return ask.Question{Command: "addoption", Code: &ask.Code{ID: "1", Name: "Department"}, Option: "Legal"}
}

func named(command, ref string) ask.Question { return ask.Question{Command: command, Term: ref} }

func shows(t *testing.T, reply bot.Reply, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(reply.Markdown, w) {
			t.Errorf("%q is not said:\n%s", w, reply.Markdown)
		}
	}
}
