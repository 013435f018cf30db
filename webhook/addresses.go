package webhook

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// A request costs its address a token, and a genuine delivery gets it back. So
// they bound what one address may have under way, and how often it may be wrong.
const (
	addressBurst  = 100 // tokens of one address
	addressRefill = 50  // that come back each second
	allBurst      = 2000
	allRefill     = 1000

	// maxAddresses is how many addresses are remembered, in about 2 MB; beyond it
	// the one longest silent is forgotten, which has most of its tokens back.
	maxAddresses = 10_000
)

// addresses paces requests by the address that they come from.
type addresses struct {
	proxies []netip.Prefix

	mu  sync.Mutex
	all bucket
	by  *simplelru.LRU[netip.Prefix, *bucket]
}

// bucket holds tokens that come back with time.
type bucket struct {
	spent float64 // tokens that are missing
	at    time.Time
}

func newAddresses(proxies []netip.Prefix) *addresses {
	by, err := simplelru.NewLRU[netip.Prefix, *bucket](maxAddresses, nil)
	if err != nil {
		panic(err) // only a size of zero or less
	}
	return &addresses{proxies: proxies, by: by}
}

// isProxy reports whether an address is one of the proxies'.
func (a *addresses) isProxy(address string) bool {
	ip, err := netip.ParseAddr(address)
	return err == nil && trusted(plain(ip), a.proxies)
}

// network is what is counted as one address: of IPv6 a /64, which one customer
// has whole. It is false for a proxy that does not say for whom it asks.
func (a *addresses) network(address string) (netip.Prefix, bool) {
	ip, err := netip.ParseAddr(address)
	if ip = plain(ip); err != nil || trusted(ip, a.proxies) {
		return netip.Prefix{}, false
	}
	bits := 64
	if ip.Is4() {
		bits = 32
	}
	p, err := ip.Prefix(bits)
	return p, err == nil
}

// take takes a token. It reports false where the address has none left, or where
// all have none and this address was refused lately: so that a crowd of
// addresses does not keep out who only ever sends what is genuine.
func (a *addresses) take(address string, now time.Time) bool {
	n, ok := a.network(address)
	if !ok {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b, known := a.by.Get(n)
	if !known {
		b = new(bucket)
		a.by.Add(n, b)
	}
	own := b.refill(now, addressRefill)
	if a.all.refill(now, allRefill); own+1 > addressBurst || a.all.spent+1 > allBurst && own > 0 {
		return false
	}
	b.spent++
	a.all.spent++
	return true
}

// giveBack returns the token of a genuine delivery.
func (a *addresses) giveBack(address string) {
	n, ok := a.network(address)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all.spent = max(0, a.all.spent-1)
	if b, known := a.by.Get(n); known {
		b.spent = max(0, b.spent-1)
	}
}

// refill brings tokens back and returns how many are missing still.
func (b *bucket) refill(now time.Time, perSecond float64) float64 {
	b.spent = max(0, b.spent-now.Sub(b.at).Seconds()*perSecond)
	b.at = now
	return b.spent
}
