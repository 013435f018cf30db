package handlers

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// finding is one thing about a code that somebody should look at.
type finding struct {
	code  webex.TrackingCode
	grave bool // the API rules it out, or it stops people
	what  string
	why   string
	todo  string
}

// The limits of a code, as the API documents them.
const (
	maxOptions  = 500
	nearOptions = 450 // from here on it is time to think of the limit
	maxValue    = 120 // characters of a name or value
)

// findings holds codes against the fine print, in the order of the codes.
func findings(list []webex.TrackingCode) []finding {
	var all []finding
	for _, c := range list {
		for _, look := range []func(webex.TrackingCode) []finding{
			ofOptions, ofDefaults, ofDuplicates, ofLimits, ofCombinations, ofServices, ofWords, ofMapping,
		} {
			for _, f := range look(c) {
				f.code = c
				all = append(all, f)
			}
		}
	}
	return append(all, ofNames(list)...)
}

// ofOptions knows what input modes make of options.
func ofOptions(c webex.TrackingCode) []finding {
	none := len(c.Options) == 0
	switch {
	case c.InputMode == "select" && none, c.InputMode == "hostProfileSelect" && none:
		return []finding{{
			grave: true, what: "A value must be picked from the list, and the list is empty.",
			why: "Nobody can give a value; where the code is required, nobody gets any further.", todo: "Add options, or let people type.",
		}}
	case c.InputMode == "editableSelect" && none:
		return []finding{{
			what: "The list to pick from is empty.", why: "People can only type, and everybody types it differently.", todo: "Add options, or make it free text.",
		}}
	case c.InputMode == "text" && !none:
		return []finding{{
			what: fmt.Sprintf("It is free text and has %s.", count(len(c.Options), "option")), why: "Nobody is shown them.", todo: "Remove the options, or let people pick.",
		}}
	}
	return nil
}

// picks says whether a value is picked from a list.
func picks(c webex.TrackingCode) bool {
	return c.InputMode == "select" || c.InputMode == "editableSelect" || c.InputMode == "hostProfileSelect"
}

// ofDefaults wants one default where people pick.
func ofDefaults(c webex.TrackingCode) []finding {
	d := defaults(c.Options)
	switch {
	case len(d) > 1:
		return []finding{{
			grave: true, what: fmt.Sprintf("%d options are the default: %s.", len(d), quotedList(d)),
			why: "Which of them is filled in is not defined, so usage is booked by chance.", todo: "Keep one default.",
		}}
	case len(d) == 0 && picks(c) && len(c.Options) > 0 && c.HostProfileCode != "adminSet" && inUse(c):
		return []finding{{
			what: "No option is the default.", why: "Whoever does not choose has no value; where the code is required they are stopped.",
			todo: "Make one option the default, such as “Other”, if that suits your reports.",
		}}
	}
	return nil
}

// inUse says whether anybody is asked for the code.
func inUse(c webex.TrackingCode) bool {
	used := c.HostProfileCode != "notUsed" && c.HostProfileCode != ""
	for _, r := range rulesOf(c.ScheduleStartCodes) {
		used = used || r.rule != ask.Unused
	}
	return used
}

// ofDuplicates finds options that people take for the same.
func ofDuplicates(c webex.TrackingCode) []finding {
	values := make([]string, len(c.Options))
	for i, o := range c.Options {
		values[i] = o.Value
	}
	var found []finding
	for _, t := range twins(values) {
		found = append(found, finding{
			what: "Options that look the same: " + quotedList(t.values) + " " + t.how + ".",
			why:  "People pick either, and reports count them apart.", todo: "Keep one, and move people and meetings that have the other.",
		})
	}
	return found
}

// ofNames finds codes that people take for the same.
func ofNames(list []webex.TrackingCode) []finding {
	values := make([]string, len(list))
	for i, c := range list {
		values[i] = c.Name
	}
	var found []finding
	for _, t := range twins(values) {
		found = append(found, finding{
			code: list[t.at], what: "Codes with names that look the same: " + quotedList(t.values) + " " + t.how + ".",
			why: "People fill in either, and a question by name finds several.", todo: "Rename one of them.",
		})
	}
	return found
}

// ofLimits compares with the documented limits.
func ofLimits(c webex.TrackingCode) []finding {
	var found []finding
	switch n := len(c.Options); {
	case n >= maxOptions:
		found = append(found, finding{
			grave: true, what: fmt.Sprintf("It has %d options, and %d is the most there can be.", n, maxOptions),
			why: "Nothing can be added; a new department has no option.", todo: "Remove options that nobody uses, or part the code in two.",
		})
	case n >= nearOptions:
		found = append(found, finding{
			what: fmt.Sprintf("It has %d of at most %d options.", n, maxOptions),
			why:  "Soon nothing can be added.", todo: "Remove options that nobody uses while there is time.",
		})
	}
	if n := utf8.RuneCountInString(c.Name); n == 0 || n > maxValue {
		found = append(found, finding{
			grave: true, what: fmt.Sprintf("The name has %d characters; 1 to %d are allowed.", n, maxValue), why: "Webex refuses every change of such a code.", todo: "Give it another name.",
		})
	}
	for _, o := range c.Options {
		if n := utf8.RuneCountInString(o.Value); n == 0 || n > maxValue {
			found = append(found, finding{
				grave: true, what: fmt.Sprintf("An option has %d characters; 1 to %d are allowed.", n, maxValue), why: "Webex refuses every change of such a code.", todo: "Correct or remove it.",
			})
			break
		}
	}
	return found
}

