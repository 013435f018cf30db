package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"
)

// maxBody is what the simulator reads of a request: far more than a message
// with the largest card.
const maxBody = 1 << 20

// request is one call of the API by somebody who may make it.
type request struct {
	*http.Request

	who *account
}

// reply is the outcome of a call that succeeded.
type reply struct {
	status   int
	body     any    // nil: none
	next     string // address of the next page
	location string // of a redirect
	file     *File  // instead of a body
	etag     string
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// endpoint is one method of one resource.
type endpoint struct {
	pattern string   // as http.ServeMux reads it; of the API below /v1
	need    []string // scopes, see [account.may]
	open    bool     // needs no token
	secret  bool     // its query is not shown in [Call]

	// do does the work. It is called with s.mu held, except for POST and PUT:
	// their functions take it themselves, after reading the body.
	do func(*request) (reply, error)

	// raw takes the whole call instead of do, and reports its status.
	raw func(w http.ResponseWriter, r *http.Request, done func(status int))
}

func (s *Simulator) endpoints() []endpoint {
	people, rooms, members := []string{"spark:people_read"}, []string{"spark:rooms_read"}, []string{"spark:memberships_read"}
	read, write, hooks := []string{"spark:messages_read"}, []string{"spark:messages_write"}, []string{"spark:webhooks"}
	codes := []string{ScopeScheduleRead, ScopeScheduleWrite}
	sites := []string{ScopePreferencesRead + "|meeting:preferences_read"}
	return append(s.oauthEndpoints(), []endpoint{
		{pattern: "GET /people", need: people, do: s.listPeople},
		{pattern: "GET /people/{id}", need: people, do: s.getPerson},
		{pattern: "GET /rooms", need: rooms, do: s.listRooms},
		{pattern: "GET /rooms/{id}", need: rooms, do: s.getRoom},
		{pattern: "POST /rooms", need: []string{"spark:rooms_write"}, do: s.postRoom},
		{pattern: "PUT /rooms/{id}", need: []string{"spark:rooms_write"}, do: s.putRoom},
		{pattern: "DELETE /rooms/{id}", need: []string{"spark:rooms_write"}, do: s.deleteRoom},
		{pattern: "POST /memberships", need: []string{"spark:memberships_write"}, do: s.postMembership},
		{pattern: "PUT /memberships/{id}", need: []string{"spark:memberships_write"}, do: s.putMembership},
		{pattern: "DELETE /memberships/{id}", need: []string{"spark:memberships_write"}, do: s.deleteMembership},
		{pattern: "GET /memberships", need: members, do: s.listMemberships},
		{pattern: "GET /memberships/{id}", need: members, do: s.getMembership},
		{pattern: "GET /contents/{id}", need: read, do: s.getFile},
		{pattern: "GET /messages", need: read, do: s.listMessages},
		{pattern: "GET /messages/direct", need: read, do: s.listDirect},
		{pattern: "GET /messages/{id}", need: read, do: s.getMessage},
		{pattern: "POST /messages", need: write, do: s.postMessage},
		{pattern: "PUT /messages/{id}", need: write, do: s.editMessage},
		{pattern: "DELETE /messages/{id}", need: write, do: s.deleteMessage},
		{pattern: "GET /attachment/actions/{id}", need: read, do: s.getAction},
		{pattern: "POST /attachment/actions", need: write, do: s.postAction},
		{pattern: "GET /webhooks", need: hooks, do: s.listWebhooks},
		{pattern: "POST /webhooks", need: hooks, do: s.postWebhook},
		{pattern: "GET /webhooks/{id}", need: hooks, do: s.getWebhook},
		{pattern: "PUT /webhooks/{id}", need: hooks, do: s.putWebhook},
		{pattern: "DELETE /webhooks/{id}", need: hooks, do: s.deleteWebhook},
		{pattern: "GET /authorizations/tokenExpiry", do: s.tokenExpiry},
		{pattern: "GET /meetingPreferences/sites", need: sites, do: s.listSites},
		{pattern: "PUT /meetingPreferences/sites", need: []string{ScopePreferencesWrite + "|meeting:preferences_write"}, do: s.putDefaultSite},
		{pattern: "GET /admin/meeting/config/trackingCodes", need: codes, do: s.listCodes},
		{pattern: "POST /admin/meeting/config/trackingCodes", need: codes, do: s.writeCode},
		{pattern: "GET /admin/meeting/config/trackingCodes/{id}", need: codes, do: s.getCode},
		{pattern: "PUT /admin/meeting/config/trackingCodes/{id}", need: codes, do: s.writeCode},
		{pattern: "DELETE /admin/meeting/config/trackingCodes/{id}", need: codes, do: s.deleteCode},
		{pattern: "GET /admin/meeting/userconfig/trackingCodes", need: codes, do: s.getUserCodes},
		{pattern: "PUT /admin/meeting/userconfig/trackingCodes", need: codes, do: s.putUserCodes},
		{pattern: "GET /adminAudit/events", need: []string{ScopeAuditRead}, do: s.listAuditEvents},
		{pattern: "GET /meetingReports/usage", need: []string{ScopeConfigRead}, do: s.listUsage},
		{pattern: "GET /meetings", need: []string{ScopeScheduleRead}, do: s.listComing},
		{pattern: "GET /meetings/trackingCodes", need: []string{ScopeScheduleRead + "|meeting:schedules_read"}, do: s.listHostCodes},
	}...)
}

func (s *Simulator) routes() http.Handler {
	api := http.NewServeMux()
	for _, e := range s.endpoints() {
		method, path, _ := strings.Cut(e.pattern, " ")
		api.HandleFunc(method+" /v1"+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, e) })
	}
	for _, e := range s.socketEndpoints() {
		api.HandleFunc(e.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, e) })
	}
	api.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, endpoint{do: func(*request) (reply, error) { return reply{}, unknownRoute(api, r) }})
	})
	api.Handle("/_simulator/", s.control())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") { // the official SDK asks for /people/?id=
			r.URL.Path, r.URL.RawPath = strings.TrimSuffix(r.URL.Path, "/"), strings.TrimSuffix(r.URL.RawPath, "/")
		}
		api.ServeHTTP(w, r)
	})
}

