package websocket

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"trackbot/webex"
)

const (
	askTries     = 3    // of asking for a cluster where it is not known, before us is taken for it
	maxGuesses   = 8    // clusters that are tried
	maxRemembers = 1000 // conversation hosts whose cluster is remembered
)

// errUnknown is an activity that is known in no cluster: right after it Webex
// may answer so for a moment.
var errUnknown = errors.New("no cluster knows it")

// regions is what is known of clusters.
type regions struct {
	me      string            // the bot's uuid
	catalog map[string]string // the cluster of a conversation host, from U2C
	learned map[string]string // the same, found out otherwise
}

// event makes an event of an activity. Its errors but errMalformed may pass.
func (v *run) event(ctx context.Context, a activity, try int) (webex.Event, bool, error) {
	v.mu.Lock()
	me := v.regions.me
	v.mu.Unlock()
	cluster, err := v.cluster(ctx, a, me, try)
	if err != nil {
		return webex.Event{}, false, err
	}
	return a.event(cluster, me)
}

// cluster finds the cluster of an activity's ids: from what the activity names,
// the catalog, an earlier answer, the conversation host, and at last by trying.
func (v *run) cluster(ctx context.Context, a activity, me string, try int) (string, error) {
	host := a.host()
	v.mu.Lock()
	known := cmp.Or(a.named(), v.regions.catalog[host], v.regions.learned[host])
	guesses := guesses(v.regions.catalog)
	v.mu.Unlock()
	if known != "" {
		return known, nil
	}
	cluster, err := v.ask(ctx, a)
	if cluster == "" && (err == nil || try >= askTries) {
		cluster, err = v.guess(ctx, a, me, guesses)
	}
	if errors.Is(err, errUnknown) && try >= askTries {
		return us, nil
	}
	if err != nil || cluster == "" {
		return us, err
	}
	v.learn(ctx, host, cluster)
	return cluster, nil
}

// learn remembers the cluster of a conversation host, where there is one.
func (v *run) learn(ctx context.Context, host, cluster string) {
	if host == "" {
		return
	}
	v.o.Logger.InfoContext(ctx, "the cluster of a conversation host was found", "host", host, "cluster", cluster)
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.regions.learned) >= maxRemembers || v.regions.learned == nil {
		v.regions.learned = map[string]string{}
	}
	v.regions.learned[host] = cluster
}

// guesses are the clusters of a catalog, us first.
func guesses(catalog map[string]string) []string {
	all := slices.Sorted(maps.Values(catalog))
	all = slices.DeleteFunc(slices.Compact(all), func(c string) bool { return c == us })
	return append([]string{us}, all[:min(len(all), maxGuesses)]...)
}

// ask asks the conversation host for the public id of a message or a press,
// which names the cluster. An empty cluster without an error is no answer.
func (v *run) ask(ctx context.Context, a activity) (string, error) {
	path := map[string]string{webex.Messages: "/messages/", webex.AttachmentActions: "/attachment/actions/"}[a.resource()]
	base, _, found := strings.Cut(a.Target.V.URL.V, "/conversations/")
	id := lower(a.ID.V)
	address := base + path + id
	if _, err := v.trusted(address); err != nil || !found || path == "" || id == "" {
		return "", nil //nolint:nilerr // nobody can be asked
	}
	var answer struct {
		ID loose[string] `json:"id"`
	}
	err := v.call(ctx, "GET conversation", http.MethodGet, address, nil, &answer)
	if e, ok := errors.AsType[*webex.Error](err); ok && e.Temporary() {
		return "", err
	}
	return clusterIn(answer.ID.V), nil
}

// guess tries the ids of each cluster until one is known. An empty cluster
// without an error says that there is nothing to try.
func (v *run) guess(ctx context.Context, a activity, me string, clusters []string) (string, error) {
	if v.o.Find == nil || len(clusters) < 2 {
		return "", nil
	}
	for _, c := range clusters {
		e, ok, err := a.event(c, me)
		if err != nil || !ok {
			return "", err
		}
		switch err := v.o.Find(ctx, e); {
		case err == nil:
			return c, nil
		case !webex.IsNotFound(err):
			return "", err
		}
	}
	return "", errUnknown
}

// host is the host of the conversation that an activity belongs to, without
// port; empty where it is not told.
func (a activity) host() string {
	for _, address := range [...]string{a.space().URL.V, a.URL.V} {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" && len(address) <= maxID {
			return strings.ToLower(u.Hostname())
		}
	}
	return ""
}

// named is the cluster that the activity itself names; empty where it does not.
func (a activity) named() string { return clusterIn(a.space().GlobalID.V) }

// clusterIn is the cluster in a public id; empty where it is none.
func clusterIn(id string) string {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(id, "="))
	if err != nil {
		return ""
	}
	rest, ours := strings.CutPrefix(string(raw), "ciscospark://")
	cluster, _, cut := strings.Cut(rest, "/")
	if !ours || !cut || !isCluster(cluster) {
		return ""
	}
	return cluster
}

// isCluster reports whether s can be a cluster's name, such as us or
// urn:TEAM:us-west-2_r.
func isCluster(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' && c != ':' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// clusterOf is the cluster in the id of a catalog's entry, such as
// urn:TEAM:us-west-2_r:conversation. The oldest region is written us.
func clusterOf(id string) string {
	parts := strings.Split(id, ":")
	if len(parts) < 3 || parts[0] != "urn" {
		return ""
	}
	switch cluster := strings.Join(parts[:3], ":"); cluster {
	case "urn:TEAM:us-east-2_a", "urn:TEAM:us-east-1_int13":
		return us
	default:
		if !isCluster(cluster) {
			return ""
		}
		return cluster
	}
}
