package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/simulator"
	"trackbot/webex"
	"trackbot/webhook"
)

// adminPath is where tracking codes are asked for.
const adminPath = "/admin/meeting/config/trackingCodes"

// repliesTo waits for the given number of the bot's messages in a thread.
func (h *house) repliesTo(root simulator.Message, n int) []simulator.Message {
	h.t.Helper()
	var found []simulator.Message
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); {
		found = found[:0]
		for _, m := range h.sim.Messages(root.RoomID) {
			if m.ParentID == root.ID && m.PersonID == h.sim.Bot().ID {
				found = append(found, m)
			}
		}
		if len(found) >= n {
			return found
		}
		<-time.After(20 * time.Millisecond)
	}
	h.t.Fatalf("%d messages to %q, want %d", len(found), root.Text, n)
	return nil
}

// replyWith waits for the bot's message in a thread that says this, also in
// place of what it said before.
func (h *house) replyWith(root simulator.Message, words string) simulator.Message {
	h.t.Helper()
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); <-time.After(20 * time.Millisecond) {
		for _, m := range h.repliesTo(root, 1) {
			if strings.Contains(squeeze(m.Markdown), squeeze(words)) {
				return m
			}
		}
	}
	h.t.Fatalf("nothing in the thread of %q says %q", root.Text, words)
	return simulator.Message{}
}

// Whoever would wait longer than ten seconds is told so, once, and when the
// answer comes; a pause of a second or two is waited out without a word, and
// several of those that add up are told.
func TestPausesAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, after string
		times       int
		messages    int
		told        time.Duration // at most, since it was asked
	}{
		{"one of twelve seconds", "12", 1, 2, 2 * time.Second},
		{"four of four seconds", "4", 4, 2, 12 * time.Second},
		{"one of a second", "1", 1, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.ask("code 1")
			h.sim.Fault(simulator.Rule{Path: adminPath, Status: http.StatusTooManyRequests, RetryAfter: c.after, Times: c.times})
			q := h.write(h.direct, h.alice, "code 1 on example.webex.com", "")
			answer := h.replyWith(q, "Department")
			shows(t, answer, "Department")
			if c.messages > 1 {
				notice := h.replyWith(q, "Webex asks me to slow down")
				shows(t, notice, "comes by itself at")
				if took := notice.Created.Sub(q.Created.Time); took > c.told+2*time.Second { // the machine may be busy
					t.Errorf("told after %s", took)
				}
			}
			h.settled()
			if all := h.repliesTo(q, c.messages); len(all) != c.messages {
				t.Errorf("%d messages, want %d", len(all), c.messages)
			}
		})
	}
}

// A person's questions in one space are answered in their order, and nobody
// else waits for them.
func TestQuestionsOfOnePersonKeepTheirOrder(t *testing.T) {
	h := newHouse(t)
	h.ask("code 1")
	bob := h.sim.Person("bob")
	his := h.sim.Direct(bob.ID)
	h.sim.Fault(simulator.Rule{Path: adminPath, Delay: 1500 * time.Millisecond, Times: 1})
	var asked []simulator.Message
	for i := range 3 {
		asked = append(asked, h.write(h.direct, h.alice, fmt.Sprintf("code %d on example.webex.com", i+1), ""))
	}
	eventually(t, "the slow call is under way", func() bool { return strings.Contains(h.log.String(), "code") })
	quick := h.reply(h.write(his, bob, "help", ""))
	last := asked[0].Created.Time
	for i, q := range asked {
		a := h.reply(q)
		if a.Created.Before(last) {
			t.Errorf("answer %d came before the one to the question before", i+1)
		}
		last = a.Created.Time
	}
	if first := h.reply(asked[0]); quick.Created.After(first.Created.Time) {
		t.Error("another space waited for a slow question")
	}
}

// A handler that panics is told to the asker, with a reference, and the event is
// among the failed with its reason.
// TestNothingIsSaidBehindItsAnswer: a process that died between storing an
// answer and noting that its event is done leaves work that is done again. That
// may take longer, or find that the answer should go 1:1, but it was given.
func TestNothingIsSaidBehindItsAnswer(t *testing.T) {
	h := newHouse(t)
	answer := bot.Outgoing{Key: "msg:1", RoomID: h.direct.ID, Markdown: "the answer", Lane: "lane"}
	if _, err := h.app.replies.Put(t.Context(), answer.Key, answer.Lane, answer); err != nil {
		t.Fatal(err)
	}
	h.settled()
	for _, suffix := range []string{"/underway", "/private", "/pause"} {
		late := answer
		late.Key, late.Markdown = answer.Key+suffix, "said before it"
		if err := h.app.tell(t.Context(), late); err != nil {
			t.Fatal(err)
		}
	}
	h.settled()
	if list := h.botMessages(h.direct); len(list) != 1 || list[0].Markdown != answer.Markdown {
		t.Errorf("the bot wrote %v, want the answer alone", list)
	}
}

