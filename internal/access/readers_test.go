package access_test

import (
	"strconv"
	"testing"

	"trackbot/internal/access"
)

// members are people of the bot's organization, with the bot.
func members(n int, more ...access.Member) []access.Member {
	list := []access.Member{{ID: "bot-1", OrgID: other, Email: "trackbot@webex.bot"}}
	for i := range n - 1 {
		id := strconv.Itoa(i)
		list = append(list, access.Member{ID: id, OrgID: home, Email: "p" + id + "@example.com"})
	}
	return append(list, more...)
}

func TestReaders(t *testing.T) {
	set := access.Settings{OwnOrg: home, BotID: "bot-1", Denied: []string{"mallory@example.com"}, Admins: []string{"p0@example.com"}}
	guests, share := set, set
	guests.Domains, guests.Emails = []string{"partner.test"}, []string{"guest@elsewhere.test"}
	share.ShareWithGuests = true
	one := func(m access.Member) []access.Member {
		m.ID = "x"
		return members(3, m)
	}
	for _, c := range []struct {
		name    string
		set     access.Settings
		members []access.Member
		total   int
		admin   bool
		want    access.Code
	}{
		{"colleagues", set, members(5), 5, false, access.AllMayAsk},
		{"total not counted", set, members(5), 0, false, access.AllMayAsk},
		{"an outsider", set, one(access.Member{OrgID: other, Email: "x@other.test"}), 4, false, access.OneMayNotAsk},
		{"no organization told", set, one(access.Member{Email: "x@example.com"}), 4, false, access.OneMayNotAsk},
		{"a denied colleague", set, one(access.Member{OrgID: home, Email: "MALLORY@example.com"}), 4, false, access.OneMayNotAsk},
		{"no address to compare", set, one(access.Member{OrgID: home}), 4, false, access.OneMayNotAsk},
		{"no id", set, members(3, access.Member{OrgID: home, Email: "x@example.com"}), 4, false, access.OneMayNotAsk},
		{"a guest of no listed domain", set, one(access.Member{OrgID: other, Email: "x@partner.test"}), 4, false, access.OneMayNotAsk},
		{"a guest of a listed domain", guests, one(access.Member{OrgID: other, Email: "x@PARTNER.test"}), 4, false, access.AllMayAsk},
		{"a guest of a look-alike domain", guests, one(access.Member{OrgID: other, Email: "x@notpartner.test"}), 4, false, access.OneMayNotAsk},
		{"a listed guest", guests, one(access.Member{OrgID: other, Email: "guest@elsewhere.test"}), 4, false, access.AllMayAsk},
		{"another bot", set, one(access.Member{OrgID: other, Email: "help@webex.bot"}), 4, false, access.AllMayAsk},
		{"an old bot", set, one(access.Member{OrgID: other, Email: "help@SparkBot.io"}), 4, false, access.AllMayAsk},
		{"a bot by its type", set, one(access.Member{OrgID: other, Email: "help@example.com", Type: "bot"}), 4, false, access.AllMayAsk},
		{"our bot by its id", set, members(3, access.Member{ID: "bot-1", OrgID: other, Email: "bot@other.test"}), 4, false, access.AllMayAsk},
		{"a person with a bot's domain", set, one(access.Member{OrgID: other, Email: "x@webex.bot", Type: "person"}), 4, false, access.OneMayNotAsk},
		{"a look-alike bot", set, one(access.Member{OrgID: other, Email: "x@notwebex.bot"}), 4, false, access.OneMayNotAsk},
		{"a bot's sub-domain", set, one(access.Member{OrgID: other, Email: "x@evil.webex.bot"}), 4, false, access.OneMayNotAsk},
		{"a bot's domain inside", set, one(access.Member{OrgID: other, Email: "x@webex.bot@evil.test"}), 4, false, access.OneMayNotAsk},
		{"a machine account", set, one(access.Member{OrgID: home, Email: "x@example.com", Type: "appuser"}), 4, false, access.OneMayNotAsk},
		{"1,000 members", set, members(1000), 1000, false, access.AllMayAsk},
		{"1,001 members", set, members(1001), 1001, false, access.TooManyToRead},
		{"1,001 members, uncounted", set, members(1001), 0, false, access.TooManyToRead},
		{"1,001 members, not all read", set, members(5), 1001, false, access.TooManyToRead},
		{"not all read", set, members(5), 6, false, access.MembersUnread},
		{"nobody read", set, nil, 0, false, access.MembersUnread},
		{"only bots read", set, members(1), 1, false, access.MembersUnread},
		{"an admin's answer", set, members(2), 2, true, access.AllMayAsk},
		{"an admin's answer among others", set, members(3), 3, true, access.OneMayNotAsk},
		{"shared with an outsider", share, one(access.Member{OrgID: other, Email: "x@other.test"}), 4, false, access.Shared},
		{"shared with a crowd", share, members(5), 5000, false, access.Shared},
		{"shared unread", share, nil, 0, false, access.Shared},
		{"settings of nobody", access.Settings{}, members(3), 3, false, access.OneMayNotAsk},
	} {
		safe, why := c.set.Readers(c.members, c.total, c.admin)
		if why != c.want || safe != (c.want == access.AllMayAsk || c.want == access.Shared) {
			t.Errorf("%s: Readers = %v, %q, want %q", c.name, safe, why, c.want)
		}
	}
}

