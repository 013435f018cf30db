package simulator

import (
	"slices"
	"strings"
	"time"
)

// The events of a resource that the simulator sends.
const (
	created = "created"
	updated = "updated"
	deleted = "deleted"
)

// The values of [Webhook.Status].
const (
	active   = "active"
	inactive = "inactive"
)

// Webhook is one registration.
type Webhook struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	TargetURL string    `json:"targetUrl"`
	Resource  string    `json:"resource"`
	Event     string    `json:"event"`
	Filter    string    `json:"filter,omitempty"`
	Secret    string    `json:"secret,omitempty"`
	Status    string    `json:"status"` // active or inactive
	OwnedBy   string    `json:"ownedBy"`
	OrgID     string    `json:"orgId"`
	CreatedBy string    `json:"createdBy"`
	AppID     string    `json:"appId"`
	Created   Timestamp `json:"created"`
}

// hook is a registration with its record.
type hook struct {
	Webhook

	failures failures
}

// event is something that webhooks and sockets report.
type event struct {
	resource, name string
	actor          string
	room           string
	data           any
	sees           func(person string) bool // who may receive it
	attrs          func() map[string]string // what filters compare with
	founding       bool                     // of a membership: sockets get the event of the space instead
}

// envelope is the body that is delivered: the registration, with the id of
// itself and not of the event, and what happened.
type envelope struct {
	Webhook

	ActorID string `json:"actorId"`
	Data    any    `json:"data"`
}

// emit passes an event to the sockets, and to the deliverer for every webhook
// that asked for it. The caller holds s.mu; emit does not block.
func (s *Simulator) emit(e event) {
	s.socket.emit(e)
	for _, h := range s.hooks {
		if h.Status != active || !h.listens(e) || !e.sees(h.CreatedBy) || !h.passes(e) {
			continue
		}
		body := envelope{Webhook: h.Webhook, ActorID: e.actor, Data: e.data}
		body.Resource, body.Event, body.Secret = e.resource, e.name, ""
		s.delivery.send(&job{hook: h.ID, room: e.room, target: h.TargetURL, secret: h.Secret, body: body})
	}
}

// listens compares resource and event; resource all covers no card actions.
func (h *hook) listens(e event) bool {
	return (h.Resource == e.resource || h.Resource == "all" && e.resource != "attachmentActions") &&
		(h.Event == e.name || h.Event == "all")
}

// passes applies the filter: parts joined with &, lists with commas.
func (h *hook) passes(e event) bool {
	if h.Filter == "" {
		return true
	}
	attrs := e.attrs()
	for part := range strings.SplitSeq(h.Filter, "&") {
		key, want, _ := strings.Cut(part, "=")
		has := strings.Split(attrs[key], ",")
		if !slices.ContainsFunc(strings.Split(want, ","), func(one string) bool {
			return slices.Contains(has, one) || one == "me" && slices.Contains(has, h.CreatedBy)
		}) {
			return false
		}
	}
	return true
}

// Webhooks returns every registration, oldest first.
func (s *Simulator) Webhooks() []Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Webhook, 0, len(s.hooks))
	for _, h := range s.hooks {
		out = append(out, h.Webhook)
	}
	return out
}

// DisableWebhook switches one off as the service does after too many failures.
func (s *Simulator) DisableWebhook(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.hook(id); h != nil {
		h.Status = inactive
		h.failures.switchOff(time.Now())
	}
}

// ForgetWebhooks deletes every registration, as if the service had lost them.
func (s *Simulator) ForgetWebhooks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = nil
}

func (s *Simulator) hook(id string) *hook {
	for _, h := range s.hooks {
		if h.ID == canonical(id) {
			return h
		}
	}
	return nil
}

// delivered records a delivery and switches the webhook off after too many
// failures.
func (s *Simulator) delivered(id string, success bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hook(id)
	if h == nil || success || h.Status != active {
		return
	}
	if h.failures.add(time.Now()) {
		h.Status = inactive
		s.log.Warn("webhook switched off after too many failures", "webhook_id", id, "name", h.Name)
	}
}

// live reports whether a webhook exists and is on, and there is no outage.
func (s *Simulator) live(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hook(id)
	return h != nil && h.Status == active && !s.unreachable()
}
