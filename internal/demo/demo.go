// Package demo is the made-up Webex with the real bot in it, on this machine
// alone: what "trackbot demo" plays, and what tests of the whole bot start.
package demo

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"trackbot/cards"
	"trackbot/internal/app"
	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/text"
)

// DrawWidth is the width of a card drawn in a terminal, in columns.
const DrawWidth = 72

// patience is how long the demo waits for an answer: longer than a person
// waits for the bot's apology.
const patience = 45 * time.Second

// maxEcho bounds what was typed where it is shown again, in bytes.
const maxEcho = 4096

// World is the made-up Webex with the real bot in it.
type World struct {
	Sim    *simulator.Simulator
	App    *app.App
	Dir    string // the bot's DATA_DIR
	Alice  simulator.Person
	Direct simulator.Space // of Alice and the bot
	Group  simulator.Space // of Alice, Bob and the bot
	Width  int             // how many columns a card is drawn in; [DrawWidth] at first

	out  io.Writer
	last simulator.Message // the answer whose buttons can be pressed
}

// New starts a bot on loopback beside the simulator. stop ends both and
// removes the queue's files.
func New(ctx context.Context, sim *simulator.Simulator, out io.Writer, log *slog.Logger, env ...string) (*World, func() error, error) {
	dir, err := os.MkdirTemp("", "trackbot-demo-")
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("a folder for the queue: %w", err), sim.Close())
	}
	botCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a, done, err := StartBot(botCtx, sim, dir, log, env...)
	stop := func() error {
		cancel()
		var ended error
		if done != nil {
			ended = <-done
		}
		return errors.Join(ended, sim.Close(), os.RemoveAll(dir))
	}
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	w := &World{Sim: sim, App: a, Dir: dir, Alice: sim.Person("alice"), Width: DrawWidth, out: out}
	w.Direct = sim.Direct(w.Alice.ID)
	w.Group = sim.Group("Billing help desk", w.Alice.ID, sim.Person("bob").ID)
	return w, stop, nil
}

// AddGuest adds a space with a guest in it, for the page: an answer there goes
// to the asker 1:1.
func AddGuest(sim *simulator.Simulator) {
	guest := sim.AddPerson(simulator.Person{
		DisplayName: "Gina Grant", Emails: []string{"gina@partner.example"}, OrgID: sim.Person("mallory").OrgID, Role: "Guest in the Ops room",
	})
	sim.Group("Ops room", sim.Person("alice").ID, sim.Person("bob").ID, guest.ID)
}

// Receiving are the variables of a bot that hears in one of the ways; one with a
// websocket alone has neither an address nor a webhook's secret.
func Receiving(way string) []string {
	env := []string{"RECEIVE=" + way}
	if way == config.ReceiveWebsocket {
		env = append(env, "WEBEX_PUBLIC_URL=", "WEBEX_WEBHOOK_SECRET=")
	}
	return env
}

// StartBot runs the bot against the simulator as it runs in production: signed
// webhooks over HTTP or a websocket, a durable queue, two tokens. It returns
// when it is ready.
func StartBot(ctx context.Context, sim *simulator.Simulator, dir string, log *slog.Logger, env ...string) (*app.App, <-chan error, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, fmt.Errorf("listen: %w", err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, nil, fmt.Errorf("free the port: %w", err)
	}
	c, err := config.Load(config.ForServe, slices.Concat(env, []string{
		"WEBEX_BOT_TOKEN=" + sim.BotToken(), "WEBEX_ADMIN_TOKEN=" + sim.AdminToken(),
		"WEBEX_WEBHOOK_SECRET=a-secret-of-the-demo-and-of-nobody",
		"WEBEX_API_URL=" + sim.URL(), "WEBEX_U2C_URL=" + sim.Socket().U2CURL(), "WEBEX_PUBLIC_URL=http://" + addr,
		"LISTEN_ADDR=" + addr, "DATA_DIR=" + dir, "DISK_RESERVE_MB=1",
	}), "", app.AccessProblems)
	if err != nil {
		return nil, nil, fmt.Errorf("configure the demo: %w", err)
	}
	a, err := app.New(ctx, c, log, func(o *store.Options) { o.Ahead = sim.Ahead })
	if err != nil {
		return nil, nil, err
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	for {
		select {
		case err := <-done:
			return nil, nil, fmt.Errorf("the bot stopped: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
		if len(a.NotReady(ctx)) == 0 {
			return a, done, nil
		}
		if ctx.Err() != nil {
			return a, done, ctx.Err()
		}
	}
}

// Play asks one question, or the two of the story and then those of stdin.
func (w *World) Play(ctx context.Context, stdin io.Reader, question string) error {
	if question != "" {
		return w.say(ctx, question)
	}
	w.tell("A made-up Webex and the real bot, on this machine only.\n\n")
	for _, q := range []string{"tracking code 1 on example.webex.com", "@trackbot tracking code 1 on example.webex.com"} {
		if err := w.say(ctx, q); err != nil {
			return err
		}
	}
	w.tell("Now you. Try: codes · tracking code Cost Center · tracking code 99 · hello · help\n" +
		"A line with @trackbot goes to the group space; [Refresh] presses the last card's button. quit or Ctrl-D ends.\n\n")
	return w.talk(ctx, stdin)
}

// talk asks what is typed, until it ends, or somebody types quit.
func (w *World) talk(ctx context.Context, stdin io.Reader) error {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(stdin); in.Scan(); {
			lines <- in.Text()
		}
	}()
	for {
		w.tell("> ")
		select {
		case <-ctx.Done():
			w.tell("\n")
			return nil
		case line, more := <-lines:
			if !more || strings.EqualFold(strings.TrimSpace(line), "quit") {
				w.tell("\n")
				return nil
			}
			if err := w.line(ctx, strings.TrimSpace(line)); err != nil {
				return err
			}
		}
	}
}

// line is one line that was typed; an answer that does not come is told and
// does not end the demo.
func (w *World) line(ctx context.Context, line string) error {
	if line == "" {
		return nil
	}
	err := w.act(ctx, line)
	if err != nil && ctx.Err() == nil {
		w.tell("%v\n\n", err)
	}
	return nil
}

func (w *World) act(ctx context.Context, line string) error {
	if title, found := strings.CutPrefix(line, "["); found && w.last.ID != "" {
		return w.press(ctx, strings.TrimSpace(strings.TrimSuffix(title, "]")))
	}
	return w.say(ctx, line)
}

// say writes a question as Alice, waits for the answer and draws it.
func (w *World) say(ctx context.Context, question string) error {
	space, where := w.Direct, "to trackbot, 1:1"
	if strings.Contains(question, "@trackbot") {
		space, where = w.Group, "in the space “"+w.Group.Title+"”"
	}
	w.tell("%s, %s:\n  %s\n\n", w.Alice.DisplayName, where, text.Line(question, maxEcho))
	root := w.Sim.Say(ctx, simulator.Say{Space: space.ID, Person: w.Alice.ID, Text: question})
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := w.Sim.WaitReply(ctx, root)
	if err != nil {
		return fmt.Errorf("no answer came: %w", err)
	}
	if err := w.draw(answer); err != nil {
		return err
	}
	return w.follows(ctx, answer)
}

// press presses a button of the last card.
func (w *World) press(ctx context.Context, title string) error {
	title = buttonOf(w.last, title)
	if !HasButton(w.last, title) {
		return fmt.Errorf("the last card has no button [ %s ]", text.Line(title, maxEcho))
	}
	w.tell("%s presses [ %s ]\n\n", w.Alice.DisplayName, text.Line(title, maxEcho))
	before := make(map[string]bool)
	for _, m := range w.Sim.Messages(w.last.RoomID) {
		before[m.ID] = true
	}
	w.Sim.Click(ctx, w.Alice.ID, w.last.ID, title)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := w.Sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == w.last.RoomID && m.PersonID == w.Sim.Bot().ID && !before[m.ID]
	})
	if err != nil {
		return fmt.Errorf("no answer came: %w", err)
	}
	if err := w.draw(answer); err != nil {
		return err
	}
	return w.follows(ctx, answer)
}

