package webex

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
)

// Options is what a client is made of. BaseURL and Token are required; the
// zero value of everything else works.
type Options struct {
	// BaseURL is the root of the API, such as https://webexapis.com/v1. Pages
	// and redirects that lead to another host are refused.
	BaseURL string
	// Token gives the access token; it is asked before every request, so that
	// a renewed one counts at once. Its error must not hold the token.
	Token func(context.Context) (string, error)
	// Renew is told that a token was refused with a 401. When it returns nil
	// the request is made once more with what Token gives then; it is called at
	// most once a call. Calls that run side by side each report the same stale
	// token, so that an implementation can tell whether it was renewed already.
	Renew func(ctx context.Context, stale string) error
	// Transport makes the requests; by default one with proxies from the
	// environment, TLS 1.2 or newer, and time-outs.
	Transport http.RoundTripper
	// Logger is told of pauses, open circuits and, at debug level, of retries.
	Logger *slog.Logger
	// Pause is shared by the clients that use the same token.
	Pause *Pause
	// Observe is called after every HTTP attempt, from the caller's goroutine.
	Observe func(context.Context, Call)
}

// NewBot returns a client with the rights of a bot. It panics when BaseURL is
// no absolute http or https URL or Token is nil: both are the program's mistake.
func NewBot(o Options) *Bot { return &Bot{newClient(o)} }

// NewAdmin returns a client with the rights of an administrator, for tracking
// codes and sites only. It panics where [NewBot] does.
func NewAdmin(o Options) *Admin { return &Admin{newClient(o)} }

// newClient checks the options and fills in the defaults.
func newClient(o Options) *client {
	base, err := url.Parse(strings.TrimRight(o.BaseURL, "/"))
	if err != nil || base.Host == "" || base.User != nil || (base.Scheme != "https" && base.Scheme != "http") {
		panic("webex: Options.BaseURL must be an absolute http or https URL without user and password")
	}
	if o.Token == nil {
		panic("webex: Options.Token is missing")
	}
	base.RawQuery, base.Fragment = "", ""
	if o.Transport == nil {
		o.Transport = NewTransport()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Pause == nil {
		o.Pause = new(Pause)
	}
	c := &client{Options: o, base: base, root: base.String(), agent: userAgent()}
	c.circuits.changed = c.circuitChanged
	c.http = &http.Client{Transport: o.Transport, CheckRedirect: c.checkRedirect}
	return c
}

// NewTransport returns the transport of a client that is given none, for calls of
// Webex beside the clients: with proxies from the environment, TLS 1.2 or newer,
// and time-outs. It has 64 idle connections to the one
// host, because that many workers may ask at once; idle ones are let go after
// 45 seconds, before load balancers drop them (usually at 60), since a request
// on a connection that just died is an uncertain write; pings find a dead
// HTTP/2 connection within 20 seconds.
func NewTransport() *http.Transport {
	t, ok := http.DefaultTransport.(*http.Transport)
	if ok {
		t = t.Clone()
	} else {
		t = &http.Transport{ForceAttemptHTTP2: true}
	}
	t.Proxy = Proxy
	t.DialContext = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	t.TLSHandshakeTimeout = 5 * time.Second
	t.IdleConnTimeout = 45 * time.Second
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 128, 64
	t.MaxResponseHeaderBytes = 64 << 10
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 5 * time.Second}
	return t
}

// Proxy is the proxy for a request, from HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
// Every connection of the program to Webex is made with it.
func Proxy(r *http.Request) (*url.URL, error) { return quietly(http.ProxyFromEnvironment)(r) }

// quietly hides what a choice of proxies says when it fails: the address in
// the environment, which may hold a password.
func quietly(choose func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		u, err := choose(r)
		if err != nil {
			return nil, errors.New("the proxy address in the environment is not valid")
		}
		return u, nil
	}
}

// checkRedirect follows at most two redirects of a read, within the host that
// the token is for; otherwise the redirect itself is the answer.
func (c *client) checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) > 2 || via[0].Method != http.MethodGet || !c.ours(r.URL) {
		return http.ErrUseLastResponse
	}
	return nil
}

// ours reports whether a URL lies under the base URL.
func (c *client) ours(u *url.URL) bool {
	return u.Scheme == c.base.Scheme && strings.EqualFold(u.Host, c.base.Host) && u.User == nil &&
		strings.HasPrefix(u.EscapedPath(), c.base.EscapedPath()+"/")
}

// userAgent names this program and, where it was built from a tag, its version.
func userAgent() string {
	version := "dev"
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasPrefix(info.Main.Version, "v") {
		version = info.Main.Version
	}
	return "trackbot/" + version
}
