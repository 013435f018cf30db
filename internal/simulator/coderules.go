package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// The types of a service's rule that the rules below name.
const (
	required      = "required"
	adminSet      = "adminSet"
	notUsed       = "notUsed"
	notApplicable = "notApplicable"
)

func services() []string {
	return []string{"MeetingCenter", "EventCenter", "TrainingCenter", "SupportCenter"}
}

// decodeCode reads the body of a create or update and applies the documented
// rules that need no site.
func decodeCode(r *request) (TrackingCode, error) {
	fields := []string{"name", "siteUrl", "inputMode", "options", "hostProfileCode", "scheduleStartCodes"}
	var c TrackingCode
	raw, err := readJSON(r)
	if err != nil {
		return c, err
	}
	if err := decodeKeys(raw, &c, fields...); err != nil {
		return c, err
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return c, malformed("The request body is not a JSON object.")
	}
	for _, f := range fields {
		if _, given := keys[f]; !given {
			return c, malformed("'" + f + "' cannot be empty")
		}
	}
	if err := eachOf(keys["options"], "value", "defaultValue"); err != nil {
		return c, err
	}
	if err := eachOf(keys["scheduleStartCodes"], "service", "type"); err != nil {
		return c, err
	}
	if text := c.wrong(); text != "" {
		return c, malformed(text)
	}
	if text := c.spread(); text != "" {
		return c, malformed(text)
	}
	return c, nil
}

// eachOf checks that every object of a list has exactly these keys.
func eachOf(list json.RawMessage, want ...string) error {
	var objects []map[string]json.RawMessage
	if err := json.Unmarshal(list, &objects); err != nil {
		return malformed("A value in the request body has the wrong type.")
	}
	for _, o := range objects {
		for _, k := range want {
			if _, given := o[k]; !given || len(o) != len(want) {
				return malformed(fmt.Sprintf("Each entry must have %q and nothing else.", want))
			}
		}
	}
	return nil
}

// wrong returns which rule on single values a code breaks; empty if none.
func (c *TrackingCode) wrong() string {
	switch {
	case c.SiteURL == "":
		return "'siteUrl' cannot be empty"
	case !inRange(c.Name):
		return "'name' must have 1 to 120 characters"
	case !slices.Contains([]string{"text", "select", "editableSelect", "hostProfileSelect"}, c.InputMode):
		return "'inputMode' is invalid"
	case !slices.Contains([]string{"optional", required, adminSet, notUsed}, c.HostProfileCode):
		return "'hostProfileCode' is invalid"
	case len(c.Options) > 500:
		return "'options' must have at most 500 entries"
	case c.InputMode == "select" && len(c.Options) == 0:
		return "'options' cannot be empty for inputMode select"
	case slices.ContainsFunc(c.Options, func(o Option) bool { return !inRange(o.Value) }):
		return "'value' of an option must have 1 to 120 characters"
	case len(c.ScheduleStartCodes) > 5:
		return "'scheduleStartCodes' must have at most 5 entries"
	case c.ScheduleStartCodes == nil && c.InputMode != "hostProfileSelect":
		return "'scheduleStartCodes' can be null only for inputMode hostProfileSelect"
	}
	return ""
}

func inRange(s string) bool { n := utf8.RuneCountInString(s); return n >= 1 && n <= 120 }

// spread checks the rules of the services against each other and fills in
// those that were left out, All first, as reads show them.
func (c *TrackingCode) spread() string {
	if c.ScheduleStartCodes == nil {
		return ""
	}
	given := map[string]string{}
	for _, one := range c.ScheduleStartCodes {
		if text := c.wrongRule(one, given); text != "" {
			return text
		}
		given[one.Service] = one.Type
	}
	all, hasAll := given["All"]
	out := []ScheduleStart{{"All", all}}
	for _, service := range services() {
		kind, text := c.ruleOf(service, given)
		if text != "" {
			return text
		}
		out = append(out, ScheduleStart{service, kind})
	}
	if !hasAll {
		out[0].Type = out[1].Type
		if slices.ContainsFunc(out[1:], func(one ScheduleStart) bool { return one.Type != out[1].Type }) {
			out[0].Type = notApplicable
		}
	}
	c.ScheduleStartCodes = out
	return ""
}

// ruleOf returns a service's rule, given directly or by All, or what is wrong
// with it.
func (c *TrackingCode) ruleOf(service string, given map[string]string) (kind, wrong string) {
	all, hasAll := given["All"]
	kind, has := given[service]
	switch {
	case hasAll && all != notApplicable && has && kind != all:
		return "", "'type' of " + service + " must be that of All"
	case hasAll && all != notApplicable:
		kind = all
	case !has:
		kind = notUsed
	}
	if c.InputMode == "hostProfileSelect" && kind != notUsed {
		return "", "'scheduleStartCodes' must be null or notUsed for inputMode hostProfileSelect"
	}
	return kind, ""
}

// wrongRule returns what is wrong with one service's rule by itself; empty if nothing.
func (c *TrackingCode) wrongRule(one ScheduleStart, given map[string]string) string {
	allowed := []string{"optional", required, notUsed, notApplicable}
	if c.HostProfileCode == adminSet {
		allowed = []string{adminSet, notUsed, notApplicable}
	}
	_, twice := given[one.Service]
	switch {
	case twice || one.Service != "All" && !slices.Contains(services(), one.Service):
		return "'service' is invalid"
	case !slices.Contains(allowed, one.Type):
		return "'type' " + one.Type + " does not go with hostProfileCode " + c.HostProfileCode
	case one.Type == notApplicable && one.Service != "All":
		return "'type' notApplicable is only for All"
	}
	return ""
}
