package webex_test

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"trackbot/webex"
)

// refused gives options of an address where nobody listens.
func refused(t *testing.T) webex.Options {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	return options(s.URL+"/v1", botToken)
}

// unknownHost gives options of a name that never is one (RFC 2606).
func unknownHost(t *testing.T) webex.Options {
	t.Helper()
	return options("http://trackbot.invalid/v1", botToken)
}

// unknownCertificate gives options of a server that nobody vouches for.
func unknownCertificate(t *testing.T) webex.Options {
	t.Helper()
	return secure(t, &tls.Config{MinVersion: tls.VersionTLS12})
}

// oldTLS gives options of a server that speaks TLS 1.1 at most.
func oldTLS(t *testing.T) webex.Options {
	t.Helper()
	return secure(t, &tls.Config{MaxVersion: tls.VersionTLS11})
}

func secure(t *testing.T, config *tls.Config) webex.Options {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.TLS = config
	s.StartTLS()
	t.Cleanup(s.Close)
	return options(s.URL+"/v1", botToken)
}

// breaks gives options of a server that takes the request, writes some bytes
// and closes the connection.
func breaks(answer string) func(*testing.T) webex.Options {
	return func(t *testing.T) webex.Options {
		t.Helper()
		return options(serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}), botToken)
	}
}

// TestConnectionFailures uses real sockets: which failure leaves doubt about a
// write is a matter of what net/http reports.
func TestConnectionFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		options   func(*testing.T) webex.Options
		uncertain bool
	}{
		{"refused", refused, false},
		{"unknown host", unknownHost, false},
		{"unknown certificate", unknownCertificate, false},
		{"old TLS", oldTLS, false},
		{"closed after the request", breaks(""), true},
		{"half an answer", breaks("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":"), true},
		{"no HTTP", breaks("hello"), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := test.options(t)
			_, err := webex.NewBot(o).Post(short(t), webex.NewMessage{RoomID: "R1", Markdown: "x"})
			if e := asError(t, err); e.Kind != webex.KindNoAnswer || !e.Temporary() || e.Uncertain() != test.uncertain {
				t.Errorf("error of POST = %v, uncertain %v, want no answer, uncertain %v", err, e.Uncertain(), test.uncertain)
			}
			_, err = webex.NewBot(o).Message(short(t), "M1")
			if e := asError(t, err); e.Kind != webex.KindNoAnswer || !e.Temporary() || e.Uncertain() {
				t.Errorf("error of GET = %v, want a certain no answer", err)
			}
			if strings.Contains(err.Error(), "/v1") || strings.Contains(err.Error(), "M1") {
				t.Errorf("error = %v, want no URL in it", err)
			}
		})
	}
}
