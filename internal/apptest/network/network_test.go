package network

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// frontDoor stands in front of a simulator with TLS, under a certificate for
// example.com and 0.0.0.0 that only the file at ca vouches for. 0.0.0.0 reaches
// this machine and counts as another one where proxies are chosen.
func frontDoor(t *testing.T, sim *simulator.Simulator) (addr, ca string) {
	t.Helper()
	key := apptest.Must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{"example.com"}, IPAddresses: []net.IP{net.IPv4zero},
	}
	der := apptest.Must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	to := apptest.Must(url.Parse(strings.TrimSuffix(sim.URL(), "/v1")))
	s := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(to))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), ca
}

// tunnels is a proxy that leads every tunnel to one address.
type tunnels struct {
	*httptest.Server

	mu    sync.Mutex
	asked []string
}

func newTunnels(t *testing.T, to string) *tunnels {
	t.Helper()
	p := new(tunnels)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.Method+" "+r.Host)
		p.mu.Unlock()
		there, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", to)
		if err != nil {
			t.Error(err)
			return
		}
		w.WriteHeader(http.StatusOK)
		here, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		go func() { _, _ = io.Copy(there, buffered); _ = there.Close() }()
		_, _ = io.Copy(here, there)
		_ = here.Close()
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *tunnels) list() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.asked, ", ")
}

// askingAlone runs trackbot ask as a process of its own: proxies and certificates
// are read once in a process.
func askingAlone(t *testing.T, env ...string) (out string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	env = append([]string{"HOME=" + t.TempDir(), "ALLOWED_SITES=example.webex.com"}, env...)
	cmd := apptest.Command(ctx, t, env, "ask", "code 1 on example.webex.com")
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	err = cmd.Run()
	return text.String(), err
}

func TestProxiesAndAuthoritiesOfTheEnvironment(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	door, ca := frontDoor(t, sim)
	_, port, _ := net.SplitHostPort(door)
	const password = "a-proxys-password-of-nobody"
	for name, test := range map[string]struct {
		api, noProxy, ca string
		tunnel           string
		fails            bool
	}{
		"by the proxy":             {api: "https://example.com/v1", ca: ca, tunnel: "CONNECT example.com:443"},
		"by the proxy, an address": {api: "https://0.0.0.0:" + port + "/v1", ca: ca, tunnel: "CONNECT 0.0.0.0:" + port},
		"past the proxy":           {api: "https://0.0.0.0:" + port + "/v1", ca: ca, noProxy: "0.0.0.0"},
		"an unknown authority":     {api: "https://0.0.0.0:" + port + "/v1", noProxy: "0.0.0.0", fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := newTunnels(t, door)
			env := []string{
				"WEBEX_API_URL=" + test.api, "WEBEX_ADMIN_TOKEN=" + sim.AdminToken(), "NO_PROXY=" + test.noProxy,
				"HTTPS_PROXY=" + strings.Replace(proxy.URL, "://", "://somebody:"+password+"@", 1),
			}
			if test.ca != "" {
				env = append(env, "SSL_CERT_FILE="+test.ca)
			}
			out, err := askingAlone(t, env...)
			if (err != nil) != test.fails || test.fails == strings.Contains(out, "Department") {
				t.Errorf("ask: %v, want failed %v:\n%s", err, test.fails, out)
			}
			if test.fails && !strings.Contains(out, "certificate") {
				t.Errorf("the log does not say why:\n%s", out)
			}
			if got := proxy.list(); got != test.tunnel {
				t.Errorf("the proxy was asked for %q, want %q", got, test.tunnel)
			}
			if strings.Contains(out, password) || strings.Contains(out, sim.AdminToken()) {
				t.Errorf("a secret shows:\n%s", out)
			}
		})
	}
}
