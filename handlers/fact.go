package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// fact answers a question about one thing of a code, with the code below.
func fact(admin Admin, sites *bot.Sites, links Links) bot.Command {
	return bot.Command{
		Name:     "fact",
		Group:    lookUpGroup,
		Summary:  "one thing about a code: where it is required, its default, how many options, how a value is given, who sets it",
		Usage:    "is CODE required on SITE",
		Examples: []string{"is Department required on SITE", "default of Department on SITE", "how many options does Department have on SITE", "who can change Department on SITE"},
		Title:    "rules of",
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if r.Question.Code == nil {
				return whichCode(ctx, admin, sites, r)
			}
			c, instead, err := theCode(ctx, admin, r)
			if err != nil || instead != nil {
				return answered(instead), err
			}
			return showFact(r, c, links), nil
		},
	}
}

// showFact is the card of a code below the sentence that was asked for.
func showFact(r bot.Request, c webex.TrackingCode, links Links) bot.Reply {
	sentence, more := factOf(c, r.Question, r.Site.Host)
	v := codeCard(r, c)
	v.Lead = append([]string{sentence}, more...)
	v.Buttons = []cards.Button{{Title: "Refresh", Data: fresh(here(r))}, bot.Button("Options", aboutCode("options", r.Site.Host, c))}
	if r.Question.Topic != "count" {
		v.Lead = append(v.Lead, adminNote)
		v.Buttons = append(v.Buttons, links.buttons(r.Site.Host)...)
	}
	v.Buttons = append(v.Buttons, allCodes(r.Site.Host))
	return bot.Drawn(v)
}

// factOf answers a question about one code of a site in a sentence, and says in
// more lines what follows from it.
func factOf(c webex.TrackingCode, q ask.Question, host string) (sentence string, more []string) {
	switch q.Topic {
	case "default":
		return defaultFact(c, host), nil
	case "count":
		return countFact(c, host), nil
	case "option":
		return optionFact(c, q.Option, host)
	case "input":
		return inputFact(c, host), nil
	case "admin":
		return adminFact(c, host), nil
	}
	sentence = ruleFact(c, q.Rule, q.Service, host)
	if hasRule(c, ask.Required, q.Service) {
		more = append(more, leftEmpty(c))
	}
	return sentence, more
}

// ruleFact says where a code is required, optional, set by an admin and not
// used: for one service, or for all. Where it is not what was asked for, that
// comes first.
func ruleFact(c webex.TrackingCode, asked ask.Rule, service ask.Service, host string) string {
	list := rulesOf(c.ScheduleStartCodes)
	switch {
	case list == nil:
		return fmt.Sprintf("%s is asked for only in the host profile on %s, where it is %s.", c.Name, host, ruleName(ruleOfAPI(c.HostProfileCode)))
	case service != "":
		rule := ruleFor(c, service)
		if asked != "" && rule != asked {
			return fmt.Sprintf("%s is %s for %s on %s: it is %s.", c.Name, notRule(asked), kindName(service), host, ruleName(rule))
		}
		return fmt.Sprintf("%s is %s for %s on %s.", c.Name, ruleName(rule), kindName(service), host)
	case asked != "" && !hasRule(c, asked, ""):
		return fmt.Sprintf("%s is %s on %s: it is %s.", c.Name, notRule(asked), host, strings.Join(byRule(list), ", "))
	}
	parts := byRule(list)
	parts[0] += " on " + host
	if profile := ruleOfAPI(c.HostProfileCode); profile == ask.Required || profile == ask.AdminSet {
		parts = append(parts, ruleName(profile)+" in the host profile")
	}
	return c.Name + " is " + strings.Join(parts, ", ") + "."
}

// byRule groups the services by their rules, what stops people first:
// "required for meetings", "not used for training and support".
func byRule(list []serviceRule) []string {
	order := []ask.Rule{ask.Required, ask.AdminSet, ask.Optional}
	services := make(map[ask.Rule][]string)
	for _, r := range list {
		if !slices.Contains(order, r.rule) && r.rule != ask.Unused {
			order = append(order, r.rule)
		}
		services[r.rule] = append(services[r.rule], kindName(r.service))
	}
	var parts []string
	for _, rule := range append(order, ask.Unused) {
		switch names := services[rule]; {
		case len(names) == 0:
		case len(names) < len(list):
			parts = append(parts, ruleName(rule)+" for "+inSentence(names))
		case rule == ask.Unused:
			parts = append(parts, "not used for any kind of meeting")
		default:
			parts = append(parts, ruleName(rule)+" for all kinds of meetings")
		}
	}
	return parts
}

