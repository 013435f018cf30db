package webex

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// SignInOptions is what a [SignIn] is made of; all but Transport is required.
type SignInOptions struct {
	BaseURL      string        // the root of the API, such as https://webexapis.com/v1
	ClientID     string        // of the integration
	ClientSecret func() string // of the integration
	Scopes       []string      // what is asked for
	Transport    http.RoundTripper
}

// SignIn gets the first pair of tokens from a person who agrees, in a browser
// that runs anywhere ([SignIn.Device]) or on this machine ([SignIn.AuthorizeURL]
// and [SignIn.Exchange]).
type SignIn struct{ g *granter }

// NewSignIn returns a sign-in. It panics where [NewBot] does, and without a
// client id or secret.
func NewSignIn(o SignInOptions) *SignIn {
	return &SignIn{newGranter(o.BaseURL, o.ClientID, o.ClientSecret, o.Transport, o.Scopes...)}
}

// DeviceCode is what a person needs to agree elsewhere. Its texts come from
// Webex and hold printable characters only; the links are http or https URLs.
type DeviceCode struct {
	UserCode string    // six digits, as documented
	Link     string    // where they are typed
	FullLink string    // the same with the code in it; may be empty
	Expires  time.Time // after that it is too late, usually in 5 minutes
}

// Errors of [SignIn.Device] that a person brings about.
var (
	ErrSignInDenied  = errors.New("the sign-in was denied")
	ErrSignInExpired = errors.New("nobody agreed in time: the code has run out")
)

// The least and the usual time between polls; RFC 8628 adds 5 seconds to it at
// each slow_down and takes 5 where the server says nothing.
const (
	pollMin  = time.Second
	pollStep = 5 * time.Second
)

// Device signs in by code: it gets a code, has it shown, and asks until the
// person agreed, denied, or let it run out. Its errors are [ErrSignInDenied],
// [ErrSignInExpired], an [*Error], or why ctx ended.
func (s *SignIn) Device(ctx context.Context, show func(DeviceCode)) (Pair, error) {
	const op = "POST /device/authorize"
	c := s.g.config()
	inner, cancel := context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, s.g.http), grantLimit)
	auth, err := c.DeviceAuth(inner)
	cancel()
	if err != nil {
		return Pair{}, grantError(op, err, false, []string{c.ClientSecret})
	}
	d := DeviceCode{UserCode: clean(auth.UserCode), Link: link(auth.VerificationURI), FullLink: link(auth.VerificationURIComplete), Expires: auth.Expiry}
	if auth.DeviceCode == "" || d.UserCode == "" || d.Link == "" {
		return Pair{}, &Error{Op: op, Kind: KindBadAnswer, Status: http.StatusOK, Message: "the answer lacks code or link"}
	}
	if d.Expires.IsZero() {
		d.Expires = time.Now().Add(5 * time.Minute) // as documented
	}
	show(d)
	interval := max(time.Duration(min(cmp.Or(auth.Interval, int64(pollStep/time.Second)), 60))*time.Second, pollMin)
	return s.poll(ctx, auth.DeviceCode, interval, d.Expires)
}

// link is a URL from outside that may be shown, or "".
func link(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return u.String() // escapes what is no character of a URL
}

// poll asks for the tokens until there is an end to it. No answer and a
// temporary one are asked again: the person may be agreeing just now.
func (s *SignIn) poll(ctx context.Context, code string, interval time.Duration, expires time.Time) (Pair, error) {
	for {
		if time.Until(expires) <= 0 {
			return Pair{}, ErrSignInExpired
		}
		if !sleep(ctx, min(interval, time.Until(expires))) {
			return Pair{}, ended(ctx)
		}
		p, err := s.ask(ctx, code)
		if err == nil {
			return p, nil
		}
		switch said := outcome(err); {
		case ctx.Err() != nil:
			return Pair{}, ended(ctx)
		case said == "access_denied":
			return Pair{}, ErrSignInDenied
		case said == "expired_token" || said == "invalid_grant":
			return Pair{}, ErrSignInExpired
		case said == "slow_down":
			interval += pollStep
		case said == "authorization_pending":
		case err.Temporary():
			interval = max(interval, err.After)
		default:
			return Pair{}, err
		}
	}
}

// outcome finds the word of RFC 8628 in a failed poll, wherever it stands.
func outcome(err *Error) string {
	for _, text := range append([]string{err.Message}, err.Details...) {
		for _, word := range []string{"slow_down", "authorization_pending", "access_denied", "expired_token", "invalid_grant"} {
			if strings.Contains(text, word) {
				return word
			}
		}
	}
	if err.Status == http.StatusPreconditionRequired {
		return "authorization_pending"
	}
	return ""
}

// ask polls once. The oauth2 package can't: Webex polls at another address than
// that of its other grants, wants Basic there, and says that a sign-in is
// pending with a 428 in the shape of its own errors, which ends that package's
// loop.
func (s *SignIn) ask(ctx context.Context, code string) (Pair, *Error) {
	const op = "POST /device/token"
	return s.g.call(ctx, op, []string{code}, func(ctx context.Context, c *oauth2.Config) (*oauth2.Token, error) {
		form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {code}, "client_id": {c.ClientID}}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.g.base+"/device/token", strings.NewReader(form.Encode()))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(url.QueryEscape(c.ClientID), url.QueryEscape(c.ClientSecret))
		resp, err := s.g.http.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close() //nolint:errcheck // only read
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
		if err != nil {
			return nil, &url.Error{Op: "Post", Err: err} // half an answer is none
		}
		if resp.StatusCode != http.StatusOK {
			return nil, &oauth2.RetrieveError{Response: resp, Body: body}
		}
		var t oauth2.Token
		var extra map[string]any
		if err := errors.Join(json.Unmarshal(body, &t), json.Unmarshal(body, &extra)); err != nil {
			return nil, errors.New("no JSON of tokens")
		}
		return t.WithExtra(extra), nil
	})
}

// oauthCode is the error word of RFC 6749 in an answer's body, or "".
func oauthCode(body []byte) string {
	var shape struct {
		Code loose `json:"error"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return ""
	}
	return clean(string(shape.Code))
}

// Verifier makes what [SignIn.AuthorizeURL] and [SignIn.Exchange] are tied
// together with: a PKCE verifier of 32 random bytes.
func Verifier() string { return oauth2.GenerateVerifier() }

// AuthorizeURL is the page on which a person agrees. Webex sends the browser to
// redirect afterwards, with state and a code, or an error, in the query.
func (s *SignIn) AuthorizeURL(redirect, state, verifier string) string {
	c := s.g.config()
	c.RedirectURL = redirect
	return c.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))
}

// Exchange gives the pair for the code that came to redirect. A code is good
// once. Its error is an [*Error].
func (s *SignIn) Exchange(ctx context.Context, code, redirect, verifier string) (Pair, error) {
	p, err := s.g.call(ctx, "POST /access_token", []string{code, verifier}, func(ctx context.Context, c *oauth2.Config) (*oauth2.Token, error) {
		c.RedirectURL = redirect
		return c.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	})
	if err != nil {
		return Pair{}, err // a nil *Error would be an error all the same
	}
	return p, nil
}
