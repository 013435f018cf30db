package change_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/internal/change"
	"trackbot/webex"
)

// department is a code as Webex often gives one: a rule for all services.
func department() webex.TrackingCode {
	return webex.TrackingCode{
		ID: "1", Name: "Department", SiteURL: "example.webex.com", InputMode: "select", HostProfileCode: "optional",
		Options:            []webex.Option{{Value: "Engineering"}, {Value: "Design", DefaultValue: true}, {Value: "Sales"}},
		ScheduleStartCodes: []webex.ScheduleStart{{Service: "All", Type: "optional"}}, Other: `{"note":1}`,
	}
}

// rules are those of All and the four services.
func rules(types ...string) []webex.ScheduleStart {
	list := make([]webex.ScheduleStart, len(types))
	for i, service := range change.Services() {
		list[i] = webex.ScheduleStart{Service: service, Type: types[i]}
	}
	return list
}

func TestWhole(t *testing.T) {
	for _, c := range []struct {
		mode  string
		given []webex.ScheduleStart
		want  []webex.ScheduleStart
	}{
		{"text", []webex.ScheduleStart{{Service: "All", Type: "required"}}, rules("required", "required", "required", "required", "required")},
		{"text", []webex.ScheduleStart{{Service: "EventCenter", Type: "required"}}, rules("notApplicable", "notUsed", "required", "notUsed", "notUsed")},
		{"text", []webex.ScheduleStart{{Service: "All", Type: "notApplicable"}, {Service: "EventCenter", Type: "optional"}}, rules("notApplicable", "notUsed", "optional", "notUsed", "notUsed")},
		{"text", nil, rules("notUsed", "notUsed", "notUsed", "notUsed", "notUsed")},
		{"hostProfileSelect", nil, nil},
		{"text", rules("notApplicable", "required", "required", "required", "required"), rules("notApplicable", "required", "required", "required", "required")},
		{
			"text",
			[]webex.ScheduleStart{{Service: "SupportCenter", Type: "optional", Other: "{}"}, {Service: "All", Type: "optional"}, {Service: "New", Type: "optional"}},
			append(append(rules("optional", "optional", "optional", "optional", "optional")[:4], webex.ScheduleStart{Service: "SupportCenter", Type: "optional", Other: "{}"}), webex.ScheduleStart{Service: "New", Type: "optional"}),
		},
	} {
		got := change.Whole(webex.TrackingCode{InputMode: c.mode, ScheduleStartCodes: c.given})
		if diff := cmp.Diff(c.want, got.ScheduleStartCodes); diff != "" || got.Options == nil {
			t.Errorf("Whole(%v) (-want +got), options %v:\n%s", c.given, got.Options, diff)
		}
		if diff := cmp.Diff(got, change.Whole(got)); diff != "" {
			t.Errorf("Whole of a whole code is another:\n%s", diff)
		}
	}
}

// TestEdits: each edit changes what it says and nothing else, and is taken back
// by its inverse.
func TestEdits(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  change.Edit
		lines []string
		note  string
	}{
		{"add", change.AddOption(" Legal "), []string{"Option: none → Legal"}, ""},
		{"remove", change.RemoveOption("sales"), []string{"Option: Sales → none"}, "People who have “Sales” are not changed."},
		{"remove the default", change.RemoveOption("Design"), []string{"Option: Design → none", "Default: Design → none"}, "It is the default"},
		{"rename", change.RenameOption("Sales", "Field Sales"), []string{"Option: Sales → none", "Option: none → Field Sales"}, "Webex knows no renaming"},
		{"case of an option", change.RenameOption("Sales", "SALES"), []string{"Option: Sales → none", "Option: none → SALES"}, ""},
		{"default", change.Default("Sales"), []string{"Default: Design → Sales"}, "people without a value of their own"},
		{"no default", change.NoDefault(), []string{"Default: Design → none"}, ""},
		{"one service", change.InService("EventCenter", change.Required), []string{"All services: optional → differs by service", "Events: optional → required"}, "personal rooms"},
		{"all services", change.InService(change.All, change.Required), []string{"All services: optional → required", "Meetings: optional → required", "Events: optional → required", "Training: optional → required", "Support: optional → required"}, ""},
		{"host profile", change.InHostProfile(change.Required), []string{"Host profile: optional → required"}, "managed in Control Hub"},
		{"name", change.Rename("Division of work"), []string{"Name: Department → Division of work"}, "by its name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := department()
			p, err := change.OfCode(before, nil, c.edit)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.lines, change.Texts(p.Lines())); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, c.note) {
				t.Errorf("notes %q lack %q", notes, c.note)
			}
			if diff := cmp.Diff(department(), before); diff != "" {
				t.Errorf("what was given was changed:\n%s", diff)
			}
			if n := len(p.After.Code.ScheduleStartCodes); n != 5 || p.After.Code.Other != before.Other {
				t.Errorf("%d services are spelled out, want 5; other fields %q", n, p.After.Code.Other)
			}
			back, err := p.Inverse(p.After)
			if err != nil || len(change.Diff(back.After, p.Before)) > 0 {
				t.Errorf("undone: %v, %v", change.Diff(back.After, p.Before), err)
			}
			if p.Target() != "example.webex.com code 1" {
				t.Errorf("target = %q", p.Target())
			}
			var stored change.Plan
			if raw, err := json.Marshal(p); err != nil || json.Unmarshal(raw, &stored) != nil || cmp.Diff(p, stored) != "" {
				t.Errorf("a plan that is stored and read is another: %v\n%s", err, cmp.Diff(p, stored))
			}
		})
	}
}

