package access_test

import (
	"slices"
	"strings"
	"testing"

	"trackbot/internal/access"
)

func FuzzDecide(f *testing.F) {
	f.Add("p", home, "person", "a@example.com", home, "", "example.com", "b@x.test", "mallory@example.com", "a@example.com", "", false)
	f.Add("p", other, "person", "a@example.com@evil.test", home, other, "evil.test", "", "", "", "r", true)
	f.Add("p", "", "bot", "", "", "none", "", "", "", "", "direct", true)
	f.Fuzz(func(t *testing.T, id, org, kind, emails, own, orgs, domains, allowed, denied, admins, rooms string, admin bool) {
		p := access.Person{ID: id, OrgID: org, Type: kind, Emails: list(emails)}
		set := access.Settings{
			OwnOrg: own, Orgs: list(orgs), Domains: list(domains), Emails: list(allowed),
			Denied: list(denied), Admins: list(admins), Rooms: list(rooms),
		}
		for _, in := range []access.Space{group(), direct(), {}} {
			d := set.Decide(p, in, admin)
			if d.Allow != allows(d.Code) || !slices.Contains(allCodes, d.Code) {
				t.Fatalf("Decide = %v with the reason %q", d.Allow, d.Code)
			}
			if d.Allow {
				holdsRules(t, set, p, in, admin, d.Code)
			}
			if plain := (access.Settings{OwnOrg: own}); plain.Decide(p, in, false).Allow && (org != own || own == "") {
				t.Fatalf("without settings somebody of %q may ask a bot of %q", org, own)
			}
		}
	})
}

// holdsRules fails where an allowed question breaks a rule.
func holdsRules(t *testing.T, set access.Settings, p access.Person, in access.Space, admin bool, why access.Code) {
	t.Helper()
	holds := func(list []string) bool {
		return slices.ContainsFunc(p.Emails, func(e string) bool {
			return slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(e, l) })
		})
	}
	domain := func() bool {
		return slices.ContainsFunc(p.Emails, func(e string) bool {
			return strings.Count(e, "@") == 1 && slices.ContainsFunc(set.Domains, func(d string) bool {
				return strings.HasSuffix(strings.ToLower(e), "@"+strings.ToLower(d))
			})
		})
	}
	switch {
	case p.Type != "person":
		t.Fatalf("a %q may ask", p.Type)
	case holds(set.Denied):
		t.Fatalf("%q may ask, and %q are denied", p.Emails, set.Denied)
	case admin && !holds(set.Admins):
		t.Fatalf("%q are admins, and admins are %q", p.Emails, set.Admins)
	case len(set.Rooms) > 0 && !slices.Contains(set.Rooms, in.ID) && (!in.Direct || !slices.Contains(set.Rooms, access.Direct)):
		t.Fatalf("questions in %q are taken, and only in %q they may be", in.ID, set.Rooms)
	case why == access.ListedEmail && !holds(set.Emails), why == access.ListedDomain && !domain(),
		why == access.ListedOrg && !slices.Contains(set.Orgs, p.OrgID), why == access.OwnOrg && p.OrgID != set.OwnOrg:
		t.Fatalf("Decide(%+v) = %q with %+v", p, why, set)
	}
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func BenchmarkDecide(b *testing.B) {
	set := access.Settings{OwnOrg: home, Domains: []string{"partner.test", "example.com"}, Admins: []string{"ada@example.com"}}
	for i := range 100 {
		set.Denied = append(set.Denied, strings.Repeat("x", i)+"@example.com")
	}
	p, in := person(other, "ada@example.com"), group()
	b.ReportAllocs()
	for b.Loop() {
		if !set.Decide(p, in, true).Allow {
			b.Fatal("refused")
		}
	}
}
