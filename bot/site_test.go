package bot

import (
	"slices"
	"strings"
	"testing"
)

func TestHost(t *testing.T) {
	long := strings.Repeat("a", 63)
	full := strings.Join([]string{long, long, long, strings.Repeat("b", 57), "com"}, ".") // 253 bytes
	for _, test := range []struct {
		s, want string
		ok      bool
	}{
		{"example.webex.com", "example.webex.com", true},
		{"EXAMPLE.Webex.COM", "example.webex.com", true},
		{"example.webex.com.", "example.webex.com", true},
		{"a-b.webex.com", "a-b.webex.com", true},
		{"1.webex.com", "1.webex.com", true},
		{"example.my.webex.com.cn", "example.my.webex.com.cn", true},
		{full, full, true},
		{full + ".", full, true},
		{"x" + full, "", false},
		{"a" + long + ".webex.com", "", false},
		{"", "", false},
		{".", "", false},
		{"example", "", false},
		{"example.", "", false},
		{".webex.com", "", false},
		{"example..com", "", false},
		{"example.webex.com..", "", false},
		{"-a.webex.com", "", false},
		{"a-.webex.com", "", false},
		{"a_b.webex.com", "", false},
		{"a b.webex.com", "", false},
		{" example.webex.com", "", false},
		{"example.webex.com\n", "", false},
		{"example.webex.com\x00", "", false},
		{"https://example.webex.com", "", false},
		{"example.webex.com:443", "", false},
		{"example.webex.com/", "", false},
		{"example.webex.com?x", "", false},
		{"example.webex.com#x", "", false},
		{"example.webex.com%2e", "", false},
		{"user@example.webex.com", "", false},
		{`example.webex.com\`, "", false},
		{"10.0.0.1", "", false},
		{"10.1", "", false},
		{"0x7f.0x1", "", false},
		{"127.0.0.0x1", "", false},
		{"2130706433", "", false},
		{"[::1]", "", false},
		{"::ffff:1.2.3.4", "", false},
		{"example.c", "", false},
		{"ex\u0430mple.webex.com", "", false}, // a Cyrillic letter
		{"example.webex.c\u03BFm", "", false}, // a Greek letter
		{"\u212Aelvin.webex.com", "", false},  // the Kelvin sign
		{"example。webex。com", "", false},
		{"ｅxample.webex.com", "", false},
		{"xn--exmple-4nf.webex.com", "", false},
		{"XN--exmple-4nf.webex.com", "", false},
	} {
		if got, ok := Host(test.s); got != test.want || ok != test.ok {
			t.Errorf("Host(%q) = %q, %v, want %q, %v", test.s, got, ok, test.want, test.ok)
		}
	}
}

// A button's query has a site that is meant; its text stays to the letter.
func TestResolveButton(t *testing.T) {
	for _, test := range []struct {
		q, want Query
		found   Found
	}{
		{Query{Command: "code", Text: "Cost example", Quoted: true, Site: "example.webex.com", SiteSure: true}, Query{Command: "code", Text: "Cost example", Quoted: true, Site: "example.webex.com", SiteSure: true}, SiteAllowed},
		{Query{Command: "code", Text: "1", Site: "evil.com", SiteSure: true}, Query{Command: "code", Text: "1", Site: "evil.com", SiteSure: true}, SiteUnknown},
		{Query{Command: "code", Text: "Cost example", Quoted: true}, Query{Command: "code", Text: "Cost example", Quoted: true}, SiteUnnamed},
		{Query{Command: "codes"}, Query{Command: "codes"}, SiteUnnamed},
	} {
		got, found := test.q.Resolve(allowed())
		if got != test.want || found != test.found {
			t.Errorf("Resolve of %+v = %+v, %d, want %+v, %d", test.q, got, found, test.want, test.found)
		}
	}
}

func TestResolveTwoSites(t *testing.T) {
	p := NewParser(questions())
	for _, text := range []string{
		"compare Department on example and emea",
		"compare Department on example.webex.com, emea.example.com",
		"compare Department on example vs emea?",
		"compare Department on https://example.webex.com/ and https://emea.example.com/",
	} {
		q, found := p.Parse(text).Resolve(allowed())
		if q.Command != "compare" || q.Text != "Department" || q.Site != "example.webex.com" || q.Also != "emea.example.com" || found != SiteAmbiguous {
			t.Errorf("Parse(%q) = %+v, %d, want Department on both sites", text, q, found)
		}
	}
	if q, found := p.Parse("codes on example and example.webex.com").Resolve(allowed()); found != SiteAllowed || q.Also != "" {
		t.Errorf("the same site twice = %+v, %d, want it once", q, found)
	}
	q, _ := p.Parse("codes on twin").Resolve(allowed())
	if got, want := q.Which(allowed()), []string{"twin.webex.com", "twin.my.webex.com"}; !slices.Equal(got, want) {
		t.Errorf("Which = %q, want %q", got, want)
	}
}

// Without a list of sites nothing is allowed.
func TestResolveNoSites(t *testing.T) {
	p := NewParser(questions())
	if q, found := p.Parse("code 1 on example.webex.com").Resolve(nil); found != SiteUnknown {
		t.Errorf("Resolve(nil) = %+v, %d, want a site that may not be asked", q, found)
	}
}

func FuzzHost(f *testing.F) {
	for _, s := range []string{"example.webex.com", "EXAMPLE.webex.com.", "xn--a.com", "1.2.3.4", "ex\u0430mple.com", "a.b:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		host, ok := Host(s)
		if !ok {
			if host != "" {
				t.Errorf("Host(%q) = %q though it is none", s, host)
			}
			return
		}
		if strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || len(host) > 253 || !strings.Contains(host, ".") {
			t.Errorf("Host(%q) = %q", s, host)
		}
		if again, ok := Host(host); again != host || !ok {
			t.Errorf("Host(%q) = %q, %v, want the same again", host, again, ok)
		}
		if !strings.EqualFold(strings.TrimSuffix(s, "."), host) {
			t.Errorf("Host(%q) = %q, which is another", s, host)
		}
	})
}
