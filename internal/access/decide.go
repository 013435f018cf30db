package access

import "slices"

// Decision is what came of a question and why. The zero value refuses.
type Decision struct {
	Allow bool
	Code  Code // never empty in what [Settings.Decide] returns
}

// Reason is the code and its words in one line, for log and audit record.
func (d Decision) Reason() string { return string(d.Code) + ": " + d.Code.Words() }

// Decide reports whether somebody may ask in a space, and with needAdmin
// whether they may run a command for [Settings.Admins]. Bots and machine
// accounts never may, and neither may anybody who has an address in Denied,
// whatever else admits them. The presser of a button is decided like an asker.
func (s Settings) Decide(p Person, in Space, needAdmin bool) Decision {
	if p.ID == "" || in.ID == "" {
		return Decision{Code: NoRecord}
	}
	d := s.admit(p)
	switch {
	case !d.Allow:
		return d
	case !s.takes(in):
		return Decision{Code: RoomNotListed}
	case needAdmin && !s.isAdmin(p):
		return Decision{Code: NotAdmin}
	}
	return d
}

// admit decides about the person alone.
func (s Settings) admit(p Person) Decision {
	switch {
	case p.Type != typePerson:
		return Decision{Code: NotAPerson}
	case s.denies(p):
		return Decision{Code: DeniedEmail}
	case len(s.Denied) > 0 && !slices.ContainsFunc(p.Emails, readable):
		return Decision{Code: NoEmail} // else an empty record would get around Denied
	case p.OrgID != "" && p.OrgID == s.OwnOrg && s.ownCounts():
		return Decision{true, OwnOrg}
	case isID(p.OrgID) && slices.Contains(s.Orgs, p.OrgID):
		return Decision{true, ListedOrg}
	case lists(s.Emails, p.Emails):
		return Decision{true, ListedEmail}
	case s.listsDomain(p.Emails):
		return Decision{true, ListedDomain}
	case s.OwnOrg == "" && s.ownCounts():
		return Decision{Code: OrgUnknown}
	}
	return Decision{Code: NotListed}
}

// The types of a Webex account that matter here.
const (
	typePerson = "person"
	typeBot    = "bot"
)

// ownCounts says whether belonging to the bot's organization admits.
func (s Settings) ownCounts() bool {
	return len(s.Orgs) == 0 || slices.Contains(s.Orgs, Own)
}

// takes says whether questions are taken in a space at all.
func (s Settings) takes(in Space) bool {
	return len(s.Rooms) == 0 ||
		isID(in.ID) && slices.Contains(s.Rooms, in.ID) ||
		in.Direct && slices.Contains(s.Rooms, Direct)
}

func (s Settings) isAdmin(p Person) bool { return lists(s.Admins, p.Emails) }

// MayEdit reports whether somebody who may ask may ask for changes.
func (s Settings) MayEdit(p Person) bool { return s.hasRole(s.Editors, p) }

// MayApprove reports whether somebody who may ask may approve changes.
func (s Settings) MayApprove(p Person) bool { return s.hasRole(s.Approvers, p) }

func (s Settings) hasRole(role []string, p Person) bool {
	if len(role) == 0 {
		role = s.Admins
	}
	return s.admit(p).Allow && lists(role, p.Emails)
}

// denies compares loosely: a doubt is for the refusal.
func (s Settings) denies(p Person) bool {
	return slices.ContainsFunc(p.Emails, func(email string) bool {
		return slices.ContainsFunc(s.Denied, func(denied string) bool { return resembles(denied, email) })
	})
}

func (s Settings) listsDomain(emails []string) bool {
	return slices.ContainsFunc(emails, func(email string) bool {
		domain, ok := domainOf(email)
		return ok && slices.ContainsFunc(s.Domains, func(listed string) bool { return same(domain, listed) })
	})
}

// lists says whether one of the addresses is in a list, to the letter but for
// upper and lower case.
func lists(list, emails []string) bool {
	return slices.ContainsFunc(emails, func(email string) bool {
		return readable(email) && slices.ContainsFunc(list, func(listed string) bool { return same(email, listed) })
	})
}

// isID says whether a text can be an id: not empty, and none of the words that
// stand for something else in a list of ids.
func isID(id string) bool {
	return id != "" && id != Own && id != None && id != Direct
}
