package simulator

import (
	"cmp"
	"net/http"

	"github.com/gorilla/websocket"
)

// upgrade answers GET on a socket's address. It refuses a call with an HTTP
// status, or with a close code if the client asked for that.
func (k *Socket) upgrade(w http.ResponseWriter, r *http.Request, done func(int)) {
	q := r.URL.Query()
	_, status := k.admit(r.PathValue("id"), r.Header.Get("Authorization"))
	if status != 0 && q.Get("aliasHttpStatus") != "true" {
		a := k.s.refusal(refuse(status, http.StatusText(status)))
		done(a.status)
		a.write(w)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	done(http.StatusSwitchingProtocols)
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	l := &link{
		k: k, ws: ws, query: q, multiple: q.Get("multipleConnections") == "true",
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	how, more := k.add(l)
	if !more {
		_ = ws.Close() // too late for anybody to care
		return
	}
	defer k.remove(l)
	l.binary = how.Binary || q.Get("outboundWireFormat") != "text"
	l.pings = cmp.Or(how.PingEvery, pingEvery)
	switch {
	case status != 0:
		l.end(aliased+status, http.StatusText(status))
	case how.CloseCode != 0:
		l.end(how.CloseCode, how.CloseReason)
	case r.Header.Get("Authorization") != "":
		l.authorize(r.PathValue("id"), r.Header.Get("Authorization"))
	}
	l.run(r.PathValue("id"), cmp.Or(how.AuthWindow, authWindow))
}

// admit returns the registration at a socket's address, and the status with
// which to refuse the owner of a token there, 0 if they are welcome. The token
// may be empty: then it follows in a frame.
func (k *Socket) admit(socket, token string) (g *registration, status int) {
	who, _ := k.s.account(token)
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	g = k.registrationAt(socket)
	switch {
	case token != "" && who == nil:
		status = http.StatusUnauthorized
	case g == nil:
		status = http.StatusNotFound
	case who != nil && who.person != g.person:
		status = http.StatusForbidden
	}
	return g, status
}

// registrationAt returns the registration of a socket's address, or nil. The
// caller holds s.mu.
func (k *Socket) registrationAt(socket string) *registration {
	k.expire()
	for _, g := range k.regs {
		if g.socket == socket {
			return g
		}
	}
	return nil
}

// authorize makes the socket ready or closes it. A second call does nothing.
func (l *link) authorize(socket, token string) {
	g, status := l.k.admit(socket, cmp.Or(token, "none"))
	l.k.s.mu.Lock()
	defer l.k.s.mu.Unlock()
	switch {
	case l.reg != nil:
	case status == 0:
		l.k.ready(l, g)
	case l.query.Get("aliasHttpStatus") == "true":
		l.end(aliased+status, http.StatusText(status))
	default:
		l.end(websocket.ClosePolicyViolation, "Authentication failed")
	}
}
