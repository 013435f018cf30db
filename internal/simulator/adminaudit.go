package simulator

import (
	"net/http"
	"slices"
	"time"
)

// ScopeAuditRead lets a token read the admin audit. The admin token has it only
// where a test or a person gives it one with [Simulator.SetScopes].
const ScopeAuditRead = "audit:events_read"

// AuditEvent is one entry of the admin audit. Nothing adds one by itself: whether
// Webex records changes of tracking codes there is not documented.
type AuditEvent struct {
	ID         string         `json:"id"`
	Created    Timestamp      `json:"created"`
	ActorID    string         `json:"actorId"`
	ActorOrgID string         `json:"actorOrgId"`
	Data       AuditEventData `json:"data"`
}

// AuditEventData is what an [AuditEvent] tells.
type AuditEventData struct {
	ActorName        string   `json:"actorName"`
	ActorEmail       string   `json:"actorEmail"`
	ActorOrgName     string   `json:"actorOrgName"`
	AdminRoles       []string `json:"adminRoles"`
	EventCategory    string   `json:"eventCategory"`
	EventDescription string   `json:"eventDescription"`
	ActionText       string   `json:"actionText"`
	TargetName       string   `json:"targetName"`
	TargetType       string   `json:"targetType"`
	TrackingID       string   `json:"trackingId"`
}

// AddAuditEvent adds an entry to the admin audit: what somebody did, now.
func (s *Simulator) AddAuditEvent(personID, action, target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.mustPerson(personID)
	s.audited = append(s.audited, AuditEvent{
		ID: s.dice.token(), Created: s.now(), ActorID: p.ID, ActorOrgID: p.OrgID,
		Data: AuditEventData{
			ActorName: p.DisplayName, ActorEmail: p.email(), ActorOrgName: "Example", AdminRoles: []string{"Full_Admin"},
			EventCategory: "MEETINGS", EventDescription: "A setting of a meeting site was changed", ActionText: action,
			TargetName: target, TargetType: "SITE", TrackingID: s.dice.token(),
		},
	})
}

// listAuditEvents answers GET /adminAudit/events, newest first.
func (s *Simulator) listAuditEvents(r *request) (reply, error) {
	q := r.URL.Query()
	from, errFrom := time.Parse(time.RFC3339, q.Get("from"))
	to, errTo := time.Parse(time.RFC3339, q.Get("to"))
	switch {
	case errFrom != nil || errTo != nil || to.Before(from):
		return reply{}, refuse(http.StatusBadRequest, "'from' and 'to' must be a span of time.")
	case keyOf(q.Get("orgId")) != keyOf(s.org):
		return reply{}, forbidden("")
	}
	list := []AuditEvent{}
	for _, e := range slices.Backward(s.audited) {
		if !e.Created.Before(from) && !e.Created.After(to) {
			list = append(list, e)
		}
	}
	return page(s, r, list, 100, 200)
}
