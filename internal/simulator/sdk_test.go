package simulator

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// nodeBot runs the bot of a folder of testdata against a simulator: sdk is on the
// official JavaScript SDK, framework on webex-node-bot-framework. Its packages are
// installed beside it, never kept with the project. The test is skipped where Node
// or they are missing, and fails of that where CI has Node.
func nodeBot(t *testing.T, s *Simulator, folder string) *heardByNode {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node here, which " + folder + " needs")
	}
	dir := filepath.Join("testdata", folder)
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		missing := "its packages are not installed: run npm ci --ignore-scripts in internal/simulator/testdata/" + folder
		if os.Getenv("CI") == "true" { //nolint:forbidigo // nothing else says whether the packages must be there
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	cmd := exec.CommandContext(t.Context(), node, "bot.js")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "WEBEX_ACCESS_TOKEN="+s.BotToken(), "HYDRA_SERVICE_URL="+s.URL(), "U2C_SERVICE_URL="+s.Socket().U2CURL())
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h := &heardByNode{lines: make(chan object, 1000)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(h.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var line object
			if json.Unmarshal(lines.Bytes(), &line) == nil && line["what"] != nil {
				h.lines <- line
			} else {
				t.Logf("node: %s", lines.Text())
			}
		}
	}()
	h.stop = sync.OnceFunc(func() {
		_ = in.Close()
		<-read
		_ = cmd.Wait() // killed by the test's own end, or gone by itself
	})
	t.Cleanup(h.stop)
	return h
}

// heardByNode is what the bot tells.
type heardByNode struct {
	lines   chan object
	pending []object
	stop    func() // ends the bot
}

// next returns the first line of a kind that fits, now or to come; others are
// kept.
func (h *heardByNode) next(t *testing.T, what, key string, value any) object {
	t.Helper()
	ctx := patient(t)
	fits := func(line object) bool { return line["what"] == what && (key == "" || line[key] == value) }
	for i, line := range h.pending {
		if fits(line) {
			h.pending = append(h.pending[:i:i], h.pending[i+1:]...)
			return line
		}
	}
	for {
		select {
		case line, more := <-h.lines:
			switch {
			case !more || line["what"] == "failed":
				t.Fatalf("the bot ended: %v", line)
			case fits(line):
				return line
			}
			h.pending = append(h.pending, line)
		case <-ctx.Done():
			t.Fatalf("the bot did not hear %s with %s %v; it received %v", what, key, value, h.pending)
		}
	}
}

// patient is long enough for Node on a busy machine.
func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// TestOfficialSDK proves the simulator by a client that nobody here wrote.
func TestOfficialSDK(t *testing.T) {
	t.Parallel()
	for name, cluster := range map[string]string{"us": "", "another cluster": "urn:TEAM:eu-central-1_k"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, Options{BotToken: "abc_P0A1_22222222-2222-4222-8222-222222222222", Cluster: cluster})
			alice := s.Person("alice")
			sdk := nodeBot(t, s, "sdk")
			if got := sdk.next(t, "ready", "", nil); got["id"] != s.Bot().ID {
				t.Fatalf("ready as %v", got)
			}
			space := s.Group("Team", alice.ID)
			sdk.next(t, "membership", "personId", s.Bot().ID)
			bob := s.Person("bob")
			s.Join(space.ID, bob.ID, alice.ID)
			if got := sdk.next(t, "membership", "personId", bob.ID); got["roomId"] != space.ID {
				t.Errorf("membership %v, want one of space %s", got, space.ID)
			}
			hearsMessage(t, s, sdk, space)
			hearsMessage(t, s, sdk, s.Direct(alice.ID))
			hearsPress(t, s, sdk, space)
			s.Socket().Cut()
			hearsMessage(t, s, sdk, space)
			s.Socket().Shutdown(time.Minute)
			hearsMessage(t, s, sdk, space)
		})
	}
}

// hearsMessage says something, and finds the SDK's bot hearing and answering
// it, and its own answer.
func hearsMessage(t *testing.T, s *Simulator, sdk *heardByNode, space Space) {
	t.Helper()
	m := s.Say(t.Context(), Say{Space: space.ID, Person: s.Person("alice").ID, Text: "@trackbot codes in " + space.Type})
	got := sdk.next(t, "message", "id", m.ID)
	if got["roomId"] != space.ID || got["roomType"] != space.Type || got["personId"] != m.PersonID || got["text"] != m.Text {
		t.Errorf("received %v, want %v", got, m)
	}
	reply, err := s.WaitReply(patient(t), m)
	if err != nil || reply.Text != "received: "+m.Text {
		t.Errorf("reply %q, %v", reply.Text, err)
	}
	sdk.next(t, "echo", "id", reply.ID)
}

// hearsPress posts a card as the bot, presses its button, and finds the SDK's
// bot hearing the press and fetching what was pressed.
func hearsPress(t *testing.T, s *Simulator, sdk *heardByNode, space Space) {
	t.Helper()
	card := object{"type": "AdaptiveCard", "version": "1.3", "body": []any{object{"type": "TextBlock", "text": "Hello"}}, "actions": []any{
		object{"type": "Action.Submit", "title": "Again", "data": object{"command": "codes"}},
	}}
	_, _, posted := call(t, s, s.BotToken(), "POST", "/messages", object{
		"roomId": space.ID, "text": "a card", "attachments": []any{object{"contentType": cardType, "content": card}},
	})
	a := s.Click(t.Context(), s.Person("alice").ID, str(posted["id"]), "Again")
	got := sdk.next(t, "action", "id", a.ID)
	if got["messageId"] != posted["id"] || got["personId"] != a.PersonID || dig(got, "inputs.command") != "codes" {
		t.Errorf("received %v, want the press of %v", got, posted["id"])
	}
	if _, err := s.Wait(patient(t), func(m Message) bool { return strings.HasPrefix(m.Text, "pressed:") && m.ParentID == posted["id"] }); err != nil {
		t.Error(err)
	}
}
