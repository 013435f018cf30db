package access_test

import (
	"strings"
	"testing"

	"trackbot/internal/access"
)

func TestSettingsCheck(t *testing.T) {
	good := []access.Settings{
		{},
		{Orgs: []string{home}},
		{Orgs: []string{access.Own, other}},
		{Orgs: []string{access.None}, Emails: []string{"a@example.com"}},
		{
			Domains: []string{"example.com", "xn--bcher-kva.example"}, Emails: []string{"A.b+c@Example.com"}, Denied: []string{"m@example.com"},
			Admins: []string{"ada@example.com"}, Rooms: []string{third, access.Direct}, Contact: "the help desk, +41 1 234 56 78",
		},
	}
	for _, s := range good {
		if err := s.Check(); err != nil {
			t.Errorf("Check(%+v) = %v, want nil", s, err)
		}
	}
	for _, c := range []struct {
		set  access.Settings
		want string
	}{
		{access.Settings{Orgs: []string{home, ""}}, "ALLOWED_ORGS: entry 2 is neither an id nor own"},
		{access.Settings{Orgs: []string{"example.com"}}, "ALLOWED_ORGS: entry 1 is neither an id nor own"},
		{access.Settings{Orgs: []string{"OWN"}}, "ALLOWED_ORGS: entry 1 is written own, in lower case"},
		{access.Settings{Orgs: []string{"direct"}}, "ALLOWED_ORGS: entry 1 is neither an id nor own"},
		{access.Settings{Orgs: []string{"Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi85NmFiYzJhYS0zZGNjLTExZTUtYTE1Mi1mZTM0ODE5Y2RjOWE"}}, "ALLOWED_ORGS: entry 1 is neither an id nor own"},
		{access.Settings{Orgs: []string{"none", home}}, "ALLOWED_ORGS: none stands beside others; it must stand alone"},
		{access.Settings{Orgs: []string{"none"}}, "ALLOWED_ORGS: none, without ALLOWED_DOMAINS or ALLOWED_EMAILS, lets nobody ask"},
		{access.Settings{Domains: []string{"@example.com"}}, "ALLOWED_DOMAINS: entry 1 begins with @; write only the domain"},
		{access.Settings{Domains: []string{"a@example.com"}}, "ALLOWED_DOMAINS: entry 1 is an address, not a domain; use ALLOWED_EMAILS"},
		{access.Settings{Domains: []string{"a.test", "*.example.com"}}, "ALLOWED_DOMAINS: entry 2 has a *; write each domain out, sub-domains too"},
		{access.Settings{Domains: []string{"example.com."}}, "ALLOWED_DOMAINS: entry 1 is not a domain such as example.com; in other scripts use its xn-- form"},
		{access.Settings{Domains: []string{"bücher.example"}}, "ALLOWED_DOMAINS: entry 1 is not a domain such as example.com; in other scripts use its xn-- form"},
		{access.Settings{Emails: []string{"example.com"}}, "ALLOWED_EMAILS: entry 1 is not an address such as alice@example.com"},
		{access.Settings{Rooms: []string{"my space"}}, "ALLOWED_ROOMS: entry 1 is neither an id nor direct"},
		{access.Settings{Rooms: []string{"own"}}, "ALLOWED_ROOMS: entry 1 is neither an id nor direct"},
		{access.Settings{Denied: []string{"M <m@example.com>"}}, "DENIED_EMAILS: entry 1 is not an address such as alice@example.com"},
		{access.Settings{Denied: []string{"@example.com"}}, "DENIED_EMAILS: entry 1 is not an address such as alice@example.com"},
		{access.Settings{Admins: []string{"ada"}}, "ADMINS: entry 1 is not an address such as alice@example.com"},
		{access.Settings{Contact: "a\nb"}, "CONTACT: is longer than 200 bytes or holds a control character"},
		{access.Settings{Contact: strings.Repeat("x", 201)}, "CONTACT: is longer than 200 bytes or holds a control character"},
		{
			access.Settings{Emails: []string{"x"}, Denied: []string{"y"}},
			"ALLOWED_EMAILS: entry 1 is not an address such as alice@example.com\nDENIED_EMAILS: entry 1 is not an address such as alice@example.com",
		},
	} {
		if err := c.set.Check(); err == nil || err.Error() != c.want {
			t.Errorf("Check(%+v) = %v, want %s", c.set, err, c.want)
		}
	}
}

