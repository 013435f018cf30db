package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
)

const testKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// signedIn is a simulator whose OAuth side behaves as told, and the environment
// of a bot with a refresh token of it.
func signedIn(t *testing.T, o simulator.OAuth) (*simulator.Simulator, []string) {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sim.SetOAuth(o)
	id, secret := sim.OAuthClient()
	return sim, []string{
		"WEBEX_ADMIN_TOKEN=", "WEBEX_ADMIN_CLIENT_ID=" + id, "WEBEX_ADMIN_CLIENT_SECRET=" + secret,
		"WEBEX_ADMIN_REFRESH_TOKEN=" + sim.RefreshToken(), "TOKEN_KEY=" + testKey, "CACHE_SECONDS=0",
	}
}

func TestAccessTokensRunOutWithoutALostQuestion(t *testing.T) {
	t.Parallel()
	sim, env := signedIn(t, simulator.OAuth{AccessLife: time.Second})
	h := houseOf(t, sim, env...)
	for sim.Refreshes() < 5 {
		shows(t, h.ask("code 1 on example.webex.com"), "Department")
	}
	if strings.Contains(h.log.String(), "not answered") {
		t.Error("a question was not answered")
	}
}

func TestRefusedAccessTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	sim, env := signedIn(t, simulator.OAuth{})
	h := houseOf(t, sim, append(env, "ALLOWED_SITES=example.webex.com")...)
	shows(t, h.ask("code 1 on example.webex.com"), "Department")
	before := sim.Refreshes()
	token, err := h.app.keys.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sim.Revoke(token)
	var asked []simulator.Message
	for range 10 {
		asked = append(asked, h.write(h.group, h.alice, "@trackbot code 1 on example.webex.com", ""))
	}
	for _, q := range asked {
		shows(t, h.reply(q), "Department")
	}
	if n := sim.Refreshes() - before; n != 1 {
		t.Errorf("%d refreshes after a token was refused to ten questions, want 1", n)
	}
	sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusUnauthorized})
	for range 3 {
		shows(t, h.ask("code 1 on example.webex.com"), "sign-in")
	}
	if n := sim.Refreshes() - before; n > 3 {
		t.Errorf("%d refreshes while every token is refused, want no loop", n)
	}
}

func TestDeadSignInIsToldToAskersAndToTheAdminRoom(t *testing.T) {
	t.Parallel()
	sim, env := signedIn(t, simulator.OAuth{RefuseRefresh: true})
	ops := sim.Group("Operations", sim.Person("alice").ID)
	h := houseOf(t, sim, append(env, "ALLOWED_SITES=example.webex.com", "ADMIN_ROOM="+ops.ID)...)
	for range 2 {
		shows(t, h.ask("code 1 on example.webex.com"), "Webex does not accept this bot's sign-in", "Whoever runs this bot", "trackbot login")
	}
	shows(t, h.ask("help"), "tracking code")
	told := func() (texts []string) {
		for _, m := range h.botMessages(ops) {
			if strings.Contains(m.Markdown, "The sign-in behind this bot") {
				texts = append(texts, m.Markdown)
			}
		}
		return texts
	}
	eventually(t, "the admin room is told", func() bool { return len(told()) > 0 })
	h.settled()
	texts := told()
	if len(texts) != 1 || !strings.Contains(texts[0], "run trackbot login") || !strings.Contains(texts[0], "Ref ") {
		t.Errorf("the admin room reads %q, want one message that says what to do", texts)
	}
	if n := h.adminCalls(); n != 0 {
		t.Errorf("%d admin calls without a token, want none", n)
	}
	status, out, _ := trackbot(t, "", append(env, "WEBEX_API_URL="+sim.URL(), "DATA_DIR="+h.app.c.DataDir, "WEBEX_BOT_TOKEN="+sim.BotToken()), "check")
	if status != 1 || !strings.Contains(out, "WRONG admin sign-in") || !strings.Contains(out, "run trackbot login") {
		t.Errorf("check: status %d, want 1 and the refusal:\n%s", status, out)
	}
}

