// Package websocket hears the bot's events over a websocket, for a bot that no
// webhook can reach. [Receiver.Run] registers a device with the account's
// region, opens the socket that the device names, and puts what happens into
// an Inbox as the same events that a webhook would tell. A frame is
// acknowledged when its event is stored; what was not stored comes again.
//
// The service is not a documented one. Its protocol is a pure function ([step])
// of what happened and when; the rest of the package does what that says.
// Connections end all the time, and nothing makes the receiver give up.
package websocket

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"trackbot/webex"

	gorilla "github.com/gorilla/websocket"
)

// Options are what [New] needs; all but Find, Gap and Dial are required.
type Options struct {
	U2C    string                                                  // base of the service catalog, such as https://u2c.wbx2.com/u2c/api/v1
	Token  func(context.Context) (string, error)                   // the bot's; its error must not hold it
	Name   string                                                  // tells this instance's device from others of the same bot
	Inbox  func(context.Context, webex.Event) error                // stores an event for good, as the webhook's
	Find   func(context.Context, webex.Event) error                // fetches what an event names; tells a region's ids where nothing else does
	Gap    func()                                                  // told, after readiness, that events may have been missed; must return soon
	Dial   func(context.Context, string, string) (net.Conn, error) // makes connections; nil: the network's
	Logger *slog.Logger
}

// Receiver hears the bot's events. Make it with [New].
type Receiver struct {
	o      Options
	home   *url.URL // of the catalog
	http   *http.Client
	dialer gorilla.Dialer

	mu     sync.Mutex
	health Health
	heard  bool // it was ready once
}

// New returns a receiver. It panics where a part is missing: that is the
// program's mistake.
func New(o Options) *Receiver {
	home, err := url.Parse(o.U2C)
	if err != nil || home.Hostname() == "" || o.Token == nil || o.Name == "" || o.Inbox == nil || o.Logger == nil {
		panic("websocket: a part is missing")
	}
	if o.Gap == nil {
		o.Gap = func() {}
	}
	o.U2C = strings.TrimRight(o.U2C, "/")
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	}
	return &Receiver{
		o: o, home: home,
		http: &http.Client{
			Transport: &http.Transport{
				Proxy: webex.Proxy, DialContext: dial, TLSClientConfig: secure(), TLSHandshakeTimeout: 5 * time.Second,
				ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: 45 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		dialer: gorilla.Dialer{Proxy: webex.Proxy, NetDialContext: dial, TLSClientConfig: secure(), HandshakeTimeout: dialLimit},
		health: Health{State: stopped.String(), Device: o.Name},
	}
}

// secure is made for each user: net/http changes its own.
func secure() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS12} }
