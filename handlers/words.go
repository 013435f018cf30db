package handlers

import (
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
		return "set in the host profile"
	}
	return unknown(mode)
}

// ruleWords says what a rule of the API means.
func ruleWords(value string) cards.Rule { return shownRule(ruleOfAPI(value)) }

// shownRule draws a rule. Required stands out, because it is what stops a host
// from scheduling.
func shownRule(rule ask.Rule) cards.Rule {
	tones := map[ask.Rule]cards.Tone{ask.Required: cards.Strong, ask.Unused: cards.Subtle}
	return cards.Rule{Words: ruleName(rule), Tone: tones[rule]}
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

// serviceRules draws where a code is asked for; nil for codes of the host profile.
func serviceRules(starts []webex.ScheduleStart) []cards.Service {
	var rules []cards.Service
	for _, r := range rulesOf(starts) {
		rules = append(rules, cards.Service{Name: kindTitle(r.service), Rule: shownRule(r.rule)})
	}
	return rules
}

// requiredWhere names the services that require the code, such as
// "Meetings, Events", or is empty.
func requiredWhere(starts []webex.ScheduleStart) string {
	var names []string
	for _, r := range rulesOf(starts) {
		if r.rule == ask.Required {
			names = append(names, kindTitle(r.service))
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
