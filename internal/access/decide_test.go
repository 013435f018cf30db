package access_test

import (
	"slices"
	"strings"
	"testing"

	"trackbot/internal/access"
)

const (
	home  = "96abc2aa-3dcc-11e5-a152-fe34819cdc9a"
	other = "11111111-2222-3333-4444-555555555555"
	third = "99999999-2222-3333-4444-555555555555"
)

func group() access.Space { return access.Space{ID: "room-1"} }

func direct() access.Space { return access.Space{ID: "direct-1", Direct: true} }

// person is somebody with a whole record.
func person(org string, emails ...string) access.Person {
	return access.Person{ID: "person-1", OrgID: org, Type: "person", Emails: emails}
}

func TestDecideOrganization(t *testing.T) {
	set := access.Settings{OwnOrg: home}
	orgs := func(ids ...string) access.Settings { return access.Settings{OwnOrg: home, Orgs: ids} }
	for _, c := range []struct {
		name string
		set  access.Settings
		p    access.Person
		in   access.Space
		want access.Code
	}{
		{"own, group", set, person(home, "a@example.com"), group(), access.OwnOrg},
		{"own, 1:1", set, person(home, "a@example.com"), direct(), access.OwnOrg},
		{"own without e-mail", set, person(home), group(), access.OwnOrg},
		{"another", set, person(other, "a@example.com"), group(), access.NotListed},
		{"another, 1:1", set, person(other, "a@example.com"), direct(), access.NotListed},
		{"none", set, person("", "a@example.com"), group(), access.NotListed},
		{"a prefix", set, person(home[:35]), group(), access.NotListed},
		{"longer", set, person(home + "0"), group(), access.NotListed},
		{"upper case is another id", set, person(strings.ToUpper(home)), group(), access.NotListed},
		{"bot unknown", access.Settings{}, person(home), group(), access.OrgUnknown},
		{"both unknown", access.Settings{}, person(""), group(), access.OrgUnknown},
		{"bot unknown, listed by e-mail", access.Settings{Emails: []string{"a@example.com"}}, person("", "a@example.com"), group(), access.ListedEmail},
		{"listed instead of own", orgs(other), person(other), group(), access.ListedOrg},
		{"own no more", orgs(other), person(home), group(), access.NotListed},
		{"own by its id", orgs(other, home), person(home), group(), access.ListedOrg},
		{"own by the word", orgs(other, access.Own), person(home), group(), access.OwnOrg},
		{"other beside the word", orgs(other, access.Own), person(other), group(), access.ListedOrg},
		{"third beside the word", orgs(other, access.Own), person(third), group(), access.NotListed},
		{"nobody named own", orgs(access.Own), person(access.Own), group(), access.NotListed},
		{"nobody named none", orgs(access.None), person(access.None), group(), access.NotListed},
		{"none keeps own out", orgs(access.None), person(home), group(), access.NotListed},
		{"an empty entry opens nothing", orgs(""), person(""), group(), access.NotListed},
		{"an empty entry is an entry", orgs(""), person(home), group(), access.NotListed},
		{"own word, bot unknown", access.Settings{Orgs: []string{access.Own}}, person(""), group(), access.OrgUnknown},
	} {
		check(t, c.name, c.set, c.p, c.in, false, c.want)
	}
}

func check(t *testing.T, name string, set access.Settings, p access.Person, in access.Space, admin bool, want access.Code) {
	t.Helper()
	got := set.Decide(p, in, admin)
	if got.Code != want || got.Allow != allows(want) {
		t.Errorf("%s: Decide(%+v, %+v, %v) = %v %q, want %q", name, p, in, admin, got.Allow, got.Code, want)
	}
}

func allows(c access.Code) bool {
	return slices.Contains([]access.Code{access.OwnOrg, access.ListedOrg, access.ListedDomain, access.ListedEmail}, c)
}

func TestDecideType(t *testing.T) {
	set := access.Settings{OwnOrg: home, Emails: []string{"a@example.com"}, Admins: []string{"a@example.com"}}
	for _, kind := range []string{"", "bot", "appuser", "Person", "PERSON", " person", "person ", "admin"} {
		p := person(home, "a@example.com")
		p.Type = kind
		check(t, "type "+kind, set, p, direct(), false, access.NotAPerson)
	}
}

