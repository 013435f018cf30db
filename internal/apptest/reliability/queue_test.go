package reliability

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/webhook"
)

// adminPath is where tracking codes are asked for.
const adminPath = "/admin/meeting/config/trackingCodes"

// repliesTo waits for the given number of the bot's messages in a thread.
func repliesTo(h *apptest.World, root simulator.Message, n int) []simulator.Message {
	h.T.Helper()
	var found []simulator.Message
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); {
		found = found[:0]
		for _, m := range h.Sim.Messages(root.RoomID) {
			if m.ParentID == root.ID && m.PersonID == h.Sim.Bot().ID {
				found = append(found, m)
			}
		}
		if len(found) >= n {
			return found
		}
		<-time.After(20 * time.Millisecond)
	}
	h.T.Fatalf("%d messages to %q, want %d", len(found), root.Text, n)
	return nil
}

// replyWith waits for the bot's message in a thread that says this, also in
// place of what it said before.
func replyWith(h *apptest.World, root simulator.Message, words string) simulator.Message {
	h.T.Helper()
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); <-time.After(20 * time.Millisecond) {
		for _, m := range repliesTo(h, root, 1) {
			if strings.Contains(apptest.Squeeze(m.Markdown), apptest.Squeeze(words)) {
				return m
			}
		}
	}
	h.T.Fatalf("nothing in the thread of %q says %q", root.Text, words)
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
			h := apptest.New(t)
			h.Ask("code 1")
			h.Sim.Fault(simulator.Rule{Path: adminPath, Status: http.StatusTooManyRequests, RetryAfter: c.after, Times: c.times})
			q := h.Write(h.Direct, h.Alice, "code 1 on example.webex.com", "")
			answer := replyWith(h, q, "Department")
			apptest.Shows(t, answer, "Department")
			if c.messages > 1 {
				notice := replyWith(h, q, "Webex asks me to slow down")
				apptest.Shows(t, notice, "comes by itself at")
				if took := notice.Created.Sub(q.Created.Time); took > c.told+2*time.Second { // the machine may be busy
					t.Errorf("told after %s", took)
				}
			}
			h.Settled()
			if all := repliesTo(h, q, c.messages); len(all) != c.messages {
				t.Errorf("%d messages, want %d", len(all), c.messages)
			}
		})
	}
}

// A person's questions in one space are answered in their order, and nobody
// else waits for them.
func TestQuestionsOfOnePersonKeepTheirOrder(t *testing.T) {
	h := apptest.New(t)
	h.Ask("code 1")
	bob := h.Sim.Person("bob")
	his := h.Sim.Direct(bob.ID)
	h.Sim.Fault(simulator.Rule{Path: adminPath, Delay: 1500 * time.Millisecond, Times: 1})
	var asked []simulator.Message
	for i := range 3 {
		asked = append(asked, h.Write(h.Direct, h.Alice, fmt.Sprintf("code %d on example.webex.com", i+1), ""))
	}
	apptest.Eventually(t, "the slow call is under way", func() bool { return strings.Contains(h.Log.String(), "code") })
	quick := h.Reply(h.Write(his, bob, "help", ""))
	last := asked[0].Created.Time
	for i, q := range asked {
		a := h.Reply(q)
		if a.Created.Before(last) {
			t.Errorf("answer %d came before the one to the question before", i+1)
		}
		last = a.Created.Time
	}
	if first := h.Reply(asked[0]); quick.Created.After(first.Created.Time) {
		t.Error("another space waited for a slow question")
	}
}

