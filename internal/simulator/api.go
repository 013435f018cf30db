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

// reply is what a call comes to.
type reply struct {
	status int
	body   any    // nil: none
	next   string // address of the next page
	file   *File  // instead of a body
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// endpoint is one method of one resource.
type endpoint struct {
	pattern string   // below /v1, as http.ServeMux reads it
	need    []string // scopes, see [account.may]
	do      func(*request) (reply, error)
}

func (s *Simulator) endpoints() []endpoint {
	people, rooms, members := []string{"spark:people_read"}, []string{"spark:rooms_read"}, []string{"spark:memberships_read"}
	read, write, hooks := []string{"spark:messages_read"}, []string{"spark:messages_write"}, []string{"spark:webhooks"}
	codes := []string{ScopeScheduleRead, ScopeScheduleWrite}
	sites := []string{ScopePreferencesRead + "|meeting:preferences_read"}
	return []endpoint{
		{"GET /people", people, s.listPeople},
		{"GET /people/{id}", people, s.getPerson},
		{"GET /rooms", rooms, s.listRooms},
		{"GET /rooms/{id}", rooms, s.getRoom},
		{"GET /memberships", members, s.listMemberships},
		{"GET /memberships/{id}", members, s.getMembership},
		{"GET /contents/{id}", read, s.getFile},
		{"GET /messages", read, s.listMessages},
		{"GET /messages/direct", read, s.listDirect},
		{"GET /messages/{id}", read, s.getMessage},
		{"POST /messages", write, s.postMessage},
		{"PUT /messages/{id}", write, s.editMessage},
		{"DELETE /messages/{id}", write, s.deleteMessage},
		{"GET /attachment/actions/{id}", read, s.getAction},
		{"POST /attachment/actions", write, s.postAction},
		{"GET /webhooks", hooks, s.listWebhooks},
		{"POST /webhooks", hooks, s.postWebhook},
		{"GET /webhooks/{id}", hooks, s.getWebhook},
		{"PUT /webhooks/{id}", hooks, s.putWebhook},
		{"DELETE /webhooks/{id}", hooks, s.deleteWebhook},
		{"GET /authorizations/tokenExpiry", nil, s.tokenExpiry},
		{"GET /meetingPreferences/sites", sites, s.listSites},
		{"PUT /meetingPreferences/sites", []string{ScopePreferencesWrite + "|meeting:preferences_write"}, s.putDefaultSite},
		{"GET /admin/meeting/config/trackingCodes", codes, s.listCodes},
		{"POST /admin/meeting/config/trackingCodes", codes, s.postCode},
		{"GET /admin/meeting/config/trackingCodes/{id}", codes, s.getCode},
		{"PUT /admin/meeting/config/trackingCodes/{id}", codes, s.putCode},
		{"DELETE /admin/meeting/config/trackingCodes/{id}", codes, s.deleteCode},
		{"GET /admin/meeting/userconfig/trackingCodes", codes, s.getUserCodes},
		{"PUT /admin/meeting/userconfig/trackingCodes", codes, s.putUserCodes},
		{"GET /meetings/trackingCodes", []string{ScopeScheduleRead + "|meeting:schedules_read"}, s.listHostCodes},
	}
}

func (s *Simulator) routes() http.Handler {
	api := http.NewServeMux()
	for _, e := range s.endpoints() {
		method, path, _ := strings.Cut(e.pattern, " ")
		api.HandleFunc(method+" /v1"+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, e) })
	}
	api.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, endpoint{do: func(*request) (reply, error) { return reply{}, unknownRoute(api, r) }})
	})
	s.oauthRoutes(api)
	api.Handle("/_simulator/", s.control())
	return api
}

// unknownRoute tells a wrong method from a path that does not exist.
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

// serve takes one call through fault, latency, token, scope and work.
func (s *Simulator) serve(w http.ResponseWriter, r *http.Request, e endpoint) {
	start := time.Now()
	who, kind := s.account(r.Header.Get("Authorization"))
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/v1")
	rule, latency := s.faults.match(s.dice, kind, r.Method, path)
	c := Call{Time: start, Token: kind, Method: r.Method, Path: path, Query: r.URL.RawQuery, Faulted: rule != nil}
	done := func(status int) { // before the answer goes out, so that whoever got it finds the call
		c.Status, c.Took = status, time.Since(start)
		s.calls.add(c)
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
	a := s.answer(w, r, who, e)
	if rule.Drop == DropAfter {
		s.spoil(w, r, rule, done)
		return
	}
	if rule.BrokenJSON {
		a.body = a.body[:len(a.body)/2]
	}
	done(a.status)
	a.write(w)
}

// answer is a response that is ready to be written.
type answer struct {
	status   int
	tracking string
	next     string
	body     []byte
	file     *File // whose content body is
}

func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Trackingid", a.tracking)
	if a.next != "" {
		h.Set("Link", "<"+a.next+`>; rel="next"`)
	}
	switch {
	case a.file != nil:
		h.Set("Content-Type", a.file.Type)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.file.Name}))
	case a.body != nil:
		h.Set("Content-Type", "application/json;charset=UTF-8")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a peer that is gone is no concern of ours
}

// answer does the work of a call.
func (s *Simulator) answer(w http.ResponseWriter, r *http.Request, who *account, e endpoint) answer {
	a := answer{tracking: s.dice.trackingID()}
	var out reply
	var err error
	switch {
	case who == nil:
		err = refuse(http.StatusUnauthorized, "The request requires a valid access token set in the Authorization request header.")
	case !who.may(e.need):
		err = forbidden("")
	default:
		limit := int64(maxBody)
		if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
			limit = maxUpload
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		out, err = e.do(&request{Request: r, who: who})
	}
	if err != nil {
		a.status, a.body = errorBody(err, a.tracking)
		return a
	}
	a.status, a.next, a.file = out.status, out.next, out.file
	if out.file != nil {
		a.body = out.file.Data
	}
	if out.body != nil {
		if a.body, err = encode(out.body); err != nil {
			s.log.ErrorContext(r.Context(), "answer cannot be encoded", "error", err)
			a.status, a.body = http.StatusInternalServerError, nil
		}
	}
	return a
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

// pause waits; false means that ctx ended first.
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
