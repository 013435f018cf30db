package apptest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

// Press fills in a card's inputs, presses one of its buttons as Alice, and
// waits for what the bot writes or changes then.
func (w *World) Press(card simulator.Message, title string, inputs map[string]string) simulator.Message {
	w.T.Helper()
	before := make(map[string]string)
	for _, m := range w.Sim.Messages(card.RoomID) {
		before[m.ID] = AsOf(m)
	}
	w.Sim.Submit(w.T.Context(), w.Alice.ID, card.ID, title, inputs)
	ctx, cancel := context.WithTimeout(w.T.Context(), SettlePatience)
	defer cancel()
	m, err := w.Sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == card.RoomID && m.PersonID == w.Sim.Bot().ID && before[m.ID] != AsOf(m)
	})
	if err != nil {
		w.T.Fatalf("no answer to [%s]: %v", title, err)
	}
	return m
}

// World is the whole bot in front of the simulator, with its log.
type World struct {
	*demo.World
	T    *testing.T
	Log  *Buffer
	Stop func()
}

// New starts simulator and bot; env widens the bot's configuration. Below
// TestEveryWay the bot hears as the name of the test says. What was read is not
// remembered, unless env says so.
func New(t *testing.T, env ...string) *World {
	t.Helper()
	w := NewUnwelcomed(t, env...)
	w.Next(w.Group, nil) // the welcome
	return w
}

// NewUnwelcomed does not wait for the welcome, for bots that welcome nobody.
func NewUnwelcomed(t *testing.T, env ...string) *World {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return start(t, sim, env...)
}

// NewBeside starts the bot beside a simulator that is there.
func NewBeside(t *testing.T, sim *simulator.Simulator, env ...string) *World {
	t.Helper()
	w := start(t, sim, env...)
	w.Next(w.Group, nil) // the welcome
	return w
}

// start starts the bot and waits until it is ready, not for the welcome.
func start(t *testing.T, sim *simulator.Simulator, env ...string) *World {
	t.Helper()
	if way := wayOf(t); way != "" {
		env = append(env, demo.Receiving(way)...)
	}
	log := new(Buffer)
	s, stop, err := demo.New(t.Context(), sim, t.Output(), slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), slices.Concat(Unlimited(env), Reachable(t))...)
	if err != nil {
		t.Fatalf("start the bot: %v", err)
	}
	w := &World{World: s, T: t, Log: log}
	w.Stop = sync.OnceFunc(func() {
		if err := stop(); err != nil {
			t.Errorf("stop the bot: %v", err)
		}
	})
	t.Cleanup(func() {
		w.Stop()
		if t.Failed() {
			t.Logf("the bot's log:\n%s", log)
		}
	})
	return w
}

// Unlimited turns off the limits and the memory that env does not set: tests
// ask a lot, and count calls.
func Unlimited(env []string) []string {
	return slices.Concat(env, []string{"LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=0", "LIMIT_SPACE_MINUTE=0", "CACHE_SECONDS=0", "WATCH_MINUTES=0"})
}

// Room is a space of one person and the bot.
type Room struct {
	Space  simulator.Space
	Person simulator.Person
}

// Rooms makes n of them for benchmarks: a person of its own in each, as one person
// gets a quarter of the workers at most.
func Rooms(sim *simulator.Simulator, n int) []Room {
	rooms := make([]Room, n)
	for i := range rooms {
		p := sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Asker%d", i)})
		rooms[i] = Room{Space: sim.Group(fmt.Sprintf("Room %d", i), p.ID), Person: p}
	}
	return rooms
}

// Write writes as somebody in a space, in a thread or not.
func (w *World) Write(space simulator.Space, person simulator.Person, text, parent string) simulator.Message {
	w.T.Helper()
	return w.Sim.Say(w.T.Context(), simulator.Say{Space: space.ID, Person: person.ID, Text: text, ParentID: parent})
}

