package hostname_test

import (
	"net/netip"
	"strings"
	"testing"

	"trackbot/internal/hostname"
)

var (
	label63 = strings.Repeat("a", 63)
	name253 = strings.Join([]string{label63, label63, label63, strings.Repeat("b", 57), "com"}, ".")
)

func TestValid(t *testing.T) {
	for s, want := range map[string]bool{
		"example.com": true, "EXAMPLE.com": true, "localhost": true, "a-b.c1.xn--p1ai": true, "1.example.com": true,
		label63 + ".com": true, name253: true, "a.b": true,
		"": false, ".": false, ".com": false, "a..com": false, "example.com.": false, "-a.com": false, "a-.com": false,
		"a_b.com": false, "a b.com": false, "a.com\n": false, "a.com:443": false, "a.com/": false, "u@a.com": false, "*.com": false,
		"127.0.0.1": false, "127.1": false, "10.0x1": false, "1": false, "::1": false, "[::1]": false, "a.1com": false,
		label63 + "a.com": false, "a" + name253: false,
		"exаmple.com": false, "a。com": false, "example.\u212aom": false,
	} {
		if got := hostname.Valid(s); got != want {
			t.Errorf("Valid(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestSite(t *testing.T) {
	for s, want := range map[string]string{
		"example.webex.com": "example.webex.com", "Example.WEBEX.com": "example.webex.com", "1.webex.com": "1.webex.com",
		"x--n.webex.com": "x--n.webex.com", "axn--a.webex.com": "axn--a.webex.com", "a.de": "a.de",
		"localhost": "", "a.b": "", "": "", "127.0.0.1": "", "example.webex.com.": "",
		"xn--exmple-4nf.webex.com": "", "XN--exmple-4nf.webex.com": "", "a.Xn--p1ai": "", "a.xn--p1ai.com": "",
	} {
		got, ok := hostname.Site(s)
		if got != want || ok != (want != "") {
			t.Errorf("Site(%q) = %q, %v, want %q", s, got, ok, want)
		}
	}
}

// A site's name is lower-case ASCII, is no address and stays what it is.
func FuzzSite(f *testing.F) {
	for _, s := range []string{"example.webex.com", "A.b.Com", "xn--a.com", "127.0x1", "e\u212a.xx", "a.b:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := hostname.Site(s)
		if !ok {
			return
		}
		again, ok := hostname.Site(got)
		if _, err := netip.ParseAddr(got); !ok || again != got || err == nil || !strings.EqualFold(got, s) || len(got) != len(s) {
			t.Errorf("Site(%q) = %q, then %q, %v", s, got, again, ok)
		}
	})
}

// TestSame: Webex writes a site with its scheme, a slash or a dot, or in capitals.
func TestSame(t *testing.T) {
	for _, c := range []struct {
		got, want string
		same      bool
	}{
		{"example.webex.com", "example.webex.com", true},
		{"EXAMPLE.webex.com.", "example.webex.com", true},
		{"https://example.webex.com/", "example.webex.com", true},
		{"http://example.webex.com/x", "example.webex.com", true},
		{"", "example.webex.com", true},
		{"emea.example.webex.com", "example.webex.com", false},
		{"renamed.webex.com", "example.webex.com", false},
	} {
		if same := hostname.Same(c.got, c.want); same != c.same {
			t.Errorf("Same(%q, %q) = %v, want %v", c.got, c.want, same, c.same)
		}
	}
}
