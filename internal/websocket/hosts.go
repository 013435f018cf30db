package websocket

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"trackbot/internal/text"
)

// families are the domains that Webex's services live in. The token goes to
// these, to the host of the catalog that the operator configured, and nowhere
// else, whatever a catalog or a frame says.
func families() [3]string { return [...]string{"wbx2.com", "webex.com", "ciscospark.com"} }

// trusted parses an address that the token may be sent to: https or wss to a
// host of Webex's; plain http or ws to loopback, where the catalog is on
// loopback itself.
func (r *Receiver) trusted(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || len(address) > 2048 || u.User != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("%w: it is no address", errAddress)
	}
	host := strings.ToLower(u.Hostname())
	switch u.Scheme {
	case "https", "wss":
		if host == r.home.Hostname() {
			return u, nil
		}
		for _, family := range families() {
			if strings.HasSuffix(host, "."+family) {
				return u, nil
			}
		}
	case "http", "ws":
		if loopback(host) && r.home.Scheme == "http" {
			return u, nil
		}
	}
	return nil, fmt.Errorf("%w: %s://%s", errAddress, text.Line(u.Scheme, maxWord), text.Line(host, maxWord))
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// maxWord is how long a word from outside may be in a log line, in bytes.
const maxWord = 100