// TestRefusals: what breaks a published rule is refused before anybody is asked.
func TestRefusals(t *testing.T) {
	with := func(f func(*webex.TrackingCode)) webex.TrackingCode {
		c := department()
		f(&c)
		return c
	}
	full := with(func(c *webex.TrackingCode) {
		c.Options = make([]webex.Option, 500)
		for i := range c.Options {
			c.Options[i].Value = strings.Repeat("x", i%100+1) + string(rune('a'+i/100))
		}
	})
	profile := with(func(c *webex.TrackingCode) { c.InputMode, c.ScheduleStartCodes = "hostProfileSelect", nil })
	other := []webex.TrackingCode{department(), {ID: "2", Name: "Division"}}
	for _, c := range []struct {
		name string
		code webex.TrackingCode
		edit change.Edit
		want string
	}{
		{"nothing to do", department(), change.InService(change.All, change.Optional), "It is like that already."},
		{"default that is one", department(), change.Default("Design"), "It is like that already."},
		{"option is there", department(), change.AddOption("sales"), "has the value “Sales” already"},
		{"no such option", department(), change.RemoveOption("Legal"), "has no value “Legal”"},
		{"default of no option", department(), change.Default("Legal"), "has no value “Legal”"},
		{"renamed to one that is there", department(), change.RenameOption("Sales", "Design"), "has the value “Design” already"},
		{"empty option", department(), change.AddOption("  "), "1 to 120 characters"},
		{"long option", department(), change.AddOption(strings.Repeat("é", 121)), "1 to 120 characters"},
		{"501st option", full, change.AddOption("one more"), "at most 500 values; this would make 501"},
		{"last of a list", with(func(c *webex.TrackingCode) { c.Options = c.Options[:1] }), change.RemoveOption("Engineering"), "needs at least one"},
		{"option of free text", with(func(c *webex.TrackingCode) { c.InputMode = "text" }), change.AddOption("x"), "is free text"},
		{"set by an admin, host profile not", department(), change.InService("EventCenter", change.AdminSet), "can't be “set by an admin” while the host profile says “optional”"},
		{"host profile set by an admin, services not", department(), change.InHostProfile(change.AdminSet), "Meetings can't be “optional” while the host profile says “set by an admin”"},
		{"services of a host profile code", profile, change.InService(change.All, change.Required), "for the host profile alone"},
		{"another's name", department(), change.Rename("division"), "another code of the name"},
		{"no name", department(), change.Rename(" "), "1 to 120 characters"},
		{"unknown input", with(func(c *webex.TrackingCode) { c.InputMode = "radio" }), change.AddOption("x"), "I don't know the input “radio”"},
		{"unknown rule", with(func(c *webex.TrackingCode) { c.HostProfileCode = "maybe" }), change.AddOption("x"), "I don't know the rule “maybe”"},
	} {
		_, err := change.OfCode(c.code, other, c.edit)
		if r, ok := errors.AsType[change.RefusalError](err); !ok || !strings.Contains(string(r), c.want) {
			t.Errorf("%s: error = %v, want %q", c.name, err, c.want)
		}
	}
}