func TestDecideWithoutRecord(t *testing.T) {
	set := access.Settings{OwnOrg: home}
	p := person(home)
	p.ID = ""
	check(t, "no person", set, p, group(), false, access.NoRecord)
	check(t, "no space", set, person(home), access.Space{Direct: true}, false, access.NoRecord)
	check(t, "nothing at all", access.Settings{}, access.Person{}, access.Space{}, false, access.NoRecord)
}

// TestDecideDomain has people of another organization, so that only the
// domain example.com in ALLOWED_DOMAINS can admit them.
func TestDecideDomain(t *testing.T) {
	set := access.Settings{OwnOrg: home, Domains: []string{"example.com"}}
	for email, want := range map[string]access.Code{
		"a@example.com":                           access.ListedDomain,
		"A@EXAMPLE.COM":                           access.ListedDomain,
		"a@Example.Com":                           access.ListedDomain,
		"a.b+c_d-e'f@example.com":                 access.ListedDomain,
		"a@notexample.com":                        access.NotListed,
		"a@not-example.com":                       access.NotListed,
		"a@sub.example.com":                       access.NotListed,
		"a@example.com.evil.test":                 access.NotListed,
		"a@example.co":                            access.NotListed,
		"a@example.comm":                          access.NotListed,
		"a@xample.com":                            access.NotListed,
		"a@com":                                   access.NotListed,
		"a@example.com@evil.test":                 access.NotListed,
		"a@evil.test@example.com":                 access.NotListed,
		"a@@example.com":                          access.NotListed,
		`"a@evil.test"@example.com`:               access.NotListed,
		`"a"@example.com`:                         access.NotListed,
		`a\@evil.test@example.com`:                access.NotListed,
		"a@example.com.":                          access.NotListed,
		"a@example.com..":                         access.NotListed,
		"a@.example.com":                          access.NotListed,
		"a@example..com":                          access.NotListed,
		"@example.com":                            access.NotListed,
		"example.com":                             access.NotListed,
		"a@":                                      access.NotListed,
		"@":                                       access.NotListed,
		"":                                        access.NotListed,
		" a@example.com":                          access.NotListed,
		"a@example.com ":                          access.NotListed,
		"a@ example.com":                          access.NotListed,
		"a b@example.com":                         access.NotListed,
		"a@example.com\n":                         access.NotListed,
		"a\t@example.com":                         access.NotListed,
		"a\x00@example.com":                       access.NotListed,
		"a@example.com\x00.evil.test":             access.NotListed,
		"a@ex\u0430mple.com":                      access.NotListed, // a Cyrillic a
		"a@exam\u217ale.com":                      access.NotListed,
		"a@\uff45xample.com":                      access.NotListed, // a full-width e
		"a@example\u3002com":                      access.NotListed, // an ideographic full stop
		"a@example\uff0ecom":                      access.NotListed,
		"a\uff20example.com":                      access.NotListed, // a full-width @
		"a@example.com\u200b":                     access.NotListed, // a blank of no width
		"a@exam\u00adple.com":                     access.NotListed, // a soft hyphen
		"a@xn--exmple-4nf.com":                    access.NotListed,
		"\u0430@example.com":                      access.NotListed, // no ASCII, no address
		"a@[example.com]":                         access.NotListed,
		"a@example.com/evil.test":                 access.NotListed,
		"a@example.com#":                          access.NotListed,
		"a@example_com":                           access.NotListed,
		"A <a@example.com>":                       access.NotListed,
		"<a@example.com>":                         access.NotListed,
		"a@evil.test,b@example.com":               access.NotListed,
		"a@evil.test;b@example.com":               access.NotListed,
		"mailto:a@example.com":                    access.NotListed,
		"a(comment)@example.com":                  access.NotListed,
		"a@example.com(comment)":                  access.NotListed,
		"a%evil.test@example.com":                 access.ListedDomain, // an odd local part is still theirs
		strings.Repeat("a", 242) + "@example.com": access.ListedDomain,
		strings.Repeat("a", 243) + "@example.com": access.NotListed, // 255 bytes
	} {
		check(t, email, set, person(other, email), group(), false, want)
	}
	check(t, "the second address", set, person(other, "a@evil.test", "a@example.com"), group(), false, access.ListedDomain)
	check(t, "own organization stays", set, person(home, "a@elsewhere.test"), group(), false, access.OwnOrg)
	for _, entry := range []string{"", ".", "@example.com", "*.example.com", "*", "com", ".com", "example.com.", " example.com", "a@example.com", "EXAMPLE.ORG"} {
		check(t, "listed "+entry, access.Settings{OwnOrg: home, Domains: []string{entry}}, person(other, "a@example.com"), group(), false, access.NotListed)
	}
	check(t, "listed in upper case", access.Settings{OwnOrg: home, Domains: []string{"EXAMPLE.COM"}}, person(other, "a@example.com"), group(), false, access.ListedDomain)
	check(t, "a Kelvin sign", access.Settings{Domains: []string{"\u212aelvin.test"}, OwnOrg: home}, person(other, "a@kelvin.test"), group(), false, access.NotListed)
}

