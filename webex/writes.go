package webex

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
)

// The four writing operations on tracking codes. Each sends the whole object,
// since Webex asks for all fields of a code and does not say whether it merges
// the list of a person. None is repeated where it may have been carried out:
// [Error.Uncertain] then says so, and the caller reads what became of it.

const codesPath = "/admin/meeting/config/trackingCodes"

// CreateTrackingCode makes a code of c.SiteURL and returns it with the id that
// Webex gave it; c.ID is not sent.
func (a *Admin) CreateTrackingCode(ctx context.Context, c TrackingCode) (TrackingCode, error) {
	return a.writeCode(ctx, &request{method: http.MethodPost, path: codesPath}, c)
}

// UpdateTrackingCode replaces the code c.ID of c.SiteURL by c, whole: what is
// left out of c is lost. An unknown id is an [Error.NotFound], as in
// [Admin.TrackingCode].
func (a *Admin) UpdateTrackingCode(ctx context.Context, c TrackingCode) (TrackingCode, error) {
	q := &request{method: http.MethodPut, path: codesPath + "/{id}", id: c.ID}
	if !isID(c.ID, maxCodeID) {
		return TrackingCode{}, argument(q.op(), "this is no id of a tracking code")
	}
	return a.writeCode(ctx, q, c)
}

// writeCode makes a create or an update.
func (a *Admin) writeCode(ctx context.Context, q *request, c TrackingCode) (TrackingCode, error) {
	body, err := codeBody(c)
	if err != nil || c.Name == "" || c.SiteURL == "" || len(c.SiteURL) > maxSite {
		return TrackingCode{}, argument(q.op(), "this is no whole tracking code")
	}
	var w wireCode
	q.body, q.out, q.once = body, &w, true
	if err := a.c.do(ctx, q); err != nil {
		return TrackingCode{}, err
	}
	return w.value(), nil
}

// DeleteTrackingCode deletes a code. Webex gives a code that is made anew
// another id.
func (a *Admin) DeleteTrackingCode(ctx context.Context, site, id string) error {
	q := &request{method: http.MethodDelete, path: codesPath + "/{id}", id: id, once: true}
	if !isID(id, maxCodeID) {
		return argument(q.op(), "this is no id of a tracking code")
	}
	return a.onSite(ctx, q, site)
}

// UpdateUserTrackingCodes sets the values of one person on u.SiteURL: u holds
// all that the person is to have, by the names of the codes, those that stay
// included. Webex takes no empty value. The person is named as in
// [Admin.UserTrackingCodes].
func (a *Admin) UpdateUserTrackingCodes(ctx context.Context, u UserCodes) (UserCodes, error) {
	type value struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	values := make([]value, len(u.TrackingCodes))
	for i, c := range u.TrackingCodes {
		values[i] = value{c.Name, c.Value}
	}
	var w wireUser
	q := &request{method: http.MethodPut, path: "/admin/meeting/userconfig/trackingCodes", out: &w, once: true}
	if u.SiteURL == "" || len(u.SiteURL) > maxSite || u.PersonID == "" && !isEmail(u.Email) {
		return UserCodes{}, argument(q.op(), "a site and a person are needed")
	}
	var err error
	q.body, err = json.Marshal(struct {
		SiteURL       string  `json:"siteUrl"`
		PersonID      string  `json:"personId,omitempty"`
		Email         string  `json:"email,omitempty"`
		TrackingCodes []value `json:"trackingCodes"`
	}{u.SiteURL, u.PersonID, u.Email, values})
	if err != nil {
		return UserCodes{}, argument(q.op(), "these are no values")
	}
	if err := a.c.do(ctx, q); err != nil {
		return UserCodes{}, err
	}
	return w.value(), nil
}

// codeBody is a code as a create and an update send it: the six fields that
// Webex asks for, and what else it had sent.
func codeBody(c TrackingCode) ([]byte, error) {
	options, rules := make([]json.RawMessage, len(c.Options)), []json.RawMessage(nil)
	var err error
	for i, o := range c.Options {
		if options[i], err = object(o.Other, map[string]any{"value": o.Value, "defaultValue": o.DefaultValue}); err != nil {
			return nil, err
		}
	}
	if c.ScheduleStartCodes != nil {
		rules = make([]json.RawMessage, len(c.ScheduleStartCodes))
	}
	for i, rule := range c.ScheduleStartCodes {
		if rules[i], err = object(rule.Other, map[string]any{"service": rule.Service, "type": rule.Type}); err != nil {
			return nil, err
		}
	}
	return object(c.Other, map[string]any{
		"name": c.Name, "siteUrl": c.SiteURL, "inputMode": c.InputMode, "options": options,
		"hostProfileCode": c.HostProfileCode, "scheduleStartCodes": rules,
	})
}

// object is a JSON object of members beside others, which is one or empty.
func object(others string, members map[string]any) (json.RawMessage, error) {
	all := map[string]any{}
	if others != "" {
		var rest map[string]json.RawMessage
		if err := json.Unmarshal([]byte(others), &rest); err != nil {
			return nil, fmt.Errorf("what else Webex sent: %w", err)
		}
		for name, v := range rest {
			all[name] = v
		}
	}
	maps.Copy(all, members)
	return json.Marshal(all)
}