// HasButton reports whether a message's card has a button, or a row that can
// be tapped, of that title.
func HasButton(m simulator.Message, title string) bool {
	return slices.Contains(buttons(m), title)
}

// buttonOf is the title of a button as a card has it, of one that was typed in any
// case.
func buttonOf(m simulator.Message, typed string) string {
	all := buttons(m)
	if i := slices.IndexFunc(all, func(title string) bool { return strings.EqualFold(title, typed) }); i >= 0 && !slices.Contains(all, typed) {
		return all[i]
	}
	return typed
}

// buttons are the titles of what can be pressed in a message's card.
func buttons(m simulator.Message) (titles []string) {
	var card cards.Card
	if len(m.Attachments) == 0 || json.Unmarshal(m.Attachments[0].Content, &card) != nil {
		return nil
	}
	card.EachAction(func(a *cards.Action) {
		if a.Data != nil {
			titles = append(titles, a.Title)
		}
	})
	return titles
}

// draw shows an answer as it was posted: its card, or its text without one.
func (w *World) draw(m simulator.Message) error {
	w.last = m
	where := "1:1"
	if m.RoomID == w.Group.ID {
		where = "in the space “" + w.Group.Title + "”"
	}
	if m.ParentID != "" {
		where += ", in the thread"
	}
	w.tell("%s answers %s:\n", w.Sim.Bot().DisplayName, where)
	if len(m.Attachments) == 0 {
		w.tell("  %s\n\n", m.Text)
		return nil
	}
	if err := cards.Draw(w.out, m.Attachments[0].Content, w.Width); err != nil {
		return fmt.Errorf("draw the card: %w", err)
	}
	w.tell("\n")
	return nil
}

// fileLines is how many lines of a file are shown.
const fileLines = 5

// follows shows what follows an answer in its thread: the cards of long work, and
// files by their names and first lines.
func (w *World) follows(ctx context.Context, answer simulator.Message) error {
	w.rest(ctx)
	behind := false
	for _, m := range w.Sim.Messages(answer.RoomID) {
		if behind && m.ParentID == answer.ParentID && m.PersonID == answer.PersonID {
			if len(m.Attachments) > 0 {
				if err := w.draw(m); err != nil {
					return err
				}
			}
			for _, id := range m.Files {
				w.file(w.Sim.File(id))
			}
		}
		behind = behind || m.ID == answer.ID
	}
	return nil
}

// rest waits until nothing is under way, or ctx is done: what follows later is on the
// page.
func (w *World) rest(ctx context.Context) {
	for w.App.Waiting(ctx) > 0 && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// file shows a file: a picture by its name alone.
func (w *World) file(f simulator.File) {
	w.tell("%s, %d bytes:\n", f.Name, len(f.Data))
	if !strings.HasPrefix(f.Type, "image/") {
		lines := strings.SplitN(string(f.Data), "\n", fileLines+1)
		for _, line := range lines[:min(len(lines), fileLines)] {
			w.tell("  %s\n", text.Line(line, maxEcho))
		}
	}
	w.tell("\n")
}

// tell writes for people. A line that can't be written has nobody to tell.
func (w *World) tell(format string, args ...any) {
	fmt.Fprintf(w.out, format, args...) //nolint:errcheck // see above
}
