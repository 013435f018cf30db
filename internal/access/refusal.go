package access

import "strings"

// Refusal is what somebody reads who may not ask: plain text, a title and two
// lines, to be escaped by whoever posts it. It says why as far as nobody learns
// from it what the rules are, and what to do.
func (s Settings) Refusal(reason Code) []string {
	whom := strings.Join(strings.Fields(s.Contact), " ")
	if whom == "" {
		whom = "the people who run this bot"
	}
	switch reason {
	case RoomNotListed:
		return []string{"Sorry, I don't answer in this space.", "I answer only in spaces that were chosen for me.", "Ask " + whom + " to add this one."}
	case NotAPerson:
		return []string{"Sorry, I answer only people.", "This is a machine account.", "Ask with an account of your own."}
	case NoRecord, NoEmail, OrgUnknown:
		return []string{"Sorry, I can't check whether you have access.", "Webex doesn't tell me enough about your account.", "Ask " + whom + " to look into it."}
	}
	return []string{"Sorry, you don't have access.", "I answer only people who were given access.", "Ask " + whom + " to be added."}
}
