package webex

import (
	"net/url"
	"strings"
	"testing"
)

func TestNextLink(t *testing.T) {
	tests := []struct {
		headers []string
		want    string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{`<https://a/b?c=1>; rel="next"`}, "https://a/b?c=1"},
		{[]string{`<https://a/b>;rel=next`}, "https://a/b"},
		{[]string{`<https://a/b>; REL="Next"`}, "https://a/b"},
		{[]string{`<https://a/b>; rel="first"`}, ""},
		{[]string{`<https://a/b>; title="next"`}, ""},
		{[]string{`<https://a/b>; rel="last next"`}, "https://a/b"},
		{[]string{`<https://a/1,2>; rel="prev", <https://a/3,4>; rel="next"`}, "https://a/3,4"},
		{[]string{`<https://a/1>; title="x, <https://evil/>; y"; rel="prev", <https://a/2>; rel="next"`}, "https://a/2"},
		{[]string{`<https://a/1>; title="x, <https://evil/>; rel=next"; rel="prev"`}, ""},
		{[]string{`<https://a/1>; title="x; rel=next"`}, ""},
		{[]string{`<https://a/1>; title="x; y, z"; rel="next"`}, "https://a/1"},
		{[]string{`<https://a/1>; rel="prev"`, `<https://a/2>; rel="next"`}, "https://a/2"},
		{[]string{`https://a/1; rel="next"`}, ""},
		{[]string{`<https://a/1; rel="next"`}, ""},
		{[]string{`< https://a/1 >; rel="next"`}, "https://a/1"},
	}
	for _, test := range tests {
		if got := nextLink(test.headers); got != test.want {
			t.Errorf("nextLink(%q) = %q, want %q", test.headers, got, test.want)
		}
	}
}

// FuzzNextLink makes sure that no Link leads the token off its host.
func FuzzNextLink(f *testing.F) {
	for _, s := range []string{`<https://webex.test/v1/webhooks?cursor=2>; rel="next"`, `<//evil/>;rel=next`, `<a>,<b>;rel="next"`, `<`, `<>;rel`, `<https://webex.test@evil/v1/x>; rel=next`} {
		f.Add(s)
	}
	base, err := url.Parse("https://webex.test/v1")
	if err != nil {
		f.Fatal(err)
	}
	c := &client{base: base, root: base.String()}
	f.Fuzz(func(t *testing.T, header string) {
		next := nextLink([]string{header})
		if next == "" {
			return
		}
		if !strings.Contains(header, next) {
			t.Errorf("nextLink(%q) = %q, which is not in it", header, next)
		}
		q := &request{method: "GET", path: "/webhooks", next: next}
		if c.turn(q) != nil {
			return
		}
		u, err := url.Parse(q.page)
		if err != nil || u.Scheme != "https" || !strings.EqualFold(u.Host, "webex.test") || u.User != nil || !strings.HasPrefix(u.Path, "/v1/") {
			t.Errorf("header %q leads to %q", header, q.page)
		}
	})
}
