package webex

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// AuditEvent is one thing that an administrator did, as Webex's admin audit tells
// it. Its texts are sentences for people.
type AuditEvent struct {
	Created     time.Time
	Actor       string // the administrator's name
	ActorEmail  string
	Action      string // such as "Joe Smith logged into organization Acme Inc."
	Description string // such as "An Admin logged in"
	Target      string // the name of what it was done to
}

// wireAuditEvent is an [AuditEvent] as it comes.
type wireAuditEvent struct {
	Created stamp `json:"created"`
	Data    struct {
		ActorName        loose `json:"actorName"`
		ActorEmail       loose `json:"actorEmail"`
		ActionText       loose `json:"actionText"`
		EventDescription loose `json:"eventDescription"`
		TargetName       loose `json:"targetName"`
	} `json:"data"`
}

func (w *wireAuditEvent) value() AuditEvent {
	d := w.Data
	return AuditEvent{w.Created.Time, string(d.ActorName), string(d.ActorEmail), string(d.ActionText), string(d.EventDescription), string(d.TargetName)}
}

// The most events of one page, and of one answer.
const (
	auditPage  = 200
	auditLimit = 1000
)

// AuditEvents returns what administrators of an organization did between two
// times, at most 1,000 events. It needs the scope audit:events_read: a 403 may
// mean only that it is missing.
func (a *Admin) AuditEvents(ctx context.Context, orgID string, from, to time.Time) ([]AuditEvent, error) {
	const form = "2006-01-02T15:04:05.000Z"
	query := url.Values{
		"orgId": {orgID}, "from": {from.UTC().Format(form)}, "to": {to.UTC().Format(form)}, "max": {strconv.Itoa(auditPage)},
	}
	events, _, err := collect[AuditEvent, wireAuditEvent](ctx, a.c, "/adminAudit/events", query, auditLimit)
	return events, err
}
