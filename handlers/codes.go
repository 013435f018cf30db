package handlers

import (
	"context"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/webex"
)

// codes answers with every tracking code of a site; each row opens its code.
func codes(admin Admin) bot.Command {
	return bot.Command{
		Name:     "codes",
		Summary:  "all tracking codes of a site",
		Usage:    "codes on SITE",
		Examples: []string{"codes on SITE", "codes", "codes containing cost on SITE"},
		Site:     true,
		Group:    lookUpGroup,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := codesOn(ctx, admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			return showCodes(r, list), nil
		},
	}
}

// showCodes draws one page of a site's codes.
func showCodes(r bot.Request, list []webex.TrackingCode) bot.Reply {
	shown, pages := page(r, list, func(c webex.TrackingCode) []string { return []string{c.Name, c.ID} })
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
	if len(list) == 0 {
		v.Notes = append(v.Notes, "This site has no tracking codes.")
	}
	return bot.Reply{Card: v.Card(), Markdown: v.Markdown(), Replace: r.Question.Page > 0}
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
