// Package access decides who may ask the bot, who else may read its answers,
// which buttons are genuine and how fast questions may come. It does no input
// or output and knows no clock: every decision is a function of what it is
// given, so that tables of cases are its proof.
//
// A question passes in this order: [Signer.Check] for a button's data, then
// [Settings.Decide] for the person, [Pace.Take] for those who may ask, and
// [Settings.Readers] before an answer goes to a group space. What refuses is a
// [Code] for the log and the audit record; the space gets [Settings.Refusal],
// which gives no reason away.
package access

// Settings are the operator's rules, one field for each environment variable,
// its comma list split and without surrounding white space. The ids in them are
// bare, such as f5b36187-c8dd-4727-8b2f-f9c447f29046, as are those of [Person],
// [Space] and [Member]: whoever calls decodes the longer form first. An id in
// another form equals none, which refuses. The zero value admits nobody.
//
// Somebody is admitted by any one of three rules: their organization counts,
// one of their addresses is in Emails, or its domain is in Domains. Without
// Orgs the bot's own organization counts; with Orgs exactly those counted in
// it. Domains and Emails only ever add people. Rooms narrows where, Denied
// takes people out and wins over everything, and Admins gives nobody who is
// not admitted anything.
type Settings struct {
	// OwnOrg is the id of the bot's organization, from GET /people/me. While
	// it is empty, it admits nobody.
	OwnOrg string
	// BotID is the id of the bot's own account: it is no reader of its answers.
	BotID string

	// Orgs is ALLOWED_ORGS: the organizations whose people may ask, instead of
	// the bot's own. [Own] in it stands for that one; [None], alone, for no
	// organization at all, so that only Domains and Emails admit.
	Orgs []string
	// Domains is ALLOWED_DOMAINS: people with an address of exactly such a
	// domain, in any case of letters; a sub-domain is another domain.
	Domains []string
	// Emails is ALLOWED_EMAILS: people with such an address, in any case of letters.
	Emails []string
	// Rooms is ALLOWED_ROOMS: the only spaces in which anybody may ask. 1:1
	// spaces are among those left out unless [Direct] is in the list, because
	// a list of spaces that anybody could get around in a 1:1 space would be none.
	Rooms []string
	// Denied is DENIED_EMAILS: people with such an address may never ask.
	Denied []string
	// Admins is ADMINS: those of the admitted who may run the commands that
	// ask for it.
	Admins []string

	// Editors is EDITORS: those of the admitted who may ask for changes. Nil: Admins.
	Editors []string
	// Approvers is APPROVERS: those of the admitted who may approve changes. Nil:
	// Admins.
	Approvers []string

	// ShareWithGuests is SHARE_WITH_GUESTS: answers go to a group space
	// whoever reads them there.
	ShareWithGuests bool
	// Contact is CONTACT: whom the refused can ask, such as alice@example.com.
	Contact string
}

// The words that may stand among the ids of a list.
const (
	// Own in [Settings.Orgs] is the bot's own organization.
	Own = "own"
	// None in [Settings.Orgs], alone, is no organization at all.
	None = "none"
	// Direct in [Settings.Rooms] is every 1:1 space.
	Direct = "direct"
)

// Person is somebody's own record, as GET /people/{id} gives it. Nothing that
// an event says of its sender may stand here: it is a claim.
type Person struct {
	ID     string
	OrgID  string
	Type   string   // person, bot or appuser; only a person may ask
	Emails []string // all of the record
}

// Space is where a question stands, as the fetched message or button press
// tells it.
type Space struct {
	ID     string
	Direct bool // a 1:1 space
}
