package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParseSite(t *testing.T) {
	long := strings.Repeat("a", 63)
	host253 := strings.Join([]string{long, long, long, strings.Repeat("b", 57), "com"}, ".")
	for _, tt := range []struct{ text, want string }{
		{"example.webex.com", "example.webex.com"},
		{"Example.WEBEX.com", "example.webex.com"},
		{"a-b.c1.xn--p1ai", ""},
		{"XN--exmple-4nf.webex.com", ""},
		{"a.b", ""},
		{"1.webex.com", "1.webex.com"},
		{long + ".com", long + ".com"},
		{host253, host253},
		{"a" + host253, ""},
		{long + "a.com", ""},
		{"", ""},
		{"example", ""},
		{".webex.com", ""},
		{"example..com", ""},
		{"example.webex.com.", ""},
		{"-a.webex.com", ""},
		{"a-.webex.com", ""},
		{"a_b.webex.com", ""},
		{"https://example.webex.com", ""},
		{"example.webex.com/", ""},
		{"example.webex.com:443", ""},
		{"user@example.webex.com", ""},
		{"example.webex.com?x", ""},
		{"*.webex.com", ""},
		{"127.0.0.1", ""},
		{"127.1", ""},
		{"10.0x1", ""},
		{"[::1]", ""},
		{"::1", ""},
		{"example.webex.1com", ""},
		{"ex ample.webex.com", ""},
		{"example.webex.com\n", ""},
		{"exаmple.webex.com", ""},      // a Cyrillic а
		{"example.webe\u212a.com", ""}, // the Kelvin sign, whose lower case is an ASCII k
		{"example。webex.com", ""},
	} {
		got, err := parseSite(tt.text)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("parseSite(%q) = %q, %v, want %q", tt.text, got, err, tt.want)
		}
	}
}

func TestParseSites(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
		err  string
	}{
		{"a.webex.com", []string{"a.webex.com"}, ""},
		{" b.webex.com , A.webex.com,a.WEBEX.com ", []string{"b.webex.com", "a.webex.com"}, ""},
		{"a.webex.com,,b.webex.com", nil, "entry 2 is empty"},
		{",", nil, "entry 1 is empty; entry 2 is empty"},
		{"a.webex.com,", nil, "entry 2 is empty"},
		{"x,a.webex.com,y/z", nil, "entry 1 is not a host name such as example.webex.com, without https:// and path; " +
			"entry 3 is not a host name such as example.webex.com, without https:// and path"},
	} {
		got, err := parseSites(tt.text)
		if !slices.Equal(got, tt.want) || words(err) != tt.err {
			t.Errorf("parseSites(%q) = %q, %q, want %q, %q", tt.text, got, words(err), tt.want, tt.err)
		}
	}
}

