package handlers

import (
	"cmp"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/webex"
)

// The input modes of the API: how a value is given.
const (
	freeText      = "text"
	pickOnly      = "select"
	pickOrType    = "editableSelect"
	inProfile     = "hostProfileSelect"
	anyService    = "All"
	notApplicable = "notApplicable" // on All: the services differ
)

// kinds are the four services that All stands for, in the order of Control Hub.
func kinds() []ask.Service {
	return []ask.Service{ask.Meetings, ask.Events, ask.Training, ask.Support}
}

// apiService is what the API calls a service.
func apiService(s ask.Service) string {
	switch s {
	case ask.Meetings:
		return "MeetingCenter"
	case ask.Events:
		return "EventCenter"
	case ask.Training:
		return "TrainingCenter"
	case ask.Support:
		return "SupportCenter"
	}
	return string(s)
}

// serviceOfAPI reads a service of the API.
func serviceOfAPI(name string) ask.Service {
	for _, s := range kinds() {
		if apiService(s) == name {
			return s
		}
	}
	return ask.Service(name)
}

// serviceRule is a site's rule of a code for one service. A service or a rule
// that Webex added after this was written is its own name in the API.
type serviceRule struct {
	service ask.Service
	rule    ask.Rule
}

// ruleOfAPI reads a rule of the API.
func ruleOfAPI(value string) ask.Rule {
	switch value {
	case "required":
		return ask.Required
	case "optional":
		return ask.Optional
	case "adminSet":
		return ask.AdminSet
	case "notUsed", notApplicable, "":
		return ask.Unused
	}
	return ask.Rule(value)
}

// rulesOf spells out the rules of the four services, and of those that the API
// names beside them. An All with a rule covers the services that are left out;
// without one those are not used. No entries at all, as for codes of the host
// profile, give nil.
func rulesOf(starts []webex.ScheduleStart) []serviceRule {
	if len(starts) == 0 {
		return nil
	}
	given := make(map[string]string, len(starts))
	for _, s := range starts {
		given[s.Service] = s.Type
	}
	rest := given[anyService]
	list := make([]serviceRule, 0, len(starts)+len(kinds()))
	for _, s := range kinds() {
		list = append(list, serviceRule{s, ruleOfAPI(cmp.Or(given[apiService(s)], rest))})
		delete(given, apiService(s))
	}
	delete(given, anyService)
	for _, s := range starts {
		if rule, more := given[s.Service]; more {
			list = append(list, serviceRule{ask.Service(s.Service), ruleOfAPI(rule)})
			delete(given, s.Service)
		}
	}
	return list
}

// ruleFor is a code's rule for one service, or unused.
func ruleFor(c webex.TrackingCode, service ask.Service) ask.Rule {
	for _, r := range rulesOf(c.ScheduleStartCodes) {
		if r.service == service {
			return r.rule
		}
	}
	return ask.Unused
}

// hasRule reports whether a code has a rule for a service; without one, for any
// service or in the host profile.
func hasRule(c webex.TrackingCode, rule ask.Rule, service ask.Service) bool {
	if service != "" {
		return ruleFor(c, service) == rule
	}
	if rule == ask.Unused {
		return !inUse(c)
	}
	for _, r := range rulesOf(c.ScheduleStartCodes) {
		if r.rule == rule {
			return true
		}
	}
	return ruleOfAPI(c.HostProfileCode) == rule
}

// ruleName says a rule behind "it is".
func ruleName(rule ask.Rule) string {
	switch rule {
	case ask.Required:
		return "required"
	case ask.Optional:
		return "optional"
	case ask.AdminSet:
		return "set by an admin"
	case ask.Unused:
		return "not used"
	}
	return unknown(string(rule))
}

// kindName says a service in the middle of a sentence: "meetings".
func kindName(s ask.Service) string { return unknown(string(s)) }

// kindTitle says a service at the beginning of a line: "Meetings".
func kindTitle(s ask.Service) string {
	return capital(kindName(s))
}

// maxNamed is how many names a sentence holds; of more it says how many.
const maxNamed = 6

// inSentence joins names by commas and a last "and".
func inSentence(names []string) string {
	switch n := len(names); {
	case n < 2:
		return strings.Join(names, "")
	case n > maxNamed:
		return bot.Listed(names, maxNamed)
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
