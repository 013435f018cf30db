package webex

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Admin is a client with the rights of the administrator's token: tracking
// codes, the values that people have of them, and sites. Make it with [NewAdmin].
type Admin struct{ c *client }

const (
	maxCodeID = 64  // bytes of a tracking code's id; the documented ones have one or two
	maxSite   = 253 // bytes of a host name
)

// TrackingCode returns one tracking code of a site by its id. An unknown id is
// an [Error.NotFound], answered as 404 or as 400.
func (a *Admin) TrackingCode(ctx context.Context, site, id string) (TrackingCode, error) {
	var w wireCode
	q := &request{method: http.MethodGet, path: codesPath + "/{id}", id: id, out: &w}
	if !isID(id, maxCodeID) {
		return TrackingCode{}, argument(q.op(), "this is no id of a tracking code")
	}
	if err := a.onSite(ctx, q, site); err != nil {
		return TrackingCode{}, err
	}
	return w.value(), nil
}

// TrackingCodes returns the tracking codes of a site, in Webex's order.
func (a *Admin) TrackingCodes(ctx context.Context, site string) ([]TrackingCode, error) {
	w := new(page[wireCode])
	q := &request{method: http.MethodGet, path: codesPath, out: w}
	if err := a.onSite(ctx, q, site); err != nil {
		return nil, err
	}
	codes := make([]TrackingCode, len(w.Items))
	for i := range w.Items {
		codes[i] = w.Items[i].value()
	}
	return codes, nil
}

// UserCodes are the tracking codes of one person on one site.
type UserCodes struct {
	SiteURL       string
	PersonID      string
	Email         string
	TrackingCodes []UserCode
}

// UserCode is a tracking code and the person's value of it.
type UserCode struct {
	ID, Name, Value string
}

// wireUser is [UserCodes] as they come.
type wireUser struct {
	SiteURL       string `json:"siteUrl"`
	PersonID      string `json:"personId"`
	Email         string `json:"email"`
	TrackingCodes []struct {
		ID    loose `json:"id"`
		Name  loose `json:"name"`
		Value loose `json:"value"`
	} `json:"trackingCodes"`
}

func (w *wireUser) whole() bool { return w.PersonID != "" || w.Email != "" }

func (w *wireUser) value() UserCodes {
	u := UserCodes{SiteURL: w.SiteURL, PersonID: w.PersonID, Email: w.Email}
	for _, c := range w.TrackingCodes {
		u.TrackingCodes = append(u.TrackingCodes, UserCode{string(c.ID), string(c.Name), string(c.Value)})
	}
	return u
}

// UserTrackingCodes returns the tracking codes of one person on a site, who is
// named by an id, an e-mail address or both; the id wins then. The address
// travels in a header, as this call wants it. An answer about another id is a
// [KindBadAnswer]; the address in the answer may be another of the same person.
func (a *Admin) UserTrackingCodes(ctx context.Context, site, personID, email string) (UserCodes, error) {
	var w wireUser
	q := &request{method: http.MethodGet, path: "/admin/meeting/userconfig/trackingCodes", email: email, out: &w}
	switch {
	case email != "" && !isEmail(email) || email == "" && personID == "":
		return UserCodes{}, argument(q.op(), "this is no e-mail address")
	case personID != "":
		q.query = url.Values{"personId": {personID}}
	}
	if err := a.onSite(ctx, q, site); err != nil {
		return UserCodes{}, err
	}
	if personID != "" && w.PersonID != "" && !SameID(w.PersonID, personID) {
		return UserCodes{}, &Error{Op: q.op(), Kind: KindBadAnswer, Status: http.StatusOK, Message: "the answer is about another person"}
	}
	return w.value(), nil
}

// HostCode is a tracking code as one host meets it when scheduling with one
// service: Options merge those of the site and of the host.
type HostCode struct {
	ID        string
	Name      string
	SiteURL   string
	InputMode string
	Options   []Option
	Service   string
	Type      string
}

// wireHostCode is a [HostCode] as it comes.
type wireHostCode struct {
	ID        loose       `json:"id"`
	Name      loose       `json:"name"`
	SiteURL   string      `json:"siteUrl"`
	InputMode string      `json:"inputMode"`
	Options   wireOptions `json:"options"`
	Service   string      `json:"service"`
	Type      string      `json:"type"`
}

// HostTrackingCodes returns the tracking codes that a host sees with a
// service, such as MeetingCenter, on a site.
func (a *Admin) HostTrackingCodes(ctx context.Context, site, service, hostEmail string) ([]HostCode, error) {
	w := new(page[wireHostCode])
	query := url.Values{"service": {service}, "hostEmail": {hostEmail}}
	q := &request{method: http.MethodGet, path: "/meetings/trackingCodes", query: query, out: w}
	if !isEmail(hostEmail) || service == "" {
		return nil, argument(q.op(), "a service and the host's e-mail address are needed")
	}
	if err := a.onSite(ctx, q, site); err != nil {
		return nil, err
	}
	codes := make([]HostCode, len(w.Items))
	for i, c := range w.Items {
		codes[i] = HostCode{string(c.ID), string(c.Name), c.SiteURL, c.InputMode, c.Options, c.Service, c.Type}
	}
	return codes, nil
}

// sites is the answer of Get Site List, which has no items.
type sites struct {
	Sites []Site `json:"sites"`
}

func (s *sites) whole() bool { return s.Sites != nil }

// Sites returns the meeting sites that the administrator sees. It needs a
// scope beside those for tracking codes: a 403 may mean only that.
func (a *Admin) Sites(ctx context.Context) ([]Site, error) {
	var w sites
	err := a.c.do(ctx, &request{method: http.MethodGet, path: "/meetingPreferences/sites", out: &w})
	if err != nil {
		return nil, err
	}
	return w.Sites, nil
}

// PeopleNamed returns at most limit people of the administrator's organization
// whose display names begin with name, whatever the case; an empty name is that of
// all. It needs a scope beside those for tracking codes, spark:people_read or
// spark-admin:people_read: a 403 may mean only that.
func (a *Admin) PeopleNamed(ctx context.Context, name string, limit int) ([]Person, error) {
	if name != "" && strings.TrimSpace(name) == "" || len(name) > maxID {
		return nil, argument("GET /people", "this is no name")
	}
	query := url.Values{"max": {pageSize(limit, 100)}}
	if name != "" {
		query.Set("displayName", name)
	}
	people, _, err := collect[Person, wirePerson](ctx, a.c, "/people", query, limit)
	return people, err
}

// TokenExpiry returns when the administrator's token ends; the zero time where
// Webex does not say.
func (a *Admin) TokenExpiry(ctx context.Context) (time.Time, error) { return a.c.tokenExpiry(ctx) }

// onSite makes a call about a site. The site is always sent, since Webex would
// take the administrator's own where it is missing, and only as this value.
func (a *Admin) onSite(ctx context.Context, q *request, site string) error {
	if site == "" || len(site) > maxSite {
		return argument(q.op(), "this is no site")
	}
	if q.query == nil {
		q.query = url.Values{}
	}
	q.query.Set("siteUrl", site)
	return a.c.do(ctx, q)
}

// isEmail reports whether s can be an address and stand in a header.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && len(s) <= 254 && isToken(s)
}
