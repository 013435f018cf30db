// Package history tells what changed of a tracking code between two times, and
// what it was like before. It is pure: package readings reads the sites and
// stores what differs.
package history

import (
	"encoding/json"
	"slices"
	"time"

	"trackbot/webex"
)

// Field is the part of a tracking code that changed.
type Field string

// The fields. A rule is one of [Rule].
const (
	Code    Field = "code"    // the whole code as JSON: added where there was none before, removed where there is none after
	Name    Field = "name"    //
	Input   Field = "input"   // the API's inputMode
	Profile Field = "profile" // the API's hostProfileCode
	Default Field = "default" // an option that is filled in by itself, empty for none
	Option  Field = "option"  // one option: added without a value before, removed without one after

	rulePrefix = "rule "
)

// Rule is the field of a service, or of All, in scheduleStartCodes.
func Rule(service string) Field { return Field(rulePrefix + service) }

// Service returns the service of a [Rule]; false for another field.
func (f Field) Service() (string, bool) {
	if len(f) <= len(rulePrefix) || f[:len(rulePrefix)] != rulePrefix {
		return "", false
	}
	return string(f[len(rulePrefix):]), true
}

// Change is one difference between two readings of a site.
type Change struct {
	Seq           int64  // the order in which changes were seen, over all sites
	Site          string // host name
	Code          string // the code's id
	Name          string // the code's name after the change, or the last one
	Field         Field
	Before, After string
	Since, Seen   time.Time // the last reading with Before, and the first one with After: it was changed between them
	By            string    // how it came about in words, where that is known; the readings don't
}

// Gap is a time in which a site was not read.
type Gap struct {
	Site         string
	Since, Until time.Time // the readings around it; a zero Until: it goes on
	Reason       string    // why in words; empty: the bot did not run
}

// Site is how the readings of a site stand.
type Site struct {
	Host        string
	Began, Read time.Time // the first and the last reading; zero: there was none
	Reason      string    // why it could not be read since, in words
}

// Most is how many changes an answer holds, the newest of them: more than a person
// reads, in some 10 ms.
const Most = 5000

// Query says which changes are asked for.
type Query struct {
	Sites  []string  // host names; none: no change
	Code   string    // an id; empty: all codes
	Since  time.Time // seen then or later
	Before time.Time // seen before that; zero: whenever
	After  int64     // with a greater number
}

// Diff returns what changed of one code, oldest first as [Undo] needs it; nil
// stands for a code that is not there. Site, code and times are the caller's to
// fill in. The order of options and of rules does not count, nor do options
// that stand twice or have no value.
func Diff(before, after *webex.TrackingCode) []Change {
	switch {
	case before == nil && after == nil:
		return nil
	case before == nil:
		return []Change{{Name: after.Name, Field: Code, After: encode(*after)}}
	case after == nil:
		return []Change{{Name: before.Name, Field: Code, Before: encode(*before)}}
	}
	var list []Change
	add := func(f Field, was, is string) {
		if was != is {
			list = append(list, Change{Name: after.Name, Field: f, Before: was, After: is})
		}
	}
	add(Name, before.Name, after.Name)
	add(Input, before.InputMode, after.InputMode)
	add(Profile, before.HostProfileCode, after.HostProfileCode)
	was, is := rules(*before), rules(*after)
	for _, service := range union(services(*before), services(*after)) {
		add(Rule(service), was[service], is[service])
	}
	gone, fresh := apart(values(*before, true), values(*after, true))
	for i := range max(len(gone), len(fresh)) {
		add(Default, at(gone, i), at(fresh, i))
	}
	gone, fresh = apart(values(*before, false), values(*after, false))
	for _, value := range gone {
		add(Option, value, "")
	}
	for _, value := range fresh {
		add(Option, "", value)
	}
	return list
}

// Undo returns what a code was like before changes of it, which are given oldest
// first; nil stands for a code that is not there. An option that came back stands
// at the end, because the order is not remembered. A change whose code can't be
// read is an error.
func Undo(code *webex.TrackingCode, changes []Change) (*webex.TrackingCode, error) {
	if code != nil {
		c := *code
		c.Options, c.ScheduleStartCodes = slices.Clone(c.Options), slices.Clone(c.ScheduleStartCodes)
		code = &c
	}
	for _, c := range slices.Backward(changes) {
		switch {
		case c.Field == Code && c.Before == "":
			code = nil
		case c.Field == Code:
			code = new(webex.TrackingCode)
			if err := json.Unmarshal([]byte(c.Before), code); err != nil {
				return nil, err
			}
		case code != nil:
			undo(code, c)
		}
	}
	return code, nil
}

// undo takes one change of a field back.
func undo(code *webex.TrackingCode, c Change) {
	switch c.Field {
	case Name:
		code.Name = c.Before
	case Input:
		code.InputMode = c.Before
	case Profile:
		code.HostProfileCode = c.Before
	case Default:
		for i, o := range code.Options {
			code.Options[i].DefaultValue = o.Value == c.Before || o.DefaultValue && o.Value != c.After
		}
	case Option:
		code.Options = slices.DeleteFunc(code.Options, func(o webex.Option) bool { return o.Value == c.After })
		if c.Before != "" {
			code.Options = append(code.Options, webex.Option{Value: c.Before})
		}
	case Code: // [Undo] does it
	default:
		service, _ := c.Field.Service()
		code.ScheduleStartCodes = slices.DeleteFunc(code.ScheduleStartCodes, func(s webex.ScheduleStart) bool { return s.Service == service })
		if c.Before != "" {
			code.ScheduleStartCodes = append(code.ScheduleStartCodes, webex.ScheduleStart{Service: service, Type: c.Before})
		}
	}
}

// encode is a code as JSON, which a struct of strings always has.
func encode(c webex.TrackingCode) string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// rules are the types of scheduleStartCodes by service.
func rules(c webex.TrackingCode) map[string]string {
	by := make(map[string]string, len(c.ScheduleStartCodes))
	for _, s := range c.ScheduleStartCodes {
		by[s.Service] = s.Type
	}
	return by
}

func services(c webex.TrackingCode) []string {
	list := make([]string, len(c.ScheduleStartCodes))
	for i, s := range c.ScheduleStartCodes {
		list[i] = s.Service
	}
	return list
}

// values are the options, or those among them that are filled in by themselves.
func values(c webex.TrackingCode, defaults bool) []string {
	list := make([]string, 0, len(c.Options))
	for _, o := range c.Options {
		if o.Value != "" && (o.DefaultValue || !defaults) {
			list = append(list, o.Value)
		}
	}
	return list
}

// union is what stands in one of two lists, each once.
func union(a, b []string) []string {
	_, fresh := apart(a, b)
	return append(slices.Compact(slices.Sorted(slices.Values(a))), fresh...)
}

// apart returns what only one of two lists has, each once and in its order.
func apart(a, b []string) (onlyA, onlyB []string) {
	return without(a, b), without(b, a)
}

func without(list, other []string) (rest []string) {
	seen := make(map[string]bool, len(other))
	for _, s := range other {
		seen[s] = true
	}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			rest = append(rest, s)
		}
	}
	return rest
}

// at is an entry of a list, and empty behind its end.
func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}