// TestDomainShape has the edges of RFC 1035 in the one place that refuses by them.
func TestDomainShape(t *testing.T) {
	label := strings.Repeat("a", 63)
	long := strings.Join([]string{label, label, label, label[:61]}, ".") // 253 bytes
	for domain, want := range map[string]bool{
		"example.com": true, "a-b.example.com": true, "3com.example": true, label + ".test": true, long: true,
		label + "a.test": false, long + "a": false, "-a.test": false, "a-.test": false, "a.-test": false, "a..test": false, "": false, "a_b.test": false,
	} {
		if err := (access.Settings{Domains: []string{domain}}).Check(); (err == nil) != want {
			t.Errorf("Check(ALLOWED_DOMAINS=%q) = %v, want good: %v", domain, err, want)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		set  access.Settings
		want string
	}{
		{access.Settings{}, "people of the bot's organization may ask, in 1:1 and group spaces"},
		{access.Settings{Orgs: []string{access.None}}, "nobody may ask"},
		{access.Settings{Orgs: []string{other}}, "1 organization in ALLOWED_ORGS may ask, in 1:1 and group spaces"},
		{
			access.Settings{
				Orgs: []string{access.Own, other, third}, Domains: []string{"a.test"}, Emails: []string{"a@b.test", "c@b.test"},
				Denied: []string{"d@b.test"}, Rooms: []string{"r", access.Direct}, ShareWithGuests: true,
			},
			"people of the bot's organization, 2 organizations in ALLOWED_ORGS, 1 domain in ALLOWED_DOMAINS, 2 addresses in ALLOWED_EMAILS may ask, " +
				"except 1 address in DENIED_EMAILS, in 1:1 spaces and 1 space of ALLOWED_ROOMS; guests read the answers",
		},
		{access.Settings{Rooms: []string{"r", "s"}}, "people of the bot's organization may ask, only in 2 spaces of ALLOWED_ROOMS"},
	} {
		if got := c.set.Summary(); got != c.want {
			t.Errorf("Summary(%+v) =\n%q, want\n%q", c.set, got, c.want)
		}
	}
}

// TestRefusal says why and what to do, and neither a rule nor an admin.
func TestRefusal(t *testing.T) {
	for contact, want := range map[string]string{
		"alice@example.com":    "Ask alice@example.com to be added.",
		" the help\n desk ":    "Ask the help desk to be added.",
		"":                     "Ask the people who run this bot to be added.",
		" \t":                  "Ask the people who run this bot to be added.",
		"*bold* [x](y) <@all>": "Ask *bold* [x](y) <@all> to be added.", // escaped by whoever posts it
	} {
		set := access.Settings{Contact: contact, Denied: []string{"m@example.com"}, Admins: []string{"ada@example.com"}}
		for _, reason := range []access.Code{access.NotListed, access.DeniedEmail, access.NotAdmin} {
			lines := set.Refusal(reason)
			if len(lines) != 3 || lines[2] != want || lines[0] != "Sorry, you don't have access." {
				t.Errorf("Refusal with contact %q = %q, want %q", contact, lines, want)
			}
		}
	}
	for reason, want := range map[access.Code]string{
		access.RoomNotListed: "I answer only in spaces that were chosen for me.", access.NotAPerson: "This is a machine account.", access.OrgUnknown: "Webex doesn't tell me enough about your account.",
	} {
		if lines := (access.Settings{Admins: []string{"ada@example.com"}}).Refusal(reason); len(lines) != 3 || lines[1] != want {
			t.Errorf("Refusal of %s = %q, want %q", reason, lines, want)
		}
	}
}

// TestPrivate: why an answer comes to the asker alone.
func TestPrivate(t *testing.T) {
	for code, want := range map[access.Code]string{
		access.OneMayNotAsk: "not everyone in that space may see it", access.TooManyToRead: "too many people read in that space for me to check them",
		access.MembersUnread: "I can't see who reads in that space", "": "I can't see who reads in that space",
	} {
		if got := code.Private(); got != want {
			t.Errorf("Private of %q = %q, want %q", code, got, want)
		}
	}
}