func TestDecideEmail(t *testing.T) {
	set := access.Settings{OwnOrg: home, Emails: []string{"Guest.One@partner.test", "kate@partner.test", "broken", ""}}
	for email, want := range map[string]access.Code{
		"guest.one@partner.test":           access.ListedEmail,
		"GUEST.ONE@PARTNER.TEST":           access.ListedEmail,
		"guest.one@partner.test.":          access.NotListed,
		"\u00a0guest.one@partner.test":     access.NotListed,
		"guestone@partner.test":            access.NotListed,
		"guest.one+x@partner.test":         access.NotListed,
		"x.guest.one@partner.test":         access.NotListed,
		"guest.one@sub.partner.test":       access.NotListed,
		"guest.two@partner.test":           access.NotListed,
		"guest.one@partner.test@evil.test": access.NotListed,
		"\u212aate@partner.test":           access.NotListed, // a Kelvin sign
		"broken":                           access.NotListed,
		"":                                 access.NotListed,
	} {
		check(t, email, set, person(other, email), direct(), false, want)
	}
	check(t, "a listed look-alike", access.Settings{OwnOrg: home, Emails: []string{"\u212aate@partner.test"}}, person(other, "kate@partner.test"), group(), false, access.NotListed)
	only := access.Settings{OwnOrg: home, Orgs: []string{access.None}, Emails: []string{"a@example.com"}}
	check(t, "only the listed", only, person(home, "a@example.com"), group(), false, access.ListedEmail)
	check(t, "no colleague", only, person(home, "b@example.com"), group(), false, access.NotListed)
}

func TestDecideDenied(t *testing.T) {
	set := access.Settings{
		OwnOrg: home, Denied: []string{"Mallory@example.com"}, Emails: []string{"mallory@example.com"},
		Domains: []string{"example.com"}, Admins: []string{"mallory@example.com"}, Rooms: []string{"room-1", access.Direct},
	}
	for _, email := range []string{
		"mallory@example.com", "MALLORY@EXAMPLE.COM", "mallory@example.com.", " mallory@example.com ", "mallory@EXAMPLE.com\n",
	} {
		check(t, email, set, person(home, email), group(), true, access.DeniedEmail)
		check(t, email, set, person(other, "x@example.com", email), direct(), false, access.DeniedEmail)
	}
	check(t, "somebody else", set, person(home, "alice@example.com"), group(), false, access.OwnOrg)
	check(t, "a part of the address", set, person(home, "xmallory@example.com"), group(), false, access.OwnOrg)
	check(t, "nothing to compare", set, person(home), group(), false, access.NoEmail)
	check(t, "an empty address", set, person(home, ""), group(), false, access.NoEmail)
	check(t, "no address", set, person(home, "mallory"), group(), false, access.NoEmail)
	check(t, "a blank in the entry", access.Settings{OwnOrg: home, Denied: []string{" kate@example.com"}}, person(home, "kate@example.com"), group(), false, access.DeniedEmail)
	check(t, "a doubt is for the refusal", access.Settings{OwnOrg: home, Denied: []string{"kate@example.com"}}, person(home, "\u212aate@example.com"), group(), false, access.DeniedEmail)
}

