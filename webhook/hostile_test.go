package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
	"trackbot/webhook"
)

// counts are how often each reason was given.
type counts struct {
	mu sync.Mutex
	of map[string]int
}

func (c *counts) add(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = make(map[string]int)
	}
	c.of[reason]++
}

func (c *counts) get(reason string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of[reason]
}

// opened serves h on connections in memory until the test ends.
func opened(t *testing.T, l net.Listener, h http.Handler, o webhook.ServeOptions) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- webhook.Serve(ctx, l, h, o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
	})
}

// TestGenuineBesideSlowBodies sends the head of a delivery on 300 sockets and
// nothing more: genuine ones get in beside them, and each is closed after two
// seconds.
func TestGenuineBesideSlowBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, i, refused := newPipes(), new(inbox), new(counts)
		o := options(i)
		o.Refused = refused.add
		opened(t, l, webhook.NewHandler(o), webhook.ServeOptions{})
		var slow sync.WaitGroup
		start := time.Now()
		for range 300 {
			c := l.dial(t)
			slow.Go(func() {
				_, _ = io.WriteString(c, head(9))
				if got := status(t, c); got != http.StatusRequestTimeout {
					t.Errorf("a body that never comes gets %d, want 408", got)
				}
				if in := time.Since(start); in != 2*time.Second {
					t.Errorf("it ended after %v, want 2 s", in)
				}
			})
		}
		synctest.Wait()
		for range 250 {
			c := l.dial(t)
			go io.WriteString(c, head(len(messageBody))+messageBody)
			if got := status(t, c); got != http.StatusNoContent {
				t.Fatalf("a genuine delivery beside 300 slow ones gets %d, want 204", got)
			}
			c.Close()
		}
		slow.Wait()
		if got := refused.get(webhook.ReasonBody); got != 300 {
			t.Errorf("%d refusals are counted, want 300", got)
		}
	})
}

// TestUnsignedIsNotRead announces bodies with a header that can be no signature:
// they are refused before a byte of the body is there.
func TestUnsignedIsNotRead(t *testing.T) {
	for _, signature := range []string{"", "X-Spark-Signature: \r\n", "X-Spark-Signature: sha1=abc\r\n", "X-Spark-Signature: " + strings.Repeat("g", 40) + "\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			l, refused := newPipes(), new(counts)
			o := options(new(inbox))
			o.Refused = refused.add
			opened(t, l, webhook.NewHandler(o), webhook.ServeOptions{})
			c, start := l.dial(t), time.Now()
			go io.WriteString(c, "POST /webhook HTTP/1.1\r\nHost: x\r\n"+signature+"Content-Length: 9\r\n\r\n")
			if got, in := status(t, c), time.Since(start); got != http.StatusUnauthorized || in != 0 {
				t.Errorf("%q: status %d after %v, want 401 at once", signature, got, in)
			}
			if _, err := io.Copy(io.Discard, c); err != nil || time.Since(start) > time.Second {
				t.Errorf("%q: the connection ended after %v with %v, want within a second", signature, time.Since(start), err)
			}
			if got := refused.get(webhook.ReasonHeader); got != 1 {
				t.Errorf("%q: %d refusals are counted, want 1", signature, got)
			}
		})
	}
}

// TestIdleConnectionsGiveWay opens 6,000 connections that do nothing: 512 are
// open at most, the rest is closed, and a genuine delivery gets in.
func TestIdleConnectionsGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, i, refused := newPipes(), new(inbox), new(counts)
		var mu sync.Mutex
		most, now := 0, 0
		opened(t, l, webhook.NewHandler(options(i)), webhook.ServeOptions{Refused: refused.add, Connections: func(open int) {
			mu.Lock()
			defer mu.Unlock()
			most, now = max(most, open), open
		}})
		var first net.Conn
		for n := range 6000 {
			if c := l.dial(t); n == 0 {
				first = c
			}
		}
		c := l.dial(t)
		go io.WriteString(c, head(len(messageBody))+messageBody)
		if got := status(t, c); got != http.StatusNoContent {
			t.Errorf("a genuine delivery beside 6,000 idle connections gets %d, want 204", got)
		}
		if _, err := first.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("the oldest connection gives %v, want that it is closed", err)
		}
		mu.Lock()
		if most > 513 {
			t.Errorf("%d connections were open, want 512 at most", most)
		}
		mu.Unlock()
		if got := refused.get(webhook.ReasonConnections); got != 6001-512 {
			t.Errorf("%d connections gave way, want %d", got, 6001-512)
		}
		<-time.After(6 * time.Second)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if now > 1 {
			t.Errorf("%d connections are open after 6 s, want the genuine one at most", now)
		}
	})
}

