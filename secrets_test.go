package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// forms are how a secret can stand in a text: as it is, in hex, in a query, and
// in base64, alone or within something longer.
func forms(secret string) []string {
	all := []string{secret, hex.EncodeToString([]byte(secret)), url.QueryEscape(secret)}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			text := e.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
			if (shift+len(secret))%3 != 0 {
				text = text[:len(text)-1] // it shares bits with what follows
			}
			all = append(all, text[[]int{0, 2, 3}[shift]:]) // and these with what goes before
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestFormsFindASecret(t *testing.T) {
	const secret = "a-secret-of-nobody"
	for _, hideout := range []string{
		secret, "x" + secret + "y", fmt.Sprintf("%x", secret), base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte("id:" + secret)), base64.URLEncoding.EncodeToString([]byte("1:" + secret + ":2")),
		base64.StdEncoding.EncodeToString([]byte("12" + secret + "3")),
	} {
		if !shown(hideout, secret) {
			t.Errorf("%q is not found in %q", secret, hideout)
		}
	}
	if shown("nothing of it", secret) {
		t.Error("a secret is found where there is none")
	}
}

// shown reports whether a secret stands in a text in some form.
func shown(text, secret string) bool {
	for _, f := range forms(secret) {
		if strings.Contains(text, f) {
			return true
		}
	}
	return false
}

// vault is a bot whose output is all kept, and its secrets by name.
type vault struct {
	*house
	env     []string
	out     bytes.Buffer
	secrets map[string]string
}

// run keeps what a command writes.
func (v *vault) run(args ...string) {
	v.t.Helper()
	_, out, errs := trackbot(v.t, "", v.env, args...)
	fmt.Fprintf(&v.out, "%s\n%s\n", out, errs)
}

// token adds the access token of the moment to the secrets.
func (v *vault) token(name string) string {
	v.t.Helper()
	token, err := v.app.keys.Token(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	v.secrets[name] = token
	return token
}

// TestNothingShowsASecret runs the whole bot at debug level through answers,
// refusals and every kind of failure, with a Webex that repeats what it is
// sent, and looks for each secret in all that comes out of it.
func TestNothingShowsASecret(t *testing.T) {
	t.Parallel()
	const hook = "a-webhook-secret-of-the-tests"
	sim, env := signedIn(t, simulator.OAuth{KeepRefresh: true})
	_, client := sim.OAuthClient()
	refresh := strings.TrimPrefix(env[3], "WEBEX_ADMIN_REFRESH_TOKEN=")
	env = append(env, "ADMIN_ADDR=127.0.0.1:0", "WEBEX_WEBHOOK_SECRET="+hook, "LOG_LEVEL=debug", "ALLOWED_SITES=example.webex.com")
	// The registration of the webhooks fails at first, and repeats the secret.
	sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/webhooks", Status: 400, Times: 2, Body: echoing(hook, sim.BotToken())})
	h := houseOf(t, sim, env...)
	v := &vault{house: h, secrets: map[string]string{
		"bot token": sim.BotToken(), "webhook secret": hook, "client secret": client, "refresh token": refresh,
		"token key": testKey, "token key's bytes": string(must(hex.DecodeString(testKey))),
	}}
	v.env = slices.Concat(env, []string{"WEBEX_BOT_TOKEN=" + sim.BotToken(), "WEBEX_API_URL=" + sim.URL(), "DATA_DIR=" + h.app.c.DataDir, "LISTEN_ADDR=" + h.app.ears.Addr().String()})
	h.ask("code 1 on example.webex.com")
	mallory := sim.Person("mallory")
	h.reply(h.write(sim.Direct(mallory.ID), mallory, "code 1", ""))
	access := v.token("access token")
	for _, r := range []simulator.Rule{
		{Path: "/admin/", Status: 400},
		{Path: "/admin/", Status: 403},
		{Path: "/admin/", Status: 500, Times: 2, ContentType: "text/plain", Body: access},
		{Path: "/admin/", BrokenJSON: true},
		{Path: "/admin/", Status: 200, ContentType: "text/html"},
	} {
		if r.Body == "" && !r.BrokenJSON {
			r.Body = echoing(access) // of what it was sent
		}
		sim.Fault(r)
		h.ask("code 1 on example.webex.com")
		sim.ClearFaults()
		access = v.token(fmt.Sprintf("access token %d", len(v.secrets)))
	}
	sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Status: 400, Times: 1, Body: echoing(sim.BotToken())})
	before := sim.Messages(h.direct.ID)
	h.write(h.direct, h.alice, "code 1 on example.webex.com", "")
	h.next(h.direct, before) // without the thread
	sim.Fault(simulator.Rule{Path: "/people/", Status: 500, Times: 3, Body: echoing(sim.BotToken())})
	bob := sim.Person("bob")
	h.reply(h.write(sim.Direct(bob.ID), bob, "code 1 on example.webex.com", ""))
	// The sign-in dies, in the words of a Webex that repeats everything.
	sim.Fault(simulator.Rule{Path: "/access_token", Status: 400, Body: echoing(refresh, client)})
	sim.Revoke(access)
	h.ask("code 1 on example.webex.com")
	// A reply that waits can be shown by the queue's commands.
	sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Status: 429, RetryAfter: "3600"})
	waits := h.write(h.direct, h.alice, "code 1 on example.webex.com", "")
	eventually(t, "a reply that waits", func() bool {
		_, out, _ := trackbot(t, "", v.env, "queue", "--json")
		return strings.Contains(out, `"replies"`)
	})
	v.run("queue")
	_, list, _ := trackbot(t, "", v.env, "queue", "list", "--json")
	v.out.WriteString(list)
	v.run("queue", "show", "replies", "msg:"+webex.UUID(waits.ID))
	if !strings.Contains(v.out.String(), "does not accept this bot") {
		t.Errorf("queue show shows no answer:\n%s", v.out.String())
	}
	v.run("check")
	v.run("ask", "code 1 on example.webex.com")
	v.run("health")
	sim.ClearFaults()
	for _, path := range []string{"/metrics", "/debug/pprof/goroutine?debug=2", "/debug/pprof/heap?debug=1"} {
		_, body := get(t, "http://"+h.app.inside.listener.Addr().String()+path)
		v.out.WriteString(body)
	}
	_, body := get(t, "http://"+h.app.ears.Addr().String()+"/readyz")
	v.out.WriteString(body)
	for _, space := range []simulator.Space{h.direct, h.group, sim.Direct(bob.ID), sim.Direct(mallory.ID)} {
		for _, m := range sim.Messages(space.ID) {
			fmt.Fprintf(&v.out, "%s\n%s\n", m.Markdown, m.Text)
			for _, a := range m.Attachments {
				v.out.Write(a.Content)
			}
		}
	}
	dir := stored(t, h.app.c.DataDir)
	h.stop()
	v.nowhere("the log", h.log.String())
	v.nowhere("what the commands print and the bot answers", v.out.String())
	v.nowhere("the data folder", dir)
	if !strings.Contains(h.log.String(), "[hidden]") {
		t.Error("the log hides nothing: the test tests nothing")
	}
}

