package cli

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/oauth2"

	"trackbot/internal/signin"
	"trackbot/webhook"
)

// browserPatience is how long somebody may take to agree in a browser.
const browserPatience = 10 * time.Minute

// landingPage is what the browser shows in the end.
const landingPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>trackbot</title>
<body style="font-family: sans-serif; margin: 4em"><h1>%s</h1><p>You can close this page.</p></body></html>
`

// landing is the one request of a browser that comes back from Webex.
type landing struct {
	state string
	came  chan arrival // holds one
}

// arrival is what it brings.
type arrival struct{ code, refusal string }

// ServeHTTP takes the first request with the right state; anything else that
// finds the port, such as another page in the same browser, changes nothing.
func (l *landing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address holds the code
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	q := r.URL.Query()
	if r.Method != http.MethodGet || r.URL.Path != "/" || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(l.state)) != 1 {
		http.Error(w, "This is not the page you are looking for.", http.StatusBadRequest)
		return
	}
	a, title := arrival{code: q.Get("code"), refusal: q.Get("error")}, "Signed in."
	if a.refusal != "" || a.code == "" {
		a.refusal, title = "refused", "Not signed in."
		if q.Get("error") == "invalid_scope" {
			a.refusal = "the integration lacks one of the rights above"
		}
	}
	select {
	case l.came <- a:
		_, _ = io.WriteString(w, fmt.Sprintf(landingPage, title)) // the browser may be gone
	default:
		http.Error(w, "This page was used already.", http.StatusGone)
	}
}

// byBrowser signs in with a browser on this machine, which Webex sends back to
// a port of loopback.
func byBrowser(ctx context.Context, in *signin.Client, o loginOptions) (signin.Pair, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(o.port))))
	if err != nil {
		return signin.Pair{}, fmt.Errorf("a port for the browser: %w", err)
	}
	l := &landing{state: rand.Text(), came: make(chan arrival, 1)}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	failed := make(chan error, 1)
	go func() { failed <- webhook.Serve(serving, ln, l, webhook.ServeOptions{}) }()
	defer func() {
		stop()
		select { // the page may be under way, and the tokens wait to be stored
		case <-failed: //nolint:errcheck // nothing is lost with it
		case <-time.After(time.Second):
		}
	}()
	redirect, verifier := "http://"+ln.Addr().String()+"/", oauth2.GenerateVerifier()
	say(o.say, "\nThe integration must list this redirect address: %s\n\nOpen    %s\n\nWaiting for you to agree...\n", redirect, in.AuthorizeURL(redirect, l.state, verifier))
	ctx, cancel := context.WithTimeout(ctx, browserPatience)
	defer cancel()
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return signin.Pair{}, errors.New("nobody agreed in time")
		}
		return signin.Pair{}, context.Cause(ctx)
	case err := <-failed:
		return signin.Pair{}, fmt.Errorf("wait for the browser: %w", err)
	case a := <-l.came:
		if a.refusal != "" {
			return signin.Pair{}, errors.New(a.refusal)
		}
		return in.Exchange(ctx, a.code, redirect, verifier)
	}
}
