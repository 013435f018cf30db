package access

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// vault is a bot whose output is all kept, and its secrets by name.
type vault struct {
	*apptest.World
	env     []string
	out     bytes.Buffer
	secrets map[string]string
}

// run keeps what a command writes.
func (v *vault) run(args ...string) {
	v.T.Helper()
	_, out, errs := apptest.Run(v.T, "", v.env, args...)
	fmt.Fprintf(&v.out, "%s\n%s\n", out, errs)
}

// token adds the access token of the moment to the secrets.
func (v *vault) token(name string) string {
	v.T.Helper()
	token := apptest.AdminToken(v.T, v.env)
	v.secrets[name] = token
	return token
}

// TestNothingShowsASecret runs the whole bot at debug level through answers,
// refusals and every kind of failure, with a Webex that repeats what it is
// sent, and looks for each secret in all that comes out of it.
func TestNothingShowsASecret(t *testing.T) {
	t.Parallel()
	const hook = "a-webhook-secret-of-the-tests"
	sim, env := apptest.SignedIn(t, simulator.OAuth{KeepRefresh: true})
	_, client := sim.OAuthClient()
	refresh := strings.TrimPrefix(env[3], "WEBEX_ADMIN_REFRESH_TOKEN=")
	env = append(env, "ADMIN_ADDR=127.0.0.1:0", "WEBEX_WEBHOOK_SECRET="+hook, "LOG_LEVEL=debug", "ALLOWED_SITES=example.webex.com")
	// The registration of the webhooks fails at first, and repeats the secret.
	sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/webhooks", Status: 400, Times: 2, Body: echoing(hook, sim.BotToken())})
	h := apptest.NewBeside(t, sim, env...)
	v := &vault{World: h, secrets: map[string]string{
		"bot token": sim.BotToken(), "webhook secret": hook, "client secret": client, "refresh token": refresh,
		"token key": apptest.TokenKey, "token key's bytes": string(apptest.Must(hex.DecodeString(apptest.TokenKey))),
	}}
	v.env = slices.Concat(env, []string{"WEBEX_BOT_TOKEN=" + sim.BotToken(), "WEBEX_API_URL=" + sim.URL(), "DATA_DIR=" + h.Dir, "LISTEN_ADDR=" + h.App.Addr()})
	h.Ask("code 1 on example.webex.com")
	mallory := sim.Person("mallory")
	h.Reply(h.Write(sim.Direct(mallory.ID), mallory, "code 1", ""))
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
		h.Ask("code 1 on example.webex.com")
		sim.ClearFaults()
		access = v.token(fmt.Sprintf("access token %d", len(v.secrets)))
	}
	sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Status: 400, Times: 1, Body: echoing(sim.BotToken())})
	before := sim.Messages(h.Direct.ID)
	h.Write(h.Direct, h.Alice, "code 1 on example.webex.com", "")
	h.Next(h.Direct, before) // without the thread
	sim.Fault(simulator.Rule{Path: "/people/", Status: 500, Times: 3, Body: echoing(sim.BotToken())})
	bob := sim.Person("bob")
	h.Reply(h.Write(sim.Direct(bob.ID), bob, "code 1 on example.webex.com", ""))
	// The sign-in dies, in the words of a Webex that repeats everything.
	sim.Fault(simulator.Rule{Path: "/access_token", Status: 400, Body: echoing(refresh, client)})
	sim.Revoke(access)
	h.Ask("code 1 on example.webex.com")
	// A reply that waits can be shown by the queue's commands.
	sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Status: 429, RetryAfter: "3600"})
	waits := h.Write(h.Direct, h.Alice, "code 1 on example.webex.com", "")
	row := "msg:" + webex.UUID(waits.ID)
	apptest.Eventually(t, "a reply that waits", func() bool {
		_, out, _ := apptest.Run(t, "", v.env, "queue", "show", "outbox", row)
		return strings.Contains(out, "does not accept this bot")
	})
	v.run("queue")
	_, list, _ := apptest.Run(t, "", v.env, "queue", "list", "--json")
	v.out.WriteString(list)
	v.run("queue", "show", "outbox", row)
	if !strings.Contains(v.out.String(), "does not accept this bot") {
		t.Errorf("queue show shows no answer:\n%s", v.out.String())
	}
	v.run("check")
	v.run("ask", "code 1 on example.webex.com")
	v.run("health")
	sim.ClearFaults()
	for _, path := range []string{"/metrics", "/debug/pprof/goroutine?debug=2", "/debug/pprof/heap?debug=1"} {
		_, body := apptest.Get(t, "http://"+h.App.AdminAddr()+path)
		v.out.WriteString(body)
	}
	_, body := apptest.Get(t, "http://"+h.App.Addr()+"/readyz")
	v.out.WriteString(body)
	for _, space := range []simulator.Space{h.Direct, h.Group, sim.Direct(bob.ID), sim.Direct(mallory.ID)} {
		for _, m := range sim.Messages(space.ID) {
			fmt.Fprintf(&v.out, "%s\n%s\n", m.Markdown, m.Text)
			for _, a := range m.Attachments {
				v.out.Write(a.Content)
			}
		}
	}
	dir := stored(t, h.Dir)
	h.Stop()
	v.nowhere("the log", h.Log.String())
	v.nowhere("what the commands print and the bot answers", v.out.String())
	v.nowhere("the data folder", dir)
	if !strings.Contains(h.Log.String(), "[hidden]") {
		t.Error("the log hides nothing: the test tests nothing")
	}
}

// nowhere fails where a secret stands in a text.
func (v *vault) nowhere(what, text string) {
	v.T.Helper()
	for name, secret := range v.secrets {
		for _, f := range apptest.Forms(secret) {
			if i := strings.Index(text, f); i >= 0 {
				v.T.Errorf("%s holds the %s as %q: …%s", what, name, f, text[max(0, i-200):i])
			}
		}
	}
}

// echoing is the body of a failure that repeats secrets.
func echoing(secrets ...string) string {
	return fmt.Sprintf(`{"message":%q,"errors":[{"description":%q}],"trackingId":"T1"}`, "no: "+strings.Join(secrets, " "), strings.Join(secrets, ","))
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
