package simulator

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
)

// unknownCode is the error for an id that a site does not have, as it is
// documented for PUT, with 400; or a plain 404.
func unknownCode(id string, status int) error {
	if status == http.StatusNotFound {
		return notFound("")
	}
	return &apiError{status, textNotFound, describe("Tracking code ID '" + id + "' is invalid.")}
}

// shown is a code as reads and answers show it: with the quirk, one rule for all
// services stands alone.
func (s *Simulator) shown(c TrackingCode) TrackingCode {
	if rules := c.ScheduleStartCodes; s.quirks.ShortAll && len(rules) > 0 && rules[0].Service == "All" && rules[0].Type != notApplicable {
		c.ScheduleStartCodes = rules[:1]
	}
	return c
}

// follow does to the values of people what a change of their code does: they
// take a new name along, and go with their option where the quirk says so. A code
// without a name is one that is deleted.
func (s *Simulator) follow(t *site, before, after TrackingCode) {
	for _, values := range t.users {
		value, has := values[before.Name]
		if !has {
			continue
		}
		is := func(o Option) bool { return o.Value == value }
		gone := slices.ContainsFunc(before.Options, is) && !slices.ContainsFunc(after.Options, is)
		if after.Name != "" && after.Name != before.Name {
			delete(values, before.Name)
			values[after.Name] = value
		}
		if gone && s.quirks.DropValues {
			delete(values, cmp.Or(after.Name, before.Name))
		}
	}
}

// writeCode answers POST of a new code and PUT of the code in the path.
func (s *Simulator) writeCode(r *request) (reply, error) {
	c, err := decodeCode(r)
	if err != nil {
		return reply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.writableSite(c)
	if err != nil {
		return reply{}, err
	}
	c.ID = r.PathValue("id")
	if old := t.code(c.ID); old != nil {
		s.follow(t, *old, c)
	} else if c.ID != "" {
		return reply{}, unknownCode(c.ID, cmp.Or(s.quirks.UnknownWriteStatus, http.StatusBadRequest))
	}
	return ok(s.shown(t.put(c))), nil
}

// writableSite returns the site of a code, if the code may be written to it.
func (s *Simulator) writableSite(c TrackingCode) (*site, error) {
	t, err := s.adminSite(c.SiteURL)
	if err != nil {
		return nil, err
	}
	if t.Mapped {
		return nil, s.errMapped()
	}
	if t.ControlHub && c.HostProfileCode == required {
		return nil, malformed("'hostProfileCode' cannot be required on a site managed in Control Hub")
	}
	return t, nil
}

// errMapped refuses a write on a site whose codes are mapped, with the status of
// the quirk: Webex documents that it refuses, not how.
func (s *Simulator) errMapped() error {
	const words = "The tracking codes of this site are mapped and cannot be changed."
	switch s.quirks.MappedStatus {
	case http.StatusBadRequest:
		return malformed(words)
	case http.StatusConflict:
		return refuse(http.StatusConflict, words)
	}
	return forbidden(words)
}

func (s *Simulator) deleteCode(r *request) (reply, error) {
	siteURL := r.URL.Query().Get("siteUrl")
	if siteURL == "" {
		return reply{}, malformed("'siteUrl' cannot be empty")
	}
	t, err := s.adminSite(siteURL)
	if err != nil {
		return reply{}, err
	}
	if t.Mapped {
		return reply{}, s.errMapped()
	}
	c := t.code(r.PathValue("id"))
	if c == nil {
		return reply{}, unknownCode(r.PathValue("id"), cmp.Or(s.quirks.UnknownWriteStatus, http.StatusNotFound))
	}
	s.follow(t, *c, TrackingCode{})
	t.drop(c.ID)
	return reply{status: http.StatusNoContent}, nil
}

// putUserCodes answers PUT /admin/meeting/userconfig/trackingCodes.
func (s *Simulator) putUserCodes(r *request) (reply, error) {
	var b struct {
		SiteURL  string `json:"siteUrl"`
		PersonID string `json:"personId"`
		Email    string `json:"email"`
		Codes    []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"trackingCodes"`
	}
	if err := decode(r, &b, "siteUrl", "personId", "email", "trackingCodes"); err != nil {
		return reply{}, err
	}
	if b.SiteURL == "" {
		return reply{}, malformed("'siteUrl' cannot be empty")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.userOf(b.PersonID, b.Email)
	if err != nil {
		return reply{}, err
	}
	t, err := s.adminSite(b.SiteURL)
	if err != nil {
		return reply{}, err
	}
	if t.Mapped {
		return reply{}, s.errMapped()
	}
	old, values := t.users[p.ID], map[string]string{}
	if s.quirks.MergeUserCodes {
		maps.Copy(values, old)
	}
	for _, one := range b.Codes {
		stale := s.quirks.TakeStaleValues && old[one.Name] == one.Value
		if err := t.settable(one.Name, one.Value); err != nil && !stale {
			return reply{}, err
		}
		values[one.Name] = one.Value
	}
	t.users[p.ID] = values
	return reply{status: http.StatusOK, body: t.user(p, asNumber)}, nil
}

// settable checks a person's value of a code. For select and hostProfileSelect
// it must be one of the site's options.
func (t *site) settable(name, value string) error {
	c := t.named(name)
	switch {
	case c == nil:
		return malformed("Tracking code of '" + name + "' is not found.")
	case !inRange(value):
		return malformed("'value' must have 1 to 120 characters")
	case c.InputMode != "select" && c.InputMode != "hostProfileSelect":
		return nil
	case !slices.ContainsFunc(c.Options, func(o Option) bool { return o.Value == value }):
		return malformed("'value' of '" + name + "' is not one of its options")
	}
	return nil
}
