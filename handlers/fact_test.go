package handlers

import (
	"strings"
	"testing"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// factCodes are codes of each kind, by a short name.
func factCodes() map[string]webex.TrackingCode {
	four := func(meetings, events, training, support string) []webex.ScheduleStart {
		return []webex.ScheduleStart{
			{Service: "All", Type: "notApplicable"},
			{Service: "MeetingCenter", Type: meetings},
			{Service: "EventCenter", Type: events},
			{Service: "TrainingCenter", Type: training},
			{Service: "SupportCenter", Type: support},
		}
	}
	picks := func(values ...string) (list []webex.Option) {
		for i, v := range values {
			list = append(list, webex.Option{Value: v, DefaultValue: i == 1})
		}
		return list
	}
	many := make([]webex.Option, maxOptions)
	for i := range many {
		many[i].Value = "CC-" + strings.Repeat("1", 1+i%4)
	}
	const site = "example.webex.com"
	return map[string]webex.TrackingCode{
		"department": {ID: "1", Name: "Department", SiteURL: site, InputMode: pickOnly, HostProfileCode: "optional", Options: picks("Engineering", "Design", "Sales"), ScheduleStartCodes: four("required", "optional", "notUsed", "notUsed")},
		"division":   {ID: "2", Name: "Division", SiteURL: site, InputMode: pickOrType, HostProfileCode: "optional", Options: picks("Full-time", "Part-time", "Intern"), ScheduleStartCodes: four("optional", "required", "optional", "notUsed")},
		"cost":       {ID: "3", Name: "Cost Center", SiteURL: site, InputMode: freeText, HostProfileCode: "required", ScheduleStartCodes: rules("required", "All")},
		"entity":     {ID: "4", Name: "Legal Entity", SiteURL: site, InputMode: pickOnly, HostProfileCode: "adminSet", Options: picks("Example GmbH", "Example S.A."), ScheduleStartCodes: four("adminSet", "adminSet", "notUsed", "notUsed")},
		"unit":       {ID: "5", Name: "Business Unit", SiteURL: site, InputMode: inProfile, HostProfileCode: "adminSet", Options: picks("Core")},
		"big":        {ID: "6", Name: "Big", SiteURL: site, InputMode: pickOnly, HostProfileCode: "optional", Options: many, ScheduleStartCodes: rules("optional", "All")},
		"two":        {ID: "7", Name: "Two", SiteURL: site, InputMode: pickOnly, HostProfileCode: "notUsed", Options: []webex.Option{{Value: "a", DefaultValue: true}, {Value: "b", DefaultValue: true}}, ScheduleStartCodes: rules("notUsed", "All")},
		"new":        {ID: "8", Name: "New", SiteURL: site, InputMode: "hologram", HostProfileCode: "askNicely", ScheduleStartCodes: four("askNicely", "optional", "optional", "optional")},
	}
}

// TestFact: the sentence of each question about one code.
func TestFact(t *testing.T) {
	const required, optional, unused, admin = ask.Required, ask.Optional, ask.Unused, ask.AdminSet
	for _, c := range []struct {
		code string
		q    ask.Question
		want string // the sentence, on example.webex.com
	}{
		{"department", ask.Question{Topic: "rule"}, "Department is required for meetings on example.webex.com, optional for events, not used for training and support."},
		{"department", ask.Question{Topic: "rule", Rule: required}, "Department is required for meetings on example.webex.com, optional for events, not used for training and support."},
		{"department", ask.Question{Topic: "rule", Service: ask.Meetings}, "Department is required for meetings on example.webex.com."},
		{"department", ask.Question{Topic: "rule", Rule: required, Service: ask.Events}, "Department is not required for events on example.webex.com: it is optional."},
		{"department", ask.Question{Topic: "rule", Rule: unused, Service: ask.Events}, "Department is in use for events on example.webex.com: it is optional."},
		{"department", ask.Question{Topic: "rule", Rule: admin}, "Department is not set by an admin on example.webex.com: it is required for meetings, optional for events, not used for training and support."},
		{"division", ask.Question{Topic: "rule", Rule: optional}, "Division is required for events on example.webex.com, optional for meetings and training, not used for support."},
		{"cost", ask.Question{Topic: "rule"}, "Cost Center is required for all kinds of meetings on example.webex.com, required in the host profile."},
		{"entity", ask.Question{Topic: "rule"}, "Legal Entity is set by an admin for meetings and events on example.webex.com, not used for training and support, set by an admin in the host profile."},
		{"unit", ask.Question{Topic: "rule", Rule: required}, "Business Unit is asked for only in the host profile on example.webex.com, where it is set by an admin."},
		{"two", ask.Question{Topic: "rule"}, "Two is not used for any kind of meeting on example.webex.com."},
		{"new", ask.Question{Topic: "rule"}, "New is optional for events, training and support on example.webex.com, ask nicely for meetings."},
		{"department", ask.Question{Topic: "default"}, "The default of Department on example.webex.com is Design."},
		{"two", ask.Question{Topic: "default"}, "Two has 2 defaults on example.webex.com, a and b; Webex doesn't say which of them counts."},
		{"cost", ask.Question{Topic: "default"}, "Cost Center has no default on example.webex.com: it is free text."},
		{"unit", ask.Question{Topic: "default"}, "Business Unit has no default on example.webex.com."},
		{"department", ask.Question{Topic: "count"}, "Department has 3 options on example.webex.com."},
		{"unit", ask.Question{Topic: "count"}, "Business Unit has 1 option on example.webex.com."},
		{"big", ask.Question{Topic: "count"}, "Big has 500 options on example.webex.com, the most that Webex allows."},
		{"cost", ask.Question{Topic: "count"}, "Cost Center has no options on example.webex.com: it is free text."},
		{"new", ask.Question{Topic: "count"}, "New has no options on example.webex.com."},
		{"department", ask.Question{Topic: "option", Option: "sales"}, "Yes, Sales is an option of Department on example.webex.com."},
		{"department", ask.Question{Topic: "option", Option: "Design"}, "Yes, Design is an option of Department on example.webex.com, and the default."},
		{"department", ask.Question{Topic: "option", Option: "Legal"}, "No, “Legal” is not an option of Department on example.webex.com."},
		{"division", ask.Question{Topic: "option", Option: "time"}, "No, “time” is not an option of Division on example.webex.com, but it can be typed."},
		{"cost", ask.Question{Topic: "option", Option: "4711"}, "Cost Center has no list of options on example.webex.com: it is free text, so “4711” can be typed."},
		{"department", ask.Question{Topic: "input"}, "Department takes only values from its list on example.webex.com: 3 options."},
		{"division", ask.Question{Topic: "input"}, "Division can be picked from 3 options or typed on example.webex.com."},
		{"cost", ask.Question{Topic: "input"}, "Cost Center is free text on example.webex.com: any value of up to 120 characters."},
		{"unit", ask.Question{Topic: "input"}, "Business Unit is picked from 1 option in the host profile on example.webex.com, not when scheduling."},
		{"new", ask.Question{Topic: "input"}, "New is entered as “hologram” on example.webex.com."},
		{"department", ask.Question{Topic: "admin"}, "Hosts choose the value of Department on example.webex.com; only an admin can change the code and its options."},
		{"entity", ask.Question{Topic: "admin"}, "Only an admin sets the value of Legal Entity on example.webex.com, and only an admin can change the code."},
	} {
		if got, _ := factOf(factCodes()[c.code], c.q, "example.webex.com"); got != c.want {
			t.Errorf("%s, %+v:\n got %s\nwant %s", c.code, c.q, got, c.want)
		}
	}
}

// TestFactFollows: what follows from a fact stands below its sentence.
func TestFactFollows(t *testing.T) {
	for _, c := range []struct {
		code string
		q    ask.Question
		want string
	}{
		{"department", ask.Question{Topic: "rule"}, "If nothing is chosen, the default Design is used."},
		{"cost", ask.Question{Topic: "rule", Service: ask.Events}, "Without a value, a meeting can't be scheduled where it is required."},
		{"department", ask.Question{Topic: "rule", Service: ask.Events}, ""},
		{"division", ask.Question{Topic: "option", Option: "time"}, "Options that contain it: Full-time, Part-time."},
		{"department", ask.Question{Topic: "option", Option: "Legal"}, ""},
	} {
		_, more := factOf(factCodes()[c.code], c.q, "example.webex.com")
		if got := strings.Join(more, " "); got != c.want {
			t.Errorf("%s, %+v: %q, want %q", c.code, c.q, got, c.want)
		}
	}
}
