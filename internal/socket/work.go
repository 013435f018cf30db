package socket

import (
	"context"
	"encoding/base64"
	"errors"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"trackbot/webex"
)

const (
	lanes        = 16               // spaces are spread over as many workers: order within a space, speed beside it
	laneRoom     = 64               // events that wait for one worker; then the connection is not read any further
	storeLimit   = 5 * time.Second  // for one try to store an event, as at the webhook's door
	storeAgain   = 10 * time.Second // longest wait before the next try
	askTries     = 3                // of asking a conversation host for a cluster, before it is guessed
	maxGuesses   = 8                // clusters that are tried
	maxRemembers = 1000             // conversation hosts whose cluster is remembered
)

// job is an activity that is an event of the bot's.
type job struct {
	conn *conn
	frame
}

// workers make events of activities and store them.
type workers struct {
	v     *run
	ctx   context.Context //nolint:containedctx // ends the waits of all workers
	end   func()
	lanes [lanes]chan job
	wg    sync.WaitGroup
}

func newWorkers(v *run) *workers {
	w := &workers{v: v}
	w.ctx, w.end = context.WithCancel(v.ctx)
	for i := range w.lanes {
		w.lanes[i] = make(chan job, laneRoom)
		w.wg.Go(func() { w.work(w.lanes[i]) })
	}
	return w
}

// give hands an activity to its space's worker, and waits for room.
func (w *workers) give(j job) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(j.Activity.space().ID.V)) // never fails
	select {
	case w.lanes[h.Sum32()%lanes] <- j:
	case <-w.ctx.Done(): // not acknowledged: it comes again
	}
}

// stop lets each worker finish the event that it is at. Those that wait are not
// acknowledged and come again.
func (w *workers) stop() {
	w.end()
	w.wg.Wait()
}

func (w *workers) work(lane chan job) {
	for {
		select {
		case <-w.ctx.Done():
			return
		case j := <-lane:
			w.handle(j)
		}
	}
}

// handle stores one event and acknowledges it then, however many tries that
// takes: while it waits, the events behind it wait too.
func (w *workers) handle(j job) {
	log := w.v.o.Logger
	for try, wait := 0, 250*time.Millisecond; ; try, wait = try+1, min(2*wait, storeAgain) {
		e, ok, err := w.v.event(w.ctx, j.Activity, try)
		if err == nil && ok {
			err = w.store(e)
		}
		if errors.Is(err, errMalformed) {
			log.WarnContext(w.ctx, "an event can't be used; dropped", "verb", clip(j.Activity.Verb.V), "error", err)
			err = nil
		}
		if err == nil {
			j.conn.ack(j.ID)
			return
		}
		log.WarnContext(w.ctx, "an event is not stored yet", "try", try+1, "wait", wait, "error", err)
		select {
		case <-w.ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// store goes on while the receiver stops: the event is here, and whole.
func (w *workers) store(e webex.Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), storeLimit)
	defer cancel()
	err := w.v.o.Inbox(ctx, e)
	if err == nil {
		w.v.watch(func(h *Health) { h.LastEvent = time.Now() })
	}
	return err
}

// regions is what is known of clusters.
type regions struct {
	me      string            // the bot's uuid
	catalog map[string]string // the cluster of a conversation host, from U2C
	learned map[string]string // the same, found out otherwise
}

// event makes an event of an activity. Its errors but errMalformed may pass.
func (v *run) event(ctx context.Context, a activity, try int) (webex.Event, bool, error) {
	cluster, err := v.cluster(ctx, a, try)
	if err != nil {
		return webex.Event{}, false, err
	}
	v.mu.Lock()
	me := v.regions.me
	v.mu.Unlock()
	return a.event(cluster, me)
}

// cluster finds the cluster of an activity's ids: from what the activity names,
// the catalog, an earlier answer, the conversation host, and at last by trying.
func (v *run) cluster(ctx context.Context, a activity, try int) (string, error) {
	host := a.host()
	v.mu.Lock()
	known := firstOf(a.named(), v.regions.catalog[host], v.regions.learned[host])
	guesses := guesses(v.regions.catalog)
	v.mu.Unlock()
	if known != "" {
		return known, nil
	}
	cluster, err := v.ask(ctx, a)
	if err != nil && try < askTries {
		return "", err
	}
	if cluster == "" {
		cluster, err = v.guess(ctx, a, guesses)
	}
	if err != nil || cluster == "" {
		return us, err
	}
	v.o.Logger.InfoContext(ctx, "the cluster of a conversation host was found", "host", host, "cluster", cluster)
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.regions.learned) >= maxRemembers || v.regions.learned == nil {
		v.regions.learned = map[string]string{}
	}
	v.regions.learned[host] = cluster
	return cluster, nil
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
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
	raw, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(answer.ID.V, "="))
	rest, _ := strings.CutPrefix(string(raw), "ciscospark://")
	cluster, _, _ := strings.Cut(rest, "/")
	if !isCluster(cluster) {
		return "", nil
	}
	return cluster, nil
}

// guess tries the ids of each cluster until one is known.
func (v *run) guess(ctx context.Context, a activity, clusters []string) (string, error) {
	if v.o.Find == nil || len(clusters) < 2 {
		return "", nil
	}
	for _, c := range clusters {
		e, ok, err := a.event(c, "")
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
	return "", nil
}
