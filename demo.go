package main

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
	"trackbot/internal/config"
	"trackbot/internal/simulator"
)

// demoPatience is how long the demo waits for an answer: longer than a person
// waits for the bot's apology.
const demoPatience = 45 * time.Second

type demoCmd struct {
	Question  []string `arg:"" optional:"" help:"Ask this one and end."`
	Websocket bool     `help:"Hear over a websocket instead of webhooks."`
	Verbose   bool     `short:"v" help:"Show the bot's log."`
}

// stage is the made-up Webex with the real bot in it.
type stage struct {
	sim    *simulator.Simulator
	app    *app
	alice  simulator.Person
	direct simulator.Space
	group  simulator.Space
	out    io.Writer
	last   simulator.Message // the answer whose buttons can be pressed
}

// demo shows the bot at work: two questions, and then whatever is typed.
func (p program) demo(ctx context.Context, cmd demoCmd) error {
	log := slog.New(slog.DiscardHandler)
	if cmd.Verbose {
		log = slog.New(slog.NewTextHandler(p.stderr, nil))
	}
	sim, err := simulator.Start(ctx, simulator.Options{Logger: log.With("part", "simulator")})
	if err != nil {
		return fmt.Errorf("start the simulator: %w", err)
	}
	env := []string{"ADMINS=alice@example.com"} // so that she may ask everything
	if cmd.Websocket {
		env = append(env, hears(config.ReceiveWebsocket)...)
	}
	s, stop, err := newStage(ctx, sim, p.stdout, log, env...)
	if err != nil {
		return err
	}
	return errors.Join(s.play(ctx, p.stdin, strings.Join(cmd.Question, " ")), stop())
}

// newStage starts a bot on loopback beside the simulator. stop ends both and
// removes the queue's files.
func newStage(ctx context.Context, sim *simulator.Simulator, out io.Writer, log *slog.Logger, env ...string) (*stage, func() error, error) {
	dir, err := os.MkdirTemp("", "trackbot-demo-")
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("a folder for the queue: %w", err), sim.Close())
	}
	botCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a, done, err := startBot(botCtx, sim, dir, log, env...)
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
	s := &stage{sim: sim, app: a, alice: sim.Person("alice"), out: out}
	s.direct = sim.Direct(s.alice.ID)
	s.group = sim.Group("Billing help desk", s.alice.ID, sim.Person("bob").ID)
	return s, stop, nil
}

// hears are the variables of a bot that hears in one of the ways; one with a
// websocket alone has neither an address nor a webhook's secret.
func hears(way string) []string {
	env := []string{"RECEIVE=" + way}
	if way == config.ReceiveWebsocket {
		env = append(env, "WEBEX_PUBLIC_URL=", "WEBEX_WEBHOOK_SECRET=")
	}
	return env
}

// startBot runs the bot against the simulator as it runs in production: signed
// webhooks over HTTP or a websocket, a durable queue, two tokens. It returns
// when its ears are on.
func startBot(ctx context.Context, sim *simulator.Simulator, dir string, log *slog.Logger, env ...string) (*app, <-chan error, error) {
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
	}), "", accessProblems)
	if err != nil {
		return nil, nil, fmt.Errorf("configure the demo: %w", err)
	}
	a, err := newApp(ctx, c, log)
	if err != nil {
		return nil, nil, err
	}
	done := make(chan error, 1)
	go func() { done <- a.run(ctx) }()
	for {
		select {
		case err := <-done:
			return nil, nil, fmt.Errorf("the bot stopped: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
		if len(a.notReady(ctx)) == 0 {
			return a, done, nil
		}
		if ctx.Err() != nil {
			return a, done, ctx.Err()
		}
	}
}

// play asks one question, or the two of the story and then those of stdin.
func (s *stage) play(ctx context.Context, stdin io.Reader, question string) error {
	if question != "" {
		return s.say(ctx, question)
	}
	s.tell("A made-up Webex and the real bot, on this machine only.\n\n")
	for _, q := range []string{"tracking code 1 on example.webex.com", "@trackbot tracking code 1 on example.webex.com"} {
		if err := s.say(ctx, q); err != nil {
			return err
		}
	}
	s.tell("Now you. Try: codes · tracking code Cost Center · tracking code 99 · hello · help\n" +
		"A line with @trackbot goes to the group space; [Refresh] presses the last card's button. Ctrl-D ends.\n\n")
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(stdin); in.Scan(); {
			lines <- in.Text()
		}
	}()
	for {
		s.tell("> ")
		select {
		case <-ctx.Done():
			s.tell("\n")
			return nil
		case line, more := <-lines:
			if !more {
				s.tell("\n")
				return nil
			}
			if err := s.line(ctx, strings.TrimSpace(line)); err != nil {
				return err
			}
		}
	}
}