// TestOfPerson: one value changes, and the others are sent again.
func TestOfPerson(t *testing.T) {
	cost := webex.TrackingCode{ID: "3", Name: "Cost Center", SiteURL: "example.webex.com", InputMode: "editableSelect", HostProfileCode: "optional", Options: []webex.Option{{Value: "4101"}}}
	list := []webex.TrackingCode{department(), cost}
	user := func(pairs ...string) webex.UserCodes {
		u := webex.UserCodes{SiteURL: "example.webex.com", PersonID: "P1", Email: "alice@example.com"}
		for i := 0; i < len(pairs); i += 2 {
			u.TrackingCodes = append(u.TrackingCodes, webex.UserCode{Name: pairs[i], Value: pairs[i+1]})
		}
		return u
	}
	for _, c := range []struct {
		name  string
		now   webex.UserCodes
		code  webex.TrackingCode
		value string
		want  webex.UserCodes
		note  string
		err   string
	}{
		{"another value", user("Department", "Design", "Cost Center", "4101"), list[0], "sales", user("Department", "Sales", "Cost Center", "4101"), "", ""},
		{"first value", user("Cost Center", "4101"), list[0], "Sales", func() webex.UserCodes {
			u := user("Cost Center", "4101", "Department", "Sales")
			u.TrackingCodes[1].ID = "1"
			return u
		}(), "no documented way to clear", ""},
		{"typed", user("Cost Center", "4101"), cost, "9999", user("Cost Center", "9999"), "", ""},
		{"stale value beside it", user("Department", "Catering", "Cost Center", "1"), cost, "4101", user("Department", "Catering", "Cost Center", "4101"), "“Catering”, which is no value of it any more", ""},
		{"value of a code that is gone", user("Region", "North", "Cost Center", "1"), cost, "4101", user("Region", "North", "Cost Center", "4101"), "does not have any more", ""},
		{"no option", user(), list[0], "Legal", webex.UserCodes{}, "", "“Legal” is not a value of Department"},
		{"the same", user("Department", "Sales"), list[0], "Sales", webex.UserCodes{}, "", "alice@example.com has “Sales” already"},
		{"nothing", user("Department", "Sales"), list[0], " ", webex.UserCodes{}, "", "no documented way to clear"},
		{"too long", user(), cost, strings.Repeat("x", 121), webex.UserCodes{}, "", "1 to 120 characters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := slices.Clone(c.now.TrackingCodes)
			p, err := change.OfPerson(c.now, list, c.code, c.value)
			if c.err != "" {
				if r, ok := errors.AsType[change.RefusalError](err); !ok || !strings.Contains(string(r), c.err) {
					t.Errorf("error = %v, want %q", err, c.err)
				}
				return
			}
			if diff := cmp.Diff(c.want, *p.After.User); err != nil || diff != "" {
				t.Errorf("error %v, after (-want +got):\n%s", err, diff)
			}
			if !cmp.Equal(before, c.now.TrackingCodes) {
				t.Error("what was given was changed")
			}
			if !strings.Contains(strings.Join(p.Notes, " "), c.note) || p.Target() != "example.webex.com person P1" {
				t.Errorf("target %q, notes %q, want %q", p.Target(), p.Notes, c.note)
			}
		})
	}
}

// TestCreationAndDeletion: a code that comes back has no id yet.
func TestCreationAndDeletion(t *testing.T) {
	c := department()
	gone := change.Deletion(c)
	back, err := gone.Inverse(change.State{})
	if err != nil || back.After.Code.ID != "" || back.Before.Code != nil || !strings.Contains(strings.Join(back.Notes, " "), "new id") {
		t.Errorf("undone deletion = %+v, %v", back, err)
	}
	if _, err := gone.Inverse(change.State{Code: &c}); err == nil {
		t.Error("a deletion is undone although the code is there")
	}
	made := c
	made.ID = ""
	p, err := change.Creation(made, make([]webex.TrackingCode, 10))
	if err != nil || p.Target() != "example.webex.com code new department" || len(p.Notes) != 1 {
		t.Errorf("creation = %q, %q, %v", p.Target(), p.Notes, err)
	}
	if _, err := change.Creation(made, []webex.TrackingCode{c}); err == nil {
		t.Error("a second code of one name is planned")
	}
}

// TestUndoIsRefusedWhereSomebodyElseChanged names what is different.
func TestUndoIsRefusedWhereSomebodyElseChanged(t *testing.T) {
	p, err := change.OfCode(department(), nil, change.AddOption("Legal"))
	if err != nil {
		t.Fatal(err)
	}
	now := *p.After.Code
	now.Options = append(slices.Clone(now.Options), webex.Option{Value: "Catering"})
	if _, err := p.Inverse(change.State{Code: &now}); err == nil || !strings.Contains(err.Error(), "Option: none → Catering") {
		t.Errorf("error = %v, want the difference", err)
	}
}
