package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// find is the object of one kind and name in Kubernetes.
func find(t *testing.T, kind, name string) node {
	t.Helper()
	for _, file := range []string{"bot.yaml", "nats.yaml"} {
		for _, n := range documents(t, filepath.Join("kubernetes", file)) {
			if n["kind"] == kind && at(n, "metadata", "name") == name {
				return n
			}
		}
	}
	t.Fatalf("there is no %s %s", kind, name)
	return nil
}

// TestKubernetes reads deploy/kubernetes: what the bot is configured with, how it is probed and what it may.
func TestKubernetes(t *testing.T) {
	d := find(t, "Deployment", "trackbot")
	pod := at(d, "spec", "template", "spec")
	box := at(pod, "containers", 0)
	env := map[string]string{}
	for l := range strings.Lines(read(t, "kubernetes/trackbot.env")) {
		if name, value, ok := strings.Cut(strings.TrimSpace(l), "="); ok && !strings.HasPrefix(l, "#") {
			env[name] = value
		}
	}
	list, _ := at(box, "env").([]any)
	for _, e := range list {
		name, value := fmt.Sprint(at(e, "name")), fmt.Sprint(at(e, "value"))
		if secret, ok := strings.CutSuffix(name, "_FILE"); ok {
			if !strings.HasPrefix(value, fmt.Sprint(at(box, "volumeMounts", 1, "mountPath"))+"/") {
				t.Errorf("%s is not among the mounted secrets", name)
			}
			value = filepath.Join(t.TempDir(), secret)
			if err := os.WriteFile(value, []byte(secrets()[secret]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		env[name] = value
	}
	c := checkConfig(t, env)
	if want := fmt.Sprintf(":%v", at(box, "ports", 0, "containerPort")); c.ListenAddr != want || c.NATSReplicas != 3 {
		t.Errorf("it listens on %s, and its port is %s; %d replicas", c.ListenAddr, want, c.NATSReplicas)
	}
	if c.DataDir != at(box, "volumeMounts", 0, "mountPath") {
		t.Errorf("DATA_DIR is %s, which is not mounted", c.DataDir)
	}
	for _, p := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
		checkPath(t, fmt.Sprint(at(box, p, "httpGet", "path")))
		if at(box, p, "httpGet", "port") != at(box, "ports", 0, "name") {
			t.Errorf("%s asks another port", p)
		}
	}
	checkNodes(t, c.NATSURL)
}

// checkNodes holds the NATS of Kubernetes against the bot's NATS_URL.
func checkNodes(t *testing.T, url string) {
	t.Helper()
	s := find(t, "StatefulSet", "nats")
	box := at(s, "spec", "template", "spec", "containers", 0)
	checkImage(t, fmt.Sprint(at(box, "image")))
	o := checkNATS(t, "kubernetes/nats.conf", "nats-0")
	var urls, routes []string
	for i := range 3 {
		host := fmt.Sprintf("nats://nats-%d.%v:", i, at(s, "spec", "serviceName"))
		urls, routes = append(urls, fmt.Sprint(host, o.Port)), append(routes, fmt.Sprint(host, o.Cluster.Port))
	}
	if fmt.Sprint(at(s, "spec", "replicas")) != "3" || url != strings.Join(urls, ",") {
		t.Errorf("NATS_URL is %s, want %v", url, urls)
	}
	for i, r := range o.Routes {
		if r.String() != routes[i] {
			t.Errorf("a route goes to %s, want %s", r, routes[i])
		}
	}
	for i, port := range []int{o.Port, o.Cluster.Port, o.HTTPPort} {
		if got := fmt.Sprint(at(box, "ports", i, "containerPort")); got != strconv.Itoa(port) {
			t.Errorf("port %s, and the node listens on %d", got, port)
		}
	}
	if at(find(t, "NetworkPolicy", "nats"), "spec", "podSelector", "matchLabels", "app") != "nats" {
		t.Error("anybody may talk to NATS")
	}
}

// TestKubernetesRights says that nothing runs as root or writes to its image, and that two bots and three nodes stay apart.
func TestKubernetesRights(t *testing.T) {
	for kind, name := range map[string]string{"Deployment": "trackbot", "StatefulSet": "nats"} {
		w := find(t, kind, name)
		labels := at(w, "spec", "template", "metadata", "labels", "app")
		pod := at(w, "spec", "template", "spec")
		box := at(pod, "containers", 0, "securityContext")
		if at(pod, "securityContext", "runAsNonRoot") != true || at(pod, "automountServiceAccountToken") != false {
			t.Errorf("%s may run as root, or gets a token of the cluster", name)
		}
		if at(box, "readOnlyRootFilesystem") != true || at(box, "allowPrivilegeEscalation") != false || at(box, "capabilities", "drop", 0) != "ALL" {
			t.Errorf("%s may more than it needs: %v", name, box)
		}
		if at(pod, "containers", 0, "resources", "limits", "memory") == nil {
			t.Errorf("%s has no limit of memory", name)
		}
		if at(pod, "topologySpreadConstraints", 0, "topologyKey") != "kubernetes.io/hostname" {
			t.Errorf("%s may all be on one machine", name)
		}
		for _, at2 := range []any{
			at(w, "spec", "selector", "matchLabels", "app"),
			at(pod, "topologySpreadConstraints", 0, "labelSelector", "matchLabels", "app"),
			at(find(t, "PodDisruptionBudget", name), "spec", "selector", "matchLabels", "app"),
			at(find(t, "Service", name), "spec", "selector", "app"),
		} {
			if at2 != labels {
				t.Errorf("%s: a selector says %v, its pods %v", name, at2, labels)
			}
		}
	}
	k := documents(t, "kubernetes/kustomization.yaml")[0]
	checkImage(t, fmt.Sprintf("%v:%v", at(k, "images", 0, "newName"), at(k, "images", 0, "newTag")))
	if got := find(t, "Deployment", "trackbot"); at(got, "spec", "template", "spec", "containers", 0, "image") != at(k, "images", 0, "name") {
		t.Error("the kustomization sets another image than the Deployment's")
	}
}