func TestDecideRooms(t *testing.T) {
	rooms := func(ids ...string) access.Settings { return access.Settings{OwnOrg: home, Rooms: ids} }
	for _, c := range []struct {
		name string
		set  access.Settings
		in   access.Space
		want access.Code
	}{
		{"listed", rooms("room-1"), group(), access.OwnOrg},
		{"listed second", rooms("room-0", "room-1"), group(), access.OwnOrg},
		{"not listed", rooms("room-2"), group(), access.RoomNotListed},
		{"a prefix", rooms("room"), group(), access.RoomNotListed},
		{"another case", rooms("ROOM-1"), group(), access.RoomNotListed},
		{"1:1 is not listed", rooms("room-1"), direct(), access.RoomNotListed},
		{"1:1 by its id", rooms("direct-1"), direct(), access.OwnOrg},
		{"1:1 by the word", rooms("room-1", access.Direct), direct(), access.OwnOrg},
		{"a group is not direct", rooms(access.Direct), group(), access.RoomNotListed},
		{"a space named direct", rooms(access.Direct), access.Space{ID: access.Direct}, access.RoomNotListed},
		{"an empty entry", rooms(""), group(), access.RoomNotListed},
	} {
		check(t, c.name, c.set, person(home), c.in, false, c.want)
	}
	check(t, "a listed space admits nobody", rooms("room-1"), person(other), group(), false, access.NotListed)
}

func TestDecideAdmin(t *testing.T) {
	set := access.Settings{OwnOrg: home, Admins: []string{"ada@example.com"}}
	check(t, "admin", set, person(home, "ada@example.com"), group(), true, access.OwnOrg)
	check(t, "admin in upper case", set, person(home, "ADA@EXAMPLE.COM"), group(), true, access.OwnOrg)
	check(t, "admin asks as others", set, person(home, "ada@example.com"), group(), false, access.OwnOrg)
	check(t, "no admin", set, person(home, "bob@example.com"), group(), true, access.NotAdmin)
	check(t, "a look-alike", set, person(home, "ad\u0430@example.com"), group(), true, access.NotAdmin)
	check(t, "nobody is", access.Settings{OwnOrg: home}, person(home, "ada@example.com"), group(), true, access.NotAdmin)
	check(t, "an empty entry", access.Settings{OwnOrg: home, Admins: []string{""}}, person(home, ""), group(), true, access.NotAdmin)
	check(t, "of another organization", set, person(other, "ada@example.com"), group(), true, access.NotListed)
	check(t, "of another organization, as others", set, person(other, "ada@example.com"), group(), false, access.NotListed)
	set.Rooms = []string{"room-2"}
	check(t, "in another space", set, person(home, "ada@example.com"), group(), true, access.RoomNotListed)
}

// allCodes are all reasons, the ones to let somebody ask first.
var allCodes = []access.Code{
	access.OwnOrg, access.ListedOrg, access.ListedEmail, access.ListedDomain,
	access.NotAPerson, access.NoRecord, access.DeniedEmail, access.NoEmail, access.OrgUnknown, access.NotListed, access.RoomNotListed, access.NotAdmin,
	access.AllMayAsk, access.Shared, access.TooManyToRead, access.MembersUnread, access.OneMayNotAsk,
}

func TestReasons(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range allCodes {
		if c.Words() == access.Code("x").Words() || seen[c.Words()] {
			t.Errorf("%s has no words of its own: %q", c, c.Words())
		}
		seen[c.Words()] = true
	}
	if got, want := (access.Decision{Code: access.NotListed}).Reason(), "not-listed: no organization, domain or address that may ask"; got != want {
		t.Errorf("Reason() = %q, want %q", got, want)
	}
}
