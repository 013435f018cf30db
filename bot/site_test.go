package bot

import (
	"slices"
	"testing"
)

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