// deliver posts a signed event to the bot and returns its status.
func deliver(p *apptest.Process, id string) int {
	p.T.Helper()
	body := fmt.Sprintf(`{"resource":"messages","event":"created","data":{"id":%q,"roomId":"r1","personId":"p1"}}`, id)
	req, err := http.NewRequestWithContext(p.T.Context(), http.MethodPost, "http://"+p.Addr+webhook.Path, strings.NewReader(body))
	if err != nil {
		p.T.Fatal(err)
	}
	req.Header.Set(webhook.SignatureHeader, webhook.Sign("a-secret-of-the-tests-and-of-nobody", []byte(body)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.T.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// SIGTERM lets what runs finish; the rest stays stored and is answered by the
// next process. A second signal ends the process at once.
func TestStopping(t *testing.T) {
	t.Parallel()
	h, p := apptest.NewProcessWorld(t)
	sim, space := h.Sim, h.Direct
	ask := func() simulator.Message { return h.Write(space, h.Alice, "code 1 on example.webex.com", "") }
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
	if status := p.Terminate(); status != 0 {
		t.Errorf("exit status %d after SIGTERM, want 0\n%s", status, p.Log)
	}
	if took := time.Since(began); took < time.Second || took > 11*time.Second {
		t.Errorf("it stopped after %s, want when the question of 2 s was done", took)
	}
	if status, _ := p.Get(t.Context(), "/readyz"); status != 0 {
		t.Errorf("readyz = %d after the end", status)
	}
	p.Start()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, q := range []simulator.Message{first, second} {
		if _, err := sim.WaitReply(ctx, q); err != nil {
			t.Fatalf("not answered after the restart: %v\n%s", err, p.Log)
		}
		// The line that the first is under way goes when the answer, a card, was posted.
		apptest.Eventually(t, "one answer and nothing else", func() bool { return answers(q) == 1 })
	}

	sim.Fault(simulator.Rule{Path: adminPath, Delay: 20 * time.Second, Times: 1})
	third := ask()
	if err := sim.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-time.After(300 * time.Millisecond)
	began = time.Now()
	for range 2 {
		if err := p.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-time.After(300 * time.Millisecond)
	}
	state, err := p.Cmd.Process.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 5*time.Second || state.Success() {
		t.Errorf("after a second signal it ended with %v after %s, want at once", state, took)
	}
	p.Start()
	if _, err := sim.WaitReply(ctx, third); err != nil {
		t.Errorf("the question under way at a second signal: %v\n%s", err, apptest.LastLines(p.Log.String(), 20))
	}
	if status := p.Terminate(); status != 0 { // so that nothing more can come
		t.Errorf("exit status %d in the end, want 0", status)
	}
	for _, q := range []simulator.Message{first, second, third} {
		if n := answers(q); n != 1 {
			t.Errorf("%d answers in the end, want 1\n%s", n, p.Log)
		}
	}
}

// With TOKEN_KEY set when the database is made, what waits and was said can't be read there without it; another key, or
// one for a database that was made without, stops the start and changes nothing.
func TestTokenKeyEncryptsTheDatabase(t *testing.T) {
	readable := func(n *apptest.Restarts) bool {
		found := false
		err := filepath.WalkDir(n.Dir, func(p string, d fs.DirEntry, err error) error {
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
	asked := func(n *apptest.Restarts) {
		t.Helper()
		n.Start()
		m := n.Say(n.Sim.Direct(n.Sim.Person("alice").ID), "code 1", 0)
		apptest.Eventually(t, "answered", func() bool { return len(n.Answers(m)) == 1 })
		n.Rest()
		n.Stop()
	}
	refused := func(n *apptest.Restarts, key, words string) {
		t.Helper()
		_, _, err := demo.StartBot(t.Context(), n.Sim, n.Dir, slog.New(slog.DiscardHandler), "TOKEN_KEY="+key)
		if err == nil || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("a start with the key %q = %v, want %q", key, err, words)
		}
	}
	plain, sealed := apptest.NewRestarts(t), apptest.NewRestarts(t, "TOKEN_KEY="+apptest.TokenKey)
	asked(plain)
	asked(sealed)
	if !readable(plain) || readable(sealed) {
		t.Errorf("what was answered can be read: %v without a key, %v with one; want true, false", readable(plain), readable(sealed))
	}
	refused(sealed, "", "the database is encrypted")
	refused(sealed, strings.Repeat("abcd", 16), "can't be opened with this TOKEN_KEY")
	refused(plain, apptest.TokenKey, "made without TOKEN_KEY")
	asked(sealed)
	asked(plain)
}