// TestReadersWithoutBotID holds that a member without an id does not pass for a
// bot whose id is not known.
func TestReadersWithoutBotID(t *testing.T) {
	list := members(3, access.Member{OrgID: other, Email: "x@other.test"})
	if safe, why := (access.Settings{OwnOrg: home}).Readers(list, 4, false); safe || why != access.OneMayNotAsk {
		t.Errorf("Readers = %v, %q, want %q", safe, why, access.OneMayNotAsk)
	}
}

// TestReadersInListedRoom has a space that ALLOWED_ROOMS leaves out, where
// somebody may read nevertheless: it narrows where one asks.
func TestReadersInListedRoom(t *testing.T) {
	set := access.Settings{OwnOrg: home, Rooms: []string{"room-9"}}
	if safe, why := set.Readers(members(3), 3, false); !safe {
		t.Errorf("Readers = %v, %q, want safe", safe, why)
	}
}

func FuzzReaders(f *testing.F) {
	f.Add("x", home, "a@example.com", "", home, "", 2, false)
	f.Add("x", other, "a@webex.bot", "person", home, "webex.bot", 3, true)
	f.Fuzz(func(t *testing.T, id, org, email, kind, own, domains string, total int, admin bool) {
		set := access.Settings{OwnOrg: own, Domains: list(domains)}
		m := access.Member{ID: id, OrgID: org, Email: email, Type: kind}
		colleague := access.Member{ID: "c", OrgID: own, Email: "c@example.com"}
		safe, why := set.Readers([]access.Member{colleague, m}, total, admin)
		if safe != (why == access.AllMayAsk) {
			t.Fatalf("Readers = %v, %q", safe, why)
		}
		if !safe {
			return
		}
		p := access.Person{ID: id, OrgID: org, Type: "person", Emails: []string{email}}
		switch {
		case total > 2, own == "", admin:
			t.Fatalf("safe with total %d, own organization %q, admin %v", total, own, admin)
		case kind == "" && !isBotAddress(email) && !set.Decide(p, group(), false).Allow,
			kind != "" && kind != "person" && kind != "bot":
			t.Fatalf("%+v may read, and may not ask", m)
		}
	})
}

// FuzzReadersAnyOrder holds that an outsider anywhere in the list is found.
func FuzzReadersAnyOrder(f *testing.F) {
	f.Add(5, 2)
	f.Fuzz(func(t *testing.T, n, at int) {
		n = 1 + (n%1000+1000)%1000
		at = (at%n + n) % n
		list := members(n)
		list[at] = access.Member{ID: "x", OrgID: other, Email: "x@other.test"}
		if safe, why := (access.Settings{OwnOrg: home}).Readers(list, n, false); safe {
			t.Fatalf("Readers with an outsider at %d of %d = %v, %q", at, n, safe, why)
		}
	})
}

func BenchmarkReaders(b *testing.B) {
	set, list := access.Settings{OwnOrg: home, Denied: []string{"mallory@example.com"}}, members(access.MaxMembers)
	b.ReportAllocs()
	for b.Loop() {
		if safe, _ := set.Readers(list, len(list), false); !safe {
			b.Fatal("unsafe")
		}
	}
}

func isBotAddress(email string) bool {
	_, why := access.Settings{OwnOrg: home}.Readers([]access.Member{
		{ID: "c", OrgID: home}, {ID: "x", OrgID: other, Email: email},
	}, 2, false)
	return why == access.AllMayAsk
}
