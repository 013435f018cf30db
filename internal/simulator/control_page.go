package simulator

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// page adds to the control side what the page needs beyond it.
func (s *Simulator) page(mux *http.ServeMux) {
	mux.HandleFunc("GET /_simulator/live", s.serveNews)
	mux.HandleFunc("GET /_simulator/file", s.download)
	mux.HandleFunc("GET /_simulator/card", s.verdict)
	mux.HandleFunc("POST /_simulator/press", takesJSON(s.controlPress))
	mux.HandleFunc("POST /_simulator/members", takesJSON(s.controlMembers))
	mux.HandleFunc("POST /_simulator/site", takesJSON(s.controlSite))
	mux.HandleFunc("POST /_simulator/code", takesJSON(s.controlCode))
	mux.HandleFunc("POST /_simulator/value", takesJSON(s.controlValue))
	mux.HandleFunc("PUT /_simulator/faults", takesJSON(s.controlFaults))
	mux.HandleFunc("POST /_simulator/token", takesJSON(s.controlToken))
	mux.HandleFunc("POST /_simulator/usertoken", takesJSON(s.controlUserToken))
	mux.HandleFunc("POST /_simulator/webhook", takesJSON(func(_ *http.Request, b struct {
		ID string `json:"id"`
	},
	) (any, error) {
		s.DisableWebhook(b.ID)
		return b, nil
	}))
	mux.HandleFunc("POST /_simulator/clock", takesJSON(s.controlClock))
	mux.HandleFunc("POST /_simulator/replay", takesJSON(func(*http.Request, struct{}) (any, error) {
		return map[string]int{"deliveries": s.Replay()}, nil
	}))
}

// serveNews sends [news] over a websocket: first all there is, then what changes.
func (s *Simulator) serveNews(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil) // it refuses other origins
	if err != nil {
		return // the upgrader has answered
	}
	gone, leave := context.WithCancel(s.done)
	var reading sync.WaitGroup
	reading.Go(func() { // nothing comes but the end
		defer leave()
		_, _, _ = ws.ReadMessage()
	})
	defer reading.Wait()
	defer func() { _ = ws.Close() }()
	for v := new(watcher); ; {
		changed := s.watch.wait()
		if n, some := s.news(v); some && ws.WriteJSON(n) != nil {
			return
		}
		select {
		case <-changed:
		case <-gone.Done():
			return
		}
	}
}

// download sends a file of a message, which a browser must not show as a page.
func (s *Simulator) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f, there := s.files[canonical(r.URL.Query().Get("id"))]
	s.mu.Unlock()
	if !there {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	_, _ = w.Write(f.Data) // a peer that is gone is no concern of ours
}

// verdict says how large a message's card is, and what the schema says of it.
func (s *Simulator) verdict(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.posts[canonical(r.URL.Query().Get("message"))]
	s.mu.Unlock()
	if p == nil || len(p.m.Attachments) == 0 {
		http.Error(w, "no such card", http.StatusNotFound)
		return
	}
	card := p.m.Attachments[0]
	out := struct {
		Bytes  int    `json:"bytes"`
		Limit  int    `json:"limit"`
		Refuse string `json:"refuse,omitempty"` // why the service would refuse it; empty: it takes it
	}{len(card.Content), maxCardBytes, ""}
	if err := checkAttachment(card); err != nil {
		_, body := errorBody(err, "")
		out.Refuse = string(body)
	}
	writeJSON(w, out)
}

type pressBody struct {
	As      string         `json:"as"`
	Message string         `json:"message"`
	Inputs  map[string]any `json:"inputs"` // the button's data and what was typed
}

func (s *Simulator) controlPress(_ *http.Request, b pressBody) (any, error) {
	p, err := s.named(b.As)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.press(p.ID, b.Message, b.Inputs)
}

type memberBody struct {
	Space  string `json:"space"`
	Person string `json:"person"`
	By     string `json:"by"` // who adds or removes
	Remove bool   `json:"remove"`
}

func (s *Simulator) controlMembers(_ *http.Request, b memberBody) (any, error) {
	p, err := s.named(b.Person)
	if err != nil {
		return nil, err
	}
	by, err := s.named(b.By)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	r := s.rooms[canonical(b.Space)]
	s.mu.Unlock()
	switch {
	case r == nil || r.Type != group:
		return nil, errors.New("no group space has this id")
	case b.Remove:
		s.Leave(r.ID, p.ID, by.ID)
	default:
		s.Join(r.ID, p.ID, by.ID)
	}
	return b, nil
}

type siteBody struct {
	Site

	Rename string `json:"rename"` // the new host name; empty: it stays
}

func (s *Simulator) controlSite(_ *http.Request, b siteBody) (any, error) {
	if b.URL == "" {
		return nil, errors.New("siteUrl is empty")
	}
	rename := b.Rename != "" && b.Rename != b.URL
	if rename && s.knownSite(b.Rename) == nil {
		return nil, fmt.Errorf("a site is called %q already", b.Rename)
	}
	s.PutSite(b.Site)
	if rename {
		s.RenameSite(b.URL, b.Rename)
	}
	return b, nil
}

type codeBody struct {
	Site   string       `json:"site"`
	Code   TrackingCode `json:"code"`
	Remove bool         `json:"remove"`
}

// controlCode writes a code without any rule, or removes it.
func (s *Simulator) controlCode(_ *http.Request, b codeBody) (any, error) {
	if err := s.knownSite(b.Site); err != nil {
		return nil, err
	}
	if b.Remove {
		s.RemoveCode(b.Site, b.Code.ID)
		return b.Code, nil
	}
	return s.PutCode(b.Site, b.Code), nil
}

type valueBody struct {
	Site   string `json:"site"`
	Person string `json:"person"`
	Name   string `json:"name"`
	Value  string `json:"value"` // empty: none
}

func (s *Simulator) controlValue(_ *http.Request, b valueBody) (any, error) {
	p, err := s.named(b.Person)
	if err == nil {
		err = s.knownSite(b.Site)
	}
	if err != nil {
		return nil, err
	}
	s.PutUserCode(b.Site, p.ID, b.Name, b.Value)
	return b, nil
}

func (s *Simulator) knownSite(url string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.site(url) == nil {
		return fmt.Errorf("no site is called %q", url)
	}
	return nil
}

type faultsBody struct {
	Rules   []Rule        `json:"rules"`
	Latency time.Duration `json:"latency"`
}

// controlFaults replaces all rules and the latency.
func (s *Simulator) controlFaults(_ *http.Request, b faultsBody) (any, error) {
	s.ClearFaults()
	for _, r := range b.Rules {
		s.Fault(r)
	}
	s.SetLatency(b.Latency)
	return b, nil
}

type userBody struct {
	As string `json:"as"`
}

// controlUserToken makes a token with which a person uses the messaging API.
func (s *Simulator) controlUserToken(_ *http.Request, b userBody) (any, error) {
	p, err := s.named(b.As)
	if err != nil {
		return nil, err
	}
	return map[string]string{"token": s.UserToken(p.ID)}, nil
}

type tokenBody struct {
	Kind    string `json:"kind"` // [TokenBot] or [TokenAdmin]
	Expired bool   `json:"expired"`
}

func (s *Simulator) controlToken(_ *http.Request, b tokenBody) (any, error) {
	token, known := map[string]string{TokenBot: s.botToken, TokenAdmin: s.adminToken}[b.Kind]
	if !known {
		return nil, fmt.Errorf("no token is of the kind %q", b.Kind)
	}
	at := time.Time{}
	if b.Expired {
		at = time.Now()
	}
	s.Expire(token, at)
	return b, nil
}
