package change

import (
	"slices"
	"strings"

	"trackbot/webex"
)

// New is a code that is made from nothing: a list of values, or free text where
// there are none, with one rule for every service, and one for the host profile.
func New(site, name string, values []string, rule string) webex.TrackingCode {
	c := webex.TrackingCode{Name: strings.TrimSpace(name), SiteURL: site, InputMode: "text", HostProfileCode: NotUsed}
	if len(values) > 0 {
		c.InputMode = "select"
	}
	if rule == AdminSet { // which is so for the services only with the host profile
		c.HostProfileCode = AdminSet
	}
	for _, value := range values {
		if optionAt(c, value) < 0 {
			c.Options = append(c.Options, webex.Option{Value: value})
		}
	}
	c.ScheduleStartCodes = []webex.ScheduleStart{{Service: All, Type: rule}}
	return c
}

// Copy plans that a site gets a code as another site has it: a new one, or, where
// it has one of that name, that one made the same. list is all codes of the site
// that gets it.
func Copy(from webex.TrackingCode, site string, list []webex.TrackingCode) (Plan, error) {
	c := withoutOther(from)
	c.ID, c.SiteURL = "", site
	about := "Copied from " + from.SiteURL + ". Values that people have there are not copied."
	i := slices.IndexFunc(list, func(t webex.TrackingCode) bool { return fold(t.Name) == fold(from.Name) })
	var p Plan
	var err error
	if i < 0 {
		p, err = Creation(c, list)
	} else {
		p, err = OfCode(list[i], list, madeLike(c))
	}
	p.Notes = append([]string{about}, p.Notes...)
	if c.HostProfileCode == Required {
		p.Notes = append(p.Notes, notInControlHub)
	}
	return p, err
}

// madeLike makes a code the same as another one, but for its id and its name's
// spelling.
func madeLike(c webex.TrackingCode) Edit {
	return func(now *webex.TrackingCode) (notes []string, err error) {
		if gone := slices.DeleteFunc(slices.Clone(now.Options), func(o webex.Option) bool { return optionAt(c, o.Value) >= 0 }); len(gone) > 0 {
			notes = append(notes, "Values go. People who have one of them are not changed; Webex does not say what becomes of their value.")
		}
		whole := Whole(c)
		now.InputMode, now.HostProfileCode = whole.InputMode, whole.HostProfileCode
		now.Options, now.ScheduleStartCodes = whole.Options, whole.ScheduleStartCodes
		return notes, nil
	}
}

// withoutOther is a code without what else Webex sent of it, which is about the one
// that was read.
func withoutOther(c webex.TrackingCode) webex.TrackingCode {
	c = *State{Code: &c}.clone().Code
	c.Other = ""
	for i := range c.Options {
		c.Options[i].Other = ""
	}
	for i := range c.ScheduleStartCodes {
		c.ScheduleStartCodes[i].Other = ""
	}
	return c
}
