package handlers

import (
	"strings"
	"testing"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// TestValueOfSomebody: "you" to oneself, the name of others.
func TestValueOfSomebody(t *testing.T) {
	me, bob := subject{me: true}, subject{name: "bob@example.com"}
	const on = "example.webex.com"
	for _, c := range []struct {
		who         subject
		code, value string
		want        string
	}{
		{me, "department", "Sales", "Your Department on " + on + " is Sales."},
		{bob, "department", "Sales", "bob@example.com's Department on " + on + " is Sales."},
		{me, "department", "Legal", "Your Department on " + on + " is Legal, which is not among its options."},
		{me, "department", "", "You have no Department on " + on + "; the default is Design."},
		{bob, "cost", "", "bob@example.com has no Cost Center on " + on + ", and it is required in the host profile."},
		{me, "big", "", "You have no Big on " + on + "."},
		{me, "two", "", "You have no Two on " + on + "."},
	} {
		var user []webex.UserCode
		if c.value != "" {
			user = []webex.UserCode{{Name: factCodes()[c.code].Name, Value: c.value}}
		}
		if got := c.who.value(heldOf(factCodes()[c.code], user), on); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.code, c.value, got, c.want)
		}
	}
	if got, want := me.value(held{webex.TrackingCode{Name: "Old"}, "x", stateUnknown}, on), "Your Old on "+on+" is x, but the site has no such code any more."; got != want {
		t.Errorf("a code that is gone: %s, want %s", got, want)
	}
}

func TestValuesOfSomebody(t *testing.T) {
	list := []webex.TrackingCode{factCodes()["department"], factCodes()["division"], factCodes()["cost"]}
	me, bob := subject{me: true}, subject{name: "bob@example.com"}
	user := func(values ...string) (u []webex.UserCode) {
		for i := 0; i < len(values); i += 2 {
			u = append(u, webex.UserCode{Name: values[i], Value: values[i+1]})
		}
		return u
	}
	for _, c := range []struct {
		got, want string
	}{
		{me.values(valuesOf(user("Department", "Sales", "Gone", "x"), list), "a.webex.com"), "You have a value for 1 of 3 codes on a.webex.com; required and empty: Cost Center."},
		{bob.values(valuesOf(user("Cost Center", "1"), list), "a.webex.com"), "bob@example.com has a value for 1 of 3 codes on a.webex.com."},
		{me.missing(valuesOf(nil, list), "a.webex.com"), "You have no value of Cost Center on a.webex.com, which the host profile requires."},
		{bob.missing(valuesOf(user("Cost Center", "1"), list), "a.webex.com"), "bob@example.com has all required codes on a.webex.com."},
		{me.missing(valuesOf(nil, []webex.TrackingCode{{Name: "Client", InputMode: pickOrType, ScheduleStartCodes: rules("required", "All")}}), "a.webex.com"), "You have no value of Client on a.webex.com, which some meetings require."},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

func TestScheduleAdvice(t *testing.T) {
	list := []webex.TrackingCode{factCodes()["department"], factCodes()["division"], factCodes()["cost"]}
	for _, c := range []struct {
		service ask.Service
		user    []webex.UserCode
		want    string
	}{
		{ask.Meetings, nil, "For meetings on a.webex.com you must give a value of Department and Cost Center.\nDepartment: you have no value; the default is Design.\nCost Center: you have no value, and there is no default: type one when you schedule."},
		{ask.Meetings, []webex.UserCode{{Name: "Department", Value: "Legal"}, {Name: "Cost Center", Value: "1"}}, "For meetings on a.webex.com you must give a value of Department and Cost Center.\nDepartment: your value Legal is not among the options; choose another.\nCost Center: your value is 1."},
		{"video", nil, "No tracking code is required for video on a.webex.com, so no code keeps you from scheduling."},
	} {
		sentence, more := scheduleAdvice(valuesOf(c.user, list), c.service, "a.webex.com")
		if got := strings.Join(append([]string{sentence}, more...), "\n"); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.service, got, c.want)
		}
	}
}

func TestOwnAdvice(t *testing.T) {
	for code, want := range map[string]string{
		"unit": "You have no Business Unit on a.webex.com. Only an admin can change it.",
		"cost": "You have no Cost Center on a.webex.com, and it is required in the host profile. You can choose another when you schedule; an admin, or you in your profile on the site, can change it for good.",
	} {
		if got := ownAdvice(heldOf(factCodes()[code], nil), "a.webex.com"); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}