// addressed gives each connection the address that it is dialled with.
type addressed struct {
	*pipes

	addr net.Addr
}

type addressedConn struct {
	net.Conn

	addr net.Addr
}

func (c addressedConn) RemoteAddr() net.Addr { return c.addr }

func (a addressed) Accept() (net.Conn, error) {
	c, err := a.pipes.Accept()
	if err != nil {
		return nil, err
	}
	return addressedConn{c, a.addr}, nil
}

// TestConnectionsOfOneAddress opens 200 connections of one address: 128 stay. A
// proxy's are bounded in all only.
func TestConnectionsOfOneAddress(t *testing.T) {
	for from, want := range map[string]int{"203.0.113.7:4000": 72, "10.0.0.1:4000": 0, "[fe80::1%eth0]:4000": 0} {
		synctest.Test(t, func(t *testing.T) {
			l := addressed{newPipes(), net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))}
			refused := new(counts)
			opened(t, l, webhook.NewHandler(options(new(inbox))), webhook.ServeOptions{Refused: refused.add, Proxies: proxies()})
			for range 200 {
				l.dial(t)
			}
			synctest.Wait()
			if got := refused.get(webhook.ReasonAddress); got != want {
				t.Errorf("%s: %d of 200 connections were refused, want %d", from, got, want)
			}
		})
	}
}

func proxies() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fe80::/10")}
}

// through is a delivery that came through a proxy which names these addresses.
func through(forwarded ...string) *http.Request {
	r := signed(messageBody)
	r.RemoteAddr = "10.0.0.1:4000"
	for _, f := range forwarded {
		r.Header.Add("X-Forwarded-For", f)
	}
	return r
}

func forged(forwarded ...string) *http.Request {
	r := through(forwarded...)
	r.Header.Set(webhook.SignatureHeader, vectorSignature)
	return r
}

// TestRateOfOneAddress has one address send 100 forgeries: further ones get 429
// unread, and 50 a second may come after. Others, and who only sends what is
// genuine, notice nothing.
func TestRateOfOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := new(counts)
		o := options(new(inbox))
		o.Proxies, o.Refused = proxies(), refused.add
		h := webhook.NewHandler(o)
		attacker := []string{"198.51.100.1, 203.0.113.7", "192.0.2.9"} // the first is what the attacker wrote, the last what the proxy did
		for n := range 150 {
			want := http.StatusUnauthorized
			if n >= 100 {
				want = http.StatusTooManyRequests
			}
			if w := serve(h, forged(attacker...)); w.Code != want {
				t.Fatalf("forgery %d gets %d, want %d", n+1, w.Code, want)
			}
		}
		for range 500 {
			if w := serve(h, through("203.0.113.80")); w.Code != http.StatusNoContent {
				t.Fatalf("a genuine delivery of another address gets %d, want 204", w.Code)
			}
		}
		<-time.After(time.Second)
		passed := 0
		for range 100 {
			if w := serve(h, forged(attacker...)); w.Code == http.StatusUnauthorized {
				passed++
			}
		}
		if passed != 50 || refused.get(webhook.ReasonRate) != 100 {
			t.Errorf("%d of 100 pass a second later, %d in all were too many; want 50 and 100", passed, refused.get(webhook.ReasonRate))
		}
	})
}

// TestRateOfAllAddresses has 3,000 addresses send a forgery each: what all may
// send is used up, and an address that sends what is genuine gets in all the same.
func TestRateOfAllAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(new(inbox))
		o.Proxies = proxies()
		h := webhook.NewHandler(o)
		late := 0
		for n := range 6000 {
			if w := serve(h, forged(fmt.Sprintf("198.18.%d.%d", n%3000/250, n%250))); w.Code == http.StatusTooManyRequests {
				late++
			}
		}
		if late != 3000 {
			t.Errorf("%d of 6,000 got 429, want the second of each address", late)
		}
		if w := serve(h, through("203.0.113.80")); w.Code != http.StatusNoContent {
			t.Errorf("a genuine delivery gets %d, want 204", w.Code)
		}
	})
}

