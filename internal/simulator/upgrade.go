package simulator

import (
	"cmp"
	"net/http"

	"github.com/gorilla/websocket"
)

// upgrade answers GET on a socket's address. What is wrong with the call is a
// close code where the client asked for that, and an HTTP status elsewhere.
func (k *Socket) upgrade(w http.ResponseWriter, r *http.Request, done func(int)) {
	q := r.URL.Query()
	status := k.door(r)
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

// door gives the status that refuses a call; 0: none.
func (k *Socket) door(r *http.Request) int {
	header := r.Header.Get("Authorization")
	who, _ := k.s.account(header)
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	g := k.registrationAt(r.PathValue("id"))
	switch {
	case header != "" && who == nil:
		return http.StatusUnauthorized
	case g == nil:
		return http.StatusNotFound
	case who != nil && who.person != g.person:
		return http.StatusForbidden
	default:
		return 0
	}
}

// registrationAt gives the registration whose socket has an address. The caller holds s.mu.
func (k *Socket) registrationAt(socket string) *registration {
	k.expire()
	for _, g := range k.regs {
		if g.socket == socket {
			return g
		}
	}
	return nil
}

// authorize makes the socket ready or closes it.
func (l *link) authorize(socket, token string) {
	k := l.k
	who, _ := k.s.account(token)
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	g, status := k.registrationAt(socket), http.StatusForbidden
	switch {
	case l.reg != nil:
		return // once is enough
	case who == nil:
		status = http.StatusUnauthorized
	case g == nil:
		status = http.StatusNotFound
	case who.person == g.person:
		k.ready(l, g)
		return
	}
	if l.query.Get("aliasHttpStatus") == "true" {
		l.end(aliased+status, http.StatusText(status))
	} else {
		l.end(websocket.ClosePolicyViolation, "Authentication failed")
	}
}