// ofCombinations finds what the specification rules out. Such a code can be
// read, and every change of it is refused.
func ofCombinations(c webex.TrackingCode) []finding {
	var found []finding
	add := func(what, todo string) {
		found = append(found, finding{grave: true, what: what, why: "The Webex API rules that out, so it refuses every change of this code until it is mended.", todo: todo})
	}
	all := ruleOf(c, "All")
	inUse := func(s webex.ScheduleStart) bool { return s.Type != "notUsed" && s.Type != "notApplicable" }
	misplaced := firstService(c, func(s webex.ScheduleStart) bool { return s.Service != "All" && s.Type == "notApplicable" })
	allDiffers := firstService(c, func(s webex.ScheduleStart) bool {
		return s.Service != "All" && s.Type != "notApplicable" && all != "" && all != "notApplicable" && s.Type != all
	})
	adminMixed := firstService(c, func(s webex.ScheduleStart) bool {
		return inUse(s) && (c.HostProfileCode == "adminSet") != (s.Type == "adminSet")
	})
	profileOnly := c.InputMode == "hostProfileSelect" && firstService(c, inUse) != ""
	if profileOnly {
		add("It exists in the host's profile only, and yet a rule for scheduling is set.", "Set every service to not used.")
	}
	if adminMixed != "" && !profileOnly {
		add(fmt.Sprintf("Host profile is “%s” and %s is “%s”; “set by an admin” goes with itself and “not used” only.",
			ruleWords(c.HostProfileCode).Words, adminMixed, ruleWords(ruleNamed(c, adminMixed)).Words), "Make both “set by an admin”, or neither.")
	}
	if allDiffers != "" {
		add(fmt.Sprintf("The rule for all services is “%s”, and %s has another.", ruleWords(all).Words, allDiffers), "Give every service the same rule, or set all services to differ.")
	}
	if misplaced != "" {
		add(misplaced+" has the rule “not applicable”, which only all services together can have.", "Set it to not used.")
	}
	if c.ScheduleStartCodes == nil && c.InputMode != "hostProfileSelect" {
		add("It has no rules for scheduling, which only codes of the host's profile may lack.", "Set a rule for each service.")
	}
	return found
}

// firstService names the first service whose rule is such, or is empty.
func firstService(c webex.TrackingCode, such func(webex.ScheduleStart) bool) string {
	if i := slices.IndexFunc(c.ScheduleStartCodes, such); i >= 0 {
		return serviceName(c.ScheduleStartCodes[i].Service)
	}
	return ""
}

// ruleOf is the type that a code gives a service; empty: none.
func ruleOf(c webex.TrackingCode, service string) string {
	for _, s := range c.ScheduleStartCodes {
		if s.Service == service {
			return s.Type
		}
	}
	return ""
}

// ruleNamed is [ruleOf] by the service's name for people.
func ruleNamed(c webex.TrackingCode, name string) string {
	for _, s := range c.ScheduleStartCodes {
		if serviceName(s.Service) == name {
			return s.Type
		}
	}
	return ""
}

// serviceName is a service as people know it.
func serviceName(service string) string {
	if service == anyService {
		return "the rule for all services"
	}
	return kindTitle(serviceOfAPI(service))
}

// ofServices finds a code that stops people in one service and is unknown in others.
func ofServices(c webex.TrackingCode) []finding {
	var must, never []string
	for _, r := range rulesOf(c.ScheduleStartCodes) {
		switch r.rule {
		case ask.Required:
			must = append(must, kindName(r.service))
		case ask.Unused:
			never = append(never, kindName(r.service))
		}
	}
	found := []finding(nil)
	if len(must) > 0 && len(never) > 0 {
		found = append(found, finding{
			what: fmt.Sprintf("Required for %s, not used for %s.", inSentence(must), inSentence(never)),
			why:  "Reports have values for some meetings only, which looks like missing data.", todo: "Ask for it everywhere, or note that it is meant so.",
		})
	}
	if c.HostProfileCode == "required" {
		found = append(found, finding{
			what: "Required in the host's profile.",
			why:  "That works on sites managed in Site Administration only; where Control Hub manages the site, the API refuses it.", todo: "Nothing where Site Administration manages this site; elsewhere make it optional.",
		})
	}
	return found
}

// ofWords finds values that are not among the documented ones.
func ofWords(c webex.TrackingCode) []finding {
	var strange []string
	known := func(value string, among ...string) {
		if !slices.Contains(among, value) {
			strange = append(strange, value)
		}
	}
	known(c.InputMode, "text", "select", "editableSelect", "hostProfileSelect")
	known(c.HostProfileCode, "optional", "required", "adminSet", "notUsed")
	for _, s := range c.ScheduleStartCodes {
		known(s.Service, "All", "MeetingCenter", "EventCenter", "TrainingCenter", "SupportCenter")
		known(s.Type, "optional", "required", "adminSet", "notUsed", "notApplicable")
	}
	if len(strange) == 0 {
		return nil
	}
	return []finding{{
		what: "Webex gives values that I do not know: " + quotedList(strange) + ".",
		why:  "What I say of this code may miss what they mean.", todo: "Look at the code in Control Hub, and at a newer version of this bot.",
	}}
}

// ofMapping knows a code that is bound to an attribute of people by its id:
// those of others are numbers. The API does not say it in another way.
func ofMapping(c webex.TrackingCode) []finding {
	if c.ID != "" && strings.Trim(c.ID, "0123456789") == "" {
		return nil
	}
	return []finding{{
		what: fmt.Sprintf("It looks like a mapped code: its id, “%s”, is no number.", c.ID),
		why:  "Values of mapped codes come from people's attributes, and the API refuses every change.", todo: "Change the attribute in Control Hub instead.",
	}}
}