// TestAddressesOfIPv6 counts a /64 as one.
func TestAddressesOfIPv6(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(new(inbox))
		o.Proxies = proxies()
		h := webhook.NewHandler(o)
		for n := range 100 {
			serve(h, forged(fmt.Sprintf("2001:db8::%x", n)))
		}
		for address, want := range map[string]int{"2001:db8::ffff": 429, "2001:db8:0:1::1": 401} {
			if w := serve(h, forged(address)); w.Code != want {
				t.Errorf("%s gets %d, want %d", address, w.Code, want)
			}
		}
	})
}

// TestUnlistedProxyIsTold tells once of a proxy that hands on what is genuine and
// that the settings don't name; a stranger's header is no news.
func TestUnlistedProxyIsTold(t *testing.T) {
	var log bytes.Buffer
	o := options(new(inbox))
	o.Proxies = proxies()
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	h := webhook.NewHandler(o)
	for range 2 {
		r := through("203.0.113.80")
		r.RemoteAddr = "203.0.113.1:4000"
		serve(h, r)
		serve(h, through("203.0.113.80"))
	}
	r := forged("203.0.113.80")
	r.RemoteAddr = "203.0.113.2:4000"
	serve(h, r)
	if got := strings.Count(log.String(), "TRUSTED_PROXIES"); got != 1 || !strings.Contains(log.String(), "proxy=203.0.113.1") {
		t.Errorf("told %d times, want once of 203.0.113.1:\n%s", got, &log)
	}
}

// TestStaleDeliveries repeats a genuine delivery of 25 hours ago: it is
// acknowledged, so that nobody sends it again, not stored, and counted.
func TestStaleDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, refused := new(inbox), new(counts)
		o := options(i)
		o.Refused = refused.add
		h := webhook.NewHandler(o)
		body := func(age time.Duration) string {
			return fmt.Sprintf(`{"resource":"messages","event":"created","data":{"id":"MSG","created":%q}}`, time.Now().Add(-age).Format(time.RFC3339Nano))
		}
		for age, want := range map[time.Duration]int{25 * time.Hour: 0, 24 * time.Hour: 1, -time.Hour: 1} {
			i.events = nil
			if w := serve(h, signed(body(age))); w.Code != http.StatusNoContent || len(i.events) != want {
				t.Errorf("%v old: status %d, %d stored; want 204 and %d", age, w.Code, len(i.events), want)
			}
		}
		if got := refused.get(webhook.ReasonStale); got != 1 {
			t.Errorf("%d are counted, want 1", got)
		}
	})
}

// failing is a listener without descriptors.
type failing struct{ *pipes }

func (f failing) Accept() (net.Conn, error) { return nil, temporaryError{} }

type temporaryError struct{}

func (temporaryError) Error() string   { return "too many open files" }
func (temporaryError) Timeout() bool   { return false }
func (temporaryError) Temporary() bool { return true }

// TestAcceptErrorsAreWarnings has no connection be taken for three seconds.
func TestAcceptErrorsAreWarnings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		refused := new(counts)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := webhook.Serve(ctx, failing{newPipes()}, http.NotFoundHandler(), webhook.ServeOptions{
			Refused: refused.add, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		if err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
		if got := refused.get(webhook.ReasonAccept); got < 3 {
			t.Errorf("%d failures are counted, want some a second", got)
		}
		if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "too many open files") {
			t.Errorf("the log does not warn:\n%s", &log)
		}
	})
}

// TestBusyIsGenuine fills the places of what is being stored: only genuine
// deliveries take one.
func TestBusyIsGenuine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		o := options(nil)
		o.Inbox = func(context.Context, webex.Event) error { <-free; return nil }
		h := webhook.NewHandler(o)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() { serve(h, forged()) })
		}
		for range 240 {
			wg.Go(func() {
				if w := serve(h, signed(messageBody)); w.Code != http.StatusNoContent {
					t.Errorf("beside 1,000 forgeries a delivery gets %d, want 204", w.Code)
				}
			})
		}
		synctest.Wait()
		close(free)
		wg.Wait()
	})
}