func TestEndOfTheSignInIsToldAhead(t *testing.T) {
	t.Parallel()
	for life, want := range map[time.Duration]string{
		6 * 24 * time.Hour: "runs out in 5 days", 20 * time.Hour: "runs out within 20 hours", 30 * 24 * time.Hour: "",
	} {
		sim, env := signedIn(t, simulator.OAuth{RefreshLife: life})
		ops := sim.Group("Operations", sim.Person("alice").ID)
		h := houseOf(t, sim, append(env, "ADMIN_ROOM="+ops.ID)...)
		h.ask("code 1")
		if want != "" {
			eventually(t, "a message that says "+want, func() bool {
				for _, m := range h.botMessages(ops) {
					if strings.Contains(m.Markdown, want) && strings.Contains(m.Markdown, "run trackbot login") {
						return true
					}
				}
				return false
			})
			continue
		}
		h.settled()
		for _, m := range h.botMessages(ops) {
			if strings.Contains(m.Markdown, "sign-in") {
				t.Errorf("told %q with a month left", m.Markdown)
			}
		}
	}
}

func TestADeadTokenOfTheSettingsIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sim.Revoke(h.sim.AdminToken())
	shows(t, h.ask("code 1 on example.webex.com"), "Webex does not accept this bot's sign-in", "WEBEX_ADMIN_TOKEN", "Whoever runs this bot")
}

// TestKillAfterARefresh kills the process when its new pair is stored, with
// refresh tokens that are good once, and at the very moment at which Webex gave
// a pair, with refresh tokens that stay.
func TestKillAfterARefresh(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]simulator.OAuth{"rotated": {}, "kept": {KeepRefresh: true}} {
		rounds := 3
		if o.KeepRefresh {
			rounds = 1 // the next renewal waits 20 s for the one that was cut off
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, env := signedIn(t, o)
			defer sim.Close()
			alice := sim.Person("alice")
			space := sim.Direct(alice.ID)
			ask := func() simulator.Message {
				return sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "code 1 on example.webex.com"})
			}
			answered := func(p *process, q simulator.Message) {
				t.Helper()
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				answer, err := sim.WaitReply(ctx, q)
				if err != nil {
					t.Fatalf("no answer: %v\n%s", err, p.log)
				}
				shows(t, answer, "Department")
			}
			p := newProcess(t, sim, t.TempDir(), env...)
			p.start()
			answered(p, ask())
			for range rounds {
				renewed, stored := sim.Refreshes(), strings.Count(p.log.String(), "the admin tokens are renewed")
				sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusUnauthorized, Times: 1})
				q := ask()
				eventually(t, "a refresh", func() bool {
					return sim.Refreshes() > renewed && (o.KeepRefresh || strings.Count(p.log.String(), "the admin tokens are renewed") > stored)
				})
				p.kill()
				sim.ClearFaults()
				p.start()
				answered(p, q)
				answered(p, ask())
			}
			if n := sim.Refreshes(); n > 5 {
				t.Errorf("%d refreshes, want one for each token that was refused", n)
			}
		})
	}
}

// TestReplicasRefreshOnce runs two bots on one NATS server whose access tokens
// run out again and again.
func TestReplicasRefreshOnce(t *testing.T) {
	t.Parallel()
	const life = 5 * time.Second
	sim, env := signedIn(t, simulator.OAuth{AccessLife: life, RefreshLife: 6 * 24 * time.Hour})
	ops := sim.Group("Operations", sim.Person("alice").ID)
	env = append(env, "NATS_URL="+natsURL(t), "NATS_REPLICAS=1", "ADMIN_ROOM="+ops.ID, "ALLOWED_SITES=example.webex.com")
	h := houseOf(t, sim, env...)
	ctx, cancel := context.WithCancel(t.Context())
	second, done, err := startBot(ctx, sim, t.TempDir(), slog.New(slog.NewTextHandler(h.log, nil)), unlimited(env)...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the second bot ended with %v", err)
		}
	}()
	start, before := time.Now(), sim.Refreshes()
	for sim.Refreshes() < before+3 {
		shows(t, h.ask("code 1 on example.webex.com"), "Department")
	}
	if took := time.Since(start); took < 2*life*8/10 {
		t.Errorf("three refreshes within %v, want one each %v", took, life*8/10)
	}
	eventually(t, "both replicas have the same token", func() bool { // one may be renewing it just now
		first, err := h.app.keys.Token(ctx)
		other, err2 := second.keys.Token(ctx)
		return err == nil && err2 == nil && first == other
	})
	told := 0
	for _, m := range h.botMessages(ops) {
		if strings.Contains(m.Markdown, "The sign-in behind this bot") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the admin room was told %d times, want once by both", told)
	}
}
