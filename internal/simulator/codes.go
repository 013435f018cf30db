package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// TrackingCode is one tracking code of a site. Nil ScheduleStartCodes are
// written as null, which is legal with hostProfileSelect.
type TrackingCode struct {
	ID                 string          `json:"id"`
	Name               string          `json:"name"`
	SiteURL            string          `json:"siteUrl"`
	InputMode          string          `json:"inputMode"` // text, select, editableSelect or hostProfileSelect
	Options            []Option        `json:"options"`
	HostProfileCode    string          `json:"hostProfileCode"` // optional, required, adminSet or notUsed
	ScheduleStartCodes []ScheduleStart `json:"scheduleStartCodes"`
}

// Option is one value that a code can be given.
type Option struct {
	Value        string `json:"value"`
	DefaultValue bool   `json:"defaultValue"`
}

// ScheduleStart is the rule of one service, or of All.
type ScheduleStart struct {
	Service string `json:"service"`
	Type    string `json:"type"`
}

// site is a [Site] with its codes and what people have set.
type site struct {
	Site

	codes    []TrackingCode
	meetings []Meeting                    // that took place, newest first
	coming   []ComingMeeting              // that are scheduled, by their starts
	last     int                          // number given to the newest code
	users    map[string]map[string]string // person to name to value
}

func (t *site) code(id string) *TrackingCode {
	for i := range t.codes {
		if t.codes[i].ID == id {
			return &t.codes[i]
		}
	}
	return nil
}

func (t *site) named(name string) *TrackingCode {
	for i := range t.codes {
		if t.codes[i].Name == name {
			return &t.codes[i]
		}
	}
	return nil
}

// put stores a code, under a new number where it has no id.
func (t *site) put(c TrackingCode) TrackingCode {
	c.SiteURL = t.URL
	c.Options = append([]Option{}, c.Options...) // never null
	c.ScheduleStartCodes = slices.Clone(c.ScheduleStartCodes)
	for c.ID == "" {
		t.last++
		if id := strconv.Itoa(t.last); t.code(id) == nil {
			c.ID = id
		}
	}
	if old := t.code(c.ID); old != nil {
		*old = c
	} else {
		t.codes = append(t.codes, c)
	}
	return c
}

// Codes returns the tracking codes of a site. It panics for an unknown site, as
// do PutCode and RemoveCode.
func (s *Simulator) Codes(siteURL string) []TrackingCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mustSite(siteURL).codes)
}

// PutCode adds a code, or replaces the one with its id, and returns it with its
// id. No rule is checked, so that a test can use values which Webex may add one
// day.
func (s *Simulator) PutCode(siteURL string, c TrackingCode) TrackingCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mustSite(siteURL).put(c)
}

// RemoveCode deletes a code if it is there.
func (s *Simulator) RemoveCode(siteURL, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustSite(siteURL).drop(id)
}

func (t *site) drop(id string) {
	t.codes = slices.DeleteFunc(slices.Clone(t.codes), func(c TrackingCode) bool { return c.ID == id })
}

func (s *Simulator) listCodes(r *request) (reply, error) {
	t, err := s.adminSite(r.URL.Query().Get("siteUrl"))
	if err != nil {
		return reply{}, err
	}
	list := make([]TrackingCode, len(t.codes))
	for i, c := range t.codes {
		list[i] = s.shown(c)
	}
	return ok(map[string]any{"items": list}), nil
}

func (s *Simulator) getCode(r *request) (reply, error) {
	t, err := s.adminSite(r.URL.Query().Get("siteUrl"))
	if err != nil {
		return reply{}, err
	}
	c := t.code(r.PathValue("id"))
	switch {
	case c == nil && s.quirks.UnknownCode400:
		return reply{}, unknownCode(r.PathValue("id"), http.StatusBadRequest)
	case c == nil:
		return reply{}, notFound("")
	}
	return ok(s.shown(*c)), nil
}

// hostCode is a code as GET /meetings/trackingCodes shows it to a host.
type hostCode struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	SiteURL   string   `json:"siteUrl"`
	InputMode string   `json:"inputMode"`
	Options   []Option `json:"options"`
	Service   string   `json:"service"`
	Type      string   `json:"type"`
}

// listHostCodes answers GET /meetings/trackingCodes: the codes that a host sees
// in one service. The default is the host's own value, if there is one.
func (s *Simulator) listHostCodes(r *request) (reply, error) {
	q := r.URL.Query()
	service := q.Get("service")
	if !slices.Contains(append(services(), "All"), service) {
		return reply{}, malformed("'service' is invalid")
	}
	t, err := s.adminSite(q.Get("siteUrl"))
	if err != nil {
		return reply{}, err
	}
	host := r.who.person
	if email := strings.ToLower(q.Get("hostEmail")); email != "" {
		if host = s.emails[email]; host == "" || host != r.who.person && r.who.kind != TokenAdmin {
			return reply{}, forbidden("Not permitted to view or change other user's preferences.")
		}
	}
	list := []hostCode{}
	for _, c := range t.codes {
		for _, rule := range c.ScheduleStartCodes {
			if rule.Service == service {
				list = append(list, hostCode{c.ID, c.Name, c.SiteURL, c.InputMode, merged(c.Options, t.users[host][c.Name]), service, rule.Type})
			}
		}
	}
	return ok(map[string]any{"items": list}), nil
}

// merged returns a site's options with a person's own value as the default.
func merged(options []Option, own string) []Option {
	if own == "" {
		return options
	}
	out, found := []Option{}, false
	for _, o := range options {
		found = found || o.Value == own
		out = append(out, Option{o.Value, o.Value == own})
	}
	if !found {
		out = append(out, Option{own, true})
	}
	return out
}
