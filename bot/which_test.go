package bot

import (
	"slices"
	"testing"

	"trackbot/cards"
)

// TestSitesThatAreAsNear are offered all.
func TestSitesThatAreAsNear(t *testing.T) {
	all := []string{"team1.webex.com", "team2.webex.com", "team3.webex.com", "team4.webex.com", "other.example.com"}
	var got []string
	siteRefusal("", "", Query{Command: "code", Text: "1", Site: "team9.webex.com"}, all).Card.EachData(func(d *cards.Data) { got = append(got, d.Site) })
	if !slices.Equal(got, all[:4]) {
		t.Errorf("offered %v, want %v", got, all[:4])
	}
}

// TestSiteSaysWhyItIsTheOne, also where the question named it.
func TestSiteSaysWhyItIsTheOne(t *testing.T) {
	s := &Sites{Allowed: []string{"example.webex.com", "b.webex.com"}, Default: "b.webex.com"}
	for _, c := range []struct {
		query Query
		want  Site
	}{
		{Query{Site: "example", SiteSure: true}, Site{"example.webex.com", AsAsked}},
		{Query{}, Site{"b.webex.com", "the default site of this bot"}},
	} {
		site, _, told, err := s.resolve(t.Context(), c.query, Command{Site: true}, Request{})
		if site != c.want || told != nil || err != nil {
			t.Errorf("resolve(%+v) = %+v, %v, %v, want %+v", c.query, site, told, err, c.want)
		}
	}
}
