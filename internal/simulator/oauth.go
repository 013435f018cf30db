package simulator

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OAuth sets how the OAuth side behaves. The zero value is the documented or the
// stricter way. For latency, resets and wrong answers use a [Rule] for
// /access_token or /device/.
type OAuth struct {
	AccessLife    time.Duration // of new access tokens; 14 days less a second when 0, as documented
	RefreshLife   time.Duration // of new refresh tokens; 90 days less a second when 0, as documented
	KeepRefresh   bool          // a refresh gives the refresh token once more with a new life, instead of another one
	RefuseRefresh bool          // every refresh is refused, as for a withdrawn token
	DeviceLife    time.Duration // of device codes; 5 minutes when 0
	Interval      time.Duration // between polls, in whole seconds; 2 s when 0
}

const (
	textRefused   = "The refresh token provided is expired, revoked, malformed, or invalid."
	documentedDay = 24 * time.Hour
)

// oauth is the state of the OAuth side, under the simulator's lock.
type oauth struct {
	settings  OAuth
	id        string
	secret    string
	codes     map[string]*grant // of authorizations that were not exchanged yet
	refresh   map[string]*grant // by refresh token, without those that were replaced
	devices   map[string]*device
	refreshes int
}

// grant is what an admin agreed to.
type grant struct {
	scopes    []string
	expires   time.Time
	redirect  string // with a code: where it went
	challenge string // with a code: of PKCE; may be empty
}

// SetOAuth changes how the OAuth side behaves; tokens that were given stay as
// they are.
func (s *Simulator) SetOAuth(o OAuth) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.oauth.settings = o
}

// OAuthClient is the id and the secret of the one integration there is.
func (s *Simulator) OAuthClient() (id, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.oauth.id, s.oauth.secret
}

// RefreshToken makes a refresh token of the admin with every scope, as after a
// sign-in; each call makes another.
func (s *Simulator) RefreshToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newRefresh(&grant{scopes: adminScopes()})
}

// RevokeRefresh makes a refresh token unknown.
func (s *Simulator) RevokeRefresh(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.oauth.refresh, token)
}

// Refreshes counts the refreshes that gave new tokens.
func (s *Simulator) Refreshes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.oauth.refreshes
}

func adminScopes() []string {
	return []string{ScopeScheduleRead, ScopeScheduleWrite, ScopePreferencesRead, ScopePreferencesWrite}
}

// oauthEndpoints need no token. Those that no browser opens take a form.
func (s *Simulator) oauthEndpoints() []endpoint {
	return []endpoint{
		{pattern: "GET /authorize", open: true, secret: true, do: s.authorize},
		{pattern: "GET /device/verify", open: true, secret: true, do: s.verifyDevice},
		{pattern: "POST /access_token", open: true, secret: true, do: s.withForm(s.accessToken)},
		{pattern: "POST /device/authorize", open: true, secret: true, do: s.withForm(s.authorizeDevice)},
		{pattern: "POST /device/token", open: true, secret: true, do: s.withForm(s.deviceToken)},
	}
}

// withForm reads the form of a request, then calls do with s.mu held.
func (s *Simulator) withForm(do func(*request) (reply, error)) func(*request) (reply, error) {
	return func(r *request) (reply, error) {
		if err := r.ParseForm(); err != nil {
			return reply{}, malformed("The form could not be read.")
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return do(r)
	}
}

// authorize answers GET /authorize as if the admin had agreed at once.
func (s *Simulator) authorize(r *request) (reply, error) {
	o, q := &s.oauth, r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case q.Get("client_id") != o.id:
		return reply{}, malformed("Client Id is invalid")
	case err != nil || back.Host == "" || back.RawQuery != "":
		return reply{}, malformed("redirect_uri is invalid")
	case q.Get("response_type") != "code":
		return reply{}, malformed("unsupported_response_type")
	case q.Has("code_challenge") && q.Get("code_challenge_method") != "S256":
		return reply{}, malformed("code_challenge_method is invalid")
	}
	answer := url.Values{"state": {q.Get("state")}}
	if scopes := strings.Fields(q.Get("scope")); !knownScopes(scopes) {
		answer.Set("error", "invalid_scope")
	} else {
		code := s.dice.token()
		o.codes[code] = &grant{
			scopes: scopes, redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"),
			expires: time.Now().Add(time.Minute),
		}
		answer.Set("code", code)
	}
	back.RawQuery = answer.Encode()
	return reply{status: http.StatusFound, location: back.String()}, nil
}

// knownScopes reports whether there is a scope and the integration has each.
func knownScopes(scopes []string) bool {
	return len(scopes) > 0 && !slices.ContainsFunc(scopes, func(one string) bool { return !slices.Contains(adminScopes(), one) })
}

// accessToken answers POST /access_token: a code or a refresh token for a pair.
func (s *Simulator) accessToken(r *request) (reply, error) {
	o, f := &s.oauth, r.PostForm
	if !o.isClient(r, f.Get("client_id"), f.Get("client_secret")) {
		return reply{}, refuse(http.StatusUnauthorized, "invalid_client")
	}
	switch f.Get("grant_type") {
	case "authorization_code":
		g := o.codes[f.Get("code")]
		delete(o.codes, f.Get("code")) // good once, whatever comes of it
		if g == nil || time.Now().After(g.expires) || g.redirect != f.Get("redirect_uri") || !g.verified(f.Get("code_verifier")) {
			return reply{}, malformed("invalid_grant")
		}
		return ok(s.pair(s.newRefresh(g), g)), nil
	case "refresh_token":
		token := f.Get("refresh_token")
		g := o.refresh[token]
		if g == nil || o.settings.RefuseRefresh || time.Now().After(g.expires) {
			return reply{}, malformed(textRefused)
		}
		if delete(o.refresh, token); o.settings.KeepRefresh {
			o.refresh[token] = g
			g.expires = time.Now().Add(o.settings.refreshLife())
		} else {
			token = s.newRefresh(g)
		}
		o.refreshes++
		return ok(s.pair(token, g)), nil
	}
	return reply{}, malformed("unsupported_grant_type")
}

// isClient takes the client's id and secret from the form or by Basic.
func (o *oauth) isClient(r *request, id, secret string) bool {
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = user, password
	}
	return id == o.id && subtle.ConstantTimeCompare([]byte(secret), []byte(o.secret)) == 1
}

// verified checks the verifier of PKCE against the challenge.
func (g *grant) verified(verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return g.challenge == "" || g.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

func (o *OAuth) refreshLife() time.Duration {
	return cmp.Or(o.RefreshLife, 90*documentedDay-time.Second)
}

func (s *Simulator) newRefresh(g *grant) string {
	o, token := &s.oauth, s.dice.token()+s.dice.token()
	o.refresh[token] = &grant{scopes: g.scopes, expires: time.Now().Add(o.settings.refreshLife())}
	return token
}

// pair returns the body of a success: a new access token beside the refresh token.
func (s *Simulator) pair(refresh string, g *grant) map[string]any {
	o := &s.oauth
	life := cmp.Or(o.settings.AccessLife, 14*documentedDay-time.Second)
	access := s.addToken("", TokenAdmin, s.admin, g.scopes...)
	s.tokens[access].expires = time.Now().Add(life)
	return map[string]any{
		"access_token": access, "expires_in": int(life / time.Second), "token_type": "Bearer", "scope": strings.Join(g.scopes, " "),
		"refresh_token": refresh, "refresh_token_expires_in": int(time.Until(o.refresh[refresh].expires).Round(time.Second) / time.Second),
	}
}
