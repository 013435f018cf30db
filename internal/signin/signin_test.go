package signin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

func TestAccessTokensRunOutWithoutALostQuestion(t *testing.T) {
	t.Parallel()
	sim, env := apptest.SignedIn(t, simulator.OAuth{AccessLife: time.Second})
	h := apptest.NewBeside(t, sim, env...)
	for sim.Refreshes() < 5 {
		apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "Department")
	}
	if strings.Contains(h.Log.String(), "not answered") {
		t.Error("a question was not answered")
	}
}

func TestRefusedAccessTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	sim, env := apptest.SignedIn(t, simulator.OAuth{})
	h := apptest.NewBeside(t, sim, append(env, "ALLOWED_SITES=example.webex.com")...)
	apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "Department")
	before := sim.Refreshes()
	sim.Revoke(apptest.AdminToken(t, append(env, "WEBEX_API_URL="+sim.URL(), "DATA_DIR="+h.Dir)))
	var asked []simulator.Message
	for range 10 {
		asked = append(asked, h.Write(h.Group, h.Alice, "@trackbot code 1 on example.webex.com", ""))
	}
	for _, q := range asked {
		apptest.Shows(t, h.Reply(q), "Department")
	}
	if n := sim.Refreshes() - before; n != 1 {
		t.Errorf("%d refreshes after a token was refused to ten questions, want 1", n)
	}
	sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusUnauthorized})
	for range 3 {
		apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "sign-in")
	}
	if n := sim.Refreshes() - before; n > 3 {
		t.Errorf("%d refreshes while every token is refused, want no loop", n)
	}
}

func TestDeadSignInIsToldToAskersAndToTheAdminRoom(t *testing.T) {
	t.Parallel()
	sim, env := apptest.SignedIn(t, simulator.OAuth{RefuseRefresh: true})
	ops := sim.Group("Operations", sim.Person("alice").ID)
	h := apptest.NewBeside(t, sim, append(env, "ALLOWED_SITES=example.webex.com", "ADMIN_ROOM="+ops.ID)...)
	for range 2 {
		apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "Webex does not accept this bot's sign-in", "Whoever runs this bot", "trackbot login")
	}
	apptest.Shows(t, h.Ask("help"), "tracking code")
	told := func() (texts []string) {
		for _, m := range h.BotMessages(ops) {
			if strings.Contains(m.Markdown, "The sign-in behind this bot") {
				texts = append(texts, m.Markdown)
			}
		}
		return texts
	}
	apptest.Eventually(t, "the admin room is told", func() bool { return len(told()) > 0 })
	h.Settled()
	texts := told()
	if len(texts) != 1 || !strings.Contains(texts[0], "run trackbot login") || !strings.Contains(texts[0], "Ref ") {
		t.Errorf("the admin room reads %q, want one message that says what to do", texts)
	}
	if n := h.AdminCalls(); n != 0 {
		t.Errorf("%d admin calls without a token, want none", n)
	}
	status, out, _ := apptest.Run(t, "", append(env, "WEBEX_API_URL="+sim.URL(), "DATA_DIR="+h.Dir, "WEBEX_BOT_TOKEN="+sim.BotToken()), "check")
	if status != 1 || !strings.Contains(out, "WRONG admin sign-in") || !strings.Contains(out, "run trackbot login") {
		t.Errorf("check: status %d, want 1 and the refusal:\n%s", status, out)
	}
}

func TestEndOfTheSignInIsToldAhead(t *testing.T) {
	t.Parallel()
	for life, want := range map[time.Duration]string{
		6 * 24 * time.Hour: "runs out in 5 days", 20 * time.Hour: "runs out within 20 hours", 30 * 24 * time.Hour: "",
	} {
		sim, env := apptest.SignedIn(t, simulator.OAuth{RefreshLife: life})
		ops := sim.Group("Operations", sim.Person("alice").ID)
		h := apptest.NewBeside(t, sim, append(env, "ADMIN_ROOM="+ops.ID)...)
		h.Ask("code 1")
		if want != "" {
			apptest.Eventually(t, "a message that says "+want, func() bool {
				for _, m := range h.BotMessages(ops) {
					if strings.Contains(m.Markdown, want) && strings.Contains(m.Markdown, "run trackbot login") {
						return true
					}
				}
				return false
			})
			continue
		}
		h.Settled()
		for _, m := range h.BotMessages(ops) {
			if strings.Contains(m.Markdown, "sign-in") {
				t.Errorf("told %q with a month left", m.Markdown)
			}
		}
	}
}

func TestADeadTokenOfTheSettingsIsTold(t *testing.T) {
	t.Parallel()
	h := apptest.New(t)
	h.Sim.Revoke(h.Sim.AdminToken())
	apptest.Shows(t, h.Ask("code 1 on example.webex.com"), "Webex does not accept this bot's sign-in", "WEBEX_ADMIN_TOKEN", "Whoever runs this bot")
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
			sim, env := apptest.SignedIn(t, o)
			defer sim.Close()
			alice := sim.Person("alice")
			space := sim.Direct(alice.ID)
			ask := func() simulator.Message {
				return sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: "code 1 on example.webex.com"})
			}
			answered := func(p *apptest.Process, q simulator.Message) {
				t.Helper()
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				answer, err := sim.WaitReply(ctx, q)
				if err != nil {
					t.Fatalf("no answer: %v\n%s", err, p.Log)
				}
				apptest.Shows(t, answer, "Department")
			}
			p := apptest.NewProcess(t, sim, t.TempDir(), env...)
			p.Start()
			answered(p, ask())
			for range rounds {
				renewed, stored := sim.Refreshes(), strings.Count(p.Log.String(), "the admin tokens are renewed")
				sim.Fault(simulator.Rule{Path: "/admin/", Status: http.StatusUnauthorized, Times: 1})
				q := ask()
				apptest.Eventually(t, "a refresh", func() bool {
					return sim.Refreshes() > renewed && (o.KeepRefresh || strings.Count(p.Log.String(), "the admin tokens are renewed") > stored)
				})
				p.Kill()
				sim.ClearFaults()
				p.Start()
				answered(p, q)
				answered(p, ask())
			}
			if n := sim.Refreshes(); n > 5 {
				t.Errorf("%d refreshes, want one for each token that was refused", n)
			}
		})
	}
}
