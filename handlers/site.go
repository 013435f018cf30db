package handlers

import (
	"context"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// siteAlone answers a site and nothing else with what can be asked there.
func siteAlone() bot.Command {
	return bot.Command{
		Name:     ask.SiteAlone,
		Group:    sitesGroup,
		Summary:  "what can be asked about a site",
		Usage:    "SITE",
		Examples: []string{"SITE"},
		Title:    "Questions",
		Site:     true,
		Run: func(_ context.Context, r bot.Request) (bot.Reply, error) {
			host := r.Site.Host
			n := cards.Notice{
				Title: "What would you like to know about " + host + "?", Tone: cards.Accent,
				Lines:    []string{"Got it: " + host + ". What would you like to know about it?"},
				Examples: []string{"codes on " + host, "my codes on " + host},
				Buttons: []cards.Button{
					bot.Button("Codes", onSite("codes", host)), bot.Button("One code", onSite("code", host)), bot.Button("Check", onSite("check", host)),
				},
			}
			if r.Room.ID != "" {
				n.Buttons = append(n.Buttons, bot.Button("Use this site", onSite("use", host)))
			}
			return notice(n), nil
		},
	}
}
