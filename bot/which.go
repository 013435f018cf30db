package bot

import (
	"context"
	"fmt"
	"strings"

	"trackbot/cards"
)

// resolve decides which site a query means. It returns a reply instead where
// that is none that may be asked; then no admin call about it was made.
// Where two sites may be named, the second one is left in the query.
func (s *Sites) resolve(ctx context.Context, query Query, c Command, r Request) (Site, Query, *Reply, error) {
	all, err := s.All(ctx)
	if err != nil {
		return Site{}, query, nil, err
	}
	query, found := query.resolve(s.names(all))
	if found == SiteAmbiguous && query.Also != "" && c.Two {
		found = SiteAllowed
	}
	switch found {
	case SiteAllowed:
		return Site{Host: query.Site, Why: AsAsked}, query, nil, nil
	case SiteUnknown:
		return Site{}, query, siteRefusal("Not a site I can ask", fmt.Sprintf("“%s” is not among the sites that this bot may ask.", query.Site), query, all), nil
	case SiteAmbiguous:
		return Site{}, query, siteRefusal("Which site?", ambiguous(query), query, s.candidates(query, all)), nil
	}
	if c.AllSites {
		return Site{}, query, nil, nil
	}
	site, err := s.PickFor(ctx, r.Room, r.Person.ID)
	if err != nil {
		return Site{}, query, nil, err
	}
	if site.Host == "" {
		return Site{}, query, siteRefusal("Which site?", "You named no site, and this bot has no default one.", query, all), nil
	}
	return site, query, nil, nil
}

// known is the query with its site in full, or without one where it is none
// that may be asked.
func (s *Sites) known(ctx context.Context, q Query) Query {
	all, err := s.All(ctx)
	if err != nil {
		return q
	}
	found, what := q.resolve(s.names(all))
	if what == SiteUnknown || what == SiteAmbiguous {
		q.Site = ""
		return q
	}
	return found
}

// button asks the same as a query, on the same site: one that is none that may
// be asked is refused again, and never left out for the usual one.
func (s *Sites) button(ctx context.Context, q Query) cards.Data {
	known := s.known(ctx, q)
	data := known.Data()
	if known.Site == "" && q.SiteSure {
		data.Site = q.Site
	}
	return data
}

// candidates are the sites that an ambiguous question may mean.
func (s *Sites) candidates(q Query, all []string) []string {
	if q.Also != "" {
		return []string{q.Site, q.Also}
	}
	return s.names(all).named(q.Site)
}

func ambiguous(q Query) string {
	if q.Also != "" {
		return fmt.Sprintf("You named two sites, %s and %s; ask about one at a time.", q.Site, q.Also)
	}
	return fmt.Sprintf("More than one site begins with “%s”.", q.Site)
}

// siteRefusal lists the sites one can ask, the nearest ones as buttons that
// ask the same question there.
func siteRefusal(title, line string, query Query, all []string) *Reply {
	n := cards.Notice{Title: title, Tone: cards.Warning, Lines: []string{line, "Sites you can ask: " + Listed(all, 20) + "."}}
	near := NearestNames(query.Site, all, 3)
	if query.Site == "" || len(near) == 0 {
		near = all[:min(3, len(all))]
	}
	query.Also = ""
	for _, host := range near {
		query.Site = host
		n.Choices = append(n.Choices, cards.Button{Title: "Ask " + host, Data: query.Data()})
	}
	return &Reply{Card: n.Card(), Markdown: n.Markdown()}
}

// Listed joins at most n names and says how many more there are.
func Listed(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:n], ", "), len(names)-n)
}
