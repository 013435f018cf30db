package webhook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// maxConnections bounds the open connections: at some 20 KiB each, and at most
	// 64 KiB of a body that is being read, 43 MiB. It leaves half of the usual
	// 1,024 file descriptors to the rest of the bot.
	maxConnections = 512

	// maxAddressConnections bounds those of one address that is no proxy.
	maxAddressConnections = 128
)

// connections is a listener whose connections are bounded. Where all places are
// taken a new connection gets that of the one that has gone longest without a
// whole request: a delivery takes milliseconds, what only waits is cut off.
type connections struct {
	net.Listener

	refused *refusals
	proxies []netip.Prefix
	changed func(open int)

	mu   sync.Mutex
	open *simplelru.LRU[*connection, struct{}] // the one longest without a whole request first
	by   map[netip.Addr]int                    // open ones by address; those of proxies are together under the zero value
}

// connection leaves its listener's list when it is closed.
type connection struct {
	net.Conn

	of      *connections
	address netip.Addr // the zero value for a proxy, and where there is no address
	once    sync.Once
}

func newConnections(l net.Listener, o ServeOptions) *connections {
	open, err := simplelru.NewLRU[*connection, struct{}](maxConnections+1, nil)
	if err != nil {
		panic(err) // only a size of zero or less
	}
	return &connections{
		Listener: l, refused: newRefusals(o.Logger, o.Refused), proxies: o.Proxies, changed: o.Connections,
		open: open, by: make(map[netip.Addr]int),
	}
}

// Accept waits for a connection that is within the bounds. An error is a warning
// and is counted: without descriptors the server tries again within a second.
func (l *connections) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				l.refused.warn(context.Background(), ReasonAccept, "err", err)
			}
			return nil, err
		}
		if b := l.admit(c); b != nil {
			return b, nil
		}
	}
}

// admit lists a connection, or closes it and returns nil.
func (l *connections) admit(c net.Conn) *connection {
	b := &connection{Conn: c, of: l, address: direct(c.RemoteAddr(), l.proxies)}
	l.mu.Lock()
	if b.address.IsValid() && l.by[b.address] >= maxAddressConnections {
		l.mu.Unlock()
		l.refused.warn(context.Background(), ReasonAddress, "remote", c.RemoteAddr())
		_ = c.Close()
		return nil
	}
	var longest *connection
	if l.open.Len() >= maxConnections {
		longest, _, _ = l.open.GetOldest()
	}
	l.open.Add(b, struct{}{})
	l.by[b.address]++
	l.changed(l.open.Len())
	l.mu.Unlock()
	if longest != nil {
		l.refused.warn(context.Background(), ReasonConnections, "remote", longest.RemoteAddr())
		_ = longest.Close()
	}
	return b
}

// served notes that a whole request was answered.
func (l *connections) served(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open.Get(c) // which makes it the newest
}

// Close takes the connection from the list.
func (c *connection) Close() error {
	c.once.Do(func() {
		c.of.mu.Lock()
		c.of.open.Remove(c)
		if c.of.by[c.address]--; c.of.by[c.address] == 0 {
			delete(c.of.by, c.address)
		}
		c.of.changed(c.of.open.Len())
		c.of.mu.Unlock()
	})
	return c.Conn.Close()
}

// direct returns the address at the other end; the zero value for one of the
// proxies, behind which anybody may be, and for what has no address.
func direct(remote net.Addr, proxies []netip.Prefix) netip.Addr {
	a, err := netip.ParseAddrPort(remote.String())
	ip := plain(a.Addr())
	if err != nil || trusted(ip, proxies) {
		return netip.Addr{}
	}
	return ip
}

// plain is an address as the proxies' prefixes have it: IPv4 as such, and without
// the zone of a link-local one.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// trusted reports whether an address is one of the proxies'.
func trusted(a netip.Addr, proxies []netip.Prefix) bool {
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
