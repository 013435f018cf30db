package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"trackbot/webex"
)

const target = "https://bot.example.com/webhook"

// hooks is Webex's list of registrations, as far as the keeper can tell.
type hooks struct {
	mu    sync.Mutex
	list  []webex.Webhook
	calls []string // what was changed, such as "update w1"
	next  int

	// shows returns what a list shows of a secret; nil shows it.
	shows func(string) string
	// fail returns the error of a call, by its name, such as "list".
	fail func(call string) error
	// stuck registrations can't be switched on.
	stuck bool
}

func (h *hooks) call(name, id string) error {
	if h.fail != nil {
		if err := h.fail(name); err != nil {
			return err
		}
	}
	if id != "" {
		h.calls = append(h.calls, name+" "+id)
	}
	return nil
}

func (h *hooks) Webhooks(ctx context.Context) ([]webex.Webhook, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err := h.call("list", ""); err != nil {
		return nil, err
	}
	list := slices.Clone(h.list)
	for i := range list {
		if h.shows != nil {
			list[i].Secret = h.shows(list[i].Secret)
		}
	}
	return list, nil
}

func (h *hooks) CreateWebhook(_ context.Context, w webex.Webhook) (webex.Webhook, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	name := w.Resource
	if w.Event == webex.Updated {
		name = "edits"
	}
	if err := h.call("create", name); err != nil {
		return webex.Webhook{}, err
	}
	for _, have := range h.list {
		if have.TargetURL == w.TargetURL && have.Resource == w.Resource && have.Event == w.Event && have.Filter == w.Filter {
			return webex.Webhook{}, answer(http.StatusConflict)
		}
	}
	h.next++
	w.ID, w.Status, w.OwnedBy = fmt.Sprintf("new%d", h.next), "active", "creator"
	h.list = append(h.list, w)
	return w, nil
}

func (h *hooks) UpdateWebhook(_ context.Context, w webex.Webhook) (webex.Webhook, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.call("update", w.ID); err != nil {
		return webex.Webhook{}, err
	}
	i := slices.IndexFunc(h.list, func(have webex.Webhook) bool { return have.ID == w.ID })
	if i < 0 {
		return webex.Webhook{}, answer(http.StatusNotFound)
	}
	have := &h.list[i]
	have.Name, have.TargetURL, have.Secret = w.Name, w.TargetURL, w.Secret
	if w.Status == "active" && !h.stuck {
		have.Status = w.Status
	}
	return *have, nil
}

func (h *hooks) DeleteWebhook(_ context.Context, id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.call("delete", id); err != nil {
		return err
	}
	before := len(h.list)
	h.list = slices.DeleteFunc(h.list, func(w webex.Webhook) bool { return w.ID == id })
	if len(h.list) == before {
		return answer(http.StatusNotFound)
	}
	return nil
}

// set changes the list or the behaviour while the keeper runs.
func (h *hooks) set(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

func (h *hooks) taken() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	calls := h.calls
	h.calls = nil
	return calls
}

func answer(status int) error {
	return &webex.Error{Op: "/webhooks", Kind: webex.KindStatus, Status: status}
}

func hook(id, resource string, change ...func(*webex.Webhook)) webex.Webhook {
	w := webex.Webhook{
		ID: id, Name: "trackbot", TargetURL: target, Resource: resource, Event: "created",
		Secret: secret, Status: "active", OwnedBy: "creator",
	}
	for _, c := range change {
		c(&w)
	}
	return w
}

func off(w *webex.Webhook)       { w.Status = "inactive" }
func moved(w *webex.Webhook)     { w.TargetURL = "https://old.example.com/webhook" }
func filtered(w *webex.Webhook)  { w.Filter = "roomType=direct" }
func orgWide(w *webex.Webhook)   { w.OwnedBy = "org" }
func foreign(w *webex.Webhook)   { w.Name = "somebody else" }
func newSecret(w *webex.Webhook) { w.Secret = "another-secret" }
func deleted(w *webex.Webhook)   { w.Event = "deleted" }
func edits(w *webex.Webhook)     { w.Event = webex.Updated }
func elsewhere(w *webex.Webhook) { w.TargetURL = "https://other.example.com/" }

func all(change ...func(*webex.Webhook)) []webex.Webhook {
	return []webex.Webhook{hook("w1", "messages", change...), hook("w2", "attachmentActions"), hook("w3", "memberships"), hook("w4", "messages", edits)}
}
