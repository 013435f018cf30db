package deploy

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// find returns the object of one kind and name in Kubernetes.
func find(t *testing.T, kind, name string) node {
	t.Helper()
	for _, file := range strs(documents(t, "kubernetes/kustomization.yaml")[0]["resources"]) {
		for _, n := range documents(t, filepath.Join("kubernetes", file)) {
			if n["kind"] == kind && at(n, "metadata", "name") == name {
				return n
			}
		}
	}
	t.Fatalf("there is no %s %s", kind, name)
	return nil
}

// TestKubernetes checks how the bot is configured and probed.
func TestKubernetes(t *testing.T) {
	pod := at(find(t, "Deployment", "trackbot"), "spec", "template", "spec")
	box := at(pod, "containers", 0)
	env := map[string]string{}
	for l := range strings.Lines(read(t, "kubernetes/trackbot.env")) {
		if name, value, ok := strings.Cut(strings.TrimSpace(l), "="); ok && !strings.HasPrefix(l, "#") {
			env[name] = value
		}
	}
	for _, e := range list(at(box, "env")) {
		env[fmt.Sprint(at(e, "name"))] = fmt.Sprint(at(e, "value"))
	}
	checkSecretFiles(t, pod, env)
	c := checkConfig(t, env, "ADMIN_ADDR is open to other machines") // network.yaml closes it
	checkShared(t, c)
	for i, addr := range []string{c.ListenAddr, c.AdminAddr} {
		if want := fmt.Sprintf(":%v", at(box, "ports", i, "containerPort")); addr != want {
			t.Errorf("it listens on %s, and its port is %s", addr, want)
		}
	}
	for _, p := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
		checkPath(t, fmt.Sprint(at(box, p, "httpGet", "path")))
		if at(box, p, "httpGet", "port") != at(box, "ports", 0, "name") {
			t.Errorf("%s uses another port", p)
		}
	}
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// checkSecretFiles checks that every NAME_FILE is in a mounted secret, that the
// instructions make each key of it, and that no secret stands in a setting.
func checkSecretFiles(t *testing.T, pod any, env map[string]string) {
	t.Helper()
	mounts := map[string]string{} // folder → secret
	for _, m := range list(at(pod, "containers", 0, "volumeMounts")) {
		for _, v := range list(at(pod, "volumes")) {
			if at(v, "name") == at(m, "name") {
				mounts[fmt.Sprint(at(m, "mountPath"))] = fmt.Sprint(at(v, "secret", "secretName"))
			}
		}
	}
	instructions := read(t, "kubernetes/kustomization.yaml")
	for name, value := range env {
		if _, secret := secrets()[name]; secret {
			t.Errorf("the secret %s stands in a setting", name)
		}
		if !strings.HasSuffix(name, "_FILE") {
			continue
		}
		switch mounts[path.Dir(value)] {
		case "trackbot":
			if !strings.Contains(instructions, "--from-literal="+path.Base(value)+"=") {
				t.Errorf("the instructions don't make the key %s of the Secret", path.Base(value))
			}
		case fmt.Sprint(at(find(t, "Cluster", "trackbot-db"), "metadata", "name")) + "-app": // CloudNativePG makes it
			if path.Base(value) != "uri" {
				t.Errorf("%s is %s; the database's address is under the key uri", name, value)
			}
		default:
			t.Errorf("%s is %s, which is not mounted: %v", name, value, mounts)
		}
	}
}

// TestKubernetesDatabase checks that one of three instances can be lost without
// losing a commit.
func TestKubernetesDatabase(t *testing.T) {
	spec := find(t, "Cluster", "trackbot-db")["spec"]
	checkImage(t, fmt.Sprint(at(spec, "imageName")))
	sync := at(spec, "postgresql", "synchronous")
	if fmt.Sprint(at(spec, "instances")) != "3" || fmt.Sprint(at(sync, "number")) != "1" || at(sync, "dataDurability") != "required" {
		t.Errorf("%v instances, synchronous %v", at(spec, "instances"), sync)
	}
	if at(spec, "affinity", "podAntiAffinityType") != "required" || at(spec, "affinity", "topologyKey") != "kubernetes.io/hostname" {
		t.Error("two instances may run on one machine")
	}
	if at(spec, "resources", "limits", "memory") == nil {
		t.Error("there is no memory limit")
	}
}

// TestKubernetesRights checks that the bot does not run as root or write to its
// image, and that two bots are kept apart and never stopped together.
func TestKubernetesRights(t *testing.T) {
	d := find(t, "Deployment", "trackbot")
	pod := at(d, "spec", "template", "spec")
	box := at(pod, "containers", 0)
	if at(pod, "securityContext", "runAsNonRoot") != true || at(pod, "automountServiceAccountToken") != false {
		t.Error("it may run as root, or gets a token of the cluster")
	}
	rights := at(box, "securityContext")
	if at(rights, "readOnlyRootFilesystem") != true || at(rights, "allowPrivilegeEscalation") != false || at(rights, "capabilities", "drop", 0) != "ALL" {
		t.Errorf("it has more rights than it needs: %v", rights)
	}
	if at(box, "resources", "limits", "memory") == nil {
		t.Error("it has no memory limit")
	}
	if at(pod, "topologySpreadConstraints", 0, "topologyKey") != "kubernetes.io/hostname" {
		t.Error("all bots may be on one machine")
	}
	label := at(d, "spec", "template", "metadata", "labels", "app")
	for _, selected := range []any{
		at(d, "spec", "selector", "matchLabels", "app"),
		at(pod, "topologySpreadConstraints", 0, "labelSelector", "matchLabels", "app"),
		at(find(t, "PodDisruptionBudget", "trackbot"), "spec", "selector", "matchLabels", "app"),
		at(find(t, "Service", "trackbot"), "spec", "selector", "app"),
		at(find(t, "NetworkPolicy", "trackbot"), "spec", "podSelector", "matchLabels", "app"),
	} {
		if selected != label {
			t.Errorf("a selector says %v, the pods %v", selected, label)
		}
	}
	k := documents(t, "kubernetes/kustomization.yaml")[0]
	checkImage(t, fmt.Sprintf("%v:%v", at(k, "images", 0, "newName"), at(k, "images", 0, "newTag")))
	if at(box, "image") != at(k, "images", 0, "name") {
		t.Error("the kustomization sets another image than the Deployment's")
	}
}

// TestKubernetesNetwork checks that the database is open to the bots, its own
// instances and its operator only, and metrics to the monitoring only.
func TestKubernetesNetwork(t *testing.T) {
	db := find(t, "NetworkPolicy", "trackbot-db")
	if at(db, "spec", "podSelector", "matchLabels", "cnpg.io/cluster") != at(find(t, "Cluster", "trackbot-db"), "metadata", "name") {
		t.Error("the policy is for another cluster")
	}
	rules := list(at(db, "spec", "ingress"))
	if len(rules) != 3 || at(rules[0], "from", 0, "podSelector", "matchLabels", "app") != "trackbot" {
		t.Errorf("the database lets in %v", rules)
	}
	for _, r := range rules {
		if len(list(at(r, "from"))) != 1 {
			t.Errorf("the database lets in more than one: %v", r)
		}
	}
	var open []string
	for _, r := range list(at(find(t, "NetworkPolicy", "trackbot"), "spec", "ingress")) {
		if at(r, "from") == nil {
			open = append(open, fmt.Sprint(at(r, "ports", 0, "port")))
		}
	}
	if !slices.Equal(open, []string{"http"}) {
		t.Errorf("everybody reaches the bot's ports %v, want http", open)
	}
}
