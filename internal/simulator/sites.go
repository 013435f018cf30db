package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// Site is a meeting site.
type Site struct {
	URL        string `json:"siteUrl"`              // a host name
	Default    bool   `json:"default"`              // used by calls that name none
	ControlHub bool   `json:"controlHub,omitempty"` // managed there, so that hostProfileCode cannot be required
	Mapped     bool   `json:"mapped,omitempty"`     // its codes are mapped: reads work, writes are refused
	Forbidden  bool   `json:"forbidden,omitempty"`  // the admin does not manage it: 403
	Hidden     bool   `json:"hidden,omitempty"`     // not in the site list
}

// Sites returns every site, hidden ones too.
func (s *Simulator) Sites() []Site {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Site, 0, len(s.sites))
	for _, t := range s.sites {
		out = append(out, t.Site)
	}
	return out
}

// PutSite adds a site or changes the properties of one; its codes stay. A new
// default site replaces the one before.
func (s *Simulator) PutSite(v Site) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.Default {
		for _, t := range s.sites {
			t.Default = false
		}
	}
	if t := s.site(v.URL); t != nil {
		t.Site = v
		return
	}
	s.sites = append(s.sites, newSite(v))
}

func newSite(v Site) *site { return &site{Site: v, users: map[string]map[string]string{}} }

// RemoveSite deletes a site with its codes.
func (s *Simulator) RemoveSite(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sites = slices.DeleteFunc(slices.Clone(s.sites), func(t *site) bool { return t.URL == url })
}

func (s *Simulator) site(url string) *site {
	for _, t := range s.sites {
		if strings.EqualFold(t.URL, url) {
			return t
		}
	}
	return nil
}

func (s *Simulator) mustSite(url string) *site {
	t := s.site(url)
	if t == nil {
		panic("simulator: no site is called " + url)
	}
	return t
}

// adminSite returns the site of an admin's call; without a name, the default site.
func (s *Simulator) adminSite(url string) (*site, error) {
	if url == "" {
		for _, t := range s.sites {
			if t.Default {
				url = t.URL
			}
		}
	}
	t := s.site(url)
	switch {
	case t != nil && !t.Forbidden:
		return t, nil
	case t != nil || s.quirks.UnknownSiteStatus == http.StatusForbidden:
		return nil, forbidden("The user is not an administrator of the site.")
	case s.quirks.UnknownSiteStatus == http.StatusNotFound:
		return nil, notFound("")
	default:
		status := cmp.Or(s.quirks.UnknownSiteStatus, http.StatusBadRequest)
		return nil, &apiError{status, textMalformed, describe("'siteUrl' is invalid")}
	}
}

// siteEntry is a site as the site list shows it.
type siteEntry struct {
	SiteURL string `json:"siteUrl"`
	Default bool   `json:"default"`
}

// mayFor checks a call for another user's sites: admins only.
func (s *Simulator) mayFor(r *request) error {
	email := strings.ToLower(r.URL.Query().Get("userEmail"))
	if email == "" || r.who.kind == TokenAdmin && s.emails[email] != "" {
		return nil
	}
	return forbidden("Not permitted to view or change other user's preferences.")
}

// listSites answers GET /meetingPreferences/sites, whose list is called sites.
func (s *Simulator) listSites(r *request) (reply, error) {
	if err := s.mayFor(r); err != nil {
		return reply{}, err
	}
	list := []siteEntry{}
	for _, t := range s.sites {
		if !t.Hidden {
			list = append(list, siteEntry{t.URL, t.Default})
		}
	}
	return ok(map[string]any{"sites": list}), nil
}

// putDefaultSite answers PUT /meetingPreferences/sites?defaultSite=true.
func (s *Simulator) putDefaultSite(r *request) (reply, error) {
	var b struct {
		SiteURL string `json:"siteUrl"`
	}
	if err := decode(r, &b, "siteUrl"); err != nil {
		return reply{}, err
	}
	if r.URL.Query().Get("defaultSite") != "true" {
		return reply{}, malformed("'defaultSite' must be true")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayFor(r); err != nil {
		return reply{}, err
	}
	chosen := s.site(b.SiteURL)
	if chosen == nil || chosen.Hidden {
		return reply{}, malformed("'siteUrl' is invalid")
	}
	for _, t := range s.sites {
		t.Default = t == chosen
	}
	return ok(siteEntry{chosen.URL, true}), nil
}