// line is one line that was typed; an answer that does not come is told and
// does not end the demo.
func (s *stage) line(ctx context.Context, line string) error {
	if line == "" {
		return nil
	}
	err := s.act(ctx, line)
	if err != nil && ctx.Err() == nil {
		s.tell("%v\n\n", err)
	}
	return nil
}

func (s *stage) act(ctx context.Context, line string) error {
	if title, found := strings.CutPrefix(line, "["); found && s.last.ID != "" {
		return s.press(ctx, strings.TrimSpace(strings.TrimSuffix(title, "]")))
	}
	return s.say(ctx, line)
}

// say writes a question as Alice, waits for the answer and draws it.
func (s *stage) say(ctx context.Context, text string) error {
	space, where := s.direct, "to trackbot, 1:1"
	if strings.Contains(text, "@trackbot") {
		space, where = s.group, "in the space “"+s.group.Title+"”"
	}
	s.tell("%s, %s:\n  %s\n\n", s.alice.DisplayName, where, text)
	root := s.sim.Say(ctx, simulator.Say{Space: space.ID, Person: s.alice.ID, Text: text})
	ctx, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	answer, err := s.sim.WaitReply(ctx, root)
	if err != nil {
		return fmt.Errorf("no answer came: %w", err)
	}
	return s.draw(answer)
}

// press presses a button of the last card.
func (s *stage) press(ctx context.Context, title string) error {
	if !hasButton(s.last, title) {
		return fmt.Errorf("the last card has no button [ %s ]", title)
	}
	s.tell("%s presses [ %s ]\n\n", s.alice.DisplayName, title)
	before := make(map[string]bool)
	for _, m := range s.sim.Messages(s.last.RoomID) {
		before[m.ID] = true
	}
	s.sim.Click(ctx, s.alice.ID, s.last.ID, title)
	ctx, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	answer, err := s.sim.Wait(ctx, func(m simulator.Message) bool {
		return m.RoomID == s.last.RoomID && m.PersonID == s.sim.Bot().ID && !before[m.ID]
	})
	if err != nil {
		return fmt.Errorf("no answer came: %w", err)
	}
	return s.draw(answer)
}

// hasButton reports whether a message's card has a button of that title.
func hasButton(m simulator.Message, title string) bool {
	var card struct {
		Actions []struct{ Type, Title string }
	}
	if len(m.Attachments) == 0 || json.Unmarshal(m.Attachments[0].Content, &card) != nil {
		return false
	}
	for _, a := range card.Actions {
		if a.Type == "Action.Submit" && a.Title == title {
			return true
		}
	}
	return false
}

// draw shows an answer as it was posted: its card, or its text without one.
func (s *stage) draw(m simulator.Message) error {
	s.last = m
	s.tell("%s answers in the thread:\n", s.sim.Bot().DisplayName)
	if len(m.Attachments) == 0 {
		s.tell("  %s\n\n", m.Text)
		return nil
	}
	if err := cards.Draw(s.out, m.Attachments[0].Content, drawWidth); err != nil {
		return fmt.Errorf("draw the card: %w", err)
	}
	s.tell("\n")
	return nil
}

func (s *stage) tell(format string, args ...any) { say(s.out, format, args...) }
