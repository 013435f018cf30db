package handlers

import (
	"slices"
	"strings"

	"trackbot/webex"
)

// difference is what one code has on two sites.
type difference struct {
	rules       [][]string // what differs, and how it is here and there: Default, Sales, none
	here, there []string   // options that only one has
	both        int        // options that both have
}

func (d difference) same() bool { return len(d.rules)+len(d.here)+len(d.there) == 0 }

// differ compares two codes. Options count as the same to the letter: what
// looks the same and isn't is counted apart in reports.
func differ(a, b webex.TrackingCode) difference {
	var d difference
	rule := func(what, here, there string) {
		if here != there {
			d.rules = append(d.rules, []string{what, here, there})
		}
	}
	rule("Name", a.Name, b.Name)
	rule("Value", inputWords(a.InputMode), inputWords(b.InputMode))
	rule("Default", defaultWords(a), defaultWords(b))
	rule("Host profile", ruleWords(a.HostProfileCode).Words, ruleWords(b.HostProfileCode).Words)
	here, there := servicesByName(a), servicesByName(b)
	for _, s := range services() {
		rule(s[1], here[s[1]], there[s[1]])
	}
	inHere, inThere := optionSet(a), optionSet(b)
	for _, o := range a.Options {
		if inThere[o.Value] {
			d.both++
		} else {
			d.here = append(d.here, o.Value)
		}
	}
	for _, o := range b.Options {
		if !inHere[o.Value] {
			d.there = append(d.there, o.Value)
		}
	}
	return d
}

func optionSet(c webex.TrackingCode) map[string]bool {
	set := make(map[string]bool, len(c.Options))
	for _, o := range c.Options {
		set[o.Value] = true
	}
	return set
}

func defaultWords(c webex.TrackingCode) string {
	if d := defaults(c.Options); len(d) > 0 {
		return strings.Join(d, ", ")
	}
	return "none"
}

// servicesByName are the rules of the four services in words.
func servicesByName(c webex.TrackingCode) map[string]string {
	rules := map[string]string{}
	for _, s := range services() {
		rules[s[1]] = ruleWords("notUsed").Words
	}
	for _, s := range serviceRules(c.ScheduleStartCodes) {
		rules[s.Name] = s.Rule.Words
	}
	return rules
}

// pair is a code of one site and that of the same name on the other.
type pair struct{ here, there *webex.TrackingCode }

// pairs brings codes of the same name together, whatever the case; what has no
// partner stands alone.
func pairs(here, there []webex.TrackingCode) []pair {
	var all []pair
	taken := make([]bool, len(there))
	for i := range here {
		p := pair{here: &here[i]}
		j := slices.IndexFunc(there, func(c webex.TrackingCode) bool { return c.Name == here[i].Name })
		if j < 0 || taken[j] {
			j = slices.IndexFunc(there, func(c webex.TrackingCode) bool { return fold(c.Name) == fold(here[i].Name) })
		}
		if j >= 0 && !taken[j] {
			taken[j], p.there = true, &there[j]
		}
		all = append(all, p)
	}
	for j := range there {
		if !taken[j] {
			all = append(all, pair{there: &there[j]})
		}
	}
	return all
}
