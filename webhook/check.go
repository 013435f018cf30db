package webhook

import (
	"context"
	"fmt"

	"trackbot/webex"
)

// Finding is one thing about our registrations that is not as it should be.
type Finding struct {
	// Text says it in words, without secrets.
	Text string
	// Mends says that the running bot puts it right by itself.
	Mends bool
}

// Check looks once, changes nothing, and returns what is not as it should be;
// none means all in order. What the bot can do without need not be there. A Webex that can't be asked is a finding too.
func (k *Keeper) Check(ctx context.Context) []Finding {
	list, err := k.o.API.Webhooks(ctx)
	if err != nil {
		return []Finding{{Text: "webhooks: " + failed("", err).Error()}}
	}
	var found []Finding
	for _, t := range topics() {
		mine := k.ours(list, t)
		if t.optional() && len(mine) == 0 {
			continue // Webex may not know it
		}
		for _, text := range k.faults(mine) {
			found = append(found, Finding{Text: fmt.Sprintf("webhook %s: %s", t, text), Mends: true})
		}
	}
	return found
}

// faults says what is wrong with what is registered in our name for a resource.
func (k *Keeper) faults(mine []webex.Webhook) []string {
	if len(mine) == 0 {
		return []string{"not registered yet"}
	}
	var texts []string
	w := mine[0]
	if !usable(w) {
		texts = append(texts, "registered with a filter or for a whole organization; it has to be replaced")
	}
	if w.Status != active {
		texts = append(texts, "switched off by Webex")
	}
	if w.TargetURL != k.o.TargetURL {
		texts = append(texts, fmt.Sprintf("posts to %q, not to %q", w.TargetURL, k.o.TargetURL))
	}
	if w.Secret != "" && w.Secret != k.o.Secret {
		texts = append(texts, "signs with another secret")
	}
	if extra := len(mine) - 1; extra > 0 {
		texts = append(texts, fmt.Sprintf("%d too many", extra))
	}
	return texts
}
