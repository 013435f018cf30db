package change

import (
	"slices"

	"trackbot/webex"
)

// The types of a service's rule.
const (
	Optional      = "optional"
	Required      = "required"
	AdminSet      = "adminSet"
	NotUsed       = "notUsed"
	notApplicable = "notApplicable" // of All: the services differ
)

// All stands for every service in a code's rules.
const All = "All"

// Services are All and the four services, in the order in which Webex gives them.
func Services() []string {
	return []string{All, "MeetingCenter", "EventCenter", "TrainingCenter", "SupportCenter"}
}

// Whole is a code whose rules are spelled out for All and each service, and whose
// list of options is one, so that Webex has nothing to fill in: a service that is
// left out would silently take the type of All, or become notUsed. The rules of a
// code of the host profile may be null, and stay so. What Webex may add stays.
func Whole(c webex.TrackingCode) webex.TrackingCode {
	c = *State{Code: &c}.clone().Code
	if c.Options == nil {
		c.Options = []webex.Option{}
	}
	if c.ScheduleStartCodes == nil && c.InputMode == hostProfileSelect {
		return c
	}
	given := map[string]webex.ScheduleStart{}
	for _, rule := range c.ScheduleStartCodes {
		given[rule.Service] = rule
	}
	rest := given[All].Type
	if rest == "" || rest == notApplicable {
		rest = NotUsed
	}
	var rules []webex.ScheduleStart
	for _, service := range Services() {
		rule, ok := given[service]
		if !ok {
			rule = webex.ScheduleStart{Service: service, Type: rest}
		}
		rules = append(rules, rule)
	}
	if _, ok := given[All]; !ok {
		rules[0].Type = rules[1].Type
	}
	rules = append(rules, slices.DeleteFunc(c.ScheduleStartCodes, func(rule webex.ScheduleStart) bool {
		return slices.Contains(Services(), rule.Service)
	})...)
	settleAll(rules)
	c.ScheduleStartCodes = rules
	return c
}

// settleAll makes the rule of All, the first, go with those of the services.
func settleAll(rules []webex.ScheduleStart) {
	if slices.ContainsFunc(rules[1:len(Services())], func(rule webex.ScheduleStart) bool { return rule.Type != rules[0].Type }) {
		rules[0].Type = notApplicable
	}
}
