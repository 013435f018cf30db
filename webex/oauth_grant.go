package webex

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"trackbot/internal/text"
)

// accessGuess is the life of an access token where Webex does not say: the
// shortest that its documentation shows.
const accessGuess = time.Hour

// grantLimit bounds one call of an OAuth endpoint.
const grantLimit = 15 * time.Second

// granter makes the calls of the OAuth endpoints.
type granter struct {
	base   string
	id     string
	secret func() string
	scopes []string
	http   *http.Client
}

// newGranter checks what it is made of. It panics where [NewBot] does, and
// without a client: these are the program's mistakes.
func newGranter(base, id string, secret func() string, transport http.RoundTripper, scopes ...string) *granter {
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		panic("webex: BaseURL must be an absolute http or https URL without user and password")
	}
	if id == "" || secret == nil {
		panic("webex: ClientID or ClientSecret is missing")
	}
	if transport == nil {
		transport = newTransport()
	}
	u.RawQuery, u.Fragment = "", ""
	return &granter{base: u.String(), id: id, secret: secret, scopes: scopes, http: &http.Client{
		Transport: transport,
		// A redirect of a POST may carry the secrets to another place.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (g *granter) config() *oauth2.Config {
	return &oauth2.Config{
		ClientID: g.id, ClientSecret: g.secret(), Scopes: g.scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL: g.base + "/authorize", TokenURL: g.base + "/access_token", DeviceAuthURL: g.base + "/device/authorize",
			AuthStyle: oauth2.AuthStyleInParams, // one of the two that Webex documents; finding out costs a refused call
		},
	}
}

// refresh exchanges a refresh token for a pair, with one request.
func (g *granter) refresh(ctx context.Context, token string) (Pair, *Error) {
	return g.call(ctx, "POST /access_token", []string{token}, func(ctx context.Context, c *oauth2.Config) (*oauth2.Token, error) {
		return c.TokenSource(ctx, &oauth2.Token{RefreshToken: token}).Token()
	})
}

// call runs one exchange through the oauth2 package and makes its outcome ours.
// secrets are what an answer may repeat beside the client's secret.
func (g *granter) call(ctx context.Context, op string, secrets []string,
	exchange func(context.Context, *oauth2.Config) (*oauth2.Token, error),
) (Pair, *Error) {
	ctx, cancel := context.WithTimeout(ctx, grantLimit)
	defer cancel()
	var wire wire
	c := g.config()
	t, err := exchange(context.WithValue(wire.trace(ctx), oauth2.HTTPClient, g.http), c)
	if err != nil {
		return Pair{}, grantError(op, err, wire.untouched(err), append(secrets, c.ClientSecret, c.ClientID+":"+c.ClientSecret))
	}
	now := time.Now()
	p := Pair{AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, AccessExpires: now.Add(accessGuess)}
	if t.ExpiresIn > 0 {
		p.AccessExpires = now.Add(time.Duration(t.ExpiresIn) * time.Second)
	}
	if n := seconds(t.Extra("refresh_token_expires_in")); n > 0 {
		p.RefreshExpires = now.Add(n)
	}
	if !isToken(p.AccessToken) || !isToken(p.RefreshToken) {
		return Pair{}, &Error{Op: op, Kind: KindBadAnswer, Status: http.StatusOK, Message: "the answer lacks a usable token", uncertain: true}
	}
	return p, nil
}

// seconds reads a number of seconds that JSON gave as a number or a text; 0 for
// what is none, and at most ten years.
func seconds(v any) time.Duration {
	const most = 10 * 365 * 24 * 3600
	switch n := v.(type) {
	case float64:
		return time.Duration(min(max(n, 0), most)) * time.Second
	case string:
		i, err := strconv.ParseInt(n, 10, 64)
		if err == nil {
			return time.Duration(min(max(i, 0), most)) * time.Second
		}
	}
	return 0
}

// grantError makes an [*Error] of what the oauth2 package says, whose own text
// repeats the whole answer.
func grantError(op string, err error, untouched bool, secrets []string) *Error {
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return answerError(op, r.Response.StatusCode, r.Response.Header, r.Body, secrets)
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return &Error{Op: op, Kind: KindNoAnswer, Err: u.Err, uncertain: !untouched}
	}
	return &Error{Op: op, Kind: KindBadAnswer, Message: "the answer can't be read", uncertain: true}
}

// answerError is the error of an answer that gives no tokens.
func answerError(op string, status int, h http.Header, body []byte, secrets []string) *Error {
	for _, s := range secrets {
		for _, form := range []string{s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
			if form != "" {
				body = bytes.ReplaceAll(body, []byte(form), []byte(hidden))
			}
		}
	}
	x := explain(body, h.Get("Content-Type"))
	e := &Error{Op: op, Kind: KindStatus, Status: status, Message: x.message, Details: x.details, TrackingID: x.trackingID}
	if code := oauthCode(body); code != "" && !slices.Contains(e.Details, code) {
		e.Details = append(e.Details, code)
	}
	if e.TrackingID == "" {
		e.TrackingID = clean(h.Get("Trackingid"))
	}
	if after, told := retryAfter(h.Get("Retry-After"), time.Now()); told || status == http.StatusTooManyRequests {
		e.After = after
	}
	e.uncertain = status >= 500
	return e
}

// refused reports whether the answer is a no that another try does not change:
// Webex says it with a 400 and words of its own, RFC 6749 with 400 or 401.
func refused(e *Error) bool {
	return e.Kind == KindStatus && slices.Contains([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden}, e.Status)
}

// words says in one short line what Webex answered.
func words(e *Error) string {
	parts := append([]string{strconv.Itoa(e.Status)}, e.Details...)
	if len(e.Details) == 0 && e.Message != "" {
		parts = append(parts, e.Message)
	}
	line := text.Cut(strings.Join(parts, ", "), maxWord)
	if e.TrackingID != "" {
		line = fmt.Sprintf("%s, tracking id %s", line, e.TrackingID)
	}
	return line
}
