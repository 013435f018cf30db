package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unit reads a systemd unit: the values of each directive, by section and name.
func unit(t *testing.T, path string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	section := ""
	for l := range strings.Lines(read(t, path)) {
		l = strings.TrimSpace(l)
		switch {
		case l == "" || strings.HasPrefix(l, "#"):
		case strings.HasPrefix(l, "["):
			section = strings.Trim(l, "[]")
		default:
			name, value, ok := strings.Cut(l, "=")
			if !ok {
				t.Errorf("not a directive: %s", l)
			}
			all[section+"."+name] = append(all[section+"."+name], value)
		}
	}
	return all
}

// TestSystemd checks the unit's folders and settings against the program, and
// that it has no rights to the rest of the machine.
func TestSystemd(t *testing.T) {
	u := unit(t, "systemd/trackbot.service")
	env := map[string]string{"WEBEX_BOT_TOKEN": secrets()["WEBEX_BOT_TOKEN"], "WEBEX_ADMIN_TOKEN": "a-token-of-an-admin-that-is-long-enough"} // of .env
	for _, e := range u["Service.Environment"] {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	c := checkConfig(t, env)
	if want := "/var/lib/" + strings.Join(u["Service.StateDirectory"], " "); c.DataDir != want {
		t.Errorf("DATA_DIR is %s, and the unit may write to %s", c.DataDir, want)
	}
	for name, want := range map[string]string{
		"ExecStart": "/usr/local/bin/trackbot serve", "User": "trackbot", "StateDirectoryMode": "0700", "UMask": "0077", "Restart": "always",
		"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
		"CapabilityBoundingSet": "", "SystemCallFilter": "@system-service", "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
	} {
		if got := u["Service."+name]; !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if u["Service.MemoryMax"] == nil {
		t.Error("there is no memory limit")
	}
}

// TestSystemdKnowsTheDirectives has systemd itself read the unit.
func TestSystemdKnowsTheDirectives(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	text := strings.Replace(read(t, "systemd/trackbot.service"), "ExecStart=/usr/local/bin/trackbot", "ExecStart=/bin/true", 1)
	file := filepath.Join(t.TempDir(), "trackbot.service")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), analyze, "verify", "--recursive-errors=no", file).CombinedOutput()
	if err != nil || strings.Contains(string(out), "trackbot.service") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}
