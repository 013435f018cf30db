package change

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"trackbot/webex"
)

// Limits of Webex's description of Create a Tracking Code.
const (
	maxName    = 120 // characters of a name and of a value
	maxOptions = 500
	maxRules   = 5
	usualCodes = 10 // codes that a site had room for in the XML API; the REST API names no limit
)

const hostProfileSelect = "hostProfileSelect"

// broken is a [RefusalError] with the published rules that a whole code breaks; nil
// where it breaks none. list is all codes of the site.
func broken(c webex.TrackingCode, list []webex.TrackingCode) error {
	var words []string
	rule := func(ok bool, format string, args ...any) {
		if !ok {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	rule(fits(c.Name), "A name has 1 to %d characters.", maxName)
	rule(len(c.Options) <= maxOptions, "A code has at most %d values; this would make %d.", maxOptions, len(c.Options))
	rule(!slices.ContainsFunc(c.Options, func(o webex.Option) bool { return !fits(o.Value) }), "A value has 1 to %d characters.", maxName)
	rule(c.InputMode != "select" || len(c.Options) > 0, "A code whose value is picked from a list needs at least one.")
	rule(len(c.ScheduleStartCodes) <= maxRules, "A code has rules for at most %d services.", maxRules)
	rule(slices.Contains([]string{"text", "select", "editableSelect", hostProfileSelect}, c.InputMode), "I don't know the input “%s”, so I don't write it.", c.InputMode)
	rule(slices.Contains([]string{Optional, Required, AdminSet, NotUsed}, c.HostProfileCode), "I don't know the rule “%s” of the host profile, so I don't write it.", c.HostProfileCode)
	rule(!slices.ContainsFunc(list, func(o webex.TrackingCode) bool { return o.ID != c.ID && fold(o.Name) == fold(c.Name) }), "The site has another code of the name %s.", c.Name)
	if words = append(words, brokenRules(c)...); len(words) == 0 {
		return nil
	}
	return RefusalError(strings.Join(words, " "))
}

// brokenRules are those on what goes with the host profile.
func brokenRules(c webex.TrackingCode) (words []string) {
	allowed := []string{Optional, Required, NotUsed}
	if c.HostProfileCode == AdminSet {
		allowed = []string{AdminSet, NotUsed}
	}
	if c.InputMode == hostProfileSelect {
		allowed = []string{NotUsed}
	}
	for _, rule := range c.ScheduleStartCodes {
		if !slices.Contains(allowed, rule.Type) && (rule.Service != All || rule.Type != notApplicable) {
			words = append(words, fmt.Sprintf("%s can't be “%s” while the host profile says “%s”: only %s.",
				serviceWords(rule.Service), typeWords(rule.Type), typeWords(c.HostProfileCode), alternatives(allowed)))
		}
	}
	return words
}

func alternatives(types []string) string {
	words := make([]string, len(types))
	for i, kind := range types {
		words[i] = "“" + typeWords(kind) + "”"
	}
	return strings.Join(words, " or ")
}

func fits(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= maxName && strings.TrimSpace(s) != ""
}
