package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/nats-io/nats-server/v2/server"

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

// at goes down by keys and indexes of lists; nil where the way ends.
func at(v any, way ...any) any {
	for _, step := range way {
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

// secrets stand for what an operator fills in.
func secrets() map[string]string {
	return map[string]string{
		"WEBEX_BOT_TOKEN": "a-token-of-a-bot-that-is-long-enough", "WEBEX_ADMIN_TOKEN": "a-token-of-an-admin-that-is-long-enough",
		"WEBEX_WEBHOOK_SECRET": "a-secret-of-the-tests-and-of-nobody", "WEBEX_PUBLIC_URL": "https://bot.example.com",
	}
}

// checkConfig fails unless the bot starts with these variables and reads each of them.
func checkConfig(t *testing.T, env map[string]string) config.Config {
	t.Helper()
	example, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var environ []string
	for name, value := range env {
		if !regexp.MustCompile(`(?m)^#?` + name + `=`).Match(example) {
			t.Errorf("%s is no variable of trackbot", name)
		}
		environ = append(environ, name+"="+value)
	}
	c, err := config.Load(config.ForServe, environ, "")
	if err != nil || len(c.Warnings) > 0 {
		t.Errorf("the configuration: %v, warnings %q", err, c.Warnings)
	}
	return c
}

// checkNATS reads a node's configuration as the node itself would.
func checkNATS(t *testing.T, path, name string) *server.Options {
	t.Helper()
	t.Setenv("NATS_NAME", name)
	o, err := server.ProcessConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !o.SyncAlways || !o.JetStream || o.StoreDir != "/data" || o.ServerName != name || o.Cluster.Name == "" || len(o.Routes) != 3 {
		t.Errorf("%s: sync always %v, JetStream %v in %q, name %q, cluster %q with %d routes", path,
			o.SyncAlways, o.JetStream, o.StoreDir, o.ServerName, o.Cluster.Name, len(o.Routes))
	}
	return o
}

// checkImage fails unless an image has a version; NATS the one that the tests run with.
func checkImage(t *testing.T, image string) {
	t.Helper()
	if !regexp.MustCompile(`^[a-z./-]+:(\d+\.\d+\.\d+(-alpine)?|local)$`).MatchString(image) {
		t.Errorf("image %s: want a whole version", image)
	}
	if strings.HasPrefix(image, "nats:") && image != "nats:"+server.VERSION+"-alpine" {
		t.Errorf("image %s, want version %s as in go.mod", image, server.VERSION)
	}
}

// checkPath fails unless the bot answers a path when it is well.
func checkPath(t *testing.T, path string) {
	t.Helper()
	h := webhook.NewHandler(webhook.Options{Inbox: func(context.Context, webex.Event) error { return nil }})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
	if w.Code != http.StatusOK {
		t.Errorf("GET %s gives %d", path, w.Code)
	}
}

// TestCompose reads deploy/compose.yaml as an operator's machine would, with the secrets filled in.
func TestCompose(t *testing.T) {
	c := documents(t, "compose.yaml")[0]
	services, ok := c["services"].(map[string]any)
	if !ok {
		t.Fatalf("services: %v", c["services"])
	}
	var nats, bots []string
	for name, s := range services {
		checkImage(t, fmt.Sprint(at(s, "image")))
		if at(s, "read_only") != true || !slices.Equal(strs(at(s, "cap_drop")), []string{"ALL"}) || at(s, "privileged") != nil {
			t.Errorf("%s is not read-only, or may more than it needs", name)
		}
		if ports := strs(at(s, "ports")); len(ports) > 0 && name != "caddy" {
			t.Errorf("%s publishes %v; only the load balancer should", name, ports)
		}
		switch {
		case strings.HasPrefix(name, "nats-"):
			o := checkNATS(t, "nats.conf", name)
			nats = append(nats, fmt.Sprintf("nats://%s:%d", name, o.Port))
			if at(s, "environment", "NATS_NAME") != name || !slices.Contains(strs(at(s, "volumes")), name+":/data") {
				t.Errorf("%s does not go by its name, or has no volume of its own", name)
			}
		case strings.HasPrefix(name, "bot-"):
			bots = append(bots, name+composeBot(t, name, s))
		}
	}
	slices.Sort(nats)
	slices.Sort(bots)
	url := at(services["bot-1"], "environment", "NATS_URL")
	if len(nats) != 3 || url != strings.Join(nats, ",") {
		t.Errorf("NATS_URL is %v, want the three nodes %v", url, nats)
	}
	if at(c, "networks", "nats", "internal") != true {
		t.Error("the network of NATS is open")
	}
	caddy, err := os.ReadFile("Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	if len(bots) != 2 || !bytes.Contains(caddy, []byte("reverse_proxy "+strings.Join(bots, " ")+" {")) || !bytes.Contains(caddy, []byte("handle "+webhook.Path+" {")) {
		t.Errorf("the load balancer does not lead %s to the bots %v", webhook.Path, bots)
	}
	checkPath(t, string(regexp.MustCompile(`health_uri (\S+)`).FindSubmatch(caddy)[1]))
}

// composeBot checks a bot's service and returns its port with a colon.
func composeBot(t *testing.T, name string, s any) string {
	t.Helper()
	env := secrets() // of .env
	vars, _ := at(s, "environment").(map[string]any)
	for k, v := range vars {
		env[k] = fmt.Sprint(v)
	}
	c := checkConfig(t, env)
	if c.NATSReplicas != 3 || at(s, "env_file") != "../.env" {
		t.Errorf("NATS_REPLICAS is %d, and the rest comes from %v", c.NATSReplicas, at(s, "env_file"))
	}
	if !slices.Contains(strs(at(s, "volumes")), name+":/data") {
		t.Errorf("%s has no volume of its own", name)
	}
	return c.ListenAddr[strings.LastIndex(c.ListenAddr, ":"):]
}

func strs(v any) []string {
	l, _ := v.([]any)
	var out []string
	for _, x := range l {
		out = append(out, fmt.Sprint(x))
	}
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
