package handlers

import (
	"cmp"
	"slices"
	"strings"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// inputWords says how a value is given, after the API's inputMode.
func inputWords(mode string) string {
	switch mode {
	case "text":
		return "free text"
	case "select":
		return "pick from the list"
	case "editableSelect":
		return "pick from the list or type"
	case "hostProfileSelect":
		return "set in the host's profile"
	}
	return unknown(mode)
}

// ruleWords says what one rule of the API means. Required stands out, because
// it is what stops a host from scheduling.
func ruleWords(rule string) cards.Rule {
	switch rule {
	case "optional":
		return cards.Rule{Words: "optional", Tone: cards.Plain}
	case "required":
		return cards.Rule{Words: "required", Tone: cards.Strong}
	case "adminSet":
		return cards.Rule{Words: "set by an admin", Tone: cards.Plain}
	case "notUsed", "":
		return cards.Rule{Words: "not used", Tone: cards.Subtle}
	}
	return cards.Rule{Words: unknown(rule), Tone: cards.Plain}
}

// unknown shows a value that Webex added after this was written: its own name,
// parted into words.
func unknown(value string) string {
	if value == "" {
		return "not stated"
	}
	var b strings.Builder
	for i, r := range value {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// services are the four that All stands for, in the order of Control Hub.
func services() [4][2]string {
	return [4][2]string{
		{"MeetingCenter", "Meetings"},
		{"EventCenter", "Events"},
		{"TrainingCenter", "Training"},
		{"SupportCenter", "Support"},
	}
}

// serviceRules spells out where a code is asked for. An All with a rule covers
// the services that are left out; without one those are not used. A service
// that Webex adds one day is shown by its own name. No entries at all, as for
// codes of the host profile, give nil.
func serviceRules(starts []webex.ScheduleStart) []cards.Service {
	if len(starts) == 0 {
		return nil
	}
	given := make(map[string]string, len(starts))
	for _, s := range starts {
		given[s.Service] = s.Type
	}
	rest := given["All"]
	if rest == "notApplicable" {
		rest = ""
	}
	rules := make([]cards.Service, 0, len(starts)+4)
	for _, s := range services() {
		rules = append(rules, cards.Service{Name: s[1], Rule: ruleWords(whereApplies(cmp.Or(given[s[0]], rest)))})
		delete(given, s[0])
	}
	delete(given, "All")
	for _, s := range starts {
		if rule, more := given[s.Service]; more {
			rules = append(rules, cards.Service{Name: unknown(s.Service), Rule: ruleWords(whereApplies(rule))})
			delete(given, s.Service)
		}
	}
	return rules
}

// whereApplies reads notApplicable on a service as not used: the words are for
// people, and the API means it on All only.
func whereApplies(rule string) string {
	if rule == "notApplicable" {
		return "notUsed"
	}
	return rule
}

// requiredWhere names the services that require the code, such as
// "Meetings, Events", or is empty.
func requiredWhere(starts []webex.ScheduleStart) string {
	var names []string
	for _, s := range serviceRules(starts) {
		if s.Rule.Words == "required" {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}

// defaults returns the values that are filled in where the host gives none.
func defaults(options []webex.Option) []string {
	var values []string
	for _, o := range options {
		if o.DefaultValue {
			values = append(values, o.Value)
		}
	}
	return values
}

// fold brings a name to the form in which two names are the same: as it would
// be typed, in lower case, words parted by one blank.
func fold(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(ask.Plain(name)), " "))
}

// names lists the codes' names, each once.
func names(list []webex.TrackingCode) []string {
	all := make([]string, 0, len(list))
	for _, c := range list {
		if !slices.Contains(all, c.Name) {
			all = append(all, c.Name)
		}
	}
	return all
}
