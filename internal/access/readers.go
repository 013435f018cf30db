package access

import "slices"

// MaxMembers is the number of members up to which a space is looked at; a
// larger one counts as unsafe. Reading memberships can stop one behind it.
const MaxMembers = 1000

// Member is somebody in a space, as GET /memberships gives it. Here the e-mail
// of the list is good enough: it is Webex's answer and not an event's claim,
// and what hangs on it is a reader and not an asker.
type Member struct {
	ID    string
	OrgID string
	Email string
	// Type is person, bot or appuser, or empty where it is not known: a
	// membership does not tell it. Then the domain of the e-mail tells bots.
	Type string
}

// Readers reports whether an answer may be shown to a space with these members,
// and why. total is how many there are as far as they were counted; it may be
// 0 when the list is known to be whole. needAdmin is as in [Settings.Decide]:
// the answer to an administrator is safe only among administrators.
//
// A space is safe when all of its people may ask. Bots are no readers: in a
// group space a bot gets the messages that mention it and no others, and an
// answer mentions nobody. Machine accounts read all and may not ask. A list
// that is short of the total or holds no person, or anybody of whom too little
// is known, makes the space unsafe.
//
// ShareWithGuests shows every answer to every space.
func (s Settings) Readers(members []Member, total int, needAdmin bool) (safe bool, why Code) {
	switch {
	case s.ShareWithGuests:
		return true, Shared
	case max(total, len(members)) > MaxMembers:
		return false, TooManyToRead
	case total > len(members):
		return false, MembersUnread
	}
	people := 0
	for _, m := range members {
		if s.isBot(m) {
			continue
		}
		people++
		if !s.mayRead(m, needAdmin) {
			return false, OneMayNotAsk
		}
	}
	if people == 0 { // at least the asker must be there
		return false, MembersUnread
	}
	return true, AllMayAsk
}

func (s Settings) mayRead(m Member, needAdmin bool) bool {
	p := Person{ID: m.ID, OrgID: m.OrgID, Type: m.Type}
	if p.Type == "" {
		p.Type = typePerson
	}
	if m.Email != "" {
		p.Emails = []string{m.Email}
	}
	return m.ID != "" && s.admit(p).Allow && (!needAdmin || s.isAdmin(p))
}

func (s Settings) isBot(m Member) bool {
	switch {
	case s.BotID != "" && m.ID == s.BotID, m.Type == typeBot:
		return true
	case m.Type != "":
		return false
	}
	domain, ok := domainOf(m.Email)
	return ok && slices.ContainsFunc(botDomains(), func(bots string) bool { return same(domain, bots) })
}

// botDomains are those in which Webex gives bots, and nobody else, an address:
// today's and the one of old bots.
func botDomains() []string { return []string{"webex.bot", "sparkbot.io"} }
