package access

import "strings"

// Refusal is what somebody reads who may not ask: plain text, a line each, to
// be escaped by whoever posts it. It is the same for every reason, so that
// nobody learns from it what the rules are.
func (s Settings) Refusal() []string {
	whom := strings.Join(strings.Fields(s.Contact), " ")
	if whom == "" {
		whom = "the people who run this bot"
	}
	return []string{
		"Sorry, I may not answer that for you here.",
		"Ask " + whom + " to add you.",
	}
}
