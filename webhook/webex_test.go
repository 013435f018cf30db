package webhook_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webex"
	"trackbot/webhook"
)

// world is the door and a keeper with the real client before a fake Webex.
type world struct {
	sim     *simulator.Simulator
	bot     *webex.Bot
	target  string
	events  chan webex.Event
	revived chan string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	w := &world{sim: sim, events: make(chan webex.Event, 100), revived: make(chan string, 100)}
	w.bot = webex.NewBot(webex.Options{
		BaseURL: sim.URL(),
		Token:   func(context.Context) (string, error) { return sim.BotToken(), nil },
	})
	door := httptest.NewServer(webhook.NewHandler(webhook.Options{
		Secrets: []string{secret},
		Inbox: func(_ context.Context, e webex.Event) error {
			w.events <- e
			return nil
		},
	}))
	t.Cleanup(door.Close)
	w.target = door.URL + webhook.Path
	return w
}

// keep runs a keeper that looks every 20 ms until the test ends.
func (w *world) keep(t *testing.T) *webhook.Keeper {
	t.Helper()
	k := webhook.NewKeeper(webhook.KeeperOptions{
		API: w.bot, Name: "trackbot", TargetURL: w.target, Secret: secret, Every: 20 * time.Millisecond,
		Revived: func(resource string) { w.revived <- resource },
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- k.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
	return k
}

// until waits for ok, at most ten seconds.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("not within 10 s: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// ours returns the resources registered for our target, if all are active.
func (w *world) ours() []string {
	var resources []string
	for _, h := range w.sim.Webhooks() {
		if h.Name == "trackbot" && h.TargetURL == w.target && h.Status == "active" {
			resources = append(resources, h.Resource)
		}
	}
	slices.Sort(resources)
	return resources
}

func (w *world) complete() bool {
	return slices.Equal(w.ours(), []string{"attachmentActions", "memberships", "messages", "messages"})
}

func (w *world) hear(t *testing.T) webex.Event {
	t.Helper()
	select {
	case e := <-w.events:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event within 10 s")
		return webex.Event{}
	}
}

// TestAgainstWebex registers beside foreign ones over many pages, some of them
// empty, hears a message and a new member, and is switched on again.
func TestAgainstWebex(t *testing.T) {
	w := newWorld(t)
	w.sim.SetQuirks(simulator.Quirks{PageCap: 2, EmptyPages: true})
	for range 5 {
		_, err := w.bot.CreateWebhook(t.Context(), webex.Webhook{
			Name: "somebody else", TargetURL: "https://example.org/" + t.Name(), Resource: "messages", Event: "created",
			Filter: "roomId=" + w.sim.Group("a space", w.sim.Person("alice").ID, w.sim.Bot().ID).ID,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	k := w.keep(t)
	until(t, "ready", func() bool { return k.Ready() == nil })
	if !w.complete() || len(w.sim.Webhooks()) != 9 {
		t.Fatalf("registered %q of %d, want our four of 9", w.ours(), len(w.sim.Webhooks()))
	}

	alice := w.sim.Person("alice")
	m := w.sim.Say(t.Context(), simulator.Say{Space: w.sim.Direct(alice.ID).ID, Person: alice.ID, Text: "help"})
	heard := map[string]webex.Event{}
	for len(heard) < 2 {
		e := w.hear(t)
		heard[e.Resource] = e
	}
	if e := heard["messages"]; e.ID != m.ID || e.PersonID != alice.ID || e.RoomType != "direct" || e.Created.IsZero() {
		t.Errorf("heard %+v, want message %s of %s", e, m.ID, alice.ID)
	}
	if e := heard["memberships"]; e.ID == "" || e.RoomID != m.RoomID || e.ActorID == "" {
		t.Errorf("heard %+v, want a member of %s", e, m.RoomID)
	}

	i := slices.IndexFunc(w.sim.Webhooks(), func(h simulator.Webhook) bool { return h.Name == "trackbot" && h.Resource == "messages" })
	w.sim.DisableWebhook(w.sim.Webhooks()[i].ID)
	until(t, "switched on", w.complete)
	if resource := <-w.revived; resource != "messages" {
		t.Errorf("revived %q, want messages", resource)
	}
}

// TestSecondStart has two copies of the bot keep the same webhooks.
func TestSecondStart(t *testing.T) {
	w := newWorld(t)
	one, two := w.keep(t), w.keep(t)
	until(t, "both ready, with one set", func() bool {
		return one.Ready() == nil && two.Ready() == nil && w.complete() && len(w.sim.Webhooks()) == 4
	})
	w.sim.ForgetWebhooks()
	until(t, "one set again", func() bool { return w.complete() && len(w.sim.Webhooks()) == 4 })
}

// TestAnswerLost registers, but the answers are lost: nothing stands twice.
func TestAnswerLost(t *testing.T) {
	w := newWorld(t)
	w.sim.Fault(simulator.Rule{Method: "POST", Path: "/webhooks", Drop: simulator.DropAfter, Times: 2})
	w.sim.Fault(simulator.Rule{Method: "PUT", Path: "/webhooks", Status: 502, Times: 2})
	k := w.keep(t)
	until(t, "ready", func() bool { return k.Ready() == nil })
	if !w.complete() || len(w.sim.Webhooks()) != 4 {
		t.Errorf("registered %q of %d, want our four", w.ours(), len(w.sim.Webhooks()))
	}
}

// TestTokenRefused shows what an operator reads.
func TestTokenRefused(t *testing.T) {
	w := newWorld(t)
	w.sim.Revoke(w.sim.BotToken())
	k := w.keep(t)
	until(t, "looked", func() bool { return k.Ready() != nil && k.Ready().Error() != "webhooks: not looked at yet" })
	const want = "webhooks: Webex refuses the bot token; set WEBEX_BOT_TOKEN"
	if err := k.Ready(); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Ready = %v, want %s…", err, want)
	}
	if found := k.Check(t.Context()); len(found) != 1 || !strings.HasPrefix(found[0].Text, want) {
		t.Errorf("Check = %+v, want %s…", found, want)
	}
}
