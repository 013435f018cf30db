package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"trackbot/internal/config"
	"trackbot/webex"
	"trackbot/webhook"
)

// node is any part of a YAML document.
type node map[string]any

// documents reads a YAML file.
func documents(t *testing.T, path string) []node {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []node
	d := yaml.NewDecoder(f)
	for {
		var n node
		err := d.Decode(&n)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, n)
	}
}

// at follows keys and list indexes; nil where the path ends early.
func at(v any, path ...any) any {
	for _, step := range path {
		switch s := step.(type) {
		case string:
			switch m := v.(type) {
			case node:
				v = m[s]
			case map[string]any:
				v = m[s]
			default:
				return nil
			}
		case int:
			l, ok := v.([]any)
			if !ok || s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

func strs(v any) []string {
	l, _ := v.([]any)
	var out []string
	for _, x := range l {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

func keys(v any) []string {
	m, _ := v.(map[string]any)
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// secrets stand in for what an operator fills in.
func secrets() map[string]string {
	return map[string]string{
		"WEBEX_BOT_TOKEN": "a-token-of-a-bot-that-is-long-enough", "WEBEX_ADMIN_CLIENT_SECRET": "a-secret-of-an-integration",
		"WEBEX_WEBHOOK_SECRET": "a-secret-of-the-tests-and-of-nobody", "TOKEN_KEY": strings.Repeat("0f1e", 16),
		"DATABASE_URL": "postgres://trackbot:secret@postgres/trackbot",
	}
}

// checkConfig loads the configuration as the bot would, with each NAME_FILE
// pointing to a sample secret, and fails unless the bot reads every variable,
// starts, and warns of nothing but what is listed.
func checkConfig(t *testing.T, env map[string]string, warnings ...string) config.Config {
	t.Helper()
	example := read(t, "../.env.example")
	var environ []string
	for name, value := range env {
		if !regexp.MustCompile(`(?m)^#?` + name + `=`).MatchString(example) {
			t.Errorf("%s is not a variable of trackbot", name)
		}
		if secret, ok := strings.CutSuffix(name, "_FILE"); ok {
			value = filepath.Join(t.TempDir(), secret)
			if err := os.WriteFile(value, []byte(secrets()[secret]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		environ = append(environ, name+"="+value)
	}
	c, err := config.Load(config.ForServe, environ, "")
	if err != nil {
		t.Errorf("the configuration: %v", err)
	}
	for _, w := range c.Warnings {
		if !slices.ContainsFunc(warnings, func(known string) bool { return strings.HasPrefix(w, known) }) {
			t.Errorf("the configuration warns: %s", w)
		}
	}
	return c
}

// checkShared fails unless the bots use a shared database, and all that this needs.
func checkShared(t *testing.T, c config.Config) {
	t.Helper()
	if c.DatabaseURL.IsZero() || c.TokenKey.IsZero() || c.AdminClientID == "" || c.Receive != config.ReceiveWebhook {
		t.Errorf("the bots don't share a database with sealed text, sign in, or use webhooks: database set %v, key set %v, client %q, receive %s",
			!c.DatabaseURL.IsZero(), !c.TokenKey.IsZero(), c.AdminClientID, c.Receive)
	}
	if len(c.Admins) == 0 || c.Contact == "" {
		t.Error("ADMINS or CONTACT is not set")
	}
}

// checkImage fails unless an image has a whole version.
func checkImage(t *testing.T, image string) {
	t.Helper()
	if !regexp.MustCompile(`^[a-z./-]+:(\d+\.\d+(\.\d+)?(-[a-z-]+)?|local)$`).MatchString(image) {
		t.Errorf("image %s: want a whole version", image)
	}
}

// checkPath fails unless the bot answers a path when it is ready.
func checkPath(t *testing.T, path string) {
	t.Helper()
	h := webhook.NewHandler(webhook.Options{Inbox: func(context.Context, webex.Event) error { return nil }})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
	if w.Code != http.StatusOK {
		t.Errorf("GET %s gives %d", path, w.Code)
	}
}

// TestDockerfile checks that the image is static, runs without root and keeps
// its data where the volume is, and that nothing secret gets into it.
func TestDockerfile(t *testing.T) {
	file := read(t, "../Dockerfile")
	for _, want := range []string{
		"CGO_ENABLED=0 go build", "FROM gcr.io/distroless/static:nonroot", "USER 65532:65532", "ENV DATA_DIR=/data", "VOLUME /data",
		"--chown=65532:65532 /out/data /data", `ENTRYPOINT ["/trackbot"]`, `CMD ["serve"]`, `CMD ["/trackbot", "health"]`,
	} {
		if !strings.Contains(file, want) {
			t.Errorf("the Dockerfile lacks %s", want)
		}
	}
	ignored := strings.Fields(read(t, "../.dockerignore"))
	for _, want := range []string{".git", ".env", ".env.*", "data", "deploy"} {
		if !slices.Contains(ignored, want) {
			t.Errorf(".dockerignore lets %s into the image", want)
		}
	}
}