// notRule says that a rule is not a code's.
func notRule(rule ask.Rule) string {
	if rule == ask.Unused {
		return "in use"
	}
	return "not " + ruleName(rule)
}

// leftEmpty says what follows from leaving a required code empty.
func leftEmpty(c webex.TrackingCode) string {
	if set := defaults(c.Options); len(set) == 1 {
		return fmt.Sprintf("If nothing is chosen, the default %s is used.", set[0])
	}
	return "Without a value, a meeting can't be scheduled where it is required."
}

// defaultFact says what is filled in where a host chooses nothing.
func defaultFact(c webex.TrackingCode, host string) string {
	switch set := defaults(c.Options); {
	case len(set) == 1:
		return fmt.Sprintf("The default of %s on %s is %s.", c.Name, host, set[0])
	case len(set) > 1:
		return fmt.Sprintf("%s has %d defaults on %s, %s; Webex doesn't say which of them counts.", c.Name, len(set), host, inSentence(set))
	case c.InputMode == freeText:
		return fmt.Sprintf("%s has no default on %s: it is free text.", c.Name, host)
	}
	return fmt.Sprintf("%s has no default on %s.", c.Name, host)
}

// countFact says how many options a code has.
func countFact(c webex.TrackingCode, host string) string {
	switch n := len(c.Options); {
	case n == 0 && c.InputMode == freeText:
		return fmt.Sprintf("%s has no options on %s: it is free text.", c.Name, host)
	case n == 0:
		return fmt.Sprintf("%s has no options on %s.", c.Name, host)
	case n >= maxOptions:
		return fmt.Sprintf("%s has %s on %s, the most that Webex allows.", c.Name, count(n, "option"), host)
	default:
		return fmt.Sprintf("%s has %s on %s.", c.Name, count(n, "option"), host)
	}
}

// optionFact says whether a value is an option of a code, and which options
// contain it where it is none.
func optionFact(c webex.TrackingCode, value, host string) (sentence string, more []string) {
	var holding []string
	for _, o := range c.Options {
		switch {
		case fold(o.Value) == fold(value) && o.DefaultValue:
			return fmt.Sprintf("Yes, %s is an option of %s on %s, and the default.", o.Value, c.Name, host), nil
		case fold(o.Value) == fold(value):
			return fmt.Sprintf("Yes, %s is an option of %s on %s.", o.Value, c.Name, host), nil
		case holds([]string{o.Value}, fold(value)):
			holding = append(holding, o.Value)
		}
	}
	switch c.InputMode {
	case freeText:
		return fmt.Sprintf("%s has no list of options on %s: it is free text, so “%s” can be typed.", c.Name, host, value), nil
	case pickOrType:
		sentence = fmt.Sprintf("No, “%s” is not an option of %s on %s, but it can be typed.", value, c.Name, host)
	default:
		sentence = fmt.Sprintf("No, “%s” is not an option of %s on %s.", value, c.Name, host)
	}
	if len(holding) > 0 {
		more = []string{fmt.Sprintf("Options that contain it: %s.", bot.Listed(holding, maxShownHits))}
	}
	return sentence, more
}

// inputFact says how a value is given.
func inputFact(c webex.TrackingCode, host string) string {
	options := count(len(c.Options), "option")
	switch c.InputMode {
	case freeText:
		return fmt.Sprintf("%s is free text on %s: any value of up to %d characters.", c.Name, host, maxValue)
	case pickOnly:
		return fmt.Sprintf("%s takes only values from its list on %s: %s.", c.Name, host, options)
	case pickOrType:
		return fmt.Sprintf("%s can be picked from %s or typed on %s.", c.Name, options, host)
	case inProfile:
		return fmt.Sprintf("%s is picked from %s in the host profile on %s, not when scheduling.", c.Name, options, host)
	}
	return fmt.Sprintf("%s is entered as “%s” on %s.", c.Name, inputWords(c.InputMode), host)
}

// adminFact says who gives the value and who can change the code.
func adminFact(c webex.TrackingCode, host string) string {
	if hasRule(c, ask.AdminSet, "") {
		return fmt.Sprintf("Only an admin sets the value of %s on %s, and only an admin can change the code.", c.Name, host)
	}
	return fmt.Sprintf("Hosts choose the value of %s on %s; only an admin can change the code and its options.", c.Name, host)
}
