package change

import (
	"slices"

	"trackbot/webex"
)

// Goes returns the value that somebody has of the plan's code, where it goes with the
// code or is one of the options that go.
func (p Plan) Goes(u webex.UserCodes) (value string, goes bool) {
	i := slices.IndexFunc(u.TrackingCodes, func(c webex.UserCode) bool { return isOf(c, *p.Before.Code) })
	if i < 0 || u.TrackingCodes[i].Value == "" {
		return "", false
	}
	value = u.TrackingCodes[i].Value
	return value, p.After.Code == nil || slices.Contains(p.Gone(), value)
}

// Gone are the options that go.
func (p Plan) Gone() []string { return removed(p.Before.Code.Options, orEmpty(p.After.Code).Options) }

// Moving is a plan of a code's options by which people who have an option that goes
// get another one: first the options that come are added, then the people get them,
// then the others go. Webex has both meanwhile, and takes each. list is all codes of
// the site; what people are given is of the plan's code.
func (p Plan) Moving(list []webex.TrackingCode, people []Person) (Plan, error) {
	both := p.both()
	if err := broken(both, list); err != nil {
		return Plan{}, err
	}
	list = slices.Clone(list)
	list[slices.IndexFunc(list, func(c webex.TrackingCode) bool { return c.ID == both.ID })] = both
	of := OfPeople(p.Site, list, people)
	if len(of.After.Users) == 0 {
		p.note(len(of.LeftOut), "could not be read, or would get nothing, and may have what goes.")
		return p, nil
	}
	p.Before.Users, p.After.Users, p.LeftOut = of.Before.Users, of.After.Users, of.LeftOut
	p.Notes = slices.Concat(p.Notes, of.Notes)
	return p, nil
}

// both is the code with the options that go and those that come.
func (p Plan) both() webex.TrackingCode {
	both := *State{Code: p.Before.Code}.clone().Code
	both = Whole(both)
	for _, value := range removed(p.After.Code.Options, p.Before.Code.Options) {
		both.Options = append(both.Options, webex.Option{Value: value})
	}
	return both
}

// Steps are the writes of a plan of many people in their order, each a plan of its
// own. Those of a code are the first and the last.
func (p Plan) Steps() (steps []Plan) {
	for i := range p.After.Users {
		before, after := p.Before.Users[i], p.After.Users[i]
		steps = append(steps, Plan{Site: p.Site, About: after.Email, Before: State{User: &before}, After: State{User: &after}})
	}
	if p.After.Code == nil {
		return steps
	}
	both := p.both()
	add := Plan{Site: p.Site, About: p.After.Code.Name, Before: State{Code: p.Before.Code}, After: State{Code: &both}}
	remove := Plan{Site: p.Site, About: p.After.Code.Name, Before: add.After, After: State{Code: p.After.Code}}
	return slices.Concat([]Plan{add}, steps, []Plan{remove})
}