// unknownRoute returns 405 for a known path with a wrong method, else 404.
func unknownRoute(api *http.ServeMux, r *http.Request) error {
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := api.Handler(other); pattern != "/v1/" {
			return refuse(http.StatusMethodNotAllowed, "The request method is not supported for this resource.")
		}
	}
	return notFound("")
}

// serve handles one call: fault rules, latency, token and scopes, then the work.
func (s *Simulator) serve(w http.ResponseWriter, r *http.Request, e endpoint) {
	start := time.Now()
	who, kind := s.account(r.Header.Get("Authorization"))
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/v1")
	rule, latency := s.faults.match(s.dice, kind, r.Method, path)
	c := Call{Time: start, Token: kind, Method: r.Method, Path: path, Query: r.URL.RawQuery, Faulted: rule != nil}
	if e.secret {
		c.Query = ""
	}
	body, sent := s.watch.open(r), []byte(nil)
	done := func(status int) { // before the answer goes out, so that whoever got it finds the call
		c.Status, c.Took = status, time.Since(start)
		s.calls.add(c)
		s.watch.add(Exchange{Call: c, Request: body.seen.String(), Response: shown(sent)})
	}
	if rule == nil {
		rule = &Rule{}
	}
	if !pause(r.Context(), latency+rule.Delay) {
		done(0)
		return
	}
	if rule.before() {
		s.spoil(w, r, rule, done)
		return
	}
	if e.raw != nil {
		e.raw(w, r, done)
		return
	}
	a := s.answer(w, r, who, e)
	if rule.Drop == DropAfter {
		s.spoil(w, r, rule, done)
		return
	}
	if rule.BrokenJSON {
		a.raw = a.raw[:len(a.raw)/2]
	}
	sent = a.raw
	done(a.status)
	a.write(w)
}

// answer is a reply that is ready to be written.
type answer struct {
	reply

	tracking string
	raw      []byte // the body
}

func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Trackingid", a.tracking)
	if a.next != "" {
		h.Set("Link", "<"+a.next+`>; rel="next"`)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.etag != "" {
		h.Set("Etag", a.etag)
	}
	switch {
	case a.file != nil:
		h.Set("Content-Type", a.file.Type)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.file.Name}))
	case a.raw != nil:
		h.Set("Content-Type", "application/json;charset=UTF-8")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.raw) // a peer that is gone is no concern of ours
}

// refusal returns the answer for an error.
func (s *Simulator) refusal(err error) answer {
	a := answer{tracking: s.dice.trackingID()}
	a.status, a.raw = errorBody(err, a.tracking)
	return a
}

// answer does the work of a call.
func (s *Simulator) answer(w http.ResponseWriter, r *http.Request, who *account, e endpoint) answer {
	switch {
	case who == nil && !e.open:
		return s.refusal(refuse(http.StatusUnauthorized, "The request requires a valid access token set in the Authorization request header."))
	case who != nil && !who.may(e.need):
		return s.refusal(forbidden(""))
	}
	limit := int64(maxBody)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		limit = maxUpload
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	out, err := s.do(e, &request{Request: r, who: who})
	if err != nil {
		return s.refusal(err)
	}
	a := answer{reply: out, tracking: s.dice.trackingID()}
	if out.file != nil {
		a.raw = out.file.Data
	}
	if out.body != nil {
		if a.raw, err = encode(out.body); err != nil {
			s.log.ErrorContext(r.Context(), "answer cannot be encoded", "error", err)
			return s.refusal(err)
		}
	}
	return a
}

// do calls an endpoint, see [endpoint.do].
func (s *Simulator) do(e endpoint, r *request) (reply, error) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	return e.do(r)
}

// encode writes JSON without the escaping of <, > and & that Webex does not do either.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// pause waits for d. It returns false if ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