// Reply waits for the bot's answer in the thread of a message.
func (w *World) Reply(root simulator.Message) simulator.Message {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(w.T.Context(), SettlePatience)
	defer cancel()
	m, err := w.Sim.WaitReply(ctx, root)
	if err != nil {
		w.T.Fatalf("no answer to %q: %v", root.Text, err)
	}
	return m
}

// Ask asks as Alice, 1:1, and returns the answer.
func (w *World) Ask(text string) simulator.Message {
	w.T.Helper()
	return w.Reply(w.Write(w.Direct, w.Alice, text, ""))
}

// AskGroup asks as Alice in the group space.
func (w *World) AskGroup(text string) simulator.Message {
	w.T.Helper()
	return w.Reply(w.Write(w.Group, w.Alice, text, ""))
}

// Next waits for the bot's next message in a space that is not among before.
func (w *World) Next(space simulator.Space, before []simulator.Message) simulator.Message {
	w.T.Helper()
	known := make(map[string]bool)
	for _, m := range before {
		known[m.ID] = true
	}
	ctx, cancel := context.WithTimeout(w.T.Context(), SettlePatience)
	defer cancel()
	m, err := w.Sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == space.ID && m.PersonID == w.Sim.Bot().ID && !known[m.ID]
	})
	if err != nil {
		w.T.Fatalf("no message of the bot: %v", err)
	}
	return m
}

// Settled waits until the simulator has delivered everything and the bot has
// nothing left to do, so that "no answer" can be told from "not yet".
func (w *World) Settled() {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(w.T.Context(), SettlePatience)
	defer cancel()
	if err := w.Sim.Settle(ctx); err != nil {
		w.T.Fatalf("settle: %v", err)
	}
	unheard := func(d simulator.Device) bool { return d.Waiting > 0 }                      // it is acknowledged once it is stored
	for slices.ContainsFunc(w.Sim.Socket().Devices(), unheard) || w.App.Waiting(ctx) > 0 { // in the order in which events travel
		select {
		case <-ctx.Done():
			w.T.Fatal("the bot does not come to rest")
		case <-time.After(5 * time.Millisecond):
		}
	}
	if err := w.Sim.Settle(ctx); err != nil {
		w.T.Fatalf("settle: %v", err)
	}
}

// Calm waits until the bot rests, and where it hears by a websocket has looked
// for what it missed before that was open, and forgets the calls up to then.
func (w *World) Calm() {
	w.T.Helper()
	looked := func() bool { return wayOf(w.T) == "" || strings.Contains(w.Log.String(), "looked for what was missed") }
	Eventually(w.T, "it looked for what it missed", looked)
	w.Settled()
	w.Sim.ResetCalls()
}

// BotMessages are the bot's messages in a space.
func (w *World) BotMessages(space simulator.Space) []simulator.Message {
	var list []simulator.Message
	for _, m := range w.Sim.Messages(space.ID) {
		if m.PersonID == w.Sim.Bot().ID {
			list = append(list, m)
		}
	}
	return list
}

// AdminCalls counts the calls made with the admin token.
func (w *World) AdminCalls() int { return w.Sim.CountCalls("admin", "", "") }

// NewForAdmin is a bot whose admin is Alice, and that is fast with many people.
func NewForAdmin(t *testing.T, env ...string) *World {
	t.Helper()
	return New(t, append([]string{"ADMINS=alice@example.com", "BULK_PER_MINUTE=60000", "LIMIT_PERSON_MINUTE=0"}, env...)...)
}

// InThread are the bot's messages in the thread of a message.
func (w *World) InThread(root simulator.Message) (list []simulator.Message) {
	for _, m := range w.BotMessages(simulator.Space{ID: root.RoomID}) {
		if m.ParentID == root.ID {
			list = append(list, m)
		}
	}
	return list
}

// Eventually waits until a condition holds.
func Eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.After(time.Minute); !holds(); { // idle connections live for 45 s
		select {
		case <-deadline:
			t.Fatalf("never: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
