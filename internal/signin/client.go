package signin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"trackbot/internal/config"
	"trackbot/webex"
)

// askLimit bounds one call of an OAuth endpoint.
const askLimit = 15 * time.Second

// Client gets tokens of Webex for one integration or service app. A person agrees in a browser anywhere ([Client.Device]) or
// on this machine ([Client.AuthorizeURL] and [Client.Exchange]). Its errors are [*webex.Error]s without secrets, unless said
// otherwise.
type Client struct {
	base, id string
	secret   config.Secret
	scopes   []string
	http     *http.Client
}

// NewClient returns the client that the configuration names; scopes are what a person is asked for. A nil transport is
// [webex.NewTransport].
func NewClient(c config.Config, transport http.RoundTripper, scopes ...string) *Client {
	if transport == nil {
		transport = webex.NewTransport()
	}
	return &Client{strings.TrimRight(c.APIURL, "/"), c.AdminClientID, c.AdminClientSecret, scopes, &http.Client{
		Transport: transport, Timeout: askLimit,
		// A redirect of a POST may carry the secrets to another place.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *Client) oauth() *oauth2.Config {
	return &oauth2.Config{ClientID: c.id, ClientSecret: c.secret.Reveal(), Scopes: c.scopes, Endpoint: oauth2.Endpoint{
		AuthURL: c.base + "/authorize", TokenURL: c.base + "/access_token", DeviceAuthURL: c.base + "/device/authorize",
		AuthStyle: oauth2.AuthStyleInParams, // one of the two that Webex documents; finding out costs a refused call
	}}
}

// with lets the oauth2 package use an HTTP client.
func with(ctx context.Context, client *http.Client) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, client)
}

// refresh exchanges a refresh token for a pair, with one request.
func (c *Client) refresh(ctx context.Context, token string) (Pair, error) {
	t, err := c.oauth().TokenSource(with(ctx, c.http), &oauth2.Token{RefreshToken: token}).Token()
	return c.pair("POST /access_token", t, err, token)
}

// AuthorizeURL is the page on which a person agrees. Webex sends the browser to redirect afterwards, with state and a code, or
// an error, in the query. verifier, of PKCE, ties it to [Client.Exchange].
func (c *Client) AuthorizeURL(redirect, state, verifier string) string {
	o := c.oauth()
	o.RedirectURL = redirect
	return o.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))
}

// Exchange gives the pair for the code that came to redirect. A code is good once.
func (c *Client) Exchange(ctx context.Context, code, redirect, verifier string) (Pair, error) {
	o := c.oauth()
	o.RedirectURL = redirect
	t, err := o.Exchange(with(ctx, c.http), code, oauth2.VerifierOption(verifier))
	return c.pair("POST /access_token", t, err, code, verifier)
}

// pair makes a pair of what the oauth2 package got. sent are secrets that an answer may repeat.
func (c *Client) pair(op string, t *oauth2.Token, err error, sent ...string) (Pair, error) {
	if err != nil {
		return Pair{}, c.failed(op, err, sent...)
	}
	for _, token := range []string{t.AccessToken, t.RefreshToken} {
		if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) { // as no header can hold
			return Pair{}, &webex.Error{Op: op, Kind: webex.KindBadAnswer, Status: http.StatusOK, Message: "the answer lacks a usable token"}
		}
	}
	p := Pair{AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, Issued: time.Now()}
	life := cmp.Or(t.ExpiresIn, 3600) // the shortest that Webex documents
	p.AccessExpires = p.Issued.Add(time.Duration(life) * time.Second)
	if life, ok := t.Extra("refresh_token_expires_in").(float64); ok && life > 0 {
		p.RefreshExpires = p.Issued.Add(time.Duration(min(life, 10*365*24*3600)) * time.Second)
	}
	return p, nil
}

// failed makes a [*webex.Error] of what the oauth2 package says, whose own text repeats the whole answer.
func (c *Client) failed(op string, err error, sent ...string) error {
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok && r.Response.StatusCode >= 300 {
		body := r.Body
		for _, s := range append(sent, c.secret.Reveal(), c.id+":"+c.secret.Reveal()) {
			for _, form := range []string{s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
				body = bytes.ReplaceAll(body, []byte(form), []byte("[hidden]"))
			}
		}
		return webex.NewStatusError(op, r.Response.StatusCode, r.Response.Header, body)
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return &webex.Error{Op: op, Kind: webex.KindNoAnswer, Err: u.Err}
	}
	return &webex.Error{Op: op, Kind: webex.KindBadAnswer, Message: "the answer can't be read"}
}