func TestPanicIsTold(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	c, err := config.Load(config.ForServe, newProcess(t, sim, t.TempDir()).env, "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := newApp(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer func() {
		cancel()
		wg.Wait()
		if err := errors.Join(a.ears.Close(), a.queue.Close(context.WithoutCancel(ctx))); err != nil {
			t.Error(err)
		}
	}()
	wg.Go(func() {
		_ = a.events.Run(ctx, func(context.Context, queue.Item[webex.Event]) error { panic("boom") })
	})
	wg.Go(func() { _ = a.replies.Run(ctx, a.send) })
	alice := sim.Person("alice")
	q := sim.Say(ctx, simulator.Say{Space: sim.Direct(alice.ID).ID, Person: alice.ID, Text: "code 1"})
	e := webex.Event{Resource: webex.Messages, Event: webex.Created, ID: q.ID, RoomID: q.RoomID, PersonID: alice.ID, Created: q.Created.Time}
	if err := a.hear(ctx, e); err != nil {
		t.Fatal(err)
	}
	answer, err := sim.WaitReply(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if text := answer.Markdown; !strings.Contains(text, "Something in this bot went wrong") || !strings.Contains(text, bot.Ref(e.Key())) || strings.Contains(text, "boom") {
		t.Errorf("the answer is %q, want words, the reference, and nothing of the inside", text)
	}
	eventually(t, "it is among the failed, with its reason", func() bool {
		items, err := a.queue.Items(ctx, queue.Filter{State: queue.StateFailed})
		return err == nil && len(items) == 1 && strings.Contains(items[0].Reason, "boom")
	})
}

// deliver posts a signed event to the bot and returns its status.
func (p *process) deliver(id string) int {
	p.t.Helper()
	body := fmt.Sprintf(`{"resource":"messages","event":"created","data":{"id":%q,"roomId":"r1","personId":"p1"}}`, id)
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, "http://"+p.addr+webhook.Path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set(webhook.SignatureHeader, webhook.Sign("a-secret-of-the-tests-and-of-nobody", []byte(body)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// SIGTERM lets what runs finish; the rest stays stored and is answered by the
// next process. A second signal ends the process at once.
func TestStopping(t *testing.T) {
	t.Parallel()
	h, p := processHouse(t)
	sim, space := h.sim, h.direct
	ask := func() simulator.Message { return h.write(space, h.alice, "code 1 on example.webex.com", "") }
	answers := func(q simulator.Message) (n int) {
		for _, m := range sim.Messages(space.ID) {
			if m.ParentID == q.ID && m.PersonID == sim.Bot().ID {
				n++
			}
		}
		return n
	}
	// The first question is under way for 2 s, the second waits behind it.
	sim.Fault(simulator.Rule{Path: adminPath, Delay: 2 * time.Second, Times: 1})
	first, second := ask(), ask()
	if err := sim.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-time.After(300 * time.Millisecond)
	began := time.Now()
	if status := p.terminate(); status != 0 {
		t.Errorf("exit status %d after SIGTERM, want 0\n%s", status, p.log)
	}
	if took := time.Since(began); took < time.Second || took > 11*time.Second {
		t.Errorf("it stopped after %s, want when the question of 2 s was done", took)
	}
	if status, _ := p.get(t.Context(), "/readyz"); status != 0 {
		t.Errorf("readyz = %d after the end", status)
	}
	p.start()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, q := range []simulator.Message{first, second} {
		if _, err := sim.WaitReply(ctx, q); err != nil {
			t.Fatalf("not answered after the restart: %v\n%s", err, p.log)
		}
		// The line that the first is under way goes when the answer, a card, was posted.
		eventually(t, "one answer and nothing else", func() bool { return answers(q) == 1 })
	}

	sim.Fault(simulator.Rule{Path: adminPath, Delay: 20 * time.Second, Times: 1})
	third := ask()
	if err := sim.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-time.After(300 * time.Millisecond)
	began = time.Now()
	for range 2 {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-time.After(300 * time.Millisecond)
	}
	state, err := p.cmd.Process.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 5*time.Second || state.Success() {
		t.Errorf("after a second signal it ended with %v after %s, want at once", state, took)
	}
	p.start()
	if _, err := sim.WaitReply(ctx, third); err != nil {
		t.Errorf("the question under way at a second signal: %v\n%s", err, lastLines(p.log.String(), 20))
	}
	if status := p.terminate(); status != 0 { // so that nothing more can come
		t.Errorf("exit status %d in the end, want 0", status)
	}
	for _, q := range []simulator.Message{first, second, third} {
		if n := answers(q); n != 1 {
			t.Errorf("%d answers in the end, want 1\n%s", n, p.log)
		}
	}
}

// With TOKEN_KEY set when the data folder is made, what waits and was said can't be read there without it; a folder made
// before stays as it is, and another key stops the start and changes nothing.
func TestTokenKeyEncryptsTheStore(t *testing.T) {
	readable := func(n *nap) bool {
		found := false
		err := filepath.WalkDir(filepath.Join(n.dir, "store"), func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				b, err := os.ReadFile(p)
				found = found || bytes.Contains(b, []byte("example.webex.com"))
				return err
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	asked := func(n *nap) {
		t.Helper()
		n.wake()
		m := n.say(n.sim.Direct(n.sim.Person("alice").ID), "code 1", 0)
		eventually(t, "answered", func() bool { return len(n.answers(m)) == 1 })
		n.rests()
		n.sleep()
	}
	plain, sealed := newNap(t), newNap(t, "TOKEN_KEY="+testKey)
	asked(plain)
	asked(sealed)
	if !readable(plain) || readable(sealed) {
		t.Errorf("what was answered can be read: %v without a key, %v with one; want true, false", readable(plain), readable(sealed))
	}
	for _, key := range []string{"", strings.Repeat("ab", 32)} {
		_, _, err := startBot(t.Context(), sealed.sim, sealed.dir, slog.New(slog.DiscardHandler), "TOKEN_KEY="+key)
		if err == nil || !strings.Contains(err.Error(), "TOKEN_KEY must be as it was") || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("a start with the key %q = %v", key, err)
		}
	}
	asked(sealed)
	plain.env = append(plain.env, "TOKEN_KEY="+testKey)
	asked(plain)
	if !strings.Contains(plain.log.String(), "the store is not encrypted") {
		t.Error("nobody is told that the store is not encrypted")
	}
}