func TestParseProxies(t *testing.T) {
	for _, tt := range []struct{ text, want, err string }{
		{"10.0.0.1", "[10.0.0.1/32]", ""},
		{"10.1.2.3/8,fd00::1", "[10.0.0.0/8 fd00::1/128]", ""},
		{"None", "[]", ""},
		{"10.0.0.1,none", "[]", "entry 2 is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8"},
		{"proxy.example.com", "[]", "entry 1 is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8"},
	} {
		if got, err := parseProxies(tt.text); fmt.Sprint(got) != tt.want || words(err) != tt.err {
			t.Errorf("parseProxies(%q) = %v, %q, want %s, %q", tt.text, got, words(err), tt.want, tt.err)
		}
	}
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParseBase(t *testing.T) {
	const insecure = "must begin with https:// (http:// is for loopback only)"
	const noHost = "has no valid host, such as bot.example.com or bot.example.com:8443"
	for _, tt := range []struct{ text, want, err string }{
		{"https://bot.example.com", "https://bot.example.com", ""},
		{"https://bot.example.com/", "https://bot.example.com", ""},
		{"https://bot.example.com/bots/trackbot//", "https://bot.example.com/bots/trackbot", ""},
		{"HTTPS://Bot.Example.com:8443/A", "https://bot.example.com:8443/A", ""},
		{"https://192.0.2.1", "https://192.0.2.1", ""},
		{"https://[2001:db8::1]:443/v1", "https://[2001:db8::1]:443/v1", ""},
		{"http://localhost:8080", "http://localhost:8080", ""},
		{"http://LOCALHOST", "http://localhost", ""},
		{"http://127.0.0.1:1", "http://127.0.0.1:1", ""},
		{"http://127.9.8.7", "http://127.9.8.7", ""},
		{"http://[::1]:8080/v1/", "http://[::1]:8080/v1", ""},
		{"http://bot.example.com", "", insecure},
		{"http://localhost.example.com", "", insecure},
		{"http://127.0.0.1.example.com", "", insecure},
		{"http://127.1", "", noHost},
		{"http://10.0.0.1", "", insecure},
		{"http://[::2]", "", insecure},
		{"ftp://bot.example.com", "", insecure},
		{"//bot.example.com", "", insecure},
		{"bot.example.com", "", insecure},
		{"bot.example.com:443", "", insecure},
		{"https:bot.example.com", "", noHost},
		{"https://", "", noHost},
		{"https:///path", "", noHost},
		{"https://:443", "", noHost},
		{"https://bot.example.com:", "", noHost},
		{"https://bot.example.com:0", "", noHost},
		{"https://bot.example.com:65536", "", noHost},
		{"https://bot_1.example.com", "", noHost},
		{"https://bоt.example.com", "", noHost}, // a Cyrillic о
		{"https://user:pw@bot.example.com", "", "must not hold a user or password"},
		{"https://localhost@evil.example.com", "", "must not hold a user or password"},
		{"https://bot.example.com?", "", "must not have a ? or #"},
		{"https://bot.example.com/?a=b", "", "must not have a ? or #"},
		{"https://bot.example.com/#", "", "must not have a ? or #"},
		{"https://bot.example.com/a b", "", "is not a URL"},
		{`https://bot.example.com\@evil.example.com`, "", "is not a URL"},
		{"https://bot.example.com\x00", "", "is not a URL"},
		{"https://bot.example.com/%zz", "", "is not a URL"},
	} {
		got, err := parseBase(tt.text)
		if got != tt.want || words(err) != tt.err {
			t.Errorf("parseBase(%q) = %q, %q, want %q, %q", tt.text, got, words(err), tt.want, tt.err)
		}
	}
}

func TestParseListen(t *testing.T) {
	for _, text := range []string{":8080", ":0", "127.0.0.1:65535", "[::1]:80", "localhost:8080", "bot.example.com:1"} {
		if got, err := parseListen(text); err != nil || got != text {
			t.Errorf("parseListen(%q) = %q, %v, want it as it is", text, got, err)
		}
	}
	for _, text := range []string{"8080", "localhost", ":", ":http", ":65536", ":-1", ":+1", "::1:80", "a b:80", "1.2.3:80", ":80:"} {
		if got, err := parseListen(text); err == nil {
			t.Errorf("parseListen(%q) = %q, want an error", text, got)
		}
	}
}

func FuzzParseSites(f *testing.F) {
	for _, seed := range []string{"a.webex.com", "A.b , c.d", ",", "127.0.0.1", "xn--a.b-", strings.Repeat("a.", 127), "e\u212a.x"} {
		f.Add(seed)
	}
	host := regexp.MustCompile(`^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$`)
	f.Fuzz(func(t *testing.T, text string) {
		sites, err := parseSites(text)
		if err != nil {
			if sites != nil {
				t.Fatalf("parseSites(%q) = %q with an error", text, sites)
			}
			return
		}
		for _, site := range sites {
			if _, err := netip.ParseAddr(site); err == nil || !host.MatchString(site) || len(site) > 253 {
				t.Errorf("parseSites(%q) gives %q", text, site)
			}
		}
		again, err := parseSites(strings.Join(sites, ","))
		if err != nil || !slices.Equal(again, sites) {
			t.Errorf("parseSites(%q) = %q, and that again gives %q, %v", text, sites, again, err)
		}
	})
}

func FuzzParseBase(f *testing.F) {
	for _, seed := range []string{"https://a.b/c/", "http://[::1]:8080", "https://a@b", "https://a.b:1/%2f", "http://localhost//"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := parseBase(text)
		if err != nil {
			return
		}
		if strings.HasSuffix(base, "/") || strings.ContainsAny(base, "?#@ \\") && !strings.Contains(text, "@") {
			t.Errorf("parseBase(%q) = %q", text, base)
		}
		if again, err := parseBase(base); err != nil || again != base {
			t.Errorf("parseBase(%q) = %q, and that again gives %q, %v", text, base, again, err)
		}
	})
}
