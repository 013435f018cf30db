package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/webex"
)

// codes answers with every tracking code of a site; each row opens its code.
func codes(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "codes",
		Summary:  "all tracking codes of a site, or those that are required, optional, without a default, free text …",
		Usage:    "codes on SITE",
		Examples: []string{"codes on SITE", "codes", "codes containing cost on SITE", "which codes are required for meetings on SITE"},
		Site:     true,
		Group:    lookUpGroup,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := codesOn(ctx, admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			found, what, err := narrowed(ctx, admin, sites, r, list)
			if err != nil {
				return bot.Reply{}, err
			}
			return showCodes(r, list, found, what), nil
		},
	}
}

// narrowed are the codes of a site with the property that a question asks for;
// the property is nil where it asks for all.
func narrowed(ctx context.Context, admin Admin, sites *bot.Sites, r bot.Request, list []webex.TrackingCode) ([]webex.TrackingCode, *property, error) {
	others := make(map[string]bool)
	if r.Question.Topic == "only" {
		all, err := sites.All(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("other sites: %w", err)
		}
		all = slices.DeleteFunc(slices.Clone(all), func(host string) bool { return host == r.Site.Host })
		for _, other := range codesOfSites(ctx, admin, r, all[:min(len(all), maxFindSites)]) {
			if other.err != nil {
				return nil, nil, other.err
			}
			for _, c := range other.list {
				others[fold(c.Name)] = true
			}
		}
	}
	p, ok := propertyOf(r.Question, r.Site.Host, func(c webex.TrackingCode) bool { return others[fold(c.Name)] })
	if !ok {
		return list, nil, nil
	}
	return p.having(list), &p, nil
}

// showCodes draws one page of the codes that were found among those of a site.
func showCodes(r bot.Request, list, found []webex.TrackingCode, what *property) bot.Reply {
	shown, pages := page(r, found, func(c webex.TrackingCode) []string { return []string{c.Name, c.ID} })
	v := cards.CodeList{
		Site: r.Site.Host, SiteNote: r.Site.Why, Pages: pages,
		Buttons: []cards.Button{{Title: "Refresh", Data: fresh(here(r))}},
	}
	for _, c := range shown {
		v.Rows = append(v.Rows, cards.CodeRow{
			ID: c.ID, Name: c.Name, Input: inputWords(c.InputMode),
			Default:  strings.Join(defaults(c.Options), ", "),
			Host:     ruleWords(c.HostProfileCode),
			Required: requiredWhere(c.ScheduleStartCodes),
			Open:     bot.Data(aboutCode("code", r.Site.Host, c)),
		})
	}
	switch {
	case what != nil:
		v.Title, v.Lead = what.title+": "+count(len(found), "code"), []string{what.sentence(list, found, r.Site.Host)}
	case r.Question.Topic == "count":
		v.Lead = []string{fmt.Sprintf("%s has %s.", r.Site.Host, count(len(list), "tracking code"))}
	}
	if len(list) == 0 {
		v.Notes = append(v.Notes, "This site has no tracking codes.")
	}
	return paged(r, v)
}

// codesOn reads all codes of a site. A code of another site is an error.
func codesOn(ctx context.Context, admin Admin, r bot.Request, site string) ([]webex.TrackingCode, error) {
	r.Site.Host = site
	list, err := admin.TrackingCodes(ctx, site)
	if err != nil {
		return nil, siteError(r, err)
	}
	for _, c := range list {
		if err := ofSite(r, c); err != nil {
			return nil, err
		}
	}
	return list, nil
}
