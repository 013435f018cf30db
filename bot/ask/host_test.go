package ask

import (
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
