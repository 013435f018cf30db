package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trackbot/cards"
	"trackbot/internal/simulator"
)

// house is the whole bot in front of the simulator, with its log.
type house struct {
	*stage
	t    *testing.T
	log  *buffer
	stop func()
}

// buffer is a log that can be read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// newHouse starts simulator and bot; env widens the bot's configuration. Below
// TestEveryWay the bot hears as the name of the test says. What was read is not
// remembered, unless env says so.
func newHouse(t *testing.T, env ...string) *house {
	t.Helper()
	h := newLonelyHouse(t, env...)
	h.next(h.group, nil) // the welcome
	return h
}

// newLonelyHouse does not wait for the welcome, for bots that welcome nobody.
func newLonelyHouse(t *testing.T, env ...string) *house {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return lonelyHouseOf(t, sim, env...)
}

// houseOf starts the bot beside a simulator that is there.
func houseOf(t *testing.T, sim *simulator.Simulator, env ...string) *house {
	t.Helper()
	h := lonelyHouseOf(t, sim, env...)
	h.next(h.group, nil) // the welcome
	return h
}

func lonelyHouseOf(t *testing.T, sim *simulator.Simulator, env ...string) *house {
	t.Helper()
	if way := wayOf(t); way != "" {
		env = append(env, hears(way)...)
	}
	log := new(buffer)
	s, stop, err := newStage(t.Context(), sim, t.Output(), slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), unlimited(env)...)
	if err != nil {
		t.Fatalf("start the house: %v", err)
	}
	h := &house{stage: s, t: t, log: log}
	h.stop = sync.OnceFunc(func() {
		if err := stop(); err != nil {
			t.Errorf("stop the house: %v", err)
		}
	})
	t.Cleanup(func() {
		h.stop()
		if t.Failed() {
			t.Logf("the bot's log:\n%s", log)
		}
	})
	return h
}

// unlimited turns off the limits and the memory that env does not set: tests
// ask a lot, and count calls.
func unlimited(env []string) []string {
	return slices.Concat(env, []string{"LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=0", "LIMIT_SPACE_MINUTE=0", "CACHE_SECONDS=0"})
}

// write writes as somebody in a space, in a thread or not.
func (h *house) write(space simulator.Space, person simulator.Person, text, parent string) simulator.Message {
	h.t.Helper()
	return h.sim.Say(h.t.Context(), simulator.Say{Space: space.ID, Person: person.ID, Text: text, ParentID: parent})
}

// reply waits for the bot's answer in the thread of a message.
func (h *house) reply(root simulator.Message) simulator.Message {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	m, err := h.sim.WaitReply(ctx, root)
	if err != nil {
		h.t.Fatalf("no answer to %q: %v", root.Text, err)
	}
	return m
}

// ask asks as Alice, 1:1, and returns the answer.
func (h *house) ask(text string) simulator.Message {
	h.t.Helper()
	return h.reply(h.write(h.direct, h.alice, text, ""))
}

// askGroup asks as Alice in the group space.
func (h *house) askGroup(text string) simulator.Message {
	h.t.Helper()
	return h.reply(h.write(h.group, h.alice, text, ""))
}

// next waits for the bot's next message in a space that is not among before.
func (h *house) next(space simulator.Space, before []simulator.Message) simulator.Message {
	h.t.Helper()
	known := make(map[string]bool)
	for _, m := range before {
		known[m.ID] = true
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	m, err := h.sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == space.ID && m.PersonID == h.sim.Bot().ID && !known[m.ID]
	})
	if err != nil {
		h.t.Fatalf("no message of the bot: %v", err)
	}
	return m
}

// settled waits until the simulator has delivered everything and the bot has
// nothing left to do, so that "no answer" can be told from "not yet".
func (h *house) settled() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	if err := h.sim.Settle(ctx); err != nil {
		h.t.Fatalf("settle: %v", err)
	}
	unheard := func(d simulator.Device) bool { return d.Waiting > 0 }                      // it is acknowledged once it is stored
	for slices.ContainsFunc(h.sim.Socket().Devices(), unheard) || h.app.waiting(ctx) > 0 { // in the order in which events travel
		select {
		case <-ctx.Done():
			h.t.Fatal("the bot does not come to rest")
		case <-time.After(5 * time.Millisecond):
		}
	}
	if err := h.sim.Settle(ctx); err != nil {
		h.t.Fatalf("settle: %v", err)
	}
}

// calm waits until the bot rests, and where it hears by a websocket has looked
// for what it missed before that was open, and forgets the calls up to then.
func (h *house) calm() {
	h.t.Helper()
	looked := func() bool { return wayOf(h.t) == "" || strings.Contains(h.log.String(), "looked for what was missed") }
	eventually(h.t, "it looked for what it missed", looked)
	h.settled()
	h.sim.ResetCalls()
}

// botMessages are the bot's messages in a space.
func (h *house) botMessages(space simulator.Space) []simulator.Message {
	var list []simulator.Message
	for _, m := range h.sim.Messages(space.ID) {
		if m.PersonID == h.sim.Bot().ID {
			list = append(list, m)
		}
	}
	return list
}

// drawn is a message's card as text.
func drawn(t *testing.T, m simulator.Message) string {
	t.Helper()
	if len(m.Attachments) != 1 {
		t.Fatalf("%d attachments, want one card; text %q", len(m.Attachments), m.Text)
	}
	var b strings.Builder
	if err := cards.Draw(&b, m.Attachments[0].Content, drawWidth); err != nil {
		t.Fatalf("draw: %v", err)
	}
	return b.String()
}

// shows fails unless card and markdown of an answer both hold all the words.
func shows(t *testing.T, m simulator.Message, words ...string) {
	t.Helper()
	card, markdown := drawn(t, m), m.Markdown
	for _, w := range words {
		if !strings.Contains(squeeze(card), squeeze(w)) {
			t.Errorf("the card does not show %q:\n%s", w, card)
		}
		if !strings.Contains(squeeze(markdown), squeeze(w)) {
			t.Errorf("the markdown does not say %q:\n%s", w, markdown)
		}
	}
}

// squeeze joins lines, boxes and blanks in lower case, so that wrapping does
// not matter.
func squeeze(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\\' || r == '*' || r == '`' || r >= 0x2500 && r <= 0x259F {
			return ' '
		}
		return r
	}, s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// adminCalls counts the calls made with the admin token.
func (h *house) adminCalls() int { return h.sim.CountCalls("admin", "", "") }

// compact is a card's JSON without white space.
func compact(t *testing.T, m simulator.Message) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, m.Attachments[0].Content); err != nil {
		t.Fatalf("card: %v", err)
	}
	return b.String()
}
