package webhook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"trackbot/webex"
)

const active = "active"

// reconcile makes one round, and a second one if somebody interfered. unseen
// says that the list could not be read, so that err proves nothing about our
// registrations.
func (k *Keeper) reconcile(ctx context.Context) (unseen bool, err error) {
	unseen, err = k.round(ctx)
	if k.changed {
		unseen, err = k.round(ctx)
	}
	return unseen, err
}

// round reads the list once and puts right what is wrong in it. It notes in
// changed that the list was out of date: somebody else registers as well.
func (k *Keeper) round(ctx context.Context) (unseen bool, err error) {
	k.changed = false
	list, err := k.o.API.Webhooks(ctx)
	if err != nil {
		return true, failed("", err)
	}
	var all []error
	for _, t := range topics() {
		err := k.keep(ctx, t, k.ours(list, t))
		switch {
		case t.optional():
			k.tellMissing(ctx, t, err)
		case err != nil:
			all = append(all, fmt.Errorf("%s: %w", t, err))
		}
	}
	return false, errors.Join(all...)
}

// tellMissing says once why an optional registration can't be kept. The bot is
// ready without it.
func (k *Keeper) tellMissing(ctx context.Context, t topic, err error) {
	why := ""
	if err != nil {
		why = err.Error()
	}
	if why != "" && why != k.missing {
		k.o.Logger.WarnContext(ctx, "edited questions are not heard by webhook", "resource", t.resource, "event", t.event, "err", err)
	}
	k.missing = why
}

// ours returns what is registered in our name for a topic, the one to keep
// first. The order is the same for every copy of the bot that sees the same
// list, or two of them would each delete what the other one keeps.
func (k *Keeper) ours(list []webex.Webhook, t topic) []webex.Webhook {
	var mine []webex.Webhook
	for _, w := range list {
		if w.Name == k.o.Name && w.Resource == t.resource && w.Event == t.event {
			mine = append(mine, w)
		}
	}
	rank := func(w webex.Webhook) int {
		switch {
		case !usable(w):
			return 3
		case w.TargetURL != k.o.TargetURL:
			return 2
		case w.Status != active:
			return 1
		}
		return 0
	}
	slices.SortFunc(mine, func(a, b webex.Webhook) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
	return mine
}

// usable reports whether an update can make w right: it can't take a filter
// away, nor change whose events w hears.
func usable(w webex.Webhook) bool {
	return w.Filter == "" && (w.OwnedBy == "" || w.OwnedBy == "creator")
}

// keep sees to one topic: the first of mine is put right, or replaced where
// that can't be done; the others go. What is new stands before what is old
// goes, so that nothing is missed between; an event heard twice is handled once.
func (k *Keeper) keep(ctx context.Context, t topic, mine []webex.Webhook) error {
	was := k.known[t]
	k.known[t] = was || len(mine) > 0
	if len(mine) == 0 || !usable(mine[0]) {
		if err := k.create(ctx, t, mine); err != nil {
			return err
		}
		if was || slices.ContainsFunc(mine, func(w webex.Webhook) bool { return w.Status != active }) {
			k.revived(t)
		}
		k.remove(ctx, mine)
		return nil
	}
	if err := k.mend(ctx, t, mine[0]); err != nil {
		return err
	}
	k.remove(ctx, mine[1:])
	return nil
}

// revived tells that a registration is active again whose events were missed.
func (k *Keeper) revived(t topic) {
	if !t.optional() {
		k.o.Revived(t.resource)
	}
}

// create registers for a topic. Where Webex says that there is one already
// (409), ours that are in the way go, and the list is read anew.
func (k *Keeper) create(ctx context.Context, t topic, mine []webex.Webhook) error {
	w, err := k.o.API.CreateWebhook(ctx, webex.Webhook{
		Name:      k.o.Name,
		TargetURL: k.o.TargetURL,
		Resource:  t.resource,
		Event:     t.event,
		Secret:    k.o.Secret,
	})
	if conflict(err) {
		k.remove(ctx, mine)
		k.changed = true
	}
	if err != nil {
		return failed("register", err)
	}
	k.shown[w.ID] = ""
	k.known[t] = true
	k.o.Logger.InfoContext(ctx, "webhook registered", "resource", t.resource, "event", t.event, "webhook_id", w.ID)
	return nil
}

// mend puts target, secret and status of w right, if one of them is not.
func (k *Keeper) mend(ctx context.Context, t topic, w webex.Webhook) error {
	off := w.Status != active
	if !off && w.TargetURL == k.o.TargetURL && !k.mustSend(w) {
		return nil
	}
	got, err := k.o.API.UpdateWebhook(ctx, webex.Webhook{
		ID:        w.ID,
		Name:      k.o.Name,
		TargetURL: k.o.TargetURL,
		Secret:    k.o.Secret,
		Status:    active,
	})
	if err != nil {
		k.changed = k.changed || webex.IsNotFound(err)
		return failed("update", err)
	}
	if got.Status != active {
		return errors.New("it stays switched off, whatever we ask Webex")
	}
	k.shown[w.ID] = w.Secret
	k.o.Logger.InfoContext(ctx, "webhook updated", "resource", w.Resource, "webhook_id", w.ID,
		"was_off", off, "moved", w.TargetURL != k.o.TargetURL)
	if off {
		k.revived(t)
	}
	return nil
}

// mustSend reports whether our secret has to be sent for w. Webex may show it,
// hide it or mask it, and what is not shown can't be compared: so it is sent
// once, and again only when what is shown changes to something that isn't ours.
func (k *Keeper) mustSend(w webex.Webhook) bool {
	if w.Secret == k.o.Secret {
		delete(k.shown, w.ID)
		return false
	}
	shown, sent := k.shown[w.ID]
	return !sent || shown != w.Secret
}

// remove deletes those; one that is gone already is fine. One too many does no
// harm until the next look, so a failure is no reason not to be ready.
func (k *Keeper) remove(ctx context.Context, list []webex.Webhook) {
	for _, w := range list {
		err := k.o.API.DeleteWebhook(ctx, w.ID)
		if err != nil && !webex.IsNotFound(err) {
			k.o.Logger.WarnContext(ctx, "webhook not deleted", "resource", w.Resource, "webhook_id", w.ID,
				"err", failed("", err))
			continue
		}
		delete(k.shown, w.ID)
		k.o.Logger.InfoContext(ctx, "webhook deleted", "resource", w.Resource, "webhook_id", w.ID)
	}
}
