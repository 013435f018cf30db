package change

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"trackbot/webex"
)

// Line is one difference. Before or After is empty where there was nothing, or
// nothing stays.
type Line struct {
	What   string `json:"what"` // such as Default, Option or Meetings
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// OptionLine is What a line says of an option that goes or comes.
const OptionLine = "Option"

// Text is the line in words, such as "Default: Sales → Legal".
func (l Line) Text() string {
	return l.What + ": " + cmp.Or(l.Before, "none") + " → " + cmp.Or(l.After, "none")
}

// Texts are the lines in words.
func Texts(lines []Line) []string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.Text()
	}
	return texts
}

// Diff is what differs between two states of one thing, in the order in which
// people know its parts. A rule for all services is the same spelled out; ids of
// people's values, and in what order they come, don't count.
func Diff(before, after State) []Line {
	if len(after.Users) > 0 {
		return append(diffCodes(before.Code, after.Code), diffMany(before.Users, after.Users)...)
	}
	if before.User != nil || after.User != nil {
		return diffUsers(before.User, after.User)
	}
	return diffCodes(before.Code, after.Code)
}

func diffUsers(before, after *webex.UserCodes) []Line {
	var lines []Line
	old, now := values(before), values(after)
	for _, c := range slices.Concat(listed(before), listed(after)) {
		l := Line{c.Name, old[c.Name], now[c.Name]}
		if l.Before != l.After && !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	return lines
}

// diffMany is what differs of many people, who stand in the same order.
func diffMany(before, after []webex.UserCodes) (lines []Line) {
	for i := range after {
		for _, l := range diffUsers(&before[i], &after[i]) {
			l.What += " of " + after[i].Email
			lines = append(lines, l)
		}
	}
	return lines
}

func listed(u *webex.UserCodes) []webex.UserCode {
	if u == nil {
		return nil
	}
	return u.TrackingCodes
}

func values(u *webex.UserCodes) map[string]string {
	m := map[string]string{}
	for _, c := range listed(u) {
		m[c.Name] = c.Value
	}
	return m
}

func diffCodes(before, after *webex.TrackingCode) []Line {
	var lines []Line
	add := func(what, before, after string) {
		if before != after {
			lines = append(lines, Line{what, before, after})
		}
	}
	old, now := orEmpty(before), orEmpty(after)
	add("Name", old.Name, now.Name)
	add("Input", inputWords(old.InputMode), inputWords(now.InputMode))
	add("Host profile", typeWords(old.HostProfileCode), typeWords(now.HostProfileCode))
	for _, service := range Services() {
		add(serviceWords(service), typeWords(typeOf(old, service)), typeWords(typeOf(now, service)))
	}
	for _, o := range removed(old.Options, now.Options) {
		lines = append(lines, Line{OptionLine, o, ""})
	}
	for _, o := range removed(now.Options, old.Options) {
		lines = append(lines, Line{OptionLine, "", o})
	}
	add("Default", defaultOf(old.Options), defaultOf(now.Options))
	if common(old.Options, now.Options) != common(now.Options, old.Options) {
		lines = append(lines, Line{"Order of options", "as it was", "another"})
	}
	add("Other fields", old.Other, now.Other)
	return lines
}

// orEmpty is a code with its services spelled out, or none.
func orEmpty(c *webex.TrackingCode) webex.TrackingCode {
	if c == nil {
		return webex.TrackingCode{}
	}
	return Whole(*c)
}

// typeOf is the rule of a service in a whole code.
func typeOf(c webex.TrackingCode, service string) string {
	for _, rule := range c.ScheduleStartCodes {
		if rule.Service == service {
			return rule.Type
		}
	}
	return ""
}

// removed are the values of before that after has less often.
func removed(before, after []webex.Option) (gone []string) {
	left := map[string]int{}
	for _, o := range after {
		left[o.Value]++
	}
	for _, o := range before {
		if left[o.Value]--; left[o.Value] < 0 {
			gone = append(gone, o.Value)
		}
	}
	return gone
}

// common is, in their order, the values of list that other has too.
func common(list, other []webex.Option) string {
	var values []string
	for _, o := range list {
		if slices.ContainsFunc(other, func(p webex.Option) bool { return p.Value == o.Value }) {
			values = append(values, fmt.Sprintf("%q", o.Value))
		}
	}
	return strings.Join(values, ",")
}

func defaultOf(options []webex.Option) string {
	var values []string
	for _, o := range options {
		if o.DefaultValue {
			values = append(values, o.Value)
		}
	}
	return strings.Join(values, ", ")
}

// Words of the API's values, as the cards have them. One that Webex adds one day
// stands for itself.
func serviceWords(service string) string {
	return wordsOf(service, map[string]string{All: "All services", "MeetingCenter": "Meetings", "EventCenter": "Events", "TrainingCenter": "Training", "SupportCenter": "Support"})
}

func typeWords(kind string) string {
	return wordsOf(kind, map[string]string{AdminSet: "set by an admin", NotUsed: "not used", notApplicable: "differs by service"})
}

func inputWords(mode string) string {
	return wordsOf(mode, map[string]string{"text": "free text", "select": "pick from the list", "editableSelect": "pick from the list or type", hostProfileSelect: "set in the host profile"})
}

func wordsOf(value string, words map[string]string) string { return cmp.Or(words[value], value) }
