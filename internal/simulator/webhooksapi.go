package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

func (s *Simulator) ownHook(r *request) (*hook, error) {
	h := s.hook(r.PathValue("id"))
	if h == nil || h.CreatedBy != r.who.person {
		return nil, notFound("")
	}
	return h, nil
}

func (s *Simulator) listWebhooks(r *request) (reply, error) {
	list := []Webhook{}
	for _, h := range s.hooks {
		if h.CreatedBy == r.who.person {
			list = append(list, h.Webhook)
		}
	}
	return page(s, r, list, 100, 100)
}

func (s *Simulator) getWebhook(r *request) (reply, error) {
	h, err := s.ownHook(r)
	if err != nil {
		return reply{}, err
	}
	return ok(h.Webhook), nil
}

func (s *Simulator) deleteWebhook(r *request) (reply, error) {
	h, err := s.ownHook(r)
	if err != nil {
		return reply{}, err
	}
	s.hooks = slices.DeleteFunc(slices.Clone(s.hooks), func(one *hook) bool { return one == h })
	return reply{status: http.StatusNoContent}, nil
}

// check refuses what neither a new nor a changed webhook may be.
func (b *Webhook) check() error {
	u, err := url.Parse(b.TargetURL)
	switch {
	case b.Name == "":
		return malformed("'name' cannot be empty")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return malformed("'targetUrl' must be a URL")
	case b.OwnedBy != "" && b.OwnedBy != "creator":
		return forbidden("Only an admin or compliance officer can own webhooks of an organisation.")
	}
	return nil
}

// checkNew refuses what only a new webhook says: resource, event and filter.
func (b *Webhook) checkNew() error {
	filters := map[string][]string{
		"messages":          {"roomId", "roomType", "personId", "personEmail", "mentionedPeople", "hasFiles", "hasAttachments"},
		"memberships":       {"roomId", "personId", "personEmail", "isModerator"},
		"attachmentActions": {"messageId", "personId", "roomId"},
		"rooms":             {"type", "isLocked"},
		"all":               {},
	}
	allowed, known := filters[b.Resource]
	if !known {
		return malformed("'resource' is invalid")
	}
	if !slices.Contains([]string{created, updated, deleted, "all", "migrated"}, b.Event) {
		return malformed("'event' is invalid")
	}
	if b.Filter == "" {
		return nil
	}
	for part := range strings.SplitSeq(b.Filter, "&") {
		if key, value, _ := strings.Cut(part, "="); !slices.Contains(allowed, key) || value == "" {
			return refuse(http.StatusBadRequest, "Invalid value for filter: "+key)
		}
	}
	return nil
}

func (s *Simulator) postWebhook(r *request) (reply, error) {
	var b Webhook
	if err := decode(r, &b, "name", "targetUrl", "resource", "event", "filter", "secret", "ownedBy"); err != nil {
		return reply{}, err
	}
	if err := b.check(); err != nil {
		return reply{}, err
	}
	if err := b.checkNew(); err != nil {
		return reply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for part := range strings.SplitSeq(b.Filter, "&") {
		if id, is := strings.CutPrefix(part, "roomId="); is {
			if _, err := s.visibleRoom(r.who, id); err != nil {
				return reply{}, refuse(http.StatusBadRequest, "Invalid value for filter: roomId")
			}
		}
	}
	for _, h := range s.hooks {
		if !s.quirks.EqualWebhooks && h.CreatedBy == r.who.person && h.TargetURL == b.TargetURL && h.Resource == b.Resource && h.Event == b.Event && h.Filter == b.Filter {
			return reply{}, refuse(http.StatusConflict, "A webhook with the same target, resource, event and filter exists.")
		}
	}
	b.ID, b.Status, b.OwnedBy, b.Created = s.dice.id(kindWebhook), active, "creator", s.now()
	b.CreatedBy, b.OrgID = r.who.person, s.people[r.who.person].OrgID
	b.AppID = encodeID(kindApplication, "C"+strings.ReplaceAll(keyOf(r.who.person), "-", ""))
	h := &hook{Webhook: b}
	s.hooks = append(s.hooks, h)
	return ok(h.Webhook), nil
}

// putWebhook answers PUT /webhooks/{id}: name and target, which it needs, and
// secret and status change; all else is ignored, as documented.
func (s *Simulator) putWebhook(r *request) (reply, error) {
	var b Webhook
	if err := decode(r, &b); err != nil {
		return reply{}, err
	}
	if err := b.check(); err != nil {
		return reply{}, err
	}
	if b.Status != "" && b.Status != active {
		return reply{}, malformed("'status' can only be set to active")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.ownHook(r)
	if err != nil {
		return reply{}, err
	}
	h.Name, h.TargetURL = b.Name, b.TargetURL
	if b.Secret != "" {
		h.Secret = b.Secret
	}
	if b.Status == active && h.Status == inactive {
		h.Status = active
		h.failures.switchOn(time.Now())
	}
	return ok(h.Webhook), nil
}
