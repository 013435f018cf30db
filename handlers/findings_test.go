package handlers

import (
	"fmt"
	"strings"
	"testing"

	"trackbot/webex"
)

// start makes rules of one type for services.
func rules(kind string, services ...string) []webex.ScheduleStart {
	var list []webex.ScheduleStart
	for _, s := range services {
		list = append(list, webex.ScheduleStart{Service: s, Type: kind})
	}
	return list
}

// picked is a sound code to pick from.
func picked(change func(*webex.TrackingCode)) webex.TrackingCode {
	c := webex.TrackingCode{
		ID: "1", Name: "Department", SiteURL: "example.webex.com", InputMode: "select", HostProfileCode: "optional",
		Options:            []webex.Option{{Value: "Sales", DefaultValue: true}, {Value: "Design"}},
		ScheduleStartCodes: rules("optional", "All", "MeetingCenter", "EventCenter", "TrainingCenter", "SupportCenter"),
	}
	if change != nil {
		change(&c)
	}
	return c
}

func TestFindings(t *testing.T) {
	many := func(n int) []webex.Option {
		list := make([]webex.Option, n)
		for i := range list {
			list[i] = webex.Option{Value: fmt.Sprintf("Team %04d", 1000+i), DefaultValue: i == 0}
		}
		return list
	}
	for _, c := range []struct {
		name   string
		change func(*webex.TrackingCode)
		grave  string // words of a grave finding; empty: none
		other  string // words of another
	}{
		{"sound", nil, "", ""},
		{"select without options", func(c *webex.TrackingCode) { c.Options = nil }, "the list is empty", ""},
		{"host profile select without options", func(c *webex.TrackingCode) {
			c.InputMode, c.Options, c.ScheduleStartCodes = "hostProfileSelect", nil, nil
		}, "the list is empty", ""},
		{"editable without options", func(c *webex.TrackingCode) { c.InputMode, c.Options = "editableSelect", nil }, "", "list to pick from is empty"},
		{"text with options", func(c *webex.TrackingCode) { c.InputMode = "text" }, "", "free text and has 2 options"},
		{"several defaults", func(c *webex.TrackingCode) { c.Options[1].DefaultValue = true }, "2 options are the default: “Sales”, “Design”", ""},
		{"no default", func(c *webex.TrackingCode) { c.Options[0].DefaultValue = false }, "", "No option is the default"},
		{"no default, and nobody is asked", func(c *webex.TrackingCode) {
			c.Options[0].DefaultValue, c.HostProfileCode = false, "notUsed"
			c.ScheduleStartCodes = rules("notUsed", "All")
		}, "", ""},
		{"case and blanks", func(c *webex.TrackingCode) {
			c.Options = append(c.Options, webex.Option{Value: "sales"}, webex.Option{Value: "SALES "})
		}, "", "“Sales”, “sales”, “SALES ” differ in case, blanks or hyphens only"},
		{"Cyrillic letters", func(c *webex.TrackingCode) { c.Options = append(c.Options, webex.Option{Value: "Sаlеs"}) }, "", "differ in letters that look alike"},
		{"zero and O", func(c *webex.TrackingCode) {
			c.Options = append(c.Options, webex.Option{Value: "CC-O1"}, webex.Option{Value: "CC-0l"})
		}, "", "differ in letters that look alike"},
		{"twice the same", func(c *webex.TrackingCode) { c.Options = append(c.Options, webex.Option{Value: "Design"}) }, "", "“Design”, “Design” are the same"},
		{"other numbers", func(c *webex.TrackingCode) {
			c.Options = append(c.Options, webex.Option{Value: "1-10"}, webex.Option{Value: "11-0"}, webex.Option{Value: "1 10"})
		}, "", ""},
		{"450 options", func(c *webex.TrackingCode) { c.Options = many(450) }, "", "450 of at most 500"},
		{"449 options", func(c *webex.TrackingCode) { c.Options = many(449) }, "", ""},
		{"500 options", func(c *webex.TrackingCode) { c.Options = many(500) }, "500 is the most", ""},
		{"long option", func(c *webex.TrackingCode) { c.Options[1].Value = strings.Repeat("部", 121) }, "121 characters", ""},
		{"longest option", func(c *webex.TrackingCode) { c.Options[1].Value = strings.Repeat("部", 120) }, "", ""},
		{"empty name", func(c *webex.TrackingCode) { c.Name = "" }, "0 characters", ""},
		{"profile only, and a rule", func(c *webex.TrackingCode) { c.InputMode = "hostProfileSelect" }, "exists in the host's profile only", ""},
		{"profile only, not used", func(c *webex.TrackingCode) {
			c.InputMode, c.ScheduleStartCodes = "hostProfileSelect", rules("notUsed", "All", "MeetingCenter")
		}, "", ""},
		{"profile only, null", func(c *webex.TrackingCode) { c.InputMode, c.ScheduleStartCodes = "hostProfileSelect", nil }, "", ""},
		{"null elsewhere", func(c *webex.TrackingCode) { c.ScheduleStartCodes = nil }, "no rules for scheduling", ""},
		{"set by an admin, and optional", func(c *webex.TrackingCode) { c.HostProfileCode = "adminSet" }, "“set by an admin” goes with itself", ""},
		{"optional, and set by an admin", func(c *webex.TrackingCode) { c.ScheduleStartCodes = rules("adminSet", "All") }, "“set by an admin” goes with itself", ""},
		{"all set by an admin", func(c *webex.TrackingCode) {
			c.HostProfileCode = "adminSet"
			c.ScheduleStartCodes = append(rules("notApplicable", "All"), append(rules("adminSet", "MeetingCenter"), rules("notUsed", "EventCenter")...)...)
		}, "", ""},
		{"a service that differs from all", func(c *webex.TrackingCode) { c.ScheduleStartCodes[2].Type = "required" }, "Events has another", ""},
		{"not applicable on a service", func(c *webex.TrackingCode) {
			c.ScheduleStartCodes = append(rules("notApplicable", "All", "SupportCenter"), rules("optional", "MeetingCenter")...)
		}, "Support has the rule “not applicable”", ""},
		{"required for one", func(c *webex.TrackingCode) {
			c.ScheduleStartCodes = append(rules("notApplicable", "All"), rules("required", "MeetingCenter")...)
		}, "", "Required for meetings, not used for events, training and support"},
		{"required in the profile", func(c *webex.TrackingCode) { c.HostProfileCode = "required" }, "", "managed in Site Administration only"},
		{"words of tomorrow", func(c *webex.TrackingCode) { c.InputMode = "hologram" }, "", "do not know: “hologram”"},
		{"a mapped code", func(c *webex.TrackingCode) { c.ID = "customAttribute3/region" }, "", "looks like a mapped code"},
	} {
		var grave, other []string
		for _, f := range findings([]webex.TrackingCode{picked(c.change)}) {
			if f.why == "" || f.todo == "" || f.what == "" || f.code.InputMode == "" {
				t.Errorf("%s: finding %+v lacks what, why, what to do or the code", c.name, f)
			}
			line := f.what + " " + f.why
			if f.grave {
				grave = append(grave, line)
			} else {
				other = append(other, line)
			}
		}
		expect(t, c.name+", grave", grave, c.grave)
		expect(t, c.name+", other", other, c.other)
	}
}

// expect wants one line with the words, or none where there are no words.
func expect(t *testing.T, name string, lines []string, words string) {
	t.Helper()
	if words == "" && len(lines) > 0 || words != "" && (len(lines) != 1 || !strings.Contains(lines[0], words)) {
		t.Errorf("%s: %q, want %q", name, lines, words)
	}
}

func TestFindingsOfNames(t *testing.T) {
	list := []webex.TrackingCode{picked(nil), picked(func(c *webex.TrackingCode) { c.ID, c.Name = "2", "department " }), picked(func(c *webex.TrackingCode) { c.ID, c.Name = "3", "Region" })}
	found := findings(list)
	if len(found) != 1 || found[0].code.ID != "1" || !strings.Contains(found[0].what, "“Department”, “department ”") {
		t.Errorf("findings = %+v, want the two names", found)
	}
}
