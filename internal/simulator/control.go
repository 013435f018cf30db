package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// usage is what GET /_simulator/ shows below the tokens.
const usage = `
GET    /_simulator/people                     every person and bot
GET    /_simulator/spaces                     every space
GET    /_simulator/messages?space=ID          the messages of a space
GET    /_simulator/calls                      every call of the API so far
GET    /_simulator/webhooks                   every registered webhook
POST   /_simulator/spaces   {"title":"Team","with":["alice","bob"]}; without a title: the 1:1 space of the first
POST   /_simulator/say      {"as":"alice","space":"ID","text":"@trackbot help","parentId":""}; without a space: in the 1:1
                            with a file: "files":[{"name":"people.txt","type":"text/plain","data":"BASE64"}]
POST   /_simulator/edit     {"as":"alice","message":"ID","text":"@trackbot codes"}
POST   /_simulator/click    {"as":"alice","message":"ID","title":"Refresh"}
POST   /_simulator/fault    {"method":"GET","path":"/messages","status":429,"retryAfter":"2","times":3}
                            (status, retryAfter, drop, brokenJson, delay in nanoseconds, times, after, probability)
DELETE /_simulator/fault    removes all rules
GET    /_simulator/devices                    every device registered for the websocket
GET    /_simulator/sockets                    every authorized socket
POST   /_simulator/socket   {"do":"cut"}; or half-open, vanish, close with "code" and "reason", shutdown with "for",
                            move with "region", send with "frame", outage with "for", such as "20s"
POST   /_simulator/socketfaults {"noPong":true}; {} ends all of them
POST   /_simulator/delivery {"duplicate":0.1,"reorder":0.1,"drop":0.01}
POST   /_simulator/quirks   {"freshReads":2}
GET    /_simulator/live     a websocket: all there is, then every change
GET    /_simulator/file?id=ID                 a file of a message
GET    /_simulator/card?message=ID            size of a card, and what the service says of it
POST   /_simulator/press    {"as":"alice","message":"ID","inputs":{}}
POST   /_simulator/members  {"space":"ID","person":"carol","by":"alice","remove":false}
POST   /_simulator/site     {"siteUrl":"example.webex.com","default":true,"mapped":true,"rename":""}
POST   /_simulator/code     {"site":"example.webex.com","code":{"id":"1","name":"Department"},"remove":false}
POST   /_simulator/value    {"site":"example.webex.com","person":"alice","name":"Department","value":"Sales"}
PUT    /_simulator/faults   {"rules":[],"latency":0}: all of them, as for fault
POST   /_simulator/token    {"kind":"admin","expired":true}
POST   /_simulator/usertoken {"as":"alice"}: a token of hers for the messaging API
POST   /_simulator/webhook  {"id":"ID"}: switches it off
POST   /_simulator/replay   {}: delivers the last event again
POST   /_simulator/clock    {"forward":"24h"}
`

// control serves the control side, for a person with curl and for callers on
// loopback only.
func (s *Simulator) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_simulator/{$}", s.showUsage)
	mux.HandleFunc("GET /_simulator/people", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.everybody()) })
	mux.HandleFunc("GET /_simulator/spaces", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.spaces()) })
	mux.HandleFunc("GET /_simulator/calls", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Calls()) })
	mux.HandleFunc("GET /_simulator/webhooks", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Webhooks()) })
	mux.HandleFunc("GET /_simulator/messages", s.showMessages)
	mux.HandleFunc("POST /_simulator/spaces", takesJSON(s.openSpace))
	mux.HandleFunc("POST /_simulator/say", takesJSON(s.controlSay))
	mux.HandleFunc("POST /_simulator/edit", takesJSON(s.controlEdit))
	mux.HandleFunc("POST /_simulator/click", takesJSON(s.controlClick))
	mux.HandleFunc("POST /_simulator/fault", takesJSON(func(_ *http.Request, r Rule) (any, error) { s.Fault(r); return r, nil }))
	mux.HandleFunc("DELETE /_simulator/fault", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	s.socket.control(mux)
	s.page(mux)
	mux.HandleFunc("POST /_simulator/delivery", takesJSON(func(_ *http.Request, d Delivery) (any, error) { s.SetDelivery(d); return d, nil }))
	mux.HandleFunc("POST /_simulator/quirks", takesJSON(func(_ *http.Request, q Quirks) (any, error) { s.SetQuirks(q); return q, nil }))
	return LoopbackOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r)
		if r.Method != http.MethodGet {
			s.watch.signal()
		}
	}))
}

