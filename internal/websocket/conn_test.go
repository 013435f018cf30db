package websocket

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/simulator"

	gorilla "github.com/gorilla/websocket"
)

// TestAnyFrameMovesTheDeadline has the other side send one kind of frame now
// and then, and nothing at all in the end.
func TestAnyFrameMovesTheDeadline(t *testing.T) {
	for name, kind := range map[string]int{
		"text": gorilla.TextMessage, "binary": gorilla.BinaryMessage, "ping": gorilla.PingMessage, "pong": gorilla.PongMessage,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const times, pause = 20, readSilent - time.Second
				w := simulator.NewWire()
				server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					ws, err := (&gorilla.Upgrader{}).Upgrade(rw, r, nil)
					if err != nil {
						return
					}
					go func() {
						for range times {
							<-time.After(pause)
							_ = ws.WriteMessage(kind, []byte("{}")) // the other side tells whether it came
						}
					}()
					for err == nil {
						_, _, err = ws.ReadMessage()
					}
				})}
				go func() { _ = server.Serve(w) }()
				defer server.Close()
				ws, _, err := (&gorilla.Dialer{NetDialContext: w.Dial}).DialContext(t.Context(), "ws://127.0.0.1/", nil)
				if err != nil {
					t.Fatal(err)
				}
				defer ws.Close()
				c, began := &conn{ws: ws, read: make(chan struct{})}, time.Now()
				code, _ := c.reading(func([]byte) {})
				if took, want := time.Since(began), times*pause+readSilent; took != want || code != closeAbnormal {
					t.Errorf("ended with %d after %v, want %d after %v", code, took, closeAbnormal, want)
				}
			})
		})
	}
}
