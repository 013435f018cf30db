package story

import (
	"strings"
	"testing"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// firstLine is what a notification shows of an answer.
func firstLine(m simulator.Message) string {
	first, _, _ := strings.Cut(m.Markdown, "\n")
	return strings.NewReplacer(`\`, "", "\u2060", "").Replace(first)
}

// TestFactsBeginWithTheirSentence asks what people type, and looks at what a
// notification shows of the answer.
func TestFactsBeginWithTheirSentence(t *testing.T) {
	t.Parallel()
	h := apptest.NewForAdmin(t, "ALLOWED_SITES=example.webex.com,emea.example.webex.com", "DEFAULT_SITE=example.webex.com", "CONTACT=alice@example.com")
	for _, c := range [][2]string{
		{"is Department required?", "Department is required for meetings on example.webex.com, optional for events, not used for training and support."},
		{"is cost center mandatory for meetings?", "Cost Center is required for meetings on example.webex.com."},
		{"is code 1 mandatory", "Department is required for meetings"},
		{"where is Department required", "Department is required for meetings"},
		{"what happens if i leave cost center empty", "Cost Center is required for all kinds of meetings"},
		{"why is Cost Center required?", "Cost Center is required for all kinds of meetings"},
		{"what's the default cost center on emea", "The default of Cost Center on emea.example.webex.com is CC-1041 Sales."},
		{"default of Department", "The default of Department on example.webex.com is Design."},
		{"does Division have a default value", "The default of Division on example.webex.com is Intern."},
		{"can I type my own value in Division?", "Division can be picked from 3 options or typed on example.webex.com."},
		{"how do I enter a cost center?", "Cost Center is free text on example.webex.com"},
		{"who can change code 3", "Hosts choose the value of Cost Center on example.webex.com; only an admin can change the code and its options."},
		{"how many options does cost center have on emea", "Cost Center has 500 options on emea.example.webex.com, the most that Webex allows."},
		{"does Department have Sales", "Yes, Sales is an option of Department on example.webex.com."},
		{"Is Legal an option of Department?", "No, “Legal” is not an option of Department on example.webex.com."},
		{"how many codes do we have", "example.webex.com has 3 tracking codes."},
		{"max number of options", "A tracking code has up to 500 options"},
		{"which codes are mandatory for events?", "2 of 3 codes on example.webex.com are required for events: Division and Cost Center."},
		{"required codes emea", "2 of 6 codes on emea.example.webex.com are required: Client and Cost Center."},
		{"what do I have to fill in when scheduling a meeting?", "2 of 3 codes on example.webex.com are required for meetings: Department and Cost Center."},
		{"which codes have a default", "2 of 3 codes on example.webex.com have a default: Department and Division."},
		{"which codes are free text", "1 of 3 codes on example.webex.com is free text: Cost Center."},
		{"codes that have more than 100 options", "No code on example.webex.com has more than 100 options."},
		{"which site has Business Unit", "Business Unit is on emea.example.webex.com, not on example.webex.com."},
		{"which codes are only on emea", "5 of 6 codes on emea.example.webex.com are on no other site"},
		{"my department", "You have no Department on example.webex.com; the default is Design."},
		{"am I missing any codes?", "You have no value of Cost Center on example.webex.com, which the host profile requires."},
		{"bob@example.com", "bob@example.com has a value for 0 of 3 codes on example.webex.com; required and empty: Cost Center."},
		{"what is a tracking code?", "A tracking code is a label"},
		{"what does \"set by an admin\" mean", "“Set by an admin” means that only an admin gives the value"},
		{"who is the admin", "For access or help with me, ask alice@example.com."},
		{"what do you log?", "I record who asked what, when, and whether it was answered, for 400 days."},
		{"I can't schedule a meeting, cost center is missing", "For meetings on example.webex.com you must give a value of Department and Cost Center."},
		{"my cost center is wrong", "You have no Cost Center on example.webex.com"},
		{"same codes on both sites?", "8 codes on example and emea: 1 different, 7 on one site only."},
	} {
		if got := firstLine(h.Ask(c[0])); !strings.HasPrefix(got, c[1]) {
			t.Errorf("%q begins with\n%s\nwant\n%s", c[0], got, c[1])
		}
	}
}
