// Package page shows the made-up Webex in a browser: people, spaces, cards with
// working buttons, and behind them each call of the bot. "trackbot demo" and
// "trackbot simulate" serve it, on loopback only; the real bot has nothing of it.
//
// It is one page, one style sheet and one script, embedded, and asks nothing of
// any other host. The script talks to the control side of package simulator:
// its websocket live brings everything that there is and then what changes.
package page

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"trackbot/internal/simulator"
)

//go:embed index.html page.css page.js icon.svg
var assets embed.FS

// policy lets the page load its own files and talk to its own origin, and
// nothing else. Texts become nodes, never HTML; the one reader of HTML is the
// script's policy "read", whose result is never inserted.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types read"

// Handler serves the page, and beside it the simulator's control side.
func Handler(sim *simulator.Simulator) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/_simulator/", sim.Handler())
	mux.Handle("/", simulator.LoopbackOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		http.FileServerFS(assets).ServeHTTP(w, r)
	})))
	return mux
}

// The port of the page, and how many after it are tried where it is taken.
const (
	firstPort = 8086
	morePorts = 20
)

// Serve serves the page on the first free port of loopback from 8086 on and
// returns its address. stop ends it.
func Serve(ctx context.Context, sim *simulator.Simulator) (url string, stop func() error, err error) {
	for port := firstPort; port <= firstPort+morePorts; port++ {
		var l net.Listener
		if l, err = (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
			return "http://" + l.Addr().String(), serve(l, Handler(sim)), nil
		}
	}
	return "", nil, fmt.Errorf("no port for the page: %w", err)
}

func serve(l net.Listener, h http.Handler) (stop func() error) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	return func() error {
		err := server.Close()
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}
}
