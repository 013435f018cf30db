package access

// Code is the reason of a decision: short, stable, the same in log and audit
// record, and free of anything about a person.
type Code string

// The reasons to let somebody ask.
const (
	OwnOrg       Code = "own-org"
	ListedOrg    Code = "listed-org"
	ListedEmail  Code = "listed-email"
	ListedDomain Code = "listed-domain"
)

// The reasons to refuse a question.
const (
	NotAPerson    Code = "not-a-person"
	NoRecord      Code = "no-record"
	DeniedEmail   Code = "denied-email"
	NoEmail       Code = "no-email"
	OrgUnknown    Code = "own-org-unknown"
	NotListed     Code = "not-listed"
	RoomNotListed Code = "room-not-listed"
	NotAdmin      Code = "not-admin"
)

// The reasons to show an answer to a space or not.
const (
	AllMayAsk     Code = "all-may-ask"
	Shared        Code = "shared"
	TooManyToRead Code = "too-many-members"
	MembersUnread Code = "members-unread"
	OneMayNotAsk  Code = "member-may-not-ask"
)

// Words say the reason to whoever runs the bot.
func (c Code) Words() string {
	switch c {
	case OwnOrg:
		return "of the bot's own organization"
	case ListedOrg:
		return "of an organization in ALLOWED_ORGS"
	case ListedEmail:
		return "an address in ALLOWED_EMAILS"
	case ListedDomain:
		return "an address of a domain in ALLOWED_DOMAINS"
	case NotAPerson:
		return "a bot or a machine account, not a person"
	case NoRecord:
		return "the record of the person or the space has no id"
	case DeniedEmail:
		return "an address in DENIED_EMAILS"
	case NoEmail:
		return "no address that DENIED_EMAILS could be compared with"
	case OrgUnknown:
		return "the bot's own organization is not known, and nothing else admits"
	case NotListed:
		return "no organization, domain or address that may ask"
	case RoomNotListed:
		return "the space is not in ALLOWED_ROOMS"
	case NotAdmin:
		return "the command is for ADMINS"
	}
	return c.readerWords()
}

// Private says to the asker why an answer came to them alone, behind "because".
func (c Code) Private() string {
	switch c {
	case TooManyToRead:
		return "too many people read in that space for me to check them"
	case OneMayNotAsk:
		return "not everyone in that space may see it"
	}
	return "I can't see who reads in that space"
}

func (c Code) readerWords() string {
	switch c {
	case AllMayAsk:
		return "all who read there may ask"
	case Shared:
		return "SHARE_WITH_GUESTS is on"
	case TooManyToRead:
		return "more members than are looked at"
	case MembersUnread:
		return "not all members of the space are known"
	case OneMayNotAsk:
		return "a member of the space may not ask"
	}
	return "no known reason"
}
