package signin

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"trackbot/webex"
)

// DeviceCode is what a person needs to agree elsewhere. Its texts come from Webex and hold printable ASCII only; the links are
// http or https URLs.
type DeviceCode struct {
	UserCode string    // six digits, as documented
	Link     string    // where they are typed
	FullLink string    // the same with the code in it; may be empty
	Expires  time.Time // after that it is too late, usually in 5 minutes
}

// Errors of [Client.Device] that a person brings about.
var (
	ErrDenied  = errors.New("the sign-in was denied")
	ErrExpired = errors.New("nobody agreed in time: the code has run out")
)

// Device signs in by code: it gets a code, has it shown, and asks until the person agreed, denied, or let it run out. Its
// errors are [ErrDenied], [ErrExpired], a [*webex.Error], or why ctx ended.
func (c *Client) Device(ctx context.Context, show func(DeviceCode)) (Pair, error) {
	const op = "POST /device/authorize"
	o := c.oauth()
	auth, err := o.DeviceAuth(with(ctx, c.http))
	if err != nil {
		return Pair{}, c.failed(op, err)
	}
	if auth.Expiry.IsZero() {
		auth.Expiry = time.Now().Add(5 * time.Minute) // as documented
	}
	d := DeviceCode{UserCode: auth.UserCode, Link: link(auth.VerificationURI), FullLink: link(auth.VerificationURIComplete), Expires: auth.Expiry}
	if auth.DeviceCode == "" || d.Link == "" || d.UserCode == "" || strings.ContainsFunc(d.UserCode, func(r rune) bool { return r < ' ' || r > '~' }) {
		return Pair{}, &webex.Error{Op: op, Kind: webex.KindBadAnswer, Status: http.StatusOK, Message: "the answer lacks a usable code or link"}
	}
	show(d)
	auth.Interval = min(max(cmp.Or(auth.Interval, 5), 1), 60) // 5 seconds as RFC 8628 has it
	o.Scopes = nil
	o.Endpoint.TokenURL, o.Endpoint.AuthStyle = c.base+"/device/token", oauth2.AuthStyleInHeader // as Webex documents this call alone
	t, err := o.DeviceAccessToken(with(ctx, &http.Client{Transport: polls{c.http.Transport}, Timeout: askLimit}), auth)
	r, said := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case err != nil && ctx.Err() != nil:
		return Pair{}, ctx.Err()
	case said && r.ErrorCode == denied:
		return Pair{}, ErrDenied
	case said && (r.ErrorCode == expired || r.ErrorCode == invalid) || errors.Is(err, context.DeadlineExceeded):
		return Pair{}, ErrExpired
	}
	return c.pair("POST /device/token", t, err, auth.DeviceCode)
}

// link is a URL from outside that may be shown, or "".
func link(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return u.String() // escapes what is no character of a URL
}

// Words of RFC 8628 and RFC 6749 in the answer to a poll.
const (
	slowDown = "slow_down"
	pending  = "authorization_pending"
	denied   = "access_denied"
	expired  = "expired_token"
	invalid  = "invalid_grant"
)

// polls makes the answers to polls such as the oauth2 package knows: Webex says the words of RFC 8628 in the shape of its own
// errors, and that a sign-in is pending with a 428. What may pass, such as no answer, counts as pending: the person may be
// agreeing just now.
type polls struct{ http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (p polls) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := p.RoundTripper.RoundTrip(r)
	if err != nil {
		resp = &http.Response{Request: r, Header: http.Header{}, Body: http.NoBody, StatusCode: http.StatusPreconditionRequired}
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	_ = resp.Body.Close() // it was read
	word := ""
	switch {
	case err != nil || resp.StatusCode >= 500 || resp.StatusCode == http.StatusPreconditionRequired:
		word = pending
	case resp.StatusCode == http.StatusTooManyRequests:
		word = slowDown
	}
	for _, w := range []string{slowDown, pending, denied, expired, invalid} {
		if bytes.Contains(body, []byte(w)) {
			word = w
		}
	}
	if word != "" {
		body, resp.StatusCode = []byte(`{"error":"`+word+`"}`), http.StatusBadRequest
		resp.Header.Set("Content-Type", "application/json")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}
