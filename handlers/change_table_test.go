package handlers

import (
	"strings"
	"testing"

	"trackbot/bot"
	"trackbot/internal/change"
	"trackbot/webex"
)

// A table is read for whom its title says, and for the code that is meant; where it
// leaves that open nothing is planned.
func TestTablesSayWhoAndWhat(t *testing.T) {
	list := []webex.TrackingCode{{ID: "1", Name: "Department"}, {ID: "2", Name: "cost"}, {ID: "3", Name: "Cost"}, {ID: "4", Name: "2"}}
	for name, c := range map[string]struct{ code, table, want, why string }{
		"a manager before the address":  {"", "manager,email,code,value\nboss@x.example,a@x.example,Department,Sales", "a@x.example Department=Sales", ""},
		"a name that is an address":     {"", "Name,User ID/Email (Required),Department\nboss@x.example,a@x.example,Sales", "a@x.example Department=Sales", ""},
		"two columns of addresses":      {"", "boss@x.example,a@x.example,Department,Sales", "", "several columns"},
		"a column in its own case":      {"", "email,Cost\na@x.example,5", "a@x.example Cost=5", ""},
		"a code beside a code":          {"Department", "email,code,value\na@x.example,Cost,4711", "", "names a code"},
		"a code beside a cell too many": {"Department", "a@x.example,Cost,4711", "", "names a code"},
		"one of several columns":        {"Department", "email,Department,Cost\na@x.example,Sales,5", "a@x.example Department=Sales", ""},
		"no column of the code":         {"Department", "email,Cost\na@x.example,5", "", "no column “Department”"},
		"a value behind an apostrophe":  {"", "email,Department\na@x.example,'=1+1", "a@x.example Department==1+1", ""},
	} {
		g, why := asGiven([]byte(c.table), c.code, list)
		var got []string
		for _, p := range g.people {
			for _, v := range p.Given {
				got = append(got, p.Email+" "+v.Code+"="+v.Value)
			}
		}
		if c.why != "" && !strings.Contains(why, c.why) || c.why == "" && (why != "" || strings.Join(got, "; ") != c.want) {
			t.Errorf("%s: %q, refused with %q; want %q, %q", name, got, why, c.want, c.why)
		}
	}
}

// What is not written yet when changes are turned off is not written.
func TestNobodyIsWrittenOnceChangesAreOff(t *testing.T) {
	c := changer{Changes: Changes{May: ChangesOff}}
	item := itemsOf([]change.Plan{{After: change.State{User: &webex.UserCodes{Email: "a@x.example"}}}})[0]
	if r, err := c.writeStep(t.Context(), bot.Job{}, item); err != nil || r.State != wasSkipped {
		t.Errorf("writeStep = %+v, %v; want that it is skipped", r, err)
	}
}

// Two addresses of one person are one person: neither is planned.
func TestOnePersonUnderTwoAddresses(t *testing.T) {
	list := []webex.TrackingCode{{ID: "1", Name: "Department", InputMode: "text"}}
	now := &webex.UserCodes{PersonID: "P1"}
	plan := change.OfPeople("example.webex.com", list, []change.Person{
		{Email: "a@x.example", Now: now, Given: []change.Given{{Code: "Department", Value: "Sales"}}},
		{Email: "b@x.example", Now: now, Given: []change.Given{{Code: "Department", Value: "Law"}}},
		{Email: "c@x.example", Now: &webex.UserCodes{PersonID: "P2"}, Given: []change.Given{{Code: "Department", Value: "Law"}}},
	})
	if len(plan.After.Users) != 1 || plan.After.Users[0].Email != "c@x.example" || len(plan.LeftOut) != 2 {
		t.Errorf("planned %+v, left out %+v; want c alone", plan.After.Users, plan.LeftOut)
	}
}
