package change

import (
	"fmt"
	"slices"
	"strings"

	"trackbot/webex"
)

// OfPerson plans that a person gets a value of a code. list is all codes of the
// site. All that the person has is in what is written, since Webex does not say
// whether it keeps what is left out. Its error is a [RefusalError].
func OfPerson(now webex.UserCodes, list []webex.TrackingCode, code webex.TrackingCode, value string) (Plan, error) {
	value, err := valueOf(code, value)
	if err != nil {
		return Plan{}, err
	}
	who := now.Email
	if who == "" {
		who = "this person"
	}
	p := Plan{Site: now.SiteURL, About: code.Name + " of " + who, Before: State{User: &now}, After: State{User: &now}.clone()}
	had := set(p.After.User, code, value)
	p.Notes = stale(now, list, code)
	if !had {
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

// valueOf is a value as a code has it, or a [RefusalError].
func valueOf(code webex.TrackingCode, value string) (string, error) {
	value = strings.TrimSpace(value)
	if !fits(value) {
		return "", RefusalError(fmt.Sprintf("A value has 1 to %d characters. Webex has no documented way to clear one.", maxName))
	}
	if i := optionAt(code, value); i >= 0 {
		return code.Options[i].Value, nil
	}
	if onlyListed(code) {
		return "", RefusalError(fmt.Sprintf("“%s” is not a value of %s, which is picked from its list.", value, code.Name))
	}
	return value, nil
}

// isOf reports whether a person's value is one of a code.
func isOf(u webex.UserCode, code webex.TrackingCode) bool {
	return u.Name == code.Name || u.ID != "" && u.ID == code.ID
}

// set puts a value into those of a person, and reports whether they had one of the
// code.
func set(u *webex.UserCodes, code webex.TrackingCode, value string) (had bool) {
	for i, c := range u.TrackingCodes {
		if isOf(c, code) {
			u.TrackingCodes[i].Value, had = value, true
		}
	}
	if !had {
		u.TrackingCodes = append(u.TrackingCodes, webex.UserCode{ID: code.ID, Name: code.Name, Value: value})
	}
	return had
}

// onlyListed reports whether a value must be one of the options.
func onlyListed(c webex.TrackingCode) bool {
	return c.InputMode == "select" || c.InputMode == hostProfileSelect
}

// stale says of the values that are sent again, beside those of some codes, which
// Webex may refuse, and all with them: those that are none of their code any more.
func stale(u webex.UserCodes, list []webex.TrackingCode, but ...webex.TrackingCode) (notes []string) {
	for _, v := range u.TrackingCodes {
		if slices.ContainsFunc(but, func(c webex.TrackingCode) bool { return isOf(v, c) }) {
			continue
		}
		switch i := slices.IndexFunc(list, func(c webex.TrackingCode) bool { return c.Name == v.Name }); {
		case i < 0:
			notes = append(notes, fmt.Sprintf("They have a value of %s, which the site does not have any more. It is sent again as it is; Webex may refuse the whole change for it.", v.Name))
		case onlyListed(list[i]) && optionAt(list[i], v.Value) < 0:
			notes = append(notes, fmt.Sprintf("Their %s is “%s”, which is no value of it any more. It is sent again as it is; Webex may refuse the whole change for it.", v.Name, v.Value))
		}
	}
	return notes
}
