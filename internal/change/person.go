package change

import (
	"fmt"
	"strings"

	"trackbot/webex"
)

// OfPerson plans that a person gets a value of a code. list is all codes of the
// site. All that the person has is in what is written, since Webex does not say
// whether it keeps what is left out. Its error is a [RefusalError].
func OfPerson(now webex.UserCodes, list []webex.TrackingCode, code webex.TrackingCode, value string) (Plan, error) {
	value = strings.TrimSpace(value)
	if !fits(value) {
		return Plan{}, RefusalError(fmt.Sprintf("A value has 1 to %d characters. Webex has no documented way to clear one.", maxName))
	}
	if i := optionAt(code, value); i >= 0 {
		value = code.Options[i].Value
	} else if onlyListed(code) {
		return Plan{}, RefusalError(fmt.Sprintf("“%s” is not a value of %s, which is picked from its list.", value, code.Name))
	}
	who := now.Email
	if who == "" {
		who = "this person"
	}
	p := Plan{Site: now.SiteURL, About: code.Name + " of " + who, Before: State{User: &now}, After: State{User: &now}.clone()}
	after, found := p.After.User, false
	for i, c := range after.TrackingCodes {
		if c.Name == code.Name || c.ID != "" && c.ID == code.ID {
			after.TrackingCodes[i].Value, found = value, true
			continue
		}
		if note := stale(c, list); note != "" {
			p.Notes = append(p.Notes, note)
		}
	}
	if !found {
		after.TrackingCodes = append(after.TrackingCodes, webex.UserCode{ID: code.ID, Name: code.Name, Value: value})
		p.Notes = append(p.Notes, "There is no value yet, and Webex has no documented way to clear one again.")
	}
	if len(p.Lines()) == 0 {
		return Plan{}, RefusalError(fmt.Sprintf("%s has “%s” already.", who, value))
	}
	if code.HostProfileCode == NotUsed {
		p.Notes = append(p.Notes, code.Name+" is not used in the host profile; Webex may refuse a value of it.")
	}
	return p, nil
}

// onlyListed reports whether a value must be one of the options.
func onlyListed(c webex.TrackingCode) bool {
	return c.InputMode == "select" || c.InputMode == hostProfileSelect
}

// stale says of a value that is sent again that Webex may refuse it, and all with
// it: it is none of its code any more.
func stale(u webex.UserCode, list []webex.TrackingCode) string {
	for _, c := range list {
		if c.Name != u.Name {
			continue
		}
		if onlyListed(c) && optionAt(c, u.Value) < 0 {
			return fmt.Sprintf("Their %s is “%s”, which is no value of it any more. It is sent again as it is; Webex may refuse the whole change for it.", u.Name, u.Value)
		}
		return ""
	}
	return fmt.Sprintf("They have a value of %s, which the site does not have any more. It is sent again as it is; Webex may refuse the whole change for it.", u.Name)
}
