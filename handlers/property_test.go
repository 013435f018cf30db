package handlers

import (
	"slices"
	"strings"
	"testing"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// TestProperty: which codes a question lists, what the card is called and what
// its sentence says.
func TestProperty(t *testing.T) {
	var list []webex.TrackingCode
	for _, name := range []string{"department", "division", "cost", "entity", "unit", "big", "two"} {
		list = append(list, factCodes()[name])
	}
	elsewhere := func(c webex.TrackingCode) bool { return c.Name != "Division" }
	const site = "example.webex.com"
	for _, c := range []struct {
		q        ask.Question
		title    string
		sentence string
	}{
		{ask.Question{Rule: ask.Required}, "Required", "3 of 7 codes on " + site + " are required: Department, Division and Cost Center."},
		{ask.Question{Rule: ask.Required, Service: ask.Meetings}, "Required for meetings", "2 of 7 codes on " + site + " are required for meetings: Department and Cost Center."},
		{ask.Question{Rule: ask.Optional, Service: ask.Support}, "Optional for support", "1 of 7 codes on " + site + " is optional for support: Big."},
		{ask.Question{Rule: ask.AdminSet}, "Set by an admin", "2 of 7 codes on " + site + " are set by an admin: Legal Entity and Business Unit."},
		{ask.Question{Rule: ask.Unused}, "Not used", "1 of 7 codes on " + site + " is not used: Two."},
		{ask.Question{Topic: "used"}, "In use", "6 of 7 codes on " + site + " are in use: Department, Division, Cost Center, Legal Entity, Business Unit and Big."},
		{ask.Question{Topic: "default"}, "With a default", "4 of 7 codes on " + site + " have a default: Department, Division, Legal Entity and Two."},
		{ask.Question{Topic: "nodefault"}, "Without a default", "3 of 7 codes on " + site + " have no default: Cost Center, Business Unit and Big."},
		{ask.Question{Topic: "freetext"}, "Free text", "1 of 7 codes on " + site + " is free text: Cost Center."},
		{ask.Question{Topic: "list"}, "With a list", "6 of 7 codes on " + site + " have a list of options: Department, Division, Legal Entity, Business Unit, Big and Two."},
		{ask.Question{Topic: "morethan", Number: 100}, "More than 100 options", "1 of 7 codes on " + site + " has more than 100 options: Big."},
		{ask.Question{Topic: "morethan", Number: 500}, "More than 500 options", "No code on " + site + " has more than 500 options."},
		{ask.Question{Topic: "only"}, "Only on " + site, "1 of 7 codes on " + site + " is on no other site: Division."},
	} {
		p, ok := propertyOf(c.q, site, elsewhere)
		if !ok || p.title != c.title {
			t.Errorf("%+v: title %q, %v, want %q", c.q, p.title, ok, c.title)
			continue
		}
		if got := p.sentence(list, p.having(list), site); got != c.sentence {
			t.Errorf("%+v:\n got %s\nwant %s", c.q, got, c.sentence)
		}
	}
	if _, ok := propertyOf(ask.Question{Filter: "cost"}, site, nil); ok {
		t.Error("a question about all codes has a property")
	}
	p, _ := propertyOf(ask.Question{Topic: "list"}, site, nil)
	many := slices.Concat(list, list)
	for i := range many {
		many[i].Name = strings.Repeat("x", i+1)
	}
	if got := p.sentence(many, p.having(many), site); !strings.HasSuffix(got, "xxxxxxx and 6 more.") {
		t.Errorf("of many codes: %s", got)
	}
}
