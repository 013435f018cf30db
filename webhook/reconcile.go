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

// watch finds out whether anybody registered for new messages.
func (k *Keeper) watch(ctx context.Context) error {
	list, err := k.o.API.Webhooks(ctx)
	if err != nil {
		return &unseenError{&callError{cause: err}}
	}
	return heard(list)
}

// heard returns an error unless somebody's registration delivers new messages.
func heard(list []webex.Webhook) error {
	for _, w := range list {
		if w.Resource == webex.Messages && w.Event == webex.Created && w.Status == active {
			return nil
		}
	}
	return errors.New("nobody has an active one for messages/created, and without WEBEX_PUBLIC_URL the bot registers none")
}

// reconcile makes one round, and a second one if somebody interfered.
func (k *Keeper) reconcile(ctx context.Context) error {
	err := k.round(ctx)
	if _, ok := errors.AsType[*changedError](err); ok {
		err = k.round(ctx)
	}
	return err
}

func (k *Keeper) round(ctx context.Context) error {
	list, err := k.o.API.Webhooks(ctx)
	if err != nil {
		return &unseenError{&callError{cause: err}}
	}
	var problems problems
	for _, r := range resources() {
		if err := k.keep(ctx, r, k.ours(list, r)); err != nil {
			problems = append(problems, fmt.Errorf("%s/%s: %w", r, webex.Created, err))
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// ours returns what is registered in our name for a resource, the one to keep
// first. The order is the same for every copy of the bot that sees the same
// list, or two of them would each delete what the other one keeps.
func (k *Keeper) ours(list []webex.Webhook, resource string) []webex.Webhook {
	var mine []webex.Webhook
	for _, w := range list {
		if w.Name == k.o.Name && w.Resource == resource && w.Event == webex.Created {
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

// keep sees to one resource: the first of mine is put right, or replaced where
// that can't be done; the others go. What is new stands before what is old
// goes, so that nothing is missed between; an event heard twice is handled once.
func (k *Keeper) keep(ctx context.Context, resource string, mine []webex.Webhook) error {
	was := k.known[resource]
	k.known[resource] = was || len(mine) > 0
	if len(mine) == 0 || !usable(mine[0]) {
		if err := k.create(ctx, resource, mine); err != nil {
			return err
		}
		if was || slices.ContainsFunc(mine, func(w webex.Webhook) bool { return w.Status != active }) {
			k.revived(resource)
		}
		k.remove(ctx, mine)
		return nil
	}
	if err := k.mend(ctx, mine[0]); err != nil {
		return err
	}
	k.remove(ctx, mine[1:])
	return nil
}

// create registers for a resource. Where Webex says that there is one already
// (409), ours that are in the way go, and the list is read anew.
func (k *Keeper) create(ctx context.Context, resource string, mine []webex.Webhook) error {
	w, err := k.o.API.CreateWebhook(ctx, webex.Webhook{
		Name:      k.o.Name,
		TargetURL: k.o.TargetURL,
		Resource:  resource,
		Event:     webex.Created,
		Secret:    k.o.Secret,
	})
	if conflict(err) {
		k.remove(ctx, mine)
		return &changedError{&callError{doing: "register", cause: err}}
	}
	if err != nil {
		return &callError{doing: "register", cause: err}
	}
	k.told[w.ID] = ""
	k.known[resource] = true
	k.o.Logger.InfoContext(ctx, "webhook registered", "resource", resource, "webhook_id", w.ID)
	return nil
}

// mend puts target, secret and status of w right, if one of them is not.
func (k *Keeper) mend(ctx context.Context, w webex.Webhook) error {
	off := w.Status != active
	if !off && w.TargetURL == k.o.TargetURL && !k.mustTell(w) {
		return nil
	}
	got, err := k.o.API.UpdateWebhook(ctx, webex.Webhook{
		ID:        w.ID,
		Name:      k.o.Name,
		TargetURL: k.o.TargetURL,
		Secret:    k.o.Secret,
		Status:    active,
	})
	if gone(err) {
		return &changedError{&callError{doing: "update", cause: err}}
	}
	if err != nil {
		return &callError{doing: "update", cause: err}
	}
	if got.Status != active {
		return errors.New("it stays switched off, whatever we ask Webex")
	}
	k.told[w.ID] = w.Secret
	k.o.Logger.InfoContext(ctx, "webhook updated", "resource", w.Resource, "webhook_id", w.ID,
		"was_off", off, "moved", w.TargetURL != k.o.TargetURL)
	if off {
		k.revived(w.Resource)
	}
	return nil
}

// mustTell reports whether our secret has to be sent for w. Webex may show it,
// hide it or mask it, and what is not shown can't be compared: so it is sent
// once, and again only when what is shown changes to something that isn't ours.
func (k *Keeper) mustTell(w webex.Webhook) bool {
	if w.Secret == k.o.Secret {
		delete(k.told, w.ID)
		return false
	}
	shown, sent := k.told[w.ID]
	return !sent || shown != w.Secret
}

// remove deletes those; one that is gone already is fine. One too many does no
// harm until the next look, so a failure is no reason not to be ready.
func (k *Keeper) remove(ctx context.Context, list []webex.Webhook) {
	for _, w := range list {
		err := k.o.API.DeleteWebhook(ctx, w.ID)
		if err != nil && !gone(err) {
			k.o.Logger.WarnContext(ctx, "webhook not deleted", "resource", w.Resource, "webhook_id", w.ID,
				"err", &callError{cause: err})
			continue
		}
		delete(k.told, w.ID)
		k.o.Logger.InfoContext(ctx, "webhook deleted", "resource", w.Resource, "webhook_id", w.ID)
	}
}

func (k *Keeper) revived(resource string) {
	if k.o.Revived == nil {
		return
	}
	k.o.Revived(webex.Webhook{
		Name:      k.o.Name,
		TargetURL: k.o.TargetURL,
		Resource:  resource,
		Event:     webex.Created,
		Status:    active,
	})
}
