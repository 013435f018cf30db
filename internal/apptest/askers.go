package apptest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/demo"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// How the askers ask.
const (
	askerSpaces    = 16                    // where Askers.N is 0
	CallLatency    = 25 * time.Millisecond // of every call, so that a kill finds work under way
	askPatience    = 20 * time.Second      // after it a space asks on; the answer may still come
	SettlePatience = 90 * time.Second      // for the bot to finish once all is well again
)

// Askers are people who ask one bot or several, each in a space of their own,
// and what became of their questions.
type Askers struct {
	T      *testing.T
	Seed   uint64
	N      int // spaces in which somebody asks; 0: 16
	Sim    *simulator.Simulator
	People []simulator.Person // one asks in each space
	Spaces []simulator.Space
	Door   *Door
	Bot    *Process // the bot, or one of several
	Kills  int
	Quits  int // ends that nobody asked for

	mu    sync.Mutex
	Asked []Asking
}

// Asking is a question or a press, for which one answer is due.
type Asking struct {
	id, Key, ref string // of the message or the action
	room, root   string
	press        bool
	At           time.Time
}

// Populate makes the spaces, before the bot is there to welcome them.
func (c *Askers) Populate() {
	for i := range cmp.Or(c.N, askerSpaces) {
		p := c.Sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Person %c%d", 'A'+i%26, i/26)})
		space := c.Sim.Direct(p.ID)
		if i%2 == 1 {
			space = c.Sim.Group(fmt.Sprintf("Space %d", i), p.ID, c.Sim.Person("alice").ID)
		}
		c.People, c.Spaces = append(c.People, p), append(c.Spaces, space)
	}
}

// Dice are random numbers that follow from the seed and from what they are for.
func (c *Askers) Dice(what uint64) *rand.Rand { return rand.New(rand.NewPCG(c.Seed, what)) }

// Between is a random time.
func Between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}

// Ask asks in one space until ctx is done, the next question after the answer.
func (c *Askers) Ask(ctx context.Context, space simulator.Space, person simulator.Person, r *rand.Rand) {
	for ctx.Err() == nil {
		burst := 1
		if r.IntN(8) == 0 {
			burst = 3
		}
		questions := make([]simulator.Message, burst)
		for i := range questions {
			questions[i] = c.Write(ctx, space, person, r)
		}
		patience, cancel := context.WithTimeout(ctx, askPatience)
		for _, q := range questions {
			answer, err := c.Sim.WaitReply(patience, q)
			if err == nil && r.IntN(8) == 0 && demo.HasButton(answer, "Refresh") {
				c.press(ctx, person, answer, q)
				if r.IntN(2) == 0 {
					c.pressLater(ctx, person, answer, q)
				}
			}
		}
		cancel()
		select {
		case <-ctx.Done():
		case <-time.After(Between(r, 100*time.Millisecond, 900*time.Millisecond)):
		}
	}
}

// Write writes a question, one of a few, and remembers that an answer is due.
func (c *Askers) Write(ctx context.Context, space simulator.Space, person simulator.Person, r *rand.Rand) simulator.Message {
	texts := []string{"tracking code 1 on example.webex.com", "tracking code Cost Center on example.webex.com", "codes on example.webex.com", "code 2", "code 99 on example"}
	text := texts[r.IntN(len(texts))]
	if space.Type == "group" {
		text = "@trackbot " + text
	}
	m := c.Sim.Say(ctx, simulator.Say{Space: space.ID, Person: person.ID, Text: text})
	c.note(webex.Messages, Asking{id: m.ID, room: space.ID, root: m.ID, At: m.Created.Time})
	return m
}

func (c *Askers) press(ctx context.Context, person simulator.Person, card, root simulator.Message) {
	a := c.Sim.Click(ctx, person.ID, card.ID, "Refresh")
	c.note(webex.AttachmentActions, Asking{id: a.ID, room: a.RoomID, root: root.ID, press: true, At: a.Created.Time})
}

// pressLater presses once more, later than a second press counts as the same:
// a second.
func (c *Askers) pressLater(ctx context.Context, person simulator.Person, card, root simulator.Message) {
	select {
	case <-ctx.Done():
	case <-time.After(1100 * time.Millisecond):
		still := func(m simulator.Message) bool { return m.ID == card.ID && demo.HasButton(m, "Refresh") } // the first press may have taken it
		if slices.ContainsFunc(c.Sim.Messages(card.RoomID), still) {
			c.press(ctx, person, card, root)
		}
	}
}

func (c *Askers) note(resource string, a Asking) {
	a.Key = webex.Event{Resource: resource, ID: a.id}.Key()
	a.ref = bot.Ref(a.Key)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Asked = append(c.Asked, a)
}

// Mark writes a line of the test's own into the bot's log.
func (c *Askers) Mark(what string) {
	_, _ = fmt.Fprintf(c.Bot.Log, "time=%s level=CHAOS msg=%q\n", time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00"), what)
}

// Queue runs one command of trackbot queue beside the bot.
func (c *Askers) Queue(args ...string) string {
	_, stdout, stderr := Run(c.T, "", c.Bot.Env, append([]string{"queue"}, args...)...)
	return stdout + stderr
}

// Resting reports whether nothing waits; what was given up does not wait. It is
// one look: between two, for one state each, an item may change from the state
// that is looked for second to the first.
func (c *Askers) Resting() bool {
	var items []struct{ State string }
	_, stdout, _ := Run(c.T, "", c.Bot.Env, "queue", "list", "--json")
	return json.Unmarshal([]byte(stdout), &items) == nil &&
		!slices.ContainsFunc(items, func(i struct{ State string }) bool { return i.State != queue.Failed })
}