// LoopbackOnly refuses callers from other machines, other Host names than those
// of this machine, so that no web page reaches in by DNS, and what a page of
// another origin sends.
func LoopbackOnly(h http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection().Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.RemoteAddr) || !isLoopback(r.Host) {
			http.Error(w, "this answers on loopback only", http.StatusForbidden)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		sameOrigin.ServeHTTP(w, r)
	})
}

// isLoopback reports whether a host, with or without a port, is this machine.
func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// takesJSON reads a JSON body and writes what do returns for it.
func takesJSON[T any](do func(*http.Request, T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			http.Error(w, "send JSON, with -H 'Content-Type: application/json'", http.StatusUnsupportedMediaType)
			return
		}
		var v T
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
		d.DisallowUnknownFields()
		if err := d.Decode(&v); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		out, err := do(r, v)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		writeJSON(w, out)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // a peer that is gone is no concern of ours
}

func (s *Simulator) showUsage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "WEBEX_API_URL="+s.url+"\nWEBEX_U2C_URL="+s.socket.U2CURL()+"\nWEBEX_BOT_TOKEN="+s.botToken+"\nWEBEX_ADMIN_TOKEN="+s.adminToken+"\n"+usage)
}

func (s *Simulator) everybody() []Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Person, 0, len(s.people))
	for _, id := range slices.Sorted(maps.Keys(s.people)) {
		out = append(out, *s.people[id])
	}
	return out
}

func (s *Simulator) spaces() []Space {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Space, 0, len(s.order))
	for _, r := range s.order {
		out = append(out, s.titled(s.bot, r))
	}
	return out
}

func (s *Simulator) showMessages(w http.ResponseWriter, r *http.Request) {
	id := canonical(r.URL.Query().Get("space"))
	s.mu.Lock()
	_, known := s.rooms[id]
	s.mu.Unlock()
	if !known {
		http.Error(w, "no such space", http.StatusNotFound)
		return
	}
	writeJSON(w, s.Messages(id))
}

// named is [Simulator.Person] with an error if there is no such person.
func (s *Simulator) named(name string) (Person, error) {
	p := s.Person(name)
	if p.ID == "" {
		return p, fmt.Errorf("nobody is called %q", name)
	}
	return p, nil
}

type openBody struct {
	Title string   `json:"title"`
	With  []string `json:"with"`
}

func (s *Simulator) openSpace(_ *http.Request, b openBody) (any, error) {
	ids := make([]string, 0, len(b.With))
	for _, name := range b.With {
		p, err := s.named(name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, p.ID)
	}
	switch {
	case len(ids) == 0:
		return nil, errors.New("with is empty")
	case b.Title == "":
		return s.Direct(ids[0]), nil
	}
	return s.Group(b.Title, ids...), nil
}

type sayBody struct {
	As       string `json:"as"`
	Space    string `json:"space"`
	Text     string `json:"text"`
	HTML     string `json:"html"`
	ParentID string `json:"parentId"`
	Files    []File `json:"files"`
}

func (s *Simulator) controlSay(r *http.Request, b sayBody) (any, error) {
	p, err := s.named(b.As)
	if err != nil {
		return nil, err
	}
	if b.Space == "" {
		b.Space = s.Direct(p.ID).ID
	}
	return s.say(r.Context(), Say{Space: b.Space, Person: p.ID, Text: b.Text, HTML: b.HTML, ParentID: b.ParentID, Files: b.Files})
}

type editBody struct {
	As      string `json:"as"`
	Message string `json:"message"`
	Text    string `json:"text"`
}

func (s *Simulator) controlEdit(r *http.Request, b editBody) (any, error) {
	p, err := s.named(b.As)
	if err != nil {
		return nil, err
	}
	return s.edit(r.Context(), Edit{Person: p.ID, Message: b.Message, Text: b.Text})
}

type clickBody struct {
	As      string            `json:"as"`
	Message string            `json:"message"`
	Title   string            `json:"title"`
	Inputs  map[string]string `json:"inputs"` // what was typed, by the inputs' ids
}

func (s *Simulator) controlClick(r *http.Request, b clickBody) (any, error) {
	p, err := s.named(b.As)
	if err != nil {
		return nil, err
	}
	return s.click(r.Context(), p.ID, b.Message, b.Title, b.Inputs)
}
