package simulator

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// control adds the websocket half to the control side.
func (k *Socket) control(mux *http.ServeMux) {
	mux.HandleFunc("GET /_simulator/devices", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, k.Devices()) })
	mux.HandleFunc("GET /_simulator/sockets", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, k.Sockets()) })
	mux.HandleFunc("POST /_simulator/socket", takesJSON(k.controlSocket))
	mux.HandleFunc("POST /_simulator/socketfaults", takesJSON(func(_ *http.Request, f SocketFaults) (any, error) { k.SetFaults(f); return f, nil }))
}

type socketBody struct {
	Do     string `json:"do"`
	Code   int    `json:"code"`
	Reason string `json:"reason"`
	For    string `json:"for"` // a duration, such as 20s
	Region string `json:"region"`
	Frame  string `json:"frame"`
}

// controlSocket does one thing to all sockets and returns how many there were.
func (k *Socket) controlSocket(_ *http.Request, b socketBody) (any, error) {
	var d time.Duration
	if b.For != "" {
		var err error
		if d, err = time.ParseDuration(b.For); err != nil {
			return nil, fmt.Errorf("for: %w", err)
		}
	}
	n := len(k.Sockets())
	switch b.Do {
	case "cut":
		n = k.Cut()
	case "half-open":
		n = k.HalfOpen()
	case "close":
		n = k.Close(b.Code, b.Reason)
	case "shutdown":
		n = k.Shutdown(d)
	case "send":
		n = k.Send(websocket.TextMessage, []byte(b.Frame))
	case "vanish":
		k.Vanish()
	case "move":
		k.Move(b.Region)
	case "outage":
		k.s.Outage(d)
	default:
		return nil, fmt.Errorf("unknown action %q: use cut, half-open, close, shutdown, send, vanish, move or outage", b.Do)
	}
	return map[string]int{"sockets": n}, nil
}
