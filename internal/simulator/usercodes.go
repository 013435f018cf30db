package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// userCode is one value of a person. In the official samples the id is a number
// after an update and a string in a read.
type userCode struct {
	ID    any    `json:"id"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// userCodes is a person's tracking codes on a site.
type userCodes struct {
	SiteURL  string     `json:"siteUrl"`
	PersonID string     `json:"personId"`
	Email    string     `json:"email"`
	Codes    []userCode `json:"trackingCodes"`
}

// userOf finds the person of a call: personId wins over the address.
func (s *Simulator) userOf(personID, email string) (*Person, error) {
	if personID == "" && email == "" {
		return nil, malformed("'personId' or 'email' must be given")
	}
	p := s.people[canonical(personID)]
	if personID == "" {
		p = s.people[s.emails[strings.ToLower(email)]]
	}
	if p == nil {
		return nil, notFound("")
	}
	return p, nil
}

// PutUserCode sets a person's value of a code, by the code's name and without
// checks; "" removes it. It panics for an unknown site.
func (s *Simulator) PutUserCode(siteURL, personID, name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, id := s.mustSite(siteURL), canonical(personID)
	if t.users[id] == nil {
		t.users[id] = map[string]string{}
	}
	if t.users[id][name] = value; value == "" {
		delete(t.users[id], name)
	}
}

// getUserCodes answers GET /admin/meeting/userconfig/trackingCodes, whose
// email is a header.
func (s *Simulator) getUserCodes(r *request) (reply, error) {
	q := r.URL.Query()
	if q.Has("email") {
		return reply{}, malformed("'email' is a header of this request")
	}
	p, err := s.userOf(q.Get("personId"), r.Header.Get("email"))
	if err != nil {
		return reply{}, err
	}
	t, err := s.adminSite(q.Get("siteUrl"))
	if err != nil {
		return reply{}, err
	}
	return ok(t.user(p, func(id string) any { return id })), nil
}

func (t *site) user(p *Person, id func(string) any) userCodes {
	out := userCodes{t.URL, p.ID, p.email(), []userCode{}}
	for _, c := range t.codes {
		if v, has := t.users[p.ID][c.Name]; has {
			out.Codes = append(out.Codes, userCode{id(c.ID), c.Name, v})
		}
	}
	return out
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
		return reply{}, errMapped()
	}
	for _, one := range b.Codes {
		if err := t.settable(one.Name, one.Value); err != nil {
			return reply{}, err
		}
	}
	if t.users[p.ID] == nil {
		t.users[p.ID] = map[string]string{}
	}
	for _, one := range b.Codes {
		t.users[p.ID][one.Name] = one.Value
	}
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

// asNumber returns an id of digits as a JSON number.
func asNumber(id string) any {
	n := json.Number(id)
	if _, err := n.Int64(); err != nil {
		return id
	}
	return n
}
