package simulator

import (
	"encoding/json"
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

// asNumber returns an id of digits as a JSON number.
func asNumber(id string) any {
	n := json.Number(id)
	if _, err := n.Int64(); err != nil {
		return id
	}
	return n
}