// nowhere fails where a secret stands in a text.
func (v *vault) nowhere(what, text string) {
	v.t.Helper()
	for name, secret := range v.secrets {
		for _, f := range forms(secret) {
			if i := strings.Index(text, f); i >= 0 {
				v.t.Errorf("%s holds the %s as %q: …%s", what, name, f, text[max(0, i-200):i])
			}
		}
	}
}

// echoing is the body of a failure that repeats secrets.
func echoing(secrets ...string) string {
	return fmt.Sprintf(`{"message":%q,"errors":[{"description":%q}],"trackingId":"T1"}`, "no: "+strings.Join(secrets, " "), strings.Join(secrets, ","))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// stored is all that lies in a folder.
func stored(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // what vanishes meanwhile holds nothing
		}
		raw, _ := os.ReadFile(path)
		all.Write(raw)
		return nil
	})
	if err != nil || all.Len() == 0 {
		t.Fatalf("read %s: %v, %d bytes", dir, err, all.Len())
	}
	return all.String()
}

// TestAPanicShowsNoSecret lets a part of the running bot panic with all that it
// could hold in its hands.
func TestAPanicShowsNoSecret(t *testing.T) {
	t.Parallel()
	sim, env := signedIn(t, simulator.OAuth{KeepRefresh: true})
	defer sim.Close()
	_, client := sim.OAuthClient()
	addr, log := freeAddr(t), new(buffer)
	c, err := config.Load(config.ForServe, append(env, "WEBEX_BOT_TOKEN="+sim.BotToken(), "WEBEX_WEBHOOK_SECRET=a-webhook-secret-of-the-tests",
		"WEBEX_API_URL="+sim.URL(), "WEBEX_PUBLIC_URL=http://"+addr, "LISTEN_ADDR="+addr, "DATA_DIR="+t.TempDir(), "DISK_RESERVE_MB=1"), "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := newApp(t.Context(), c, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.keys.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.sites.List = func(context.Context) ([]webex.Site, error) {
		panic(fmt.Sprintf("%v %+v %#v %s", c, c, a.keys, a.c.BotToken))
	}
	a.sites.Allowed = nil
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.run(ctx) }()
	eventually(t, "the webhooks stand", func() bool { return len(sim.Webhooks()) == 3 })
	alice := sim.Person("alice")
	q := sim.Say(t.Context(), simulator.Say{Space: sim.Direct(alice.ID).ID, Person: alice.ID, Text: "code 1"})
	wait, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	answer, err := sim.WaitReply(wait, q)
	if err != nil {
		t.Fatalf("no answer after a panic: %v\n%s", err, log)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("the bot ended with %v", err)
	}
	text := log.String() + answer.Markdown
	if !strings.Contains(text, "goroutine") || !strings.Contains(text, "[hidden]") || !strings.Contains(answer.Markdown, "Something in this bot went wrong") {
		t.Errorf("no panic with its stack in the log, or no apology: %q\n%s", answer.Markdown, log)
	}
	for _, secret := range []string{sim.BotToken(), client, token, c.AdminRefreshToken.Reveal(), testKey, c.TokenKey.Reveal(), "a-webhook-secret-of-the-tests"} {
		if shown(text, secret) {
			t.Errorf("a panic shows %q", secret)
		}
	}
}
