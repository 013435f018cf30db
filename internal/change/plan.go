// Package change plans changes of tracking codes and of the values that people
// have of them. It is pure: from what Webex has now and what was asked it makes
// the whole object that is to be written, checks it by the published rules, and
// says line by line what differs. Who may ask and approve, and the writing, are
// for others.
//
// Sources of the rules: the descriptions of Create, Update and Update User
// Tracking Codes in the Webex REST API.
package change

import (
	"slices"
	"strings"

	"trackbot/webex"
)

// State is one thing, whole: a tracking code, the values of one person, or those
// of many, and of a code whose option goes also those of who gets another one. The
// zero value is nothing, as before a creation and after a deletion.
type State struct {
	Code  *webex.TrackingCode `json:"code,omitempty"`
	User  *webex.UserCodes    `json:"user,omitempty"`
	Users []webex.UserCodes   `json:"users,omitempty"`
}

// Plan is one change of one thing on one site. It goes through JSON unchanged.
type Plan struct {
	Site   string `json:"site"`
	About  string `json:"about"` // such as Department, or Department of alice@example.com
	Before State  `json:"before"`
	After  State  `json:"after"`
	// Notes are what somebody should know who approves: what goes along with the
	// change, and what can't be known before it.
	Notes []string `json:"notes,omitempty"`
	// LeftOut is what was asked for many people and is not in the plan.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// Among are the addresses of those among whom it is counted who has what goes.
	Among []string `json:"among,omitempty"`
}

// Many reports whether the plan is of many people: Users of Before and After are
// then the same people in the same order.
func (p Plan) Many() bool { return len(p.After.Users)+len(p.LeftOut) > 0 }

// OfPeople reports whether the plan is about values that people have, and about
// nothing else.
func (p Plan) OfPeople() bool {
	return p.After.User != nil || p.Many() && p.Before.Code == nil && p.After.Code == nil
}

// RefusalError is why something can't be planned, in words for the asker.
type RefusalError string

// Error returns the words.
func (r RefusalError) Error() string { return string(r) }

// Target names the thing that a plan changes. There is one open plan a target.
func (p Plan) Target() string {
	if p.Many() && p.OfPeople() {
		return strings.ToLower(p.Site) + " people"
	}
	kind, id := "code", ""
	for _, s := range []State{p.After, p.Before} {
		switch {
		case s.User != nil:
			kind, id = "person", s.User.PersonID
			if id == "" {
				id = strings.ToLower(s.User.Email)
			}
		case s.Code != nil && s.Code.ID != "":
			id = s.Code.ID
		case s.Code != nil && id == "":
			id = "new " + fold(s.Code.Name)
		}
	}
	return strings.ToLower(p.Site) + " " + kind + " " + id
}

// Lines is what the plan changes.
func (p Plan) Lines() []Line { return Diff(p.Before, p.After) }

// Inverse is the plan that brings back what was before, from what is there now.
// It is a [RefusalError] where that is not what this plan left.
func (p Plan) Inverse(now State) (Plan, error) {
	if changed := Diff(p.After, now); len(changed) > 0 {
		return Plan{}, RefusalError("This was changed since, so it can't simply be undone: " + strings.Join(Texts(changed), "; ") + ".")
	}
	back := Plan{Site: p.Site, About: p.About, Before: now, After: p.Before.clone()}
	if c := back.After.Code; c != nil && now.Code == nil {
		c.ID = ""
		back.Notes = append(back.Notes, "The code comes back with a new id, and without the values that people had of it. Where they were saved as a file, “set codes” takes that file.")
	}
	if u := back.After.User; u != nil && len(u.TrackingCodes) < len(now.User.TrackingCodes) {
		back.Notes = append(back.Notes, "Webex has no documented way to clear a value. I leave it out and read back what Webex makes of that.")
	}
	return back, nil
}

// clone is a copy that shares nothing with s.
func (s State) clone() State {
	if s.Code != nil {
		c := *s.Code
		c.Options, c.ScheduleStartCodes = slices.Clone(c.Options), slices.Clone(c.ScheduleStartCodes)
		s.Code = &c
	}
	if s.User != nil {
		u := *s.User
		u.TrackingCodes = slices.Clone(u.TrackingCodes)
		s.User = &u
	}
	return s
}

// fold is how names and values are compared where case and blanks don't count.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
