package deploy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"trackbot/webhook"
)

// services are those of deploy/compose.yaml by name.
func services(t *testing.T) map[string]any {
	t.Helper()
	s, ok := documents(t, "compose.yaml")[0]["services"].(map[string]any)
	if !ok {
		t.Fatal("compose.yaml has no services")
	}
	return s
}

// TestCompose checks that two bots start with their settings, share one
// database, and are behind the load balancer.
func TestCompose(t *testing.T) {
	var bots []string
	for name, s := range services(t) {
		if strings.HasPrefix(name, "bot-") {
			bots = append(bots, name+composeBot(t, name, s))
		}
	}
	slices.Sort(bots)
	caddy := read(t, "Caddyfile")
	if len(bots) != 2 || !strings.Contains(caddy, "reverse_proxy "+strings.Join(bots, " ")+" {") || !strings.Contains(caddy, "handle "+webhook.Path+" {") {
		t.Errorf("the load balancer does not route %s to the bots %v", webhook.Path, bots)
	}
	checkPath(t, regexp.MustCompile(`health_uri (\S+)`).FindStringSubmatch(caddy)[1])
	postgres := services(t)["postgres"]
	for _, name := range []string{"POSTGRES_USER", "POSTGRES_DB"} {
		if at(postgres, "environment", name) != "trackbot" {
			t.Errorf("%s is %v; database_url of the instructions names trackbot", name, at(postgres, "environment", name))
		}
	}
	if at(documents(t, "compose.yaml")[0], "networks", "database", "internal") != true {
		t.Error("the network of the database is open")
	}
}

// TestComposeBounds checks that no service can take the whole machine, or write to
// its own image.
func TestComposeBounds(t *testing.T) {
	for name, s := range services(t) {
		for _, bound := range []string{"mem_limit", "pids_limit", "read_only", "cap_drop", "security_opt"} {
			if at(s, bound) == nil {
				t.Errorf("%s has no %s", name, bound)
			}
		}
	}
}

// composeBot checks a bot's service and returns its port with a colon.
func composeBot(t *testing.T, name string, s any) string {
	t.Helper()
	env := map[string]string{ // of .env
		"WEBEX_PUBLIC_URL": "https://bot.example.com", "WEBEX_ADMIN_CLIENT_ID": "C0123456789abcdef",
		"ADMINS": "alice@example.com", "CONTACT": "alice@example.com",
	}
	vars, _ := at(s, "environment").(map[string]any)
	for k, v := range vars {
		env[k] = fmt.Sprint(v)
	}
	c := checkConfig(t, env)
	checkShared(t, c)
	if at(s, "env_file") != "../.env" {
		t.Errorf("%s reads its other settings from %v", name, at(s, "env_file"))
	}
	if test := strs(at(s, "healthcheck", "test")); !slices.Equal(test, []string{"CMD", "/trackbot", "health"}) {
		t.Errorf("%s is checked by %q", name, test)
	}
	return c.ListenAddr[strings.LastIndex(c.ListenAddr, ":"):]
}

// TestComposeRights checks that each service is read-only, bounded and watched,
// and that only the load balancer is open to others.
func TestComposeRights(t *testing.T) {
	for name, s := range services(t) {
		checkImage(t, fmt.Sprint(at(s, "image")))
		if at(s, "read_only") != true || !slices.Equal(strs(at(s, "cap_drop")), []string{"ALL"}) || at(s, "privileged") != nil {
			t.Errorf("%s is not read-only, or has more rights than it needs", name)
		}
		if at(s, "mem_limit") == nil || len(strs(at(s, "healthcheck", "test"))) == 0 {
			t.Errorf("%s has no memory limit, or no health check", name)
		}
		if ports := strs(at(s, "ports")); len(ports) > 0 && name != "caddy" {
			t.Errorf("%s publishes %v; only the load balancer should", name, ports)
		}
	}
}

// TestComposeSecrets checks that every secret is a file that the instructions
// make, is given to whoever names it, and stands in no variable.
func TestComposeSecrets(t *testing.T) {
	c := documents(t, "compose.yaml")[0]
	text := read(t, "compose.yaml")
	for _, name := range keys(at(c, "secrets")) {
		if got, want := at(c, "secrets", name, "file"), "./secrets/"+name; got != want {
			t.Errorf("the secret %s is in %v, want %s", name, got, want)
		}
		if !strings.Contains(text, "> "+name+"\n") && !regexp.MustCompile(`(?m)^#.*> `+name+`( |$)`).MatchString(text) {
			t.Errorf("the instructions don't make the secret %s", name)
		}
	}
	for name, s := range services(t) {
		granted := strs(at(s, "secrets"))
		for _, v := range keys(at(s, "environment")) {
			value := fmt.Sprint(at(s, "environment", v))
			file, isFile := strings.CutPrefix(value, "/run/secrets/")
			if strings.HasSuffix(v, "_FILE") != isFile || isFile && !slices.Contains(granted, file) {
				t.Errorf("%s: %s is %s, and it gets the secrets %v", name, v, value, granted)
			}
			if _, secret := secrets()[v]; secret {
				t.Errorf("%s: the secret %s stands in the file", name, v)
			}
		}
		for _, g := range granted {
			if !slices.Contains(keys(at(c, "secrets")), g) {
				t.Errorf("%s gets the secret %s, which is not defined", name, g)
			}
		}
	}
	if !strings.Contains(read(t, "../.gitignore"), "/deploy/secrets/\n") {
		t.Error("the secrets could be committed")
	}
}
