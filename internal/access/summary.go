package access

import (
	"slices"
	"strings"

	"trackbot/internal/text"
)

// Summary says in one line who may ask, for the log at start and for a check
// of the settings, so that an operator sees at once what the lists came to. It
// names lists with their lengths, no people.
func (s Settings) Summary() string {
	var who []string
	if s.ownCounts() {
		who = append(who, "people of the bot's organization")
	}
	orgs := slices.DeleteFunc(slices.Clone(s.Orgs), func(id string) bool { return !isID(id) })
	who = appendCount(who, len(orgs), "organization", " in ALLOWED_ORGS")
	who = appendCount(who, len(s.Domains), "domain", " in ALLOWED_DOMAINS")
	who = appendCount(who, len(s.Emails), "address", " in ALLOWED_EMAILS")
	if len(who) == 0 {
		return "nobody may ask"
	}
	line := strings.Join(who, ", ") + " may ask"
	if len(s.Denied) > 0 {
		line += ", except " + text.Count(len(s.Denied), "address") + " in DENIED_EMAILS"
	}
	switch {
	case len(s.Rooms) == 0:
		line += ", in 1:1 and group spaces"
	case slices.Contains(s.Rooms, Direct):
		line += ", in 1:1 spaces and " + text.Count(len(s.Rooms)-1, "space") + " of ALLOWED_ROOMS"
	default:
		line += ", only in " + text.Count(len(s.Rooms), "space") + " of ALLOWED_ROOMS"
	}
	if s.ShareWithGuests {
		line += "; guests read the answers"
	}
	return line
}

func appendCount(list []string, n int, noun, where string) []string {
	if n == 0 {
		return list
	}
	return append(list, text.Count(n, noun)+where)
}
