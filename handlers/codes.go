package handlers

import (
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
)

// codes answers with every tracking code of a site; each row opens its code.
func codes(admin Admin) bot.Command {
	return bot.Command{
		Name:     "codes",
		Summary:  "all tracking codes of a site",
		Usage:    "codes on SITE",
		Examples: []string{"codes on SITE", "codes"},
		Phrases: []string{
			"codes", "tracking codes", "trackingcodes", "tracking-codes", "list", "list codes",
			"list tracking codes", "code list", "tracking code list", "all codes", "all tracking codes", "list all codes", "list all tracking codes",
		},
		Site: true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := admin.TrackingCodes(ctx, r.Site.Host)
			if err != nil {
				return bot.Reply{}, siteError(r, err)
			}
			v := cards.CodeList{
				Site: r.Site.Host, SiteNote: r.Site.Why,
				Buttons: []cards.Button{{Title: "Refresh", Data: cards.Data{Ask: "codes", Site: r.Site.Host, Fresh: true}}},
			}
			for _, c := range list {
				if !sameSite(c.SiteURL, r.Site.Host) {
					return bot.Reply{}, fmt.Errorf("tracking code %q of %q, asked on %q: %w", c.ID, c.SiteURL, r.Site.Host, errOtherSite)
				}
				v.Rows = append(v.Rows, cards.CodeRow{
					ID: c.ID, Name: c.Name, Input: inputWords(c.InputMode),
					Default:  strings.Join(defaults(c.Options), ", "),
					Host:     ruleWords(c.HostProfileCode),
					Required: requiredWhere(c.ScheduleStartCodes),
					Open:     ask(r.Site, c.ID, false),
				})
			}
			if len(list) == 0 {
				v.Notes = append(v.Notes, "This site has no tracking codes.")
			}
			return bot.Reply{Card: v.Card(), Markdown: v.Markdown()}, nil
		},
	}
}
