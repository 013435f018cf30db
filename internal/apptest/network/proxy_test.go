package network

import (
	"bytes"
	"encoding/pem"
	"io"
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

	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
)

// tunnel is a proxy that knows CONNECT only, and leads to one place.
type tunnel struct {
	to string

	mu    sync.Mutex
	asked []string // what was to be reached
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.Host+" "+r.Header.Get("Proxy-Authorization"))
	p.mu.Unlock()
	there, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", p.to)
	if r.Method != http.MethodConnect || err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer there.Close()
	w.WriteHeader(http.StatusOK)
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
	_, _ = io.Copy(here, there)
}

// secureFront is the simulator as https://example.com, which no resolver leads
// to: links in its answers are those of that name.
func secureFront(t *testing.T, sim *simulator.Simulator) *httptest.Server {
	t.Helper()
	base, err := url.Parse(strings.TrimSuffix(sim.URL(), "/v1"))
	if err != nil {
		t.Fatal(err)
	}
	front := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(base); r.Out.Header.Del("Accept-Encoding") },
		ModifyResponse: func(r *http.Response) error {
			if r.StatusCode == http.StatusSwitchingProtocols {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			body = bytes.ReplaceAll(body, []byte("http://"+base.Host), []byte("https://example.com"))
			body = bytes.ReplaceAll(body, []byte("ws://"+base.Host), []byte("wss://example.com"))
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Del("Content-Length")
			return nil
		},
	}
	server := httptest.NewTLSServer(front)
	t.Cleanup(server.Close)
	return server
}

// TestEverythingGoesThroughTheProxy has Webex behind a proxy: REST, the device
// service and the websocket have the one setting.
func TestEverythingGoesThroughTheProxy(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	front := secureFront(t, sim)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy := &tunnel{to: front.Listener.Addr().String()}
	way := httptest.NewServer(proxy)
	defer way.Close()
	p := apptest.NewProcess(t, sim, t.TempDir(), append(demo.Receiving(config.ReceiveWebsocket),
		"WEBEX_API_URL=https://example.com/v1", "WEBEX_U2C_URL=https://example.com/u2c/api/v1", "SSL_CERT_FILE="+ca,
		"HTTPS_PROXY=http://somebody:a-word-for-the-proxy@"+way.Listener.Addr().String(),
	)...)
	p.Start()
	alice := sim.Person("alice")
	m := sim.Say(t.Context(), simulator.Say{Space: sim.Direct(alice.ID).ID, Person: alice.ID, Text: "code 1 on example.webex.com"})
	if _, err := sim.WaitReply(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if status := p.Terminate(); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
	if strings.Contains(p.Log.String(), "a-word-for-the-proxy") {
		t.Error("the log holds the proxy's password")
	}
	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	if len(proxy.asked) < 3 { // REST, the device service, the websocket
		t.Errorf("the proxy was asked for %q, want at least three connections", proxy.asked)
	}
	for _, a := range proxy.asked {
		if !strings.HasPrefix(a, "CONNECT example.com:443 Basic ") {
			t.Errorf("the proxy was asked for %q", a)
		}
	}
}
