package change

import (
	"fmt"
	"slices"
	"strings"

	"trackbot/webex"
)

// Person is one of many who are to get values.
type Person struct {
	Email string           `json:"email"`
	Given []Given          `json:"given"`
	Why   string           `json:"why,omitempty"` // they get nothing, such as that Webex doesn't know them
	Now   *webex.UserCodes `json:"-"`             // what they have
}

// Given is a value that somebody is to get, as a table says it.
type Given struct {
	Code  string `json:"code"` // its name or id
	Value string `json:"value"`
	// Back says that the value is what they had before a change, where it may be
	// none, and that they must have Now still.
	Back bool   `json:"back,omitempty"`
	Now  string `json:"now,omitempty"`
}

// LeftOut is a value that somebody was to get and does not.
type LeftOut struct {
	Email string `json:"email"`
	Code  string `json:"code"`
	Value string `json:"value"`
	Why   string `json:"why"`
}

// OfPeople plans that many people get values. list is all codes of the site. Who
// has a value already, and what can't be given, is left out with the reason.
func OfPeople(site string, list []webex.TrackingCode, people []Person) Plan {
	p := Plan{Site: site}
	var seen known
	for _, one := range people {
		if one.Why == "" && sameAs(one, people) {
			one.Why = "several addresses of the table are of this person"
		}
		if one.Why != "" || one.Now == nil {
			p.leaveOut(one, one.Given, one.Why)
			continue
		}
		p.addPerson(one, list, &seen)
	}
	p.About = fmt.Sprintf("the values of %d people", len(p.After.Users))
	if len(p.After.Users) == 1 {
		p.About = "the values of " + p.After.Users[0].Email
	}
	p.note(seen.first, "have no value yet. Webex has no documented way to clear one again.")
	p.note(seen.cleared, "had no value before. Webex has no documented way to clear one: it is left out, and read back what Webex makes of that.")
	p.note(seen.odd, "have another value that is none of its code any more. It is sent again as it is; Webex may refuse their change for it.")
	return p
}

// sameAs reports whether another address is of the same person.
func sameAs(one Person, people []Person) bool {
	return one.Now != nil && one.Now.PersonID != "" && slices.ContainsFunc(people, func(o Person) bool {
		return o.Email != one.Email && o.Now != nil && o.Now.PersonID == one.Now.PersonID
	})
}

// known counts what those who approve should know of.
type known struct{ first, cleared, odd int }

// addPerson adds somebody who gets at least one value.
func (p *Plan) addPerson(one Person, list []webex.TrackingCode, seen *known) {
	before := *one.Now
	before.Email = one.Email // as it was asked, which is found again
	after := *State{User: &before}.clone().User
	var codes []webex.TrackingCode
	for _, g := range one.Given {
		code, why := give(&after, before, list, one.Given, g)
		if why != "" {
			p.leaveOut(one, []Given{g}, why)
			continue
		}
		codes = append(codes, code)
		switch had := slices.ContainsFunc(before.TrackingCodes, func(u webex.UserCode) bool { return isOf(u, code) }); {
		case g.Back && g.Value == "":
			seen.cleared++
		case !had:
			seen.first++
		}
	}
	if len(codes) == 0 {
		return
	}
	if len(stale(before, list, codes...)) > 0 {
		seen.odd++
	}
	p.Before.Users, p.After.Users = append(p.Before.Users, before), append(p.After.Users, after)
}

// note adds what is to be known of some values.
func (p *Plan) note(n int, words string) {
	if n > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d %s", n, words))
	}
}

func (p *Plan) leaveOut(one Person, given []Given, why string) {
	for _, g := range given {
		p.LeftOut = append(p.LeftOut, LeftOut{one.Email, g.Code, g.Value, why})
	}
}

// give puts one of the values that a person is to get into those that they have, or
// says why not.
func give(after *webex.UserCodes, before webex.UserCodes, list []webex.TrackingCode, all []Given, g Given) (code webex.TrackingCode, why string) {
	i := CodeNamed(list, g.Code)
	if i < 0 {
		return code, "the site has no such code"
	}
	code = list[i]
	if slices.ContainsFunc(all, func(o Given) bool { return CodeNamed(list, o.Code) == i && o.Value != g.Value }) {
		return code, "it is given twice, with different values"
	}
	now := ""
	if j := slices.IndexFunc(before.TrackingCodes, func(u webex.UserCode) bool { return isOf(u, code) }); j >= 0 {
		now = before.TrackingCodes[j].Value
	}
	if g.Back && now != g.Now {
		return code, fmt.Sprintf("it was changed since: it is “%s” and not “%s”", now, g.Now)
	}
	if g.Back && g.Value == "" {
		after.TrackingCodes = slices.DeleteFunc(after.TrackingCodes, func(u webex.UserCode) bool { return isOf(u, code) })
		return code, ""
	}
	value, err := valueOf(code, g.Value)
	switch {
	case err != nil:
		return code, err.Error()
	case value == now:
		return code, "they have it already"
	}
	set(after, code, value)
	return code, ""
}

// CodeNamed finds a code by its name, or its id, or its name whatever its case and
// blanks; -1 where there is none, or several.
func CodeNamed(list []webex.TrackingCode, name string) int {
	if i := slices.IndexFunc(list, func(c webex.TrackingCode) bool { return c.Name == name }); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(list, func(c webex.TrackingCode) bool { return c.ID == strings.TrimSpace(name) }); i >= 0 {
		return i
	}
	found := -1
	for i, c := range list {
		switch {
		case fold(c.Name) != fold(name):
		case found >= 0:
			return -1
		default:
			found = i
		}
	}
	return found
}

// Written is the plan with those people alone who were written: the others are
// left out, with the reason, by their place.
func (p Plan) Written(why func(i int) string) Plan {
	done := p
	done.Before.Users, done.After.Users = nil, nil
	for i := range p.After.Users {
		reason := why(i)
		if reason == "" {
			done.Before.Users, done.After.Users = append(done.Before.Users, p.Before.Users[i]), append(done.After.Users, p.After.Users[i])
			continue
		}
		for _, l := range diffUsers(&p.Before.Users[i], &p.After.Users[i]) {
			done.LeftOut = append(slices.Clip(done.LeftOut), LeftOut{p.After.Users[i].Email, l.What, l.After, reason})
		}
	}
	return done
}

// Back is what brings back what the people of a plan had.
func (p Plan) Back() (people []Person) {
	for i := range p.After.Users {
		one := Person{Email: p.After.Users[i].Email}
		for _, l := range diffUsers(&p.Before.Users[i], &p.After.Users[i]) {
			one.Given = append(one.Given, Given{Code: l.What, Value: l.Before, Back: true, Now: l.After})
		}
		people = append(people, one)
	}
	return people
}
