package apptest

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"trackbot/internal/app"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
)

// Restarts is a bot that is started and stopped beside a simulator that goes on.
type Restarts struct {
	T    *testing.T
	Sim  *simulator.Simulator
	Dir  string
	Log  *Buffer
	Env  []string
	Stop func() // stops the bot

	app *app.App
}

// NewRestarts starts the simulator; [Restarts.Start] starts the bot.
func NewRestarts(t *testing.T, env ...string) *Restarts {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := &Restarts{T: t, Sim: sim, Dir: t.TempDir(), Log: new(Buffer), Env: env, Stop: func() {}}
	t.Cleanup(func() {
		n.Stop()
		_ = sim.Close()
		if t.Failed() {
			t.Logf("the bot's log:\n%s", n.Log)
		}
	})
	return n
}

// Start starts the bot and waits until it hears and has looked back.
func (n *Restarts) Start() {
	n.T.Helper()
	n.Begin()
	n.Rest()
}

// Begin starts the bot.
func (n *Restarts) Begin() {
	n.T.Helper()
	ctx, cancel := context.WithCancel(n.T.Context())
	a, done, err := demo.StartBot(ctx, n.Sim, n.Dir, slog.New(slog.NewTextHandler(n.Log, nil)), slices.Concat(n.Env, Reachable(n.T))...)
	if err != nil {
		cancel()
		n.T.Fatal(err)
	}
	n.app, n.Stop = a, func() {
		n.Stop = func() {}
		cancel()
		if err := <-done; err != nil {
			n.T.Errorf("the bot ended with %v", err)
		}
	}
}

// LookedBack reports whether the bot has nothing to look for.
func (n *Restarts) LookedBack() bool { return n.app.LookedBack() }

// Rest waits until the bot has nothing to do and nothing to look for.
func (n *Restarts) Rest() {
	n.T.Helper()
	Eventually(n.T, "the bot rests", func() bool { return n.app.LookedBack() && n.app.Waiting(n.T.Context()) == 0 })
}

// Forget sets back until when the bot received and missed nothing. The bot must be
// stopped.
func (n *Restarts) Forget(d time.Duration) {
	n.T.Helper()
	n.Change(func(tx *store.Tx) error {
		at := strconv.AppendInt(nil, time.Now().Add(-d).UnixMilli(), 10)
		return errors.Join(tx.SetNote("heard", at, 0), tx.SetNote("received", at, 0))
	})
}

// Change changes the database of a bot that is stopped.
func (n *Restarts) Change(f func(*store.Tx) error) {
	n.T.Helper()
	WithDatabase(n.T, store.Options{Dir: n.Dir}, func(ctx context.Context, db *store.DB) error { return db.Update(ctx, f) })
}

// Say asks as Alice in a space; ago is how long that is past.
func (n *Restarts) Say(space simulator.Space, text string, ago time.Duration) simulator.Message {
	n.T.Helper()
	return n.Sim.Say(n.T.Context(), simulator.Say{Space: space.ID, Person: n.Sim.Person("alice").ID, Text: text, Ago: ago})
}

// Answers are the bot's messages in the thread of a message.
func (n *Restarts) Answers(root simulator.Message) []simulator.Message {
	var list []simulator.Message
	for _, m := range n.Sim.Messages(root.RoomID) {
		if m.ParentID == root.ID && m.PersonID == n.Sim.Bot().ID {
			list = append(list, m)
		}
	}
	return list
}
