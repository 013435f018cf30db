package simulator

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// device is one sign-in by code.
type device struct {
	scopes   []string
	userCode string
	link     string // the hashed user code
	expires  time.Time
	interval time.Duration
	polled   time.Time
	decided  bool
	agreed   bool
}

// DecideDevice agrees to, or denies, the sign-in that shows this user code. It
// panics if there is none.
func (s *Simulator) DecideDevice(userCode string, agree bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.oauth.devices {
		if d.userCode == userCode {
			d.decided, d.agreed = true, agree
			return
		}
	}
	panic("simulator: no sign-in shows this user code")
}

// authorizeDevice answers POST /device/authorize.
func (s *Simulator) authorizeDevice(r *request) (reply, error) {
	o, scopes := &s.oauth, strings.Fields(r.PostForm.Get("scope"))
	switch {
	case r.PostForm.Get("client_id") != o.id:
		return reply{}, malformed("Client Id is invalid")
	case !knownScopes(scopes):
		return reply{}, malformed("invalid_scope")
	}
	d := &device{
		scopes: scopes, userCode: strconv.Itoa(100000 + int(s.dice.upTo(900000))), link: s.dice.token(),
		interval: cmp.Or(o.settings.Interval, 2*time.Second),
	}
	life := cmp.Or(o.settings.DeviceLife, 5*time.Minute)
	d.expires = time.Now().Add(life)
	code := s.dice.uuid()
	o.devices[code] = d
	return ok(map[string]any{
		"device_code": code, "user_code": d.userCode, "expires_in": int(life / time.Second), "interval": int(d.interval / time.Second),
		"verification_uri": s.url + "/device/verify", "verification_uri_complete": s.url + "/device/verify?userCode=" + d.link,
	}), nil
}

// verifyDevice is the page behind the link, whose opening is the consent; with
// deny=1 it is the refusal.
func (s *Simulator) verifyDevice(r *request) (reply, error) {
	q := r.URL.Query()
	for _, d := range s.oauth.devices {
		if code := q.Get("userCode"); code == d.link || code == d.userCode {
			d.decided, d.agreed = true, q.Get("deny") == ""
			return ok(map[string]bool{"agreed": d.agreed}), nil
		}
	}
	return reply{}, notFound("")
}

// deviceToken answers POST /device/token, which is asked until somebody
// decided. The client must say who it is by Basic, as documented.
func (s *Simulator) deviceToken(r *request) (reply, error) {
	o, f, now := &s.oauth, r.PostForm, time.Now()
	d := o.devices[f.Get("device_code")]
	switch {
	case !o.isClient(r, "", "") || f.Get("client_id") != o.id:
		return reply{}, malformed("invalid_client")
	case f.Get("grant_type") != deviceGrant:
		return reply{}, malformed("unsupported_grant_type")
	case d == nil || now.After(d.expires):
		return reply{}, malformed("invalid_grant")
	}
	early := now.Sub(d.polled) < d.interval*9/10 // what the network adds and takes away
	d.polled = now
	switch {
	case early:
		return reply{}, malformed("slow_down")
	case !d.decided:
		return reply{}, refuse(http.StatusPreconditionRequired, "authorization_pending")
	case !d.agreed:
		return reply{}, malformed("access_denied")
	}
	delete(o.devices, f.Get("device_code"))
	g := &grant{scopes: d.scopes}
	return ok(s.pair(s.newRefresh(g), g)), nil
}
