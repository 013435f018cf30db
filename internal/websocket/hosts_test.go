package websocket

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"trackbot/webex"
)

// receiver asks the catalog at an address.
func receiver(u2c string) *Receiver {
	return New(Options{
		U2C: u2c, Name: "trackbot-test", Logger: slog.New(slog.DiscardHandler),
		Token: func(context.Context) (string, error) { return "a-token", nil },
		Inbox: func(context.Context, webex.Event) error { return nil },
	})
}

func TestTheTokenGoesToWebexOnly(t *testing.T) {
	webexs, local := receiver("https://u2c.wbx2.com/u2c/api/v1"), receiver("http://127.0.0.1:8080/u2c/api/v1")
	elsewhere := receiver("https://webex.example.com/u2c/api/v1")
	for _, c := range []struct {
		r       *Receiver
		address string
		trusted bool
	}{
		{webexs, "https://wdm-r.wbx2.com/wdm/api/v1", true},
		{webexs, "wss://mercury-connection-partition0-a.wbx2.com/v1/x", true},
		{webexs, "https://WDM-R.WBX2.COM/wdm", true},
		{webexs, "https://idbroker.webex.com/x", true},
		{webexs, "https://wdm.ciscospark.com/x", true},
		{webexs, "https://evilwbx2.com/wdm", false},
		{webexs, "https://wdm.wbx2.com.evil.test/wdm", false},
		{webexs, "https://evil.test/wdm.wbx2.com", false},
		{webexs, "https://wdm.wbx2.com@evil.test/wdm", false},
		{webexs, "https://somebody:word@wdm.wbx2.com/wdm", false},
		{webexs, "http://wdm.wbx2.com/wdm", false},
		{webexs, "ws://wdm.wbx2.com/wdm", false},
		{webexs, "http://127.0.0.1/wdm", false},
		{webexs, "file:///etc/passwd", false},
		{webexs, "//wdm.wbx2.com/wdm", false},
		{webexs, "", false},
		{webexs, "https://wdm.wbx2.com/" + strings.Repeat("x", 3000), false},
		{local, "http://127.0.0.1:9/wdm", true},
		{local, "ws://localhost:9/wdm", true},
		{local, "http://127.0.0.1.evil.test/wdm", false},
		{elsewhere, "https://webex.example.com/wdm", true},
		{elsewhere, "https://other.example.com/wdm", false},
	} {
		if _, err := c.r.trusted(c.address); (err == nil) != c.trusted {
			t.Errorf("%.60q beside the catalog at %s: %v, want trusted %v", c.address, c.r.home.Host, err, c.trusted)
		}
	}
}

// TestARedirectIsNotFollowed has the catalog lead elsewhere.
func TestARedirectIsNotFollowed(t *testing.T) {
	var asked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer other.Close()
	front := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer front.Close()
	if _, err := receiver(front.URL).discover(t.Context()); err == nil || asked.Load() != 0 {
		t.Errorf("discover = %v after %d calls of where it was led, want an error and none", err, asked.Load())
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11}
	old.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	old.StartTLS()
	defer old.Close()
	r := receiver(old.URL)
	_, err := r.discover(t.Context())
	if err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("discover = %v, want that the version is refused", err)
	}
	if _, err := r.open(t.Context(), 1, "wss"+strings.TrimPrefix(old.URL, "https")); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("open = %v, want that the version is refused", err)
	}
}
